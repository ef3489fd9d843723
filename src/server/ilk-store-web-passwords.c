/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Web passwords: a second word that confirms operations in the place of an SMS code. */

#define TRIES 3

void
ilk_store_web_password_set (IlkStore   *self,
                            gint64      holder,
                            const char *hash,
                            GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO web_passwords (holder, hash, tries_left) VALUES (?, ?, ?)"
    " ON CONFLICT (holder) DO UPDATE SET hash = excluded.hash, tries_left = excluded.tries_left",
    "iti", holder, hash, (gint64) TRIES);
}

char *
ilk_store_web_password_get (IlkStore *self,
                            gint64    holder,
                            int      *tries_left,
                            GError  **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT hash, tries_left FROM web_passwords WHERE holder = ?", "i", holder);

  if (!ilk_rows_next (row))
    return NULL;
  if (tries_left != NULL)
    *tries_left = (int) ilk_rows_number (row, 1);
  return ilk_rows_text (row, 0);
}

gboolean
ilk_store_web_password_spend_try (IlkStore *self,
                                  gint64    holder,
                                  GError  **error)
{
  return ilk_store_run (self, error,
    "UPDATE web_passwords SET tries_left = tries_left - 1 WHERE holder = ? AND tries_left > 0", "i",
    holder) == 1;
}

gboolean
ilk_store_web_password_restore (IlkStore   *self,
                                gint64      holder,
                                const char *hash,
                                const char *new_hash,
                                GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE web_passwords SET tries_left = ?, hash = ? WHERE holder = ? AND hash = ?", "itit",
    (gint64) TRIES, new_hash, holder, hash) == 1;
}

gboolean
ilk_store_web_password_remove (IlkStore *self,
                               gint64    holder,
                               GError  **error)
{
  return ilk_store_run (self, error, "DELETE FROM web_passwords WHERE holder = ?", "i",
                        holder) == 1;
}
