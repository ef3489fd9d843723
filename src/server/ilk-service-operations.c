/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "server/ilk-wire.h"

/* Operations: what needs a confirmation of its own. Each belongs to one session. */

/* kind: NULL: any. */
IlkOperationRecord *
ilk_service_find_operation (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply,
                            const char *id,
                            const char *kind)
{
  g_autoptr (IlkOperationRecord) operation = NULL;

  if (id != NULL)
    operation = ilk_store_operation_find (self->store, request->session->holder, id,
                                          &request->error);
  if (operation != NULL && g_str_equal (operation->session, request->session->id) &&
      (kind == NULL || g_str_equal (operation->kind, kind)))
    return g_steal_pointer (&operation);

  ilk_reply_problem (reply, "operation.unknown");
  return NULL;
}

/* Returns: (transfer full): an operation of this session that begins now */
IlkOperationRecord *
ilk_service_new_operation (IlkInbound *request,
                           const char *kind,
                           const char *card_serial)
{
  IlkOperationRecord *operation = g_new0 (IlkOperationRecord, 1);

  operation->id = ilk_wire_new_id ();
  operation->session = g_strdup (request->session->id);
  operation->holder = request->session->holder;
  operation->kind = g_strdup (kind);
  operation->card_serial = g_strdup (card_serial);
  operation->created = request->now;
  operation->expires = request->now + ILK_OPERATION_LIFE;
  return operation;
}

IlkOperationRecord *
ilk_service_new_holder_operation (IlkService *self,
                                  IlkInbound *request,
                                  const char *kind)
{
  g_autofree char *card = ilk_service_find_first_card (self, request);

  return ilk_service_new_operation (request, kind, card != NULL ? card : "");
}

void
ilk_service_reply_operation (IlkService               *self,
                             IlkInbound               *request,
                             IlkReply                 *reply,
                             const IlkOperationRecord *operation)
{
  g_autofree char *phone = ilk_service_get_phone (self, request);
  g_autofree char *masked = NULL;
  JsonBuilder *json;

  if (phone == NULL)
    return;
  masked = ilk_service_mask_phone (phone);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "id", operation->id);
  ilk_json_add_string (json, "kind", operation->kind);
  ilk_json_add_string (json, "phone", masked);
  ilk_json_add_number (json, "expires_in", operation->expires - request->now);
  ilk_reply_take_json (reply, 201, json);
}

gboolean
ilk_service_check_authorized (const IlkOperationRecord *operation,
                              gint64                    now,
                              IlkReply                 *reply)
{
  if (operation->consumed)
    ilk_reply_problem (reply, "operation.expired");
  else if (operation->authorized_until == 0)
    ilk_reply_problem (reply, now < operation->expires ? "operation.unconfirmed"
                                                       : "operation.expired");
  else if (now >= operation->authorized_until)
    ilk_reply_problem (reply, "operation.expired");
  else
    return TRUE;
  return FALSE;
}

gboolean
ilk_service_use_operation (IlkService               *self,
                           IlkInbound               *request,
                           IlkReply                 *reply,
                           const IlkOperationRecord *operation)
{
  if (!ilk_service_check_authorized (operation, request->now, reply))
    return FALSE;
  if (ilk_store_operation_consume (self->store, operation->id, request->now, &request->error))
    return TRUE;

  ilk_reply_problem (reply, "operation.expired");
  return FALSE;
}

/* What can be begun, and what the holder has to type for it: deleting and revoking can't be undone. */
static const struct {
  const char *kind;
  const char *phrases[2];
  gboolean    needs_pin;   /* one that the issuer holds */
} kinds[] = {
  { "pin-disclosure", { NULL }, TRUE },
  { "pin-deletion", { "SİL", "DELETE" }, TRUE },
  { "certificate-resumption", { NULL }, FALSE },
  { "certificate-revocation", { "İPTAL", "REVOKE" }, FALSE },
};

static int
find_kind (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      return (int) i;

  return -1;
}

static gboolean
check_phrase (int         kind,
              const char *phrase,
              IlkReply   *reply)
{
  if (kinds[kind].phrases[0] == NULL)
    {
      if (phrase != NULL)
        ilk_reply_problem (reply, "request.invalid");
      return phrase == NULL;
    }
  if (g_strcmp0 (phrase, kinds[kind].phrases[0]) == 0 ||
      g_strcmp0 (phrase, kinds[kind].phrases[1]) == 0)
    return TRUE;

  ilk_reply_problem (reply, "operation.phrase");
  return FALSE;
}

/* What could never be done is said before a code is sent for it. */
static gboolean
check_possible (const IlkCardRecord *card,
                int                  kind,
                gint64               now,
                IlkReply            *reply)
{
  if (kinds[kind].needs_pin)
    {
      if (!card->pin_held)
        ilk_reply_problem (reply, "pin.none");
      return card->pin_held;
    }
  if (g_str_equal (kinds[kind].kind, "certificate-resumption"))
    return ilk_service_check_resumption (card, now, reply);

  return ilk_service_check_revocation (card, now, reply);
}

void
ilk_service_post_operation (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = NULL;
  g_autoptr (IlkOperationRecord) operation = NULL;
  const char *kind = ilk_inbound_get_string (request, "kind");
  const char *phrase = ilk_inbound_get_string (request, "phrase");
  int known = find_kind (kind);

  if (known < 0)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  card = ilk_service_find_card (self, request, reply,
                                ilk_inbound_get_string (request, "card_serial"));
  if (card == NULL || !check_phrase (known, phrase, reply) ||
      !check_possible (card, known, request->now, reply))
    return;
  operation = ilk_service_new_operation (request, kind, card->serial);
  ilk_store_operation_add (self->store, operation, &request->error);
  ilk_service_audit_holder (self, request, "operation", "begun", kind);
  ilk_service_reply_operation (self, request, reply, operation);
}

IlkOperationRecord *
ilk_service_find_waiting_operation (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_operation (self, request, reply, request->argument, NULL);

  if (operation == NULL)
    return NULL;
  /* One that is confirmed already is over for its caller as well: whoever asks again never got the
   * first answer, and can only begin anew. */
  if (!operation->consumed && operation->authorized_until == 0 &&
      request->now < operation->expires)
    return g_steal_pointer (&operation);

  ilk_reply_problem (reply, "operation.expired");
  return NULL;
}

void
ilk_service_authorize_operation (IlkService               *self,
                                 IlkInbound               *request,
                                 IlkReply                 *reply,
                                 const IlkOperationRecord *operation)
{
  JsonBuilder *json;

  if (!ilk_store_operation_authorize (self->store, operation->id, request->now,
                                      request->now + ILK_AUTHORIZED_LIFE, &request->error))
    {
      ilk_reply_problem (reply, "operation.expired");
      return;
    }
  ilk_service_audit_holder (self, request, "operation.confirmation", "done", operation->kind);
  json = ilk_json_begin ();
  ilk_json_add_number (json, "authorized_for", ILK_AUTHORIZED_LIFE);
  ilk_reply_take_json (reply, 200, json);
}

void
ilk_service_post_confirmation (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation = NULL;

  if (g_strcmp0 (ilk_inbound_get_string (request, "method"), "sms") != 0)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  operation = ilk_service_find_waiting_operation (self, request, reply);
  if (operation != NULL)
    ilk_service_send_code (self, request, reply, operation->id, operation->kind,
                           operation->card_serial);
}

void
ilk_service_put_confirmation (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_waiting_operation (self, request, reply);

  if (operation == NULL)
    return;
  if (!ilk_service_check_code (self, request, reply, operation->id))
    {
      ilk_service_audit_holder (self, request, "operation.confirmation", "refused", reply->code);
      return;
    }
  ilk_service_authorize_operation (self, request, reply, operation);
}
