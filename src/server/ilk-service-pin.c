/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "core/ilk-seal.h"
#include "server/ilk-wire.h"

#define KEY_ID_LENGTH 8

static GBytes *
read_public_key (IlkInbound *request)
{
  const char *text = ilk_inbound_get_string (request, "public_key");
  g_autofree guchar *data = NULL;
  gsize length = 0;

  if (text == NULL)
    return NULL;
  data = g_base64_decode (text, &length);
  return length == ILK_X25519_LENGTH ? g_bytes_new (data, length) : NULL;
}

/* A login SMS younger than five minutes is enough; else an operation that was confirmed for this
 * very card, which is used up here. */
static gboolean
check_step_up (IlkService *self,
               IlkInbound *request,
               IlkReply   *reply,
               const char *card_serial,
               const char *id)
{
  g_autoptr (IlkOperationRecord) operation = NULL;

  if (id == NULL)
    {
      if (ilk_service_is_sms_fresh (request))
        return TRUE;
      ilk_reply_problem (reply, "step_up.required");
      return FALSE;
    }
  operation = ilk_service_find_operation (self, request, reply, id, "pin-disclosure");
  if (operation == NULL)
    return FALSE;
  if (!g_str_equal (operation->card_serial, card_serial))
    {
      ilk_reply_problem (reply, "operation.unknown");
      return FALSE;
    }
  return ilk_service_use_operation (self, request, reply, operation);
}

static char *
get_key_id (IlkSecret *sealing_key,
            GError   **error)
{
  g_autoptr (GBytes) public_key = ilk_x25519_get_public (sealing_key, error);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (public_key == NULL)
    return NULL;
  g_checksum_update (checksum, g_bytes_get_data (public_key, NULL), ILK_X25519_LENGTH);
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, KEY_ID_LENGTH);
}

static void
seal_and_reply (IlkService *self,
                IlkInbound *request,
                IlkReply   *reply,
                IlkSecret  *pin,
                GBytes     *public_key,
                const char *operation)
{
  g_autoptr (IlkSecret) key = ilk_key_store_get (self->keys, ILK_KEY_SEALING, &request->error);
  g_autoptr (GBytes) context = ilk_seal_context (request->session->id, operation,
                                                 request->argument);
  g_autoptr (GBytes) ephemeral = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GError) refused = NULL;
  g_autofree char *key_id = key != NULL ? get_key_id (key, &request->error) : NULL;
  g_autofree char *sealed_text = NULL;
  g_autofree char *ephemeral_text = NULL;
  JsonBuilder *json;

  if (key_id == NULL)
    return;
  sealed = ilk_seal_disclosure (public_key, key, context, pin, &ephemeral, &refused);
  if (sealed == NULL)
    {
      /* A key of a small subgroup: the caller's fault. */
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  sealed_text = ilk_wire_base64 (sealed);
  ephemeral_text = ilk_wire_base64 (ephemeral);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "operation", operation);
  ilk_json_add_string (json, "ephemeral_key", ephemeral_text);
  ilk_json_add_string (json, "key_id", key_id);
  ilk_json_add_string (json, "sealed", sealed_text);
  ilk_reply_take_json (reply, 200, json);
}

static IlkSecret *
open_held_pin (IlkService *self,
               IlkInbound *request)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);
  g_autoptr (IlkPinRecord) record = ilk_store_pin_get (self->store, request->argument,
                                                       &request->error);

  if (holder == NULL || record == NULL)
    return NULL;
  return ilk_service_open_pin (self, holder->index, request->argument, record, &request->error);
}

/**
 * ilk_service_post_disclosure:
 *
 * POST /v1/cards/{serial}/pin/disclosures. The PIN goes from one IlkSecret into the sealing.
 */
void
ilk_service_post_disclosure (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_card (self, request, reply,
                                                          request->argument);
  g_autoptr (GBytes) public_key = read_public_key (request);
  g_autoptr (IlkSecret) pin = NULL;
  g_autofree char *disclosure = ilk_wire_new_id ();
  const char *operation = ilk_inbound_get_string (request, "operation");

  if (card == NULL)
    return;
  if (public_key == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  if (!ilk_service_check_usable (card, request->now, reply))
    return;
  if (!card->pin_held)
    {
      ilk_reply_problem (reply, "pin.none");
      return;
    }
  if (!check_step_up (self, request, reply, card->serial, operation))
    return;

  pin = open_held_pin (self, request);
  if (pin == NULL)
    return;
  ilk_service_audit_holder (self, request, "pin.disclosure", "done", card->serial);
  seal_and_reply (self, request, reply, pin, public_key,
                  operation != NULL ? operation : disclosure);
}

/* The end of the week whose KEK wraps the newest keys: no backup opens the PIN from then on. */
static void
reply_erased (IlkInbound *request,
              IlkReply   *reply)
{
  JsonBuilder *json = ilk_json_begin ();
  gint64 epoch = request->now / ILK_KEK_EPOCH_SECONDS;

  ilk_json_add_boolean (json, "erased", TRUE);
  ilk_json_add_number (json, "erased_everywhere",
                       (epoch + 1) * ILK_KEK_EPOCH_SECONDS + ILK_KEK_ROTATED_SECONDS);
  ilk_reply_take_json (reply, 200, json);
}

static gboolean
erase (IlkService         *self,
       IlkInbound         *request,
       IlkReply           *reply,
       IlkOperationRecord *operation)
{
  if (!ilk_service_use_operation (self, request, reply, operation))
    return FALSE;
  ilk_store_pin_delete (self->store, request->argument, &request->error);
  ilk_service_audit_holder (self, request, "pin.deletion", "done", request->argument);
  ilk_service_send_notice (self, request, request->argument,
                           "sertifika sağlayıcıda saklanan PIN kalıcı olarak silindi. Siz "
                           "yapmadıysanız Çağrı Merkezi’ni arayın.",
                           "the PIN held by the issuer was deleted for good. If this was not "
                           "you, call the call centre.");
  return TRUE;
}

/**
 * ilk_service_delete_pin:
 *
 * DELETE /v1/cards/{serial}/pin?operation=… Asked again with the same operation after its answer
 * got lost, it says the same.
 */
void
ilk_service_delete_pin (IlkService *self,
                        IlkInbound *request,
                        IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_card (self, request, reply,
                                                          request->argument);
  g_autoptr (IlkOperationRecord) operation = NULL;

  if (card == NULL)
    return;
  operation = ilk_service_find_operation (self, request, reply, request->operation,
                                          "pin-deletion");
  if (operation == NULL)
    return;
  if (!g_str_equal (operation->card_serial, card->serial))
    ilk_reply_problem (reply, "operation.unknown");
  else if (operation->consumed && !card->pin_held)
    reply_erased (request, reply);
  else if (!card->pin_held)
    ilk_reply_problem (reply, "pin.none");
  else if (erase (self, request, reply, operation))
    reply_erased (request, reply);
}

/* POST /v1/cards/{serial}/pin-changes: the PIN on the card is another one now. */
void
ilk_service_post_pin_change (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_card (self, request, reply,
                                                          request->argument);

  if (card == NULL)
    return;
  ilk_store_pin_mark_stale (self->store, card->serial, &request->error);
  ilk_service_audit_holder (self, request, "pin.change", "reported", card->serial);
  reply->status = 204;
}
