/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words that passwords are made of. */
const char *ilk_password_words_get       (guint index);
guint       ilk_password_words_get_count (void);

G_END_DECLS
