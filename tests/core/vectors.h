/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

/* tests/core/vectors.ini, made by make-vectors.sh with the openssl command. */
GKeyFile  *vectors_load         (void);
char      *vectors_get_text     (GKeyFile   *vectors,
                                 const char *group,
                                 const char *key);
GBytes    *vectors_get_bytes    (GKeyFile   *vectors,
                                 const char *group,
                                 const char *key);
IlkSecret *vectors_get_secret   (GKeyFile   *vectors,
                                 const char *group,
                                 const char *key);
void       vectors_assert_bytes (GBytes     *bytes,
                                 GKeyFile   *vectors,
                                 const char *group,
                                 const char *key);
