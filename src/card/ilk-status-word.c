/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-status-word.h"

#define SAME(code) { ILK_CARD_ERROR_##code, ILK_CARD_ERROR_##code, ILK_CARD_ERROR_##code }
#define EACH(pin, key, reading) \
  { ILK_CARD_ERROR_##pin, ILK_CARD_ERROR_##key, ILK_CARD_ERROR_##reading }

/* The first row that fits counts, so exact values come before families. The last row fits all. */
static const IlkStatusRow rows[] = {
  { 0x6300, 0xFFFF, "verification failed", EACH (WRONG_PIN, UNLOCK_REFUSED, ANSWER) },
  { 0x63C0, 0xFFFF, "no try left", EACH (PIN_BLOCKED, UNLOCK_REFUSED, ANSWER) },
  { 0x63C0, 0xFFF0, "wrong, tries left", EACH (WRONG_PIN, UNLOCK_REFUSED, ANSWER) },
  { 0x6700, 0xFFFF, "wrong length", SAME (ANSWER) },
  { 0x6881, 0xFFFF, "logical channel not supported", SAME (NOT_SUPPORTED) },
  { 0x6882, 0xFFFF, "secure messaging not supported", SAME (NOT_SUPPORTED) },
  { 0x6884, 0xFFFF, "chaining not supported", SAME (NOT_SUPPORTED) },
  { 0x6982, 0xFFFF, "security status not met", SAME (NOT_ALLOWED) },
  { 0x6983, 0xFFFF, "blocked", EACH (PIN_BLOCKED, UNLOCK_REFUSED, NOT_ALLOWED) },
  { 0x6984, 0xFFFF, "reference data not usable", EACH (PIN_NOT_SET, UNLOCK_REFUSED, ANSWER) },
  { 0x6985, 0xFFFF, "conditions not met", SAME (NOT_ALLOWED) },
  { 0x6A81, 0xFFFF, "function not supported", SAME (NOT_SUPPORTED) },
  { 0x6A88, 0xFFFF, "reference data not found", SAME (NOT_SUPPORTED) },
  { 0x6D00, 0xFF00, "instruction unknown", SAME (NOT_SUPPORTED) },
  { 0x6E00, 0xFF00, "class unknown", SAME (NOT_SUPPORTED) },
  { 0x0000, 0x0000, "unexpected", SAME (ANSWER) },
};

/**
 * ilk_status_word_get_rows:
 * @n_rows: (out): number of rows
 *
 * Returns: (transfer none): the whole table, for tests that walk it
 */
const IlkStatusRow *
ilk_status_word_get_rows (gsize *n_rows)
{
  g_return_val_if_fail (n_rows != NULL, NULL);

  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

static int
tries_left (guint16 sw)
{
  if (ILK_SW_IS_TRIES_LEFT (sw))
    return sw & 0x0F;

  return sw == ILK_SW_BLOCKED ? 0 : -1;
}

/**
 * ilk_status_word_to_error:
 * @sw: a status word other than 9000
 * @subject: what the command was about
 * @command: name of the command, for the log
 *
 * Returns: (transfer full): the error of %ILK_CARD_ERROR that this status word means
 */
GError *
ilk_status_word_to_error (guint16           sw,
                          IlkStatusSubject  subject,
                          const char       *command)
{
  gsize i = 0;

  g_return_val_if_fail (subject < ILK_STATUS_N_SUBJECTS, NULL);
  g_return_val_if_fail (command != NULL, NULL);

  while ((sw & rows[i].mask) != rows[i].value)
    i++;

  return ilk_card_error_new (rows[i].errors[subject], tries_left (sw), sw, 0,
                             "%s: %s (status %04X)", command, rows[i].meaning, sw);
}

/* ISO 7816-4, table 5: 67XX to 6FXX say that the command was checked and aborted, and 63CX that
 * the comparison before it failed. 6FXX is left out, as it tells no reason. */
static gboolean
is_refusal (guint16 sw)
{
  return ILK_SW_IS_TRIES_LEFT (sw) || (sw >= ILK_SW_WRONG_LENGTH && sw < ILK_SW_NO_DIAGNOSIS);
}

/**
 * ilk_status_word_to_write_error:
 * @sw: a status word other than 9000
 * @subject: what the command was about
 * @command: name of a command that writes, for the log
 *
 * Like ilk_status_word_to_error(), for commands that change the card: one that was not refused
 * before it began may have been done.
 *
 * Returns: (transfer full): the error; %ILK_CARD_ERROR_UNCERTAIN for all but a refusal
 */
GError *
ilk_status_word_to_write_error (guint16           sw,
                                IlkStatusSubject  subject,
                                const char       *command)
{
  g_return_val_if_fail (command != NULL, NULL);

  if (is_refusal (sw))
    return ilk_status_word_to_error (sw, subject, command);

  return ilk_card_error_new (ILK_CARD_ERROR_UNCERTAIN, -1, sw, 0,
                             "%s: perhaps done (status %04X)", command, sw);
}
