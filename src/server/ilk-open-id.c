/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-open-id.h"

#include <openssl/evp.h>
#include <string.h>
#include "server/ilk-gateway-link.h"
#include "server/ilk-id-token.h"
#include "server/ilk-server-error.h"
#include "server/ilk-wire.h"

#define ANSWER_LIMIT (64 * 1024)
#define BODY_LENGTH 8192
#define CALL_MILLISECONDS 5000
/* What is known of the provider is asked for again after an hour; its keys also when a token names
 * one that is not known, once a minute at most. */
#define KEEP (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define KEEP_KEYS_AT_LEAST (60 * G_USEC_PER_SEC)
/* A provider that is slow must not hold all of the workers. */
#define CALLS_AT_ONCE 2u

typedef struct {
  char     *authorization;
  char     *token;
  char     *keys;
  gboolean  posts_secret;   /* client_secret_post; else client_secret_basic */
  gboolean  names_issuer;   /* answers carry iss */
} Endpoints;

struct _IlkOpenId
{
  char      *issuer;
  char      *client_id;
  IlkSecret *client_secret;
  char      *scope;
  char      *claim;
  char      *ca_file;
  gboolean   local;          /* the provider is on this computer, in clear */
  guint      milliseconds;
  guint      calls_at_once;
  int        calls;
  GMutex     lock;           /* of what follows */
  Endpoints  endpoints;      /* never changed once they are known */
  gint64     endpoints_until;
  JsonArray *keys;
  gint64     keys_at;
};

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY, "e-Government: %s", message);
  return FALSE;
}

static gboolean
refuse (GError     **error,
        const char  *message)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_IDENTITY, "e-Government: %s", message);
  return FALSE;
}

static void
endpoints_clear (Endpoints *self)
{
  g_clear_pointer (&self->authorization, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->keys, g_free);
}

static void
endpoints_copy (const Endpoints *self,
                Endpoints       *copy)
{
  *copy = *self;
  copy->authorization = g_strdup (self->authorization);
  copy->token = g_strdup (self->token);
  copy->keys = g_strdup (self->keys);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Endpoints, endpoints_clear)

static size_t
take_answer (char   *data,
             size_t  size,
             size_t  count,
             void   *user_data)
{
  return ilk_secret_append (user_data, data, size * count) ? size * count : 0;
}

static gboolean
is_local (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_str_equal (g_uri_get_scheme (uri), "http") &&
         (g_strcmp0 (g_uri_get_host (uri), "127.0.0.1") == 0 ||
          g_strcmp0 (g_uri_get_host (uri), "localhost") == 0);
}

static gboolean
is_safe (const char *address,
         gboolean    local)
{
  return g_str_has_prefix (address, "https://") || (local && is_local (address));
}

static void
append_percent (IlkSecret *out,
                IlkSecret *value)
{
  static const char digits[] = "0123456789ABCDEF";
  const guint8 *data = ilk_secret_peek (value);

  for (gsize i = 0; i < ilk_secret_get_length (value); i++)
    if (g_ascii_isalnum (data[i]) || data[i] == '-' || data[i] == '_')
      ilk_secret_append_byte (out, data[i]);
    else
      {
        ilk_secret_append_byte (out, '%');
        ilk_secret_append_byte (out, (guint8) digits[data[i] >> 4]);
        ilk_secret_append_byte (out, (guint8) digits[data[i] & 15]);
      }
}

/* body NULL: GET. Returns the bytes of an answer with this status class. */
static IlkSecret *
exchange (IlkOpenId   *self,
          const char  *address,
          IlkSecret   *body,
          gboolean     basic,
          long        *status,
          GError     **error)
{
  g_autoptr (IlkCurl) link = ilk_gateway_link_new (address, self->ca_file);
  g_autoptr (IlkSecret) answer = ilk_secret_new (ANSWER_LIMIT);

  curl_easy_setopt (link, CURLOPT_PROTOCOLS_STR, self->local ? "http,https" : "https");
  curl_easy_setopt (link, CURLOPT_TIMEOUT_MS, (long) self->milliseconds);
  curl_easy_setopt (link, CURLOPT_WRITEFUNCTION, take_answer);
  curl_easy_setopt (link, CURLOPT_WRITEDATA, answer);
  if (body != NULL)
    {
      curl_easy_setopt (link, CURLOPT_POSTFIELDS, (const char *) ilk_secret_peek (body));
      curl_easy_setopt (link, CURLOPT_POSTFIELDSIZE, (long) ilk_secret_get_length (body));
    }
  if (basic)
    {
      g_autofree char *name = g_uri_escape_string (self->client_id, NULL, FALSE);
      g_autoptr (IlkSecret) secret = ilk_secret_new (3 * ilk_secret_get_length
                                                     (self->client_secret));

      append_percent (secret, self->client_secret);
      curl_easy_setopt (link, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_easy_setopt (link, CURLOPT_USERNAME, name);
      curl_easy_setopt (link, CURLOPT_PASSWORD, (const char *) ilk_secret_peek (secret));
    }
  if (!ilk_gateway_link_perform (link, error))
    return NULL;
  curl_easy_getinfo (link, CURLINFO_RESPONSE_CODE, status);
  return g_steal_pointer (&answer);
}

static IlkSecret *
call (IlkOpenId   *self,
      const char  *address,
      IlkSecret   *body,
      gboolean     basic,
      long        *status,
      GError     **error)
{
  IlkSecret *answer = NULL;

  if ((guint) g_atomic_int_add (&self->calls, 1) < self->calls_at_once)
    answer = exchange (self, address, body, basic, status, error);
  else
    fail (error, "others are asking it just now");
  g_atomic_int_add (&self->calls, -1);
  return answer;
}

static JsonObject *
get_object (IlkOpenId   *self,
            const char  *address,
            GError     **error)
{
  long status = 0;
  g_autoptr (IlkSecret) answer = call (self, address, NULL, FALSE, &status, error);
  JsonObject *object = NULL;

  if (answer == NULL)
    return NULL;
  if (status == 200)
    object = ilk_wire_parse (answer, NULL, NULL);
  if (object == NULL)
    fail (error, "an answer is not what it has to be");
  return object;
}

static const char *
get_text (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gboolean
lists (JsonObject *object,
       const char *name,
       const char *value)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                 : NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *one = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_VALUE (one) && json_node_get_value_type (one) == G_TYPE_STRING &&
          g_str_equal (json_node_get_string (one), value))
        return TRUE;
    }
  return FALSE;
}

static gboolean
get_endpoint (IlkOpenId   *self,
              JsonObject  *object,
              const char  *name,
              char       **endpoint)
{
  const char *address = get_text (object, name);

  if (address == NULL || !is_safe (address, self->local))
    return FALSE;
  *endpoint = g_strdup (address);
  return TRUE;
}

/* OpenID Connect Discovery 1.0, 4.3: the document must name the issuer that it was asked from. */
static gboolean
discover (IlkOpenId   *self,
          Endpoints   *found,
          GError     **error)
{
  g_autofree char *address = g_strconcat (self->issuer,
                                          g_str_has_suffix (self->issuer, "/") ? "" : "/",
                                          ".well-known/openid-configuration", NULL);
  g_autoptr (JsonObject) object = get_object (self, address, error);
  JsonNode *names;

  if (object == NULL)
    return FALSE;
  if (g_strcmp0 (get_text (object, "issuer"), self->issuer) != 0 ||
      !get_endpoint (self, object, "authorization_endpoint", &found->authorization) ||
      !get_endpoint (self, object, "token_endpoint", &found->token) ||
      !get_endpoint (self, object, "jwks_uri", &found->keys))
    return fail (error, "its description is not what it has to be");
  found->posts_secret = lists (object, "token_endpoint_auth_methods_supported",
                               "client_secret_post");
  names = json_object_get_member (object, "authorization_response_iss_parameter_supported");
  found->names_issuer = names != NULL && JSON_NODE_HOLDS_VALUE (names) &&
                        json_node_get_boolean (names);
  return TRUE;
}

static gboolean
get_endpoints (IlkOpenId   *self,
               Endpoints   *endpoints,
               GError     **error)
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = g_get_monotonic_time () < self->endpoints_until;
  if (known)
    endpoints_copy (&self->endpoints, endpoints);
  g_mutex_unlock (&self->lock);
  if (known)
    return TRUE;
  if (!discover (self, endpoints, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  endpoints_clear (&self->endpoints);
  endpoints_copy (endpoints, &self->endpoints);
  self->endpoints_until = g_get_monotonic_time () + KEEP;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* again: those that are known did not do. Returns: (transfer full) */
static JsonArray *
get_keys (IlkOpenId        *self,
          const Endpoints  *endpoints,
          gboolean          again,
          GError          **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonArray) keys = NULL;
  gint64 now = g_get_monotonic_time ();
  JsonNode *node;

  g_mutex_lock (&self->lock);
  if (self->keys != NULL && now < self->keys_at + (again ? KEEP_KEYS_AT_LEAST : KEEP))
    keys = json_array_ref (self->keys);
  g_mutex_unlock (&self->lock);
  if (keys != NULL)
    return g_steal_pointer (&keys);

  object = get_object (self, endpoints->keys, error);
  node = object != NULL ? json_object_get_member (object, "keys") : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      if (object != NULL)
        fail (error, "it has no keys");
      return NULL;
    }
  keys = json_array_ref (json_node_get_array (node));
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->keys, json_array_unref);
  self->keys = json_array_ref (keys);
  self->keys_at = now;
  g_mutex_unlock (&self->lock);
  return g_steal_pointer (&keys);
}

static IlkSecret *
make_challenge (IlkSecret *verifier)
{
  guint8 digest[32];
  unsigned int length = sizeof digest;
  g_autoptr (IlkSecret) bytes = NULL;

  if (EVP_Digest (ilk_secret_peek (verifier), ilk_secret_get_length (verifier), digest, &length,
                  EVP_sha256 (), NULL) != 1)
    g_error ("SHA-256 failed");
  bytes = ilk_secret_new_from_data (digest, sizeof digest);
  return ilk_wire_base64url (bytes);
}

static void
append (IlkSecret  *out,
        const char *name,
        const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  if (ilk_secret_get_length (out) > 0)
    ilk_wire_append (out, "&");
  ilk_wire_append (out, name);
  ilk_wire_append (out, "=");
  ilk_wire_append (out, escaped);
}

static void
append_secret (IlkSecret  *out,
               const char *name,
               IlkSecret  *value)
{
  ilk_wire_append (out, "&");
  ilk_wire_append (out, name);
  ilk_wire_append (out, "=");
  append_percent (out, value);
}

char *
ilk_open_id_get_address (IlkOpenId   *self,
                         const char  *redirect_uri,
                         IlkSecret   *state,
                         IlkSecret   *nonce,
                         IlkSecret   *verifier,
                         GError     **error)
{
  g_auto (Endpoints) endpoints = { 0 };
  g_autoptr (IlkSecret) challenge = make_challenge (verifier);
  g_autoptr (IlkSecret) query = ilk_secret_new (BODY_LENGTH);
  g_autofree char *text = NULL;

  if (!get_endpoints (self, &endpoints, error))
    return NULL;
  append (query, "response_type", "code");
  append (query, "client_id", self->client_id);
  append (query, "redirect_uri", redirect_uri);
  append (query, "scope", self->scope);
  append (query, "code_challenge_method", "S256");
  append_secret (query, "code_challenge", challenge);
  append_secret (query, "state", state);
  append_secret (query, "nonce", nonce);
  text = g_strndup ((const char *) ilk_secret_peek (query), ilk_secret_get_length (query));
  return g_strconcat (endpoints.authorization,
                      strchr (endpoints.authorization, '?') != NULL ? "&" : "?", text, NULL);
}

static gboolean
is_from (const IlkOpenId *self,
         const Endpoints *endpoints,
         const char      *iss)
{
  return iss != NULL ? g_str_equal (iss, self->issuer) : !endpoints->names_issuer;
}

static IlkSecret *
compose_trade (IlkOpenId       *self,
               const Endpoints *endpoints,
               const char      *redirect_uri,
               IlkSecret       *code,
               IlkSecret       *verifier)
{
  IlkSecret *body = ilk_secret_new (BODY_LENGTH);

  append (body, "grant_type", "authorization_code");
  append (body, "redirect_uri", redirect_uri);
  append (body, "client_id", self->client_id);
  append_secret (body, "code", code);
  append_secret (body, "code_verifier", verifier);
  if (endpoints->posts_secret)
    append_secret (body, "client_secret", self->client_secret);
  return body;
}

/* Returns: (transfer full): the ID token */
static IlkSecret *
trade (IlkOpenId        *self,
       const Endpoints  *endpoints,
       IlkSecret        *body,
       GError          **error)
{
  long status = 0;
  g_autoptr (IlkSecret) answer = call (self, endpoints->token, body, !endpoints->posts_secret,
                                       &status, error);
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GHashTable) secrets = NULL;
  IlkSecret *token;

  if (answer == NULL)
    return NULL;
  if (status >= 500 || status < 200)
    {
      fail (error, "the code can't be traded now");
      return NULL;
    }
  object = ilk_wire_parse_all (answer, " id_token access_token refresh_token ", &secrets);
  token = object != NULL ? g_hash_table_lookup (secrets, "id_token") : NULL;
  if (status == 200 && token != NULL)
    return ilk_secret_ref (token);
  refuse (error, "the code was not taken");
  return NULL;
}

static char *
check_token (IlkOpenId               *self,
             const Endpoints         *endpoints,
             IlkSecret               *token,
             const IlkIdTokenWanted  *wanted,
             GError                 **error)
{
  IlkIdTokenVerdict verdict = ILK_ID_TOKEN_UNKNOWN_KEY;
  const char *why = NULL;
  char *number = NULL;

  for (int round = 0; round < 2 && verdict == ILK_ID_TOKEN_UNKNOWN_KEY; round++)
    {
      g_autoptr (JsonArray) keys = get_keys (self, endpoints, round > 0, error);

      if (keys == NULL)
        return NULL;
      verdict = ilk_id_token_check (token, keys, wanted, &number, &why);
    }
  if (verdict != ILK_ID_TOKEN_GOOD)
    refuse (error, why);
  return number;
}

char *
ilk_open_id_redeem (IlkOpenId   *self,
                    const char  *redirect_uri,
                    const char  *iss,
                    IlkSecret   *code,
                    IlkSecret   *nonce,
                    IlkSecret   *verifier,
                    gint64       now,
                    GError     **error)
{
  const IlkIdTokenWanted wanted = { .issuer = self->issuer, .client_id = self->client_id,
                                    .nonce = nonce, .claim = self->claim, .now = now };
  g_auto (Endpoints) endpoints = { 0 };
  g_autoptr (IlkSecret) body = NULL;
  g_autoptr (IlkSecret) token = NULL;

  if (!get_endpoints (self, &endpoints, error))
    return NULL;
  if (!is_from (self, &endpoints, iss))
    {
      refuse (error, "iss");
      return NULL;
    }
  body = compose_trade (self, &endpoints, redirect_uri, code, verifier);
  token = trade (self, &endpoints, body, error);
  return token != NULL ? check_token (self, &endpoints, token, &wanted, error) : NULL;
}

void
ilk_open_id_free (IlkOpenId *self)
{
  if (self == NULL)
    return;

  g_free (self->issuer);
  g_free (self->client_id);
  g_clear_pointer (&self->client_secret, ilk_secret_unref);
  g_free (self->scope);
  g_free (self->claim);
  g_free (self->ca_file);
  endpoints_clear (&self->endpoints);
  g_clear_pointer (&self->keys, json_array_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * ilk_open_id_new:
 *
 * Asks nobody yet: a provider that is down at our start may be there at the first login.
 *
 * Returns: (transfer full): the client, or %NULL with %ILK_SERVER_ERROR_CONFIG
 */
IlkOpenId *
ilk_open_id_new (const IlkOpenIdSettings  *settings,
                 GError                  **error)
{
  IlkOpenId *self;

  if (!is_safe (settings->issuer, is_local (settings->issuer)) || *settings->client_id == '\0' ||
      *settings->claim == '\0')
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG,
                           "[E-Government] issuer: https:// is wanted; client-id and number-claim "
                           "must not be empty");
      return NULL;
    }
  self = g_new0 (IlkOpenId, 1);
  g_mutex_init (&self->lock);
  self->issuer = g_strdup (settings->issuer);
  self->client_id = g_strdup (settings->client_id);
  self->client_secret = ilk_secret_ref (settings->client_secret);
  self->scope = g_strdup (settings->scope);
  self->claim = g_strdup (settings->claim);
  self->ca_file = g_strdup (settings->ca_file);
  self->local = is_local (settings->issuer);
  self->calls_at_once = settings->calls > 0 ? settings->calls : CALLS_AT_ONCE;
  self->milliseconds = settings->milliseconds > 0 ? settings->milliseconds : CALL_MILLISECONDS;
  return self;
}
