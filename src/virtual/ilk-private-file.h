/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Files of mode 0600 whose content passes through no buffer that stays unwiped. */
IlkSecret *ilk_private_file_read  (const char    *path,
                                   gsize          max_size,
                                   GError       **error);
gboolean   ilk_private_file_write (const char    *path,
                                   gconstpointer  data,
                                   gsize          length,
                                   GError       **error);

G_END_DECLS
