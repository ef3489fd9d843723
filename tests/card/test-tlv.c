/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-tlv.h"

#include <string.h>

#include "card/ilk-pkcs15-parser.h"
#include "scripted-transport.h"

static void
test_walk (void)
{
  g_autoptr (GBytes) bytes = scripted_from_hex ("6F0480020123" "5F3801AA" "308102FFFE" "0400");
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  IlkTlvReader reader;
  IlkTlv tlv;

  ilk_tlv_reader_init (&reader, data, length);
  g_assert_true (ilk_tlv_reader_next (&reader, &tlv));
  g_assert_cmphex (tlv.tag, ==, 0x6F);
  g_assert_cmpmem (tlv.value, tlv.length, "\x80\x02\x01\x23", 4);
  g_assert_true (ilk_tlv_find (tlv.value, tlv.length, 0x80, &tlv));
  g_assert_cmpmem (tlv.value, tlv.length, "\x01\x23", 2);
  g_assert_true (ilk_tlv_reader_next (&reader, &tlv));
  g_assert_cmphex (tlv.tag, ==, 0x5F38);
  g_assert_true (ilk_tlv_reader_next (&reader, &tlv));
  g_assert_cmphex (tlv.tag, ==, 0x30);
  g_assert_cmpmem (tlv.value, tlv.length, "\xFF\xFE", 2);
  g_assert_true (ilk_tlv_reader_next (&reader, &tlv));
  g_assert_cmpuint (tlv.length, ==, 0);
  g_assert_false (ilk_tlv_reader_next (&reader, &tlv));
}

/* The walk ends calmly at whatever is no whole object. */
static void
test_hostile (void)
{
  static const char *const rows[] = {
    "",                 /* nothing */
    "30",               /* no length */
    "3001",             /* no value */
    "3080" "00",        /* indefinite length */
    "3083000001AA",     /* more length bytes than a card file has */
    "3084FFFFFFFF",
    "3082FFFF00",
    "308201",           /* length cut off */
    "00" "3000",        /* padding */
    "FF" "3000",
    "1F",               /* tag cut off */
    "1FFFFFFF01",       /* endless tag */
    "7F8181",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = scripted_from_hex (rows[i]);
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      IlkTlvReader reader;
      IlkTlv tlv;

      ilk_tlv_reader_init (&reader, data, length);
      g_assert_false (ilk_tlv_reader_next (&reader, &tlv));
      g_assert_false (ilk_tlv_reader_next (&reader, &tlv));
      g_assert_false (ilk_tlv_find (data, length, 0x30, &tlv));
    }
}

static void
test_odf (void)
{
  g_autoptr (GBytes) bytes = scripted_from_hex ("A00630040402" "4401" "A406300404024402"
                                                "A40A300804063F003D004403" "0000000000");
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GArray) paths = ilk_pkcs15_parse_odf (data, length);
  const IlkPkcs15Path *path;

  g_assert_cmpuint (paths->len, ==, 2);
  path = &g_array_index (paths, IlkPkcs15Path, 0);
  g_assert_cmpmem (path->bytes, path->length, "\x44\x02", 2);
  g_assert_cmpuint (path->offset, ==, 0);
  g_assert_cmpuint (path->count, ==, 0);
  path = &g_array_index (paths, IlkPkcs15Path, 1);
  g_assert_cmpmem (path->bytes, path->length, "\x3F\x00\x3D\x00\x44\x03", 6);
}

/* Common attributes, class attributes, [1] { { path, index 2, [0] length 300 } } */
#define CDF_ENTRY "3019" "30020C00" "30020400" "A10F" "300D" "300B" "04024301" "020102" "8002012C"

static void
test_cdf (void)
{
  g_autoptr (GBytes) bytes = scripted_from_hex (CDF_ENTRY "A003020101" "3003020101" CDF_ENTRY);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GArray) paths = ilk_pkcs15_parse_cdf (data, length);
  const IlkPkcs15Path *path;

  g_assert_cmpuint (paths->len, ==, 2);
  path = &g_array_index (paths, IlkPkcs15Path, 0);
  g_assert_cmpmem (path->bytes, path->length, "\x43\x01", 2);
  g_assert_cmpuint (path->offset, ==, 2);
  g_assert_cmpuint (path->count, ==, 300);
}

static void
test_bad_paths (void)
{
  static const char *const rows[] = {
    "A40430020400",                          /* empty */
    "A405300304" "0144",                     /* half a file id */
    "A417301504" "13" "3F003F003F003F003F003F003F003F003F0000", /* too deep, and cut off */
    "A416301404" "12" "3F003F003F003F003F003F003F003F003F00",   /* too deep */
    "A40530030C0144",                        /* another type */
    "A40C300A" "04024402" "020400000001",    /* an offset beyond any file */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = scripted_from_hex (rows[i]);
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      g_autoptr (GArray) paths = ilk_pkcs15_parse_odf (data, length);

      g_assert_cmpuint (paths->len, ==, 0);
    }
}

/* A card that lists certificates without end is not followed without end. */
static void
test_many_paths (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) paths = NULL;
  gsize length;
  const guint8 *data;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, CDF_ENTRY);
  bytes = scripted_from_hex (text->str);
  data = g_bytes_get_data (bytes, &length);
  paths = ilk_pkcs15_parse_cdf (data, length);
  g_assert_cmpuint (paths->len, ==, 16);
}

/* Random garbage and cut-off entries: no crash, no read beyond the end (under ASan). */
static void
test_garbage (void)
{
  g_autoptr (GBytes) whole = scripted_from_hex (CDF_ENTRY);

  for (guint i = 0; i < 20000; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 64);
      g_autofree guint8 *copy = g_malloc (MAX (length, 1));
      g_autoptr (GArray) odf = NULL;
      g_autoptr (GArray) cdf = NULL;

      for (gsize j = 0; j < length; j++)
        copy[j] = (guint8) g_test_rand_int ();
      if (i % 2 == 0)
        memcpy (copy, g_bytes_get_data (whole, NULL), MIN (length, g_bytes_get_size (whole)));
      odf = ilk_pkcs15_parse_odf (copy, length);
      cdf = ilk_pkcs15_parse_cdf (copy, length);
      g_assert_cmpuint (odf->len, <=, 16);
      g_assert_cmpuint (cdf->len, <=, 16);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tlv/walk", test_walk);
  g_test_add_func ("/tlv/hostile", test_hostile);
  g_test_add_func ("/tlv/pkcs15/odf", test_odf);
  g_test_add_func ("/tlv/pkcs15/cdf", test_cdf);
  g_test_add_func ("/tlv/pkcs15/bad-paths", test_bad_paths);
  g_test_add_func ("/tlv/pkcs15/many-paths", test_many_paths);
  g_test_add_func ("/tlv/garbage", test_garbage);

  return g_test_run ();
}
