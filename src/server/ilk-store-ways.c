/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* The ways to log in without a security word. What is single-use is taken by one statement. */

gboolean
ilk_store_holder_is_blocked (IlkStore *self,
                             gint64    id,
                             GError  **error)
{
  return ilk_store_number (self, error, 3, "SELECT failures FROM holders WHERE id = ?", "i", id)
         >= 3;
}

void
ilk_store_signature_challenge_add (IlkStore   *self,
                                   const char *id,
                                   GBytes     *challenge,
                                   gint64      expires,
                                   GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO signature_challenges (id, challenge, expires) VALUES (?, ?, ?)", "tbi", id,
    challenge, expires);
}

GBytes *
ilk_store_signature_challenge_take (IlkStore   *self,
                                    const char *id,
                                    gint64      now,
                                    GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "DELETE FROM signature_challenges WHERE id = ? AND expires > ? RETURNING challenge", "ti", id,
    now);

  return ilk_rows_next (row) ? ilk_rows_blob (row, 0) : NULL;
}

gint64
ilk_store_certificate_find_holder (IlkStore   *self,
                                   const char *serial,
                                   char      **card_serial,
                                   GBytes    **sealed,
                                   GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT cards.holder, cards.serial, certificates.sealed FROM certificates"
    " JOIN cards ON cards.serial = certificates.card_serial WHERE certificates.serial = ?", "t",
    serial);

  if (!ilk_rows_next (row))
    return 0;

  *card_serial = ilk_rows_text (row, 1);
  *sealed = ilk_rows_blob (row, 2);
  return ilk_rows_number (row, 0);
}

void
ilk_store_gateway_login_add (IlkStore               *self,
                             const IlkGatewayRecord *record,
                             GError                **error)
{
  ilk_store_run (self, error,
    "INSERT INTO e_government_logins (id, secret, redirect_uri, expires) VALUES (?, ?, ?, ?)",
    "tbti", record->id, record->secret, record->redirect_uri, record->expires);
}

char *
ilk_store_gateway_login_take (IlkStore   *self,
                              const char *id,
                              GBytes     *secret,
                              gint64      now,
                              GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "DELETE FROM e_government_logins WHERE id = ? AND secret = ? AND expires > ?"
    " RETURNING redirect_uri", "tbi", id, secret, now);

  return ilk_rows_next (row) ? ilk_rows_text (row, 0) : NULL;
}

void
ilk_store_code_set (IlkStore *self,
                    gint64    holder,
                    GBytes   *mac,
                    gint64    expires,
                    GBytes   *handle,
                    gint64    handle_expires,
                    GError  **error)
{
  ilk_store_run (self, error,
    "INSERT INTO verification_codes (holder, mac, expires, handle, handle_expires)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (holder) DO UPDATE SET mac = excluded.mac,"
    " expires = excluded.expires, handle = excluded.handle,"
    " handle_expires = excluded.handle_expires, ticket = NULL, ticket_expires = 0, used = 0",
    "ibibi", holder, mac, expires, handle, handle_expires);
}

static gint64
read_holder (IlkRows *rows)
{
  g_autoptr (IlkRows) row = rows;

  return ilk_rows_next (row) ? ilk_rows_number (row, 0) : 0;
}

gint64
ilk_store_code_take (IlkStore *self,
                     GBytes   *mac,
                     gint64    now,
                     GError  **error)
{
  return read_holder (ilk_store_query (self, error,
    "UPDATE verification_codes SET used = 1 WHERE mac = ? AND used = 0 AND expires > ?"
    " RETURNING holder", "bi", mac, now));
}

gint64
ilk_store_code_take_handle (IlkStore *self,
                            GBytes   *handle,
                            GBytes   *ticket,
                            gint64    now,
                            gint64    ticket_expires,
                            GError  **error)
{
  return read_holder (ilk_store_query (self, error,
    "UPDATE verification_codes SET handle = NULL, ticket = ?, ticket_expires = ?"
    " WHERE handle = ? AND used = 0 AND handle_expires > ? RETURNING holder", "bibi", ticket,
    ticket_expires, handle, now));
}

gint64
ilk_store_code_take_ticket (IlkStore *self,
                            GBytes   *ticket,
                            gint64    now,
                            GError  **error)
{
  return read_holder (ilk_store_query (self, error,
    "UPDATE verification_codes SET used = 1 WHERE ticket = ? AND used = 0 AND ticket_expires > ?"
    " RETURNING holder", "bi", ticket, now));
}

/* The window begins anew when it is over. */
gboolean
ilk_store_code_spend_try (IlkStore   *self,
                          const char *space,
                          int         tries,
                          gint64      now,
                          gint64     *expires,
                          GError    **error)
{
  gboolean spent = ilk_store_run (self, error,
    "INSERT INTO verification_tries (space, tries, expires) VALUES (?1, 1, ?2)"
    " ON CONFLICT (space) DO UPDATE SET"
    " tries = CASE WHEN verification_tries.expires <= ?3 THEN 1"
    " ELSE verification_tries.tries + 1 END,"
    " expires = CASE WHEN verification_tries.expires <= ?3 THEN excluded.expires"
    " ELSE verification_tries.expires END"
    " WHERE verification_tries.expires <= ?3 OR verification_tries.tries < ?4", "tiii", space,
    *expires, now, (gint64) tries) == 1;

  if (!spent)
    *expires = ilk_store_number (self, error, now + 1,
                                 "SELECT expires FROM verification_tries WHERE space = ?", "t",
                                 space);
  return spent;
}

void
ilk_store_code_give_back_try (IlkStore   *self,
                              const char *space,
                              GError    **error)
{
  ilk_store_run (self, error,
    "UPDATE verification_tries SET tries = tries - 1 WHERE space = ? AND tries > 0", "t", space);
}
