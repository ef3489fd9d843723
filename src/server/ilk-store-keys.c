/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Versions of the keys, and what is made anew when one changes. */

/* A key of ilk_store_lock () that is no holder's number. */
#define LOCK_KEYS (-7)

int
ilk_store_key_version (IlkStore   *self,
                       const char *name,
                       gint64     *since,
                       GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT version, since FROM key_versions WHERE name = ?", "t", name);
  gboolean found = ilk_rows_next (row);

  if (since != NULL)
    *since = found ? ilk_rows_number (row, 1) : 0;
  return found ? (int) ilk_rows_number (row, 0) : 1;
}

void
ilk_store_key_set_version (IlkStore   *self,
                           const char *name,
                           int         version,
                           gint64      since,
                           GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO key_versions (name, version, since) VALUES (?, ?, ?)"
    " ON CONFLICT (name) DO UPDATE SET version = excluded.version, since = excluded.since", "tii",
    name, (gint64) version, since);
}

void
ilk_store_key_lock (IlkStore  *self,
                    GError   **error)
{
  ilk_store_lock (self, LOCK_KEYS, error);
}
