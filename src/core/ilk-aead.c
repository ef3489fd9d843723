/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "core/ilk-error.h"
#include "core/ilk-seal-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* A context with key, IV and associated data in it, or NULL. */
static EVP_CIPHER_CTX *
begin (gboolean      encrypt,
       const guint8 *key,
       const guint8 *iv,
       GBytes       *associated_data)
{
  g_autoptr (EVP_CIPHER) cipher = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  gsize length = 0;
  const guint8 *data = NULL;
  int done;

  if (associated_data != NULL)
    data = g_bytes_get_data (associated_data, &length);
  /* A new context's IV length is 12, the one we use. */
  if (cipher == NULL || context == NULL || length > G_MAXINT ||
      EVP_CipherInit_ex2 (context, cipher, key, iv, encrypt, NULL) != 1 ||
      (length > 0 && EVP_CipherUpdate (context, NULL, &done, data, (int) length) != 1))
    return NULL;
  return g_steal_pointer (&context);
}

static gboolean
encrypt_all (EVP_CIPHER_CTX *context,
             IlkSecret      *plain,
             guint8         *out)
{
  int length = (int) ilk_secret_get_length (plain);
  int done = 0;

  return (length == 0 ||
          EVP_CipherUpdate (context, out, &done, ilk_secret_peek (plain), length) == 1) &&
         EVP_CipherFinal_ex (context, out + length, &done) == 1 &&
         EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG,
                              ILK_AEAD_TAG_LENGTH, out + length) == 1;
}

gboolean
ilk_aead_encrypt (const guint8 *key,
                  const guint8 *iv,
                  GBytes       *associated_data,
                  IlkSecret    *plain,
                  guint8       *out,
                  GError      **error)
{
  g_autoptr (EVP_CIPHER_CTX) context = begin (TRUE, key, iv, associated_data);

  if (context != NULL && ilk_secret_get_length (plain) < G_MAXINT &&
      encrypt_all (context, plain, out))
    return TRUE;
  g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The data can't be sealed");
  return FALSE;
}

static gboolean
decrypt_all (EVP_CIPHER_CTX *context,
             const guint8   *sealed,
             int             length,
             guint8         *out)
{
  guint8 tag[ILK_AEAD_TAG_LENGTH];
  int done = 0;

  memcpy (tag, sealed + length, sizeof tag);
  return EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1 &&
         (length == 0 || EVP_CipherUpdate (context, out, &done, sealed, length) == 1) &&
         EVP_CipherFinal_ex (context, out + length, &done) == 1;
}

/* What comes out of the cipher before the tag is checked is in the arena and never seen: on a
 * wrong tag it is wiped with the secret. */
IlkSecret *
ilk_aead_decrypt (const guint8 *key,
                  const guint8 *iv,
                  GBytes       *associated_data,
                  const guint8 *sealed,
                  gsize         sealed_length,
                  GError      **error)
{
  if (sealed_length >= ILK_AEAD_TAG_LENGTH && sealed_length < G_MAXINT)
    {
      gsize length = sealed_length - ILK_AEAD_TAG_LENGTH;
      g_autoptr (EVP_CIPHER_CTX) context = begin (FALSE, key, iv, associated_data);
      g_autoptr (IlkSecret) plain = ilk_secret_new (length);

      if (context != NULL &&
          decrypt_all (context, sealed, (int) length, ilk_secret_get_writable (plain)))
        {
          ilk_secret_set_length (plain, length);
          return g_steal_pointer (&plain);
        }
    }
  g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The sealed data does not open with this key");
  return NULL;
}

static gboolean
check_key (IlkSecret *key,
           GError   **error)
{
  if (ilk_secret_get_length (key) == ILK_AEAD_KEY_LENGTH)
    return TRUE;
  g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The key must have %d bytes",
               ILK_AEAD_KEY_LENGTH);
  return FALSE;
}

/**
 * ilk_aead_seal:
 * @key: 32 bytes
 * @associated_data: (nullable): what the data belongs to; must be the same for opening
 * @plain: what to seal
 *
 * Returns: (transfer full): IV (12) || ciphertext || tag (16), or %NULL with ILK_ERROR_CRYPTO
 */
GBytes *
ilk_aead_seal (IlkSecret *key,
               GBytes    *associated_data,
               IlkSecret *plain,
               GError   **error)
{
  g_autofree guint8 *out = NULL;
  gsize length;

  g_return_val_if_fail (key != NULL && plain != NULL, NULL);

  if (!check_key (key, error))
    return NULL;
  length = ILK_AEAD_IV_LENGTH + ilk_secret_get_length (plain) + ILK_AEAD_TAG_LENGTH;
  out = g_malloc (length);
  if (RAND_bytes (out, ILK_AEAD_IV_LENGTH) != 1)
    g_error ("The random number generator failed");
  if (!ilk_aead_encrypt (ilk_secret_peek (key), out, associated_data, plain,
                         out + ILK_AEAD_IV_LENGTH, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&out), length);
}

/**
 * ilk_aead_open:
 * @sealed: from ilk_aead_seal ()
 *
 * Returns: (transfer full): the data, or %NULL with ILK_ERROR_CRYPTO
 */
IlkSecret *
ilk_aead_open (IlkSecret *key,
               GBytes    *associated_data,
               GBytes    *sealed,
               GError   **error)
{
  const guint8 *data;
  gsize length;

  g_return_val_if_fail (key != NULL && sealed != NULL, NULL);

  if (!check_key (key, error))
    return NULL;
  data = g_bytes_get_data (sealed, &length);
  if (length < ILK_AEAD_IV_LENGTH + ILK_AEAD_TAG_LENGTH)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The sealed data is too short");
      return NULL;
    }
  return ilk_aead_decrypt (ilk_secret_peek (key), data, associated_data,
                           data + ILK_AEAD_IV_LENGTH, length - ILK_AEAD_IV_LENGTH, error);
}
