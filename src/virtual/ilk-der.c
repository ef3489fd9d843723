/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "virtual/ilk-der.h"

/* Lengths up to 65535 are enough for everything on a card. */
static gsize
encode_length (gsize  length,
               guint8 out[3])
{
  g_assert (length <= G_MAXUINT16);

  if (length < 0x80)
    {
      out[0] = length;
      return 1;
    }
  if (length <= 0xFF)
    {
      out[0] = 0x81;
      out[1] = length;
      return 2;
    }
  out[0] = 0x82;
  out[1] = length >> 8;
  out[2] = length & 0xFF;
  return 3;
}

/**
 * ilk_der_open:
 * @out: where to append
 * @tag: one-byte tag of a constructed value
 *
 * Begins a value whose content follows; ilk_der_close () puts its length in.
 *
 * Returns: the mark to close it with
 */
gsize
ilk_der_open (GByteArray *out,
              guint8      tag)
{
  g_byte_array_append (out, &tag, 1);
  return out->len;
}

void
ilk_der_close (GByteArray *out,
               gsize       mark)
{
  guint8 length[3];
  gsize content = out->len - mark;
  gsize n = encode_length (content, length);

  g_byte_array_set_size (out, out->len + n);
  memmove (out->data + mark + n, out->data + mark, content);
  memcpy (out->data + mark, length, n);
}

void
ilk_der_add (GByteArray    *out,
             guint8         tag,
             gconstpointer  data,
             gsize          length)
{
  guint8 header[3];
  gsize n = encode_length (length, header);

  g_byte_array_append (out, &tag, 1);
  g_byte_array_append (out, header, n);
  if (length > 0)
    g_byte_array_append (out, data, length);
}

void
ilk_der_add_text (GByteArray *out,
                  guint8      tag,
                  const char *text)
{
  ilk_der_add (out, tag, text, strlen (text));
}

/* A non-negative INTEGER or ENUMERATED below 65536; tag may be a context tag. */
void
ilk_der_add_number (GByteArray *out,
                    guint8      tag,
                    guint       number)
{
  guint8 bytes[3] = { 0, (number >> 8) & 0xFF, number & 0xFF };
  gsize skip = 0;

  g_assert (number <= G_MAXUINT16);

  /* The shortest form that keeps the sign bit clear. */
  while (skip < 2 && bytes[skip] == 0 && bytes[skip + 1] < 0x80)
    skip++;
  ilk_der_add (out, tag, bytes + skip, sizeof bytes - skip);
}

/* A named-bit BIT STRING: bit i of flags is the named bit i, trailing zeros are left out. */
void
ilk_der_add_flags (GByteArray *out,
                   guint32     flags)
{
  guint8 bytes[5] = { 0 };
  int highest = -1;

  for (int bit = 0; bit < 32; bit++)
    if (flags & (1u << bit))
      {
        bytes[1 + bit / 8] |= 0x80 >> (bit % 8);
        highest = bit;
      }

  if (highest < 0)
    {
      ilk_der_add (out, ILK_DER_BIT_STRING, bytes, 1);
      return;
    }
  bytes[0] = 7 - highest % 8;
  ilk_der_add (out, ILK_DER_BIT_STRING, bytes, 2 + highest / 8);
}
