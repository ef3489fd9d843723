/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-http-message.h"

#include <openssl/crypto.h>
#include <string.h>

#define TOKEN_PREFIX "Bearer "
#define BODY_KEY "ilk-body"

/* What arrives of a request's body, in memory that is wiped. */
typedef struct {
  IlkSecret *bytes;
  gboolean   too_large;
} Body;

static void
body_free (gpointer data)
{
  Body *self = data;

  g_clear_pointer (&self->bytes, ilk_secret_unref);
  g_free (self);
}

/* The chunk's own bytes are wiped once they are copied: a security word must not stay behind in
 * freed memory. Nobody else holds them, as accumulation is off. */
static void
on_got_chunk (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           user_data)
{
  Body *body = user_data;
  gsize length;
  gpointer data = (gpointer) g_bytes_get_data (chunk, &length);
  gsize have = body->bytes != NULL ? ilk_secret_get_length (body->bytes) : 0;

  if (have + length > ILK_INBOUND_BODY_LIMIT)
    body->too_large = TRUE;
  else if (length > 0)
    {
      if (body->bytes == NULL || have + length > ilk_secret_get_capacity (body->bytes))
        {
          IlkSecret *larger = ilk_secret_new (MAX (have * 2, have + length));

          if (body->bytes != NULL)
            ilk_secret_append (larger, ilk_secret_peek (body->bytes), have);
          g_clear_pointer (&body->bytes, ilk_secret_unref);
          body->bytes = larger;
        }
      ilk_secret_append (body->bytes, data, length);
    }
  if (length > 0)
    OPENSSL_cleanse (data, length);
}

void
ilk_http_message_collect (SoupServerMessage *message)
{
  Body *body = g_new0 (Body, 1);

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_object_set_data_full (G_OBJECT (message), BODY_KEY, body, body_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), body);
}

gboolean
ilk_http_message_is_too_large (SoupServerMessage *message)
{
  Body *body = g_object_get_data (G_OBJECT (message), BODY_KEY);

  return body != NULL && body->too_large;
}

static gboolean
prefers_turkish (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_list (headers, "Accept-Language");
  GSList *languages = value != NULL ? soup_header_parse_quality_list (value, NULL) : NULL;
  gboolean turkish = TRUE;

  for (GSList *l = languages; l != NULL; l = l->next)
    {
      if (g_ascii_strncasecmp (l->data, "tr", 2) == 0)
        break;
      if (g_ascii_strncasecmp (l->data, "en", 2) == 0)
        {
          turkish = FALSE;
          break;
        }
    }
  soup_header_free_list (languages);
  return turkish;
}

/* The token leaves libsoup's header at once: it is copied, wiped there and taken out. */
static IlkSecret *
take_token (SoupMessageHeaders *headers)
{
  char *value = (char *) soup_message_headers_get_one (headers, "Authorization");
  IlkSecret *token = NULL;

  if (value == NULL)
    return NULL;
  if (g_ascii_strncasecmp (value, TOKEN_PREFIX, strlen (TOKEN_PREFIX)) == 0)
    token = ilk_secret_new_from_data (value + strlen (TOKEN_PREFIX),
                                      strlen (value) - strlen (TOKEN_PREFIX));
  OPENSSL_cleanse (value, strlen (value));
  soup_message_headers_remove (headers, "Authorization");
  return token;
}

/* Cookies hold a session's token too: what the Authorization header's is done to is done to them. */
static IlkSecret *
take_cookies (SoupMessageHeaders *headers)
{
  char *value = (char *) soup_message_headers_get_one (headers, "Cookie");
  IlkSecret *cookies;

  if (value == NULL)
    return NULL;
  cookies = ilk_secret_new_from_data (value, strlen (value));
  OPENSSL_cleanse (value, strlen (value));
  soup_message_headers_remove (headers, "Cookie");
  return cookies;
}

IlkInbound *
ilk_http_message_read (SoupServerMessage *message,
                       const char        *path,
                       GHashTable        *query)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  Body *body = g_object_get_data (G_OBJECT (message), BODY_KEY);
  IlkInbound *request = ilk_inbound_new (soup_server_message_get_method (message), path);
  const char *raw_query = g_uri_get_query (soup_server_message_get_uri (message));

  request->turkish = prefers_turkish (headers);
  request->cookies = take_cookies (headers);
  if (raw_query != NULL)
    request->query = ilk_secret_new_from_data (raw_query, strlen (raw_query));
  request->token = take_token (headers);
  request->idempotency_key =
    g_strdup (soup_message_headers_get_one (headers, "Idempotency-Key"));
  request->if_match = g_strdup (soup_message_headers_get_one (headers, "If-Match"));
  if (query != NULL)
    request->operation = g_strdup (g_hash_table_lookup (query, "operation"));
  if (body != NULL)
    request->body = g_steal_pointer (&body->bytes);
  return request;
}

/* Browsers are told more than programs: what a page may load and who may embed it. */
static void
write_page_headers (SoupMessageHeaders *headers,
                    IlkReply           *reply)
{
  soup_message_headers_replace (headers, "Content-Security-Policy", reply->policy);
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
  soup_message_headers_replace (headers, "Permissions-Policy",
                                "camera=(), geolocation=(), microphone=()");
  if (reply->location != NULL)
    soup_message_headers_replace (headers, "Location", reply->location);
  if (reply->refresh != NULL)
    soup_message_headers_replace (headers, "Refresh", reply->refresh);
  for (guint i = 0; reply->cookies != NULL && i < reply->cookies->len; i++)
    soup_message_headers_append (headers, "Set-Cookie", g_ptr_array_index (reply->cookies, i));
}

void
ilk_http_message_write (SoupServerMessage *message,
                        IlkReply          *reply)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, reply->status, NULL);
  soup_message_body_truncate (soup_server_message_get_response_body (message));
  soup_message_headers_remove (headers, "Content-Type");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (reply->retry_after >= 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%d", reply->retry_after);

      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
  if (reply->etag != NULL)
    soup_message_headers_replace (headers, "ETag", reply->etag);
  if (reply->policy != NULL)
    write_page_headers (headers, reply);
  if (reply->body != NULL)
    {
      soup_message_headers_set_content_type (headers, reply->problem ? "application/problem+json"
                                                      : reply->type != NULL ? reply->type
                                                      : "application/json", NULL);
      soup_message_body_append_bytes (soup_server_message_get_response_body (message),
                                      reply->body);
    }
}
