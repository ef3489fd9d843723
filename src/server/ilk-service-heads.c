/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

/* The audit chains show what was changed in their middle, but not that their ends were cut off. So
 * the last entry of every chain is signed each hour; each of these heads covers the one before it.
 * A head's line goes to the journal as well: who cuts the heads off, too, is found out by that. */

#define PAGE 500

typedef struct {
  IlkService   *service;
  IlkHeadCheck *check;
  GBytes       *before;     /* MAC of the head before */
} Walk;

static GBytes *
make_mac (IlkService           *self,
          GBytes               *before,
          const IlkHeadRecord  *head,
          GError              **error)
{
  g_autofree char *previous = before != NULL ? ilk_service_hex (before) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("audit-head|%s|%" G_GINT64_FORMAT "|%s", previous,
                                           head->at, head->ends);
  g_autoptr (IlkSecret) data = ilk_secret_new_from_data (text, strlen (text));
  g_autoptr (IlkSecret) mac = ilk_key_store_mac (self->keys, ILK_KEY_AUDIT, 1, data, error);

  return mac != NULL ? ilk_secret_to_bytes (mac) : NULL;
}

/* "chain:entry:MAC", one behind the other. */
static char *
collect_ends (IlkService  *self,
              GError     **error)
{
  GString *text = g_string_new (NULL);

  for (gint64 chain = ilk_store_audit_next_chain (self->store, -1, error);
       chain >= 0 && *error == NULL;
       chain = ilk_store_audit_next_chain (self->store, chain, error))
    {
      gint64 seq = 0;
      g_autoptr (GBytes) mac = ilk_store_audit_end (self->store, chain, &seq, error);
      g_autofree char *hex = mac != NULL ? ilk_service_hex (mac) : NULL;

      if (hex != NULL)
        g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ":%s",
                                text->len > 0 ? ";" : "", chain, seq, hex);
    }
  return g_string_free (text, FALSE);
}

static char *
sign (IlkService  *self,
      gint64       now,
      GError     **error)
{
  g_autoptr (IlkHeadRecord) last = NULL;
  IlkHeadRecord head = { .at = now };
  g_autofree char *ends = NULL;
  g_autofree char *hex = NULL;
  g_autoptr (GBytes) mac = NULL;

  ilk_store_head_lock (self->store, error);
  last = ilk_store_head_last (self->store, error);
  ends = collect_ends (self, error);
  head.ends = ends;
  if (*error == NULL)
    mac = make_mac (self, last != NULL ? last->mac : NULL, &head, error);
  if (mac == NULL)
    return NULL;
  head.mac = mac;
  head.id = ilk_store_head_add (self->store, &head, error);
  hex = ilk_service_hex (mac);
  return g_strdup_printf ("audit head %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", head.id, now,
                          hex);
}

/**
 * ilk_service_sign_heads:
 *
 * Returns: (transfer full): the line to be kept somewhere else
 */
char *
ilk_service_sign_heads (IlkService  *self,
                        GError     **error)
{
  GError *local = NULL;
  g_autofree char *line = NULL;

  ilk_store_begin (self->store);
  line = sign (self, ilk_clock_get_wall (self->clock), &local);
  ilk_store_end (self->store, &local);
  if (local == NULL)
    return g_steal_pointer (&line);
  g_propagate_error (error, local);
  return NULL;
}

/* Whether the entry that this end names is still there as it was. */
static gboolean
check_end (IlkService  *self,
           const char  *end,
           GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (end, ":", 3);
  g_autoptr (GBytes) mac = NULL;
  g_autofree char *hex = NULL;

  if (g_strv_length (parts) != 3)
    return FALSE;
  mac = ilk_store_audit_entry_mac (self->store, g_ascii_strtoll (parts[0], NULL, 10),
                                   g_ascii_strtoll (parts[1], NULL, 10), error);
  hex = mac != NULL ? ilk_service_hex (mac) : NULL;
  return g_strcmp0 (hex, parts[2]) == 0;
}

static gboolean
check_head (Walk                 *walk,
            const IlkHeadRecord  *head,
            GError              **error)
{
  g_autoptr (GBytes) mac = make_mac (walk->service, walk->before, head, error);
  g_auto (GStrv) ends = g_strsplit (head->ends, ";", -1);

  walk->check->heads++;
  walk->check->last = head->id;
  walk->check->last_at = head->at;
  if (mac == NULL || !g_bytes_equal (mac, head->mac))
    return FALSE;
  g_clear_pointer (&walk->before, g_bytes_unref);
  walk->before = g_steal_pointer (&mac);
  for (guint i = 0; ends[i] != NULL; i++)
    if (!check_end (walk->service, ends[i], error))
      return FALSE;
  return TRUE;
}

/* Goes on behind the last head; *more: there may be others. */
static gboolean
check_page (Walk      *walk,
            gboolean  *more,
            GError   **error)
{
  g_autoptr (GPtrArray) page = NULL;
  gboolean good = TRUE;

  ilk_store_begin (walk->service->store);
  page = ilk_store_head_list (walk->service->store, walk->check->last, PAGE, error);
  *more = page->len == PAGE;
  for (guint i = 0; i < page->len && good; i++)
    good = check_head (walk, g_ptr_array_index (page, i), error);
  ilk_store_end (walk->service->store, error);
  return good && *error == NULL;
}

/**
 * ilk_service_verify_heads:
 *
 * Returns: %TRUE when every head is whole and names entries that are still there; %FALSE without
 *   @error: the head check->last does not
 */
gboolean
ilk_service_verify_heads (IlkService    *self,
                          IlkHeadCheck  *check,
                          GError       **error)
{
  Walk walk = { .service = self, .check = check };
  GError *local = NULL;
  gboolean more = TRUE;
  gboolean good = TRUE;

  *check = (IlkHeadCheck) { 0 };
  while (more && good)
    good = check_page (&walk, &more, &local);
  g_clear_pointer (&walk.before, g_bytes_unref);
  if (local == NULL)
    return good;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * ilk_service_knows_head:
 * @line: a line that was kept somewhere else, with anything in front of "audit head"
 *
 * Returns: whether this head is still there; a line without a head is no fault
 */
gboolean
ilk_service_knows_head (IlkService  *self,
                        const char  *line,
                        GError     **error)
{
  const char *start = strstr (line, "audit head ");
  g_auto (GStrv) words = start != NULL ? g_strsplit_set (start, " \r\n", 6) : NULL;
  g_autoptr (IlkHeadRecord) head = NULL;
  g_autofree char *hex = NULL;
  GError *local = NULL;

  if (words == NULL || g_strv_length (words) < 5)
    return TRUE;
  ilk_store_begin (self->store);
  head = ilk_store_head_get (self->store, g_ascii_strtoll (words[2], NULL, 10), &local);
  ilk_store_end (self->store, &local);
  if (local != NULL)
    g_propagate_error (error, local);
  hex = head != NULL ? ilk_service_hex (head->mac) : NULL;
  return g_strcmp0 (hex, words[4]) == 0;
}
