/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-atr-list.h"

#include <string.h>

#include "card/ilk-historical-bytes.h"

#define MAX_ATR 33

typedef enum {
  RULE_WHOLE, /* the ATR has this length and, under the mask, these bytes */
  RULE_PART,  /* these bytes are somewhere in the ATR */
} Rule;

typedef struct {
  Rule         rule;
  gsize        length;
  guint8       value[MAX_ATR];
  guint8       mask[MAX_ATR];
  const char  *name;
  IlkCardKind  kind;
} Row;

/* Exact ATRs come before families. */
static const Row rows[] = {
#include "ilk-atr-table.inc"
};

static gboolean
is_under_mask (const Row    *row,
               const guint8 *bytes)
{
  for (gsize i = 0; i < row->length; i++)
    {
      if ((bytes[i] & row->mask[i]) != (row->value[i] & row->mask[i]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
fits (const Row    *row,
      const guint8 *atr,
      gsize         length)
{
  if (row->rule == RULE_WHOLE)
    return length == row->length && is_under_mask (row, atr);

  return memmem (atr, length, row->value, row->length) != NULL;
}

/**
 * ilk_atr_list_find:
 * @atr: an answer to reset
 * @name: (out) (optional) (nullable) (transfer none): name of the card, %NULL when unknown
 *
 * Sends nothing. Only %ILK_CARD_KIND_AKIS_V1 has commands that are public, so only it ever gets
 * one; it is told from the others by its whole ATR.
 *
 * Returns: the kind of card
 */
IlkCardKind
ilk_atr_list_find (GBytes      *atr,
                   const char **name)
{
  gsize length;
  const guint8 *bytes;

  g_return_val_if_fail (atr != NULL, ILK_CARD_KIND_UNKNOWN);

  bytes = g_bytes_get_data (atr, &length);
  for (gsize i = 0; bytes != NULL && i < G_N_ELEMENTS (rows); i++)
    {
      if (!fits (&rows[i], bytes, length))
        continue;
      if (name != NULL)
        *name = rows[i].name;
      return rows[i].kind;
    }

  if (bytes != NULL && ilk_historical_bytes_are_akis (bytes, length))
    {
      if (name != NULL)
        *name = "AKİS";
      return ILK_CARD_KIND_AKIS_PROBABLE;
    }
  if (name != NULL)
    *name = NULL;
  return ILK_CARD_KIND_UNKNOWN;
}

/**
 * ilk_atr_list_to_text:
 *
 * Returns: (transfer full): @atr in capital hex digits
 */
char *
ilk_atr_list_to_text (GBytes *atr)
{
  gsize length;
  const guint8 *bytes;
  GString *text;

  g_return_val_if_fail (atr != NULL, NULL);

  bytes = g_bytes_get_data (atr, &length);
  text = g_string_sized_new (2 * length);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02X", bytes[i]);

  return g_string_free (text, FALSE);
}
