/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Messages that are to be sent. A row is there until the gateway has taken the message, or until
 * its code has run out; whoever sends it holds a lease on it meanwhile. */

void
ilk_store_outbox_add (IlkStore              *self,
                      const IlkOutboxRecord *record,
                      GError               **error)
{
  ilk_store_run (self, error,
    "INSERT INTO outbox (message, kind, sealed, created, due, expires) VALUES (?, ?, ?, ?, ?, ?)",
    "ttbiii", record->message, record->kind, record->sealed, record->created, record->created,
    record->expires);
}

static IlkOutboxRecord *
read_record (IlkRows *rows)
{
  g_autoptr (IlkRows) row = rows;
  IlkOutboxRecord *record;

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkOutboxRecord, 1);
  record->id = ilk_rows_number (row, 0);
  record->message = ilk_rows_text (row, 1);
  record->kind = ilk_rows_text (row, 2);
  record->sealed = ilk_rows_blob (row, 3);
  record->created = ilk_rows_number (row, 4);
  record->expires = ilk_rows_number (row, 5);
  record->tries = (int) ilk_rows_number (row, 6);
  return record;
}

/* Another may take the lease between looking and taking: then the next one is looked for. */
IlkOutboxRecord *
ilk_store_outbox_lease (IlkStore   *self,
                        const char *kind,
                        const char *owner,
                        gint64      now,
                        gint64      until,
                        GError    **error)
{
  gint64 after = -1;

  while (*error == NULL)
    {
      after = ilk_store_number (self, error, -1,
        "SELECT min (id) FROM outbox WHERE kind = ? AND due <= ? AND lease_until <= ? AND id > ?",
        "tiii", kind, now, now, after);
      if (after < 0)
        return NULL;
      if (ilk_store_run (self, error,
            "UPDATE outbox SET lease_owner = ?, lease_until = ?, tries = tries + 1"
            " WHERE id = ? AND due <= ? AND lease_until <= ?", "tiiii", owner, until, after, now,
            now) == 1)
        return read_record (ilk_store_query (self, error,
          "SELECT id, message, kind, sealed, created, expires, tries FROM outbox WHERE id = ?", "i",
          after));
    }
  return NULL;
}

/* TRUE: it was still this owner's. */
gboolean
ilk_store_outbox_remove (IlkStore   *self,
                         gint64      id,
                         const char *owner,
                         GError    **error)
{
  ilk_database_want_erased (self->database);
  return ilk_store_run (self, error, "DELETE FROM outbox WHERE id = ? AND lease_owner = ?", "it",
                        id, owner) == 1;
}

gboolean
ilk_store_outbox_postpone (IlkStore   *self,
                           gint64      id,
                           const char *owner,
                           gint64      due,
                           GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE outbox SET due = ?, lease_owner = NULL, lease_until = 0"
    " WHERE id = ? AND lease_owner = ?", "iit", due, id, owner) == 1;
}

gint64
ilk_store_outbox_next (IlkStore   *self,
                       const char *kind,
                       GError    **error)
{
  return ilk_store_number (self, error, -1,
    "SELECT min (CASE WHEN lease_until > due THEN lease_until ELSE due END) FROM outbox"
    " WHERE kind = ?", "t", kind);
}

gint64
ilk_store_outbox_count (IlkStore *self,
                        GError  **error)
{
  return ilk_store_number (self, error, 0, "SELECT count (*) FROM outbox", "");
}
