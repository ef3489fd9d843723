/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <string.h>
#include "server/ilk-wire.h"

/* The pages' calls of the JSON interface, without a network in between. */

#define BODY_LENGTH 4096

IlkReply *
ilk_portal_call (IlkPortal  *self,
                 const char *method,
                 const char *path,
                 IlkSecret  *token,
                 IlkSecret  *body)
{
  g_autoptr (IlkInbound) call = ilk_inbound_new (method, path);
  IlkReply *reply = ilk_reply_new ();

  call->turkish = self->turkish;
  call->idempotency_key = g_uuid_string_random ();
  if (token != NULL)
    call->token = ilk_secret_copy (token);
  if (body != NULL)
    call->body = ilk_secret_ref (body);
  ilk_service_handle (self->service, call, reply);
  self->reply->retry_after = MAX (self->reply->retry_after, reply->retry_after);
  return reply;
}

JsonObject *
ilk_portal_read (IlkReply    *reply,
                 const char  *secret,
                 IlkSecret  **value)
{
  g_autoptr (IlkSecret) body = NULL;
  gsize length;
  gconstpointer data;

  if (reply->body == NULL)
    return NULL;
  data = g_bytes_get_data (reply->body, &length);
  body = ilk_secret_new_from_data (data, length);
  return ilk_wire_parse (body, secret, value);
}

IlkSecret *
ilk_portal_body (const char *name,
                 ...)
{
  IlkSecret *body = ilk_secret_new (BODY_LENGTH);
  const char *separator = "{";
  va_list pairs;

  va_start (pairs, name);
  for (; name != NULL; name = va_arg (pairs, const char *))
    {
      ilk_wire_append (body, separator);
      ilk_wire_append_string (body, name, -1);
      ilk_wire_append (body, ":");
      ilk_wire_append_string (body, va_arg (pairs, const char *), -1);
      separator = ",";
    }
  va_end (pairs);
  ilk_wire_append (body, "}");
  return body;
}

IlkSecret *
ilk_portal_secret_body (const char *name,
                        IlkSecret  *value)
{
  /* One byte may be six in JSON. */
  IlkSecret *body = ilk_secret_new (ilk_secret_get_length (value) * 6 + 256);

  ilk_wire_append (body, "{");
  ilk_wire_append_string (body, name, -1);
  ilk_wire_append (body, ":");
  ilk_wire_append_secret (body, value);
  ilk_wire_append (body, "}");
  return body;
}
