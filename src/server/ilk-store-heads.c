/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Signed ends of the audit chains. */

/* A key of ilk_store_lock () that is no holder's number. */
#define LOCK_HEADS (-8)

void
ilk_store_head_lock (IlkStore  *self,
                     GError   **error)
{
  ilk_store_lock (self, LOCK_HEADS, error);
}

GBytes *
ilk_store_audit_end (IlkStore *self,
                     gint64    chain,
                     gint64   *seq,
                     GError  **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT seq, mac FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1", "i", chain);

  if (!ilk_rows_next (row))
    return NULL;
  *seq = ilk_rows_number (row, 0);
  return ilk_rows_blob (row, 1);
}

GBytes *
ilk_store_audit_entry_mac (IlkStore *self,
                           gint64    chain,
                           gint64    seq,
                           GError  **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT mac FROM audit WHERE seq = ? AND chain = ?", "ii", seq, chain);

  return ilk_rows_next (row) ? ilk_rows_blob (row, 0) : NULL;
}

gint64
ilk_store_head_add (IlkStore             *self,
                    const IlkHeadRecord  *record,
                    GError              **error)
{
  return ilk_store_number (self, error, 0,
    "INSERT INTO audit_heads (at, ends, mac) VALUES (?, ?, ?) RETURNING id", "itb", record->at,
    record->ends, record->mac);
}

static IlkHeadRecord *
read_head (IlkRows *row)
{
  IlkHeadRecord *record = g_new0 (IlkHeadRecord, 1);

  record->id = ilk_rows_number (row, 0);
  record->at = ilk_rows_number (row, 1);
  record->ends = ilk_rows_text (row, 2);
  record->mac = ilk_rows_blob (row, 3);
  return record;
}

IlkHeadRecord *
ilk_store_head_last (IlkStore  *self,
                     GError   **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, at, ends, mac FROM audit_heads ORDER BY id DESC LIMIT 1", "");

  return ilk_rows_next (row) ? read_head (row) : NULL;
}

IlkHeadRecord *
ilk_store_head_get (IlkStore  *self,
                    gint64     id,
                    GError   **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, at, ends, mac FROM audit_heads WHERE id = ?", "i", id);

  return ilk_rows_next (row) ? read_head (row) : NULL;
}

GPtrArray *
ilk_store_head_list (IlkStore  *self,
                     gint64     after,
                     int        limit,
                     GError   **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_head_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, at, ends, mac FROM audit_heads WHERE id > ? ORDER BY id LIMIT ?", "ii", after,
    (gint64) limit);

  while (ilk_rows_next (row))
    g_ptr_array_add (list, read_head (row));
  return list;
}
