/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-rows.h"

#include <string.h>

typedef struct {
  gboolean null;
  gint64   number;
  GBytes  *bytes;    /* of a text (without its end) or a blob */
} Cell;

struct _IlkRows
{
  GArray *cells;
  guint   columns;
  int     row;       /* -1: before the first */
};

static void
clear_cell (gpointer data)
{
  Cell *cell = data;

  g_clear_pointer (&cell->bytes, g_bytes_unref);
}

IlkRows *
ilk_rows_new (int columns)
{
  IlkRows *self = g_new0 (IlkRows, 1);

  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->cells, clear_cell);
  self->columns = (guint) columns;
  self->row = -1;
  return self;
}

void
ilk_rows_free (IlkRows *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->cells, g_array_unref);
  g_free (self);
}

void
ilk_rows_add_null (IlkRows *self)
{
  Cell cell = { .null = TRUE };

  g_array_append_val (self->cells, cell);
}

void
ilk_rows_add_number (IlkRows *self,
                     gint64   number)
{
  Cell cell = { .number = number };

  g_array_append_val (self->cells, cell);
}

void
ilk_rows_add_text (IlkRows    *self,
                   const char *text)
{
  ilk_rows_add_blob (self, text, strlen (text));
}

void
ilk_rows_add_blob (IlkRows      *self,
                   gconstpointer data,
                   gsize         length)
{
  Cell cell = { .bytes = g_bytes_new (data, length) };

  g_array_append_val (self->cells, cell);
}

gboolean
ilk_rows_next (IlkRows *self)
{
  if (self == NULL || self->columns == 0)
    return FALSE;

  self->row++;
  return (guint) self->row * self->columns < self->cells->len;
}

static const Cell *
get_cell (IlkRows *self,
          int      column)
{
  g_assert (self->row >= 0 && (guint) column < self->columns);

  return &g_array_index (self->cells, Cell, (guint) self->row * self->columns + (guint) column);
}

gboolean
ilk_rows_is_null (IlkRows *self,
                  int      column)
{
  return get_cell (self, column)->null;
}

gint64
ilk_rows_number (IlkRows *self,
                 int      column)
{
  return get_cell (self, column)->number;
}

char *
ilk_rows_text (IlkRows *self,
               int      column)
{
  const Cell *cell = get_cell (self, column);
  gsize length;
  gconstpointer data;

  if (cell->bytes == NULL)
    return NULL;
  data = g_bytes_get_data (cell->bytes, &length);
  return g_strndup (length > 0 ? data : "", length);
}

GBytes *
ilk_rows_blob (IlkRows *self,
               int      column)
{
  const Cell *cell = get_cell (self, column);

  return cell->bytes != NULL ? g_bytes_ref (cell->bytes) : NULL;
}
