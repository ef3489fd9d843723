/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "virtual-test.h"

#define DAY (G_GINT64_CONSTANT (24) * 60 * 60)

/* A card of each kind is made once in a test program; a test gets a copy of its state file.
 * Making a key pair and a certificate takes longer than most tests. */
enum {
  KIND_PINLESS = ILK_CARD_CONDITION_DEAD + 1,
  N_KINDS
};

typedef struct {
  IlkCardOrder *order;
  IlkSecret    *master_key;
  char         *content;
  gsize         length;
} Template;

static IlkCardOrder *
make_order (const char *card_file,
            int         kind)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  IlkCardOrder *order = ilk_card_order_new ();

  order->card_file = g_strdup (card_file);
  order->holder = g_strdup ("Deneme Öğretmen");
  order->identity_number = g_strdup ("10000000146");
  order->not_before = now - DAY;
  order->not_after = now + DAY;
  if (kind != KIND_PINLESS)
    {
      order->condition = kind;
      order->pin = ilk_secret_new_from_data (TEST_PIN, strlen (TEST_PIN));
    }
  return order;
}

static const Template *
get_template (int kind)
{
  static Template templates[N_KINDS];
  Template *self = &templates[kind];
  g_autofree char *folder = NULL;
  g_autofree char *card_file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkPracticeCa) ca = NULL;
  g_autoptr (GBytes) certificate = NULL;

  if (self->order != NULL)
    return self;

  folder = g_dir_make_tmp ("ilk-virtual-XXXXXX", &error);
  g_assert_no_error (error);
  card_file = g_build_filename (folder, "test.card", NULL);
  self->master_key = ilk_secret_new_random (32);
  self->order = make_order (card_file, kind);
  ca = ilk_practice_ca_open (folder, g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  certificate = ilk_card_order_make (self->order, ca, self->master_key, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (card_file, &self->content, &self->length, &error));
  test_remove_folder (folder);
  return self;
}

static void
set_up (TestCard *self,
        int       kind)
{
  const Template *template = get_template (kind);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("ilk-virtual-XXXXXX", &error);
  g_assert_no_error (error);
  self->card_file = g_build_filename (self->folder, "test.card", NULL);
  self->order = template->order;
  self->master_key = template->master_key;
  g_assert_true (g_file_set_contents_full (self->card_file, template->content, template->length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, &error));
  self->card = ilk_virtual_card_new_from_file (self->card_file, &error);
  g_assert_no_error (error);
}

void
test_card_set_up (TestCard      *self,
                  gconstpointer  condition)
{
  set_up (self, GPOINTER_TO_INT (condition));
}

void
test_card_set_up_pinless (TestCard      *self,
                          gconstpointer  unused)
{
  set_up (self, KIND_PINLESS);
}

void
test_card_tear_down (TestCard      *self,
                     gconstpointer  unused)
{
  g_assert_finalize_object (self->card);
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
