/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-tlv.h"

/* Nothing on a card of this kind is longer than what two length bytes can say. */
#define MAX_LENGTH_BYTES 2
#define MAX_TAG_BYTES    3

/**
 * ilk_tlv_reader_init:
 * @bytes: (transfer none): bytes that outlive the walk
 */
void
ilk_tlv_reader_init (IlkTlvReader *self,
                     const guint8 *bytes,
                     gsize         length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (bytes != NULL || length == 0);

  self->next = bytes;
  self->left = length;
}

/**
 * ilk_tlv_reader_init_value:
 *
 * Begins a walk over the objects within @outer.
 */
void
ilk_tlv_reader_init_value (IlkTlvReader *self,
                           const IlkTlv *outer)
{
  g_return_if_fail (outer != NULL);

  ilk_tlv_reader_init (self, outer->value, outer->length);
}

static gboolean
take_byte (IlkTlvReader *self,
           guint8       *byte)
{
  if (self->left == 0)
    return FALSE;

  *byte = *self->next;
  self->next++;
  self->left--;
  return TRUE;
}

static gboolean
take_tag (IlkTlvReader *self,
          guint        *tag)
{
  guint8 byte;

  if (!take_byte (self, &byte) || byte == 0x00 || byte == 0xFF)
    return FALSE;

  *tag = byte;
  if ((byte & 0x1F) != 0x1F)
    return TRUE;

  for (guint i = 1; i < MAX_TAG_BYTES; i++)
    {
      if (!take_byte (self, &byte))
        return FALSE;
      *tag = *tag << 8 | byte;
      if ((byte & 0x80) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
take_length (IlkTlvReader *self,
             gsize        *length)
{
  guint8 byte;
  guint8 n_bytes;

  if (!take_byte (self, &byte))
    return FALSE;

  *length = byte;
  if (byte < 0x80)
    return TRUE;

  n_bytes = byte & 0x7F;
  if (n_bytes == 0 || n_bytes > MAX_LENGTH_BYTES)
    return FALSE;

  *length = 0;
  for (guint8 i = 0; i < n_bytes; i++)
    {
      if (!take_byte (self, &byte))
        return FALSE;
      *length = *length << 8 | byte;
    }

  return TRUE;
}

/**
 * ilk_tlv_reader_next:
 * @out: (out caller-allocates): the object; its value points into the bytes walked over
 *
 * Files on cards are padded with 00 or FF and may hold anything: whatever is no whole object ends
 * the walk.
 *
 * Returns: whether there was another object
 */
gboolean
ilk_tlv_reader_next (IlkTlvReader *self,
                     IlkTlv       *out)
{
  IlkTlvReader ahead;

  g_return_val_if_fail (self != NULL && out != NULL, FALSE);

  ahead = *self;
  if (!take_tag (&ahead, &out->tag) || !take_length (&ahead, &out->length)
      || out->length > ahead.left)
    {
      self->left = 0;
      return FALSE;
    }

  out->value = ahead.next;
  self->next = ahead.next + out->length;
  self->left = ahead.left - out->length;
  return TRUE;
}

/**
 * ilk_tlv_find:
 * @out: (out caller-allocates): the first object with @tag
 *
 * Looks among the objects that lie one after the other in @bytes, not within them.
 *
 * Returns: whether there is one
 */
gboolean
ilk_tlv_find (const guint8 *bytes,
              gsize         length,
              guint         tag,
              IlkTlv       *out)
{
  IlkTlvReader reader;

  ilk_tlv_reader_init (&reader, bytes, length);
  while (ilk_tlv_reader_next (&reader, out))
    {
      if (out->tag == tag)
        return TRUE;
    }

  return FALSE;
}
