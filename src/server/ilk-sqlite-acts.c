/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sqlite-private.h"

/* Operations, unlocks, answers under an idempotency key and the audit, in SQLite. */

static void
operation_add (IlkStore                 *store,
               const IlkOperationRecord *record,
               GError                  **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "INSERT INTO operations (id, session, holder, kind, card_serial, created, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)", "ttittii", record->id, record->session, record->holder,
    record->kind, record->card_serial, record->created, record->expires);
}

static gboolean
unlock_add (IlkStore                 *store,
            const IlkOperationRecord *record,
            gint64                    since,
            gint64                   *first,
            GError                  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gint64 added = ilk_sqlite_run (self, error,
    "INSERT INTO operations (id, session, holder, kind, card_serial, created, expires)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count (*) FROM operations"
    " WHERE card_serial = ?5 AND kind = ?4 AND created > ?8) < 3", "ttittiii", record->id,
    record->session, record->holder, record->kind, record->card_serial, record->created,
    record->expires, since);

  *first = ilk_sqlite_number (self, error, 0,
    "SELECT min (created) FROM operations WHERE card_serial = ? AND kind = ? AND created > ?",
    "tti", record->card_serial, record->kind, since);
  return added == 1;
}

static IlkOperationRecord *
operation_find (IlkStore   *store,
                gint64      holder,
                const char *id,
                GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkOperationRecord *record;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT id, session, holder, kind, card_serial, created, expires, authorized_until, consumed"
    " FROM operations WHERE id = ? AND holder = ?", "ti", id, holder);

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkOperationRecord, 1);
  record->id = ilk_sqlite_text (row, 0);
  record->session = ilk_sqlite_text (row, 1);
  record->holder = sqlite3_column_int64 (row, 2);
  record->kind = ilk_sqlite_text (row, 3);
  record->card_serial = ilk_sqlite_text (row, 4);
  record->created = sqlite3_column_int64 (row, 5);
  record->expires = sqlite3_column_int64 (row, 6);
  record->authorized_until = sqlite3_column_int64 (row, 7);
  record->consumed = sqlite3_column_int (row, 8) != 0;
  sqlite3_reset (row);
  return record;
}

static gboolean
operation_authorize (IlkStore   *store,
                     const char *id,
                     gint64      now,
                     gint64      until,
                     GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE operations SET authorized_until = ?"
    " WHERE id = ? AND expires > ? AND authorized_until = 0 AND consumed = 0", "iti",
    until, id, now) == 1;
}

static gboolean
operation_consume (IlkStore   *store,
                   const char *id,
                   gint64      now,
                   GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE operations SET consumed = 1 WHERE id = ? AND authorized_until > ? AND consumed = 0",
    "ti", id, now) == 1;
}

static gboolean
challenge_add (IlkStore   *store,
               const char *unlock_id,
               GBytes     *challenge,
               gboolean   *first,
               GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gint64 before = ilk_sqlite_number (self, error, 3,
    "SELECT count (*) FROM challenges WHERE unlock_id = ?", "t", unlock_id);
  gint64 known = ilk_sqlite_number (self, error, 0,
    "SELECT count (*) FROM challenges WHERE unlock_id = ? AND challenge = ?", "tb",
    unlock_id, challenge);

  *first = before == 0;
  if (known > 0)
    return TRUE;
  return ilk_sqlite_run (self, error,
    "INSERT INTO challenges (unlock_id, challenge) SELECT ?1, ?2"
    " WHERE (SELECT count (*) FROM challenges WHERE unlock_id = ?1) < 3", "tb",
    unlock_id, challenge) == 1;
}

static gboolean
unlock_set_result (IlkStore   *store,
                   const char *id,
                   const char *outcome,
                   const char *step,
                   const char *status_word,
                   gint64      now,
                   GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE operations SET outcome = ?, step = ?, status_word = ?, reported = ?"
    " WHERE id = ? AND (reported IS NULL OR outcome = 'uncertain')", "tttit", outcome, step,
    status_word, now, id) == 1;
}

static void
answer_add (IlkStore              *store,
            const char            *scope,
            const char            *key,
            const IlkAnswerRecord *record,
            gint64                 now,
            GError               **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "INSERT INTO answers (scope, key, payload, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
    "ttbibi", scope, key, record->payload, (gint64) record->status, record->body, now);
}

static IlkAnswerRecord *
answer_find (IlkStore   *store,
             const char *scope,
             const char *key,
             GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkAnswerRecord *record;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT payload, status, body FROM answers WHERE scope = ? AND key = ?", "tt", scope, key);

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkAnswerRecord, 1);
  record->payload = ilk_sqlite_blob (row, 0);
  record->status = sqlite3_column_int (row, 1);
  if (sqlite3_column_type (row, 2) != SQLITE_NULL)
    record->body = ilk_sqlite_blob (row, 2);
  sqlite3_reset (row);
  return record;
}

static void
audit_add (IlkStore             *store,
           const IlkAuditRecord *record,
           GError              **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "INSERT INTO audit (at, who, what, outcome, reason, assurance, mac)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)", "itttttb", record->at, record->who, record->what,
    record->outcome, record->reason, record->assurance, record->mac);
}

static GPtrArray *
audit_list (IlkStore *store,
            gint64    from,
            int       limit,
            GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_audit_record_free);
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT seq, at, who, what, outcome, reason, assurance, mac FROM audit WHERE seq >= ?"
    " ORDER BY seq LIMIT ?", "ii", from, (gint64) limit);

  while (ilk_sqlite_next (self, row, error))
    {
      IlkAuditRecord *record = g_new0 (IlkAuditRecord, 1);

      record->seq = sqlite3_column_int64 (row, 0);
      record->at = sqlite3_column_int64 (row, 1);
      record->who = ilk_sqlite_text (row, 2);
      record->what = ilk_sqlite_text (row, 3);
      record->outcome = ilk_sqlite_text (row, 4);
      record->reason = ilk_sqlite_text (row, 5);
      record->assurance = ilk_sqlite_text (row, 6);
      record->mac = ilk_sqlite_blob (row, 7);
      g_ptr_array_add (list, record);
    }
  return list;
}

static GBytes *
audit_last_mac (IlkStore *store,
                GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GBytes *mac = NULL;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT mac FROM audit ORDER BY seq DESC LIMIT 1", "");

  if (ilk_sqlite_next (self, row, error))
    {
      mac = ilk_sqlite_blob (row, 0);
      sqlite3_reset (row);
    }
  return mac;
}

void
ilk_sqlite_acts_init (IlkStoreInterface *iface)
{
  iface->operation_add = operation_add;
  iface->unlock_add = unlock_add;
  iface->operation_find = operation_find;
  iface->operation_authorize = operation_authorize;
  iface->operation_consume = operation_consume;
  iface->challenge_add = challenge_add;
  iface->unlock_set_result = unlock_set_result;
  iface->answer_add = answer_add;
  iface->answer_find = answer_find;
  iface->audit_add = audit_add;
  iface->audit_list = audit_list;
  iface->audit_last_mac = audit_last_mac;
}
