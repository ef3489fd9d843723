/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-historical-bytes.h"

#include <string.h>

#define CATEGORY_COMPACT_TLV 0x80
#define TAG_PRE_ISSUING 0x6

/**
 * ilk_historical_bytes_find:
 * @atr: an answer to reset
 * @bytes: (out) (transfer none): within @atr
 *
 * Source: ISO 7816-3, 8.2: T0 says how many there are and which interface bytes come before; each
 * TD says which follow.
 */
gboolean
ilk_historical_bytes_find (const guint8  *atr,
                           gsize          length,
                           const guint8 **bytes,
                           gsize         *n_bytes)
{
  gsize place = 1;
  gsize count;
  guint8 announces;

  if (length < 2)
    return FALSE;
  count = atr[1] & 0x0F;
  announces = atr[1];
  while (announces != 0)
    {
      guint8 here = announces >> 4;

      /* TA, TB, TC, and TD, which announces the next ones. */
      place += (here & 1) + ((here >> 1) & 1) + ((here >> 2) & 1);
      announces = 0;
      if ((here & 8) != 0)
        {
          place++;
          if (place >= length)
            return FALSE;
          announces = atr[place] & 0xF0;
        }
    }
  place++;
  if (count == 0 || place + count > length)
    return FALSE;

  *bytes = atr + place;
  *n_bytes = count;
  return TRUE;
}

/**
 * ilk_historical_bytes_get:
 * @tag: high half of the byte before the value: 6 for the pre-issuing data
 * @value: (out) (transfer none): within @bytes
 *
 * Source: ISO 7816-4, 12.1.1: category 80 is a row of objects, each with tag and length in one byte.
 */
gboolean
ilk_historical_bytes_get (const guint8  *bytes,
                          gsize          n_bytes,
                          guint8         tag,
                          const guint8 **value,
                          gsize         *length)
{
  gsize place = 1;

  if (n_bytes == 0 || bytes[0] != CATEGORY_COMPACT_TLV)
    return FALSE;
  while (place < n_bytes)
    {
      gsize size = bytes[place] & 0x0F;

      if (place + 1 + size > n_bytes)
        return FALSE;
      if (bytes[place] >> 4 == tag)
        {
          *value = bytes + place + 1;
          *length = size;
          return TRUE;
        }
      place += 1 + size;
    }
  return FALSE;
}

static gboolean
begins_with (const guint8 *value,
             gsize         length,
             const char   *words)
{
  return length >= strlen (words) && memcmp (value, words, strlen (words)) == 0;
}

gboolean
ilk_historical_bytes_are_akis (const guint8 *atr,
                               gsize         length)
{
  const guint8 *bytes;
  const guint8 *value;
  gsize n_bytes;
  gsize size;

  if (!ilk_historical_bytes_find (atr, length, &bytes, &n_bytes))
    return FALSE;
  if (begins_with (bytes, n_bytes, "UEKAE"))
    return TRUE;
  return ilk_historical_bytes_get (bytes, n_bytes, TAG_PRE_ISSUING, &value, &size) &&
         (begins_with (value, size, "UEKAE") || (size == 5 && begins_with (value, size, "TC")));
}
