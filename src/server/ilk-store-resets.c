/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Links for a forgotten security word: one row for each account that asked, and for each number
 * that nobody has. */

#define DAY (24 * 3600)
#define SENDS_PER_DAY 5

gboolean
ilk_store_reset_set (IlkStore *self,
                     GBytes   *account,
                     GBytes   *hash,
                     gint64    holder,
                     gint64    now,
                     gint64    expires,
                     GError  **error)
{
  return ilk_store_run (self, error,
    "INSERT INTO resets (account, hash, holder, expires, day, sends) VALUES (?1, ?2, ?3, ?4, ?5, 1)"
    " ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, holder = excluded.holder,"
    " expires = excluded.expires, used = 0, confirmed = 0,"
    " sends = CASE WHEN resets.day <= ?6 THEN 1 ELSE resets.sends + 1 END,"
    " day = CASE WHEN resets.day <= ?6 THEN excluded.day ELSE resets.day END"
    " WHERE resets.day <= ?6 OR resets.sends < ?7", "bbiiiii", account, hash, holder, expires,
    now, now - DAY, (gint64) SENDS_PER_DAY) == 1;
}

IlkResetRecord *
ilk_store_reset_find (IlkStore *self,
                      GBytes   *hash,
                      gint64    now,
                      GError  **error)
{
  IlkResetRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT resets.holder, resets.expires, resets.confirmed, holders.failures"
    " FROM resets JOIN holders ON holders.id = resets.holder"
    " WHERE resets.hash = ? AND resets.used = 0 AND resets.expires > ?", "bi", hash, now);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkResetRecord, 1);
  record->holder = ilk_rows_number (row, 0);
  record->expires = ilk_rows_number (row, 1);
  record->needs_code = ilk_rows_number (row, 3) >= 3 && ilk_rows_number (row, 2) == 0;
  return record;
}

gboolean
ilk_store_reset_confirm (IlkStore *self,
                         GBytes   *hash,
                         gint64    now,
                         GError  **error)
{
  return ilk_store_run (self, error,
    "UPDATE resets SET confirmed = 1 WHERE hash = ? AND used = 0 AND expires > ?", "bi", hash,
    now) == 1;
}

gboolean
ilk_store_reset_consume (IlkStore *self,
                         GBytes   *hash,
                         gint64    now,
                         GError  **error)
{
  return ilk_store_run (self, error,
    "UPDATE resets SET used = 1 WHERE hash = ? AND used = 0 AND expires > ?"
    " AND (confirmed = 1 OR (SELECT failures FROM holders WHERE id = resets.holder) < 3)", "bi",
    hash, now) == 1;
}

/* A code made in a session that ends would be a way back into it. */
void
ilk_store_session_delete_all (IlkStore *self,
                              gint64    holder,
                              GError  **error)
{
  ilk_store_run (self, error, "DELETE FROM sessions WHERE holder = ?", "i", holder);
  ilk_store_run (self, error, "DELETE FROM verification_codes WHERE holder = ?", "i", holder);
}
