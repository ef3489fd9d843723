/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Inside core only: where the bytes of IlkSecret live. Everything else uses IlkSecret. */
gpointer ilk_arena_alloc     (gsize         size);
void     ilk_arena_free      (gpointer      block,
                              gsize         size);
gboolean ilk_arena_contains  (gconstpointer address);
gboolean ilk_arena_is_locked (void);

G_END_DECLS
