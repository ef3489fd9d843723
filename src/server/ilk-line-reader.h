/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads lines of a stream in bounded memory. */
typedef struct _IlkLineReader IlkLineReader;

/* line and position: how many lines and bytes of the stream lie behind already. */
IlkLineReader *ilk_line_reader_new          (GInputStream   *stream,
                                             gsize           limit,
                                             guint           line,
                                             gint64          position);
void           ilk_line_reader_free         (IlkLineReader  *self);
/* *text: the line without its end; NULL when it is longer than the limit. FALSE at the end of the
 * stream, or with *error set. */
gboolean       ilk_line_reader_next         (IlkLineReader  *self,
                                             GBytes        **text,
                                             GError        **error);
/* Of the line that was read last, counted from 1. */
guint          ilk_line_reader_get_line     (IlkLineReader  *self);
/* Of the byte behind it. */
gint64         ilk_line_reader_get_position (IlkLineReader  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkLineReader, ilk_line_reader_free)

G_END_DECLS
