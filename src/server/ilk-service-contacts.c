/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

/* How a new phone number or mail address comes on record: a code to the phone on record has confirmed
 * the operation, then a code to the new address shows that it is the holder's. Until both came back
 * nothing is changed. */

#define CODE_SUBJECT "contact:%s"

/* Of this session, and not over. */
static IlkContactRecord *
find_change (IlkService *self,
             IlkInbound *request,
             IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_operation (self, request, reply, request->argument, ILK_OPERATION_CONTACT);
  g_autoptr (IlkContactRecord) change = NULL;

  if (operation == NULL)
    return NULL;
  change = ilk_store_contact_find (self->store, request->session->holder, operation->id,
                                   &request->error);
  if (change == NULL || request->now >= change->expires)
    {
      ilk_reply_problem (reply, "operation.expired");
      return NULL;
    }
  /* Confirmed by the phone on record, once. */
  if (!change->confirmed)
    {
      if (!ilk_service_use_operation (self, request, reply, operation))
        return NULL;
      if (!ilk_store_contact_confirm (self->store, operation->id, request->now,
                                      request->now + ILK_OPERATION_LIFE, &request->error))
        {
          ilk_reply_problem (reply, "operation.expired");
          return NULL;
        }
    }
  return g_steal_pointer (&change);
}

static char *
open_value (IlkService             *self,
            IlkInbound             *request,
            const IlkHolderRecord  *holder,
            const IlkContactRecord *change)
{
  return holder != NULL ? ilk_service_open_field (self, change->field, holder->index,
                                                  change->sealed, &request->error) : NULL;
}

/**
 * ilk_service_post_contact_code:
 *
 * POST /v1/me/changes/{id}/codes: sends a code to the new address, after the phone on record has
 * confirmed the operation.
 */
void
ilk_service_post_contact_code (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply)
{
  g_autoptr (IlkContactRecord) change = find_change (self, request, reply);
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autofree char *value = NULL;
  g_autofree char *subject = NULL;
  g_autofree char *card = NULL;

  if (change == NULL)
    return;
  holder = ilk_store_holder_get (self->store, change->holder, &request->error);
  value = open_value (self, request, holder, change);
  if (value == NULL)
    return;
  subject = g_strdup_printf (CODE_SUBJECT, change->operation);
  card = ilk_service_find_first_card (self, request);
  ilk_service_send_code_to (self, request, reply, subject, ILK_OPERATION_CONTACT, card, value,
                            g_str_equal (change->field, "email"));
}

static void
tell_new_address (IlkService             *self,
                  IlkInbound             *request,
                  const IlkContactRecord *change,
                  const char             *value)
{
  const char *words = request->turkish ? "Bu adres artık e-imza kartınızın bildirimleri için kayıtlı."
                      : "This address is now on record for notices about your e-signature card.";
  g_autoptr (IlkSecret) text = NULL;

  if (g_str_equal (change->field, "phone"))
    words = request->turkish ? "Bu numara artık e-imza kartınızın SMS’leri için kayıtlı."
            : "This number is now on record for the SMS about your e-signature card.";
  text = ilk_secret_new_from_data (words, strlen (words));
  if (g_str_equal (change->field, "phone"))
    ilk_service_queue_sms (self, request, value, text, NULL, 0);
  else
    ilk_service_queue_mail (self, request, value,
                            request->turkish ? "E-imza kartınız" : "Your e-signature card", text,
                            NULL, 0);
}

static void
tell_old_addresses (IlkService             *self,
                    IlkInbound             *request,
                    const IlkContactRecord *change)
{
  gboolean phone = g_str_equal (change->field, "phone");

  ilk_service_send_account_notice (self, request,
    phone ? "kayıtlı telefon numaranız değiştirildi. Siz yapmadıysanız hemen "
            "Çağrı Merkezi’ni arayın."
          : "kayıtlı e-posta adresiniz değiştirildi. Siz yapmadıysanız hemen "
            "Çağrı Merkezi’ni arayın.",
    phone ? "the phone number on record was changed. If this was not you, call "
            "the call centre at once."
          : "the e-mail address on record was changed. If this was not you, "
            "call the call centre at once.");
}

static void
apply_change (IlkService             *self,
              IlkInbound             *request,
              IlkReply               *reply,
              const IlkContactRecord *change)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, change->holder, &request->error);
  g_autofree char *value = open_value (self, request, holder, change);
  g_autoptr (GBytes) sealed = NULL;

  if (value == NULL)
    return;
  /* Anew, by the key of now: one that was changed meanwhile may have passed this holder already. */
  sealed = ilk_service_seal_field (self, change->field, holder->index, value, &request->error);
  if (sealed == NULL)
    return;
  if (!ilk_store_contact_take (self->store, change->operation, request->now, &request->error))
    {
      ilk_reply_problem (reply, "operation.expired");
      return;
    }
  if (ilk_store_holder_revision (self->store, change->holder, &request->error) != change->revision)
    {
      ilk_reply_problem (reply, "me.changed");
      return;
    }
  tell_old_addresses (self, request, change);
  if (!ilk_store_holder_change_contact (self->store, change->holder, change->field, sealed, change->revision,
                                        &request->error))
    {
      ilk_reply_problem (reply, "me.changed");
      return;
    }
  tell_new_address (self, request, change, value);
  ilk_store_session_keep_only (self->store, change->holder, request->session->id, &request->error);
  ilk_service_audit_holder (self, request, ILK_OPERATION_CONTACT, "done", change->field);
  reply->status = 204;
}

/**
 * ilk_service_put_contact:
 *
 * PUT /v1/me/changes/{id}: the code that came to the new address. The holder's other sessions end.
 */
void
ilk_service_put_contact (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply)
{
  g_autoptr (IlkContactRecord) change = find_change (self, request, reply);
  g_autofree char *subject = NULL;

  if (change == NULL)
    return;
  subject = g_strdup_printf (CODE_SUBJECT, change->operation);
  if (ilk_service_check_code (self, request, reply, subject))
    apply_change (self, request, reply, change);
  else
    ilk_service_audit_holder (self, request, ILK_OPERATION_CONTACT, "refused", reply->code);
}
