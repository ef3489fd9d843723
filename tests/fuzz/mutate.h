/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Damage that is the same in each run: the seed is in the test's log when one fails. */
typedef void (*MutateFunc) (const char *data,
                            gsize       length,
                            gpointer    user_data);

GBytes *mutate_once (GRand       *rand,
                     const char  *data,
                     gsize        length);
void    mutate_many (const char  *data,
                     gsize        length,
                     guint        n_rounds,
                     MutateFunc   func,
                     gpointer     user_data);
