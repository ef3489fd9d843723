/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pin-pad.h"

#include <string.h>

#include <winscard.h>

#include <reader.h>

#include "card/ilk-card-error.h"

/* Source: PC/SC specification 2.02.09, part 10, sections 2.3 to 2.5. */

/* Seconds until the first key is pressed, and between two keys. */
#define FIRST_KEY_SECONDS 60
#define NEXT_KEY_SECONDS  30

#define FORMAT_BYTES_LEFT_ASCII 0x82
#define WHEN_CONFIRMED          0x02 /* the PIN is complete when the green key is pressed */
#define ASK_NEW_TWICE_AND_OLD   0x03

/* USB language identifiers, for readers with a display. */
#define TURKISH 0x041F
#define ENGLISH 0x0409

/* Status words that a reader gives itself, without having asked the card. */
#define SW_PAD_TIMEOUT   0x6400
#define SW_PAD_CANCELLED 0x6401
#define SW_PAD_DIFFERENT 0x6402
#define SW_PAD_LENGTH    0x6403
#define SW_PAD_STRUCTURE 0x6B80

guint32
ilk_pin_pad_get_question (void)
{
  return (guint32) CM_IOCTL_GET_FEATURE_REQUEST;
}

static guint32
read_code (const guint8 *value)
{
  return (guint32) value[0] << 24 | (guint32) value[1] << 16 | (guint32) value[2] << 8 | value[3];
}

/**
 * ilk_pin_pad_parse:
 * @features: a reader's answer: tag, length 4, control code (most significant byte first), …
 *
 * Returns: whether the reader takes PINs, for a proof at least; FALSE for an answer that is none
 */
gboolean
ilk_pin_pad_parse (IlkPinPad    *self,
                   const guint8 *features,
                   gsize         length)
{
  IlkPinPad found = { 0, 0 };

  *self = found;
  if (length % sizeof (PCSC_TLV_STRUCTURE) != 0)
    return FALSE;

  for (gsize i = 0; i < length; i += sizeof (PCSC_TLV_STRUCTURE))
    {
      if (features[i + 1] != 4)
        return FALSE;
      if (features[i] == FEATURE_VERIFY_PIN_DIRECT)
        found.verify_code = read_code (features + i + 2);
      else if (features[i] == FEATURE_MODIFY_PIN_DIRECT)
        found.modify_code = read_code (features + i + 2);
    }
  *self = found;
  return found.verify_code != 0;
}

static guint16
get_language (void)
{
  const char *const *names = g_get_language_names ();

  return g_str_has_prefix (names[0], "tr") ? TURKISH : ENGLISH;
}

/* The most and the fewest digits: the command has room for exactly so many. */
static guint16
get_limits (const IlkPinPadTemplate *template)
{
  return (guint16) (template->digits << 8 | template->digits);
}

/**
 * ilk_pin_pad_new_verification:
 *
 * Returns: (transfer full): what SCardControl() takes with the code for VERIFY
 */
GBytes *
ilk_pin_pad_new_verification (const IlkPinPadTemplate *template)
{
  gsize length = sizeof (PIN_VERIFY_STRUCTURE) + template->length;
  PIN_VERIFY_STRUCTURE *request = g_malloc0 (length);

  request->bTimerOut = FIRST_KEY_SECONDS;
  request->bTimerOut2 = NEXT_KEY_SECONDS;
  request->bmFormatString = FORMAT_BYTES_LEFT_ASCII | (guint8) (template->old_offset << 3);
  request->bmPINBlockString = template->digits;
  request->wPINMaxExtraDigit = get_limits (template);
  request->bEntryValidationCondition = WHEN_CONFIRMED;
  request->bNumberMessage = 1;
  request->wLangId = get_language ();
  request->ulDataLength = (guint32) template->length;
  memcpy (request->abData, template->command, template->length);
  return g_bytes_new_take (request, length);
}

/**
 * ilk_pin_pad_new_modification:
 *
 * Returns: (transfer full): what SCardControl() takes with the code for a change: the old PIN is
 *   asked for, and the new one twice
 */
GBytes *
ilk_pin_pad_new_modification (const IlkPinPadTemplate *template)
{
  gsize length = sizeof (PIN_MODIFY_STRUCTURE) + template->length;
  PIN_MODIFY_STRUCTURE *request = g_malloc0 (length);

  request->bTimerOut = FIRST_KEY_SECONDS;
  request->bTimerOut2 = NEXT_KEY_SECONDS;
  request->bmFormatString = FORMAT_BYTES_LEFT_ASCII;
  request->bmPINBlockString = template->digits;
  request->bInsertionOffsetOld = template->old_offset;
  request->bInsertionOffsetNew = template->new_offset;
  request->wPINMaxExtraDigit = get_limits (template);
  request->bConfirmPIN = ASK_NEW_TWICE_AND_OLD;
  request->bEntryValidationCondition = WHEN_CONFIRMED;
  request->bNumberMessage = 3;
  request->wLangId = get_language ();
  request->bMsgIndex1 = 0;
  request->bMsgIndex2 = 1;
  request->bMsgIndex3 = 2;
  request->ulDataLength = (guint32) template->length;
  memcpy (request->abData, template->command, template->length);
  return g_bytes_new_take (request, length);
}

/**
 * ilk_pin_pad_dup_error:
 * @sw: what came back
 *
 * Returns: (transfer full) (nullable): the error of %ILK_CARD_ERROR when the reader has ended it
 *   before the card was asked, so that no try was spent; %NULL when the card has answered
 */
GError *
ilk_pin_pad_dup_error (guint16 sw)
{
  static const struct {
    guint16      sw;
    IlkCardError code;
    const char  *meaning;
  } rows[] = {
    { SW_PAD_TIMEOUT, ILK_CARD_ERROR_KEYPAD_TIMEOUT, "no key was pressed in time" },
    { SW_PAD_CANCELLED, ILK_CARD_ERROR_KEYPAD_CANCELLED, "given up at the reader" },
    { SW_PAD_DIFFERENT, ILK_CARD_ERROR_KEYPAD_DIFFERENT, "the new PIN was typed in two ways" },
    { SW_PAD_LENGTH, ILK_CARD_ERROR_PIN_LENGTH, "too few or too many digits" },
    { SW_PAD_STRUCTURE, ILK_CARD_ERROR_NOT_SUPPORTED, "the reader does not take the request" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].sw == sw)
        return ilk_card_error_new (rows[i].code, -1, sw, 0, "PIN pad: %s (status %04X)",
                                   rows[i].meaning, sw);
    }
  return NULL;
}
