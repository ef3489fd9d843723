/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "core/ilk-identity.h"
#include "server/ilk-wire.h"
#include "server/ilk-word-hash.h"

#define TOKEN_BYTES 32
#define ANSWER_LENGTH 1024

/* Knows who calls. A session lives by its use and ends in any case; a login attempt just ends. */
gboolean
ilk_service_authenticate (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply,
                          gboolean    attempt,
                          gboolean    full)
{
  g_autoptr (IlkSessionRecord) session = NULL;
  g_autoptr (GBytes) hash = NULL;
  gboolean ended;

  if (request->token != NULL)
    {
      hash = ilk_service_token_hash (request->token);
      session = ilk_store_session_find (self->store, hash, &request->error);
    }
  if (session == NULL || (session->full && !full) || (!session->full && !attempt))
    {
      ilk_reply_problem (reply, "session.missing");
      return FALSE;
    }

  /* What is counted for a holder is counted by one request at a time. */
  ilk_store_lock (self->store, session->holder, &request->error);
  ended = request->now >= session->expires ||
          (session->full && request->now >= session->used + ILK_SESSION_IDLE);
  if (ended || !ilk_store_session_touch (self->store, session->id, request->now,
                                         &request->error))
    {
      ilk_reply_problem (reply, session->full ? "session.expired" : "attempt.expired");
      return FALSE;
    }
  request->session = g_steal_pointer (&session);
  if (request->session->word_change && !request->for_word)
    {
      ilk_reply_problem (reply, "word.change_required");
      return FALSE;
    }
  return ilk_service_check_assurance (request, reply);
}

/* Looks the number up and spends a try before the word is compared, so that many guesses at once
 * get no more than three either. */
static IlkHolderRecord *
spend_try (IlkService *self,
           IlkInbound *request,
           IlkReply   *reply,
           GBytes     *index,
           GBytes     *stranger,
           int        *left)
{
  IlkHolderRecord *holder = NULL;

  *left = -1;
  ilk_store_begin (self->store);
  if (ilk_service_check_captcha (self, request, reply))
    {
      holder = ilk_store_holder_find (self->store, index, &request->error);
      *left = holder != NULL
        ? ilk_store_holder_spend_try (self->store, holder->id, &request->error)
        : ilk_store_unknown_spend_try (self->store, stranger, request->now, &request->error);
    }
  ilk_store_end (self->store, &request->error);
  return holder;
}

static void
refuse (IlkService *self,
        IlkInbound *request,
        IlkReply   *reply,
        GBytes     *index,
        int         left)
{
  ilk_store_begin (self->store);
  ilk_service_audit (self, request, index, "login.password", "refused",
                     left > 0 ? "wrong" : "blocked");
  ilk_store_end (self->store, &request->error);

  if (left > 0)
    ilk_reply_problem_tries (reply, "login.refused", left);
  else
    ilk_reply_problem (reply, "account.blocked");
}

IlkSecret *
ilk_service_new_token (GBytes **hash)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (TOKEN_BYTES);
  IlkSecret *token = ilk_wire_base64url (bytes);

  *hash = ilk_service_token_hash (token);
  return token;
}

static void
reply_attempt (IlkReply   *reply,
               const char *id,
               IlkSecret  *token,
               const char *phone)
{
  g_autoptr (IlkSecret) json = ilk_secret_new (ANSWER_LENGTH);
  g_autofree char *masked = ilk_service_mask_phone (phone);

  ilk_wire_append (json, "{\"attempt_id\":");
  ilk_wire_append_string (json, id, -1);
  ilk_wire_append (json, ",\"token\":");
  ilk_wire_append_secret (json, token);
  ilk_wire_append (json, ",\"phone\":");
  ilk_wire_append_string (json, masked, -1);
  ilk_wire_append (json, ",\"expires_in\":");
  ilk_wire_append_number (json, ILK_ATTEMPT_LIFE);
  ilk_wire_append (json, "}");
  ilk_reply_secret (reply, 201, json);
}

static void
begin_attempt (IlkService      *self,
               IlkInbound      *request,
               IlkReply        *reply,
               IlkHolderRecord *holder,
               const char      *new_hash)
{
  g_autofree char *id = ilk_wire_new_id ();
  g_autofree char *phone = NULL;
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkSecret) token = ilk_service_new_token (&hash);
  IlkSessionRecord record = { .id = id, .holder = holder->id, .created = request->now,
                              .used = request->now,
                              .expires = request->now + ILK_ATTEMPT_LIFE,
                              .assurance = (char *) ILK_ASSURANCE_PASSWORD };

  ilk_store_begin (self->store);
  ilk_store_holder_clear_tries (self->store, holder->id, &request->error);
  if (new_hash != NULL)
    ilk_store_holder_set_word (self->store, holder->id, new_hash, &request->error);
  ilk_store_session_add (self->store, &record, hash, &request->error);
  phone = ilk_service_open_field (self, "phone", holder->index, holder->phone, &request->error);
  ilk_service_audit (self, request, holder->index, "login.password", "done", NULL);
  ilk_store_end (self->store, &request->error);

  if (request->error == NULL)
    reply_attempt (reply, id, token, phone);
}

static gboolean
read_login (IlkInbound  *request,
            const char **number)
{
  gsize length = request->secret != NULL ? ilk_secret_get_length (request->secret) : 0;

  *number = ilk_inbound_get_string (request, "identity_number");
  return *number != NULL &&
         length > 0 && length <= ILK_WORD_MAX_BYTES &&
         ilk_identity_check (*number, NULL) != ILK_IDENTITY_NONE;
}

/* Runs outside a transaction: hashing takes time. A number that nobody has goes the same way, with a
 * hash that matches nothing. */
void
ilk_service_log_in_by_password (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply)
{
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (GBytes) index = NULL;
  g_autoptr (GBytes) stranger = NULL;
  g_autofree char *new_hash = NULL;
  const char *number;
  gboolean right;
  int left;

  if (!read_login (request, &number))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  index = ilk_service_number_index (self, number, &request->error);
  stranger = ilk_service_stranger_index (self, number, &request->error);
  if (request->error != NULL)
    return;
  holder = spend_try (self, request, reply, index, stranger, &left);
  if (reply->code != NULL || request->error != NULL)
    return;

  right = ilk_service_verify_word (self, request->secret, holder != NULL ? holder->word : NULL,
                                   &request->error);
  if (request->error != NULL)
    return;
  if (left < 0 || holder == NULL || !right)
    {
      refuse (self, request, reply, holder != NULL ? holder->index : stranger, left);
      return;
    }
  if (!ilk_service_word_is_current (self, holder->word, &request->error))
    new_hash = ilk_service_hash_word (self, request->secret, &request->error);
  if (request->error == NULL)
    begin_attempt (self, request, reply, holder, new_hash);
}

void
ilk_service_delete_session (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  ilk_store_session_delete (self->store, request->session->id, &request->error);
  ilk_service_audit_holder (self, request, "logout", "done", NULL);
  reply->status = 204;
}

/* The login's message names a card too, so that its reader knows which issuer's it is. */
char *
ilk_service_find_first_card (IlkService *self,
                             IlkInbound *request)
{
  g_autoptr (GPtrArray) cards =
    ilk_store_card_list (self->store, request->session->holder, &request->error);
  IlkCardRecord *card;

  if (cards == NULL || cards->len == 0)
    return NULL;
  card = g_ptr_array_index (cards, 0);
  return g_strdup (card->serial);
}

void
ilk_service_post_login_sms (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  g_autofree char *serial = ilk_service_find_first_card (self, request);

  ilk_service_send_code (self, request, reply, request->session->id, "login", serial);
}

static gboolean
has_printed_word (IlkService *self,
                  IlkInbound *request)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);

  return holder != NULL && holder->word_initial;
}

/**
 * ilk_service_put_login_sms:
 *
 * PUT /v1/sessions/current/sms: the right code turns the attempt into a session with a new name
 * and a new token; the attempt's token is void from then on.
 */
void
ilk_service_put_login_sms (IlkService *self,
                           IlkInbound *request,
                           IlkReply   *reply)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkSecret) token = NULL;
  g_autofree char *id = ilk_wire_new_id ();
  IlkSessionRecord record = { .id = id, .full = TRUE, .created = request->now,
                              .used = request->now, .expires = request->now + ILK_SESSION_LIFE,
                              .assurance = (char *) ILK_ASSURANCE_PASSWORD_SMS };

  if (!ilk_service_check_code (self, request, reply, request->session->id))
    {
      ilk_service_audit_holder (self, request, "login.sms", "refused", reply->code);
      return;
    }
  token = ilk_service_new_token (&hash);
  record.word_change = has_printed_word (self, request);
  if (!ilk_store_session_promote (self->store, request->session->id, &record, hash,
                                  &request->error))
    {
      ilk_reply_problem (reply, "attempt.expired");
      return;
    }
  request->session->full = TRUE;
  g_free (request->session->assurance);
  request->session->assurance = g_strdup (ILK_ASSURANCE_PASSWORD_SMS);
  ilk_service_audit_holder (self, request, "login.sms", "done", NULL);
  record.holder = request->session->holder;
  ilk_service_reply_session (self, request, reply, 200, &record, token);
}
