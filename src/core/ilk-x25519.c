/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <openssl/evp.h>

#include "core/ilk-error.h"
#include "core/ilk-seal-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

static EVP_PKEY *
load_private (IlkSecret *private_key,
              GError   **error)
{
  EVP_PKEY *key = NULL;

  if (ilk_secret_get_length (private_key) == ILK_X25519_LENGTH)
    key = EVP_PKEY_new_raw_private_key_ex (NULL, "X25519", NULL,
                                           ilk_secret_peek (private_key), ILK_X25519_LENGTH);
  if (key == NULL)
    g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "This is not an X25519 private key");
  return key;
}

static EVP_PKEY *
load_public (GBytes  *public_key,
             GError **error)
{
  EVP_PKEY *key = NULL;

  if (g_bytes_get_size (public_key) == ILK_X25519_LENGTH)
    key = EVP_PKEY_new_raw_public_key_ex (NULL, "X25519", NULL,
                                          g_bytes_get_data (public_key, NULL),
                                          ILK_X25519_LENGTH);
  if (key == NULL)
    g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "This is not an X25519 public key");
  return key;
}

/**
 * ilk_x25519_get_public:
 *
 * Returns: (transfer full): the 32 bytes of the public half, or %NULL with ILK_ERROR_CRYPTO
 */
GBytes *
ilk_x25519_get_public (IlkSecret *private_key,
                       GError   **error)
{
  g_autoptr (EVP_PKEY) key = NULL;
  guint8 bytes[ILK_X25519_LENGTH];
  gsize length = sizeof bytes;

  g_return_val_if_fail (private_key != NULL, NULL);

  key = load_private (private_key, error);
  if (key == NULL)
    return NULL;
  if (EVP_PKEY_get_raw_public_key (key, bytes, &length) != 1 || length != sizeof bytes)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The public key can't be made");
      return NULL;
    }
  return g_bytes_new (bytes, sizeof bytes);
}

/**
 * ilk_x25519_generate:
 * @private_key: (out) (transfer full): 32 random bytes; X25519 itself clears the bits it must
 * @public_key: (out) (transfer full): the other half
 */
gboolean
ilk_x25519_generate (IlkSecret **private_key,
                     GBytes    **public_key,
                     GError    **error)
{
  g_autoptr (IlkSecret) fresh = ilk_secret_new_random (ILK_X25519_LENGTH);
  GBytes *half;

  g_return_val_if_fail (private_key != NULL && public_key != NULL, FALSE);

  half = ilk_x25519_get_public (fresh, error);
  if (half == NULL)
    return FALSE;
  *private_key = g_steal_pointer (&fresh);
  *public_key = half;
  return TRUE;
}

/* OpenSSL refuses the public keys of small order, whose result would be all zero whatever the
 * private key is. */
gboolean
ilk_x25519_agree (IlkSecret *private_key,
                  GBytes    *public_key,
                  IlkSecret *shared,
                  GError   **error)
{
  g_autoptr (EVP_PKEY) own = NULL;
  g_autoptr (EVP_PKEY) peer = NULL;
  g_autoptr (EVP_PKEY_CTX) context = NULL;
  gsize before = ilk_secret_get_length (shared);
  gsize length = ILK_X25519_LENGTH;

  g_assert (ilk_secret_get_capacity (shared) - before >= ILK_X25519_LENGTH);

  own = load_private (private_key, error);
  peer = own != NULL ? load_public (public_key, error) : NULL;
  if (peer == NULL)
    return FALSE;

  context = EVP_PKEY_CTX_new_from_pkey (NULL, own, NULL);
  if (context == NULL ||
      EVP_PKEY_derive_init (context) != 1 ||
      EVP_PKEY_derive_set_peer (context, peer) != 1 ||
      EVP_PKEY_derive (context, ilk_secret_get_writable (shared) + before, &length) != 1 ||
      length != ILK_X25519_LENGTH)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The keys can't be agreed on");
      ilk_secret_set_length (shared, before);
      return FALSE;
    }
  ilk_secret_set_length (shared, before + ILK_X25519_LENGTH);
  return TRUE;
}
