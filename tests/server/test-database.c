/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-store-private.h"
#include "server/ilk-store-schema.h"

/* What both drivers of the store's database promise; beside a PostgreSQL server when
 * ILK_TEST_POSTGRES tells of one, else with SQLite. */

typedef struct {
  ServerFixture *fixture;
  IlkStore      *store;
} Test;

static void
set_up (Test         *self,
        gconstpointer data)
{
  self->fixture = server_fixture_new ();
  self->store = self->fixture->store;
}

static void
tear_down (Test         *self,
           gconstpointer data)
{
  server_fixture_free (self->fixture);
}

static gboolean
is_postgres (Test *self)
{
  return self->fixture->database_name != NULL;
}

static void
add_captcha (IlkStore   *store,
             const char *id,
             GError    **error)
{
  g_autoptr (GBytes) mac = g_bytes_new_static ("\0\1\377'\\", 5);

  ilk_store_captcha_add (store, id, mac, G_MAXINT64, error);
}

static gboolean
has_captcha (IlkStore   *store,
             const char *id)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  ilk_store_begin (store);
  count = ilk_store_number (store, &error, -1, "SELECT count (*) FROM captchas WHERE id = ?", "t",
                            id);
  ilk_store_end (store, &error);
  g_assert_no_error (error);
  return count == 1;
}

/* Every kind of value comes back as it went in. */
static void
test_values (Test         *self,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) mac = NULL;
  g_autoptr (IlkRows) rows = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) back = NULL;
  gint64 expires;

  ilk_store_begin (self->store);
  add_captcha (self->store, "İ 'x' \\ ?", &error);
  mac = ilk_store_captcha_take (self->store, "İ 'x' \\ ?", &expires, &error);
  ilk_store_run (self->store, &error,
                 "INSERT INTO answers (scope, key, payload, status, body, at)"
                 " VALUES (?, ?, ?, ?, ?, ?)", "ttbibi", "", "k", empty, G_MININT64, NULL,
                 (gint64) -1);
  rows = ilk_store_query (self->store, &error,
                          "SELECT scope, payload, status, body, at FROM answers", "");
  ilk_store_end (self->store, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (mac, NULL), g_bytes_get_size (mac), "\0\1\377'\\", 5);
  g_assert_cmpint (expires, ==, G_MAXINT64);
  g_assert_true (ilk_rows_next (rows));
  text = ilk_rows_text (rows, 0);
  g_assert_cmpstr (text, ==, "");
  back = ilk_rows_blob (rows, 1);
  g_assert_cmpuint (g_bytes_get_size (back), ==, 0);
  g_assert_cmpint (ilk_rows_number (rows, 2), ==, G_MININT64);
  g_assert_true (ilk_rows_is_null (rows, 3));
  g_assert_null (ilk_rows_blob (rows, 3));
  g_assert_null (ilk_rows_text (rows, 3));
  g_assert_cmpint (ilk_rows_number (rows, 4), ==, -1);
  g_assert_false (ilk_rows_next (rows));
  g_assert_false (ilk_rows_next (NULL));
}

/* A placeholder with a number stands for the same value wherever it is. */
static void
test_numbered_places (Test         *self,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 number;

  ilk_store_begin (self->store);
  number = ilk_store_number (self->store, &error, -1, "SELECT ?2 - ?1 + ?2", "ii", (gint64) 1,
                             (gint64) 10);
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number, ==, 19);
}

static void
test_rolls_back (Test         *self,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ilk_store_begin (self->store);
  add_captcha (self->store, "a", &error);
  g_assert_no_error (error);
  add_captcha (self->store, "a", &error);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  g_assert_null (strstr (error->message, "'a'"));
  ilk_store_end (self->store, &error);
  g_clear_error (&error);
  g_assert_false (has_captcha (self->store, "a"));

  /* An error of the rules' own does the same. */
  ilk_store_begin (self->store);
  add_captcha (self->store, "b", &error);
  g_set_error_literal (&error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_FAILED, "made up");
  ilk_store_end (self->store, &error);
  g_clear_error (&error);
  g_assert_false (has_captcha (self->store, "b"));
}

static void
test_nests (Test         *self,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ilk_store_begin (self->store);
  ilk_store_begin (self->store);
  add_captcha (self->store, "inner", &error);
  ilk_store_end (self->store, &error);
  add_captcha (self->store, "outer", &error);
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
  g_assert_true (has_captcha (self->store, "inner"));
  g_assert_true (has_captcha (self->store, "outer"));
}

typedef struct {
  IlkStore *store;
  int       rounds;
} Counter;

#define HOLDER 1

/* Counts what is there, then adds one with the next number: wrong unless the holder is locked. */
static gpointer
count_up (gpointer data)
{
  Counter *counter = data;

  for (int i = 0; i < counter->rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *id = NULL;
      gint64 count;

      ilk_store_begin (counter->store);
      ilk_store_lock (counter->store, HOLDER, &error);
      count = ilk_store_number (counter->store, &error, -1, "SELECT count (*) FROM captchas", "");
      id = g_strdup_printf ("%" G_GINT64_FORMAT, count + 1);
      add_captcha (counter->store, id, &error);
      ilk_store_end (counter->store, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static void
test_lock (Test         *self,
           gconstpointer data)
{
  Counter counter = { self->store, 25 };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("count", count_up, &counter);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (has_captcha (self->store, "100"));
}

static gpointer
take_once (gpointer data)
{
  Counter *counter = data;
  gsize taken = 0;

  for (int i = 0; i < counter->rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *id = g_strdup_printf ("race-%d", i);
      g_autoptr (GBytes) mac = NULL;
      gint64 expires;

      ilk_store_begin (counter->store);
      mac = ilk_store_captcha_take (counter->store, id, &expires, &error);
      ilk_store_end (counter->store, &error);
      g_assert_no_error (error);
      taken += mac != NULL;
    }
  return GSIZE_TO_POINTER (taken);
}

static void
test_single_use (Test         *self,
                 gconstpointer data)
{
  Counter counter = { self->store, 1000 };
  g_autoptr (GError) error = NULL;
  GThread *threads[2];
  gsize taken = 0;

  ilk_store_begin (self->store);
  for (int i = 0; i < counter.rounds; i++)
    {
      g_autofree char *id = g_strdup_printf ("race-%d", i);

      add_captcha (self->store, id, &error);
    }
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("take", take_once, &counter);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    taken += GPOINTER_TO_SIZE (g_thread_join (threads[i]));
  g_assert_cmpuint (taken, ==, 1000);
}

static gpointer
write_audit (gpointer data)
{
  Counter *counter = data;
  g_autoptr (GBytes) mac = g_bytes_new_static ("mac", 3);

  for (int i = 0; i < counter->rounds; i++)
    {
      IlkAuditRecord record = { .at = NOW, .who = "", .what = "w", .outcome = "o", .reason = "",
                                .assurance = "", .mac = mac };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) before = NULL;

      ilk_store_begin (counter->store);
      before = ilk_store_audit_last_mac (counter->store, &record.chain, &error);
      ilk_store_audit_add (counter->store, &record, &error);
      ilk_store_end (counter->store, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

/* Each entry is in one chain, and every chain is found. */
static void
test_chains (Test         *self,
             gconstpointer data)
{
  Counter counter = { self->store, 20 };
  g_autoptr (GError) error = NULL;
  GThread *threads[4];
  guint entries = 0;
  gint64 chain = -1;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("audit", write_audit, &counter);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  ilk_store_begin (self->store);
  while ((chain = ilk_store_audit_next_chain (self->store, chain, &error)) >= 0)
    {
      g_autoptr (GPtrArray) list = ilk_store_audit_list (self->store, chain, 0, 1000, &error);

      entries += list->len;
    }
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries, ==, 80);
}

static void
test_audit_is_append_only (Test         *self,
                           gconstpointer data)
{
  Counter counter = { self->store, 1 };
  g_autoptr (GError) error = NULL;

  write_audit (&counter);
  ilk_store_begin (self->store);
  ilk_store_run (self->store, &error, "DELETE FROM audit", "");
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  ilk_store_end (self->store, &error);
  g_clear_error (&error);
  ilk_store_begin (self->store);
  ilk_store_run (self->store, &error, "UPDATE audit SET what = ''", "");
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  ilk_store_end (self->store, &error);
}

/* Several programs that start at once on one database make its tables once. */
static gpointer
open_store (gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkStore) store = ilk_store_open (data, &error);

  g_assert_no_error (error);
  g_assert_true (ilk_store_check (store, &error));
  g_assert_no_error (error);
  return NULL;
}

static void
test_opens_at_once (Test         *self,
                    gconstpointer data)
{
  int rounds = is_postgres (self) ? 1 : 50;

  for (int round = 0; round < rounds; round++)
    {
      g_autofree char *name = g_strdup_printf ("fresh-%d.db", round);
      g_autofree char *fresh = is_postgres (self)
        ? g_strdup (self->fixture->database)
        : g_build_filename (self->fixture->folder, name, NULL);
      GThread *threads[4];

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("open", open_store, fresh);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
    }
}

typedef struct {
  IlkStore *store;
  int       stop;      /* atomic */
  int       rounds;    /* atomic */
} Serving;

/* An older program's work goes on: it reads and writes what it knows. */
static gpointer
serve (gpointer data)
{
  Serving *serving = data;

  while (!g_atomic_int_get (&serving->stop))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IlkHolderRecord) holder = NULL;
      g_autofree char *id = g_strdup_printf ("old-%d", serving->rounds);
      g_autoptr (GBytes) mac = NULL;
      gint64 expires;

      ilk_store_begin (serving->store);
      holder = ilk_store_holder_get (serving->store, 1, &error);
      add_captcha (serving->store, id, &error);
      mac = ilk_store_captcha_take (serving->store, id, &expires, &error);
      ilk_store_end (serving->store, &error);
      g_assert_no_error (error);
      g_assert_nonnull (holder);
      g_assert_nonnull (mac);
      g_atomic_int_inc (&serving->rounds);
    }
  return NULL;
}

static void
wait_for_rounds (Serving *serving)
{
  int wanted = g_atomic_int_get (&serving->rounds) + 20;

  while (g_atomic_int_get (&serving->rounds) < wanted)
    g_thread_yield ();
}

/* The database as the version before the account's tables left it. */
static void
lead_back (Test *self)
{
  g_autoptr (GError) error = NULL;

  ilk_store_begin (self->store);
  ilk_store_run (self->store, &error, "DROP TABLE consents", "");
  ilk_store_run (self->store, &error, "DROP TABLE contact_changes", "");
  ilk_store_run (self->store, &error, "ALTER TABLE holders DROP COLUMN revision", "");
  ilk_store_run (self->store, &error, is_postgres (self)
                 ? "UPDATE schema_version SET version = 10" : "PRAGMA user_version = 10", "");
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
}

static void
test_migrates_while_served (Test         *self,
                            gconstpointer data)
{
  Serving serving = { .store = self->store };
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkStore) newer = NULL;
  GThread *thread;

  lead_back (self);
  thread = g_thread_new ("serve", serve, &serving);
  wait_for_rounds (&serving);
  newer = ilk_store_open (self->fixture->database, &error);
  g_assert_no_error (error);
  wait_for_rounds (&serving);
  g_atomic_int_set (&serving.stop, TRUE);
  g_thread_join (thread);

  ilk_store_begin (newer);
  g_assert_cmpint (ilk_store_holder_revision (newer, 1, &error), ==, 0);
  g_assert_false (ilk_store_consent_is_given (newer, "01", "wet-signature-waiver", &error));
  ilk_store_end (newer, &error);
  g_assert_no_error (error);
}

/* A connection that the server ends takes its transaction with it, and the next one is a new one. */
static void
test_connection_lost (Test         *self,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!is_postgres (self))
    return;

  ilk_store_begin (self->store);
  add_captcha (self->store, "lost", &error);
  g_assert_no_error (error);
  ilk_store_run (self->store, &error,
                 "SELECT pg_terminate_backend (pg_backend_pid ())", "");
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_BUSY);
  ilk_store_end (self->store, &error);
  g_clear_error (&error);
  g_assert_false (has_captcha (self->store, "lost"));
}

static void
test_newer_schema (Test         *self,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkStore) store = NULL;

  ilk_store_begin (self->store);
  ilk_store_run (self->store, &error, is_postgres (self)
                 ? "UPDATE schema_version SET version = 9999" : "PRAGMA user_version = 9999", "");
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
  store = ilk_store_open (self->fixture->database, &error);
  g_assert_null (store);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "9999"));
}

/* A password on the command line is there for all to see. */
static void
test_no_password_in_address (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_store_open ("postgresql://made-up:sesame@127.0.0.1:1/x", &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "PGPASSFILE"));
  g_assert_null (strstr (error->message, "sesame"));
}

static void
test_server_away (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_store_open ("postgresql://made-up@/x?host=/nowhere", &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
}

#define ADD(path, function) g_test_add (path, Test, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/database/values", test_values);
  ADD ("/server/database/numbered-places", test_numbered_places);
  ADD ("/server/database/rolls-back", test_rolls_back);
  ADD ("/server/database/nests", test_nests);
  ADD ("/server/database/lock", test_lock);
  ADD ("/server/database/single-use", test_single_use);
  ADD ("/server/database/chains", test_chains);
  ADD ("/server/database/audit-is-append-only", test_audit_is_append_only);
  ADD ("/server/database/opens-at-once", test_opens_at_once);
  ADD ("/server/database/migrates-while-served", test_migrates_while_served);
  ADD ("/server/database/connection-lost", test_connection_lost);
  ADD ("/server/database/newer-schema", test_newer_schema);
  g_test_add_func ("/server/database/no-password-in-address", test_no_password_in_address);
  g_test_add_func ("/server/database/server-away", test_server_away);
  return g_test_run ();
}
