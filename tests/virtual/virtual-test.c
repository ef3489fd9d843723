/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <openssl/rsa.h>
#include <string.h>

#include "virtual-test.h"

#define DAY (G_GINT64_CONSTANT (24) * 60 * 60)

/* One key pair for all cards of a test program: making one takes longer than most tests. */
static EVP_PKEY *
get_key (void)
{
  static EVP_PKEY *key;

  if (key == NULL)
    key = EVP_RSA_gen (2048);
  g_assert_nonnull (key);
  EVP_PKEY_up_ref (key);
  return key;
}

static void
set_up (TestCard         *self,
        IlkCardCondition  condition,
        const char       *pin)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkPracticeCa) ca = NULL;
  g_autoptr (GBytes) certificate = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  self->folder = g_dir_make_tmp ("ilk-virtual-XXXXXX", &error);
  g_assert_no_error (error);
  ca = ilk_practice_ca_open (self->folder, now, &error);
  g_assert_no_error (error);

  self->card_file = g_build_filename (self->folder, "test.card", NULL);
  self->master_key = ilk_secret_new_random (32);
  self->order = ilk_card_order_new ();
  self->order->card_file = g_strdup (self->card_file);
  self->order->holder = g_strdup ("Deneme Öğretmen");
  self->order->identity_number = g_strdup ("10000000146");
  self->order->not_before = now - DAY;
  self->order->not_after = now + DAY;
  self->order->condition = condition;
  self->order->key = get_key ();
  if (pin != NULL)
    self->order->pin = ilk_secret_new_from_data (pin, strlen (pin));

  certificate = ilk_card_order_make (self->order, ca, self->master_key, &error);
  g_assert_no_error (error);
  self->card = ilk_virtual_card_new_from_file (self->card_file, &error);
  g_assert_no_error (error);
}

void
test_card_set_up (TestCard      *self,
                  gconstpointer  condition)
{
  set_up (self, GPOINTER_TO_INT (condition), TEST_PIN);
}

void
test_card_set_up_pinless (TestCard      *self,
                          gconstpointer  unused)
{
  set_up (self, ILK_CARD_CONDITION_FRESH, NULL);
}

void
test_card_tear_down (TestCard      *self,
                     gconstpointer  unused)
{
  g_assert_finalize_object (self->card);
  g_clear_pointer (&self->order, ilk_card_order_free);
  g_clear_pointer (&self->master_key, ilk_secret_unref);
  test_remove_folder (self->folder);
  g_free (self->card_file);
  g_free (self->folder);
}

void
test_card_restart (TestCard *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (self->card);
  self->card = ilk_virtual_card_new_from_file (self->card_file, &error);
  g_assert_no_error (error);
}

GBytes *
test_bytes_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (const char *p = hex; *p != '\0'; p++)
    {
      guint8 byte;

      if (*p == ' ')
        continue;
      g_assert_true (g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]));
      byte = g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]);
      g_byte_array_append (bytes, &byte, 1);
      p++;
    }
  return g_byte_array_free_to_bytes (bytes);
}

char *
test_hex_from_bytes (const guint8 *bytes,
                     gsize         length)
{
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02X", bytes[i]);
  return g_string_free (hex, FALSE);
}

char *
test_card_send (IlkVirtualCard *card,
                const char     *hex)
{
  g_autoptr (GBytes) command = test_bytes_from_hex (hex);
  g_autoptr (GBytes) answer = ilk_virtual_card_transmit (card, g_bytes_get_data (command, NULL),
                                                         g_bytes_get_size (command));

  return test_hex_from_bytes (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
}

void
test_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        test_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}
