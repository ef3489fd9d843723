/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/wait.h>

#include <glib/gstdio.h>

#include "server-fixture.h"
#include "server/ilk-operator.h"
#include "server/ilk-service-private.h"

/* What the delete answer promises: from its date on nothing opens a deleted PIN, no backup either. */

/* As an operator makes one while the service runs. */
static char *
back_up (ServerFixture *fixture,
         const char    *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkStore) beside = ilk_store_open (fixture->database, &error);

  g_assert_no_error (error);
  g_assert_true (ilk_store_back_up (beside, path, &error));
  g_assert_no_error (error);
  return path;
}

/* Whether the PIN of a card comes out of a database with the keys that there are now. */
static gboolean
opens (ServerFixture *fixture,
       const char    *database,
       const char    *card_serial)
{
  g_autofree char *keys_folder = g_build_filename (fixture->folder, "keys", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkFileKeyStore) keys = ilk_file_key_store_new (keys_folder, &error);
  g_autoptr (IlkStore) store = ilk_store_open (database, &error);
  g_autoptr (IlkService) service = NULL;
  g_autoptr (IlkPinRecord) record = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (GBytes) index = NULL;
  g_autoptr (IlkSecret) pin = NULL;

  g_assert_no_error (error);
  service = ilk_service_new (store, ILK_KEY_STORE (keys),
                             ILK_SMS_GATEWAY (fixture->phone), ILK_CLOCK (fixture->clock));
  index = ilk_service_number_index (service, AYSE, &error);
  ilk_store_begin (store);
  holder = ilk_store_holder_find (store, index, &error);
  record = ilk_store_pin_get (store, card_serial, &error);
  ilk_store_end (store, &error);
  g_assert_no_error (error);
  if (record == NULL)
    return FALSE;

  pin = ilk_service_open_pin (service, holder->index, card_serial, record, &error);
  return pin != NULL;
}

static void
delete_pin (ServerFixture *fixture,
            const char    *serial)
{
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-deletion", serial);
  g_autofree char *path = g_strdup_printf ("/v1/cards/%s/pin?operation=%s", serial, operation);

  server_confirm (fixture, token, operation);
  server_expect (fixture, "DELETE", path, token, NULL, 200, NULL);
}

static void
rotate (ServerFixture *fixture,
        guint          rewrapped,
        guint          destroyed)
{
  g_autoptr (GError) error = NULL;
  guint n_rewrapped, n_destroyed;

  g_assert_true (ilk_operator_rotate_keks (fixture->service, &n_rewrapped, &n_destroyed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_rewrapped, ==, rewrapped);
  g_assert_cmpuint (n_destroyed, ==, destroyed);
}

static void
to_next_epoch (ServerFixture *fixture,
               gint64         seconds_into_it)
{
  gint64 now = ilk_clock_get_wall (ILK_CLOCK (fixture->clock));
  gint64 next = (now / ILK_KEK_EPOCH_SECONDS + 1) * ILK_KEK_EPOCH_SECONDS;

  ilk_manual_clock_advance (fixture->clock, next + seconds_into_it - now);
}

static void
test_erasure (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *first = back_up (fixture, "first.db");
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_true (opens (fixture, fixture->database, CARD_A));
  g_assert_true (opens (fixture, first, CARD_A));
  delete_pin (fixture, CARD_A);
  second = back_up (fixture, "second.db");
  g_assert_false (opens (fixture, fixture->database, CARD_A));
  g_assert_false (opens (fixture, second, CARD_A));
  /* Until the week is over the older backup still opens it: that is what the date says. */
  g_assert_true (opens (fixture, first, CARD_A));

  to_next_epoch (fixture, 3600);
  rotate (fixture, 2, 1);
  third = back_up (fixture, "third.db");
  g_assert_false (opens (fixture, fixture->database, CARD_A));
  g_assert_false (opens (fixture, first, CARD_A));
  g_assert_false (opens (fixture, second, CARD_A));
  g_assert_false (opens (fixture, third, CARD_A));

  /* The PIN that was not deleted lives on, in the store and in backups from now on. */
  g_assert_true (opens (fixture, fixture->database, CARD_N));
  g_assert_true (opens (fixture, third, CARD_N));
  g_assert_false (opens (fixture, first, CARD_N));
}

/* The service that runs gives the PIN before and after, and keeps no key that was destroyed. */
static void
test_running_service (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) plain = ilk_secret_new_random (32);
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (IlkSecret) gone = NULL;
  IlkKeyStore *keys = ILK_KEY_STORE (fixture->keys);
  gint64 epoch;

  g_assert_true (ilk_key_store_find_kek (keys, NOW, &epoch, NULL));
  wrapped = ilk_key_store_wrap (keys, epoch, none, plain, NULL);
  g_assert_nonnull (wrapped);
  to_next_epoch (fixture, 3600);
  rotate (fixture, 3, 1);
  rotate (fixture, 0, 0);
  g_assert_true (opens (fixture, fixture->database, CARD_A));
  g_assert_true (opens (fixture, fixture->database, CARD_N));
  gone = ilk_key_store_unwrap (keys, epoch, none, wrapped, &error);
  g_assert_null (gone);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
}

/* Who sealed a PIN a moment before the week ended may still be writing it down. */
static void
test_grace (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  to_next_epoch (fixture, ILK_KEK_GRACE_SECONDS - 1);
  rotate (fixture, 0, 0);
  ilk_manual_clock_advance (fixture->clock, 1);
  rotate (fixture, 3, 1);
}

/* Runs the program with the fixture's database and keys; the answer is what it printed. */
static char *
run (ServerFixture *fixture,
     const char    *database,
     const char    *command,
     const char    *argument,
     int            wanted)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  const char *argv[] = { g_getenv ("ILK_SERVICE"), "--database", database, "--credentials", keys,
                         command, argument, NULL };
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  g_autofree char *faults = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               &faults, &status, &error));
  g_assert_no_error (error);
  if (WEXITSTATUS (status) != wanted)
    g_error ("%s ended with %d: %s", command, WEXITSTATUS (status), faults);
  return output;
}

/* A backup is private, is not written over anything, and says when it is restored what it has lost. */
static void
test_commands (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autofree char *again = g_build_filename (fixture->folder, "again.db", NULL);
  g_autofree char *lost = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *whole_file = g_build_filename (fixture->folder, "whole.db", NULL);
  g_autofree char *spool = g_strconcat ("--spool=", fixture->folder, NULL);
  GStatBuf status;

  g_free (run (fixture, fixture->database, "backup", copy, 0));
  g_assert_cmpint (g_stat (copy, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_free (run (fixture, fixture->database, "backup", copy, 1));
  g_free (run (fixture, fixture->database, "restore", copy, 1));

  whole = run (fixture, whole_file, "restore", copy, 0);
  g_assert_cmpstr (whole, ==,
                   "restored; 0 held PINs can't be opened any more, as their key was destroyed\n");
  g_assert_true (opens (fixture, whole_file, CARD_A));

  to_next_epoch (fixture, 3600);
  rotate (fixture, 3, 1);
  lost = run (fixture, again, "restore", copy, 0);
  g_assert_nonnull (strstr (lost, "the PIN of card " CARD_A " can't be opened any more\n"));
  g_assert_nonnull (strstr (lost, "restored; 3 held PINs"));
  g_assert_false (opens (fixture, again, CARD_A));

  g_free (run (fixture, again, "check-config", spool, 0));
  g_free (run (fixture, "/nonexistent/store.db", "check-config", spool, 1));
  g_free (run (fixture, again, "nonsense", NULL, 2));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rotation/erasure", test_erasure);
  g_test_add_func ("/rotation/running-service", test_running_service);
  g_test_add_func ("/rotation/grace", test_grace);
  g_test_add_func ("/rotation/commands", test_commands);
  return g_test_run ();
}
