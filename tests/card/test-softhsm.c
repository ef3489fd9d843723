/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The road through a PKCS#11 module, with one that others have written: SoftHSM. */
#include "pkcs11-test.h"

#include <string.h>

#include <glib/gstdio.h>
#include <openssl/crypto.h>

#define PIN   "123456"
#define OTHER "654321"
#define WRONG "999999"

static const char *const module_paths[] = {
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
};

typedef struct {
  Pkcs11Test  base;
  const char *module;
  char       *reader; /* SoftHSM names a slot after its token */
  char       *serial;
} SofthsmTest;

static const char *
find_module (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (module_paths); i++)
    {
      if (g_file_test (module_paths[i], G_FILE_TEST_EXISTS))
        return module_paths[i];
    }

  return NULL;
}

/* Runs a command in the test's folder; returns what it prints. */
static char *
run (SofthsmTest *self,
     const char  *format,
     ...) G_GNUC_PRINTF (2, 3);

static char *
run (SofthsmTest *self,
     const char  *format,
     ...)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  char *output = NULL;
  g_autofree char *errors = NULL;
  int status;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_spawn_sync (self->base.folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s%s", line, output, errors);
  return output;
}

static void
add_key (SofthsmTest *self,
         const char  *id,
         const char  *options)
{
  g_free (run (self, "openssl genpkey -quiet -out %s.pem %s", id, options));
  g_free (run (self, "openssl req -x509 -key %s.pem -outform DER -out %s.der -days 900 "
               "-subj /CN=Deneme-%s -addext keyUsage=critical,nonRepudiation", id, id, id));
  g_free (run (self, "softhsm2-util --import %s.pem --token Deneme --label %s --id %s --pin " PIN,
               id, id, id));
  g_free (run (self, "pkcs11-tool --module %s --token-label Deneme --login --pin " PIN
               " --write-object %s.der --type cert --id %s --label %s", self->module, id, id, id));
}

static char *
find_line (const char *text,
           const char *key)
{
  const char *from = strstr (text, key);

  g_assert_nonnull (from);
  from += strlen (key);
  return g_strstrip (g_strndup (from, strcspn (from, "\n")));
}

static void
set_up (SofthsmTest   *self,
        gconstpointer  data)
{
  g_autofree char *config = NULL;
  g_autofree char *tokens = NULL;
  g_autofree char *text = NULL;
  g_autofree char *slots = NULL;

  self->module = data;
  pkcs11_test_set_up (&self->base, self->module);
  config = g_build_filename (self->base.folder, "softhsm2.conf", NULL);
  tokens = g_build_filename (self->base.folder, "tokens", NULL);
  text = g_strdup_printf ("directories.tokendir = %s\nlog.level = ERROR\n", tokens);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  g_assert_cmpint (g_mkdir (tokens, 0700), ==, 0);
  g_setenv ("SOFTHSM2_CONF", config, TRUE);

  g_free (run (self, "softhsm2-util --init-token --free --label Deneme --so-pin 87654321 --pin "
               PIN));
  slots = run (self, "softhsm2-util --show-slots");
  self->reader = find_line (slots, "Description:");
  self->serial = find_line (slots, "Serial number:");
  scripted_transport_set_name (self->base.transport, self->reader);
}

static void
tear_down (SofthsmTest   *self,
           gconstpointer  data)
{
  pkcs11_test_tear_down (&self->base);
  g_free (self->reader);
  g_free (self->serial);
}

static IlkCardInfo *
read_card (SofthsmTest *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardInfo *info = card_test_read_in (self->base.transport, self->reader, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpstr (info->serial, ==, self->serial);
  return info;
}

static IlkCardSession *
open_card (SofthsmTest *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = card_test_open_in (self->base.transport, self->reader, self->serial,
                                               NULL, &error);

  g_assert_no_error (error);
  return session;
}

static void
test_change (SofthsmTest   *self,
             gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (IlkCardInfo) low = NULL;
  g_autoptr (IlkCardInfo) full = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) wrong = NULL;
  IlkCardSession *session = open_card (self);

  g_assert_cmpstr (info->token_label, ==, "Deneme");
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_SET);
  g_assert_false (info->pin_count_low);

  g_assert_false (card_test_change (session, WRONG, OTHER, FALSE, NULL, &wrong));
  g_assert_error (wrong, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  low = read_card (self);
  g_assert_true (low->pin_count_low);

  g_assert_true (card_test_change (session, PIN, OTHER, FALSE, NULL, &error));
  g_assert_no_error (error);
  full = read_card (self);
  g_assert_false (full->pin_count_low);

  g_clear_error (&wrong);
  g_assert_false (card_test_verify (session, PIN, FALSE, NULL, &wrong));
  g_assert_error (wrong, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_true (card_test_verify (session, OTHER, FALSE, NULL, &error));
  g_assert_no_error (error);
  card_test_close (session);
  g_object_unref (session);

  /* SoftHSM's own tool agrees. */
  g_free (run (self, "pkcs11-tool --module %s --token-label Deneme --login --pin " OTHER
               " --list-objects", self->module));
}

static void
test_length (SofthsmTest   *self,
             gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = open_card (self);

  g_assert_cmpuint (info->min_pin, ==, 4);
  g_assert_false (card_test_change (session, PIN, "123", FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_LENGTH);
  card_test_close (session);
  g_object_unref (session);
}

static void
test_sign (SofthsmTest   *self,
           gconstpointer  data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("ilk imza", 8);
  g_autoptr (IlkCardInfo) info = NULL;
  g_autoptr (GError) wrong = NULL;
  IlkCardSession *session;

  add_key (self, "01", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  add_key (self, "02", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
  info = read_card (self);
  g_assert_cmpuint (info->certificates->len, ==, 2);

  session = open_card (self);
  for (guint i = 0; i < info->certificates->len; i++)
    {
      const IlkCertificate *certificate = g_ptr_array_index (info->certificates, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) signature = card_test_sign (session, certificate, text, PIN, &error);

      g_assert_no_error (error);
      pkcs11_test_assert_signature (certificate, text, signature);
    }

  g_assert_null (card_test_sign (session, g_ptr_array_index (info->certificates, 0), text, WRONG,
                                 &wrong));
  g_assert_error (wrong, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  card_test_close (session);
  g_object_unref (session);
}

#ifndef __SANITIZE_ADDRESS__
/* A PIN is in the arena of IlkSecret and nowhere else in our process, while the session is open
 * and after it. */
static void
test_memory (SofthsmTest   *self,
             gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (IlkSecret) old_pin = ilk_secret_new_from_data (PIN, strlen (PIN));
  g_autoptr (IlkSecret) new_pin = ilk_secret_new_random_digits (12);
  g_autoptr (GError) error = NULL;
  g_autofree char *planted = NULL;
  IlkCardSession *session = open_card (self);

  g_assert_true (card_test_change_secrets (session, old_pin, new_pin, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pkcs11_test_find_in_memory (new_pin, TRUE), >=, 1);
  g_assert_cmpuint (pkcs11_test_find_in_memory (new_pin, FALSE), ==, 0);

  /* One that stands elsewhere would be found. */
  planted = g_memdup2 (ilk_secret_peek (new_pin), 12);
  g_assert_cmpuint (pkcs11_test_find_in_memory (new_pin, FALSE), ==, 1);
  OPENSSL_cleanse (planted, 12);
  card_test_close (session);
  g_object_unref (session);
  g_assert_cmpuint (pkcs11_test_find_in_memory (new_pin, FALSE), ==, 0);
}
#endif

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

/* Sanitized processes take a third of a second each to start. */
#ifdef __SANITIZE_ADDRESS__
#define ROUNDS 7
#else
#define ROUNDS 25
#endif

/* No file and no process is left over, however often. */
static void
test_again (SofthsmTest   *self,
            gconstpointer  data)
{
  guint before = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (IlkCardInfo) info = read_card (self);
      IlkCardSession *session = open_card (self);
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) children = NULL;

      g_assert_true (card_test_verify (session, PIN, FALSE, NULL, &error));
      card_test_close (session);
      g_object_unref (session);
      children = pkcs11_test_children (getpid ());
      g_assert_cmpuint (children->len, ==, 0);
      if (i == 4)
        before = count_files ();
    }
  g_assert_cmpuint (count_files (), ==, before);
}

int
main (int   argc,
      char *argv[])
{
  const char *module = find_module ();

  g_test_init (&argc, &argv, NULL);
  if (module == NULL)
    {
      if (g_getenv ("CI") != NULL)
        g_error ("CI is set, and softhsm2 is not installed");
      g_print ("1..0 # SKIP softhsm2 is not installed\n");
      return 0;
    }

  g_test_add ("/softhsm/change", SofthsmTest, module, set_up, test_change, tear_down);
  g_test_add ("/softhsm/length", SofthsmTest, module, set_up, test_length, tear_down);
  g_test_add ("/softhsm/sign", SofthsmTest, module, set_up, test_sign, tear_down);
#ifndef __SANITIZE_ADDRESS__
  /* AddressSanitizer's own memory is too large to be looked through. */
  g_test_add ("/softhsm/memory", SofthsmTest, module, set_up, test_memory, tear_down);
#endif
  g_test_add ("/softhsm/again", SofthsmTest, module, set_up, test_again, tear_down);

  return g_test_run ();
}
