/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-handover.h"
#include "server/ilk-line-reader.h"
#include "server/ilk-service-private.h"
#include "server/ilk-store-private.h"
#include "server/ilk-word-hash.h"

/* Large hand-over files: ready hashes, going on after a kill, the good lines beside the bad. */

#define SERIAL "7777777777777777%08X"

/* The two last digits are sums of the others. */
static char *
make_number (guint which)
{
  char digits[12];
  int odd = 0;
  int even = 0;

  g_snprintf (digits, sizeof digits, "%09u", 300000000 + which);
  for (int i = 0; i < 9; i++)
    *(i % 2 == 0 ? &odd : &even) += digits[i] - '0';
  digits[9] = (char) ('0' + ((odd * 7 - even) % 10 + 10) % 10);
  digits[10] = (char) ('0' + (odd + even + digits[9] - '0') % 10);
  digits[11] = '\0';
  return g_strdup (digits);
}

/* As whoever prints the words makes it: without a pepper. */
static char *
make_hash (const char *word)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (word, strlen (word));

  return ilk_word_hash_input (secret);
}

static void
append_line (ServerFixture *fixture,
             GString       *text,
             guint          which,
             const char    *word,
             const char    *hash)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  g_autofree char *number = make_number (which);
  g_autofree char *serial = g_strdup_printf (SERIAL, which);
  Person person = { number, word, serial, "428193", "active", NOW - 10, NOW + 100000, "virtual-1",
                    hash };
  g_autofree char *line = server_make_line (keys, &person);

  g_string_append (text, line);
}

static char *
write_file (ServerFixture *fixture,
            const char    *text)
{
  char *path = g_build_filename (fixture->folder, "handover.jsonl", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
on_fault (guint       line,
          const char *message,
          gpointer    user_data)
{
  g_string_append_printf (user_data, "%u: %s\n", line, message);
}

static gint64
count (ServerFixture *fixture,
       const char    *table)
{
  g_autoptr (GError) error = NULL;
  gint64 number;

  ilk_store_begin (fixture->store);
  number = g_str_equal (table, "cards")
           ? ilk_store_number (fixture->store, &error, -1, "SELECT count (*) FROM cards", "")
           : ilk_store_number (fixture->store, &error, -1,
                               "SELECT coalesce (max (line), 0) FROM imports", "");
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  return number;
}

/* A ready hash lets its holder in, and is made anew with the pepper then. */
static void
test_ready_hash (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *hash = make_hash ("yepyeni sözcük");
  g_autofree char *number = make_number (1);
  g_autoptr (IlkHolderRecord) before = NULL;
  g_autoptr (IlkHolderRecord) after = NULL;
  g_autoptr (GBytes) index = NULL;
  g_autoptr (Answer) wrong = NULL;
  g_autoptr (Answer) right = NULL;
  g_autoptr (Answer) again = NULL;
  g_autoptr (GError) error = NULL;

  append_line (fixture, text, 1, NULL, hash);
  g_assert_cmpuint (server_import (fixture, text->str), ==, 1);
  index = ilk_service_number_index (fixture->service, number, &error);
  ilk_store_begin (fixture->store);
  before = ilk_store_holder_find (fixture->store, index, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_true (g_str_has_prefix (before->word, "0$argon2id$"));

  wrong = server_log_in (fixture, number, "başka sözcük");
  answer_expect (wrong, 401, "login.refused");
  right = server_log_in (fixture, number, "yepyeni sözcük");
  answer_expect (right, 201, NULL);
  ilk_store_begin (fixture->store);
  after = ilk_store_holder_find (fixture->store, index, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (after->word, "$argon2id$"));
  again = server_log_in (fixture, number, "yepyeni sözcük");
  answer_expect (again, 201, NULL);
}

static void
test_hashes_that_are_not_taken (void)
{
  static const char *const bad[] = {
    "çilek reçeli", "$argon2i$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$",
    "$argon2id$v=19$m=1024,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=19$m=99456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=19$m=19456,t=99,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "0$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", NULL };
  g_autofree char *good = make_hash ("yepyeni sözcük");

  g_assert_true (ilk_word_is_ready_hash (good));
  for (int i = 0; bad[i] != NULL; i++)
    g_assert_false (ilk_word_is_ready_hash (bad[i]));
}

/* The second run does nothing twice, and tells of the bad lines of the first. */
static void
test_goes_on (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) faults = g_string_new (NULL);
  g_autofree char *hash = make_hash ("yepyeni sözcük");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  IlkHandoverCounts counts = { 0 };
  gint64 cards = count (fixture, "cards");

  for (guint i = 0; i < 3; i++)
    append_line (fixture, text, i, NULL, hash);
  g_string_append (text, "not json\n\n");
  append_line (fixture, text, 0, NULL, hash);
  path = write_file (fixture, text->str);

  g_assert_true (ilk_handover_import_file (fixture->service, path, FALSE, on_fault, faults, &counts,
                                           &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.imported, ==, 3);
  g_assert_cmpuint (counts.skipped, ==, 2);
  g_assert_cmpuint (counts.lines_before, ==, 0);
  g_assert_cmpstr (faults->str, ==, "4: it is not JSON of schema 1\n"
                                    "6: the card is known already\n");
  g_assert_cmpint (count (fixture, "cards"), ==, cards + 3);

  g_string_truncate (faults, 0);
  memset (&counts, 0, sizeof counts);
  g_assert_true (ilk_handover_import_file (fixture->service, path, FALSE, on_fault, faults, &counts,
                                           &error));
  g_assert_cmpuint (counts.imported + counts.skipped, ==, 0);
  g_assert_cmpuint (counts.lines_before, ==, 6);
  g_assert_cmpuint (counts.imported_before, ==, 3);
  g_assert_cmpuint (counts.skipped_before, ==, 2);
  g_assert_cmpstr (faults->str, ==, "4: it is not JSON of schema 1\n"
                                    "6: the card is known already\n");

  memset (&counts, 0, sizeof counts);
  g_assert_true (ilk_handover_import_file (fixture->service, path, TRUE, on_fault, faults, &counts,
                                           &error));
  g_assert_cmpuint (counts.skipped, ==, 5);
  g_assert_cmpuint (counts.lines_before, ==, 0);
}

static GSubprocess *
begin_import (ServerFixture *fixture,
              const char    *path)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                           G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                           g_getenv ("ILK_SERVICE"), "import", "--database",
                                           fixture->database, "--credentials", keys, path, NULL);

  g_assert_no_error (error);
  return process;
}

/* Killed behind its first batch, while it hashes the words of the second: every line is there
 * once. */
static void
test_killed (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *hash = make_hash ("yepyeni sözcük");
  g_autofree char *path = NULL;
  g_autoptr (GSubprocess) first = NULL;
  g_autoptr (GSubprocess) second = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  gint64 cards = count (fixture, "cards");

  for (guint i = 0; i < 500; i++)
    append_line (fixture, text, i, NULL, hash);
  for (guint i = 500; i < 540; i++)
    append_line (fixture, text, i, "yepyeni sözcük", NULL);
  path = write_file (fixture, text->str);

  first = begin_import (fixture, path);
  while (count (fixture, "imports") == 0)
    g_thread_yield ();
  g_subprocess_send_signal (first, SIGKILL);
  g_assert_true (g_subprocess_wait (first, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (first));
  g_assert_cmpint (count (fixture, "imports"), ==, 500);
  g_assert_cmpint (count (fixture, "cards"), ==, cards + 500);

  second = begin_import (fixture, path);
  g_subprocess_communicate_utf8 (second, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (second), ==, 0);
  g_assert_cmpstr (output, ==, "lines 1 to 500 were done before: 500 imported, 0 skipped\n"
                               "40 imported, 0 skipped\n");
  g_assert_cmpint (count (fixture, "cards"), ==, cards + 540);
}

/* A line that the database itself refuses takes no other with it. */
static void
test_refused_by_the_database (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *hash = make_hash ("yepyeni sözcük");
  sqlite3 *database;
  gint64 cards = count (fixture, "cards");

  g_assert_cmpint (sqlite3_open (fixture->database, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "CREATE TRIGGER refuse BEFORE INSERT ON cards"
                                 " WHEN new.serial = '777777777777777700000001'"
                                 " BEGIN SELECT RAISE (ABORT, 'not this one'); END", NULL, NULL,
                                 NULL), ==, SQLITE_OK);
  sqlite3_close (database);
  for (guint i = 0; i < 3; i++)
    append_line (fixture, text, i, NULL, hash);

  g_assert_cmpuint (server_import (fixture, text->str), ==, 2);
  g_assert_cmpstr (fixture->faults->str, ==, "2: SQLite: not this one\n");
  g_assert_cmpint (count (fixture, "cards"), ==, cards + 2);
}

/* Two cards of one new holder, beside each other; the first of them may be one that is refused. */
static void
test_two_cards_of_a_new_holder (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  g_autofree char *hash = make_hash ("yepyeni sözcük");
  Person known = { NOBODY, NULL, CARD_A, NULL, "active", NOW - 10, NOW + 1000, "virtual-1", hash };
  Person one = { NOBODY, NULL, "888888888888888888888801", "428193", "active", NOW - 10, NOW + 1000,
                 "virtual-1", hash };
  Person two = one;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *text = NULL;
  g_autofree char *token = NULL;
  g_autoptr (Answer) answer = NULL;

  two.serial = "888888888888888888888802";
  first = server_make_line (keys, &known);
  second = server_make_line (keys, &one);
  third = server_make_line (keys, &two);
  text = g_strconcat (first, second, third, NULL);
  g_assert_cmpuint (server_import (fixture, text), ==, 2);
  g_assert_cmpstr (fixture->faults->str, ==, "1: the card is known already\n");

  token = server_session (fixture, NOBODY, "yepyeni sözcük");
  answer = server_call (fixture, "GET", "/v1/cards", token, NULL);
  answer_expect (answer, 200, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (answer->json, "cards")),
                    ==, 2);
}

static void
expect_lines (const char *text,
              gsize       length,
              const char *expected)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (text, length, NULL);
  g_autoptr (IlkLineReader) reader = ilk_line_reader_new (stream, 10, 0, 0);
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GBytes *line;

  while (ilk_line_reader_next (reader, &line, &error))
    {
      if (line != NULL)
        g_string_append_len (got, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
      g_string_append_printf (got, "%s@%u,%d;", line == NULL ? "LONG" : "",
                              ilk_line_reader_get_line (reader),
                              (int) ilk_line_reader_get_position (reader));
      g_clear_pointer (&line, g_bytes_unref);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (got->str, ==, expected);
}

/* A file without an end of line is no reason to read it into memory. */
static void
test_lines (void)
{
  g_autofree char *vast = g_strnfill (1000000, 'x');
  g_autofree char *both = g_strconcat (vast, "\nb", NULL);

  expect_lines ("", 0, "");
  expect_lines ("a\n\nb", 4, "a@1,2;@2,3;b@3,4;");
  expect_lines ("0123456789\n01234567890\nb\n", 25, "0123456789@1,11;LONG@2,23;b@3,25;");
  expect_lines (vast, 1000000, "LONG@1,1000000;");
  expect_lines (both, 1000002, "LONG@1,1000001;b@2,1000002;");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/ready-hash", test_ready_hash);
  g_test_add_func ("/import/hashes-that-are-not-taken", test_hashes_that_are_not_taken);
  g_test_add_func ("/import/goes-on", test_goes_on);
  g_test_add_func ("/import/killed", test_killed);
  /* It makes the database refuse by a trigger of SQLite's. */
  if (g_getenv ("ILK_TEST_POSTGRES") == NULL)
    g_test_add_func ("/import/refused-by-the-database", test_refused_by_the_database);
  g_test_add_func ("/import/two-cards-of-a-new-holder", test_two_cards_of_a_new_holder);
  g_test_add_func ("/import/lines", test_lines);
  return g_test_run ();
}
