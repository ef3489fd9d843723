/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-identity.h"
#include "core/ilk-issuer.h"
#include "core/ilk-seal.h"
#include "core/ilk-unlock-crypto.h"
#include "mutate.h"

/* A damaged profile is refused with a message, or it is complete: nothing between. */
static void
check_profile (const char *data,
               gsize       length,
               gpointer    user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_data (data, NULL, &error);

  if (issuer == NULL)
    {
      g_assert_error (error, ILK_ERROR, ILK_ERROR_PROFILE);
      g_assert_true (g_str_has_prefix (error->message, "issuer profile: "));
      return;
    }
  g_assert_no_error (error);
  g_assert_nonnull (ilk_issuer_get_id (issuer));
  g_assert_nonnull (ilk_issuer_get_name (issuer));
  g_assert_nonnull (ilk_issuer_get_phone (issuer));
  g_assert_nonnull (ilk_issuer_get_puk_warning (issuer));
  if (ilk_issuer_get_service_address (issuer) != NULL)
    {
      g_assert_true (g_ascii_strncasecmp (ilk_issuer_get_service_address (issuer),
                                          "https://", 8) == 0);
      g_assert_cmpuint (g_bytes_get_size (ilk_issuer_get_sealing_key (issuer)), ==, 32);
    }
}

static void
test_profile (gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", "issuers",
                                            data, NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  check_profile (text, length, NULL);
  mutate_many (text, length, 3000, check_profile, NULL);
}

static void
check_identity (const char *data,
                gsize       length,
                gpointer    user_data)
{
  g_autofree char *normalized = ilk_identity_normalize (data);
  g_autofree char *twice = ilk_identity_normalize (normalized);
  g_autofree char *masked = ilk_identity_mask (data);
  IlkIdentityFault fault;
  IlkIdentityKind kind = ilk_identity_check (data, &fault);

  g_assert_cmpstr (normalized, ==, twice);
  g_assert_true (g_utf8_validate (masked, -1, NULL));
  g_assert_true ((kind == ILK_IDENTITY_NONE) == (fault != ILK_IDENTITY_OK));
  if (kind == ILK_IDENTITY_TCKN)
    g_assert_cmpuint (strlen (normalized), ==, 11);
  if (kind == ILK_IDENTITY_PASSPORT)
    g_assert_cmpuint (strlen (normalized), <=, 9);
  if (kind != ILK_IDENTITY_NONE)
    g_assert_true (g_str_is_ascii (normalized) && strchr (normalized, ' ') == NULL);
}

static void
test_identity (void)
{
  mutate_many ("10000000146", 11, 3000, check_identity, NULL);
  mutate_many ("U1234567", 8, 3000, check_identity, NULL);
}

static void
check_serial (const char *data,
              gsize       length,
              gpointer    user_data)
{
  guint8 serial[ILK_CARD_SERIAL_LENGTH];
  g_autofree char *text = NULL;

  if (!ilk_card_serial_from_text (data, serial))
    return;
  text = ilk_card_serial_to_text (serial);
  g_assert_cmpstr (text, ==, data);
}

static void
test_serial (void)
{
  mutate_many ("0123456789ABCDEF01234567", 24, 3000, check_serial, NULL);
}

typedef struct
{
  IlkSecret *private_key;
  GBytes    *sealed;
  GBytes    *at_rest;
} Sealed;

/* Whatever was done to it: either nothing, or it does not open. */
static void
check_sealed (const char *data,
              gsize       length,
              gpointer    user_data)
{
  const Sealed *sealed = user_data;
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (IlkSecret) opened = ilk_open_sealed (sealed->private_key, "pin:1", bytes, NULL);
  g_autoptr (IlkSecret) at_rest = ilk_aead_open (sealed->private_key, NULL, bytes, NULL);

  g_assert_true ((opened != NULL) == g_bytes_equal (bytes, sealed->sealed));
  g_assert_true ((at_rest != NULL) == g_bytes_equal (bytes, sealed->at_rest));
}

static void
test_sealed (void)
{
  g_autoptr (GBytes) public_key = NULL;
  g_autoptr (IlkSecret) plain = ilk_secret_new_from_data ("492751", 6);
  Sealed sealed;

  g_assert_true (ilk_x25519_generate (&sealed.private_key, &public_key, NULL));
  sealed.sealed = ilk_seal_to (public_key, "pin:1", plain, NULL);
  sealed.at_rest = ilk_aead_seal (sealed.private_key, NULL, plain, NULL);
  mutate_many (g_bytes_get_data (sealed.sealed, NULL), g_bytes_get_size (sealed.sealed),
               2000, check_sealed, &sealed);
  mutate_many (g_bytes_get_data (sealed.at_rest, NULL), g_bytes_get_size (sealed.at_rest),
               2000, check_sealed, &sealed);
  ilk_secret_unref (sealed.private_key);
  g_bytes_unref (sealed.sealed);
  g_bytes_unref (sealed.at_rest);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/core-fuzz/profile/example", "example.ini", test_profile);
  g_test_add_data_func ("/core-fuzz/profile/kamusm", "kamusm.ini", test_profile);
  g_test_add_func ("/core-fuzz/identity", test_identity);
  g_test_add_func ("/core-fuzz/serial", test_serial);
  g_test_add_func ("/core-fuzz/sealed", test_sealed);
  return g_test_run ();
}
