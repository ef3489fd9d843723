/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Operations, unlocks, answers under an idempotency key and the audit,. */

void
ilk_store_operation_add (IlkStore                 *self,
                         const IlkOperationRecord *record,
                         GError                  **error)
{
  ilk_store_run (self, error,
    "INSERT INTO operations (id, session, holder, kind, card_serial, created, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)", "ttittii", record->id, record->session, record->holder,
    record->kind, record->card_serial, record->created, record->expires);
}

gboolean
ilk_store_unlock_add (IlkStore                 *self,
                      const IlkOperationRecord *record,
                      gint64                    since,
                      gint64                   *first,
                      GError                  **error)
{
  gint64 added = ilk_store_run (self, error,
    "INSERT INTO operations (id, session, holder, kind, card_serial, created, expires)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count (*) FROM operations"
    " WHERE card_serial = ?5 AND kind = ?4 AND created > ?8) < 3", "ttittiii", record->id,
    record->session, record->holder, record->kind, record->card_serial, record->created,
    record->expires, since);

  *first = ilk_store_number (self, error, 0,
    "SELECT min (created) FROM operations WHERE card_serial = ? AND kind = ? AND created > ?",
    "tti", record->card_serial, record->kind, since);
  return added == 1;
}

IlkOperationRecord *
ilk_store_operation_find (IlkStore   *self,
                          gint64      holder,
                          const char *id,
                          GError    **error)
{
  IlkOperationRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, session, holder, kind, card_serial, created, expires, authorized_until, consumed"
    " FROM operations WHERE id = ? AND holder = ?", "ti", id, holder);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkOperationRecord, 1);
  record->id = ilk_rows_text (row, 0);
  record->session = ilk_rows_text (row, 1);
  record->holder = ilk_rows_number (row, 2);
  record->kind = ilk_rows_text (row, 3);
  record->card_serial = ilk_rows_text (row, 4);
  record->created = ilk_rows_number (row, 5);
  record->expires = ilk_rows_number (row, 6);
  record->authorized_until = ilk_rows_number (row, 7);
  record->consumed = ilk_rows_number (row, 8) != 0;
  return record;
}

gboolean
ilk_store_operation_authorize (IlkStore   *self,
                               const char *id,
                               gint64      now,
                               gint64      until,
                               GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE operations SET authorized_until = ?"
    " WHERE id = ? AND expires > ? AND authorized_until = 0 AND consumed = 0", "iti",
    until, id, now) == 1;
}

gboolean
ilk_store_operation_consume (IlkStore   *self,
                             const char *id,
                             gint64      now,
                             GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE operations SET consumed = 1 WHERE id = ? AND authorized_until > ? AND consumed = 0",
    "ti", id, now) == 1;
}

gboolean
ilk_store_challenge_add (IlkStore   *self,
                         const char *unlock_id,
                         GBytes     *challenge,
                         gboolean   *first,
                         GError    **error)
{
  gint64 before = ilk_store_number (self, error, 3,
    "SELECT count (*) FROM challenges WHERE unlock_id = ?", "t", unlock_id);
  gint64 known = ilk_store_number (self, error, 0,
    "SELECT count (*) FROM challenges WHERE unlock_id = ? AND challenge = ?", "tb",
    unlock_id, challenge);

  *first = before == 0;
  if (known > 0)
    return TRUE;
  return ilk_store_run (self, error,
    "INSERT INTO challenges (unlock_id, challenge) SELECT ?1, ?2"
    " WHERE (SELECT count (*) FROM challenges WHERE unlock_id = ?1) < 3", "tb",
    unlock_id, challenge) == 1;
}

gboolean
ilk_store_unlock_set_result (IlkStore   *self,
                             const char *id,
                             const char *outcome,
                             const char *step,
                             const char *status_word,
                             gint64      now,
                             GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE operations SET outcome = ?, step = ?, status_word = ?, reported = ?"
    " WHERE id = ? AND (reported IS NULL OR outcome = 'uncertain')", "tttit", outcome, step,
    status_word, now, id) == 1;
}

void
ilk_store_answer_add (IlkStore              *self,
                      const char            *scope,
                      const char            *key,
                      const IlkAnswerRecord *record,
                      gint64                 now,
                      GError               **error)
{
  ilk_store_run (self, error,
    "INSERT INTO answers (scope, key, payload, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
    "ttbibi", scope, key, record->payload, (gint64) record->status, record->body, now);
}

IlkAnswerRecord *
ilk_store_answer_find (IlkStore   *self,
                       const char *scope,
                       const char *key,
                       GError    **error)
{
  IlkAnswerRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT payload, status, body FROM answers WHERE scope = ? AND key = ?", "tt", scope, key);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkAnswerRecord, 1);
  record->payload = ilk_rows_blob (row, 0);
  record->status = (int) ilk_rows_number (row, 1);
  if (!ilk_rows_is_null (row, 2))
    record->body = ilk_rows_blob (row, 2);
  return record;
}

void
ilk_store_audit_add (IlkStore             *self,
                     const IlkAuditRecord *record,
                     GError              **error)
{
  ilk_store_run (self, error,
    "INSERT INTO audit (at, who, what, outcome, reason, assurance, mac, chain)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "itttttbi", record->at, record->who, record->what,
    record->outcome, record->reason, record->assurance, record->mac, record->chain);
}

GPtrArray *
ilk_store_audit_list (IlkStore *self,
                      gint64    chain,
                      gint64    from,
                      int       limit,
                      GError  **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_audit_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT seq, at, who, what, outcome, reason, assurance, mac FROM audit"
    " WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?", "iii", chain, from, (gint64) limit);

  while (ilk_rows_next (row))
    {
      IlkAuditRecord *record = g_new0 (IlkAuditRecord, 1);

      record->seq = ilk_rows_number (row, 0);
      record->at = ilk_rows_number (row, 1);
      record->who = ilk_rows_text (row, 2);
      record->what = ilk_rows_text (row, 3);
      record->outcome = ilk_rows_text (row, 4);
      record->reason = ilk_rows_text (row, 5);
      record->assurance = ilk_rows_text (row, 6);
      record->mac = ilk_rows_blob (row, 7);
      record->chain = chain;
      g_ptr_array_add (list, record);
    }
  return list;
}

GBytes *
ilk_store_audit_last_mac (IlkStore *self,
                          gint64   *chain,
                          GError  **error)
{
  g_autoptr (IlkRows) row = NULL;

  *chain = ilk_database_get_chain (self->database);
  row = ilk_store_query (self, error,
    "SELECT mac FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1", "i", *chain);
  return ilk_rows_next (row) ? ilk_rows_blob (row, 0) : NULL;
}

gint64
ilk_store_audit_next_chain (IlkStore *self,
                            gint64    after,
                            GError  **error)
{
  return ilk_store_number (self, error, -1, "SELECT min (chain) FROM audit WHERE chain > ?", "i",
                           after);
}
