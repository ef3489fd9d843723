/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

#include "server/ilk-crash-point.h"
#include "server/ilk-postgres-database.h"
#include "server/ilk-sqlite-database.h"

G_DEFINE_FINAL_TYPE (IlkStore, ilk_store, G_TYPE_OBJECT)

static IlkRows *
run (IlkStore   *self,
     GError    **error,
     gint64     *changed,
     const char *sql,
     const char *format,
     va_list     values)
{
  *changed = 0;
  if (*error != NULL)
    return NULL;
  ilk_crash_point ("statement");
  return ilk_database_run (self->database, sql, format, values, changed, error);
}

IlkRows *
ilk_store_query (IlkStore   *self,
                 GError    **error,
                 const char *sql,
                 const char *format,
                 ...)
{
  IlkRows *rows;
  gint64 changed;
  va_list values;

  va_start (values, format);
  rows = run (self, error, &changed, sql, format, values);
  va_end (values);
  return rows;
}

gint64
ilk_store_run (IlkStore   *self,
               GError    **error,
               const char *sql,
               const char *format,
               ...)
{
  g_autoptr (IlkRows) rows = NULL;
  gint64 changed;
  va_list values;

  va_start (values, format);
  rows = run (self, error, &changed, sql, format, values);
  va_end (values);
  return changed;
}

gint64
ilk_store_number (IlkStore   *self,
                  GError    **error,
                  gint64      otherwise,
                  const char *sql,
                  const char *format,
                  ...)
{
  g_autoptr (IlkRows) rows = NULL;
  gint64 changed;
  va_list values;

  va_start (values, format);
  rows = run (self, error, &changed, sql, format, values);
  va_end (values);
  if (!ilk_rows_next (rows) || ilk_rows_is_null (rows, 0))
    return otherwise;
  return ilk_rows_number (rows, 0);
}

void
ilk_store_begin (IlkStore *self)
{
  ilk_database_begin (self->database);
}

void
ilk_store_end (IlkStore *self,
               GError  **error)
{
  ilk_database_end (self->database, error);
}

void
ilk_store_lock (IlkStore *self,
                gint64    holder,
                GError  **error)
{
  if (*error == NULL)
    ilk_database_lock (self->database, holder, error);
}

gboolean
ilk_store_back_up (IlkStore   *self,
                   const char *path,
                   GError    **error)
{
  g_return_val_if_fail (ILK_IS_STORE (self), FALSE);

  return ilk_database_back_up (self->database, path, error);
}

gboolean
ilk_store_check (IlkStore *self,
                 GError  **error)
{
  g_return_val_if_fail (ILK_IS_STORE (self), FALSE);

  return ilk_database_check (self->database, error);
}

gboolean
ilk_store_is_shared (IlkStore *self)
{
  return ILK_IS_POSTGRES_DATABASE (self->database);
}

static void
ilk_store_finalize (GObject *object)
{
  IlkStore *self = ILK_STORE (object);

  g_clear_object (&self->database);

  G_OBJECT_CLASS (ilk_store_parent_class)->finalize (object);
}

static void
ilk_store_class_init (IlkStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_store_finalize;
}

static void
ilk_store_init (IlkStore *self)
{
}

/**
 * ilk_store_open:
 * @database: the path of an SQLite file, which is made when it is missing, or postgresql://…
 *
 * Brings the tables to the version that this program knows.
 *
 * Returns: (transfer full): the store, or %NULL with %ILK_SERVER_ERROR_STORE
 */
IlkStore *
ilk_store_open (const char *database,
                GError    **error)
{
  g_autoptr (IlkStore) self = g_object_new (ILK_TYPE_STORE, NULL);

  self->database = ilk_postgres_database_is_address (database)
                   ? ilk_postgres_database_open (database, error)
                   : ilk_sqlite_database_open (database, error);
  return self->database != NULL ? g_steal_pointer (&self) : NULL;
}

/* A file that is not there would be made by opening it; an operator's command wants none made. */
gboolean
ilk_store_exists (const char *database)
{
  return ilk_postgres_database_is_address (database) ||
         g_file_test (database, G_FILE_TEST_IS_REGULAR);
}
