/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "core/ilk-identity.h"
#include "server/ilk-reset-mail.h"
#include "server/ilk-wire.h"
#include "server/ilk-word-hash.h"

/* A forgotten security word: a link to the e-mail address on record sets a new one. Who has read
 * access to a mailbox is not yet the holder of a blocked account: that one also needs a code by
 * SMS. The link's last part is the token of the calls below, and stored as its SHA-256 alone. */

#define LINK_LIFE 1800
#define TOKEN_BYTES 32
#define LINK_LENGTH 512

static IlkSecret *
compose_link (IlkService *self,
              IlkInbound *request,
              IlkSecret  *token)
{
  IlkSecret *link = ilk_secret_new (LINK_LENGTH);

  ilk_wire_append (link, self->portal);
  ilk_wire_append (link, "/guvenlik-sozcugu/");
  ilk_secret_append (link, ilk_secret_peek (token), ilk_secret_get_length (token));
  ilk_wire_append (link, request->turkish ? "?dil=tr" : "?dil=en");
  return link;
}

/* holder NULL: nobody has the number. A mail is composed and queued all the same, so that both take
 * as long; it goes to nobody, as does one too many of a day. */
static void
mail_link (IlkService            *self,
           IlkInbound            *request,
           const IlkHolderRecord *holder,
           IlkSecret             *token,
           gboolean               send)
{
  g_autoptr (IlkSecret) link = compose_link (self, request, token);
  g_autoptr (IlkSecret) text = NULL;
  g_autoptr (IlkSecret) html = NULL;
  g_autofree char *to = NULL;
  g_autofree char *name = NULL;
  IlkResetMail mail = { "", link, self->issuer, self->call_centre, request->turkish };

  if (holder != NULL)
    {
      to = ilk_service_open_field (self, "email", holder->index, holder->email, &request->error);
      name = ilk_service_open_field (self, "name", holder->index, holder->name, &request->error);
    }
  if (name != NULL)
    mail.name = name;
  text = ilk_reset_mail_text (&mail);
  html = ilk_reset_mail_html (&mail);
  ilk_service_queue_mail (self, request, send && to != NULL ? to : "",
                          ilk_reset_mail_subject (&mail), text, html, LINK_LIFE);
}

/**
 * ilk_service_post_reset:
 *
 * POST /v1/security-word-resets. A number that nobody has, a blocked account and one that asked
 * too often today go the same way and get the same answer.
 */
void
ilk_service_post_reset (IlkService *self,
                        IlkInbound *request,
                        IlkReply   *reply)
{
  const char *number = ilk_inbound_get_string (request, "identity_number");
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (GBytes) index = NULL;
  g_autoptr (GBytes) stranger = NULL;
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (TOKEN_BYTES);
  g_autoptr (IlkSecret) token = ilk_wire_base64url (bytes);
  gboolean send;
  JsonBuilder *json;

  if (self->portal == NULL)
    {
      ilk_reply_problem (reply, "not_found");
      return;
    }
  if (number == NULL || ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  if (!ilk_service_check_captcha (self, request, reply))
    return;

  index = ilk_service_number_index (self, number, &request->error);
  stranger = ilk_service_stranger_index (self, number, &request->error);
  hash = ilk_service_token_hash (token);
  if (request->error != NULL)
    return;
  holder = ilk_store_holder_find (self->store, index, &request->error);
  send = ilk_store_reset_set (self->store, holder != NULL ? holder->index : stranger, hash,
                              holder != NULL ? holder->id : 0, request->now,
                              request->now + LINK_LIFE, &request->error);
  mail_link (self, request, holder, token, send);
  ilk_service_audit (self, request, holder != NULL ? holder->index : stranger,
                     "security-word.reset-request", send ? "begun" : "limited",
                     holder != NULL ? "known" : "unknown");
  json = ilk_json_begin ();
  ilk_json_add_number (json, "expires_in", LINK_LIFE);
  ilk_reply_take_json (reply, 202, json);
}

/* Codes and audit entries belong to a session; this one lives as long as the request. A link that
 * was used, has run out or was never sent is answered alike. */
static IlkResetRecord *
find_link (IlkService *self,
           IlkInbound *request,
           IlkReply   *reply,
           GBytes    **hash)
{
  IlkResetRecord *record = NULL;

  if (request->token != NULL)
    {
      *hash = ilk_service_token_hash (request->token);
      record = ilk_store_reset_find (self->store, *hash, request->now, &request->error);
    }
  if (record == NULL)
    {
      ilk_reply_problem (reply, "reset.gone");
      return NULL;
    }
  request->session = g_new0 (IlkSessionRecord, 1);
  request->session->id = ilk_service_hex (*hash);
  request->session->holder = record->holder;
  request->session->assurance = g_strdup (ILK_ASSURANCE_LINK);
  return record;
}

/* GET /v1/security-word-resets/current: what the link still needs. Changes nothing. */
void
ilk_service_get_reset (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkResetRecord) record = find_link (self, request, reply, &hash);
  g_autofree char *phone = NULL;
  g_autofree char *masked = NULL;
  JsonBuilder *json;

  if (record == NULL)
    return;
  phone = ilk_service_get_phone (self, request);
  if (phone == NULL)
    return;

  masked = ilk_service_mask_phone (phone);
  json = ilk_json_begin ();
  ilk_json_add_number (json, "expires_in", record->expires - request->now);
  ilk_json_add_boolean (json, "sms_required", record->needs_code);
  ilk_json_add_string (json, "phone", masked);
  ilk_reply_take_json (reply, 200, json);
}

/* POST /v1/security-word-resets/current/sms: for a blocked account. */
void
ilk_service_post_reset_sms (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkResetRecord) record = find_link (self, request, reply, &hash);
  g_autofree char *serial = NULL;

  if (record == NULL)
    return;
  serial = ilk_service_find_first_card (self, request);
  ilk_store_lock (self->store, record->holder, &request->error);
  ilk_service_send_code (self, request, reply, request->session->id, "security-word-reset",
                         serial);
}

void
ilk_service_put_reset_sms (IlkService *self,
                           IlkInbound *request,
                           IlkReply   *reply)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkResetRecord) record = find_link (self, request, reply, &hash);

  if (record == NULL || !ilk_service_check_code (self, request, reply, request->session->id))
    return;
  if (ilk_store_reset_confirm (self->store, hash, request->now, &request->error))
    ilk_service_audit_holder (self, request, "security-word.reset-sms", "done", NULL);
  else
    ilk_reply_problem (reply, "reset.gone");
}

/* Whether the word may be set; it is hashed only then. */
static gboolean
check_word (IlkService *self,
            IlkInbound *request,
            IlkReply   *reply,
            GBytes    **hash)
{
  g_autoptr (IlkResetRecord) record = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  gboolean good = FALSE;

  ilk_store_begin (self->store);
  record = find_link (self, request, reply, hash);
  if (record != NULL && record->needs_code)
    ilk_reply_problem (reply, "reset.code_required");
  else if (record != NULL)
    holder = ilk_store_holder_get (self->store, record->holder, &request->error);
  if (holder != NULL)
    good = ilk_service_check_new_word (self, request, reply, holder, request->secret);
  ilk_store_end (self->store, &request->error);
  return good && request->error == NULL;
}

static void
set_word (IlkService *self,
          IlkInbound *request,
          IlkReply   *reply,
          GBytes     *hash,
          const char *new_word)
{
  gint64 holder = request->session->holder;

  ilk_store_lock (self->store, holder, &request->error);
  if (!ilk_store_reset_consume (self->store, hash, request->now, &request->error))
    {
      ilk_reply_problem (reply, "reset.gone");
      return;
    }
  ilk_store_holder_change_word (self->store, holder, new_word, &request->error);
  ilk_store_holder_clear_tries (self->store, holder, &request->error);
  ilk_store_session_delete_all (self->store, holder, &request->error);
  ilk_service_audit_holder (self, request, "security-word.reset", "done", NULL);
  ilk_service_send_account_notice (self, request,
    "Güvenlik Sözcüğünüz güncellendi. Siz yapmadıysanız hemen Çağrı "
    "Merkezi’ni arayın.",
    "your security word was changed. If this was not you, call the call "
    "centre at once.");
  reply->status = 204;
}

/**
 * ilk_service_put_reset:
 *
 * PUT /v1/security-word-resets/current: the new word. The link is used up by it, every session of
 * the holder ends, and no new one begins. A word that is refused does not use the link up. Runs
 * outside a transaction: hashing takes time.
 */
void
ilk_service_put_reset (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply)
{
  g_autoptr (GBytes) hash = NULL;
  g_autofree char *new_word = NULL;

  if (request->secret == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  if (!check_word (self, request, reply, &hash))
    return;
  new_word = ilk_service_hash_word (self, request->secret, &request->error);
  if (new_word == NULL)
    return;

  ilk_store_begin (self->store);
  set_word (self, request, reply, hash, new_word);
  ilk_store_end (self->store, &request->error);
}
