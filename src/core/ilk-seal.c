/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "core/ilk-error.h"
#include "core/ilk-seal-private.h"

#define DISCLOSE_LABEL "ILKIMZA-DISCLOSE-1"
#define HANDOVER_LABEL "ILKIMZA-HANDOVER-1"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)

/**
 * ilk_seal_context:
 *
 * The three names with a 0 byte between them: none contains one, so no two different triples
 * give the same context.
 *
 * Returns: (transfer full): what a disclosure is bound to
 */
GBytes *
ilk_seal_context (const char *session_id,
                  const char *operation,
                  const char *card_serial)
{
  GByteArray *context = g_byte_array_new ();

  g_return_val_if_fail (session_id != NULL && operation != NULL && card_serial != NULL, NULL);

  g_byte_array_append (context, (const guint8 *) session_id, strlen (session_id) + 1);
  g_byte_array_append (context, (const guint8 *) operation, strlen (operation) + 1);
  g_byte_array_append (context, (const guint8 *) card_serial, strlen (card_serial));
  return g_byte_array_free_to_bytes (context);
}

static GBytes *
concat (gconstpointer a,
        gsize         a_length,
        GBytes       *b,
        gsize         gap)
{
  gsize b_length;
  const guint8 *b_data = g_bytes_get_data (b, &b_length);
  guint8 *data = g_malloc0 (a_length + gap + b_length);

  memcpy (data, a, a_length);
  if (b_length > 0)
    memcpy (data + a_length + gap, b_data, b_length);
  return g_bytes_new_take (data, a_length + gap + b_length);
}

static GBytes *
make_salt (GBytes *first,
           GBytes *second)
{
  return concat (g_bytes_get_data (first, NULL), g_bytes_get_size (first), second, 0);
}

static OSSL_PARAM
octets (const char *name,
        GBytes     *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  return OSSL_PARAM_construct_octet_string (name, (void *) data, length);
}

/* HKDF-SHA-256 of what was agreed on, to key (32) || IV (12). Both are used once: the ephemeral
 * half of the agreement is new each time. */
static IlkSecret *
derive_key_and_iv (IlkSecret  *shared,
                   GBytes     *salt,
                   const char *label,
                   GBytes     *context,
                   GError    **error)
{
  const gsize length = ILK_AEAD_KEY_LENGTH + ILK_AEAD_IV_LENGTH;
  g_autoptr (GBytes) info = concat (label, strlen (label), context, 1);
  g_autoptr (IlkSecret) out = ilk_secret_new (length);
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  g_autoptr (EVP_KDF_CTX) kdf_context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *) "SHA256", 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (void *) ilk_secret_peek (shared),
                                       ilk_secret_get_length (shared)),
    octets (OSSL_KDF_PARAM_SALT, salt),
    octets (OSSL_KDF_PARAM_INFO, info),
    OSSL_PARAM_construct_end (),
  };

  if (kdf_context == NULL ||
      EVP_KDF_derive (kdf_context, ilk_secret_get_writable (out), length, params) != 1)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The sealing key can't be derived");
      return NULL;
    }
  ilk_secret_set_length (out, length);
  return g_steal_pointer (&out);
}

/* prefix (may be empty) || ciphertext || tag */
static GBytes *
seal_with (IlkSecret *key_and_iv,
           GBytes    *context,
           GBytes    *prefix,
           IlkSecret *plain,
           GError   **error)
{
  const guint8 *key = ilk_secret_peek (key_and_iv);
  gsize start = prefix != NULL ? g_bytes_get_size (prefix) : 0;
  gsize length = start + ilk_secret_get_length (plain) + ILK_AEAD_TAG_LENGTH;
  g_autofree guint8 *out = g_malloc (length);

  if (start > 0)
    memcpy (out, g_bytes_get_data (prefix, NULL), start);
  if (!ilk_aead_encrypt (key, key + ILK_AEAD_KEY_LENGTH, context, plain, out + start, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&out), length);
}

static IlkSecret *
open_with (IlkSecret    *key_and_iv,
           GBytes       *context,
           const guint8 *sealed,
           gsize         length,
           GError      **error)
{
  const guint8 *key = ilk_secret_peek (key_and_iv);

  return ilk_aead_decrypt (key, key + ILK_AEAD_KEY_LENGTH, context, sealed, length, error);
}

GBytes *
ilk_seal_disclosure_with (GBytes    *app_public,
                          IlkSecret *service_static_private,
                          IlkSecret *service_ephemeral_private,
                          GBytes    *context,
                          IlkSecret *plain,
                          GError   **error)
{
  g_autoptr (IlkSecret) shared = ilk_secret_new (2 * ILK_X25519_LENGTH);
  g_autoptr (GBytes) ephemeral_public = ilk_x25519_get_public (service_ephemeral_private, error);
  g_autoptr (GBytes) salt = NULL;
  g_autoptr (IlkSecret) key_and_iv = NULL;

  if (ephemeral_public == NULL ||
      !ilk_x25519_agree (service_ephemeral_private, app_public, shared, error) ||
      !ilk_x25519_agree (service_static_private, app_public, shared, error))
    return NULL;
  salt = make_salt (app_public, ephemeral_public);
  key_and_iv = derive_key_and_iv (shared, salt, DISCLOSE_LABEL, context, error);
  if (key_and_iv == NULL)
    return NULL;
  return seal_with (key_and_iv, context, NULL, plain, error);
}

/**
 * ilk_seal_disclosure:
 * @app_public: the program's ephemeral public key
 * @service_static_private: the service's sealing key
 * @context: from ilk_seal_context ()
 * @plain: what to disclose
 * @service_ephemeral_public: (out) (transfer full): goes to the program with the answer
 *
 * Returns: (transfer full): ciphertext || tag (16), or %NULL with ILK_ERROR_CRYPTO
 */
GBytes *
ilk_seal_disclosure (GBytes    *app_public,
                     IlkSecret *service_static_private,
                     GBytes    *context,
                     IlkSecret *plain,
                     GBytes   **service_ephemeral_public,
                     GError   **error)
{
  g_autoptr (IlkSecret) ephemeral = NULL;
  g_autoptr (GBytes) ephemeral_public = NULL;
  GBytes *sealed;

  g_return_val_if_fail (app_public != NULL && service_static_private != NULL, NULL);
  g_return_val_if_fail (context != NULL && plain != NULL, NULL);
  g_return_val_if_fail (service_ephemeral_public != NULL, NULL);

  if (!ilk_x25519_generate (&ephemeral, &ephemeral_public, error))
    return NULL;
  sealed = ilk_seal_disclosure_with (app_public, service_static_private, ephemeral,
                                     context, plain, error);
  if (sealed != NULL)
    *service_ephemeral_public = g_steal_pointer (&ephemeral_public);
  return sealed;
}

/**
 * ilk_open_disclosure:
 * @app_private: the program's ephemeral private key
 * @service_ephemeral_public: from the answer
 * @service_static_public: pinned in the issuer's profile
 * @context: from ilk_seal_context ()
 * @sealed: from the answer
 *
 * Returns: (transfer full): what was disclosed, or %NULL with ILK_ERROR_CRYPTO
 */
IlkSecret *
ilk_open_disclosure (IlkSecret *app_private,
                     GBytes    *service_ephemeral_public,
                     GBytes    *service_static_public,
                     GBytes    *context,
                     GBytes    *sealed,
                     GError   **error)
{
  g_autoptr (IlkSecret) shared = NULL;
  g_autoptr (GBytes) app_public = NULL;
  g_autoptr (GBytes) salt = NULL;
  g_autoptr (IlkSecret) key_and_iv = NULL;

  g_return_val_if_fail (app_private != NULL && service_ephemeral_public != NULL, NULL);
  g_return_val_if_fail (service_static_public != NULL && context != NULL, NULL);
  g_return_val_if_fail (sealed != NULL, NULL);

  shared = ilk_secret_new (2 * ILK_X25519_LENGTH);
  app_public = ilk_x25519_get_public (app_private, error);
  if (app_public == NULL ||
      !ilk_x25519_agree (app_private, service_ephemeral_public, shared, error) ||
      !ilk_x25519_agree (app_private, service_static_public, shared, error))
    return NULL;
  salt = make_salt (app_public, service_ephemeral_public);
  key_and_iv = derive_key_and_iv (shared, salt, DISCLOSE_LABEL, context, error);
  if (key_and_iv == NULL)
    return NULL;
  return open_with (key_and_iv, context, g_bytes_get_data (sealed, NULL),
                    g_bytes_get_size (sealed), error);
}

static IlkSecret *
derive_handover (IlkSecret *private_key,
                 GBytes    *peer_public,
                 GBytes    *salt,
                 GBytes    *context,
                 GError   **error)
{
  g_autoptr (IlkSecret) shared = ilk_secret_new (ILK_X25519_LENGTH);

  if (!ilk_x25519_agree (private_key, peer_public, shared, error))
    return NULL;
  return derive_key_and_iv (shared, salt, HANDOVER_LABEL, context, error);
}

GBytes *
ilk_seal_to_with (GBytes     *recipient_public,
                  IlkSecret  *ephemeral_private,
                  const char *context,
                  IlkSecret  *plain,
                  GError    **error)
{
  g_autoptr (GBytes) context_bytes = g_bytes_new (context, strlen (context));
  g_autoptr (GBytes) ephemeral_public = ilk_x25519_get_public (ephemeral_private, error);
  g_autoptr (GBytes) salt = NULL;
  g_autoptr (IlkSecret) key_and_iv = NULL;

  if (ephemeral_public == NULL)
    return NULL;
  salt = make_salt (ephemeral_public, recipient_public);
  key_and_iv = derive_handover (ephemeral_private, recipient_public, salt, context_bytes, error);
  if (key_and_iv == NULL)
    return NULL;
  return seal_with (key_and_iv, context_bytes, ephemeral_public, plain, error);
}

/**
 * ilk_seal_to:
 * @recipient_public: whom it is for
 * @context: what it is; must be the same for opening
 *
 * Returns: (transfer full): ephemeral public key (32) || ciphertext || tag (16), or %NULL with
 *   ILK_ERROR_CRYPTO
 */
GBytes *
ilk_seal_to (GBytes     *recipient_public,
             const char *context,
             IlkSecret  *plain,
             GError    **error)
{
  g_autoptr (IlkSecret) ephemeral = NULL;
  g_autoptr (GBytes) ephemeral_public = NULL;

  g_return_val_if_fail (recipient_public != NULL && context != NULL && plain != NULL, NULL);

  if (!ilk_x25519_generate (&ephemeral, &ephemeral_public, error))
    return NULL;
  return ilk_seal_to_with (recipient_public, ephemeral, context, plain, error);
}

/**
 * ilk_open_sealed:
 * @sealed: from ilk_seal_to ()
 *
 * Returns: (transfer full): the data, or %NULL with ILK_ERROR_CRYPTO
 */
IlkSecret *
ilk_open_sealed (IlkSecret  *recipient_private,
                 const char *context,
                 GBytes     *sealed,
                 GError    **error)
{
  g_autoptr (GBytes) context_bytes = NULL;
  g_autoptr (GBytes) ephemeral_public = NULL;
  g_autoptr (GBytes) own_public = NULL;
  g_autoptr (GBytes) salt = NULL;
  g_autoptr (IlkSecret) key_and_iv = NULL;
  const guint8 *data;
  gsize length;

  g_return_val_if_fail (recipient_private != NULL && context != NULL && sealed != NULL, NULL);

  data = g_bytes_get_data (sealed, &length);
  if (length < ILK_X25519_LENGTH + ILK_AEAD_TAG_LENGTH)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The sealed data is too short");
      return NULL;
    }
  own_public = ilk_x25519_get_public (recipient_private, error);
  if (own_public == NULL)
    return NULL;
  context_bytes = g_bytes_new (context, strlen (context));
  ephemeral_public = g_bytes_new (data, ILK_X25519_LENGTH);
  salt = make_salt (ephemeral_public, own_public);
  key_and_iv = derive_handover (recipient_private, ephemeral_public, salt, context_bytes, error);
  if (key_and_iv == NULL)
    return NULL;
  return open_with (key_and_iv, context_bytes, data + ILK_X25519_LENGTH,
                    length - ILK_X25519_LENGTH, error);
}
