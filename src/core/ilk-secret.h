/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A reference-counted opaque value with a length, in locked, non-dumpable memory of our own
 * arena, wiped on free. PINs, security words, codes, keys and tokens live here and nowhere else. */
typedef struct _IlkSecret IlkSecret;

#define ILK_TYPE_SECRET (ilk_secret_get_type ())
GType ilk_secret_get_type (void);

IlkSecret    *ilk_secret_new               (gsize         capacity);
IlkSecret    *ilk_secret_new_from_data     (gconstpointer data,
                                            gsize         length);
IlkSecret    *ilk_secret_new_random        (gsize         length);
IlkSecret    *ilk_secret_new_random_digits (gsize         count);
IlkSecret    *ilk_secret_copy              (IlkSecret    *self);
IlkSecret    *ilk_secret_ref               (IlkSecret    *self);
void          ilk_secret_unref             (IlkSecret    *self);

gsize         ilk_secret_get_length        (IlkSecret    *self);
gsize         ilk_secret_get_capacity      (IlkSecret    *self);
const guint8 *ilk_secret_peek              (IlkSecret    *self);
guint8       *ilk_secret_get_writable      (IlkSecret    *self);
void          ilk_secret_set_length        (IlkSecret    *self,
                                            gsize         length);
void          ilk_secret_reserve           (IlkSecret    *self,
                                            gsize         capacity);
gboolean      ilk_secret_append            (IlkSecret    *self,
                                            gconstpointer data,
                                            gsize         length);
gboolean      ilk_secret_append_byte       (IlkSecret    *self,
                                            guint8        byte);
void          ilk_secret_truncate          (IlkSecret    *self,
                                            gsize         length);
gboolean      ilk_secret_equal             (IlkSecret    *a,
                                            IlkSecret    *b);
GBytes       *ilk_secret_to_bytes          (IlkSecret    *self);

gboolean      ilk_secret_arena_contains    (gconstpointer address);
gboolean      ilk_secret_arena_is_locked   (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkSecret, ilk_secret_unref)

G_END_DECLS
