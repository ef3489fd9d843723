/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>

#include "server-fixture.h"
#include "server/ilk-operator.h"

/* Who cuts off the end of the audit log is found out, with the signed ends or without. */

static void
run_sql (ServerFixture *fixture,
         const char    *sql)
{
  sqlite3 *database;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (fixture->database, &database), ==, SQLITE_OK);
  sqlite3_exec (database, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (database);
}

static char *
sign (ServerFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *line = ilk_service_sign_heads (fixture->service, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "audit head "));
  return line;
}

static gboolean
chains_are_whole (ServerFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint count;
  gboolean whole = ilk_operator_verify_audit (fixture->service, &count, &error);

  g_assert_no_error (error);
  return whole;
}

static void
expect_heads (ServerFixture *fixture,
              gboolean       good,
              guint          heads)
{
  g_autoptr (GError) error = NULL;
  IlkHeadCheck check;

  g_assert_cmpint (ilk_service_verify_heads (fixture->service, &check, &error), ==, good);
  g_assert_no_error (error);
  g_assert_cmpuint (check.heads, ==, heads);
}

static gboolean
knows (ServerFixture *fixture,
       const char    *line)
{
  g_autoptr (GError) error = NULL;
  gboolean known = ilk_service_knows_head (fixture->service, line, &error);

  g_assert_no_error (error);
  return known;
}

static void
act (ServerFixture *fixture)
{
  g_free (server_session (fixture, AYSE, WORD_A));
}

static void
test_whole (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *journal = NULL;

  expect_heads (fixture, TRUE, 0);
  act (fixture);
  one = sign (fixture);
  ilk_manual_clock_advance (fixture->clock, 3600);
  act (fixture);
  two = sign (fixture);
  act (fixture);
  expect_heads (fixture, TRUE, 2);
  journal = g_strconcat ("Jan 01 01:00:00 host ilkimza-service[1]: ", one, NULL);
  g_assert_true (knows (fixture, journal));
  g_assert_true (knows (fixture, two));
  g_assert_true (knows (fixture, "Jan 01 01:00:00 host something else"));
}

static void
test_cut_off (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *line = NULL;

  act (fixture);
  act (fixture);
  line = sign (fixture);
  run_sql (fixture, "DROP TRIGGER audit_no_delete;"
                    "DELETE FROM audit WHERE seq = (SELECT max (seq) FROM audit);");
  g_assert_true (chains_are_whole (fixture));
  expect_heads (fixture, FALSE, 1);
}

/* With the signed end cut off, too, only the line that was kept elsewhere tells. */
static void
test_cut_off_with_its_head (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *forged = NULL;

  act (fixture);
  first = sign (fixture);
  act (fixture);
  second = sign (fixture);
  run_sql (fixture, "DROP TRIGGER audit_no_delete; DROP TRIGGER audit_heads_no_delete;"
                    "DELETE FROM audit WHERE seq = (SELECT max (seq) FROM audit);"
                    "DELETE FROM audit_heads WHERE id = (SELECT max (id) FROM audit_heads);");
  g_assert_true (chains_are_whole (fixture));
  expect_heads (fixture, TRUE, 1);
  g_assert_true (knows (fixture, first));
  g_assert_false (knows (fixture, second));

  forged = sign (fixture);
  expect_heads (fixture, TRUE, 2);
  g_assert_false (knows (fixture, second));
}

static void
test_changed_head (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  act (fixture);
  first = sign (fixture);
  second = sign (fixture);
  third = sign (fixture);
  run_sql (fixture, "DROP TRIGGER audit_heads_no_update; UPDATE audit_heads SET at = at + 1"
                    " WHERE id = (SELECT min (id) + 1 FROM audit_heads);");
  expect_heads (fixture, FALSE, 2);
}

static void
test_one_taken_out (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  act (fixture);
  first = sign (fixture);
  second = sign (fixture);
  run_sql (fixture, "DROP TRIGGER audit_heads_no_delete;"
                    "DELETE FROM audit_heads WHERE id = (SELECT min (id) FROM audit_heads);");
  expect_heads (fixture, FALSE, 1);
}

/* Nothing of it can be changed as long as the database is asked politely. */
static void
test_append_only (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *line = NULL;
  sqlite3 *database;

  line = sign (fixture);
  g_assert_cmpint (sqlite3_open (fixture->database, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "DELETE FROM audit_heads", NULL, NULL, NULL), ==,
                   SQLITE_CONSTRAINT);
  g_assert_cmpint (sqlite3_exec (database, "UPDATE audit_heads SET at = 1", NULL, NULL, NULL), ==,
                   SQLITE_CONSTRAINT);
  sqlite3_close (database);
}

static char *
run (ServerFixture *fixture,
     const char    *act_name,
     const char    *argument,
     int            wanted)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  const char *argv[] = { g_getenv ("ILK_SERVICE"), "audit", act_name, "--database",
                         fixture->database, "--credentials", keys, argument, NULL };
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, wanted);
  return output;
}

static void
test_commands (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *kept = g_build_filename (fixture->folder, "kept", NULL);
  g_autofree char *line = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;

  act (fixture);
  line = run (fixture, "sign", NULL, 0);
  g_assert_true (g_file_set_contents (kept, line, -1, NULL));
  whole = run (fixture, "verify", kept, 0);
  g_assert_nonnull (strstr (whole, "the chain is whole\n1 signed ends, each with its entries\n"));
  run_sql (fixture, "DROP TRIGGER audit_no_delete; DROP TRIGGER audit_heads_no_delete;"
                    "DELETE FROM audit WHERE seq = (SELECT max (seq) FROM audit);"
                    "DELETE FROM audit_heads;");
  g_free (run (fixture, "verify", NULL, 0));
  cut = run (fixture, "verify", kept, 3);
  g_assert_nonnull (strstr (cut, "not there any more: audit head "));
  g_free (run (fixture, "destroy", NULL, 2));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-heads/whole", test_whole);
  g_test_add_func ("/audit-heads/cut-off", test_cut_off);
  g_test_add_func ("/audit-heads/cut-off-with-its-head", test_cut_off_with_its_head);
  g_test_add_func ("/audit-heads/changed-head", test_changed_head);
  g_test_add_func ("/audit-heads/one-taken-out", test_one_taken_out);
  g_test_add_func ("/audit-heads/append-only", test_append_only);
  g_test_add_func ("/audit-heads/commands", test_commands);
  return g_test_run ();
}
