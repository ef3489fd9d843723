/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sqlite-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/ilk-crash-point.h"
#include "server/ilk-store-schema.h"

#define BUSY_MILLISECONDS 5000
#define RETRY_MILLISECONDS 2

struct _IlkSqliteDatabase
{
  GObject     parent_instance;

  sqlite3    *database;
  GHashTable *statements;   /* SQL literal -> prepared statement */
  GRecMutex   lock;
  int         depth;
  gboolean    begun;        /* BEGIN went through */
  gboolean    checkpoint;   /* something was erased in this transaction */
};

static void ilk_sqlite_database_iface_init (IlkDatabaseInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSqliteDatabase, ilk_sqlite_database, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_DATABASE,
                                                      ilk_sqlite_database_iface_init))

/* SQLite's message names tables and columns, never values. */
static void
set_error (IlkSqliteDatabase *self,
           GError        **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "SQLite: %s",
               sqlite3_errmsg (self->database));
}

static void
set_busy (GError **error)
{
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_BUSY,
                       "The database is held by another program");
}

static gboolean
execute (IlkSqliteDatabase *self,
         const char     *sql,
         GError        **error)
{
  if (sqlite3_exec (self->database, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self, error);
  return FALSE;
}

static sqlite3_stmt *
prepare (IlkSqliteDatabase *self,
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
          /* An empty blob is no null. */
          if (bytes != NULL)
            sqlite3_bind_blob64 (statement, i + 1, data != NULL ? data : "", length,
                                 SQLITE_TRANSIENT);
          else
            sqlite3_bind_null (statement, i + 1);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

/* A database that could not be begun runs nothing: each statement would be kept by itself. */
static sqlite3_stmt *
get_statement (IlkSqliteDatabase *self,
               const char        *sql,
               GError           **error)
{
  g_return_val_if_fail (self->depth > 0, NULL);

  if (self->begun)
    return prepare (self, sql, error);

  set_busy (error);
  return NULL;
}

static void
read_row (IlkRows      *rows,
          sqlite3_stmt *statement)
{
  for (int i = 0; i < sqlite3_column_count (statement); i++)
    switch (sqlite3_column_type (statement, i))
      {
      case SQLITE_NULL:
        ilk_rows_add_null (rows);
        break;
      case SQLITE_INTEGER:
        ilk_rows_add_number (rows, sqlite3_column_int64 (statement, i));
        break;
      default:
        {
          gconstpointer data = sqlite3_column_blob (statement, i);

          ilk_rows_add_blob (rows, data, (gsize) sqlite3_column_bytes (statement, i));
        }
      }
}

static IlkRows *
ilk_sqlite_database_run (IlkDatabase *database,
                         const char  *sql,
                         const char  *format,
                         va_list      values,
                         gint64      *changed,
                         GError     **error)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (database);
  sqlite3_stmt *statement = get_statement (self, sql, error);
  g_autoptr (IlkRows) rows = NULL;
  int code;

  if (statement == NULL)
    return NULL;

  bind_values (statement, format, values);
  rows = ilk_rows_new (sqlite3_column_count (statement));
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    read_row (rows, statement);
  if (code != SQLITE_DONE)
    set_error (self, error);
  else
    *changed = sqlite3_changes64 (self->database);

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return code == SQLITE_DONE ? g_steal_pointer (&rows) : NULL;
}

static void
ilk_sqlite_database_want_erased (IlkDatabase *database)
{
  ILK_SQLITE_DATABASE (database)->checkpoint = TRUE;
}

/* One transaction runs at a time here: nothing has to be held back, and one chain is enough. */
static void
ilk_sqlite_database_lock (IlkDatabase *database,
                          gint64       key,
                          GError     **error)
{
}

static gint64
ilk_sqlite_database_get_chain (IlkDatabase *database)
{
  return 0;
}

static void
ilk_sqlite_database_begin (IlkDatabase *database)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (database);

  g_rec_mutex_lock (&self->lock);
  if (self->depth++ > 0)
    return;

  /* When BEGIN fails (another process holds the file for too long), no statement may run: each
   * would be kept by itself. */
  self->checkpoint = FALSE;
  self->begun = sqlite3_exec (self->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
}

static void
ilk_sqlite_database_end (IlkDatabase *database,
                         GError     **error)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (database);

  if (--self->depth == 0)
    {
      ilk_crash_point ("commit");
      if (self->begun && *error == NULL)
        execute (self, "COMMIT", error);
      ilk_crash_point ("committed");
      if (*error != NULL && !sqlite3_get_autocommit (self->database))
        execute (self, "ROLLBACK", NULL);
      if (self->checkpoint && *error == NULL)
        execute (self, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);
    }
  g_rec_mutex_unlock (&self->lock);
}

static gint64
read_version (IlkSqliteDatabase *self)
{
  sqlite3_stmt *statement = NULL;
  gint64 version = -1;

  if (sqlite3_prepare_v2 (self->database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

static gboolean
take_step (IlkSqliteDatabase *self,
           int                version,
           GError           **error)
{
  const IlkSchemaStep *step = ilk_store_schema_get_step (version);
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", version + 1);

  return execute (self, step->sql, error) &&
         (step->sqlite == NULL || execute (self, step->sqlite, error)) &&
         execute (self, mark, error);
}

static gboolean
check_schema (IlkSqliteDatabase *self,
              GError           **error)
{
  GError *local = NULL;
  gint64 version;

  ilk_database_begin (ILK_DATABASE (self));
  version = read_version (self);
  if (!self->begun)
    set_busy (&local);
  else if (version < 0)
    set_error (self, &local);
  else if (version > ilk_store_schema_get_version ())
    g_set_error (&local, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                 "The database has schema version %d, this program knows %d",
                 (int) version, ilk_store_schema_get_version ());
  for (; local == NULL && version < ilk_store_schema_get_version (); version++)
    take_step (self, (int) version, &local);
  ilk_database_end (ILK_DATABASE (self), &local);

  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Several programs that open one new database at once would stand in each other's way: SQLite does
 * not wait when it makes a file one with a write-ahead log. So the folder is locked meanwhile, until
 * the descriptor is closed; where the file system has no such locks, nobody waits.
 * Returns: -1: it could not be opened */
static int
lock_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fd;
}

static gboolean
is_file (const char *path)
{
  struct stat status;

  return lstat (path, &status) == 0 && S_ISREG (status.st_mode);
}

/* SQLite's own way of waiting looks ten times a second in the end, and a service that has much to
 * write leaves no such gap for seconds. */
static int
on_busy (void *data,
         int   tries)
{
  if (tries >= BUSY_MILLISECONDS / RETRY_MILLISECONDS)
    return 0;

  sqlite3_sleep (RETRY_MILLISECONDS);
  return 1;
}

/* The file has mode 0600 before SQLite sees it; its side files take over that mode. It is made under
 * another name, as closing a file would undo the locks that this process has on it by now. */
static gboolean
make_file (const char *path,
           GError    **error)
{
  g_autofree char *draft = NULL;
  int fd;
  int code;

  if (is_file (path))
    return TRUE;

  draft = g_strconcat (path, "-XXXXXX", NULL);
  fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);
  code = fd < 0 || link (draft, path) != 0 ? errno : 0;
  if (fd >= 0)
    {
      close (fd);
      unlink (draft);
    }
  if (code == 0 || (code == EEXIST && is_file (path)))
    return TRUE;
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "%s: %s", path, g_strerror (code));
  return FALSE;
}

static void
ilk_sqlite_database_finalize (GObject *object)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (object);

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->database, sqlite3_close);
  g_rec_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_sqlite_database_parent_class)->finalize (object);
}

static void
ilk_sqlite_database_class_init (IlkSqliteDatabaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_sqlite_database_finalize;
}

static void
ilk_sqlite_database_init (IlkSqliteDatabase *self)
{
  g_rec_mutex_init (&self->lock);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                            (GDestroyNotify) sqlite3_finalize);
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

/* Copies what is committed now, without what was deleted: no free page comes along. */
static gboolean
ilk_sqlite_database_back_up (IlkDatabase *database,
                             const char  *path,
                             GError     **error)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (database);
  sqlite3_stmt *statement = NULL;
  gboolean done;

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

static gboolean
ilk_sqlite_database_check (IlkDatabase *database,
                           GError     **error)
{
  IlkSqliteDatabase *self = ILK_SQLITE_DATABASE (database);
  sqlite3_stmt *statement = NULL;
  gboolean whole;

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

static void
ilk_sqlite_database_iface_init (IlkDatabaseInterface *iface)
{
  iface->begin = ilk_sqlite_database_begin;
  iface->end = ilk_sqlite_database_end;
  iface->run = ilk_sqlite_database_run;
  iface->lock = ilk_sqlite_database_lock;
  iface->get_chain = ilk_sqlite_database_get_chain;
  iface->want_erased = ilk_sqlite_database_want_erased;
  iface->back_up = ilk_sqlite_database_back_up;
  iface->check = ilk_sqlite_database_check;
}

static gboolean
open_file (IlkSqliteDatabase *self,
           const char        *path,
           GError           **error)
{
  if (!make_file (path, error))
    return FALSE;
  if (sqlite3_open_v2 (path, &self->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                       NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return FALSE;
    }
  sqlite3_busy_handler (self->database, on_busy, NULL);
  return execute (self,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
                  "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;", error) &&
         check_schema (self, error);
}

/**
 * ilk_sqlite_database_open:
 * @path: the database file; made when it is missing
 *
 * Returns: (transfer full): the database, or %NULL with %ILK_SERVER_ERROR_STORE
 */
IlkDatabase *
ilk_sqlite_database_open (const char *path,
                          GError    **error)
{
  g_autoptr (IlkSqliteDatabase) self = g_object_new (ILK_TYPE_SQLITE_DATABASE, NULL);
  int lock = lock_folder (path);
  gboolean opened = open_file (self, path, error);

  if (lock >= 0)
    close (lock);
  return opened ? ILK_DATABASE (g_steal_pointer (&self)) : NULL;
}
