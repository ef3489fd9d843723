/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include <stdlib.h>

#include "host/ilk-known-reader.h"

static int
compare (const void *key,
         const void *row)
{
  const IlkKnownReader *a = key;
  const IlkKnownReader *b = row;

  if (a->vendor_id != b->vendor_id)
    return a->vendor_id < b->vendor_id ? -1 : 1;
  return (a->product_id > b->product_id) - (a->product_id < b->product_id);
}

/**
 * ilk_known_reader_find:
 *
 * Returns: (transfer none) (nullable): the reader with these USB ids
 */
const IlkKnownReader *
ilk_known_reader_find (guint16 vendor_id,
                       guint16 product_id)
{
  const IlkKnownReader key = { vendor_id, product_id, NULL, NULL };

  return bsearch (&key, ilk_known_readers, ilk_n_known_readers, sizeof key, compare);
}
