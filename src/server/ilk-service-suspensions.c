/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

#include "core/ilk-identity.h"
#include "server/ilk-wire.h"

/* Suspending without a session, for who has lost the card and forgotten the security word, or is
 * blocked: the identity number, the text of a picture, and a code to the phone on record. A number
 * that nobody has gets the same answers; its code was sent to nobody. */

#define LABEL "suspension"
/* Of their own: nobody can use up the codes of a login by asking for these. */
#define SENDS_PER_DAY 3

/* What the ticket says: it is sealed, and nothing of it is kept here. */
typedef struct {
  gint64 holder;    /* 0: nobody */
  gint64 expires;
  char   id[64];    /* what the code is bound to */
} Ticket;

static GBytes *
get_context (void)
{
  return g_bytes_new_static (LABEL, strlen (LABEL));
}

static char *
write_ticket (IlkService   *self,
              IlkInbound   *request,
              const Ticket *ticket)
{
  g_autofree char *text = g_strdup_printf ("%020" G_GINT64_FORMAT " %020" G_GINT64_FORMAT " %s",
                                           ticket->holder, ticket->expires, ticket->id);
  g_autoptr (GBytes) context = get_context ();
  g_autoptr (GBytes) sealed = ilk_service_seal_field (self, LABEL, context, text, &request->error);

  if (sealed == NULL)
    return NULL;
  return ilk_service_hex (sealed);
}

static GBytes *
read_hex (const char *hex)
{
  gsize length = strlen (hex) / 2;
  guint8 *bytes;

  if (length == 0 || length > 512 || strlen (hex) != length * 2
      || strspn (hex, "0123456789ABCDEF") != length * 2)
    return NULL;

  bytes = g_malloc (length);
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 |
                         g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new_take (bytes, length);
}

/* One that is not ours, or over, is answered alike. */
static gboolean
read_ticket (IlkService *self,
             IlkInbound *request,
             Ticket     *ticket)
{
  const char *hex = ilk_inbound_get_string (request, "ticket");
  g_autoptr (GBytes) sealed = hex != NULL ? read_hex (hex) : NULL;
  g_autoptr (GBytes) context = get_context ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (sealed != NULL)
    text = ilk_service_open_field (self, LABEL, context, sealed, &error);
  if (text == NULL)
    return FALSE;

  parts = g_strsplit (text, " ", 3);
  ticket->holder = g_ascii_strtoll (parts[0], NULL, 10);
  ticket->expires = g_ascii_strtoll (parts[1], NULL, 10);
  g_strlcpy (ticket->id, parts[2], sizeof ticket->id);
  return request->now < ticket->expires;
}

/* Codes and audit entries belong to a session; this one lives as long as the request. */
static void
take_session (IlkInbound   *request,
              const Ticket *ticket)
{
  request->session = g_new0 (IlkSessionRecord, 1);
  request->session->id = g_strdup (ticket->id);
  request->session->holder = ticket->holder;
  request->session->assurance = g_strdup (ILK_ASSURANCE_CAPTCHA);
}

static void
reply_ticket (IlkService   *self,
              IlkInbound   *request,
              IlkReply     *reply,
              const Ticket *ticket)
{
  g_autofree char *sealed = write_ticket (self, request, ticket);
  JsonBuilder *json;

  if (sealed == NULL)
    return;
  json = ilk_json_begin ();
  ilk_json_add_string (json, "ticket", sealed);
  ilk_json_add_number (json, "expires_in", ILK_SMS_LIFE);
  ilk_reply_take_json (reply, 202, json);
}

/**
 * ilk_service_post_suspension_request:
 *
 * POST /v1/suspensions. The answer is the same for every number, and for one that was asked for too
 * often.
 */
void
ilk_service_post_suspension_request (IlkService *self,
                                     IlkInbound *request,
                                     IlkReply   *reply)
{
  const char *number = ilk_inbound_get_string (request, "identity_number");
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (GBytes) index = NULL;
  g_autoptr (GBytes) stranger = NULL;
  g_autofree char *id = ilk_wire_new_id ();
  Ticket ticket = { .expires = request->now + ILK_SMS_LIFE };

  if (number == NULL || ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  if (!ilk_service_check_captcha (self, request, reply))
    return;

  index = ilk_service_number_index (self, number, &request->error);
  stranger = ilk_service_stranger_index (self, number, &request->error);
  if (request->error != NULL)
    return;
  holder = ilk_store_holder_find (self->store, index, &request->error);
  ticket.holder = holder != NULL ? holder->id : 0;
  g_strlcpy (ticket.id, id, sizeof ticket.id);
  take_session (request, &ticket);
  ilk_service_send_suspension_code (self, request, ticket.id, holder != NULL, SENDS_PER_DAY);
  ilk_service_audit (self, request, holder != NULL ? holder->index : stranger,
                     "suspension.request", "begun",
                     holder != NULL ? "known" : "unknown");
  reply_ticket (self, request, reply, &ticket);
}

/* Returns: how many are suspended now that were not before */
static guint
suspend_all (IlkService *self,
             IlkInbound *request)
{
  g_autoptr (GPtrArray) cards =
    ilk_store_card_list (self->store, request->session->holder, &request->error);
  guint n_suspended = 0;

  for (guint i = 0; cards != NULL && i < cards->len; i++)
    {
      const IlkCardRecord *card = g_ptr_array_index (cards, i);

      if (request->now > card->not_after ||
          !ilk_store_certificate_suspend (self->store, request->session->holder,
                                          card->certificate_serial, request->now,
                                          &request->error))
        continue;
      n_suspended++;
      ilk_service_audit_holder (self, request, "certificate.suspension", "done", card->serial);
      ilk_service_send_notice (self, request, card->serial,
                               "sertifika askıya alındı. Siz yapmadıysanız Çağrı Merkezi’ni "
                               "arayın.",
                               "the certificate was suspended. If this was not you, call the call "
                               "centre.");
    }
  return n_suspended;
}

/* PUT /v1/suspensions: the code. All certificates of the holder are suspended: which card is lost
 * can be told later, with a session. */
void
ilk_service_put_suspension_request (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply)
{
  Ticket ticket = { 0 };
  JsonBuilder *json;

  if (!read_ticket (self, request, &ticket))
    {
      ilk_reply_problem (reply, "operation.expired");
      return;
    }
  take_session (request, &ticket);
  if (!ilk_service_check_code (self, request, reply, ticket.id))
    return;

  g_free (request->session->assurance);
  request->session->assurance = g_strdup (ILK_ASSURANCE_SMS);
  json = ilk_json_begin ();
  ilk_json_add_number (json, "suspended", suspend_all (self, request));
  ilk_reply_take_json (reply, 200, json);
}
