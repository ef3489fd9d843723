/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* How far hand-over files were read. */

gboolean
ilk_store_import_find (IlkStore   *self,
                       const char *digest,
                       gint64     *line,
                       gint64     *position,
                       gint64     *imported,
                       GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT line, position, imported FROM imports WHERE digest = ?", "t", digest);

  if (!ilk_rows_next (row))
    return FALSE;

  *line = ilk_rows_number (row, 0);
  *position = ilk_rows_number (row, 1);
  *imported = ilk_rows_number (row, 2);
  return TRUE;
}

void
ilk_store_import_advance (IlkStore   *self,
                          const char *digest,
                          gint64      line,
                          gint64      position,
                          gint64      imported,
                          gint64      now,
                          GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO imports (digest, line, position, imported, at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (digest) DO UPDATE SET line = excluded.line, position = excluded.position,"
    " imported = imports.imported + excluded.imported, at = excluded.at", "tiiii",
    digest, line, position, imported, now);
}

void
ilk_store_import_add_fault (IlkStore   *self,
                            const char *digest,
                            gint64      line,
                            const char *message,
                            GError    **error)
{
  ilk_store_run (self, error,
    "INSERT INTO import_faults (digest, line, message) VALUES (?, ?, ?)"
    " ON CONFLICT (digest, line) DO UPDATE SET message = excluded.message", "tit", digest, line,
    message);
}

gint64
ilk_store_import_next_fault (IlkStore   *self,
                             const char *digest,
                             gint64      after,
                             char      **message,
                             GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT line, message FROM import_faults WHERE digest = ? AND line > ? ORDER BY line LIMIT 1",
    "ti", digest, after);

  if (!ilk_rows_next (row))
    return 0;
  *message = ilk_rows_text (row, 1);
  return ilk_rows_number (row, 0);
}

void
ilk_store_import_forget (IlkStore   *self,
                         const char *digest,
                         GError    **error)
{
  ilk_store_run (self, error, "DELETE FROM import_faults WHERE digest = ?", "t", digest);
  ilk_store_run (self, error, "DELETE FROM imports WHERE digest = ?", "t", digest);
}
