/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-private.h"

/* Consents: each is prepared, signed by a card and then kept. */

void
ilk_store_consent_add (IlkStore               *self,
                       const IlkConsentRecord *record,
                       GError                **error)
{
  /* What was prepared before and not signed is void. */
  ilk_store_run (self, error,
    "DELETE FROM consents WHERE holder = ? AND certificate_serial = ? AND kind = ? AND given = 0",
    "itt", record->holder, record->certificate_serial, record->kind);
  ilk_store_run (self, error,
    "INSERT INTO consents (id, holder, kind, language, certificate_serial, text, cms, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "titttbbi", record->id, record->holder, record->kind,
    record->language, record->certificate_serial, record->text, record->cms, record->expires);
}

static IlkConsentRecord *
read_next (IlkRows *row)
{
  IlkConsentRecord *record;

  if (!ilk_rows_next (row))
    return NULL;

  record = g_new0 (IlkConsentRecord, 1);
  record->id = ilk_rows_text (row, 0);
  record->holder = ilk_rows_number (row, 1);
  record->kind = ilk_rows_text (row, 2);
  record->language = ilk_rows_text (row, 3);
  record->certificate_serial = ilk_rows_text (row, 4);
  record->text = ilk_rows_blob (row, 5);
  record->cms = ilk_rows_blob (row, 6);
  record->expires = ilk_rows_number (row, 7);
  record->given = ilk_rows_number (row, 8);
  return record;
}

#define COLUMNS "id, holder, kind, language, certificate_serial, text, cms, expires, given"

IlkConsentRecord *
ilk_store_consent_find (IlkStore   *self,
                        gint64      holder,
                        const char *id,
                        GError    **error)
{
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT " COLUMNS " FROM consents WHERE id = ? AND holder = ?", "ti", id, holder);

  return read_next (row);
}

GPtrArray *
ilk_store_consent_list (IlkStore *self,
                        gint64    holder,
                        GError  **error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_consent_record_free);
  g_autoptr (IlkRows) row = ilk_store_query (self, error,
    "SELECT " COLUMNS " FROM consents WHERE holder = ? AND given > 0 ORDER BY given, id", "i",
    holder);
  IlkConsentRecord *record;

  while ((record = read_next (row)) != NULL)
    g_ptr_array_add (list, record);
  return list;
}

gboolean
ilk_store_consent_is_given (IlkStore   *self,
                            const char *certificate_serial,
                            const char *kind,
                            GError    **error)
{
  return ilk_store_number (self, error, 0,
    "SELECT count (*) FROM consents WHERE certificate_serial = ? AND kind = ? AND given > 0", "tt",
    certificate_serial, kind) > 0;
}

gboolean
ilk_store_consent_give (IlkStore   *self,
                        const char *id,
                        GBytes     *cms,
                        gint64      now,
                        GError    **error)
{
  return ilk_store_run (self, error,
    "UPDATE consents SET cms = ?, given = ? WHERE id = ? AND given = 0 AND expires > ?", "biti", cms,
    now, id, now) == 1;
}
