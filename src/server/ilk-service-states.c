/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/* Suspending, resuming and revoking certificates. Suspending is always possible: who has lost a card
 * must not be asked for more than needed. What gives power back, or takes it for good, needs a
 * confirmation of its own. */

/* The words of RFC 5280, 5.3.1, that a holder can give; certificateHold is what suspending is. */
static const char *const reasons[] = {
  "unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", NULL
};

static gboolean
check_not_over (const IlkCardRecord *card,
                gint64               now,
                IlkReply            *reply)
{
  if (g_str_equal (card->certificate_state, "revoked"))
    ilk_reply_problem (reply, "certificate.revoked");
  else if (now > card->not_after)
    ilk_reply_problem (reply, "certificate.expired");
  else
    return TRUE;
  return FALSE;
}

gboolean
ilk_service_check_resumption (const IlkCardRecord *card,
                              gint64               now,
                              IlkReply            *reply)
{
  if (!check_not_over (card, now, reply))
    return FALSE;
  if (g_str_equal (card->certificate_state, "suspended"))
    return TRUE;

  ilk_reply_problem (reply, "certificate.state");
  return FALSE;
}

gboolean
ilk_service_check_revocation (const IlkCardRecord *card,
                              gint64               now,
                              IlkReply            *reply)
{
  return check_not_over (card, now, reply);
}

static void
reply_state (IlkReply            *reply,
             const IlkCardRecord *card,
             const char          *state)
{
  JsonBuilder *json = ilk_json_begin ();

  ilk_json_add_string (json, "serial", card->certificate_serial);
  ilk_json_add_string (json, "state", state);
  ilk_reply_take_json (reply, 200, json);
}

/* POST /v1/certificates/{serial}/suspension. Asked again it says the same: the holder may be in a
 * hurry, and it is suspended. */
void
ilk_service_post_suspension (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_by_certificate (self, request, reply);

  if (card == NULL || !check_not_over (card, request->now, reply))
    return;
  if (ilk_store_certificate_suspend (self->store, request->session->holder,
                                     card->certificate_serial, request->now, &request->error))
    {
      ilk_service_audit_holder (self, request, "certificate.suspension", "done", card->serial);
      ilk_service_send_notice (self, request, card->serial,
                               "sertifika askıya alındı. Siz yapmadıysanız Çağrı Merkezi’ni "
                               "arayın.",
                               "the certificate was suspended. If this was not you, call the call "
                               "centre.");
    }
  reply_state (reply, card, "suspended");
}

/* The operation of this kind for this very card, confirmed and not used; it is used up then. */
static gboolean
use_operation (IlkService          *self,
               IlkInbound          *request,
               IlkReply            *reply,
               IlkOperationRecord  *operation,
               const IlkCardRecord *card)
{
  if (!g_str_equal (operation->card_serial, card->serial))
    {
      ilk_reply_problem (reply, "operation.unknown");
      return FALSE;
    }
  return ilk_service_use_operation (self, request, reply, operation);
}

static const char *
read_state (IlkService          *self,
            IlkInbound          *request,
            const IlkCardRecord *card)
{
  g_autoptr (IlkCardRecord) now = ilk_store_card_find (self->store, request->session->holder,
                                                       card->serial, &request->error);

  return now != NULL ? g_intern_string (ilk_service_card_state (now, request->now)) : "active";
}

/* DELETE /v1/certificates/{serial}/suspension?operation=… Asked again with the same operation after
 * its answer got lost, it says the same. */
void
ilk_service_delete_suspension (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_by_certificate (self, request, reply);
  g_autoptr (IlkOperationRecord) operation = NULL;
  gboolean suspended;

  if (card == NULL)
    return;
  operation = ilk_service_find_operation (self, request, reply, request->operation,
                                          "certificate-resumption");
  if (operation == NULL)
    return;

  suspended = g_str_equal (card->certificate_state, "suspended");
  if (operation->consumed && !suspended && g_str_equal (operation->card_serial, card->serial))
    {
      reply_state (reply, card, ilk_service_card_state (card, request->now));
      return;
    }
  if (!ilk_service_check_resumption (card, request->now, reply) ||
      !use_operation (self, request, reply, operation, card))
    return;

  ilk_store_certificate_resume (self->store, request->session->holder, card->certificate_serial,
                                request->now, &request->error);
  ilk_service_audit_holder (self, request, "certificate.resumption", "done", card->serial);
  ilk_service_send_notice (self, request, card->serial,
                           "sertifika askıdan indirildi. Siz yapmadıysanız Çağrı Merkezi’ni arayın.",
                           "the certificate was resumed. If this was not you, call the call "
                           "centre.");
  reply_state (reply, card, read_state (self, request, card));
}

/* POST /v1/certificates/{serial}/revocation */
void
ilk_service_post_revocation (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_by_certificate (self, request, reply);
  g_autoptr (IlkOperationRecord) operation = NULL;
  const char *reason = ilk_inbound_get_string (request, "reason");

  if (card == NULL)
    return;
  if (reason == NULL || !g_strv_contains (reasons, reason))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  operation = ilk_service_find_operation (self, request, reply,
                                          ilk_inbound_get_string (request, "operation"),
                                          "certificate-revocation");
  if (operation == NULL || !ilk_service_check_revocation (card, request->now, reply) ||
      !use_operation (self, request, reply, operation, card))
    return;

  ilk_store_certificate_revoke (self->store, request->session->holder, card->certificate_serial,
                                reason, request->now, &request->error);
  ilk_service_audit_holder (self, request, "certificate.revocation", "done", card->serial);
  ilk_service_send_notice (self, request, card->serial,
                           "sertifika iptal edildi. Siz yapmadıysanız Çağrı Merkezi’ni arayın.",
                           "the certificate was revoked. If this was not you, call the call "
                           "centre.");
  reply_state (reply, card, "revoked");
}
