/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

/* Who did what, when, with which outcome. Each entry's HMAC covers the one before it: an entry
 * that is changed, taken out or put in between breaks the chain. */

#define PAGE 500
#define ASSURANCE_NONE "none"

static void
append_text (GByteArray *data,
             const char *text)
{
  g_byte_array_append (data, (const guint8 *) text, strlen (text) + 1);
}

static GBytes *
chain (IlkService           *self,
       GBytes               *before,
       const IlkAuditRecord *record,
       GError              **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, record->at);
  g_autofree char *number = g_strdup_printf ("chain %" G_GINT64_FORMAT, record->chain);
  g_autoptr (IlkSecret) text = NULL;
  g_autoptr (IlkSecret) mac = NULL;

  if (before != NULL)
    g_byte_array_append (data, g_bytes_get_data (before, NULL), g_bytes_get_size (before));
  else if (record->chain > 0)
    append_text (data, number);
  append_text (data, at);
  append_text (data, record->who);
  append_text (data, record->what);
  append_text (data, record->outcome);
  append_text (data, record->reason);
  append_text (data, record->assurance);

  text = ilk_secret_new_from_data (data->data, data->len);
  mac = ilk_key_store_mac (self->keys, ILK_KEY_AUDIT, 1, text, error);
  return mac != NULL ? ilk_secret_to_bytes (mac) : NULL;
}

/**
 * ilk_service_audit:
 * @who: (nullable): index of the identity number; only a pseudonym made from it is written
 * @reason: (nullable): a stable word, never a value that somebody typed
 */
void
ilk_service_audit (IlkService *self,
                   IlkInbound *request,
                   GBytes     *who,
                   const char *what,
                   const char *outcome,
                   const char *reason)
{
  g_autofree char *index = who != NULL ? ilk_service_hex (who) : g_strdup ("");
  g_autoptr (GBytes) pseudonym = ilk_service_stable_mac (self, "who", &request->error,
                                                         index, NULL);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) mac = NULL;
  g_autofree char *name = NULL;
  IlkAuditRecord record = { .at = request->now, .what = (char *) what,
                            .outcome = (char *) outcome,
                            .reason = (char *) (reason != NULL ? reason : ""),
                            .assurance = ASSURANCE_NONE };

  if (request->error != NULL)
    return;

  name = ilk_service_hex (pseudonym);
  record.who = name;
  if (request->session != NULL)
    record.assurance = (char *) ilk_service_get_assurance (request->session);
  before = ilk_store_audit_last_mac (self->store, &record.chain, &request->error);
  if (request->error == NULL)
    mac = chain (self, before, &record, &request->error);
  record.mac = mac;
  ilk_store_audit_add (self->store, &record, &request->error);
}

/* The same for the holder of the session. */
void
ilk_service_audit_holder (IlkService *self,
                          IlkInbound *request,
                          const char *what,
                          const char *outcome,
                          const char *reason)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);

  ilk_service_audit (self, request, holder != NULL ? holder->index : NULL, what, outcome,
                     reason);
}

/* Goes on where *before and *from are; FALSE when a link is broken. */
static gboolean
verify_page (IlkService *self,
             GPtrArray  *page,
             GBytes    **before,
             gint64     *from,
             guint      *count,
             GError    **error)
{
  for (guint i = 0; i < page->len; i++)
    {
      IlkAuditRecord *record = g_ptr_array_index (page, i);
      g_autoptr (GBytes) mac = chain (self, *before, record, error);

      (*count)++;
      if (mac == NULL || !g_bytes_equal (mac, record->mac))
        return FALSE;
      g_clear_pointer (before, g_bytes_unref);
      *before = g_bytes_ref (record->mac);
      *from = record->seq + 1;
    }
  return TRUE;
}

static gboolean
verify_chain (IlkService *self,
              gint64      number,
              guint      *count,
              GError    **error)
{
  g_autoptr (GBytes) before = NULL;
  gint64 from = 0;
  gboolean good = TRUE;
  gboolean more = TRUE;

  while (more && good)
    {
      g_autoptr (GPtrArray) page = NULL;

      ilk_store_begin (self->store);
      page = ilk_store_audit_list (self->store, number, from, PAGE, error);
      ilk_store_end (self->store, error);
      if (*error != NULL)
        return FALSE;
      more = page->len == PAGE;
      good = verify_page (self, page, &before, &from, count, error);
    }
  return good;
}

static gint64
next_chain (IlkService *self,
            gint64      after,
            GError    **error)
{
  gint64 next;

  ilk_store_begin (self->store);
  next = ilk_store_audit_next_chain (self->store, after, error);
  ilk_store_end (self->store, error);
  return *error == NULL ? next : -1;
}

/**
 * ilk_service_audit_verify:
 * @count: (out): entries that were looked at
 *
 * Returns: %TRUE when every link of every chain holds
 */
gboolean
ilk_service_audit_verify (IlkService *self,
                          guint      *count,
                          GError    **error)
{
  GError *local = NULL;
  gboolean good = TRUE;

  *count = 0;
  for (gint64 number = next_chain (self, -1, &local); good && number >= 0;
       number = next_chain (self, number, &local))
    good = verify_chain (self, number, count, &local);
  if (local == NULL)
    return good;
  g_propagate_error (error, local);
  return FALSE;
}
