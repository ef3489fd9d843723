/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sqlite-private.h"

/* Cards, certificates and the PINs held, in SQLite. */

static void
card_add (IlkStore            *store,
          const IlkCardRecord *record,
          GBytes              *certificate,
          GError             **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);

  ilk_sqlite_run (self, error,
    "INSERT INTO cards (serial, holder, atr, profile, key_version) VALUES (?, ?, ?, ?, ?)",
    "titti", record->serial, record->holder, record->atr, record->profile,
    (gint64) record->key_version);
  ilk_sqlite_run (self, error,
    "INSERT INTO certificates (serial, card_serial, state, not_before, not_after, sealed)"
    " VALUES (?, ?, ?, ?, ?, ?)", "tttiib", record->certificate_serial, record->serial,
    record->certificate_state, record->not_before, record->not_after,
    certificate);
}

#define CARD_QUERY \
  "SELECT cards.serial, holder, atr, profile, key_version, dead, certificates.serial, state," \
  " not_before, not_after, pins.card_serial IS NOT NULL, coalesce (stale, 0), changed, reason" \
  " FROM cards" \
  " JOIN certificates ON certificates.card_serial = cards.serial" \
  " LEFT JOIN pins ON pins.card_serial = cards.serial WHERE holder = ?"

static IlkCardRecord *
read_card (sqlite3_stmt *row)
{
  IlkCardRecord *record = g_new0 (IlkCardRecord, 1);

  record->serial = ilk_sqlite_text (row, 0);
  record->holder = sqlite3_column_int64 (row, 1);
  record->atr = ilk_sqlite_text (row, 2);
  record->profile = ilk_sqlite_text (row, 3);
  record->key_version = sqlite3_column_int (row, 4);
  record->dead = sqlite3_column_int (row, 5) != 0;
  record->certificate_serial = ilk_sqlite_text (row, 6);
  record->certificate_state = ilk_sqlite_text (row, 7);
  record->not_before = sqlite3_column_int64 (row, 8);
  record->not_after = sqlite3_column_int64 (row, 9);
  record->pin_held = sqlite3_column_int (row, 10) != 0;
  record->pin_stale = sqlite3_column_int (row, 11) != 0;
  record->certificate_changed = sqlite3_column_int64 (row, 12);
  record->certificate_reason = ilk_sqlite_text (row, 13);
  return record;
}

static IlkCardRecord *
card_find (IlkStore   *store,
           gint64      holder,
           const char *serial,
           GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkCardRecord *record = NULL;
  sqlite3_stmt *row = ilk_sqlite_query (self, error, CARD_QUERY " AND cards.serial = ?", "it",
                                        holder, serial);

  if (ilk_sqlite_next (self, row, error))
    {
      record = read_card (row);
      sqlite3_reset (row);
    }
  return record;
}

static GPtrArray *
card_list (IlkStore *store,
           gint64    holder,
           GError  **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GPtrArray *cards = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_card_record_free);
  sqlite3_stmt *row = ilk_sqlite_query (self, error, CARD_QUERY " ORDER BY cards.serial", "i",
                                        holder);

  while (ilk_sqlite_next (self, row, error))
    g_ptr_array_add (cards, read_card (row));
  return cards;
}

static gboolean
card_exists (IlkStore   *store,
             const char *serial,
             GError    **error)
{
  return ilk_sqlite_number (ILK_SQLITE_STORE (store), error, 0,
                            "SELECT count (*) FROM cards WHERE serial = ?", "t", serial) > 0;
}

static gboolean
certificate_activate (IlkStore   *store,
                      gint64      holder,
                      const char *serial,
                      GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE certificates SET state = 'active' WHERE serial = ? AND state = 'not_activated'"
    " AND card_serial IN (SELECT serial FROM cards WHERE holder = ?)", "ti", serial, holder) == 1;
}

#define OF_HOLDER " AND card_serial IN (SELECT serial FROM cards WHERE holder = ?)"

static gboolean
certificate_suspend (IlkStore   *store,
                     gint64      holder,
                     const char *serial,
                     gint64      now,
                     GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE certificates SET state_before = state, state = 'suspended', changed = ?"
    " WHERE serial = ? AND state IN ('active', 'not_activated')" OF_HOLDER, "iti", now, serial,
    holder) == 1;
}

static gboolean
certificate_resume (IlkStore   *store,
                    gint64      holder,
                    const char *serial,
                    gint64      now,
                    GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE certificates SET state = coalesce (state_before, 'active'), state_before = NULL,"
    " changed = ? WHERE serial = ? AND state = 'suspended'" OF_HOLDER, "iti", now, serial,
    holder) == 1;
}

static gboolean
certificate_revoke (IlkStore   *store,
                    gint64      holder,
                    const char *serial,
                    const char *reason,
                    gint64      now,
                    GError    **error)
{
  return ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "UPDATE certificates SET state = 'revoked', state_before = NULL, reason = ?, changed = ?"
    " WHERE serial = ? AND state <> 'revoked'" OF_HOLDER, "titi", reason, now, serial,
    holder) == 1;
}

static IlkOffRecord *
read_state (sqlite3_stmt *row)
{
  IlkOffRecord *record = g_new0 (IlkOffRecord, 1);

  record->serial = ilk_sqlite_text (row, 0);
  record->state = ilk_sqlite_text (row, 1);
  record->reason = ilk_sqlite_text (row, 2);
  record->changed = sqlite3_column_int64 (row, 3);
  return record;
}

static IlkOffRecord *
certificate_state (IlkStore   *store,
                   const char *serial,
                   GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkOffRecord *record = NULL;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT serial, state, reason, changed FROM certificates WHERE serial = ?", "t", serial);

  if (ilk_sqlite_next (self, row, error))
    {
      record = read_state (row);
      sqlite3_reset (row);
    }
  return record;
}

static GPtrArray *
certificate_list_off (IlkStore   *store,
                      const char *after,
                      int         limit,
                      GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_off_record_free);
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT serial, state, reason, changed FROM certificates"
    " WHERE state IN ('suspended', 'revoked') AND serial > ? ORDER BY serial LIMIT ?", "ti",
    after != NULL ? after : "", (gint64) limit);

  while (ilk_sqlite_next (self, row, error))
    g_ptr_array_add (list, read_state (row));
  return list;
}

static void
pin_set (IlkStore           *store,
         const char         *card_serial,
         const IlkPinRecord *record,
         GError            **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
    "INSERT OR REPLACE INTO pins (card_serial, sealed, wrapped_key, epoch, stale)"
    " VALUES (?, ?, ?, ?, ?)", "tbbii", card_serial, record->sealed, record->wrapped_key,
    record->epoch, (gint64) record->stale);
}

static IlkPinRecord *
pin_get (IlkStore   *store,
         const char *card_serial,
         GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  IlkPinRecord *record;
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT sealed, wrapped_key, epoch, stale FROM pins WHERE card_serial = ?", "t", card_serial);

  if (!ilk_sqlite_next (self, row, error))
    return NULL;

  record = g_new0 (IlkPinRecord, 1);
  record->sealed = ilk_sqlite_blob (row, 0);
  record->wrapped_key = ilk_sqlite_blob (row, 1);
  record->epoch = sqlite3_column_int64 (row, 2);
  record->stale = sqlite3_column_int (row, 3) != 0;
  sqlite3_reset (row);
  return record;
}

static void
pin_mark_stale (IlkStore   *store,
                const char *card_serial,
                GError    **error)
{
  ilk_sqlite_run (ILK_SQLITE_STORE (store), error,
                  "UPDATE pins SET stale = 1 WHERE card_serial = ?", "t", card_serial);
}

static gboolean
pin_delete (IlkStore   *store,
            const char *card_serial,
            GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gboolean deleted = ilk_sqlite_run (self, error, "DELETE FROM pins WHERE card_serial = ?", "t",
                                     card_serial) == 1;

  ilk_sqlite_want_checkpoint (self);
  return deleted;
}

static GPtrArray *
pin_list_before (IlkStore   *store,
                 gint64      epoch,
                 const char *after,
                 int         limit,
                 GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  GPtrArray *serials = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *row = ilk_sqlite_query (self, error,
    "SELECT card_serial FROM pins WHERE epoch < ? AND card_serial > ? ORDER BY card_serial LIMIT ?",
    "iti", epoch, after != NULL ? after : "", (gint64) limit);

  while (ilk_sqlite_next (self, row, error))
    g_ptr_array_add (serials, ilk_sqlite_text (row, 0));
  return serials;
}

static gboolean
pin_rewrap (IlkStore   *store,
            const char *card_serial,
            gint64      epoch,
            GBytes     *wrapped_key,
            gint64      new_epoch,
            GError    **error)
{
  IlkSqliteStore *self = ILK_SQLITE_STORE (store);
  gboolean done = ilk_sqlite_run (self, error,
    "UPDATE pins SET wrapped_key = ?, epoch = ? WHERE card_serial = ? AND epoch = ?", "biti",
    wrapped_key, new_epoch, card_serial, epoch) == 1;

  ilk_sqlite_want_checkpoint (self);
  return done;
}

void
ilk_sqlite_cards_init (IlkStoreInterface *iface)
{
  iface->card_add = card_add;
  iface->card_find = card_find;
  iface->card_list = card_list;
  iface->card_exists = card_exists;
  iface->certificate_activate = certificate_activate;
  iface->certificate_suspend = certificate_suspend;
  iface->certificate_resume = certificate_resume;
  iface->certificate_revoke = certificate_revoke;
  iface->certificate_state = certificate_state;
  iface->certificate_list_off = certificate_list_off;
  iface->pin_set = pin_set;
  iface->pin_get = pin_get;
  iface->pin_mark_stale = pin_mark_stale;
  iface->pin_delete = pin_delete;
  iface->pin_list_before = pin_list_before;
  iface->pin_rewrap = pin_rewrap;
}
