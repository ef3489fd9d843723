/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-id-token.h"

#include <cjose/cjose.h>
#include <stdlib.h>
#include <string.h>

#define SKEW 60
#define AGE 600
#define RSA_BITS_MIN 2048

typedef cjose_jws_t IlkJws;
typedef cjose_jwk_t IlkJwk;

static void
release_jwk (IlkJwk *jwk)
{
  cjose_jwk_release (jwk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkJws, cjose_jws_release)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkJwk, release_jwk)

/* The two that are taken, and the kind of key that each needs. The token names its own algorithm,
 * so a key is looked for by it and no key is ever used for another. */
static const struct {
  const char *name;
  const char *kty;
  const char *members[3];   /* of a public key */
} algorithms[] = {
  { "RS256", "RSA", { "n", "e", NULL } },
  { "ES256", "EC", { "crv", "x", "y" } },
};

static const char *
get_text (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gint64
get_time (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 &&
       json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return -1;
  return json_node_get_int (node);
}

static int
find_algorithm (cjose_header_t *header)
{
  const char *name = cjose_header_get (header, CJOSE_HDR_ALG, NULL);
  char *critical = cjose_header_get_raw (header, "crit", NULL);

  /* What must be understood and is not (RFC 7515, 4.1.11). */
  if (critical != NULL)
    {
      free (critical);
      return -1;
    }
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_strcmp0 (name, algorithms[i].name) == 0)
      return (int) i;
  return -1;
}

static gboolean
is_candidate (JsonObject *key,
              int         algorithm,
              const char *kid)
{
  const char *use = get_text (key, "use");
  const char *alg = get_text (key, "alg");

  return g_strcmp0 (get_text (key, "kty"), algorithms[algorithm].kty) == 0 &&
         (use == NULL || g_str_equal (use, "sig")) &&
         (alg == NULL || g_str_equal (alg, algorithms[algorithm].name)) &&
         (kid == NULL || g_strcmp0 (get_text (key, "kid"), kid) == 0) &&
         (algorithm == 0 || g_strcmp0 (get_text (key, "crv"), "P-256") == 0);
}

/* Nothing but the public key goes on. */
static IlkJwk *
import_key (JsonObject *key,
            int         algorithm)
{
  g_autoptr (JsonObject) bare = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autoptr (IlkJwk) jwk = NULL;
  g_autofree char *text = NULL;

  json_object_set_string_member (bare, "kty", algorithms[algorithm].kty);
  for (int i = 0; i < 3 && algorithms[algorithm].members[i] != NULL; i++)
    {
      const char *value = get_text (key, algorithms[algorithm].members[i]);

      if (value == NULL)
        return NULL;
      json_object_set_string_member (bare, algorithms[algorithm].members[i], value);
    }
  json_node_init_object (node, bare);
  text = json_to_string (node, FALSE);
  jwk = cjose_jwk_import (text, strlen (text), NULL);
  if (jwk != NULL && (algorithm != 0 || cjose_jwk_get_keysize (jwk, NULL) >= RSA_BITS_MIN))
    return g_steal_pointer (&jwk);
  return NULL;
}

/* Without a name in the token there must be one key that fits. */
static IlkJwk *
find_key (JsonArray  *keys,
          int         algorithm,
          const char *kid)
{
  JsonObject *found = NULL;

  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonNode *node = json_array_get_element (keys, i);
      JsonObject *key = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (key == NULL || !is_candidate (key, algorithm, kid))
        continue;
      if (found != NULL)
        return NULL;
      found = key;
    }
  return found != NULL ? import_key (found, algorithm) : NULL;
}

static JsonObject *
read_claims (IlkJws *jws)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  uint8_t *plain = NULL;
  size_t length = 0;
  JsonNode *root;

  if (!cjose_jws_get_plaintext (jws, &plain, &length, NULL) || length > G_MAXINT ||
      !json_parser_load_from_data (parser, (const char *) plain, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root)
         ? json_object_ref (json_node_get_object (root)) : NULL;
}

/* For us, and for nobody else unless we are named as who asked. */
static gboolean
is_for (JsonObject *claims,
        const char *client_id)
{
  JsonNode *node = json_object_get_member (claims, "aud");
  const char *azp = get_text (claims, "azp");
  JsonArray *list;
  gboolean found = FALSE;

  if (azp != NULL && !g_str_equal (azp, client_id))
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return g_strcmp0 (get_text (claims, "aud"), client_id) == 0;

  list = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *one = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_VALUE (one) && json_node_get_value_type (one) == G_TYPE_STRING)
        found = found || g_str_equal (json_node_get_string (one), client_id);
    }
  return found && (json_array_get_length (list) == 1 || azp != NULL);
}

static gboolean
has_nonce (JsonObject *claims,
           IlkSecret  *wanted)
{
  const char *nonce = get_text (claims, "nonce");
  g_autoptr (IlkSecret) given = nonce != NULL ? ilk_secret_new_from_data (nonce, strlen (nonce))
                                              : NULL;

  return given != NULL && ilk_secret_equal (given, wanted);
}

static const char *
find_fault (JsonObject             *claims,
            const IlkIdTokenWanted *wanted)
{
  const char *sub = get_text (claims, "sub");
  gint64 iat = get_time (claims, "iat");

  if (g_strcmp0 (get_text (claims, "iss"), wanted->issuer) != 0)
    return "iss";
  if (!is_for (claims, wanted->client_id))
    return "aud";
  if (get_time (claims, "exp") <= wanted->now - SKEW)
    return "exp";
  if (iat < wanted->now - AGE || iat > wanted->now + SKEW)
    return "iat";
  if (!has_nonce (claims, wanted->nonce))
    return "nonce";
  if (sub == NULL || *sub == '\0')
    return "sub";
  return get_text (claims, wanted->claim) == NULL ? "claim" : NULL;
}

static IlkIdTokenVerdict
check_claims (IlkJws                  *jws,
              const IlkIdTokenWanted  *wanted,
              char                   **number,
              const char             **why)
{
  g_autoptr (JsonObject) claims = read_claims (jws);

  *why = claims != NULL ? find_fault (claims, wanted) : "claims";
  if (*why != NULL)
    return ILK_ID_TOKEN_REFUSED;
  *number = g_strdup (get_text (claims, wanted->claim));
  return ILK_ID_TOKEN_GOOD;
}

/**
 * ilk_id_token_check:
 *
 * Checks the signature (RS256 or ES256) by the provider's keys, then issuer, audience, times and
 * nonce, as OpenID Connect Core 1.0, 3.1.3.7 wants it.
 */
IlkIdTokenVerdict
ilk_id_token_check (IlkSecret               *token,
                    JsonArray               *keys,
                    const IlkIdTokenWanted  *wanted,
                    char                   **number,
                    const char             **why)
{
  g_autoptr (IlkJws) jws = cjose_jws_import ((const char *) ilk_secret_peek (token),
                                             ilk_secret_get_length (token), NULL);
  g_autoptr (IlkJwk) key = NULL;
  cjose_header_t *header = jws != NULL ? cjose_jws_get_protected (jws) : NULL;
  int algorithm = header != NULL ? find_algorithm (header) : -1;

  *why = "alg";
  if (algorithm < 0)
    return ILK_ID_TOKEN_REFUSED;
  key = find_key (keys, algorithm, cjose_header_get (header, CJOSE_HDR_KID, NULL));
  *why = "key";
  if (key == NULL)
    return ILK_ID_TOKEN_UNKNOWN_KEY;
  *why = "signature";
  if (!cjose_jws_verify (jws, key, NULL))
    return ILK_ID_TOKEN_REFUSED;
  return check_claims (jws, wanted, number, why);
}
