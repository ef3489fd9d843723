/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sqlite-private.h"
#include "server/ilk-sqlite-schema.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 5000

struct _IlkSqliteStore
{
  GObject     parent_instance;

  sqlite3    *database;
  GHashTable *statements;   /* SQL literal -> prepared statement */
  GRecMutex   lock;
  int         depth;
  gboolean    begun;        /* BEGIN went through */
  gboolean    checkpoint;   /* something was erased in this transaction */
};

static void ilk_sqlite_store_iface_init (IlkStoreInterface *iface);

G_DEFINE_QUARK (ilk-server-error-quark, ilk_server_error)
G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSqliteStore, ilk_sqlite_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_STORE,
                                                      ilk_sqlite_store_iface_init))

/* SQLite's message names tables and columns, never values. */
static void
set_error (IlkSqliteStore *self,
           GError        **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "SQLite: %s",
               sqlite3_errmsg (self->database));
}

static gboolean
execute (IlkSqliteStore *self,
         const char     *sql,
         GError        **error)
{
  if (sqlite3_exec (self->database, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self, error);
  return FALSE;
}

static sqlite3_stmt *
prepare (IlkSqliteStore *self,
         const char     *sql,
         GError        **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      return statement;
    }
  if (sqlite3_prepare_v3 (self->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
                          &statement, NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static void
bind_values (sqlite3_stmt *statement,
             const char   *format,
             va_list       values)
{
  for (int i = 0; format[i] != '\0'; i++)
    {
      GBytes *bytes;
      gsize length;
      gconstpointer data;

      switch (format[i])
        {
        case 't':
          sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1,
                             SQLITE_TRANSIENT);
          break;
        case 'i':
          sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
          break;
        case 'b':
          bytes = va_arg (values, GBytes *);
          data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
          if (data != NULL)
            sqlite3_bind_blob64 (statement, i + 1, data, length, SQLITE_TRANSIENT);
          else
            sqlite3_bind_null (statement, i + 1);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

static sqlite3_stmt *
query_valist (IlkSqliteStore *self,
              GError        **error,
              const char     *sql,
              const char     *format,
              va_list         values)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (self->depth > 0, NULL);

  if (*error != NULL)
    return NULL;
  if (!self->begun)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                           "The database is held by another program");
      return NULL;
    }

  statement = prepare (self, sql, error);
  if (statement != NULL)
    bind_values (statement, format, values);
  return statement;
}

/* The statement with its values, to be stepped by ilk_sqlite_next () until that says FALSE or
 * reset by the caller; NULL with *error set. sql is a literal: its address is the cache's key. */
sqlite3_stmt *
ilk_sqlite_query (IlkSqliteStore *self,
                  GError        **error,
                  const char     *sql,
                  const char     *format,
                  ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, format);
  statement = query_valist (self, error, sql, format, values);
  va_end (values);
  return statement;
}

/* TRUE: a row is there. FALSE: the end, or *error is set; the statement is reset. */
gboolean
ilk_sqlite_next (IlkSqliteStore *self,
                 sqlite3_stmt   *statement,
                 GError        **error)
{
  int code;

  if (statement == NULL)
    return FALSE;

  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    set_error (self, error);

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return FALSE;
}

/* Runs a statement without rows and returns how many rows it changed. */
gint64
ilk_sqlite_run (IlkSqliteStore *self,
                GError        **error,
                const char     *sql,
                const char     *format,
                ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, format);
  statement = query_valist (self, error, sql, format, values);
  va_end (values);
  if (statement == NULL)
    return 0;

  while (ilk_sqlite_next (self, statement, error))
    ;
  return *error == NULL ? sqlite3_changes64 (self->database) : 0;
}

/* The number in the first column of the first row. */
gint64
ilk_sqlite_number (IlkSqliteStore *self,
                   GError        **error,
                   gint64          otherwise,
                   const char     *sql,
                   const char     *format,
                   ...)
{
  gint64 number = otherwise;
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, format);
  statement = query_valist (self, error, sql, format, values);
  va_end (values);

  if (ilk_sqlite_next (self, statement, error))
    {
      if (sqlite3_column_type (statement, 0) != SQLITE_NULL)
        number = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }
  return number;
}

gint64
ilk_sqlite_last_row (IlkSqliteStore *self)
{
  return sqlite3_last_insert_rowid (self->database);
}

char *
ilk_sqlite_text (sqlite3_stmt *statement,
                 int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

GBytes *
ilk_sqlite_blob (sqlite3_stmt *statement,
                 int           column)
{
  gconstpointer data = sqlite3_column_blob (statement, column);

  return g_bytes_new (data, sqlite3_column_bytes (statement, column));
}

void
ilk_sqlite_want_checkpoint (IlkSqliteStore *self)
{
  self->checkpoint = TRUE;
}

static void
ilk_sqlite_store_begin (IlkStore *store)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  g_rec_mutex_lock (&self->lock);
  if (self->depth++ > 0)
    return;

  /* When BEGIN fails (another process holds the file for too long), no statement may run: each
   * would be kept by itself. */
  self->checkpoint = FALSE;
  self->begun = sqlite3_exec (self->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
}

static void
ilk_sqlite_store_end (IlkStore *store,
                      GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  if (--self->depth == 0)
    {
      if (self->begun && *error == NULL)
        execute (self, "COMMIT", error);
      if (*error != NULL && !sqlite3_get_autocommit (self->database))
        execute (self, "ROLLBACK", NULL);
      if (self->checkpoint && *error == NULL)
        execute (self, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);
    }
  g_rec_mutex_unlock (&self->lock);
}

static gboolean
check_schema (IlkSqliteStore *self,
              GError        **error)
{
  g_autoptr (GError) local = NULL;
  gint64 version;

  ilk_store_begin (ILK_STORE (self));
  version = ilk_sqlite_number (self, &local, 0, "PRAGMA user_version", "");
  if (local == NULL && version > ilk_sqlite_schema_get_version ())
    g_set_error (&local, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                 "The database has schema version %d, this program knows %d",
                 (int) version, ilk_sqlite_schema_get_version ());
  for (; local == NULL && version < ilk_sqlite_schema_get_version (); version++)
    execute (self, ilk_sqlite_schema_get_step ((int) version), &local);
  ilk_store_end (ILK_STORE (self), &local);

  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The file is made with mode 0600 before SQLite sees it; its side files take over that mode. */
static gboolean
make_file (const char *path,
           GError    **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

static void
ilk_sqlite_store_finalize (GObject *object)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (object);

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->database, sqlite3_close);
  g_rec_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_sqlite_store_parent_class)->finalize (object);
}

static void
ilk_sqlite_store_class_init (IlkSqliteStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_sqlite_store_finalize;
}

static void
ilk_sqlite_store_init (IlkSqliteStore *self)
{
  g_rec_mutex_init (&self->lock);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                            (GDestroyNotify) sqlite3_finalize);
}

static void
ilk_sqlite_store_iface_init (IlkStoreInterface *iface)
{
  iface->begin = ilk_sqlite_store_begin;
  iface->end = ilk_sqlite_store_end;
  ilk_sqlite_login_init (iface);
  ilk_sqlite_cards_init (iface);
  ilk_sqlite_acts_init (iface);
}

/**
 * ilk_sqlite_store_new:
 * @path: the database file; made when it is missing
 *
 * Returns: (transfer full): the store, or %NULL with %ILK_SERVER_ERROR_STORE
 */
IlkSqliteStore *
ilk_sqlite_store_new (const char *path,
                      GError    **error)
{
  g_autoptr (IlkSqliteStore) self = g_object_new (ILK_TYPE_SQLITE_STORE, NULL);

  if (!make_file (path, error))
    return NULL;
  if (sqlite3_open_v2 (path, &self->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                       NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->database, BUSY_MILLISECONDS);
  if (!execute (self,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
                "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;", error) ||
      !check_schema (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Made with mode 0600 and empty, as SQLite takes it; never one that is there. */
static gboolean
make_new_file (const char  *path,
               GError     **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/**
 * ilk_sqlite_store_back_up:
 * @path: of the copy
 *
 * Copies what is committed now, without what was deleted: no free page of the database comes along.
 */
gboolean
ilk_sqlite_store_back_up (IlkSqliteStore *self,
                          const char     *path,
                          GError        **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean done;

  g_return_val_if_fail (ILK_IS_SQLITE_STORE (self), FALSE);

  if (!make_new_file (path, error))
    return FALSE;

  g_rec_mutex_lock (&self->lock);
  done = sqlite3_prepare_v2 (self->database, "VACUUM INTO ?", -1, &statement, NULL) == SQLITE_OK &&
         sqlite3_bind_text (statement, 1, path, -1, SQLITE_STATIC) == SQLITE_OK &&
         sqlite3_step (statement) == SQLITE_DONE;
  if (!done)
    {
      set_error (self, error);
      unlink (path);
    }
  sqlite3_finalize (statement);
  g_rec_mutex_unlock (&self->lock);
  return done;
}

gboolean
ilk_sqlite_store_check (IlkSqliteStore *self,
                        GError        **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean whole;

  g_return_val_if_fail (ILK_IS_SQLITE_STORE (self), FALSE);

  g_rec_mutex_lock (&self->lock);
  whole = sqlite3_prepare_v2 (self->database, "PRAGMA integrity_check (1)", -1, &statement, NULL)
          == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW &&
          g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);
  g_rec_mutex_unlock (&self->lock);
  if (!whole)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                         "the database is damaged");
  return whole;
}
