/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a statement answered, read whole: a query says how much it wants with LIMIT. */
typedef struct _IlkRows IlkRows;

IlkRows *ilk_rows_new        (int         columns);
void     ilk_rows_free       (IlkRows    *self);

/* The driver fills it cell by cell, row by row. */
void     ilk_rows_add_null   (IlkRows    *self);
void     ilk_rows_add_number (IlkRows    *self,
                              gint64      number);
void     ilk_rows_add_text   (IlkRows    *self,
                              const char *text);
void     ilk_rows_add_blob   (IlkRows    *self,
                              gconstpointer data,
                              gsize       length);

/* Goes to the next row; FALSE at the end, and for NULL. */
gboolean ilk_rows_next       (IlkRows    *self);
gboolean ilk_rows_is_null    (IlkRows    *self,
                              int         column);
gint64   ilk_rows_number     (IlkRows    *self,
                              int         column);
/* (transfer full); NULL for a null. */
char    *ilk_rows_text       (IlkRows    *self,
                              int         column);
GBytes  *ilk_rows_blob       (IlkRows    *self,
                              int         column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkRows, ilk_rows_free)

G_END_DECLS
