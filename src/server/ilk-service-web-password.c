/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/* The web password: a second word, which a holder may set and which confirms an operation where no
 * SMS arrives. After three wrong tries SMS codes alone are taken. Setting and removing it is an
 * operation that only an SMS code confirms. */

#define KIND "web-password"

/* What it confirms. A new phone number or mail address, or the web password itself, it never does. */
static const char *const confirmed_kinds[] = {
  "pin-disclosure", "pin-deletion", "certificate-resumption", "certificate-revocation", "unlock",
  NULL
};

/**
 * ilk_service_post_web_password:
 *
 * POST /v1/me/web-password: begins the operation that setting or removing it needs.
 */
void
ilk_service_post_web_password (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_new_holder_operation (self, request, KIND);

  ilk_store_operation_add (self->store, operation, &request->error);
  ilk_service_audit_holder (self, request, "operation", "begun", KIND);
  ilk_service_reply_operation (self, request, reply, operation);
}

static IlkOperationRecord *
find_authorized (IlkService *self,
                 IlkInbound *request,
                 IlkReply   *reply,
                 const char *id)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_operation (self, request, reply, id, KIND);

  if (operation == NULL || !ilk_service_check_authorized (operation, request->now, reply))
    return NULL;
  return g_steal_pointer (&operation);
}

static gboolean
use_operation (IlkService *self,
               IlkInbound *request,
               IlkReply   *reply,
               const char *id)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_operation (self, request, reply, id, KIND);

  return operation != NULL && ilk_service_use_operation (self, request, reply, operation);
}

/* The hash of the security word (transfer full) when the password may be set. */
static char *
check_new_password (IlkService *self,
                    IlkInbound *request,
                    IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  gboolean good = FALSE;

  ilk_store_begin (self->store);
  if (ilk_service_authenticate (self, request, reply, FALSE, TRUE))
    operation = find_authorized (self, request, reply,
                                 ilk_inbound_get_string (request, "operation"));
  if (operation != NULL)
    holder = ilk_store_holder_get (self->store, request->session->holder, &request->error);
  if (holder != NULL)
    good = ilk_service_check_new_word (self, request, reply, holder, request->secret);
  ilk_store_end (self->store, &request->error);
  return good && request->error == NULL ? g_strdup (holder->word) : NULL;
}

static void
set_password (IlkService *self,
              IlkInbound *request,
              IlkReply   *reply,
              const char *hash)
{
  g_clear_pointer (&request->session, ilk_session_record_free);
  if (!ilk_service_authenticate (self, request, reply, FALSE, TRUE) ||
      !use_operation (self, request, reply, ilk_inbound_get_string (request, "operation")))
    return;
  ilk_store_web_password_set (self->store, request->session->holder, hash, &request->error);
  ilk_service_audit_holder (self, request, "web-password.set", "done", NULL);
  ilk_service_send_account_notice (self, request,
    "WEB Parolanız belirlendi. Siz yapmadıysanız hemen Çağrı Merkezi’ni "
    "arayın.",
    "your web password was set. If this was not you, call the call centre at "
    "once.");
  reply->status = 204;
}

/**
 * ilk_service_put_web_password:
 *
 * PUT /v1/me/web-password. Runs outside a transaction: hashing takes time.
 */
void
ilk_service_put_web_password (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply)
{
  g_autofree char *word = NULL;
  g_autofree char *hash = NULL;

  if (request->secret == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  word = check_new_password (self, request, reply);
  if (word == NULL)
    return;
  if (ilk_service_verify_word (self, request->secret, word, &request->error))
    {
      ilk_reply_problem (reply, "web_password.same");
      return;
    }
  if (request->error == NULL)
    hash = ilk_service_hash_word (self, request->secret, &request->error);
  if (hash == NULL)
    return;

  ilk_store_begin (self->store);
  set_password (self, request, reply, hash);
  ilk_store_end (self->store, &request->error);
}

/* Whether this is asked again, after an answer that was lost. */
static gboolean
was_used (IlkService *self,
          IlkInbound *request)
{
  g_autoptr (IlkOperationRecord) operation = NULL;

  if (request->operation != NULL)
    operation = ilk_store_operation_find (self->store, request->session->holder,
                                          request->operation, &request->error);
  return operation != NULL && operation->consumed && g_str_equal (operation->kind, KIND);
}

/**
 * ilk_service_delete_web_password:
 *
 * DELETE /v1/me/web-password?operation=… Asked again with the same operation it answers the same.
 */
void
ilk_service_delete_web_password (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply)
{
  gint64 holder = request->session->holder;
  g_autofree char *hash = ilk_store_web_password_get (self->store, holder, NULL, &request->error);

  if (hash == NULL)
    {
      if (was_used (self, request))
        reply->status = 204;
      else
        ilk_reply_problem (reply, "web_password.none");
      return;
    }
  if (!use_operation (self, request, reply, request->operation))
    return;
  ilk_store_web_password_remove (self->store, holder, &request->error);
  ilk_service_audit_holder (self, request, "web-password.removal", "done", NULL);
  ilk_service_send_account_notice (self, request,
    "WEB Parolanız kaldırıldı. Siz yapmadıysanız hemen Çağrı Merkezi’ni "
    "arayın.",
    "your web password was removed. If this was not you, call the call centre "
    "at once.");
  reply->status = 204;
}

/* Spends a try and gives back the hash to compare with (transfer full): the order that parallel
 * guesses can't get around. */
static char *
spend_try (IlkService *self,
           IlkInbound *request,
           IlkReply   *reply,
           int        *tries_left)
{
  g_autoptr (IlkOperationRecord) operation = NULL;
  g_autofree char *hash = NULL;
  gint64 holder;

  if (!ilk_service_authenticate (self, request, reply, FALSE, TRUE))
    return NULL;
  operation = ilk_service_find_waiting_operation (self, request, reply);
  if (operation == NULL)
    return NULL;
  if (!g_strv_contains (confirmed_kinds, operation->kind))
    {
      ilk_reply_problem (reply, "web_password.not_enough");
      return NULL;
    }
  holder = request->session->holder;
  hash = ilk_store_web_password_get (self->store, holder, tries_left, &request->error);
  if (hash == NULL)
    ilk_reply_problem (reply, "web_password.none");
  else if (!ilk_store_web_password_spend_try (self->store, holder, &request->error))
    ilk_reply_problem (reply, "web_password.exhausted");
  else
    (*tries_left)--;
  return reply->code == NULL ? g_steal_pointer (&hash) : NULL;
}

static void
refuse (IlkService *self,
        IlkInbound *request,
        IlkReply   *reply,
        int         tries_left)
{
  if (tries_left > 0)
    ilk_reply_problem_tries (reply, "web_password.wrong", tries_left);
  else
    ilk_reply_problem (reply, "web_password.exhausted");
  ilk_service_audit_holder (self, request, "operation.confirmation", "refused", reply->code);
}

/* The session may have ended, the operation been confirmed or the password been changed while the
 * hash was made. */
static void
confirm (IlkService *self,
         IlkInbound *request,
         IlkReply   *reply,
         const char *hash,
         const char *new_hash)
{
  g_autoptr (IlkOperationRecord) operation = NULL;

  g_clear_pointer (&request->session, ilk_session_record_free);
  if (ilk_service_authenticate (self, request, reply, FALSE, TRUE))
    operation = ilk_service_find_waiting_operation (self, request, reply);
  if (operation == NULL)
    return;
  if (!ilk_store_web_password_restore (self->store, request->session->holder, hash, new_hash,
                                       &request->error))
    ilk_reply_problem (reply, "web_password.none");
  else
    ilk_service_authorize_operation (self, request, reply, operation);
}

/**
 * ilk_service_confirm_by_web_password:
 *
 * PUT /v1/operations/{id}/confirmations/web-password. Runs outside a transaction: hashing takes time.
 */
void
ilk_service_confirm_by_web_password (IlkService *self,
                                     IlkInbound *request,
                                     IlkReply   *reply)
{
  g_autofree char *hash = NULL;
  g_autofree char *new_hash = NULL;
  gboolean right;
  int tries_left = 0;

  if (request->secret == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  ilk_store_begin (self->store);
  hash = spend_try (self, request, reply, &tries_left);
  ilk_store_end (self->store, &request->error);
  if (hash == NULL || request->error != NULL)
    return;

  right = ilk_service_verify_word (self, request->secret, hash, &request->error);
  if (right && !ilk_service_word_is_current (self, hash, &request->error))
    new_hash = ilk_service_hash_word (self, request->secret, &request->error);
  if (request->error != NULL)
    return;

  ilk_store_begin (self->store);
  if (right)
    confirm (self, request, reply, hash, new_hash != NULL ? new_hash : hash);
  else
    refuse (self, request, reply, tries_left);
  ilk_store_end (self->store, &request->error);
}
