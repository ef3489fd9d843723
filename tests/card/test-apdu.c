/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-apdu.h"

#include <string.h>

static void
test_build_cases (void)
{
  const guint8 data[] = { 0x3F, 0x00 };
  g_auto (IlkApduCommand) command = { { 0 } };
  const guint8 *bytes;
  gsize length;

  ilk_apdu_command_init (&command, 0x00, 0x20, 0x00, 0x01);
  bytes = ilk_apdu_command_get_bytes (&command, &length);
  g_assert_cmpmem (bytes, length, "\x00\x20\x00\x01", 4);

  ilk_apdu_command_set_le (&command, 256);
  bytes = ilk_apdu_command_get_bytes (&command, &length);
  g_assert_cmpmem (bytes, length, "\x00\x20\x00\x01\x00", 5);

  ilk_apdu_command_init (&command, 0x00, 0xA4, 0x00, 0x00);
  ilk_apdu_command_append (&command, data, sizeof data);
  bytes = ilk_apdu_command_get_bytes (&command, &length);
  g_assert_cmpmem (bytes, length, "\x00\xA4\x00\x00\x02\x3F\x00", 7);

  ilk_apdu_command_set_le (&command, 10);
  bytes = ilk_apdu_command_get_bytes (&command, &length);
  g_assert_cmpmem (bytes, length, "\x00\xA4\x00\x00\x02\x3F\x00\x0A", 8);
}

static void
test_secrets (void)
{
  g_autoptr (IlkSecret) old_pin = ilk_secret_new_from_data ("123456", 6);
  g_autoptr (IlkSecret) new_pin = ilk_secret_new_from_data ("654321", 6);
  IlkApduCommand command;
  IlkApduCommand wiped = { { 0 } };
  const guint8 *bytes;
  gsize length;

  ilk_apdu_command_init (&command, 0x00, 0x24, 0x01, 0x01);
  ilk_apdu_command_append_sized (&command, old_pin);
  ilk_apdu_command_append_sized (&command, new_pin);
  bytes = ilk_apdu_command_get_bytes (&command, &length);
  g_assert_cmpmem (bytes, length, "\x00\x24\x01\x01\x0E\x06" "123456" "\x06" "654321", 19);

  ilk_apdu_command_clear (&command);
  g_assert_cmpmem (command.bytes, sizeof command.bytes, wiped.bytes, sizeof wiped.bytes);
}

static void
test_too_long (void)
{
  guint8 data[ILK_APDU_MAX_DATA + 1] = { 0 };
  g_auto (IlkApduCommand) command = { { 0 } };
  gsize length = 1;

  ilk_apdu_command_init (&command, 0x00, 0xD6, 0x00, 0x00);
  ilk_apdu_command_append (&command, data, ILK_APDU_MAX_DATA);
  g_assert_nonnull (ilk_apdu_command_get_bytes (&command, &length));
  g_assert_cmpuint (length, ==, 5 + ILK_APDU_MAX_DATA);
  ilk_apdu_command_append (&command, data, 1);
  g_assert_null (ilk_apdu_command_get_bytes (&command, &length));
  g_assert_cmpuint (length, ==, 0);

  ilk_apdu_command_init (&command, 0x00, 0xD6, 0x00, 0x00);
  ilk_apdu_command_append (&command, data, sizeof data);
  g_assert_null (ilk_apdu_command_get_bytes (&command, &length));
}

/* Whatever is built is parsed to the same parts. */
static void
test_round_trip (void)
{
  guint8 data[ILK_APDU_MAX_DATA];
  const int les[] = { -1, 1, 16, 255, 256 };

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) i;

  for (gsize lc = 0; lc <= sizeof data; lc++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (les); i++)
        {
          g_auto (IlkApduCommand) command = { { 0 } };
          const guint8 *bytes;
          gsize length;
          IlkApdu apdu;

          ilk_apdu_command_init (&command, 0x80, 0x15, 0xAB, 0xCD);
          ilk_apdu_command_append (&command, data, lc);
          ilk_apdu_command_set_le (&command, les[i]);
          bytes = ilk_apdu_command_get_bytes (&command, &length);
          g_assert_true (ilk_apdu_parse (bytes, length, &apdu));
          g_assert_cmphex (apdu.cla, ==, 0x80);
          g_assert_cmphex (apdu.ins, ==, 0x15);
          g_assert_cmphex (apdu.p1, ==, 0xAB);
          g_assert_cmphex (apdu.p2, ==, 0xCD);
          g_assert_cmpint (apdu.le, ==, les[i]);
          g_assert_cmpmem (apdu.data, apdu.lc, data, lc);
        }
    }
}

static void
test_hostile_commands (void)
{
  static const struct {
    const char *bytes;
    gsize       length;
  } rows[] = {
    { "", 0 },
    { "\x00\x20\x00", 3 },
    { "\x00\x20\x00\x01\x00\x00", 6 },                 /* Lc 0: an extended length */
    { "\x00\x20\x00\x01\x00\x01\x00\x31", 8 },
    { "\x00\x20\x00\x01\x06" "12345", 10 },            /* shorter than Lc */
    { "\x00\x20\x00\x01\x02" "12" "\x00\x00", 9 },     /* longer than Lc and Le */
  };
  guint8 long_one[ILK_APDU_MAX_COMMAND + 1] = { 0x00, 0xD6, 0x00, 0x00, 0xFF };
  IlkApdu apdu;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_false (ilk_apdu_parse ((const guint8 *) rows[i].bytes, rows[i].length, &apdu));
  g_assert_true (ilk_apdu_parse (long_one, ILK_APDU_MAX_COMMAND, &apdu));
  g_assert_false (ilk_apdu_parse (long_one, sizeof long_one, &apdu));
}

static void
test_answers (void)
{
  guint8 bytes[ILK_APDU_MAX_ANSWER + 1] = { 0 };
  IlkApduAnswer answer;

  g_assert_true (ilk_apdu_parse_answer ((const guint8 *) "\x90\x00", 2, &answer));
  g_assert_cmphex (answer.sw, ==, 0x9000);
  g_assert_cmpuint (answer.length, ==, 0);
  g_assert_true (ilk_apdu_parse_answer ((const guint8 *) "\xAA\xBB\x63\xC2", 4, &answer));
  g_assert_cmphex (answer.sw, ==, 0x63C2);
  g_assert_cmpmem (answer.data, answer.length, "\xAA\xBB", 2);

  g_assert_false (ilk_apdu_parse_answer (NULL, 0, &answer));
  g_assert_false (ilk_apdu_parse_answer ((const guint8 *) "\x90", 1, &answer));
  g_assert_false (ilk_apdu_parse_answer ((const guint8 *) "\x60\x00", 2, &answer));
  g_assert_false (ilk_apdu_parse_answer ((const guint8 *) "\x00\x00", 2, &answer));
  g_assert_false (ilk_apdu_parse_answer ((const guint8 *) "\xA0\x00", 2, &answer));

  bytes[ILK_APDU_MAX_ANSWER - 2] = 0x90;
  g_assert_true (ilk_apdu_parse_answer (bytes, ILK_APDU_MAX_ANSWER, &answer));
  g_assert_cmpuint (answer.length, ==, 256);
  bytes[ILK_APDU_MAX_ANSWER - 1] = 0x90;
  g_assert_false (ilk_apdu_parse_answer (bytes, sizeof bytes, &answer));
}

/* Only commands that change nothing may ever be sent twice. */
static void
test_reading (void)
{
  static const guint8 reading[] = { 0xA4, 0xB0, 0xC0, 0xCA, 0x84 };

  for (guint ins = 0; ins <= 0xFF; ins++)
    {
      g_auto (IlkApduCommand) command = { { 0 } };
      gboolean expected = memchr (reading, (int) ins, sizeof reading) != NULL;

      ilk_apdu_command_init (&command, 0x00, (guint8) ins, 0x00, 0x01);
      g_assert_cmpint (ilk_apdu_command_is_reading (&command), ==, expected);
      ilk_apdu_command_init (&command, 0x80, (guint8) ins, 0x00, 0x01);
      g_assert_false (ilk_apdu_command_is_reading (&command));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/apdu/build-cases", test_build_cases);
  g_test_add_func ("/apdu/secrets", test_secrets);
  g_test_add_func ("/apdu/too-long", test_too_long);
  g_test_add_func ("/apdu/round-trip", test_round_trip);
  g_test_add_func ("/apdu/hostile-commands", test_hostile_commands);
  g_test_add_func ("/apdu/answers", test_answers);
  g_test_add_func ("/apdu/reading", test_reading);

  return g_test_run ();
}
