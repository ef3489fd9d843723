/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <winscard.h>

#include "card/ilk-pcsc-codes.h"
#include "card/ilk-pkcs11-codes.h"
#include "card/ilk-status-word.h"

static void
test_extras (void)
{
  g_autoptr (GError) error = ilk_card_error_new (ILK_CARD_ERROR_WRONG_PIN, 2, 0x63C2, 0, "a %d", 1);
  g_autoptr (GError) copy = g_error_copy (error);
  g_autoptr (GError) plain = g_error_new_literal (ILK_CARD_ERROR, ILK_CARD_ERROR_FAILED, "b");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "c");

  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpstr (error->message, ==, "a 1");
  g_assert_cmpint (ilk_card_error_get_tries_left (copy), ==, 2);
  g_assert_cmphex (ilk_card_error_get_status_word (copy), ==, 0x63C2);
  g_assert_cmphex (ilk_card_error_get_pcsc_code (copy), ==, 0);

  g_assert_cmpint (ilk_card_error_get_tries_left (plain), ==, -1);
  g_assert_cmpint (ilk_card_error_get_tries_left (other), ==, -1);
  g_assert_cmphex (ilk_card_error_get_status_word (other), ==, 0);
  g_assert_cmphex (ilk_card_error_get_pcsc_code (NULL), ==, 0);
}

/* Every code that pcsc-lite's header defines has its row. */
static void
test_pcsc_complete (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint found = 0;
  gsize n_rows;
  const IlkPcscRow *rows = ilk_pcsc_codes_get_rows (&n_rows);

  g_assert_true (g_file_get_contents (PCSCLITE_H, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value = strstr (lines[i], "((LONG)0x801");
      guint32 code;
      gboolean listed = FALSE;

      if (!g_str_has_prefix (lines[i], "#define SCARD_") || value == NULL)
        continue;

      code = (guint32) g_ascii_strtoull (value + strlen ("((LONG)"), NULL, 16);
      for (gsize j = 0; j < n_rows; j++)
        listed |= rows[j].code == code;
      if (!listed)
        g_test_message ("%s", lines[i]);
      g_assert_true (listed);
      found++;
    }

  g_assert_cmpuint (found, >=, 50);
}

static void
test_pcsc_walk (void)
{
  gsize n_rows;
  const IlkPcscRow *rows = ilk_pcsc_codes_get_rows (&n_rows);

  for (gsize i = 0; i < n_rows; i++)
    {
      for (gsize j = 0; j < i; j++)
        g_assert_cmphex (rows[i].code, !=, rows[j].code);

      for (IlkPcscCall call = 0; call < ILK_PCSC_N_CALLS; call++)
        {
          /* A 64-bit LONG may come with anything above its 32 bits. */
          glong wide = (glong) (gint32) rows[i].code;
          g_autoptr (GError) error = ilk_pcsc_code_to_error ((glong) rows[i].code, call, "SCardX");
          g_autoptr (GError) same = ilk_pcsc_code_to_error (wide, call, "SCardX");

          g_assert_error (error, ILK_CARD_ERROR, (int) rows[i].errors[call]);
          g_assert_error (same, ILK_CARD_ERROR, (int) rows[i].errors[call]);
          g_assert_cmphex (ilk_card_error_get_pcsc_code (error), ==, rows[i].code);
          g_assert_nonnull (strstr (error->message, rows[i].name));
        }
    }
}

static void
test_pcsc_meaning (void)
{
  static const struct {
    guint32      code;
    IlkCardError establish;
    IlkCardError other;
  } expected[] = {
    { 0x8010001D, ILK_CARD_ERROR_SERVICE_OFF, ILK_CARD_ERROR_SERVICE_OFF },
    { 0x8010006A, ILK_CARD_ERROR_SERVICE_REFUSED, ILK_CARD_ERROR_SERVICE_REFUSED },
    { 0x80100013, ILK_CARD_ERROR_SERVICE_REFUSED, ILK_CARD_ERROR_SERVICE_OFF },
    { 0x8010001E, ILK_CARD_ERROR_SERVICE_VERSION, ILK_CARD_ERROR_SERVICE_OFF },
    { 0x80100009, ILK_CARD_ERROR_NO_READER, ILK_CARD_ERROR_NO_READER },
    { 0x80100017, ILK_CARD_ERROR_NO_READER, ILK_CARD_ERROR_NO_READER },
    { 0x8010002E, ILK_CARD_ERROR_NO_READER, ILK_CARD_ERROR_NO_READER },
    { 0x8010000B, ILK_CARD_ERROR_IN_USE, ILK_CARD_ERROR_IN_USE },
    { 0x8010000C, ILK_CARD_ERROR_NO_CARD, ILK_CARD_ERROR_NO_CARD },
    { 0x80100066, ILK_CARD_ERROR_CARD_MUTE, ILK_CARD_ERROR_CARD_MUTE },
    { 0x80100067, ILK_CARD_ERROR_CARD_MUTE, ILK_CARD_ERROR_CARD_MUTE },
    { 0x80100068, ILK_CARD_ERROR_CARD_RESET, ILK_CARD_ERROR_CARD_RESET },
    { 0x80100069, ILK_CARD_ERROR_CARD_REMOVED, ILK_CARD_ERROR_CARD_REMOVED },
    { 0x80100001, ILK_CARD_ERROR_FAILED, ILK_CARD_ERROR_FAILED },
    { 0x12345678, ILK_CARD_ERROR_FAILED, ILK_CARD_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GError) establish = ilk_pcsc_code_to_error ((glong) expected[i].code,
                                                             ILK_PCSC_CALL_ESTABLISH, "x");
      g_autoptr (GError) other = ilk_pcsc_code_to_error ((glong) expected[i].code,
                                                         ILK_PCSC_CALL_OTHER, "x");

      g_assert_error (establish, ILK_CARD_ERROR, (int) expected[i].establish);
      g_assert_error (other, ILK_CARD_ERROR, (int) expected[i].other);
    }
}

static const IlkStatusRow *
first_row (guint16 sw)
{
  gsize n_rows;
  const IlkStatusRow *rows = ilk_status_word_get_rows (&n_rows);

  for (gsize i = 0; i < n_rows; i++)
    {
      if ((sw & rows[i].mask) == rows[i].value)
        return &rows[i];
    }

  return NULL;
}

/* All 65536 status words mean something, and each row is reached by at least one of them. */
static void
test_status_words_walk (void)
{
  gsize n_rows;
  const IlkStatusRow *rows = ilk_status_word_get_rows (&n_rows);
  g_autofree guint *reached = g_new0 (guint, n_rows);

  for (guint sw = 0; sw <= 0xFFFF; sw++)
    {
      const IlkStatusRow *row = first_row ((guint16) sw);

      g_assert_nonnull (row);
      if (reached[row - rows]++ > 16)
        continue;

      for (IlkStatusSubject subject = 0; subject < ILK_STATUS_N_SUBJECTS; subject++)
        {
          g_autoptr (GError) error = ilk_status_word_to_error ((guint16) sw, subject, "X");

          g_assert_error (error, ILK_CARD_ERROR, (int) row->errors[subject]);
          g_assert_cmphex (ilk_card_error_get_status_word (error), ==, sw);
        }
    }

  for (gsize i = 0; i < n_rows; i++)
    g_assert_cmpuint (reached[i], >, 0);
}

static void
assert_status (guint16           sw,
               IlkStatusSubject  subject,
               IlkCardError      code,
               int               tries_left)
{
  g_autoptr (GError) error = ilk_status_word_to_error (sw, subject, "X");

  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, tries_left);
}

static void
test_status_words_meaning (void)
{
  assert_status (0x63C2, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_WRONG_PIN, 2);
  assert_status (0x63CF, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_WRONG_PIN, 15);
  assert_status (0x63C0, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_PIN_BLOCKED, 0);
  assert_status (0x6300, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_WRONG_PIN, -1);
  assert_status (0x6983, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_PIN_BLOCKED, 0);
  assert_status (0x6984, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_PIN_NOT_SET, -1);
  assert_status (0x6982, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_NOT_ALLOWED, -1);
  assert_status (0x6985, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_NOT_ALLOWED, -1);
  assert_status (0x63C9, ILK_STATUS_OF_UNLOCK_KEY, ILK_CARD_ERROR_UNLOCK_REFUSED, 9);
  assert_status (0x6983, ILK_STATUS_OF_UNLOCK_KEY, ILK_CARD_ERROR_UNLOCK_REFUSED, 0);
  assert_status (0x6D00, ILK_STATUS_OF_READING, ILK_CARD_ERROR_NOT_SUPPORTED, -1);
  assert_status (0x6E00, ILK_STATUS_OF_PIN, ILK_CARD_ERROR_NOT_SUPPORTED, -1);
  assert_status (0x6A82, ILK_STATUS_OF_READING, ILK_CARD_ERROR_ANSWER, -1);
  assert_status (0x1234, ILK_STATUS_OF_READING, ILK_CARD_ERROR_ANSWER, -1);
}

/* Every code of the standard that the calls of ours may get has its row, and a write is certain
 * only where its code says so. */
static void
test_pkcs11_walk (void)
{
  gsize n_rows;
  const IlkPkcs11Row *rows = ilk_pkcs11_codes_get_rows (&n_rows);

  g_assert_cmpuint (n_rows, >=, 45);
  for (gsize i = 0; i < n_rows; i++)
    {
      for (gsize j = 0; j < i; j++)
        g_assert_cmphex (rows[i].code, !=, rows[j].code);

      for (IlkPkcs11Subject subject = 0; subject < ILK_PKCS11_N_SUBJECTS; subject++)
        {
          g_autoptr (GError) error = ilk_pkcs11_code_to_error (rows[i].code, subject);

          g_assert_error (error, ILK_CARD_ERROR, (int) rows[i].errors[subject]);
          g_assert_nonnull (strstr (error->message, rows[i].name));
        }
      g_assert_cmpint (rows[i].errors[ILK_PKCS11_SUBJECT_START], ==, ILK_CARD_ERROR_MODULE_FAILED);
      g_assert_cmpint (rows[i].errors[ILK_PKCS11_SUBJECT_READING], !=, ILK_CARD_ERROR_WRONG_PIN);
      g_assert_cmpint (rows[i].errors[ILK_PKCS11_SUBJECT_WRITING], !=, ILK_CARD_ERROR_FAILED);
    }
}

static void
assert_pkcs11 (guint32           code,
               IlkPkcs11Subject  subject,
               IlkCardError      expected)
{
  g_autoptr (GError) error = ilk_pkcs11_code_to_error (code, subject);

  g_assert_error (error, ILK_CARD_ERROR, (int) expected);
}

static void
test_pkcs11_meaning (void)
{
  g_autoptr (GError) none = NULL;

  g_assert_true (ilk_pkcs11_code_check (0, ILK_PKCS11_SUBJECT_WRITING, &none));
  g_assert_no_error (none);
  assert_pkcs11 (0xA0, ILK_PKCS11_SUBJECT_LOGIN, ILK_CARD_ERROR_WRONG_PIN);
  assert_pkcs11 (0xA0, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_WRONG_PIN);
  assert_pkcs11 (0xA4, ILK_PKCS11_SUBJECT_LOGIN, ILK_CARD_ERROR_PIN_BLOCKED);
  assert_pkcs11 (0xA2, ILK_PKCS11_SUBJECT_LOGIN, ILK_CARD_ERROR_WRONG_PIN);
  assert_pkcs11 (0xA2, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_PIN_LENGTH);
  assert_pkcs11 (0xE0, ILK_PKCS11_SUBJECT_READING, ILK_CARD_ERROR_CARD_REMOVED);
  assert_pkcs11 (0xE0, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_UNCERTAIN);
  assert_pkcs11 (0xA0, ILK_PKCS11_SUBJECT_SIGNING, ILK_CARD_ERROR_WRONG_PIN);
  assert_pkcs11 (0x30, ILK_PKCS11_SUBJECT_SIGNING, ILK_CARD_ERROR_FAILED);
  assert_pkcs11 (0x32, ILK_PKCS11_SUBJECT_READING, ILK_CARD_ERROR_CARD_REMOVED);
  assert_pkcs11 (0x32, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_UNCERTAIN);
  assert_pkcs11 (0x30, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_UNCERTAIN);
  assert_pkcs11 (0x06, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_UNCERTAIN);
  assert_pkcs11 (0x100, ILK_PKCS11_SUBJECT_LOGIN, ILK_CARD_ERROR_NOT_ALLOWED);
  /* Codes that the maker has made up. */
  assert_pkcs11 (0x80000001, ILK_PKCS11_SUBJECT_READING, ILK_CARD_ERROR_FAILED);
  assert_pkcs11 (0x80000001, ILK_PKCS11_SUBJECT_WRITING, ILK_CARD_ERROR_UNCERTAIN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/card-error/extras", test_extras);
  g_test_add_func ("/card-error/pcsc/complete", test_pcsc_complete);
  g_test_add_func ("/card-error/pcsc/walk", test_pcsc_walk);
  g_test_add_func ("/card-error/pcsc/meaning", test_pcsc_meaning);
  g_test_add_func ("/card-error/status-words/walk", test_status_words_walk);
  g_test_add_func ("/card-error/status-words/meaning", test_status_words_meaning);

  g_test_add_func ("/card-error/pkcs11/walk", test_pkcs11_walk);
  g_test_add_func ("/card-error/pkcs11/meaning", test_pkcs11_meaning);

  return g_test_run ();
}
