/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-test.h"

#define BEFORE "20250115093000Z"
#define AFTER  "20280115093000Z"
#define BEFORE_SECONDS 1736933400
#define AFTER_SECONDS  1831541400

static void
test_parts (void)
{
  g_autoptr (GBytes) der = card_test_certificate ("Işıl ŞİMŞEK Öğün", "10000000146", BEFORE,
                                                  AFTER,
                                                  "critical,digitalSignature,nonRepudiation");
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCertificate) certificate = ilk_certificate_new_from_der (der, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (certificate->holder, ==, "Işıl ŞİMŞEK Öğün");
  g_assert_cmpstr (certificate->identity_number, ==, "10000000146");
  g_assert_cmpstr (certificate->issuer, ==, "Deneme Kök Sertifikası");
  g_assert_cmpstr (certificate->serial, ==, "ABCDEF0123");
  g_assert_cmpint (certificate->not_before, ==, BEFORE_SECONDS);
  g_assert_cmpint (certificate->not_after, ==, AFTER_SECONDS);
  g_assert_true (certificate->signing);
  g_assert_true (g_bytes_equal (certificate->der, der));
}

static void
test_without (void)
{
  g_autoptr (GBytes) der = card_test_certificate (NULL, NULL, BEFORE, "20500101000000Z", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCertificate) certificate = ilk_certificate_new_from_der (der, &error);

  g_assert_no_error (error);
  g_assert_null (certificate->holder);
  g_assert_null (certificate->identity_number);
  g_assert_cmpint (certificate->not_after, ==, 2524608000);
  g_assert_false (certificate->signing);
}

/* A card's file is longer than what it holds. */
static void
test_padded (void)
{
  g_autoptr (GBytes) der = card_test_certificate ("A", NULL, BEFORE, AFTER, "keyEncipherment");
  g_autoptr (GByteArray) padded = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IlkCertificate) certificate = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (der, &length);

  g_byte_array_append (padded, data, (guint) length);
  g_byte_array_append (padded, (const guint8 *) "\x00\x00\xFF", 3);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&padded));
  certificate = ilk_certificate_new_from_der (bytes, NULL);
  g_assert_nonnull (certificate);
  g_assert_true (g_bytes_equal (certificate->der, der));
  g_assert_false (certificate->signing);
}

static void
test_hostile (void)
{
  g_autoptr (GBytes) der = card_test_certificate ("A", NULL, BEFORE, AFTER, "nonRepudiation");
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  gsize length = g_bytes_get_size (der);
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_certificate_new_from_der (empty, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_ANSWER);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (der, 0, cut);

      g_assert_null (ilk_certificate_new_from_der (bytes, NULL));
    }

  /* Any one byte wrong: either refused, or parts that are valid text. */
  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (der, NULL), length);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (IlkCertificate) certificate = NULL;

      copy[i] ^= 0x81;
      bytes = g_bytes_new (copy, length);
      certificate = ilk_certificate_new_from_der (bytes, NULL);
      if (certificate != NULL && certificate->holder != NULL)
        g_assert_true (g_utf8_validate (certificate->holder, -1, NULL));
    }
}

static void
test_latest (void)
{
  static const struct {
    const char *after;
    const char *usage;
  } rows[] = {
    { "20260101000000Z", "nonRepudiation" },
    { "20290101000000Z", "nonRepudiation" },
    { "20350101000000Z", "keyEncipherment" },
    { "20270101000000Z", "nonRepudiation" },
  };
  g_autoptr (IlkCardInfo) info = ilk_card_info_new ();
  g_autoptr (IlkCardInfo) again = ilk_card_info_ref (info);

  g_assert_null (ilk_card_info_get_certificate (info));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) der = card_test_certificate ("A", NULL, BEFORE, rows[i].after,
                                                      rows[i].usage);

      g_ptr_array_add (info->certificates, ilk_certificate_new_from_der (der, NULL));
    }

  g_assert_true (ilk_card_info_get_certificate (again)
                 == g_ptr_array_index (info->certificates, 1));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/parts", test_parts);
  g_test_add_func ("/certificate/without", test_without);
  g_test_add_func ("/certificate/padded", test_padded);
  g_test_add_func ("/certificate/hostile", test_hostile);
  g_test_add_func ("/certificate/latest", test_latest);

  return g_test_run ();
}
