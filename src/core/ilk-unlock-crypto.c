/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "core/ilk-error.h"
#include "core/ilk-unlock-crypto.h"

#define KEY_LENGTH 32
#define LABEL "CARD-UNLOCK-1"
#define CRYPTOGRAM_PREFIX "EA1"
#define CIPHER "AES-256-CBC"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MAC, EVP_MAC_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MAC_CTX, EVP_MAC_CTX_free)

static gboolean
check_key (IlkSecret  *key,
           const char *what,
           GError    **error)
{
  if (ilk_secret_get_length (key) == KEY_LENGTH)
    return TRUE;
  g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "%s must have %d bytes, not %" G_GSIZE_FORMAT,
               what, KEY_LENGTH, ilk_secret_get_length (key));
  return FALSE;
}

/**
 * ilk_unlock_derive_card_key:
 * @master_key: the issuer's 32 bytes
 * @serial: the card's serial number
 * @key_version: which master key the card was made with
 *
 * SP 800-108 in counter mode with CMAC AES-256, as the house's protocol has it; separator and
 * length field are OpenSSL's default and set here only by not being turned off.
 *
 * Returns: (transfer full): the card's key, 32 bytes, or %NULL with ILK_ERROR_CRYPTO
 */
IlkSecret *
ilk_unlock_derive_card_key (IlkSecret    *master_key,
                            const guint8  serial[ILK_CARD_SERIAL_LENGTH],
                            guint8        key_version,
                            GError      **error)
{
  g_autoptr (EVP_KDF) kdf = NULL;
  g_autoptr (EVP_KDF_CTX) context = NULL;
  g_autoptr (IlkSecret) key = NULL;
  guint8 info[ILK_CARD_SERIAL_LENGTH + 1];
  OSSL_PARAM params[7];
  guint n = 0;

  g_return_val_if_fail (master_key != NULL && serial != NULL, NULL);

  if (!check_key (master_key, "The master key", error))
    return NULL;

  memcpy (info, serial, ILK_CARD_SERIAL_LENGTH);
  info[ILK_CARD_SERIAL_LENGTH] = key_version;
  params[n++] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_MAC, (char *) "CMAC", 0);
  params[n++] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_CIPHER, (char *) CIPHER, 0);
  params[n++] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_MODE, (char *) "counter", 0);
  params[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY,
                                                   (void *) ilk_secret_peek (master_key),
                                                   ilk_secret_get_length (master_key));
  params[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT,
                                                   (void *) LABEL, strlen (LABEL));
  params[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, info, sizeof info);
  params[n] = OSSL_PARAM_construct_end ();

  key = ilk_secret_new (KEY_LENGTH);
  kdf = EVP_KDF_fetch (NULL, "KBKDF", NULL);
  context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  if (context == NULL ||
      EVP_KDF_derive (context, ilk_secret_get_writable (key), KEY_LENGTH, params) != 1)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The card key can't be derived");
      return NULL;
    }
  ilk_secret_set_length (key, KEY_LENGTH);
  return g_steal_pointer (&key);
}

static gboolean
mac_update_all (EVP_MAC_CTX  *context,
                const guint8  challenge[ILK_UNLOCK_CHALLENGE_LENGTH],
                const guint8  serial[ILK_CARD_SERIAL_LENGTH])
{
  return EVP_MAC_update (context, (const guint8 *) CRYPTOGRAM_PREFIX,
                         strlen (CRYPTOGRAM_PREFIX)) == 1 &&
         EVP_MAC_update (context, challenge, ILK_UNLOCK_CHALLENGE_LENGTH) == 1 &&
         EVP_MAC_update (context, serial, ILK_CARD_SERIAL_LENGTH) == 1;
}

/**
 * ilk_unlock_cryptogram:
 * @card_key: from ilk_unlock_derive_card_key ()
 * @challenge: the card's random number R
 * @serial: the card's serial number
 * @cryptogram: (out caller-allocates): what the card expects in EXTERNAL AUTHENTICATE
 *
 * Returns: %TRUE, or %FALSE with ILK_ERROR_CRYPTO
 */
gboolean
ilk_unlock_cryptogram (IlkSecret    *card_key,
                       const guint8  challenge[ILK_UNLOCK_CHALLENGE_LENGTH],
                       const guint8  serial[ILK_CARD_SERIAL_LENGTH],
                       guint8        cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH],
                       GError      **error)
{
  g_autoptr (EVP_MAC) mac = NULL;
  g_autoptr (EVP_MAC_CTX) context = NULL;
  OSSL_PARAM params[2];
  gsize length = 0;

  g_return_val_if_fail (card_key != NULL && challenge != NULL, FALSE);
  g_return_val_if_fail (serial != NULL && cryptogram != NULL, FALSE);

  if (!check_key (card_key, "The card key", error))
    return FALSE;

  params[0] = OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_CIPHER, (char *) CIPHER, 0);
  params[1] = OSSL_PARAM_construct_end ();
  mac = EVP_MAC_fetch (NULL, "CMAC", NULL);
  context = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;
  if (context == NULL ||
      EVP_MAC_init (context, ilk_secret_peek (card_key), KEY_LENGTH, params) != 1 ||
      !mac_update_all (context, challenge, serial) ||
      EVP_MAC_final (context, cryptogram, &length, ILK_UNLOCK_CRYPTOGRAM_LENGTH) != 1 ||
      length != ILK_UNLOCK_CRYPTOGRAM_LENGTH)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The cryptogram can't be made");
      return FALSE;
    }
  return TRUE;
}

/**
 * ilk_card_serial_to_text:
 *
 * Returns: (transfer full): 24 capital hex digits
 */
char *
ilk_card_serial_to_text (const guint8 serial[ILK_CARD_SERIAL_LENGTH])
{
  static const char digits[] = "0123456789ABCDEF";
  char *text;

  g_return_val_if_fail (serial != NULL, NULL);

  text = g_malloc0 (ILK_CARD_SERIAL_LENGTH * 2 + 1);
  for (guint i = 0; i < ILK_CARD_SERIAL_LENGTH; i++)
    {
      text[2 * i] = digits[serial[i] >> 4];
      text[2 * i + 1] = digits[serial[i] & 0x0f];
    }
  return text;
}

/* The value of a capital hex digit, or -1: each serial has one way to be written. */
static int
hex_value (char c)
{
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return g_ascii_digit_value (c);
}

/**
 * ilk_card_serial_from_text:
 * @text: (nullable): 24 capital hex digits
 * @serial: (out caller-allocates): unchanged when the text is refused
 */
gboolean
ilk_card_serial_from_text (const char *text,
                           guint8      serial[ILK_CARD_SERIAL_LENGTH])
{
  guint8 bytes[ILK_CARD_SERIAL_LENGTH];

  g_return_val_if_fail (serial != NULL, FALSE);

  if (text == NULL || strlen (text) != ILK_CARD_SERIAL_LENGTH * 2)
    return FALSE;
  for (guint i = 0; i < ILK_CARD_SERIAL_LENGTH; i++)
    {
      int high = hex_value (text[2 * i]);
      int low = hex_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      bytes[i] = (guint8) (high << 4 | low);
    }
  memcpy (serial, bytes, sizeof bytes);
  return TRUE;
}
