/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-stand-in-private.h"

#include <json-glib/json-glib.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include "server/ilk-inbound.h"
#include "server/ilk-wire.h"

#define CODE_LIFE 60
#define TOKEN_LIFE 300
#define CODES_LIMIT 1000

typedef struct {
  char   *number;
  char   *redirect_uri;
  char   *nonce;
  char   *challenge;
  gint64  expires;
} Code;

static void
code_free (gpointer data)
{
  Code *code = data;

  g_free (code->number);
  g_free (code->redirect_uri);
  g_free (code->nonce);
  g_free (code->challenge);
  g_free (code);
}

GHashTable *
ilk_stand_in_new_codes (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, code_free);
}

void
ilk_stand_in_clear_keys (IlkStandInProvider *self)
{
  cjose_jwk_release (self->key);
  if (self->rsa != NULL)
    cjose_jwk_release (self->rsa);
}

static void
set_name (cjose_jwk_t *key,
          guint        number)
{
  g_autofree char *name = g_strdup_printf ("key-%u", number);

  cjose_jwk_set_kid (key, name, strlen (name), NULL);
}

static cjose_jwk_t *
make_key (guint number)
{
  cjose_jwk_t *key = cjose_jwk_create_EC_random (CJOSE_JWK_EC_P_256, NULL);

  set_name (key, number);
  return key;
}

void
ilk_stand_in_provider_change_key (IlkStandInProvider *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->key != NULL)
    cjose_jwk_release (self->key);
  self->key = make_key (++self->keys_made);
}

void
ilk_stand_in_provider_use_rsa (IlkStandInProvider *self)
{
  static const guint8 exponent[] = { 1, 0, 1 };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->rsa = cjose_jwk_create_RSA_random (2048, exponent, sizeof exponent, NULL);
  set_name (self->rsa, ++self->keys_made);
}

static void
append_key (GString     *set,
            cjose_jwk_t *key)
{
  char *text = cjose_jwk_to_json (key, false, NULL);

  g_string_append_printf (set, "%s%s", set->str[set->len - 1] == '[' ? "" : ",", text);
  free (text);
}

char *
ilk_stand_in_keys (IlkStandInProvider *self)
{
  GString *set = g_string_new ("{\"keys\":[");

  append_key (set, self->key);
  if (self->rsa != NULL)
    append_key (set, self->rsa);
  g_string_append (set, "]}");
  return g_string_free (set, FALSE);
}

char *
ilk_stand_in_new_code (IlkStandInProvider     *self,
                       const IlkStandInPerson *person,
                       const char             *redirect_uri,
                       const char             *nonce,
                       const char             *challenge)
{
  Code *code = g_new0 (Code, 1);
  char *name = ilk_wire_new_id ();

  if (g_hash_table_size (self->codes) >= CODES_LIMIT)
    g_hash_table_remove_all (self->codes);
  code->number = g_strdup (person->number);
  code->redirect_uri = g_strdup (redirect_uri);
  code->nonce = g_strdup (nonce);
  code->challenge = g_strdup (challenge);
  code->expires = ilk_clock_get_wall (self->clock) + CODE_LIFE;
  g_hash_table_insert (self->codes, g_strdup (name), code);
  return name;
}

static char *
to_base64url (gconstpointer data,
              gsize         length)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_from_data (data, length);
  g_autoptr (IlkSecret) text = ilk_wire_base64url (bytes);

  return g_strndup ((const char *) ilk_secret_peek (text), ilk_secret_get_length (text));
}

/* RFC 7636, 4.6. */
static gboolean
is_verifier (const Code *code,
             const char *verifier)
{
  guint8 digest[32];
  unsigned int length = sizeof digest;
  g_autofree char *challenge = NULL;

  if (EVP_Digest (verifier, strlen (verifier), digest, &length, EVP_sha256 (), NULL) != 1)
    return FALSE;
  challenge = to_base64url (digest, sizeof digest);
  return g_str_equal (challenge, code->challenge);
}

static void
add_audience (IlkStandInProvider *self,
              JsonBuilder        *json)
{
  if (self->fault != ILK_STAND_IN_TWO_AUDIENCES)
    {
      ilk_json_add_string (json, "aud", self->fault == ILK_STAND_IN_OTHER_AUDIENCE
                           ? "somebody-else" : self->client_id);
      return;
    }
  json_builder_set_member_name (json, "aud");
  json_builder_begin_array (json);
  json_builder_add_string_value (json, self->client_id);
  json_builder_add_string_value (json, "somebody-else");
  json_builder_end_array (json);
}

static char *
make_claims (IlkStandInProvider *self,
             const Code         *code)
{
  JsonBuilder *json = ilk_json_begin ();
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  gint64 now = ilk_clock_get_wall (self->clock);

  if (self->fault == ILK_STAND_IN_EXPIRED)
    now -= TOKEN_LIFE + 60;
  if (self->fault == ILK_STAND_IN_FROM_THE_FUTURE)
    now += TOKEN_LIFE;
  add_audience (self, json);
  ilk_json_add_string (json, "iss", self->fault == ILK_STAND_IN_OTHER_ISSUER
                       ? "https://elsewhere.example" : self->issuer);
  ilk_json_add_string (json, "sub", code->number);
  ilk_json_add_string (json, "nonce", self->fault == ILK_STAND_IN_OTHER_NONCE ? "other"
                                                                             : code->nonce);
  ilk_json_add_number (json, "iat", now);
  ilk_json_add_number (json, "exp", now + TOKEN_LIFE);
  if (self->fault != ILK_STAND_IN_NO_NUMBER)
    ilk_json_add_string (json, "identity_number", code->number);
  ilk_reply_take_json (reply, 200, json);
  return g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
}

static char *
sign_with (cjose_jwk_t *key,
           const char  *algorithm,
           const char  *name,
           const char  *claims)
{
  cjose_header_t *header = cjose_header_new (NULL);
  const char *text = NULL;
  cjose_jws_t *jws;
  char *token;

  cjose_header_set (header, CJOSE_HDR_ALG, algorithm, NULL);
  cjose_header_set (header, CJOSE_HDR_KID, name, NULL);
  jws = cjose_jws_sign (key, header, (const uint8_t *) claims, strlen (claims), NULL);
  token = jws != NULL && cjose_jws_export (jws, &text, NULL) ? g_strdup (text) : NULL;
  cjose_jws_release (jws);
  cjose_header_release (header);
  return token;
}

/* Takes the key. */
static char *
sign_with_own (cjose_jwk_t *key,
               const char  *algorithm,
               const char  *name,
               const char  *claims)
{
  char *token = sign_with (key, algorithm, name, claims);

  cjose_jwk_release (key);
  return token;
}

static char *
sign (IlkStandInProvider *self,
      const char         *claims)
{
  static const char none[] = "{\"alg\":\"none\"}";
  cjose_jwk_t *key = self->rsa != NULL ? self->rsa : self->key;
  const char *algorithm = self->rsa != NULL ? CJOSE_HDR_ALG_RS256 : CJOSE_HDR_ALG_ES256;
  const char *name = cjose_jwk_get_kid (key, NULL);
  g_autofree char *header = to_base64url (none, strlen (none));
  g_autofree char *body = to_base64url (claims, strlen (claims));

  switch (self->fault)
    {
    case ILK_STAND_IN_NO_ALGORITHM:
      return g_strconcat (header, ".", body, ".", NULL);
    case ILK_STAND_IN_SHARED_KEY:
      return sign_with_own (cjose_jwk_create_oct_spec (ilk_secret_peek (self->client_secret),
                                                       ilk_secret_get_length (self->client_secret),
                                                       NULL), CJOSE_HDR_ALG_HS256, name, claims);
    case ILK_STAND_IN_OTHER_KEY:
      return sign_with_own (make_key (0), CJOSE_HDR_ALG_ES256, name, claims);
    case ILK_STAND_IN_UNKNOWN_KEY:
      return sign_with_own (make_key (0), CJOSE_HDR_ALG_ES256, "key-0", claims);
    default:
      return sign_with (key, algorithm, name, claims);
    }
}

/* The code is gone, whatever comes of it. */
char *
ilk_stand_in_redeem (IlkStandInProvider *self,
                     const char         *name,
                     const char         *redirect_uri,
                     const char         *verifier)
{
  g_autofree char *key = NULL;
  g_autofree char *claims = NULL;
  Code *code = NULL;
  char *token = NULL;

  if (!g_hash_table_steal_extended (self->codes, name, (gpointer *) &key, (gpointer *) &code))
    return NULL;
  if (g_str_equal (code->redirect_uri, redirect_uri) && is_verifier (code, verifier) &&
      ilk_clock_get_wall (self->clock) < code->expires)
    {
      claims = make_claims (self, code);
      token = sign (self, claims);
    }
  code_free (code);
  return token;
}
