/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-unlock-crypto.h"
#include "vectors.h"

typedef struct
{
  GKeyFile  *vectors;
  IlkSecret *master_key;
  guint8     serial[ILK_CARD_SERIAL_LENGTH];
  guint8     challenge[ILK_UNLOCK_CHALLENGE_LENGTH];
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autofree char *serial = NULL;
  g_autoptr (GBytes) challenge = NULL;

  f->vectors = vectors_load ();
  f->master_key = vectors_get_secret (f->vectors, "Unlock", "MasterKey");
  serial = vectors_get_text (f->vectors, "Unlock", "Serial");
  g_assert_true (ilk_card_serial_from_text (serial, f->serial));
  challenge = vectors_get_bytes (f->vectors, "Unlock", "Challenge");
  g_assert_cmpuint (g_bytes_get_size (challenge), ==, ILK_UNLOCK_CHALLENGE_LENGTH);
  memcpy (f->challenge, g_bytes_get_data (challenge, NULL), ILK_UNLOCK_CHALLENGE_LENGTH);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_key_file_unref (f->vectors);
  ilk_secret_unref (f->master_key);
}

static IlkSecret *
derive (Fixture *f,
        guint8   key_version)
{
  g_autoptr (GError) error = NULL;
  IlkSecret *key = ilk_unlock_derive_card_key (f->master_key, f->serial, key_version, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ilk_secret_get_length (key), ==, 32);
  return key;
}

static void
test_card_key_as_openssl (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (IlkSecret) expected = vectors_get_secret (f->vectors, "Unlock", "CardKey");
  g_autoptr (IlkSecret) key = derive (f, 1);

  g_assert_true (ilk_secret_equal (key, expected));
}

static void
test_cryptogram_as_openssl (Fixture      *f,
                            gconstpointer data)
{
  g_autoptr (IlkSecret) key = derive (f, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) expected = vectors_get_bytes (f->vectors, "Unlock", "Cryptogram");
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];

  g_assert_true (ilk_unlock_cryptogram (key, f->challenge, f->serial, cryptogram, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (cryptogram, sizeof cryptogram,
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
test_everything_is_bound (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (IlkSecret) key = derive (f, 1);
  g_autoptr (IlkSecret) next_version = derive (f, 2);
  g_autoptr (IlkSecret) other_card = NULL;
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];
  guint8 other[ILK_UNLOCK_CRYPTOGRAM_LENGTH];

  g_assert_false (ilk_secret_equal (key, next_version));
  g_assert_true (ilk_unlock_cryptogram (key, f->challenge, f->serial, cryptogram, NULL));

  f->challenge[15] ^= 1;
  g_assert_true (ilk_unlock_cryptogram (key, f->challenge, f->serial, other, NULL));
  g_assert_cmpint (memcmp (cryptogram, other, sizeof other), !=, 0);
  f->challenge[15] ^= 1;

  f->serial[11] ^= 1;
  g_assert_true (ilk_unlock_cryptogram (key, f->challenge, f->serial, other, NULL));
  g_assert_cmpint (memcmp (cryptogram, other, sizeof other), !=, 0);
  other_card = derive (f, 1);
  g_assert_false (ilk_secret_equal (key, other_card));
}

static void
test_key_is_secret (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr (IlkSecret) key = derive (f, 1);

  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (key)));
}

static void
test_wrong_key_length (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr (IlkSecret) shorter = ilk_secret_new_random (31);
  g_autoptr (GError) error = NULL;
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];

  g_assert_null (ilk_unlock_derive_card_key (shorter, f->serial, 1, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
  g_assert_nonnull (strstr (error->message, "32 bytes, not 31"));
  g_clear_error (&error);
  g_assert_false (ilk_unlock_cryptogram (shorter, f->challenge, f->serial, cryptogram, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
}

static void
test_serial_text (void)
{
  const guint8 bytes[ILK_CARD_SERIAL_LENGTH] = { 0x00, 0x01, 0x7f, 0x80, 0xab, 0xcd, 0xef,
                                                 0xff, 0x10, 0x20, 0x30, 0x40 };
  guint8 back[ILK_CARD_SERIAL_LENGTH] = { 9 };
  g_autofree char *text = ilk_card_serial_to_text (bytes);

  g_assert_cmpstr (text, ==, "00017F80ABCDEFFF10203040");
  g_assert_true (ilk_card_serial_from_text (text, back));
  g_assert_cmpmem (back, sizeof back, bytes, sizeof bytes);
}

static void
test_serial_text_refused (void)
{
  static const char *const wrong[] = {
    NULL, "", "00017F80ABCDEFFF1020304", "00017F80ABCDEFFF102030400", "00017f80abcdefff10203040",
    "00017F80ABCDEFFF1020304G", "00017F80ABCDEFFF1020304 ", "0x017F80ABCDEFFF10203040",
  };
  guint8 serial[ILK_CARD_SERIAL_LENGTH];
  guint8 before[ILK_CARD_SERIAL_LENGTH];

  memset (serial, 0x5a, sizeof serial);
  memset (before, 0x5a, sizeof before);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (ilk_card_serial_from_text (wrong[i], serial));
      g_assert_cmpmem (serial, sizeof serial, before, sizeof before);
    }
}

/* The vector that is published for writers of other services has the same numbers. */
static void
test_published_vector (Fixture      *f,
                       gconstpointer data)
{
  static const char *const keys[] = { "MasterKey", "Serial", "KeyVersion", "CardKey",
                                      "Challenge", "Cryptogram" };
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", "api",
                                            "unlock-vector.txt", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = vectors_get_text (f->vectors, "Unlock", keys[i]);
      g_autofree char *line_end = g_strconcat (" ", value, "\n", NULL);

      g_assert_nonnull (strstr (text, line_end));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/unlock-crypto/card-key-as-openssl", test_card_key_as_openssl);
  ADD ("/unlock-crypto/cryptogram-as-openssl", test_cryptogram_as_openssl);
  ADD ("/unlock-crypto/everything-is-bound", test_everything_is_bound);
  ADD ("/unlock-crypto/key-is-secret", test_key_is_secret);
  ADD ("/unlock-crypto/wrong-key-length", test_wrong_key_length);
  ADD ("/unlock-crypto/published-vector", test_published_vector);
  g_test_add_func ("/unlock-crypto/serial-text", test_serial_text);
  g_test_add_func ("/unlock-crypto/serial-text-refused", test_serial_text_refused);
  return g_test_run ();
}
