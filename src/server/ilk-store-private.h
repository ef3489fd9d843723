/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-database.h"
#include "server/ilk-store.h"

G_BEGIN_DECLS

struct _IlkStore
{
  GObject      parent_instance;

  IlkDatabase *database;
};

/* The store's files share these; format as in ilk-database.h. With *error set already they do
 * nothing. sql is a literal in what SQLite and PostgreSQL both understand. */
IlkRows *ilk_store_query  (IlkStore   *self,
                           GError    **error,
                           const char *sql,
                           const char *format,
                           ...);
/* Returns how many rows were changed. */
gint64   ilk_store_run    (IlkStore   *self,
                           GError    **error,
                           const char *sql,
                           const char *format,
                           ...);
/* The number in the first column of the first row; otherwise: there is none, or it is null. */
gint64   ilk_store_number (IlkStore   *self,
                           GError    **error,
                           gint64      otherwise,
                           const char *sql,
                           const char *format,
                           ...);

G_END_DECLS
