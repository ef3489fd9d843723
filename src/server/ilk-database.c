/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-database.h"

G_DEFINE_QUARK (ilk-server-error-quark, ilk_server_error)
G_DEFINE_INTERFACE (IlkDatabase, ilk_database, G_TYPE_OBJECT)

static void
ilk_database_default_init (IlkDatabaseInterface *iface)
{
}

void
ilk_database_begin (IlkDatabase *self)
{
  ILK_DATABASE_GET_IFACE (self)->begin (self);
}

void
ilk_database_end (IlkDatabase *self,
                  GError     **error)
{
  ILK_DATABASE_GET_IFACE (self)->end (self, error);
}

IlkRows *
ilk_database_run (IlkDatabase *self,
                  const char  *sql,
                  const char  *format,
                  va_list      values,
                  gint64      *changed,
                  GError     **error)
{
  return ILK_DATABASE_GET_IFACE (self)->run (self, sql, format, values, changed, error);
}

void
ilk_database_lock (IlkDatabase *self,
                   gint64       key,
                   GError     **error)
{
  ILK_DATABASE_GET_IFACE (self)->lock (self, key, error);
}

gint64
ilk_database_get_chain (IlkDatabase *self)
{
  return ILK_DATABASE_GET_IFACE (self)->get_chain (self);
}

void
ilk_database_want_erased (IlkDatabase *self)
{
  ILK_DATABASE_GET_IFACE (self)->want_erased (self);
}

gboolean
ilk_database_back_up (IlkDatabase *self,
                      const char  *path,
                      GError     **error)
{
  return ILK_DATABASE_GET_IFACE (self)->back_up (self, path, error);
}

gboolean
ilk_database_check (IlkDatabase *self,
                    GError     **error)
{
  return ILK_DATABASE_GET_IFACE (self)->check (self, error);
}
