/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-http-sms-gateway.h"

#include <string.h>
#include "server/ilk-gateway-link.h"
#include "server/ilk-server-error.h"
#include "server/ilk-wire.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define AUTHORIZATION "sms-authorization"
#define HEADER_LENGTH 2048

struct _IlkHttpSmsGateway
{
  GObject    parent_instance;

  char      *address;
  char      *ca_file;
  char      *content_type;
  char      *body;           /* with {to}, {text} and {id} in it */
  glong      duplicate;      /* status that means: known already; 0: none does */
  IlkSecret *authorization;  /* value of the header; NULL: none is sent */
};

static void ilk_http_sms_gateway_iface_init (IlkSmsGatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkHttpSmsGateway, ilk_http_sms_gateway, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_SMS_GATEWAY,
                                                      ilk_http_sms_gateway_iface_init))

static void
append_percent (IlkSecret  *out,
                const char *text)
{
  static const char digits[] = "0123456789ABCDEF";

  for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || strchr ("-._~", *c) != NULL)
      ilk_secret_append_byte (out, *c);
    else
      {
        ilk_secret_append_byte (out, '%');
        ilk_secret_append_byte (out, (guint8) digits[*c >> 4]);
        ilk_secret_append_byte (out, (guint8) digits[*c & 15]);
      }
}

/* In JSON a value comes with its quotation marks. */
static void
append_value (IlkHttpSmsGateway *self,
              IlkSecret         *out,
              const char        *text)
{
  if (g_str_equal (self->content_type, FORM))
    append_percent (out, text);
  else
    ilk_wire_append_string (out, text, -1);
}

/* The value that begins at this place of the template; *length is the place's own. */
static const char *
find_value (const IlkMessage *message,
            const char       *at,
            gsize            *length)
{
  const struct { const char *name; const char *value; } places[] = {
    { "{to}", message->to }, { "{text}", message->text }, { "{id}", message->id },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_has_prefix (at, places[i].name))
      {
        *length = strlen (places[i].name);
        return places[i].value;
      }
  return NULL;
}

static IlkSecret *
fill_in (IlkHttpSmsGateway *self,
         const IlkMessage  *message)
{
  /* A byte takes six at most, as \u00xx; each value may be there twice. */
  IlkSecret *body = ilk_secret_new (strlen (self->body) +
                                    12 * ilk_secret_get_length (message->words) + 256);

  for (const char *at = self->body; *at != '\0';)
    {
      gsize length;
      const char *value = find_value (message, at, &length);

      if (value != NULL)
        append_value (self, body, value);
      else
        ilk_secret_append_byte (body, (guint8) *at);
      at += value != NULL ? length : 1;
    }
  return body;
}

/* libcurl copies a header and frees it without wiping: the one exception of a credential that does
 * not change. */
static IlkCurlList *
make_headers (IlkHttpSmsGateway *self,
              const IlkMessage  *message)
{
  g_autofree char *type = g_strdup_printf ("Content-Type: %s", self->content_type);
  g_autofree char *id = g_strdup_printf ("Idempotency-Key: %s", message->id);
  IlkCurlList *list = curl_slist_append (NULL, type);

  list = curl_slist_append (list, id);
  list = curl_slist_append (list, "Expect:");
  if (self->authorization != NULL)
    {
      g_autoptr (IlkSecret) header = ilk_secret_new (HEADER_LENGTH);

      ilk_wire_append (header, "Authorization: ");
      ilk_secret_append (header, ilk_secret_peek (self->authorization),
                         ilk_secret_get_length (self->authorization));
      ilk_secret_append_byte (header, '\0');
      list = curl_slist_append (list, (const char *) ilk_secret_peek (header));
    }
  return list;
}

static gboolean
check_status (IlkHttpSmsGateway *self,
              IlkCurl           *link,
              GError           **error)
{
  long status = 0;

  curl_easy_getinfo (link, CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 == 2 || (self->duplicate != 0 && status == self->duplicate))
    return TRUE;
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY,
               "the provider answered with status %ld", status);
  return FALSE;
}

static gboolean
ilk_http_sms_gateway_send (IlkSmsGateway     *gateway,
                           const IlkMessage  *message,
                           GError           **error)
{
  IlkHttpSmsGateway *self = ILK_HTTP_SMS_GATEWAY (gateway);
  g_autoptr (IlkCurl) link = ilk_gateway_link_new (self->address, self->ca_file);
  g_autoptr (IlkCurlList) headers = make_headers (self, message);
  g_autoptr (IlkSecret) body = fill_in (self, message);

  curl_easy_setopt (link, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (link, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (link, CURLOPT_POSTFIELDS, (const char *) ilk_secret_peek (body));
  curl_easy_setopt (link, CURLOPT_POSTFIELDSIZE, (long) ilk_secret_get_length (body));
  return ilk_gateway_link_perform (link, error) && check_status (self, link, error);
}

static void
ilk_http_sms_gateway_finalize (GObject *object)
{
  IlkHttpSmsGateway *self = ILK_HTTP_SMS_GATEWAY (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->authorization, ilk_secret_unref);

  G_OBJECT_CLASS (ilk_http_sms_gateway_parent_class)->finalize (object);
}

static void
ilk_http_sms_gateway_class_init (IlkHttpSmsGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_http_sms_gateway_finalize;
}

static void
ilk_http_sms_gateway_iface_init (IlkSmsGatewayInterface *iface)
{
  iface->send = ilk_http_sms_gateway_send;
}

static void
ilk_http_sms_gateway_init (IlkHttpSmsGateway *self)
{
}

static gboolean
refuse (const char  *message,
        GError     **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG, "[Sms] %s", message);
  return FALSE;
}

/* Codes go to no one in clear but to this very computer. */
static gboolean
is_safe (const char *address)
{
  return g_str_has_prefix (address, "https://") || g_str_has_prefix (address, "http://127.0.0.1:") ||
         g_str_has_prefix (address, "http://localhost:");
}

static gboolean
check (IlkHttpSmsGateway  *self,
       GError            **error)
{
  if (!is_safe (self->address))
    return refuse ("address: https:// is wanted", error);
  if (!g_str_equal (self->content_type, FORM) && !g_str_equal (self->content_type, JSON))
    return refuse ("content-type: " JSON " or " FORM " is wanted", error);
  if (self->body == NULL || strstr (self->body, "{to}") == NULL ||
      strstr (self->body, "{text}") == NULL)
    return refuse ("body: a text with {to} and {text} in it is wanted", error);
  return TRUE;
}

/**
 * ilk_http_sms_gateway_new:
 * @credentials: the folder that may have a file “sms-authorization”, the header's value
 *
 * Returns: (transfer full): the gateway, or %NULL with %ILK_SERVER_ERROR_CONFIG
 */
IlkHttpSmsGateway *
ilk_http_sms_gateway_new (const IlkConfig  *config,
                          const char       *credentials,
                          GError          **error)
{
  g_autoptr (IlkHttpSmsGateway) self = g_object_new (ILK_TYPE_HTTP_SMS_GATEWAY, NULL);
  const char *type = ilk_config_get_text (config, "Sms", "content-type");

  self->address = g_strdup (ilk_config_get_text (config, "Sms", "address"));
  self->ca_file = g_strdup (ilk_config_get_text (config, "Sms", "ca-file"));
  self->content_type = g_strdup (type != NULL ? type : JSON);
  self->body = g_strdup (ilk_config_get_text (config, "Sms", "body"));
  self->duplicate = (glong) ilk_config_get_number (config, "Sms", "duplicate-status", 0);
  if (!check (self, error))
    return NULL;
  if (ilk_config_get_flag (config, "Sms", "authorization", FALSE))
    {
      self->authorization = ilk_gateway_link_read_credential (credentials, AUTHORIZATION, error);
      if (self->authorization == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}
