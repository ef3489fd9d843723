/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <openssl/crypto.h>
#include <string.h>
#include "server/ilk-captcha-picture.h"
#include "server/ilk-captcha-sound.h"
#include "server/ilk-wire.h"

#define PURGE_SECONDS 60

/* What was typed, in capitals and without spaces. Only ASCII letters change: under a Turkish
 * locale "i" has another capital. */
static char *
normalize (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (out, g_ascii_toupper (*text));
  return g_string_free (out, FALSE);
}

static GBytes *
captcha_mac (IlkService *self,
             IlkInbound *request,
             const char *id,
             const char *text)
{
  return ilk_service_mac (self, "captcha", NULL, &request->error, id, text, NULL);
}

/* What has run out takes up room, and is looked for now and then: not in every request. */
static gboolean
is_time_to_purge (IlkService *self,
                  gint64      now)
{
  gboolean due;

  g_mutex_lock (&self->queued_lock);
  due = now >= self->purged + PURGE_SECONDS;
  if (due)
    self->purged = now;
  g_mutex_unlock (&self->queued_lock);
  return due;
}

/* Only when it is asked for: it takes longer than drawing. */
static gboolean
speak (IlkInbound *request,
       IlkReply   *reply,
       const char *text,
       GBytes    **sound)
{
  JsonNode *node = json_object_get_member (request->json, "spoken");
  g_autoptr (GError) error = NULL;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    {
      ilk_reply_problem (reply, "request.invalid");
      return FALSE;
    }
  if (!json_node_get_boolean (node))
    return TRUE;
  *sound = ilk_captcha_speak (text, request->turkish, &error);
  if (*sound != NULL)
    return TRUE;

  g_warning ("A picture's text can't be spoken: %s", error->message);
  ilk_reply_problem (reply, "captcha.no_sound");
  return FALSE;
}

static void
add_sound (JsonBuilder *json,
           GBytes      *sound)
{
  g_autofree char *text = ilk_wire_base64 (sound);

  ilk_json_add_string (json, "sound", text);
}

/**
 * ilk_service_post_captcha:
 *
 * POST /v1/captchas. Runs outside a transaction: drawing takes time.
 */
void
ilk_service_post_captcha (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply)
{
  g_autofree char *id = ilk_wire_new_id ();
  g_autofree char *text = ilk_captcha_new_text ();
  g_autofree char *image = NULL;
  g_autoptr (GBytes) sound = NULL;
  g_autoptr (GBytes) png = ilk_captcha_draw (text);
  g_autoptr (GBytes) mac = captcha_mac (self, request, id, text);
  JsonBuilder *json;

  if (!speak (request, reply, text, &sound))
    return;
  ilk_store_begin (self->store);
  if (is_time_to_purge (self, request->now))
    ilk_store_purge (self->store, request->now, &request->error);
  ilk_store_captcha_add (self->store, id, mac, request->now + ILK_CAPTCHA_LIFE, &request->error);
  ilk_store_end (self->store, &request->error);
  if (request->error != NULL)
    return;
  if (self->captcha_watch != NULL)
    self->captcha_watch (id, text, self->captcha_data);

  image = ilk_wire_base64 (png);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "id", id);
  ilk_json_add_string (json, "image", image);
  if (sound != NULL)
    add_sound (json, sound);
  ilk_json_add_number (json, "expires_in", ILK_CAPTCHA_LIFE);
  ilk_reply_take_json (reply, 201, json);
}

static gboolean
read_captcha (IlkInbound  *request,
              const char **id,
              const char **text)
{
  JsonNode *node = json_object_get_member (request->json, "captcha");
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  if (json_object_get_size (object) != 2)
    return FALSE;
  *id = ilk_json_get_string (object, "id");
  *text = ilk_json_get_string (object, "text");
  return *id != NULL && *text != NULL;
}

/* The picture is used up by the first look at it, right or wrong. */
gboolean
ilk_service_check_captcha (IlkService *self,
                           IlkInbound *request,
                           IlkReply   *reply)
{
  g_autofree char *normal = NULL;
  g_autoptr (GBytes) wanted = NULL;
  g_autoptr (GBytes) given = NULL;
  const char *id;
  const char *text;
  gint64 expires = 0;

  if (!read_captcha (request, &id, &text))
    {
      ilk_reply_problem (reply, "request.invalid");
      return FALSE;
    }
  normal = normalize (text);
  given = captcha_mac (self, request, id, normal);
  wanted = ilk_store_captcha_take (self->store, id, &expires, &request->error);
  if (wanted == NULL || request->now >= expires)
    ilk_reply_problem (reply, "captcha.expired");
  else if (given == NULL || CRYPTO_memcmp (g_bytes_get_data (wanted, NULL),
                                           g_bytes_get_data (given, NULL),
                                           g_bytes_get_size (given)) != 0)
    ilk_reply_problem (reply, "captcha.wrong");
  else
    return TRUE;
  return FALSE;
}
