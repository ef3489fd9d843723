/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/* What the issuer knows of the holder, and how a change of phone number or mail address begins. */

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
  g_autoptr (IlkOperationRecord) operation =
    ilk_service_new_holder_operation (self, request, ILK_OPERATION_CONTACT);
  g_autoptr (GBytes) sealed =
    ilk_service_seal_field (self, field, holder->index, value, &request->error);
  IlkContactRecord change = { .operation = operation->id, .holder = holder->id,
                              .field = (char *) field, .sealed = sealed, .revision = revision,
                              .expires = operation->expires };

  if (sealed == NULL)
    return;
  ilk_store_operation_add (self->store, operation, &request->error);
  ilk_store_contact_add (self->store, &change, &request->error);
  ilk_service_audit_holder (self, request, "operation", "begun", ILK_OPERATION_CONTACT);
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
