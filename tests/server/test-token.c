/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/ilk-seal.h"
#include "server-fixture.h"
#include "server/ilk-operator-keys.h"
#include "server/ilk-operator.h"
#include "server/ilk-service-private.h"
#include "server/ilk-token-key-store.h"
#include "server/ilk-token.h"

/* The keys on a token that others have written: SoftHSM. */

#define PIN   "123456"
#define LABEL "ilkimza"

static const char *const module_paths[] = {
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
};

static char *folder;
static const char *module;

static const char *
find_module (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (module_paths); i++)
    if (g_file_test (module_paths[i], G_FILE_TEST_EXISTS))
      return module_paths[i];
  return NULL;
}

/* SoftHSM reads its configuration once in a program's life: all tests share the folder, and each
 * has a token of its own. */
static void
make_folder (void)
{
  g_autofree char *config = NULL;
  g_autofree char *tokens = NULL;
  g_autofree char *text = NULL;

  folder = g_dir_make_tmp ("ilk-token-XXXXXX", NULL);
  config = g_build_filename (folder, "softhsm2.conf", NULL);
  tokens = g_build_filename (folder, "tokens", NULL);
  text = g_strdup_printf ("directories.tokendir = %s\nlog.level = ERROR\n", tokens);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  g_assert_cmpint (g_mkdir (tokens, 0700), ==, 0);
  g_setenv ("SOFTHSM2_CONF", config, TRUE);
}

static void
make_token (const char *label)
{
  const char *argv[] = { "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin",
                         "87654321", "--pin", PIN, NULL };
  g_autofree char *faults = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &faults, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s", faults);
}

static IlkSecret *
get_pin (const char *pin)
{
  return ilk_secret_new_from_data (pin, strlen (pin));
}

static IlkTokenKeyStore *
open_store (void)
{
  g_autoptr (IlkSecret) pin = get_pin (PIN);
  g_autoptr (GError) error = NULL;
  IlkTokenKeyStore *store = ilk_token_key_store_new (module, LABEL, pin, &error);

  g_assert_no_error (error);
  return store;
}

static void
ignore (const char *name)
{
}

/* A key that works inside can't be read; what it makes is what our own code makes of a readable
 * one. */
static void
test_inside (void)
{
  g_autoptr (IlkTokenKeyStore) store = open_store ();
  IlkKeyStore *keys = ILK_KEY_STORE (store);
  g_autoptr (IlkSecret) data = ilk_secret_new_random (100);
  g_autoptr (IlkSecret) first = NULL;
  g_autoptr (IlkSecret) same = NULL;
  g_autoptr (IlkSecret) other = NULL;
  g_autoptr (IlkSecret) out = NULL;
  g_autoptr (IlkSecret) readable = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ilk_operator_make_missing (keys, ignore, &error));
  g_assert_true (ilk_token_key_store_check (store, &error));
  first = ilk_key_store_mac (keys, ILK_KEY_PEPPER, 1, data, &error);
  same = ilk_key_store_mac (keys, ILK_KEY_PEPPER, 1, data, &error);
  other = ilk_key_store_mac (keys, ILK_KEY_INDEX, 1, data, &error);
  g_assert_no_error (error);
  g_assert_true (ilk_secret_equal (first, same));
  g_assert_false (ilk_secret_equal (first, other));

  readable = ilk_key_store_get (keys, ILK_KEY_DATA, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ilk_secret_get_length (readable), ==, 32);
  out = ilk_key_store_get (keys, ILK_KEY_PEPPER, &error);
  g_assert_null (out);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
}

static void
test_wrapping (void)
{
  g_autoptr (IlkTokenKeyStore) store = open_store ();
  IlkKeyStore *keys = ILK_KEY_STORE (store);
  g_autoptr (IlkSecret) plain = ilk_secret_new_random (32);
  g_autoptr (GBytes) context = g_bytes_new_static ("kek|1|CARD", 10);
  g_autoptr (GBytes) foreign = g_bytes_new_static ("kek|1|card", 10);
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (IlkSecret) back = NULL;
  g_autoptr (IlkSecret) none = NULL;
  g_autoptr (GError) error = NULL;
  gint64 epoch;

  g_assert_true (ilk_key_store_find_kek (keys, NOW, &epoch, &error));
  wrapped = ilk_key_store_wrap (keys, epoch, context, plain, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (wrapped), ==, 12 + 32 + 16);
  back = ilk_key_store_unwrap (keys, epoch, context, wrapped, &error);
  g_assert_no_error (error);
  g_assert_true (ilk_secret_equal (back, plain));
  none = ilk_key_store_unwrap (keys, epoch, foreign, wrapped, &error);
  g_assert_null (none);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
  g_clear_error (&error);

  g_assert_cmpint (ilk_key_store_destroy_keks (keys, epoch, &error), ==, 0);
  g_assert_cmpint (ilk_key_store_destroy_keks (keys, epoch + 1, &error), ==, 1);
  g_assert_no_error (error);
  g_assert_false (ilk_key_store_has_kek (keys, epoch));
  none = ilk_key_store_unwrap (keys, epoch, context, wrapped, &error);
  g_assert_null (none);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
}

/* Two instances made the key of the week at the same moment. */
static void
test_two_of_one_name (void)
{
  g_autoptr (IlkSecret) pin = get_pin (PIN);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkToken) token = ilk_token_open (module, LABEL, pin, &error);
  g_autoptr (IlkSecret) plain = ilk_secret_new_random (32);
  g_autoptr (GBytes) context = g_bytes_new_static ("c", 1);
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (IlkSecret) back = NULL;

  g_assert_no_error (error);
  g_assert_true (ilk_token_make (token, "twin", ILK_TOKEN_KEY_WRAPPING, &error));
  wrapped = ilk_token_wrap (token, "twin", context, plain, &error);
  g_assert_true (ilk_token_make (token, "twin", ILK_TOKEN_KEY_WRAPPING, &error));
  back = ilk_token_unwrap (token, "twin", context, wrapped, &error);
  g_assert_no_error (error);
  g_assert_true (ilk_secret_equal (back, plain));
  g_assert_true (ilk_token_destroy (token, "twin", &error));
  g_assert_false (ilk_token_has (token, "twin"));
}

static void
test_refused (void)
{
  g_autoptr (IlkSecret) pin = get_pin (PIN);
  g_autoptr (IlkSecret) wrong = get_pin ("999999");
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_token_key_store_new ("/nonexistent.so", LABEL, pin, &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
  g_clear_error (&error);
  g_assert_null (ilk_token_key_store_new (module, "another", pin, &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
  g_clear_error (&error);
  g_assert_null (ilk_token_key_store_new (module, LABEL, wrong, &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
}

/* The program itself: make the keys on the token, import, audit, rotate, check. */
static char *
run (ServerFixture *fixture,
     const char    *first,
     ...)
{
  g_autofree char *config = g_build_filename (fixture->folder, "service.conf", NULL);
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  g_autofree char *faults = NULL;
  int status;
  va_list rest;

  g_ptr_array_add (argv, (gpointer) g_getenv ("ILK_SERVICE"));
  va_start (rest, first);
  for (const char *word = first; word != NULL; word = va_arg (rest, const char *))
    g_ptr_array_add (argv, (gpointer) word);
  va_end (rest);
  g_ptr_array_add (argv, (gpointer) "--config");
  g_ptr_array_add (argv, config);
  g_ptr_array_add (argv, (gpointer) "--credentials");
  g_ptr_array_add (argv, keys);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &faults,
                &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s%s", first, output, faults);
  return output;
}

static void
configure (ServerFixture *fixture,
           const char    *database)
{
  g_autofree char *path = g_build_filename (fixture->folder, "service.conf", NULL);
  g_autofree char *pin = g_build_filename (fixture->folder, "keys", "token-pin", NULL);
  g_autofree char *text = g_strdup_printf ("[Store]\ndatabase=%s\n[Keys]\nmodule=%s\ntoken=program\n"
                                           "[Service]\nspool=%s\n", database, module,
                                           fixture->folder);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_set_contents_full (pin, PIN "\n", -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
}

/* A holder of the hand-over key that the token has, as make-keys printed it, can hand over. */
static void
test_program (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *database = g_build_filename (fixture->folder, "token.db", NULL);
  g_autofree char *empty = g_build_filename (fixture->folder, "empty.jsonl", NULL);
  g_autofree char *made = NULL;
  g_autofree char *again = NULL;
  g_autofree char *head = NULL;
  g_autofree char *pepper = NULL;
  g_autofree char *whole = NULL;

  make_token ("program");
  configure (fixture, database);
  g_assert_true (g_file_set_contents (empty, "", -1, NULL));
  made = run (fixture, "make-keys", NULL);
  g_assert_nonnull (strstr (made, "made the pepper\n"));
  g_assert_nonnull (strstr (made, "for the card maker"));
  again = run (fixture, "make-keys", NULL);
  g_assert_null (strstr (again, "made the "));
  g_assert_true (g_str_has_suffix (made, again));
  g_free (run (fixture, "import", empty, NULL));
  head = run (fixture, "audit", "sign", NULL);
  g_assert_true (g_str_has_prefix (head, "audit head 1 "));
  pepper = run (fixture, "rotate-keys", "pepper", NULL);
  g_assert_true (g_str_has_prefix (pepper, "version 2 is in use"));
  whole = run (fixture, "audit", "verify", NULL);
  g_assert_nonnull (strstr (whole, "1 entries, the chain is whole\n1 signed ends"));
  g_free (run (fixture, "check-config", NULL));
}

/* The rules on these keys: what is imported is found, hashed, sealed and shown. */
static void
test_service (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "on-token.db", NULL);
  g_autofree char *handover = g_build_filename (fixture->folder, "keys", "handover-key", NULL);
  g_autofree char *keys_folder = g_build_filename (fixture->folder, "keys", NULL);
  g_autoptr (IlkTokenKeyStore) keys = open_store ();
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) key = NULL;
  g_autofree char *line = NULL;
  g_autofree char *token = NULL;
  Person person = { NOBODY, "yepyeni sözcük", "555555555555555555555555", "306918", "active",
                    NOW - 10, NOW + 100000, "virtual-1", NULL };
  IlkKeyRotation rotation;
  guint rewrapped, destroyed;

  g_assert_true (ilk_operator_make_missing (ILK_KEY_STORE (keys), ignore, &error));
  key = ilk_key_store_get (ILK_KEY_STORE (keys), ILK_KEY_HANDOVER, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents_full (handover, (const char *) ilk_secret_peek (key), 32,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  line = server_make_line (keys_folder, &person);

  server_open (fixture, path, ILK_KEY_STORE (keys));
  g_assert_cmpuint (server_import (fixture, line), ==, 1);
  token = server_session (fixture, NOBODY, person.word);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);

  ilk_manual_clock_advance (fixture->clock, ILK_KEK_EPOCH_SECONDS + 3600);
  g_assert_true (ilk_operator_rotate_keks (fixture->service, &rewrapped, &destroyed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rewrapped, ==, 1);
  g_assert_cmpuint (destroyed, ==, 1);
  g_assert_true (ilk_operator_rotate_index (fixture->service, &rotation, &error));
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  g_assert_true (ilk_operator_rotate_index (fixture->service, &rotation, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rotation.destroyed, ==, 1);
  g_free (server_session (fixture, NOBODY, person.word));
}

int
main (int    argc,
      char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  module = find_module ();
  if (module == NULL)
    {
      if (g_getenv ("CI") != NULL)
        g_error ("CI is set, and softhsm2 is not installed");
      g_print ("1..0 # SKIP softhsm2 is not installed\n");
      return 0;
    }
  make_folder ();
  make_token (LABEL);
  g_test_add_func ("/token/inside", test_inside);
  g_test_add_func ("/token/wrapping", test_wrapping);
  g_test_add_func ("/token/two-of-one-name", test_two_of_one_name);
  g_test_add_func ("/token/refused", test_refused);
  g_test_add_func ("/token/service", test_service);
  g_test_add_func ("/token/program", test_program);
  code = g_test_run ();
  server_remove_folder (folder);
  g_free (folder);
  return code;
}
