/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sqlite-private.h"

/* Captchas, holders, sessions and SMS codes in SQLite. */

#define TRIES 3
#define UNKNOWN_LIFE (30 * 24 * 3600)
#define UNKNOWN_LIMIT 100000
#define KEEP_ENDED (24 * 3600)

static void
purge (IlkStore *store,
       gint64    now,
       GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gint64 ended = now - KEEP_ENDED;

  ilk_sqlite_run (self, error, "DELETE FROM captchas WHERE expires <= ?", "i", ended);
  ilk_sqlite_run (self, error, "DELETE FROM unknown_tries WHERE expires <= ?", "i", now);
  ilk_sqlite_run (self, error, "DELETE FROM sessions WHERE expires <= ?", "i", ended);
  ilk_sqlite_run (self, error, "DELETE FROM sms_codes WHERE expires <= ?", "i", ended);
  ilk_sqlite_run (self, error, "DELETE FROM sms_sends WHERE at <= ?", "i", ended);
  ilk_sqlite_run (self, error, "DELETE FROM answers WHERE at <= ?", "i", ended);
}

static void
captcha_add (IlkStore   *store,
             const char *id,
             GBytes     *mac,
             gint64      expires,
             GError    **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
                  "INSERT INTO captchas (id, mac, expires) VALUES (?, ?, ?)", "tbi",
                  id, mac, expires);
}

static GBytes *
captcha_take (IlkStore   *store,
              const char *id,
              gint64     *expires,
              GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GBytes *mac = NULL;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "DELETE FROM captchas WHERE id = ? RETURNING mac, expires", "t", id);

  while (ilk_sqlite_next (self, row, error))
    {
      mac = ilk_sqlite_blob (row, 0);
      *expires = sqlite3_column_int64 (row, 1);
    }
  return mac;
}

static gint64
holder_add (IlkStore              *store,
            const IlkHolderRecord *record,
            GError               **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gint64 added = ilk_sqlite_run (self, error,
    "INSERT INTO holders (number_index, number, name, phone, email, birth_year, word)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)", "bbbbbbt",
    record->index, record->number, record->name, record->phone, record->email,
    record->birth_year, record->word);

  return added == 1 ? ilk_sqlite_last_row (self) : 0;
}

static IlkHolderRecord *
read_holder (IlkSqliteStore *self,
             sqlite3_stmt   *row,
             GError        **error)
{
  IlkHolderRecord *record;

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkHolderRecord, 1);
  record->id = sqlite3_column_int64 (row, 0);
  record->index = ilk_sqlite_blob (row, 1);
  record->number = ilk_sqlite_blob (row, 2);
  record->name = ilk_sqlite_blob (row, 3);
  record->phone = ilk_sqlite_blob (row, 4);
  record->email = ilk_sqlite_blob (row, 5);
  record->birth_year = ilk_sqlite_blob (row, 6);
  record->word = ilk_sqlite_text (row, 7);
  sqlite3_reset (row);
  return record;
}

#define HOLDER_COLUMNS "id, number_index, number, name, phone, email, birth_year, word"

static IlkHolderRecord *
holder_find (IlkStore *store,
             GBytes   *index,
             GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  return read_holder (self, ilk_sqlite_query (self, error,
    "SELECT " HOLDER_COLUMNS " FROM holders WHERE number_index = ?", "b", index), error);
}

static IlkHolderRecord *
holder_get (IlkStore *store,
            gint64    id,
            GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  return read_holder (self, ilk_sqlite_query (self, error,
    "SELECT " HOLDER_COLUMNS " FROM holders WHERE id = ?", "i", id), error);
}

static void
holder_set_word (IlkStore   *store,
                 gint64      id,
                 const char *word,
                 GError    **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
                  "UPDATE holders SET word = ? WHERE id = ?", "ti", word, id);
}

static int
holder_spend_try (IlkStore *store,
                  gint64    id,
                  GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  if (ilk_sqlite_run (self, error,
                      "UPDATE holders SET failures = failures + 1"
                      " WHERE id = ? AND failures < 3", "i", id) != 1)
    return -1;
  return ilk_sqlite_number (self, error, -1, "SELECT 3 - failures FROM holders WHERE id = ?",
                            "i", id);
}

static void
holder_clear_tries (IlkStore *store,
                    gint64    id,
                    GError  **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
                  "UPDATE holders SET failures = 0 WHERE id = ?", "i", id);
}

/* Numbers that nobody has get the same three tries, or the answer would tell who is a holder. The
 * table is bounded: the entries that would be forgotten first make room. */
static int
unknown_spend_try (IlkStore *store,
                   GBytes   *index,
                   gint64    now,
                   GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  ilk_sqlite_run (self, error,
    "DELETE FROM unknown_tries WHERE number_index = ? AND expires <= ?", "bi", index, now);
  ilk_sqlite_run (self, error,
    "DELETE FROM unknown_tries WHERE (SELECT count (*) FROM unknown_tries) >= ? AND number_index"
    " IN (SELECT number_index FROM unknown_tries ORDER BY expires LIMIT 1)", "i",
    (gint64) UNKNOWN_LIMIT);
  if (ilk_sqlite_run (self, error,
        "INSERT INTO unknown_tries (number_index, failures, expires) VALUES (?, 1, ?)"
        " ON CONFLICT (number_index) DO UPDATE SET failures = failures + 1"
        " WHERE failures < 3", "bi", index, now + UNKNOWN_LIFE) != 1)
    return -1;
  return ilk_sqlite_number (self, error, -1,
    "SELECT 3 - failures FROM unknown_tries WHERE number_index = ?", "b", index);
}

static void
session_add (IlkStore               *store,
             const IlkSessionRecord *record,
             GBytes                 *token_hash,
             GError                **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "INSERT INTO sessions (id, token, holder, is_full, created, used, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)", "tbiiiii", record->id, token_hash, record->holder,
    (gint64) record->full, record->created, record->used, record->expires);
}

static IlkSessionRecord *
session_find (IlkStore *store,
              GBytes   *token_hash,
              GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkSessionRecord *record;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT id, holder, is_full, created, used, expires FROM sessions WHERE token = ?", "b",
    token_hash);

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkSessionRecord, 1);
  record->id = ilk_sqlite_text (row, 0);
  record->holder = sqlite3_column_int64 (row, 1);
  record->full = sqlite3_column_int (row, 2) != 0;
  record->created = sqlite3_column_int64 (row, 3);
  record->used = sqlite3_column_int64 (row, 4);
  record->expires = sqlite3_column_int64 (row, 5);
  sqlite3_reset (row);
  return record;
}

static gboolean
session_touch (IlkStore   *store,
               const char *id,
               gint64      now,
               GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE sessions SET used = ? WHERE id = ? AND expires > ?", "iti", now, id, now) == 1;
}

static gboolean
session_promote (IlkStore               *store,
                 const char             *attempt_id,
                 const IlkSessionRecord *record,
                 GBytes                 *token_hash,
                 GError                **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE sessions SET id = ?, token = ?, is_full = 1, created = ?, used = ?, expires = ?"
    " WHERE id = ? AND is_full = 0 AND expires > ?", "tbiiiti", record->id, token_hash,
    record->created, record->used, record->expires, attempt_id, record->created) == 1;
}

static gboolean
session_delete (IlkStore   *store,
                const char *id,
                GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
                         "DELETE FROM sessions WHERE id = ?", "t", id) == 1;
}

static void
sms_set (IlkStore   *store,
         const char *subject,
         gint64      holder,
         GBytes     *mac,
         gint64      now,
         gint64      expires,
         GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  ilk_sqlite_run (self, error,
    "INSERT OR REPLACE INTO sms_codes (subject, mac, sent, expires, tries_left, used)"
    " VALUES (?, ?, ?, ?, ?, 0)", "tbiii", subject, mac, now, expires, (gint64) TRIES);
  ilk_sqlite_run (self, error, "INSERT INTO sms_sends (holder, at) VALUES (?, ?)", "ii",
                  holder, now);
}

static IlkSmsRecord *
sms_find (IlkStore   *store,
          const char *subject,
          GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkSmsRecord *record;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT mac, sent, expires, tries_left, used FROM sms_codes WHERE subject = ?", "t", subject);

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkSmsRecord, 1);
  record->mac = ilk_sqlite_blob (row, 0);
  record->sent = sqlite3_column_int64 (row, 1);
  record->expires = sqlite3_column_int64 (row, 2);
  record->tries_left = sqlite3_column_int (row, 3);
  record->used = sqlite3_column_int (row, 4) != 0;
  sqlite3_reset (row);
  return record;
}

static gboolean
sms_spend_try (IlkStore   *store,
               const char *subject,
               gint64      now,
               GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE sms_codes SET tries_left = tries_left - 1"
    " WHERE subject = ? AND tries_left > 0 AND expires > ? AND used = 0", "ti",
    subject, now) == 1;
}

static gboolean
sms_consume (IlkStore   *store,
             const char *subject,
             GBytes     *mac,
             gint64      now,
             GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE sms_codes SET used = 1 WHERE subject = ? AND mac = ? AND used = 0 AND expires > ?",
    "tbi", subject, mac, now) == 1;
}

static int
sms_count (IlkStore *store,
           gint64    holder,
           gint64    since,
           gint64   *first,
           GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  *first = ilk_sqlite_number (self, error, 0,
    "SELECT min (at) FROM sms_sends WHERE holder = ? AND at > ?", "ii", holder, since);
  return ilk_sqlite_number (self, error, 0,
    "SELECT count (*) FROM sms_sends WHERE holder = ? AND at > ?", "ii", holder, since);
}

void
ilk_sqlite_login_init (IlkStoreInterface *iface)
{
  iface->purge = purge;
  iface->captcha_add = captcha_add;
  iface->captcha_take = captcha_take;
  iface->holder_add = holder_add;
  iface->holder_find = holder_find;
  iface->holder_get = holder_get;
  iface->holder_set_word = holder_set_word;
  iface->holder_spend_try = holder_spend_try;
  iface->holder_clear_tries = holder_clear_tries;
  iface->unknown_spend_try = unknown_spend_try;
  iface->session_add = session_add;
  iface->session_find = session_find;
  iface->session_touch = session_touch;
  iface->session_promote = session_promote;
  iface->session_delete = session_delete;
  iface->sms_set = sms_set;
  iface->sms_find = sms_find;
  iface->sms_spend_try = sms_spend_try;
  iface->sms_consume = sms_consume;
  iface->sms_count = sms_count;
}
