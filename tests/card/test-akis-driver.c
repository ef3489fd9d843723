/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-test.h"

#include "card/ilk-akis-driver.h"

#define ATR_V2 "3B9F978131FE4580655443D3228231C073F621808105D3"

/* The card has no PKCS #15 application. */
static void
expect_no_files (ScriptedTransport *transport)
{
  scripted_transport_expect (transport, "00A40000023F0000", "6F009000");
  scripted_transport_expect (transport, "00A40000023D0000", "6A82");
}

static void
test_read_virtual (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect_identify (transport, TRUE);
  scripted_transport_expect (transport, "00200001", "63C3");
  scripted_transport_expect (transport, "00820001", "63CA");
  expect_no_files (transport);

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->kind, ==, ILK_CARD_KIND_AKIS_V1);
  g_assert_cmpstr (info->name, ==, "AKİS 1.0");
  g_assert_cmpstr (info->reader, ==, SCRIPTED_READER);
  g_assert_cmpstr (info->atr, ==, SCRIPTED_ATR_V1);
  g_assert_cmpstr (info->serial, ==, SCRIPTED_SERIAL);
  g_assert_cmpstr (info->unlock_profile, ==, "virtual-1");
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_SET);
  g_assert_cmpint (info->tries_left, ==, 3);
  g_assert_cmpint (info->unlock_tries_left, ==, 10);
  g_assert_false (info->dead);
  g_assert_cmpuint (info->certificates->len, ==, 0);
  scripted_transport_assert_done (transport);
  g_assert_cmpuint (scripted_transport_get_connected (transport), ==, 0);
}

/* Without the marker no empty VERIFY goes out: another card might count it as a wrong PIN. */
static void
test_read_unmarked (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect_identify (transport, FALSE);
  scripted_transport_expect (transport, "00A40000023F0000", "6F009000");
  scripted_transport_expect (transport, "00A40000023D0000", "6F039001C29000");
  expect_no_files (transport);

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->serial, ==, SCRIPTED_SERIAL);
  g_assert_null (info->unlock_profile);
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_UNKNOWN);
  g_assert_cmpint (info->tries_left, ==, 1);
  g_assert_cmpint (info->unlock_tries_left, ==, -1);
  scripted_transport_assert_done (transport);
}

/* Of every other card nothing but the ATR is read; the reader is not even opened. */
static void
test_read_others (void)
{
  static const struct {
    const char  *atr;
    IlkCardKind  kind;
    const char  *name;
  } rows[] = {
    { ATR_V2, ILK_CARD_KIND_AKIS, "AKİS 2.5.2" },
    { "3BD518008131FE7D8073C82110F4", ILK_CARD_KIND_OTHER_ISSUER, "SafeNet eToken 5100/5110" },
    { "3B00", ILK_CARD_KIND_UNKNOWN, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ScriptedTransport) transport = scripted_transport_new (rows[i].atr);
      g_autoptr (GError) error = NULL;
      g_autoptr (IlkCardInfo) info = card_test_read (transport, &error);

      g_assert_no_error (error);
      g_assert_cmpint (info->kind, ==, rows[i].kind);
      g_assert_cmpstr (info->name, ==, rows[i].name);
      g_assert_null (info->serial);
      g_assert_cmpint (info->tries_left, ==, -1);
      g_assert_cmpuint (scripted_transport_get_connections (transport), ==, 0);
    }
}

static void
assert_pin_state (const char  *sw,
                  IlkPinState  state,
                  int          tries_left)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect_identify (transport, TRUE);
  scripted_transport_expect (transport, "00200001", sw);
  scripted_transport_expect (transport, "00820001", "6983");
  expect_no_files (transport);
  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->pin_state, ==, state);
  g_assert_cmpint (info->tries_left, ==, tries_left);
  g_assert_cmpint (info->unlock_tries_left, ==, 0);
}

static void
test_pin_states (void)
{
  assert_pin_state ("63C3", ILK_PIN_STATE_SET, 3);
  assert_pin_state ("63C1", ILK_PIN_STATE_SET, 1);
  assert_pin_state ("63C0", ILK_PIN_STATE_BLOCKED, 0);
  assert_pin_state ("6983", ILK_PIN_STATE_BLOCKED, 0);
  assert_pin_state ("6984", ILK_PIN_STATE_NOT_SET, -1);
  assert_pin_state ("9000", ILK_PIN_STATE_SET, -1);
  assert_pin_state ("6700", ILK_PIN_STATE_UNKNOWN, -1);
  assert_pin_state ("6C00", ILK_PIN_STATE_UNKNOWN, -1);
  assert_pin_state ("6102", ILK_PIN_STATE_UNKNOWN, -1);
}

/* A card that refuses everything is read calmly. */
static void
test_refusing (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect (transport, "00CA01064D", "6D00");
  scripted_transport_expect (transport, "00CA01040A", "6A88");
  scripted_transport_expect (transport, "00CA017E00", "6E00");
  scripted_transport_expect (transport, "00A40000023F0000", "6982");
  scripted_transport_expect (transport, "00A40000023D0000", "6982");
  scripted_transport_expect (transport, "00A40000023F0000", "6982");

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_null (info->serial);
  scripted_transport_assert_done (transport);
}

/* Serial numbers of another length, and a marker that only begins like ours, are none. */
static void
test_near_misses (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect (transport, "00CA01064D", SCRIPTED_SERIAL "9000");
  scripted_transport_expect (transport, "00CA01040A", "AAAAAAAAAAAAAAAAAA9000");
  scripted_transport_expect (transport, "00CA017E00", "696C6B696D7A61207669727475616C2D31319000");
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  expect_no_files (transport);

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_null (info->serial);
  g_assert_false (info->dead);
  g_assert_null (info->unlock_profile);
}

static void
test_dead (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect (transport, "00CA01064D", "6A88");
  scripted_transport_expect (transport, "00CA01040A", "000000000000AA0000009000");
  scripted_transport_expect (transport, "00CA017E00", "6A88");
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  expect_no_files (transport);
  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_true (info->dead);
}

static char *
to_hex (const guint8 *bytes,
        gsize         length,
        const char   *sw)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  g_string_append (text, sw);
  return g_string_free (text, FALSE);
}

/* A file of the card: SELECT, then READ BINARY in pieces of at most 244 bytes. */
static void
expect_file (ScriptedTransport *transport,
             const char        *id,
             GBytes            *content)
{
  g_autofree char *select = g_strdup_printf ("00A4020002%s00", id);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (content, &length);
  g_autofree char *fci = g_strdup_printf ("6F048002%04X9000", (guint) length);

  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  scripted_transport_expect (transport, select, fci);
  for (gsize offset = 0; offset < length; offset += 244)
    {
      gsize part = MIN (length - offset, 244);
      g_autofree char *read = g_strdup_printf ("00B0%04X%02X", (guint) offset, (guint) part);
      g_autofree char *answer = to_hex (bytes + offset, part, "9000");

      scripted_transport_expect (transport, read, answer);
    }
}

static void
test_certificates (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GBytes) odf = scripted_from_hex ("A406300404024402");
  g_autoptr (GBytes) cdf = scripted_from_hex ("3012" "30020C00" "30020400" "A108" "3006" "3004"
                                              "04024301"
                                              "3012" "30020C00" "30020400" "A108" "3006" "3004"
                                              "04024302"
                                              "3016" "30020C00" "30020400" "A10C" "300A" "3008"
                                              "04063F003D004303");
  g_autoptr (GBytes) der = card_test_certificate ("Ayşe Yılmaz", "10000000146", "20250115093000Z",
                                                  "20280115093000Z", "nonRepudiation");
  g_autoptr (GBytes) junk = scripted_from_hex ("3003020101");
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;
  const IlkCertificate *certificate;

  scripted_transport_expect_identify (transport, TRUE);
  scripted_transport_expect (transport, "00200001", "63C3");
  scripted_transport_expect (transport, "00820001", "63CA");
  expect_file (transport, "5031", odf);
  expect_file (transport, "4402", cdf);
  expect_file (transport, "4301", junk);
  expect_file (transport, "4302", der);
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  scripted_transport_expect (transport, "00A4020002430300", "6A82");

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  scripted_transport_assert_done (transport);
  g_assert_cmpuint (info->certificates->len, ==, 1);
  certificate = ilk_card_info_get_certificate (info);
  g_assert_nonnull (certificate);
  g_assert_cmpstr (certificate->holder, ==, "Ayşe Yılmaz");
}

/* 6CXX and 61XX for reading commands; a file without a size is read until it ends. */
static void
test_lengths (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardInfo) info = NULL;

  scripted_transport_expect (transport, "00CA01064D", "6C05");
  scripted_transport_expect (transport, "00CA010605", "01020304059000");
  scripted_transport_expect (transport, "00CA01040A", "610A");
  scripted_transport_expect (transport, "00C000000A", "00000000006105");
  scripted_transport_expect (transport, "00C0000005", "00AA0000009000");
  scripted_transport_expect (transport, "00CA017E00", "6C00");
  scripted_transport_expect (transport, "00CA017E00", "6C00");
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "9000");
  scripted_transport_expect (transport, "00A4020002503100", "9000");
  scripted_transport_expect (transport, "00B00000F4", "00006282");

  info = card_test_read (transport, &error);
  g_assert_no_error (error);
  g_assert_true (info->dead);
  g_assert_null (info->serial);
  scripted_transport_assert_done (transport);
}

/* GET RESPONSE that never ends, and one that gives more than an answer holds. */
static void
test_endless (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;

  scripted_transport_expect (transport, "00CA01064D", "6101");
  scripted_transport_expect (transport, "00C0000001", "6101");
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_ANSWER);
  scripted_transport_assert_done (transport);
}

static void
test_read_errors (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;

  scripted_transport_set_present (transport, FALSE);
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NO_CARD);
  g_clear_error (&error);

  scripted_transport_set_present (transport, TRUE);
  scripted_transport_set_connect_error (transport, ILK_CARD_ERROR_IN_USE);
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_IN_USE);
  g_clear_error (&error);

  scripted_transport_set_mute (transport);
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_CARD_MUTE);
  g_clear_error (&error);

  scripted_transport_set_wait_error (transport, ILK_CARD_ERROR_SERVICE_OFF);
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_SERVICE_OFF);
}

static void
test_pulled_while_reading (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;

  scripted_transport_expect_identify (transport, TRUE);
  scripted_transport_expect_error (transport, "00200001", ILK_CARD_ERROR_CARD_REMOVED);
  g_assert_null (card_test_read (transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_CARD_REMOVED);
  scripted_transport_assert_done (transport);
  g_assert_cmpuint (scripted_transport_get_connected (transport), ==, 0);
}

static void
test_kinds (void)
{
  g_autoptr (IlkCardDriver) driver = ilk_card_driver_new_for_kind (ILK_CARD_KIND_AKIS_V1);

  g_assert_true (ILK_IS_AKIS_DRIVER (driver));
  g_assert_null (ilk_card_driver_new_for_kind (ILK_CARD_KIND_AKIS));
  g_assert_null (ilk_card_driver_new_for_kind (ILK_CARD_KIND_OTHER_ISSUER));
  g_assert_null (ilk_card_driver_new_for_kind (ILK_CARD_KIND_UNKNOWN));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/akis-driver/read/virtual", test_read_virtual);
  g_test_add_func ("/akis-driver/read/unmarked", test_read_unmarked);
  g_test_add_func ("/akis-driver/read/others", test_read_others);
  g_test_add_func ("/akis-driver/read/pin-states", test_pin_states);
  g_test_add_func ("/akis-driver/read/refusing", test_refusing);
  g_test_add_func ("/akis-driver/read/near-misses", test_near_misses);
  g_test_add_func ("/akis-driver/read/dead", test_dead);
  g_test_add_func ("/akis-driver/read/certificates", test_certificates);
  g_test_add_func ("/akis-driver/read/lengths", test_lengths);
  g_test_add_func ("/akis-driver/read/endless", test_endless);
  g_test_add_func ("/akis-driver/read/errors", test_read_errors);
  g_test_add_func ("/akis-driver/read/pulled", test_pulled_while_reading);
  g_test_add_func ("/akis-driver/kinds", test_kinds);

  return g_test_run ();
}
