/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/* The word printed on the application form was read by others: the first login with it is good for
 * choosing another, and for nothing else. */

static gboolean
check_word (IlkService *self,
            IlkInbound *request,
            IlkReply   *reply)
{
  g_autoptr (IlkHolderRecord) holder = NULL;
  gboolean good = FALSE;

  ilk_store_begin (self->store);
  if (ilk_service_authenticate (self, request, reply, FALSE, TRUE))
    {
      holder = ilk_store_holder_get (self->store, request->session->holder, &request->error);
      if (!request->session->word_change)
        ilk_reply_problem (reply, "word.not_printed");
      else if (holder != NULL)
        good = ilk_service_check_new_word (self, request, reply, holder, request->secret);
    }
  ilk_store_end (self->store, &request->error);
  return good && request->error == NULL;
}

static gboolean
is_same_word (IlkService *self,
              IlkInbound *request)
{
  g_autoptr (IlkHolderRecord) holder = NULL;

  ilk_store_begin (self->store);
  holder = ilk_store_holder_get (self->store, request->session->holder, &request->error);
  ilk_store_end (self->store, &request->error);
  return holder != NULL && ilk_service_verify_word (self, request->secret, holder->word,
                                                    &request->error);
}

/* Asked again by a second request at the same time, the session may be for everything by now. */
static void
change_word (IlkService *self,
             IlkInbound *request,
             IlkReply   *reply,
             const char *word)
{
  g_clear_pointer (&request->session, ilk_session_record_free);
  if (!ilk_service_authenticate (self, request, reply, FALSE, TRUE))
    return;
  if (!request->session->word_change)
    {
      ilk_reply_problem (reply, "word.not_printed");
      return;
    }
  ilk_store_holder_change_word (self->store, request->session->holder, word, &request->error);
  ilk_store_session_keep_only (self->store, request->session->holder, request->session->id,
                               &request->error);
  ilk_service_audit_holder (self, request, "security-word.first-change", "done", NULL);
  ilk_service_send_account_notice (self, request,
    "Güvenlik Sözcüğünüz değiştirildi. Siz yapmadıysanız hemen Çağrı "
    "Merkezi’ni arayın.",
    "your security word was changed. If this was not you, call the call "
    "centre at once.");
  reply->status = 204;
}

/**
 * ilk_service_put_word:
 *
 * PUT /v1/me/security-word: a word of the holder's own in the place of the printed one. The session
 * is good for everything afterwards, and every other one of the holder ends. Runs outside a
 * transaction: hashing takes time.
 */
void
ilk_service_put_word (IlkService *self,
                      IlkInbound *request,
                      IlkReply   *reply)
{
  g_autofree char *word = NULL;

  if (request->secret == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  if (!check_word (self, request, reply))
    return;
  if (is_same_word (self, request))
    {
      ilk_reply_problem (reply, "word.same");
      return;
    }
  word = ilk_service_hash_word (self, request->secret, &request->error);
  if (word == NULL)
    return;

  ilk_store_begin (self->store);
  change_word (self, request, reply, word);
  ilk_store_end (self->store, &request->error);
}
