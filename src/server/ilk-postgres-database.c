/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-postgres-database.h"

#include <libpq-fe.h>
#include <string.h>
#include "server/ilk-crash-point.h"
#include "server/ilk-store-schema.h"

/* libpq's own numbers of types (pg_type.dat); they never change. */
#define OID_BOOL  16
#define OID_BYTEA 17
#define OID_INT8  20
#define OID_INT4  23
#define OID_TEXT  25

#define MAX_VALUES   16
#define NUMBER_SIZE  24
#define BINARY       1

/* Keys of the advisory locks' first half. */
#define LOCK_CHAIN  0x696c6b01
#define LOCK_SCHEMA 0x696c6b02
#define MAX_CHAINS  4096

/* A statement waits for a lock, and a transaction for its next statement, only so long. */
#define OPTIONS "-c lock_timeout=5000 -c statement_timeout=20000" \
                " -c idle_in_transaction_session_timeout=60000 -c client_min_messages=error"

/* One connection: of one thread while its transaction lasts. */
typedef struct {
  PGconn     *link;
  GHashTable *names;      /* SQL literal -> name of the prepared statement */
  gint64      chain;
  int         depth;
  gboolean    begun;
} Connection;

struct _IlkPostgresDatabase
{
  GObject     parent_instance;

  char       *address;
  GMutex      lock;
  GHashTable *used;       /* GThread -> Connection */
  GPtrArray  *idle;
};

static void ilk_postgres_database_iface_init (IlkDatabaseInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkPostgresDatabase, ilk_postgres_database, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_DATABASE,
                                                      ilk_postgres_database_iface_init))

typedef PGresult IlkResult;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkResult, PQclear)

static void
connection_free (gpointer data)
{
  Connection *self = data;

  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->link, PQfinish);
  g_free (self);
}

/* What may work when it is tried again: the server is away, stopped the statement, or found two
 * transactions waiting for each other. */
static gboolean
is_passing (PGconn          *link,
            const PGresult  *result)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;

  return PQstatus (link) != CONNECTION_OK || state == NULL || g_str_has_prefix (state, "08") ||
         g_str_has_prefix (state, "40") || g_str_has_prefix (state, "53") ||
         g_str_has_prefix (state, "55") || g_str_has_prefix (state, "57");
}

/* The primary message names tables and columns; the detail, which may have values in it, is left
 * out. */
static void
set_error (PGconn          *link,
           const PGresult  *result,
           GError         **error)
{
  const char *primary = result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY)
                                       : NULL;

  g_set_error (error, ILK_SERVER_ERROR,
               is_passing (link, result) ? ILK_SERVER_ERROR_BUSY : ILK_SERVER_ERROR_STORE,
               "PostgreSQL: %s", primary != NULL ? primary : "the server can't be reached");
}

static gboolean
execute (Connection *connection,
         const char *sql,
         GError    **error)
{
  g_autoptr (IlkResult) result = PQexec (connection->link, sql);

  if (PQresultStatus (result) == PGRES_COMMAND_OK || PQresultStatus (result) == PGRES_TUPLES_OK)
    return TRUE;

  set_error (connection->link, result, error);
  return FALSE;
}

/* The chain with the lowest number that no other connection of any instance has; the server gives
 * it back when this connection ends, however it ends. */
static gboolean
take_chain (Connection *connection)
{
  for (int chain = 0; chain < MAX_CHAINS; chain++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT pg_try_advisory_lock (%d, %d)", LOCK_CHAIN,
                                              chain);
      g_autoptr (IlkResult) result = PQexec (connection->link, sql);

      if (PQresultStatus (result) != PGRES_TUPLES_OK)
        return FALSE;
      if (g_str_equal (PQgetvalue (result, 0, 0), "t"))
        {
          connection->chain = chain;
          return TRUE;
        }
    }
  return FALSE;
}

static Connection *
connect_anew (IlkPostgresDatabase *self)
{
  const char *const names[] = { "dbname", "options", "connect_timeout", "client_encoding",
                                "application_name", NULL };
  const char *const values[] = { self->address, OPTIONS, "5", "UTF8", "ilkimza-service", NULL };
  Connection *connection = g_new0 (Connection, 1);

  connection->link = PQconnectdbParams (names, values, TRUE);
  connection->names = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  if (PQstatus (connection->link) == CONNECTION_OK && take_chain (connection))
    return connection;

  connection_free (connection);
  return NULL;
}

static Connection *
get_connection (IlkPostgresDatabase *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_lookup (self->used, g_thread_self ());
}

static Connection *
take_idle (IlkPostgresDatabase *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->idle->len > 0 ? g_ptr_array_steal_index (self->idle, self->idle->len - 1) : NULL;
}

/* A connection that lay idle may be dead by now: the next one is tried, a new one in the end. */
static Connection *
begin_anywhere (IlkPostgresDatabase *self)
{
  Connection *connection;

  while ((connection = take_idle (self)) != NULL)
    {
      if (execute (connection, "BEGIN", NULL))
        return connection;
      connection_free (connection);
    }
  connection = connect_anew (self);
  if (connection == NULL || execute (connection, "BEGIN", NULL))
    return connection;

  connection_free (connection);
  return NULL;
}

static void
ilk_postgres_database_begin (IlkDatabase *database)
{
  IlkPostgresDatabase *self = ILK_POSTGRES_DATABASE (database);
  Connection *connection = get_connection (self);

  if (connection == NULL)
    {
      connection = begin_anywhere (self);
      if (connection == NULL)
        connection = g_new0 (Connection, 1);
      connection->begun = connection->link != NULL;
      g_mutex_lock (&self->lock);
      g_hash_table_insert (self->used, g_thread_self (), connection);
      g_mutex_unlock (&self->lock);
    }
  connection->depth++;
}

static void
give_back (IlkPostgresDatabase *self,
           Connection          *connection)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_remove (self->used, g_thread_self ());
  if (connection->link != NULL && PQstatus (connection->link) == CONNECTION_OK &&
      PQtransactionStatus (connection->link) == PQTRANS_IDLE)
    g_ptr_array_add (self->idle, connection);
  else
    connection_free (connection);
}

/* COMMIT answers "ROLLBACK" when a statement had failed: nothing was kept then. */
static void
commit (Connection *connection,
        GError    **error)
{
  g_autoptr (IlkResult) result = PQexec (connection->link, "COMMIT");

  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    set_error (connection->link, result, error);
  else if (!g_str_equal (PQcmdStatus (result), "COMMIT"))
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                         "PostgreSQL: the transaction was rolled back");
}

static void
ilk_postgres_database_end (IlkDatabase *database,
                           GError     **error)
{
  IlkPostgresDatabase *self = ILK_POSTGRES_DATABASE (database);
  Connection *connection = get_connection (self);

  g_return_if_fail (connection != NULL);

  if (--connection->depth > 0)
    return;
  ilk_crash_point ("commit");
  if (connection->begun && *error == NULL)
    commit (connection, error);
  ilk_crash_point ("committed");
  if (connection->begun && PQtransactionStatus (connection->link) != PQTRANS_IDLE)
    execute (connection, "ROLLBACK", NULL);
  give_back (self, connection);
}

/* "?" and "?3" are "$1", "$2" … and "$3" there. */
static char *
number_places (const char *sql)
{
  GString *text = g_string_new (NULL);
  int place = 0;

  for (const char *c = sql; *c != '\0'; c++)
    {
      if (*c != '?')
        g_string_append_c (text, *c);
      else if (g_ascii_isdigit (c[1]))
        g_string_append_c (text, '$');
      else
        g_string_append_printf (text, "$%d", ++place);
    }
  return g_string_free (text, FALSE);
}

static void
name_types (const char *format,
            Oid        *types)
{
  for (int i = 0; format[i] != '\0'; i++)
    types[i] = format[i] == 'i' ? OID_INT8 : format[i] == 'b' ? OID_BYTEA : OID_TEXT;
}

static const char *
prepare (Connection *connection,
         const char *sql,
         const char *format,
         GError    **error)
{
  const char *known = g_hash_table_lookup (connection->names, sql);
  g_autoptr (IlkResult) result = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  Oid types[MAX_VALUES];

  if (known != NULL)
    return known;

  g_assert (strlen (format) <= MAX_VALUES);
  name = g_strdup_printf ("s%u", g_hash_table_size (connection->names));
  text = number_places (sql);
  name_types (format, types);
  result = PQprepare (connection->link, name, text, (int) strlen (format), types);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    {
      set_error (connection->link, result, error);
      return NULL;
    }
  known = name;
  g_hash_table_insert (connection->names, (gpointer) sql, g_steal_pointer (&name));
  return known;
}

typedef struct {
  const char *values[MAX_VALUES];
  int         lengths[MAX_VALUES];
  int         formats[MAX_VALUES];
  char        numbers[MAX_VALUES][NUMBER_SIZE];
} Bound;

static void
bind_values (Bound      *bound,
             const char *format,
             va_list     values)
{
  for (int i = 0; format[i] != '\0'; i++)
    {
      GBytes *bytes;
      gsize length = 0;

      bound->formats[i] = 0;
      switch (format[i])
        {
        case 't':
          bound->values[i] = va_arg (values, const char *);
          break;
        case 'i':
          g_snprintf (bound->numbers[i], NUMBER_SIZE, "%" G_GINT64_FORMAT,
                      va_arg (values, gint64));
          bound->values[i] = bound->numbers[i];
          break;
        case 'b':
          bytes = va_arg (values, GBytes *);
          bound->values[i] = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
          /* libpq takes a NULL for a null, whatever the length. */
          if (bytes != NULL && bound->values[i] == NULL)
            bound->values[i] = "";
          bound->lengths[i] = (int) length;
          bound->formats[i] = BINARY;
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

static gint64
read_number (const char *value,
             int         length)
{
  guint64 number = 0;

  for (int i = 0; i < length; i++)
    number = number << 8 | (guint8) value[i];
  return length == 4 ? (gint32) number : (gint64) number;
}

static void
read_cell (IlkRows        *rows,
           const PGresult *result,
           int             row,
           int             column)
{
  const char *value = PQgetvalue (result, row, column);
  int length = PQgetlength (result, row, column);

  if (PQgetisnull (result, row, column))
    {
      ilk_rows_add_null (rows);
      return;
    }
  switch (PQftype (result, column))
    {
    case OID_BOOL:
    case OID_INT4:
    case OID_INT8:
      ilk_rows_add_number (rows, read_number (value, length));
      break;
    default:
      ilk_rows_add_blob (rows, value, (gsize) length);
    }
}

static IlkRows *
read_rows (const PGresult *result)
{
  IlkRows *rows = ilk_rows_new (PQnfields (result));

  for (int row = 0; row < PQntuples (result); row++)
    for (int column = 0; column < PQnfields (result); column++)
      read_cell (rows, result, row, column);
  return rows;
}

static IlkRows *
ilk_postgres_database_run (IlkDatabase *database,
                           const char  *sql,
                           const char  *format,
                           va_list      values,
                           gint64      *changed,
                           GError     **error)
{
  Connection *connection = get_connection (ILK_POSTGRES_DATABASE (database));
  g_autoptr (IlkResult) result = NULL;
  const char *name;
  Bound bound;

  g_return_val_if_fail (connection != NULL, NULL);

  if (!connection->begun)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_BUSY,
                           "PostgreSQL: the server can't be reached");
      return NULL;
    }
  name = prepare (connection, sql, format, error);
  if (name == NULL)
    return NULL;
  bind_values (&bound, format, values);
  result = PQexecPrepared (connection->link, name, (int) strlen (format), bound.values,
                           bound.lengths, bound.formats, BINARY);
  if (PQresultStatus (result) != PGRES_COMMAND_OK && PQresultStatus (result) != PGRES_TUPLES_OK)
    {
      set_error (connection->link, result, error);
      return NULL;
    }
  *changed = g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
  return read_rows (result);
}

static IlkRows *
run (IlkDatabase *database,
     GError     **error,
     const char  *sql,
     const char  *format,
     ...)
{
  IlkRows *rows;
  gint64 changed;
  va_list values;

  va_start (values, format);
  rows = ilk_database_run (database, sql, format, values, &changed, error);
  va_end (values);
  return rows;
}

static void
ilk_postgres_database_lock (IlkDatabase *database,
                            gint64       key,
                            GError     **error)
{
  ilk_rows_free (run (database, error, "SELECT pg_advisory_xact_lock (?)", "i", key));
}

static gint64
ilk_postgres_database_get_chain (IlkDatabase *database)
{
  Connection *connection = get_connection (ILK_POSTGRES_DATABASE (database));

  return connection != NULL ? connection->chain : 0;
}

/* What was deleted stays in the server's files for a while, sealed by a key that is destroyed at the
 * end of its week. */
static void
ilk_postgres_database_want_erased (IlkDatabase *database)
{
}

static gboolean
ilk_postgres_database_back_up (IlkDatabase *database,
                               const char  *path,
                               GError     **error)
{
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                       "PostgreSQL is backed up by pg_dump or pg_basebackup");
  return FALSE;
}

static gboolean
ilk_postgres_database_check (IlkDatabase *database,
                             GError     **error)
{
  g_autoptr (GError) local = NULL;

  ilk_database_begin (database);
  ilk_rows_free (run (database, &local, "SELECT 1", ""));
  ilk_database_end (database, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static char *
translate (const char *sql)
{
  GString *text = g_string_new (sql);

  g_string_replace (text, "INTEGER PRIMARY KEY",
                    "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", 0);
  g_string_replace (text, "INTEGER", "BIGINT", 0);
  g_string_replace (text, "BLOB", "BYTEA", 0);
  g_string_replace (text, " WITHOUT ROWID", "", 0);
  return g_string_free (text, FALSE);
}

static gboolean
take_step (Connection *connection,
           int         version,
           GError    **error)
{
  const IlkSchemaStep *step = ilk_store_schema_get_step (version);
  g_autofree char *sql = translate (step->sql);
  g_autofree char *mark = g_strdup_printf ("UPDATE schema_version SET version = %d", version + 1);

  return execute (connection, sql, error) &&
         (step->postgres == NULL || execute (connection, step->postgres, error)) &&
         execute (connection, mark, error);
}

static gint64
read_version (IlkPostgresDatabase *self,
              GError             **error)
{
  Connection *connection = get_connection (self);
  g_autofree char *hold = g_strdup_printf ("SELECT pg_advisory_xact_lock (%d, 0)", LOCK_SCHEMA);
  g_autoptr (IlkRows) rows = NULL;

  /* One instance makes or changes the tables, the others wait for it. */
  if (!execute (connection, hold, error) ||
      !execute (connection, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)",
                error) ||
      !execute (connection, "INSERT INTO schema_version SELECT 0"
                " WHERE NOT EXISTS (SELECT 1 FROM schema_version)", error))
    return -1;
  rows = run (ILK_DATABASE (self), error, "SELECT version FROM schema_version", "");
  return ilk_rows_next (rows) ? ilk_rows_number (rows, 0) : -1;
}

static void
take_steps (IlkPostgresDatabase *self,
            GError             **error)
{
  Connection *connection = get_connection (self);
  gint64 version;

  if (!connection->begun)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                           "PostgreSQL: the server can't be reached, or refuses");
      return;
    }
  version = read_version (self, error);
  if (version > ilk_store_schema_get_version ())
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                 "The database has schema version %d, this program knows %d",
                 (int) version, ilk_store_schema_get_version ());
  for (; *error == NULL && version < ilk_store_schema_get_version (); version++)
    take_step (connection, (int) version, error);
}

static void
ilk_postgres_database_finalize (GObject *object)
{
  IlkPostgresDatabase *self = ILK_POSTGRES_DATABASE (object);

  g_clear_pointer (&self->used, g_hash_table_unref);
  g_clear_pointer (&self->idle, g_ptr_array_unref);
  g_clear_pointer (&self->address, g_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_postgres_database_parent_class)->finalize (object);
}

static void
ilk_postgres_database_class_init (IlkPostgresDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_postgres_database_finalize;
}

static void
ilk_postgres_database_iface_init (IlkDatabaseInterface *iface)
{
  iface->begin = ilk_postgres_database_begin;
  iface->end = ilk_postgres_database_end;
  iface->run = ilk_postgres_database_run;
  iface->lock = ilk_postgres_database_lock;
  iface->get_chain = ilk_postgres_database_get_chain;
  iface->want_erased = ilk_postgres_database_want_erased;
  iface->back_up = ilk_postgres_database_back_up;
  iface->check = ilk_postgres_database_check;
}

static void
ilk_postgres_database_init (IlkPostgresDatabase *self)
{
  g_mutex_init (&self->lock);
  self->used = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->idle = g_ptr_array_new_with_free_func (connection_free);
}

gboolean
ilk_postgres_database_is_address (const char *database)
{
  return g_str_has_prefix (database, "postgresql://") || g_str_has_prefix (database, "postgres://");
}

/* A command line is there for all to see. */
static gboolean
has_password (const char *address)
{
  PQconninfoOption *options = PQconninfoParse (address, NULL);
  gboolean found = FALSE;

  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    found = found || (g_str_equal (option->keyword, "password") && option->val != NULL);
  PQconninfoFree (options);
  return found;
}

/**
 * ilk_postgres_database_open:
 * @address: postgresql://user@host/name, or with host=/folder for a socket; a password comes from
 *   the file that PGPASSFILE names
 *
 * Returns: (transfer full): the database, or %NULL with %ILK_SERVER_ERROR_STORE
 */
IlkDatabase *
ilk_postgres_database_open (const char *address,
                            GError    **error)
{
  g_autoptr (IlkPostgresDatabase) self = g_object_new (ILK_TYPE_POSTGRES_DATABASE, NULL);
  GError *local = NULL;

  if (has_password (address))
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                           "The database's address has a password in it, which others can see: "
                           "put it into the file that PGPASSFILE names");
      return NULL;
    }
  self->address = g_strdup (address);
  ilk_database_begin (ILK_DATABASE (self));
  take_steps (self, &local);
  ilk_database_end (ILK_DATABASE (self), &local);
  if (local == NULL)
    return ILK_DATABASE (g_steal_pointer (&self));

  g_propagate_error (error, local);
  return NULL;
}
