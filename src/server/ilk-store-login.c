/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Captchas, holders, sessions and SMS codes. */

#define TRIES 3
#define UNKNOWN_LIFE (30 * 24 * 3600)
#define UNKNOWN_LIMIT 100000
#define KEEP_ENDED (24 * 3600)

void
ilk_store_purge (IlkStore *self,
                 gint64    now,
                 GError  **error)
{
  gint64 ended = now - KEEP_ENDED;

  ilk_store_run (self, error, "DELETE FROM captchas WHERE expires <= ?", "i", ended);
  ilk_store_run (self, error, "DELETE FROM unknown_tries WHERE expires <= ?", "i", now);
  /* The table is bounded: the entries that would be forgotten first make room. */
  ilk_store_run (self, error, "DELETE FROM unknown_tries WHERE expires < (SELECT expires"
                 " FROM unknown_tries ORDER BY expires DESC LIMIT 1 OFFSET ?)", "i",
                 (gint64) UNKNOWN_LIMIT);
  ilk_store_run (self, error, "DELETE FROM sessions WHERE expires <= ?", "i", ended);
  ilk_store_run (self, error, "DELETE FROM sms_codes WHERE expires <= ?", "i", ended);
  ilk_store_run (self, error, "DELETE FROM sms_sends WHERE at <= ?", "i", ended);
  ilk_store_run (self, error, "DELETE FROM resets WHERE expires <= ? AND day <= ?", "ii", ended,
                 ended);
  ilk_store_run (self, error, "DELETE FROM consents WHERE expires <= ? AND given = 0", "i", now);
  ilk_store_run (self, error, "DELETE FROM contact_changes WHERE expires <= ?", "i", now);
  ilk_store_run (self, error, "DELETE FROM answers WHERE at <= ?", "i", ended);
  ilk_store_run (self, error, "DELETE FROM signature_challenges WHERE expires <= ?", "i", now);
  ilk_store_run (self, error, "DELETE FROM e_government_logins WHERE expires <= ?", "i", now);
  ilk_store_run (self, error, "DELETE FROM verification_codes WHERE expires <= ?", "i", ended);
}

void
ilk_store_captcha_add (IlkStore   *self,
                       const char *id,
                       GBytes     *mac,
                       gint64      expires,
                       GError    **error)
{
  ilk_store_run (self, error,
                  "INSERT INTO captchas (id, mac, expires) VALUES (?, ?, ?)", "tbi",
                  id, mac, expires);
}

GBytes *
ilk_store_captcha_take (IlkStore   *self,
                        const char *id,
                        gint64     *expires,
                        GError    **error)
{
  GBytes *mac = NULL;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "DELETE FROM captchas WHERE id = ? RETURNING mac, expires", "t", id);

  while (ilk_rows_next (row))
    {
      mac = ilk_rows_blob (row, 0);
      *expires = ilk_rows_number (row, 1);
    }
  return mac;
}

gint64
ilk_store_holder_add (IlkStore              *self,
                      const IlkHolderRecord *record,
                      GError               **error)
{
  return ilk_store_number (self, error, 0,
    "INSERT INTO holders (number_index, anchor, number, name, phone, email, birth_year, word,"
    " word_initial) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id", "bbbbbbbti",
    record->number_index, record->index, record->number, record->name, record->phone, record->email,
    record->birth_year, record->word, (gint64) record->word_initial);
}

gint64
ilk_store_holder_count (IlkStore *self,
                        GError  **error)
{
  return ilk_store_number (self, error, 0, "SELECT count (*) FROM holders", "");
}

/* NULL: there is no further row. */
static IlkHolderRecord *
read_next_holder (IlkRows *row)
{
  IlkHolderRecord *record;

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkHolderRecord, 1);
  record->id = ilk_rows_number (row, 0);
  record->index = ilk_rows_blob (row, 1);
  record->number = ilk_rows_blob (row, 2);
  record->name = ilk_rows_blob (row, 3);
  record->phone = ilk_rows_blob (row, 4);
  record->email = ilk_rows_blob (row, 5);
  record->birth_year = ilk_rows_blob (row, 6);
  record->word = ilk_rows_text (row, 7);
  record->word_initial = ilk_rows_number (row, 8) != 0;
  return record;
}

static IlkHolderRecord *
read_holder (IlkRows *rows)
{
  g_autoptr (IlkRows) row = rows;

  return read_next_holder (row);
}

#define HOLDER_COLUMNS \
  "id, coalesce (anchor, number_index), number, name, phone, email, birth_year, word," \
  " word_initial"

IlkHolderRecord *
ilk_store_holder_find (IlkStore *self,
                       GBytes   *index,
                       GError  **error)
{
  return read_holder (ilk_store_query (self, error,
    "SELECT " HOLDER_COLUMNS " FROM holders WHERE number_index = ?1 OR next_index = ?1", "b",
    index));
}

IlkHolderRecord *
ilk_store_holder_get (IlkStore *self,
                      gint64    id,
                      GError  **error)
{
  return read_holder (ilk_store_query (self, error,
    "SELECT " HOLDER_COLUMNS " FROM holders WHERE id = ?", "i", id));
}

GPtrArray *
ilk_store_holder_list (IlkStore *self,
                       int       limit,
                       GError  **error)
{
  GPtrArray *holders = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_holder_record_free);
  g_autoptr (IlkRows) rows = ilk_store_query (self, error,
    "SELECT " HOLDER_COLUMNS " FROM holders ORDER BY id LIMIT ?", "i", (gint64) limit);
  IlkHolderRecord *record;

  while ((record = read_next_holder (rows)) != NULL)
    g_ptr_array_add (holders, record);
  return holders;
}

void
ilk_store_holder_set_word (IlkStore   *self,
                           gint64      id,
                           const char *word,
                           GError    **error)
{
  ilk_store_run (self, error,
                  "UPDATE holders SET word = ? WHERE id = ?", "ti", word, id);
}

/* A word that its holder has chosen. */
void
ilk_store_holder_change_word (IlkStore   *self,
                              gint64      id,
                              const char *word,
                              GError    **error)
{
  ilk_store_run (self, error, "UPDATE holders SET word = ?, word_initial = 0 WHERE id = ?", "ti",
                 word, id);
}

/* Every session of the holder but this one ends, and this one is good for everything. */
void
ilk_store_session_keep_only (IlkStore   *self,
                             gint64      holder,
                             const char *id,
                             GError    **error)
{
  ilk_store_run (self, error, "DELETE FROM sessions WHERE holder = ? AND id <> ?", "it", holder, id);
  ilk_store_run (self, error, "UPDATE sessions SET word_change = 0 WHERE id = ?", "t", id);
}

int
ilk_store_holder_spend_try (IlkStore *self,
                            gint64    id,
                            GError  **error)
{
  return (int) ilk_store_number (self, error, -1,
    "UPDATE holders SET failures = failures + 1 WHERE id = ? AND failures < 3"
    " RETURNING 3 - failures", "i", id);
}

void
ilk_store_holder_clear_tries (IlkStore *self,
                              gint64    id,
                              GError  **error)
{
  ilk_store_run (self, error,
                  "UPDATE holders SET failures = 0 WHERE id = ?", "i", id);
}

/* Numbers that nobody has get the same three tries, by as many statements, or the answer or its time
 * would tell who is a holder. */
int
ilk_store_unknown_spend_try (IlkStore *self,
                             GBytes   *index,
                             gint64    now,
                             GError  **error)
{
  return (int) ilk_store_number (self, error, -1,
    "INSERT INTO unknown_tries (number_index, failures, expires) VALUES (?1, 1, ?2)"
    " ON CONFLICT (number_index) DO UPDATE SET"
    " failures = CASE WHEN unknown_tries.expires <= ?3 THEN 1 ELSE unknown_tries.failures + 1 END,"
    " expires = CASE WHEN unknown_tries.expires <= ?3 THEN excluded.expires"
    " ELSE unknown_tries.expires END"
    " WHERE unknown_tries.failures < 3 OR unknown_tries.expires <= ?3 RETURNING 3 - failures",
    "bii", index, now + UNKNOWN_LIFE, now);
}

void
ilk_store_session_add (IlkStore               *self,
                       const IlkSessionRecord *record,
                       GBytes                 *token_hash,
                       GError                **error)
{
  ilk_store_run (self, error,
    "INSERT INTO sessions (id, token, holder, is_full, created, used, expires, assurance)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "tbiiiiit", record->id, token_hash, record->holder,
    (gint64) record->full, record->created, record->used, record->expires, record->assurance);
}

IlkSessionRecord *
ilk_store_session_find (IlkStore *self,
                        GBytes   *token_hash,
                        GError  **error)
{
  IlkSessionRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, holder, is_full, created, used, expires, assurance, word_change FROM sessions"
    " WHERE token = ?", "b", token_hash);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkSessionRecord, 1);
  record->id = ilk_rows_text (row, 0);
  record->holder = ilk_rows_number (row, 1);
  record->full = ilk_rows_number (row, 2) != 0;
  record->created = ilk_rows_number (row, 3);
  record->used = ilk_rows_number (row, 4);
  record->expires = ilk_rows_number (row, 5);
  record->assurance = ilk_rows_text (row, 6);
  record->word_change = ilk_rows_number (row, 7) != 0;
  return record;
}

gboolean
ilk_store_session_touch (IlkStore   *self,
                         const char *id,
                         gint64      now,
                         GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE sessions SET used = ? WHERE id = ? AND expires > ?", "iti", now, id, now) == 1;
}

gboolean
ilk_store_session_promote (IlkStore               *self,
                           const char             *attempt_id,
                           const IlkSessionRecord *record,
                           GBytes                 *token_hash,
                           GError                **error)
{
  return ilk_store_run (self, error,
    "UPDATE sessions SET id = ?, token = ?, is_full = 1, created = ?, used = ?, expires = ?,"
    " assurance = ?, word_change = ? WHERE id = ? AND is_full = 0 AND expires > ?", "tbiiititi",
    record->id, token_hash, record->created, record->used, record->expires, record->assurance,
    (gint64) record->word_change, attempt_id, record->created) == 1;
}

gboolean
ilk_store_session_delete (IlkStore   *self,
                          const char *id,
                          GError    **error)
{
  return ilk_store_run (self, error,
                         "DELETE FROM sessions WHERE id = ?", "t", id) == 1;
}

void
ilk_store_sms_set (IlkStore   *self,
                   const char *subject,
                   gint64      holder,
                   GBytes     *mac,
                   gint64      now,
                   gint64      expires,
                   GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO sms_codes (subject, mac, sent, expires, tries_left, used)"
    " VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (subject) DO UPDATE SET mac = excluded.mac,"
    " sent = excluded.sent, expires = excluded.expires, tries_left = excluded.tries_left,"
    " used = 0", "tbiii", subject, mac, now, expires, (gint64) TRIES);
  ilk_store_run (self, error, "INSERT INTO sms_sends (holder, at) VALUES (?, ?)", "ii",
                  holder, now);
}

IlkSmsRecord *
ilk_store_sms_find (IlkStore   *self,
                    const char *subject,
                    GError    **error)
{
  IlkSmsRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT mac, sent, expires, tries_left, used FROM sms_codes WHERE subject = ?", "t", subject);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkSmsRecord, 1);
  record->mac = ilk_rows_blob (row, 0);
  record->sent = ilk_rows_number (row, 1);
  record->expires = ilk_rows_number (row, 2);
  record->tries_left = (int) ilk_rows_number (row, 3);
  record->used = ilk_rows_number (row, 4) != 0;
  return record;
}

gboolean
ilk_store_sms_spend_try (IlkStore   *self,
                         const char *subject,
                         gint64      now,
                         GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE sms_codes SET tries_left = tries_left - 1"
    " WHERE subject = ? AND tries_left > 0 AND expires > ? AND used = 0", "ti",
    subject, now) == 1;
}

gboolean
ilk_store_sms_consume (IlkStore   *self,
                       const char *subject,
                       GBytes     *mac,
                       gint64      now,
                       GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE sms_codes SET used = 1 WHERE subject = ? AND mac = ? AND used = 0 AND expires > ?",
    "tbi", subject, mac, now) == 1;
}

int
ilk_store_sms_count (IlkStore *self,
                     gint64    holder,
                     gint64    since,
                     gint64   *first,
                     GError  **error)
{
  *first = ilk_store_number (self, error, 0,
    "SELECT min (at) FROM sms_sends WHERE holder = ? AND at > ?", "ii", holder, since);
  return ilk_store_number (self, error, 0,
    "SELECT count (*) FROM sms_sends WHERE holder = ? AND at > ?", "ii", holder, since);
}
