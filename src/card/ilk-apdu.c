/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-apdu.h"

#include <string.h>

#include <openssl/crypto.h>

/* The header and Lc come before the data. */
#define DATA_OFFSET 5

/**
 * ilk_apdu_parse:
 * @bytes: a command as it goes to a card
 * @length: its length
 * @out: (out caller-allocates): the parts; `data` points into @bytes
 *
 * Takes a short command of case 1 to 4 apart (ISO 7816-4, 5.1). Extended lengths are refused: no
 * AKİS ATR announces them.
 *
 * Returns: %FALSE when the bytes are no such command
 */
gboolean
ilk_apdu_parse (const guint8 *bytes,
                gsize         length,
                IlkApdu      *out)
{
  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  if (length < 4 || length > ILK_APDU_MAX_COMMAND)
    return FALSE;

  *out = (IlkApdu) { bytes[0], bytes[1], bytes[2], bytes[3], NULL, 0, -1 };
  if (length == 4)
    return TRUE;
  if (length == DATA_OFFSET)
    {
      out->le = bytes[4] == 0 ? 256 : bytes[4];
      return TRUE;
    }

  out->lc = bytes[4];
  out->data = bytes + DATA_OFFSET;
  if (out->lc == 0 || length < DATA_OFFSET + out->lc || length > DATA_OFFSET + out->lc + 1)
    return FALSE;
  if (length == DATA_OFFSET + out->lc + 1)
    out->le = bytes[length - 1] == 0 ? 256 : bytes[length - 1];

  return TRUE;
}

/**
 * ilk_apdu_command_init:
 *
 * Begins a command without data and without Le.
 */
void
ilk_apdu_command_init (IlkApduCommand *self,
                       guint8          cla,
                       guint8          ins,
                       guint8          p1,
                       guint8          p2)
{
  g_return_if_fail (self != NULL);

  self->bytes[0] = cla;
  self->bytes[1] = ins;
  self->bytes[2] = p1;
  self->bytes[3] = p2;
  self->lc = 0;
  self->le = -1;
  self->overflow = FALSE;
}

/**
 * ilk_apdu_command_append:
 *
 * Adds @length bytes to the data field. More than 255 bytes in all spoil the command:
 * ilk_apdu_command_get_bytes() then returns %NULL.
 */
void
ilk_apdu_command_append (IlkApduCommand *self,
                         gconstpointer   data,
                         gsize           length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (data != NULL || length == 0);

  if (length > ILK_APDU_MAX_DATA - self->lc)
    {
      self->overflow = TRUE;
      return;
    }

  if (length > 0)
    memcpy (self->bytes + DATA_OFFSET + self->lc, data, length);
  self->lc += length;
}

/**
 * ilk_apdu_command_append_secret:
 *
 * Adds the bytes of @secret to the data field; ilk_apdu_command_clear() wipes them.
 */
void
ilk_apdu_command_append_secret (IlkApduCommand *self,
                                IlkSecret      *secret)
{
  g_return_if_fail (secret != NULL);

  ilk_apdu_command_append (self, ilk_secret_peek (secret), ilk_secret_get_length (secret));
}

/**
 * ilk_apdu_command_append_sized:
 *
 * Adds one byte with the length of @secret and then its bytes, the way AKİS takes old and new PIN
 * in CHANGE REFERENCE DATA (OpenSC card-akis.c).
 */
void
ilk_apdu_command_append_sized (IlkApduCommand *self,
                               IlkSecret      *secret)
{
  gsize length;
  guint8 prefix;

  g_return_if_fail (secret != NULL);

  length = ilk_secret_get_length (secret);
  if (length > ILK_APDU_MAX_DATA)
    {
      self->overflow = TRUE;
      return;
    }

  prefix = (guint8) length;
  ilk_apdu_command_append (self, &prefix, 1);
  ilk_apdu_command_append_secret (self, secret);
}

/**
 * ilk_apdu_command_set_le:
 * @le: bytes expected in the answer, 1 to 256, or -1 for none
 */
void
ilk_apdu_command_set_le (IlkApduCommand *self,
                         int             le)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (le == -1 || (le >= 1 && le <= 256));

  self->le = le;
}

/**
 * ilk_apdu_command_get_bytes:
 * @length: (out): the length of the command
 *
 * Returns: (transfer none) (nullable): the command as it goes to the card, owned by @self;
 *   %NULL when the data did not fit
 */
const guint8 *
ilk_apdu_command_get_bytes (IlkApduCommand *self,
                            gsize          *length)
{
  gsize end = 4;

  g_return_val_if_fail (self != NULL && length != NULL, NULL);

  *length = 0;
  if (self->overflow)
    return NULL;

  if (self->lc > 0)
    {
      self->bytes[4] = (guint8) self->lc;
      end = DATA_OFFSET + self->lc;
    }
  if (self->le != -1)
    self->bytes[end++] = (guint8) (self->le & 0xFF);

  *length = end;
  return self->bytes;
}

/**
 * ilk_apdu_command_is_reading:
 *
 * Only a command that changes nothing on the card may be sent a second time, with the length the
 * card asked for (6CXX). Unknown instructions count as writing.
 */
gboolean
ilk_apdu_command_is_reading (IlkApduCommand *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->bytes[0] != ILK_CLA_ISO)
    return FALSE;

  switch (self->bytes[1])
    {
    case ILK_INS_SELECT:
    case ILK_INS_READ_BINARY:
    case ILK_INS_GET_RESPONSE:
    case ILK_INS_GET_DATA:
    case ILK_INS_GET_CHALLENGE:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * ilk_apdu_command_clear:
 *
 * Wipes the command.
 */
void
ilk_apdu_command_clear (IlkApduCommand *self)
{
  OPENSSL_cleanse (self, sizeof *self);
  self->le = -1;
}

/**
 * ilk_apdu_parse_answer:
 * @bytes: an answer as it came from a card
 * @length: its length
 * @out: (out caller-allocates): the parts; `data` points into @bytes
 *
 * An answer is up to 256 bytes and a status word, whose first byte is 61 to 6F or 90 to 9F (ISO
 * 7816-3: 60 is a procedure byte, never a status).
 *
 * Returns: %FALSE when the bytes are no answer
 */
gboolean
ilk_apdu_parse_answer (const guint8  *bytes,
                       gsize          length,
                       IlkApduAnswer *out)
{
  guint8 sw1;

  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  if (length < 2 || length > ILK_APDU_MAX_ANSWER)
    return FALSE;

  sw1 = bytes[length - 2];
  if (sw1 == 0x60 || ((sw1 & 0xF0) != 0x60 && (sw1 & 0xF0) != 0x90))
    return FALSE;

  out->data = bytes;
  out->length = length - 2;
  out->sw = (guint16) (sw1 << 8 | bytes[length - 1]);
  return TRUE;
}
