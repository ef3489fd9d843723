/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-inbound.h"

#include <string.h>

IlkInbound *
ilk_inbound_new (const char *method,
                 const char *path)
{
  IlkInbound *self = g_new0 (IlkInbound, 1);

  self->method = g_strdup (method);
  self->path = g_strdup (path);
  self->turkish = TRUE;
  return self;
}

void
ilk_inbound_free (IlkInbound *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->operation, g_free);
  g_clear_pointer (&self->idempotency_key, g_free);
  g_clear_pointer (&self->if_match, g_free);
  g_clear_pointer (&self->token, ilk_secret_unref);
  g_clear_pointer (&self->body, ilk_secret_unref);
  g_clear_pointer (&self->query, ilk_secret_unref);
  g_clear_pointer (&self->cookies, ilk_secret_unref);
  g_clear_pointer (&self->argument, g_free);
  g_clear_pointer (&self->json, json_object_unref);
  g_clear_pointer (&self->secret, ilk_secret_unref);
  g_clear_pointer (&self->secrets, g_hash_table_unref);
  g_clear_pointer (&self->session, ilk_session_record_free);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * ilk_inbound_get_string:
 *
 * Returns: (nullable): the member, %NULL when it is missing or no string
 */
const char *
ilk_inbound_get_string (IlkInbound *self,
                        const char *name)
{
  return self->json != NULL ? ilk_json_get_string (self->json, name) : NULL;
}

/* NULL when there is no such member, or it is no string: json-glib's own getters find fault with the
 * program then, which is not to blame for what it is sent. */
const char *
ilk_json_get_string (JsonObject *object,
                     const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

IlkSecret *
ilk_inbound_get_secret (IlkInbound *self,
                        const char *name)
{
  return self->secrets != NULL ? g_hash_table_lookup (self->secrets, name) : NULL;
}

gboolean
ilk_inbound_has_only (IlkInbound *self,
                      const char *fields)
{
  g_autoptr (GList) members = json_object_get_members (self->json);

  for (GList *l = members; l != NULL; l = l->next)
    {
      g_autofree char *word = g_strdup_printf (" %s ", (const char *) l->data);

      if (strchr (l->data, ' ') != NULL || strstr (fields, word) == NULL)
        return FALSE;
    }
  return TRUE;
}

IlkReply *
ilk_reply_new (void)
{
  IlkReply *self = g_new0 (IlkReply, 1);

  self->status = 204;
  self->attempts_left = -1;
  self->retry_after = -1;
  return self;
}

void
ilk_reply_free (IlkReply *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->policy, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->refresh, g_free);
  g_clear_pointer (&self->cookies, g_ptr_array_unref);
  g_free (self);
}

void
ilk_reply_problem (IlkReply   *self,
                   const char *code)
{
  self->code = code;
}

void
ilk_reply_problem_retry (IlkReply   *self,
                         const char *code,
                         gint64      retry_after)
{
  self->code = code;
  self->retry_after = (int) CLAMP (retry_after, 1, G_MAXINT);
}

void
ilk_reply_problem_tries (IlkReply   *self,
                         const char *code,
                         int         attempts_left)
{
  self->code = code;
  self->attempts_left = attempts_left;
}

/**
 * ilk_reply_take_json:
 * @builder: (transfer full): from ilk_json_begin (); its object is ended here
 */
void
ilk_reply_take_json (IlkReply    *self,
                     guint        status,
                     JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  g_object_unref (builder);

  text = json_to_string (root, FALSE);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->status = status;
  self->body = g_bytes_new_take (text, strlen (text));
}

/* For answers with a token in them: the bytes are wiped when the last reference goes. */
void
ilk_reply_secret (IlkReply  *self,
                  guint      status,
                  IlkSecret *json)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  self->status = status;
  self->body = ilk_secret_to_bytes (json);
}

JsonBuilder *
ilk_json_begin (void)
{
  JsonBuilder *builder = json_builder_new ();

  return json_builder_begin_object (builder);
}

void
ilk_json_add_string (JsonBuilder *builder,
                     const char  *name,
                     const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
ilk_json_add_number (JsonBuilder *builder,
                     const char  *name,
                     gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
ilk_json_add_boolean (JsonBuilder *builder,
                      const char  *name,
                      gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}
