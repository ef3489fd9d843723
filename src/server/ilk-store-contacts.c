/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Changes of a holder's phone number and mail address: at most one waits for each holder. */

gint64
ilk_store_holder_revision (IlkStore *self,
                           gint64    holder,
                           GError  **error)
{
  return ilk_store_number (self, error, -1, "SELECT revision FROM holders WHERE id = ?", "i",
                           holder);
}

void
ilk_store_contact_add (IlkStore               *self,
                       const IlkContactRecord *record,
                       GError                **error)
{
  ilk_store_run (self, error,
    "INSERT INTO contact_changes (operation, holder, field, sealed, revision, expires)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (holder) DO UPDATE SET operation = excluded.operation,"
    " field = excluded.field, sealed = excluded.sealed, revision = excluded.revision,"
    " expires = excluded.expires, confirmed = 0", "titbii", record->operation, record->holder,
    record->field, record->sealed, record->revision, record->expires);
}

IlkContactRecord *
ilk_store_contact_find (IlkStore   *self,
                        gint64      holder,
                        const char *operation,
                        GError    **error)
{
  IlkContactRecord *record;
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT operation, holder, field, sealed, revision, expires, confirmed FROM contact_changes"
    " WHERE operation = ? AND holder = ?", "ti", operation, holder);

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkContactRecord, 1);
  record->operation = ilk_rows_text (row, 0);
  record->holder = ilk_rows_number (row, 1);
  record->field = ilk_rows_text (row, 2);
  record->sealed = ilk_rows_blob (row, 3);
  record->revision = ilk_rows_number (row, 4);
  record->expires = ilk_rows_number (row, 5);
  record->confirmed = ilk_rows_number (row, 6) != 0;
  return record;
}

gboolean
ilk_store_contact_confirm (IlkStore   *self,
                           const char *operation,
                           gint64      now,
                           gint64      expires,
                           GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE contact_changes SET confirmed = 1, expires = ?"
    " WHERE operation = ? AND confirmed = 0 AND expires > ?", "iti", expires, operation, now) == 1;
}

gboolean
ilk_store_contact_take (IlkStore   *self,
                        const char *operation,
                        gint64      now,
                        GError    **error)
{
  return ilk_store_run (self, error,
    "DELETE FROM contact_changes WHERE operation = ? AND confirmed = 1 AND expires > ?", "ti",
    operation, now) == 1;
}

gboolean
ilk_store_holder_change_contact (IlkStore   *self,
                                 gint64      holder,
                                 const char *field,
                                 GBytes     *sealed,
                                 gint64      revision,
                                 GError    **error)
{
  const char *sql = g_str_equal (field, "phone")
    ? "UPDATE holders SET phone = ?, revision = revision + 1 WHERE id = ? AND revision = ?"
    : "UPDATE holders SET email = ?, revision = revision + 1 WHERE id = ? AND revision = ?";

  return ilk_store_run (self, error, sql, "bii", sealed, holder, revision) == 1;
}
