/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pkcs11-test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "card/ilk-pkcs11-registry.h"

const char *
pkcs11_test_module (void)
{
  return MISBEHAVING_MODULE;
}

static void
write_card (Pkcs11Test *self)
{
  static const char card[] =
    "[Card]\npin=123456\ntries=3\nserial=" PKCS11_TEST_SERIAL "\nlabel=Deneme Kartı\n"
    "description=" SCRIPTED_READER "\nslot-flags=6\nmin=4\nmax=8\n[Module]\n";

  g_assert_true (g_file_set_contents (self->card, card, -1, NULL));
}

void
pkcs11_test_set_up (Pkcs11Test *self,
                    const char *modules)
{
  g_autoptr (IlkPkcs11Registry) registry = ilk_pkcs11_registry_new ();

  self->folder = g_dir_make_tmp ("ilk-pkcs11-XXXXXX", NULL);
  self->card = g_build_filename (self->folder, "card", NULL);
  write_card (self);
  g_setenv ("ILK_TEST_MODULE", self->card, TRUE);
  g_setenv ("ILKIMZA_PKCS11_MODULES", modules != NULL ? modules : MISBEHAVING_MODULE, TRUE);
  g_setenv ("ILKIMZA_MODULE_PROGRAM", MODULE_PROGRAM, TRUE);
  g_unsetenv ("ILKIMZA_MODULE_LIMIT");
  self->transport = scripted_transport_new (PKCS11_TEST_ATR);
  ilk_transport_set_modules (ILK_TRANSPORT (self->transport), registry);
}

/* No process is left behind, running or dead. */
void
pkcs11_test_tear_down (Pkcs11Test *self)
{
  g_autoptr (GArray) children = pkcs11_test_children (getpid ());
  const char *remove[] = { "rm", "-r", self->folder, NULL };
  int status;

  g_assert_cmpuint (children->len, ==, 0);
  g_object_unref (self->transport); /* the last worker may have it for a moment longer */
  g_assert_true (g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_free (self->folder);
  g_free (self->card);
}

void
pkcs11_test_set (Pkcs11Test *self,
                 const char *group,
                 const char *key,
                 const char *value)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, self->card, G_KEY_FILE_NONE, NULL));
  if (value != NULL)
    g_key_file_set_string (file, group, key, value);
  else
    g_key_file_remove_key (file, group, key, NULL);
  g_assert_true (g_key_file_save_to_file (file, self->card, NULL));
}

char *
pkcs11_test_get (Pkcs11Test *self,
                 const char *key)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, self->card, G_KEY_FILE_NONE, NULL));
  return g_key_file_get_string (file, "Card", key, NULL);
}

guint
pkcs11_test_count (Pkcs11Test *self,
                   const char *function)
{
  g_autofree char *path = g_strconcat (self->card, ".log", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    count += g_str_equal (lines[i], function) ? 1 : 0;
  return count;
}

void
pkcs11_test_forget (Pkcs11Test *self)
{
  g_autofree char *path = g_strconcat (self->card, ".log", NULL);

  g_remove (path);
}

GArray *
pkcs11_test_children (GPid pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) tasks = g_dir_open (folder, 0, NULL);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (GPid));
  const char *name;

  g_assert_nonnull (tasks);
  while ((name = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "children", NULL);
      g_autofree char *text = NULL;
      g_auto (GStrv) words = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      words = g_strsplit (g_strstrip (text), " ", -1);
      for (guint i = 0; words[i] != NULL; i++)
        {
          GPid child = atoi (words[i]);

          if (child > 0)
            g_array_append_val (found, child);
        }
    }

  return found;
}

static guint
count_in (const char *from,
          const char *to,
          IlkSecret  *secret,
          gboolean    in_arena)
{
  const gsize length = ilk_secret_get_length (secret);
  guint count = 0;

  while (from < to
         && (from = memmem (from, (gsize) (to - from), ilk_secret_peek (secret), length)) != NULL)
    {
      count += ilk_secret_arena_contains (from) == in_arena ? 1 : 0;
      from++;
    }

  return count;
}

guint
pkcs11_test_find_in_memory (IlkSecret *secret,
                            gboolean   in_arena)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      unsigned long from, to;
      char rights[5];

      if (sscanf (lines[i], "%lx-%lx %4s", &from, &to, rights) == 3
          && g_str_has_prefix (rights, "rw"))
        count += count_in ((const char *) from, (const char *) to, secret, in_arena);
    }

  return count;
}

/* OpenSSL takes ECDSA as DER. */
static GBytes *
to_der (GBytes *raw)
{
  gsize length;
  const unsigned char *bytes = g_bytes_get_data (raw, &length);
  ECDSA_SIG *signature = ECDSA_SIG_new ();
  unsigned char *der = NULL;
  GBytes *result;
  int n;

  g_assert_true (ECDSA_SIG_set0 (signature, BN_bin2bn (bytes, (int) length / 2, NULL),
                                 BN_bin2bn (bytes + length / 2, (int) length / 2, NULL)));
  n = i2d_ECDSA_SIG (signature, &der);
  g_assert_cmpint (n, >, 0);
  result = g_bytes_new (der, (gsize) n);
  OPENSSL_free (der);
  ECDSA_SIG_free (signature);
  return result;
}

void
pkcs11_test_assert_signature (const IlkCertificate *certificate,
                              GBytes               *data,
                              GBytes               *signature)
{
  const unsigned char *der = g_bytes_get_data (certificate->der, NULL);
  X509 *x509 = d2i_X509 (NULL, &der, (long) g_bytes_get_size (certificate->der));
  EVP_PKEY *key = X509_get0_pubkey (x509);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  g_autoptr (GBytes) form = EVP_PKEY_is_a (key, "EC") ? to_der (signature)
                                                      : g_bytes_ref (signature);

  g_assert_true (EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key));
  g_assert_cmpint (EVP_DigestVerify (context, g_bytes_get_data (form, NULL),
                                     g_bytes_get_size (form), g_bytes_get_data (data, NULL),
                                     g_bytes_get_size (data)), ==, 1);
  EVP_MD_CTX_free (context);
  X509_free (x509);
}

IlkCardInfo *
pkcs11_test_read (Pkcs11Test *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardInfo *info = card_test_read (self->transport, &error);

  g_assert_no_error (error);
  g_assert_nonnull (info);
  g_assert_cmpint (info->kind, ==, ILK_CARD_KIND_AKIS);
  return info;
}

IlkCardSession *
pkcs11_test_open (Pkcs11Test *self)
{
  g_autoptr (IlkCardInfo) info = pkcs11_test_read (self);
  g_autoptr (GError) error = NULL;
  IlkCardSession *session;

  g_assert_cmpstr (info->serial, ==, PKCS11_TEST_SERIAL);
  session = card_test_open (self->transport, PKCS11_TEST_SERIAL, NULL, &error);
  g_assert_no_error (error);
  pkcs11_test_forget (self);
  return session;
}

void
pkcs11_test_limit (IlkPkcs11Call call)
{
  g_autofree char *limit = g_strdup_printf ("%d=%d", call, 200);

  g_setenv ("ILKIMZA_MODULE_LIMIT", limit, TRUE);
}

void
pkcs11_test_assert_pin (Pkcs11Test *self,
                        const char *pin,
                        const char *tries)
{
  g_autofree char *real_pin = pkcs11_test_get (self, "pin");
  g_autofree char *real_tries = pkcs11_test_get (self, "tries");

  g_assert_cmpstr (real_pin, ==, pin);
  g_assert_cmpstr (real_tries, ==, tries);
}

/* Whatever is read, no try is spent and no PIN is shown. */
void
pkcs11_test_assert_only_read (Pkcs11Test *self)
{
  g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), ==, 0);
  g_assert_cmpuint (pkcs11_test_count (self, "C_SetPIN"), ==, 0);
  g_assert_cmpuint (scripted_transport_get_connections (self->transport), ==, 0);
}

/* Waits for the module to say, in its log, that it hangs. */
gpointer
pkcs11_test_cancel_when_called (gpointer user_data)
{
  Pkcs11Canceller *self = user_data;

  while (pkcs11_test_count (self->test, self->function) == 0)
    g_thread_yield ();
  g_cancellable_cancel (self->cancellable);
  return NULL;
}
