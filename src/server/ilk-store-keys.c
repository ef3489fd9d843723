/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

#include <string.h>

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

/* Every column that keeps hashes of ilk_service_hash_word () has to be counted here: the pepper of
 * what is left out would be destroyed too early. */
gint64
ilk_store_word_count (IlkStore   *self,
                      const char *pattern,
                      GError    **error)
{
  return ilk_store_number (self, error, 0,
    "SELECT (SELECT count (*) FROM holders WHERE word LIKE ?1)"
    " + (SELECT count (*) FROM web_passwords WHERE hash LIKE ?1)", "t", pattern);
}

GPtrArray *
ilk_store_index_list (IlkStore *self,
                      gint64    after,
                      int       limit,
                      GError  **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_holder_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT id, coalesce (anchor, number_index), number FROM holders"
    " WHERE id > ? AND next_index IS NULL ORDER BY id LIMIT ?", "ii", after, (gint64) limit);

  while (ilk_rows_next (row))
    {
      IlkHolderRecord *record = g_new0 (IlkHolderRecord, 1);

      record->id = ilk_rows_number (row, 0);
      record->index = ilk_rows_blob (row, 1);
      record->number = ilk_rows_blob (row, 2);
      g_ptr_array_add (list, record);
    }
  return list;
}

void
ilk_store_index_set_next (IlkStore *self,
                          gint64    holder,
                          GBytes   *index,
                          GError  **error)
{
  ilk_store_run (self, error, "UPDATE holders SET next_index = ? WHERE id = ?", "bi", index,
                 holder);
}

/* A holder of before there were anchors keeps the old index as one: what is sealed is bound
 * to it. */
gint64
ilk_store_index_move (IlkStore *self,
                      gint64   *after,
                      int       limit,
                      GError  **error)
{
  gint64 last = ilk_store_number (self, error, 0,
    "SELECT max (id) FROM (SELECT id FROM holders WHERE id > ? ORDER BY id LIMIT ?) AS page", "ii",
    *after, (gint64) limit);
  gint64 moved = ilk_store_run (self, error,
    "UPDATE holders SET anchor = coalesce (anchor, number_index), number_index = next_index,"
    " next_index = NULL WHERE id > ? AND id <= ? AND next_index IS NOT NULL", "ii", *after, last);

  *after = last;
  return moved;
}

gint64
ilk_store_card_count (IlkStore *self,
                      int       key_version,
                      GError  **error)
{
  return ilk_store_number (self, error, 0,
                           "SELECT count (*) FROM cards WHERE key_version = ? AND dead = 0", "i",
                           (gint64) key_version);
}

/* Every column that is sealed by the data key and kept for longer than a rotation takes. Each row
 * is found by a number or by a text, of which the one behind the last is asked for. */
typedef struct {
  const char *label;
  gboolean    by_text;
  const char *list;
  const char *update;
} Sealed;

#define OF_HOLDERS(label, column) \
  { label, FALSE, \
    "SELECT id, coalesce (anchor, number_index), " column " FROM holders WHERE id > ?" \
    " ORDER BY id LIMIT ?", \
    "UPDATE holders SET " column " = ? WHERE id = ? AND " column " = ?" }

#define OF_CHANGES(field) \
  { field, TRUE, \
    "SELECT operation, coalesce (holders.anchor, holders.number_index), sealed" \
    " FROM contact_changes JOIN holders ON holders.id = contact_changes.holder" \
    " WHERE field = '" field "' AND operation > ? ORDER BY operation LIMIT ?", \
    "UPDATE contact_changes SET sealed = ? WHERE operation = ? AND sealed = ?" }

#define OF_CONSENTS(label, column) \
  { label, TRUE, \
    "SELECT consents.id, coalesce (holders.anchor, holders.number_index), " column \
    " FROM consents JOIN holders ON holders.id = consents.holder" \
    " WHERE consents.id > ? ORDER BY consents.id LIMIT ?", \
    "UPDATE consents SET " column " = ? WHERE id = ? AND " column " = ?" }

static const Sealed sealed[] = {
  OF_HOLDERS ("number", "number"),
  OF_HOLDERS ("name", "name"),
  OF_HOLDERS ("phone", "phone"),
  OF_HOLDERS ("email", "email"),
  OF_HOLDERS ("birth-year", "birth_year"),
  { "certificate", TRUE,
    "SELECT certificates.serial, coalesce (holders.anchor, holders.number_index), sealed"
    " FROM certificates JOIN cards ON cards.serial = certificates.card_serial"
    " JOIN holders ON holders.id = cards.holder WHERE certificates.serial > ?"
    " ORDER BY certificates.serial LIMIT ?",
    "UPDATE certificates SET sealed = ? WHERE serial = ? AND sealed = ?" },
  OF_CONSENTS ("consent-text", "text"),
  OF_CONSENTS ("consent", "cms"),
  OF_CHANGES ("phone"),
  OF_CHANGES ("email"),
  /* Bound to its own name, which stands for the index. */
  { "outbox", TRUE, "SELECT message, NULL, sealed FROM outbox WHERE message > ?"
    " ORDER BY message LIMIT ?",
    "UPDATE outbox SET sealed = ? WHERE message = ? AND sealed = ?" },
};

guint
ilk_store_sealed_count (void)
{
  return G_N_ELEMENTS (sealed);
}

const char *
ilk_store_sealed_label (guint which)
{
  return sealed[which].label;
}

GPtrArray *
ilk_store_sealed_list (IlkStore              *self,
                       guint                  which,
                       const IlkSealedRecord *after,
                       int                    limit,
                       GError               **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_sealed_record_free);
  g_autoptr (IlkRows) row =
    sealed[which].by_text
    ? ilk_store_query (self, error, sealed[which].list, "ti", after != NULL ? after->key : "",
                       (gint64) limit)
    : ilk_store_query (self, error, sealed[which].list, "ii",
                       after != NULL ? after->id : G_GINT64_CONSTANT (0), (gint64) limit);

  while (ilk_rows_next (row))
    {
      IlkSealedRecord *record = g_new0 (IlkSealedRecord, 1);

      if (sealed[which].by_text)
        record->key = ilk_rows_text (row, 0);
      else
        record->id = ilk_rows_number (row, 0);
      record->index = ilk_rows_is_null (row, 1) ? g_bytes_new (record->key, strlen (record->key))
                                                : ilk_rows_blob (row, 1);
      record->sealed = ilk_rows_blob (row, 2);
      g_ptr_array_add (list, record);
    }
  return list;
}

/* What was changed meanwhile was sealed by the new key. */
void
ilk_store_sealed_replace (IlkStore              *self,
                          guint                  which,
                          const IlkSealedRecord *record,
                          GBytes                *anew,
                          GError               **error)
{
  if (sealed[which].by_text)
    ilk_store_run (self, error, sealed[which].update, "btb", anew, record->key, record->sealed);
  else
    ilk_store_run (self, error, sealed[which].update, "bib", anew, record->id, record->sealed);
}
