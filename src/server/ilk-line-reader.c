/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-line-reader.h"

#include <string.h>

#define CHUNK (64 * 1024)

struct _IlkLineReader
{
  GInputStream *stream;
  GByteArray   *buffer;     /* read, and not given out yet */
  gsize         start;      /* of the next line in it */
  gsize         limit;
  guint         line;
  gint64        position;
  gboolean      ended;
};

/* Moves what is left to the front and reads on; FALSE: nothing came. */
static gboolean
fill (IlkLineReader  *self,
      GError        **error)
{
  gsize left = self->buffer->len - self->start;
  gssize count;

  if (self->ended)
    return FALSE;
  if (self->start > 0)
    g_byte_array_remove_range (self->buffer, 0, (guint) self->start);
  self->start = 0;
  g_byte_array_set_size (self->buffer, (guint) left + CHUNK);
  count = g_input_stream_read (self->stream, self->buffer->data + left, CHUNK, NULL, error);
  g_byte_array_set_size (self->buffer, (guint) (left + (gsize) MAX (count, 0)));
  self->ended = count <= 0;
  return count > 0;
}

static gboolean
give_out (IlkLineReader  *self,
          gsize           length,
          gsize           end,
          gboolean        too_long,
          GBytes        **text)
{
  *text = too_long || length > self->limit
          ? NULL : g_bytes_new (self->buffer->data + self->start, length);
  self->start += length + end;
  self->position += (gint64) (length + end);
  self->line++;
  return TRUE;
}

/* Of a line that is too long no more than one chunk is kept. */
static void
drop (IlkLineReader *self)
{
  self->position += self->buffer->len - self->start;
  self->start = self->buffer->len;
}

gboolean
ilk_line_reader_next (IlkLineReader  *self,
                      GBytes        **text,
                      GError        **error)
{
  gboolean too_long = FALSE;
  gsize seen = 0;
  GError *local = NULL;

  for (;;)
    {
      gsize length = self->buffer->len - self->start;
      const guint8 *from = length > 0 ? self->buffer->data + self->start : NULL;
      const guint8 *end = length > seen ? memchr (from + seen, '\n', length - seen) : NULL;

      if (end != NULL)
        return give_out (self, (gsize) (end - from), 1, too_long, text);
      seen = length;
      if (length > self->limit)
        {
          drop (self);
          too_long = TRUE;
          seen = 0;
        }
      if (!fill (self, &local))
        break;
    }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (self->buffer->len == self->start && !too_long)
    return FALSE;
  return give_out (self, self->buffer->len - self->start, 0, too_long, text);
}

guint
ilk_line_reader_get_line (IlkLineReader *self)
{
  return self->line;
}

gint64
ilk_line_reader_get_position (IlkLineReader *self)
{
  return self->position;
}

IlkLineReader *
ilk_line_reader_new (GInputStream *stream,
                     gsize         limit,
                     guint         line,
                     gint64        position)
{
  IlkLineReader *self = g_new0 (IlkLineReader, 1);

  self->stream = g_object_ref (stream);
  self->buffer = g_byte_array_new ();
  self->limit = limit;
  self->line = line;
  self->position = position;
  return self;
}

void
ilk_line_reader_free (IlkLineReader *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  g_free (self);
}
