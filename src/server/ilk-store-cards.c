/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Cards, certificates and the PINs held,. */

void
ilk_store_card_add (IlkStore            *self,
                    const IlkCardRecord *record,
                    GBytes              *certificate,
                    GError             **error)
{
  ilk_store_run (self, error,
    "INSERT INTO cards (serial, holder, atr, profile, key_version) VALUES (?, ?, ?, ?, ?)",
    "titti", record->serial, record->holder, record->atr, record->profile,
    (gint64) record->key_version);
  ilk_store_run (self, error,
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
read_card (IlkRows *row)
{
  IlkCardRecord *record = g_new0 (IlkCardRecord, 1);

  record->serial = ilk_rows_text (row, 0);
  record->holder = ilk_rows_number (row, 1);
  record->atr = ilk_rows_text (row, 2);
  record->profile = ilk_rows_text (row, 3);
  record->key_version = (int) ilk_rows_number (row, 4);
  record->dead = ilk_rows_number (row, 5) != 0;
  record->certificate_serial = ilk_rows_text (row, 6);
  record->certificate_state = ilk_rows_text (row, 7);
  record->not_before = ilk_rows_number (row, 8);
  record->not_after = ilk_rows_number (row, 9);
  record->pin_held = ilk_rows_number (row, 10) != 0;
  record->pin_stale = ilk_rows_number (row, 11) != 0;
  record->certificate_changed = ilk_rows_number (row, 12);
  record->certificate_reason = ilk_rows_text (row, 13);
  return record;
}

IlkCardRecord *
ilk_store_card_find (IlkStore   *self,
                     gint64      holder,
                     const char *serial,
                     GError    **error)
{
  IlkCardRecord *record = NULL;
  g_autoptr (IlkRows) row = ilk_store_query (self, error, CARD_QUERY " AND cards.serial = ?", "it",
                                        holder, serial);

  if (ilk_rows_next (row))
    record = read_card (row);
  return record;
}

GPtrArray *
ilk_store_card_list (IlkStore *self,
                     gint64    holder,
                     GError  **error)
{
  GPtrArray *cards = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_card_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error, CARD_QUERY " ORDER BY cards.serial", "i",
                                        holder);

  while (ilk_rows_next (row))
    g_ptr_array_add (cards, read_card (row));
  return cards;
}

gboolean
ilk_store_card_exists (IlkStore   *self,
                       const char *serial,
                       GError    **error)
{
  return ilk_store_number (self, error, 0,
                            "SELECT count (*) FROM cards WHERE serial = ?", "t", serial) > 0;
}

gboolean
ilk_store_certificate_activate (IlkStore   *self,
                                gint64      holder,
                                const char *serial,
                                GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE certificates SET state = 'active' WHERE serial = ? AND state = 'not_activated'"
    " AND card_serial IN (SELECT serial FROM cards WHERE holder = ?)", "ti", serial, holder) == 1;
}

#define OF_HOLDER " AND card_serial IN (SELECT serial FROM cards WHERE holder = ?)"

gboolean
ilk_store_certificate_suspend (IlkStore   *self,
                               gint64      holder,
                               const char *serial,
                               gint64      now,
                               GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE certificates SET state_before = state, state = 'suspended', changed = ?"
    " WHERE serial = ? AND state IN ('active', 'not_activated')" OF_HOLDER, "iti", now, serial,
    holder) == 1;
}

gboolean
ilk_store_certificate_resume (IlkStore   *self,
                              gint64      holder,
                              const char *serial,
                              gint64      now,
                              GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE certificates SET state = coalesce (state_before, 'active'), state_before = NULL,"
    " changed = ? WHERE serial = ? AND state = 'suspended'" OF_HOLDER, "iti", now, serial,
    holder) == 1;
}

gboolean
ilk_store_certificate_revoke (IlkStore   *self,
                              gint64      holder,
                              const char *serial,
                              const char *reason,
                              gint64      now,
                              GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE certificates SET state = 'revoked', state_before = NULL, reason = ?, changed = ?"
    " WHERE serial = ? AND state <> 'revoked'" OF_HOLDER, "titi", reason, now, serial,
    holder) == 1;
}

static IlkOffRecord *
read_state (IlkRows *row)
{
  IlkOffRecord *record = g_new0 (IlkOffRecord, 1);

  record->serial = ilk_rows_text (row, 0);
  record->state = ilk_rows_text (row, 1);
  record->reason = ilk_rows_text (row, 2);
  record->changed = ilk_rows_number (row, 3);
  return record;
}

IlkOffRecord *
ilk_store_certificate_state (IlkStore   *self,
                             const char *serial,
                             GError    **error)
{
  IlkOffRecord *record = NULL;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT serial, state, reason, changed FROM certificates WHERE serial = ?", "t", serial);

  if (ilk_rows_next (row))
    record = read_state (row);
  return record;
}

GPtrArray *
ilk_store_certificate_list_off (IlkStore   *self,
                                const char *after,
                                int         limit,
                                GError    **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_off_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT serial, state, reason, changed FROM certificates"
    " WHERE state IN ('suspended', 'revoked') AND serial > ? ORDER BY serial LIMIT ?", "ti",
    after != NULL ? after : "", (gint64) limit);

  while (ilk_rows_next (row))
    g_ptr_array_add (list, read_state (row));
  return list;
}

void
ilk_store_pin_set (IlkStore           *self,
                   const char         *card_serial,
                   const IlkPinRecord *record,
                   GError            **error)
{
  ilk_store_run (self, error,
    "INSERT INTO pins (card_serial, sealed, wrapped_key, epoch, stale) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (card_serial) DO UPDATE SET sealed = excluded.sealed,"
    " wrapped_key = excluded.wrapped_key, epoch = excluded.epoch, stale = excluded.stale", "tbbii",
    card_serial, record->sealed, record->wrapped_key, record->epoch, (gint64) record->stale);
}

IlkPinRecord *
ilk_store_pin_get (IlkStore   *self,
                   const char *card_serial,
                   GError    **error)
{
  IlkPinRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT sealed, wrapped_key, epoch, stale FROM pins WHERE card_serial = ?", "t", card_serial);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkPinRecord, 1);
  record->sealed = ilk_rows_blob (row, 0);
  record->wrapped_key = ilk_rows_blob (row, 1);
  record->epoch = ilk_rows_number (row, 2);
  record->stale = ilk_rows_number (row, 3) != 0;
  return record;
}

void
ilk_store_pin_mark_stale (IlkStore   *self,
                          const char *card_serial,
                          GError    **error)
{
  ilk_store_run (self, error,
                  "UPDATE pins SET stale = 1 WHERE card_serial = ?", "t", card_serial);
}

gboolean
ilk_store_pin_delete (IlkStore   *self,
                      const char *card_serial,
                      GError    **error)
{
  gboolean deleted = ilk_store_run (self, error, "DELETE FROM pins WHERE card_serial = ?", "t",
                                     card_serial) == 1;

  ilk_database_want_erased (self->database);
  return deleted;
}

GPtrArray *
ilk_store_pin_list_before (IlkStore   *self,
                           gint64      epoch,
                           const char *after,
                           int         limit,
                           GError    **error)
{
  GPtrArray *serials = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT card_serial FROM pins WHERE epoch < ? AND card_serial > ? ORDER BY card_serial LIMIT ?",
    "iti", epoch, after != NULL ? after : "", (gint64) limit);

  while (ilk_rows_next (row))
    g_ptr_array_add (serials, ilk_rows_text (row, 0));
  return serials;
}

gboolean
ilk_store_pin_rewrap (IlkStore   *self,
                      const char *card_serial,
                      gint64      epoch,
                      GBytes     *wrapped_key,
                      gint64      new_epoch,
                      GError    **error)
{
  gboolean done = ilk_store_run (self, error,
    "UPDATE pins SET wrapped_key = ?, epoch = ? WHERE card_serial = ? AND epoch = ?", "biti",
    wrapped_key, new_epoch, card_serial, epoch) == 1;

  ilk_database_want_erased (self->database);
  return done;
}
