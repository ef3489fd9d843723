/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

/* What the issuer knows of the holder, and how phone number and mail address are changed: a code to
 * the phone on record confirms the operation, then a code to the new address shows that it is the
 * holder's. Until both came back nothing is changed. */

#define KIND "contact-change"
#define CODE_SUBJECT "contact:%s"

/* Of all that the answer shows. A web password has a part of its own in it: if it raised the
 * revision, setting one would undo a change of phone or mail that waits. */
static char *
write_etag (gint64      revision,
            const char *web_password)
{
  return g_strdup_printf ("\"%" G_GINT64_FORMAT "%s\"", revision,
                          web_password != NULL ? "-web" : "");
}

static void
add_field (JsonBuilder *json,
           const char  *name,
           char        *masked)
{
  ilk_json_add_string (json, name, masked);
  g_free (masked);
}

/**
 * ilk_service_get_me:
 *
 * GET /v1/me, with the revision that a change has to name.
 */
void
ilk_service_get_me (IlkService *self,
                    IlkInbound *request,
                    IlkReply   *reply)
{
  GError **error = &request->error;
  gint64 id = request->session->holder;
  g_autoptr (IlkHolderRecord) holder = ilk_store_holder_get (self->store, id, error);
  gint64 revision = ilk_store_holder_revision (self->store, id, error);
  g_autofree char *web_password = ilk_store_web_password_get (self->store, id, NULL, error);
  g_autofree char *name = NULL;
  g_autofree char *phone = NULL;
  g_autofree char *email = NULL;
  JsonBuilder *json;

  if (holder == NULL)
    return;
  name = ilk_service_open_field (self, "name", holder->index, holder->name, error);
  phone = ilk_service_open_field (self, "phone", holder->index, holder->phone, error);
  email = ilk_service_open_field (self, "email", holder->index, holder->email, error);
  if (request->error != NULL)
    return;

  json = ilk_json_begin ();
  ilk_json_add_string (json, "name", name);
  add_field (json, "phone", ilk_service_mask_phone (phone));
  add_field (json, "email", *email != '\0' ? ilk_contact_mask_email (email) : g_strdup (""));
  ilk_json_add_boolean (json, "web_password", web_password != NULL);
  ilk_reply_take_json (reply, 200, json);
  reply->etag = write_etag (revision, web_password);
}

static gboolean
check_revision (IlkService *self,
                IlkInbound *request,
                IlkReply   *reply,
                gint64      revision)
{
  g_autofree char *web_password =
    ilk_store_web_password_get (self->store, request->session->holder, NULL, &request->error);
  g_autofree char *etag = write_etag (revision, web_password);

  if (request->if_match == NULL)
    ilk_reply_problem (reply, "me.revision_required");
  else if (!g_str_equal (request->if_match, etag))
    ilk_reply_problem (reply, "me.changed");
  return reply->code == NULL;
}

/* One of the two at a time. Returns (transfer full) the new value, NULL: the reply says why not. */
static char *
read_value (IlkInbound  *request,
            IlkReply    *reply,
            const char **field)
{
  const char *phone = ilk_inbound_get_string (request, "phone");
  const char *email = ilk_inbound_get_string (request, "email");
  char *value;

  if ((phone == NULL) == (email == NULL))
    {
      ilk_reply_problem (reply, "request.invalid");
      return NULL;
    }
  *field = phone != NULL ? "phone" : "email";
  value = phone != NULL ? ilk_contact_normalize_phone (phone) : ilk_contact_normalize_email (email);
  if (value == NULL)
    ilk_reply_problem (reply, phone != NULL ? "me.phone" : "me.email");
  return value;
}

static GBytes *
get_own (const IlkHolderRecord *holder,
         const char            *field)
{
  return g_str_equal (field, "phone") ? holder->phone : holder->email;
}

static gboolean
is_new (IlkService            *self,
        IlkInbound            *request,
        IlkReply              *reply,
        const IlkHolderRecord *holder,
        const char            *field,
        const char            *value)
{
  g_autofree char *own = ilk_service_open_field (self, field, holder->index,
                                                 get_own (holder, field), &request->error);

  if (own != NULL && g_str_equal (own, value))
    ilk_reply_problem (reply, "me.same");
  return own != NULL && reply->code == NULL;
}

static void
begin_change (IlkService            *self,
              IlkInbound            *request,
              IlkReply              *reply,
              const IlkHolderRecord *holder,
              const char            *field,
              const char            *value,
              gint64                 revision)
{
  g_autofree char *card = ilk_service_find_first_card (self, request);
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_new_operation (request, KIND, card != NULL ? card : "");
  g_autoptr (GBytes) sealed =
    ilk_service_seal_field (self, field, holder->index, value, &request->error);
  IlkContactRecord change = { .operation = operation->id, .holder = holder->id,
                              .field = (char *) field, .sealed = sealed, .revision = revision,
                              .expires = operation->expires };

  if (sealed == NULL)
    return;
  ilk_store_operation_add (self->store, operation, &request->error);
  ilk_store_contact_add (self->store, &change, &request->error);
  ilk_service_audit_holder (self, request, "operation", "begun", KIND);
  ilk_service_reply_operation (self, request, reply, operation);
}

/**
 * ilk_service_patch_me:
 *
 * PATCH /v1/me: begins to change phone number or mail address. One that was begun before is void.
 */
void
ilk_service_patch_me (IlkService *self,
                      IlkInbound *request,
                      IlkReply   *reply)
{
  gint64 id = request->session->holder;
  gint64 revision = ilk_store_holder_revision (self->store, id, &request->error);
  g_autoptr (IlkHolderRecord) holder = ilk_store_holder_get (self->store, id, &request->error);
  g_autofree char *value = NULL;
  const char *field = NULL;

  if (holder == NULL || !check_revision (self, request, reply, revision))
    return;
  value = read_value (request, reply, &field);
  if (value != NULL && is_new (self, request, reply, holder, field, value))
    begin_change (self, request, reply, holder, field, value, revision);
}

/* Of this session, and not over. */
static IlkContactRecord *
find_change (IlkService *self,
             IlkInbound *request,
             IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_find_operation (self, request, reply, request->argument, KIND);
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
      if (!ilk_service_check_authorized (operation, request->now, reply))
        return NULL;
      if (!ilk_store_operation_consume (self->store, operation->id, request->now,
                                        &request->error) ||
          !ilk_store_contact_confirm (self->store, operation->id, request->now,
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
  ilk_service_send_code_to (self, request, reply, subject, KIND, card, value,
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
  g_autofree char *card = ilk_service_find_first_card (self, request);

  ilk_service_send_notice (self, request, card,
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
  ilk_service_audit_holder (self, request, KIND, "done", change->field);
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
    ilk_service_audit_holder (self, request, KIND, "refused", reply->code);
}
