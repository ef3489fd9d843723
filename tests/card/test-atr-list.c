/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-atr-list.h"

#include "scripted-transport.h"

static void
assert_atr (const char  *hex,
            IlkCardKind  kind,
            const char  *name)
{
  g_autoptr (GBytes) atr = scripted_from_hex (hex);
  g_autofree char *text = ilk_atr_list_to_text (atr);
  const char *found = "untouched";

  g_assert_cmpstr (text, ==, hex);
  g_assert_cmpint (ilk_atr_list_find (atr, &found), ==, kind);
  g_assert_cmpstr (found, ==, name);
  g_assert_cmpint (ilk_atr_list_find (atr, NULL), ==, kind);
}

static void
test_named (void)
{
  assert_atr (SCRIPTED_ATR_V1, ILK_CARD_KIND_AKIS_V1, "AKİS 1.0");
  assert_atr ("3B9F968131FE45806755454B41451292318073B3A1806A", ILK_CARD_KIND_AKIS, "AKİS 1.2.2");
  assert_atr ("3B9F138131FE45806755454B41451261318073B3A1801C", ILK_CARD_KIND_AKIS, "UKİS 1.2.1");
  assert_atr ("3B9F978131FE4580655443D3228231C073F621808105D3", ILK_CARD_KIND_AKIS, "AKİS 2.5.2");
  assert_atr ("3BD518008131FE7D8073C82110F4", ILK_CARD_KIND_OTHER_ISSUER,
              "SafeNet eToken 5100/5110");
}

/* ATRs that no list names, under the families' masks: another version, chip and speed. */
static void
test_families (void)
{
  assert_atr ("3B9F118131FE45806755454B4145FEDC318073B3A18055", ILK_CARD_KIND_AKIS_PROBABLE,
              "AKİS 1.x");
  assert_atr ("3B9F978131FE45806554439A3B5C31C073F62180810577", ILK_CARD_KIND_AKIS_PROBABLE,
              "AKİS 2.x");
  assert_atr ("3BBA11008131FE4D55454B41452056312E31AF", ILK_CARD_KIND_AKIS_PROBABLE, "AKİS 1.x");
  assert_atr ("3B8F80018065544320141331C073F4A180810508", ILK_CARD_KIND_NATIONAL_ID,
              "T.C. kimlik kartı");
}

/* Only the whole ATR makes a card the one that is sent commands. */
static void
test_one_byte_off (void)
{
  g_autoptr (GBytes) exact = scripted_from_hex (SCRIPTED_ATR_V1);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (exact, &length);

  for (gsize i = 0; i < 8 * length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) atr = NULL;

      copy[i / 8] ^= (guint8) (1 << i % 8);
      atr = g_bytes_new (copy, length);
      g_assert_cmpint (ilk_atr_list_find (atr, NULL), !=, ILK_CARD_KIND_AKIS_V1);
    }

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) atr = g_bytes_new (bytes, cut);

      g_assert_cmpint (ilk_atr_list_find (atr, NULL), !=, ILK_CARD_KIND_AKIS_V1);
    }
}

static void
test_unknown (void)
{
  assert_atr ("", ILK_CARD_KIND_UNKNOWN, NULL);
  assert_atr ("3B", ILK_CARD_KIND_UNKNOWN, NULL);
  assert_atr ("3B8F8001804F0CA000000306030001000000006A", ILK_CARD_KIND_UNKNOWN, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atr-list/named", test_named);
  g_test_add_func ("/atr-list/families", test_families);
  g_test_add_func ("/atr-list/one-byte-off", test_one_byte_off);
  g_test_add_func ("/atr-list/unknown", test_unknown);

  return g_test_run ();
}
