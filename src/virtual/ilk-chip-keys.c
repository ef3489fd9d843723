/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "virtual/ilk-chip.h"

#define UNLOCK_KEY_REFERENCE 0x01

/* MANAGE SECURITY ENVIRONMENT: AKİS' own form C3 with the key in P2 (OpenSC card-akis.c), and
 * ISO's SET for digital signature, which also takes the algorithm. */
#define MSE_AKIS          0xC3
#define MSE_SET           0x41
#define MSE_SIGNATURE     0xB6
#define TAG_ALGORITHM     0x80
#define TAG_KEY           0x84

#define PSO_SIGNATURE_P1  0x9E
#define PSO_SIGNATURE_P2  0x9A

#define MAX_SIGNATURE     512

/* GET CHALLENGE: only one of 16 bytes can be answered by EXTERNAL AUTHENTICATE. */
guint16
ilk_chip_get_challenge (IlkChip       *chip,
                        const IlkApdu *apdu,
                        GByteArray    *answer)
{
  guint8 random[256];

  chip->challenged = FALSE;
  if (apdu->p1 != 0 || apdu->p2 != 0)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->le <= 0)
    return ILK_SW_WRONG_LENGTH;
  if (RAND_bytes (random, apdu->le) != 1)
    return ILK_SW_EXECUTION_ERROR;

  if (apdu->le == ILK_UNLOCK_CHALLENGE_LENGTH)
    {
      memcpy (chip->challenge, random, sizeof chip->challenge);
      chip->challenged = TRUE;
    }
  g_byte_array_append (answer, random, apdu->le);
  return ILK_SW_OK;
}

static guint16
compare_cryptogram (IlkChip      *chip,
                    const guint8 *cryptogram)
{
  IlkChipMemory *memory = &chip->image->memory;
  guint8 expected[ILK_UNLOCK_CRYPTOGRAM_LENGTH];
  g_autoptr (GError) error = NULL;
  gboolean right;

  if (!ilk_unlock_cryptogram (chip->image->unlock_key, chip->challenge, chip->image->serial,
                              expected, &error))
    return ILK_SW_EXECUTION_ERROR;
  right = CRYPTO_memcmp (expected, cryptogram, sizeof expected) == 0;
  OPENSSL_cleanse (expected, sizeof expected);

  if (right)
    {
      memory->key_tries = ILK_CHIP_KEY_TRIES;
      chip->authenticated = TRUE;
      return ILK_SW_OK;
    }
  memory->key_tries--;
  return ILK_SW_TRIES_LEFT | memory->key_tries;
}

/* EXTERNAL AUTHENTICATE, 00 82 00 01: T for the last challenge. Empty, it only asks: 63CX. */
guint16
ilk_chip_external_auth (IlkChip       *chip,
                        const IlkApdu *apdu,
                        GByteArray    *answer)
{
  const IlkChipMemory *memory = &chip->image->memory;

  if (apdu->p1 != 0)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->p2 != UNLOCK_KEY_REFERENCE)
    return ILK_SW_REFERENCE_NOT_FOUND;
  if (memory->dead || memory->key_tries == 0)
    return ILK_SW_BLOCKED;
  if (apdu->lc == 0)
    return ILK_SW_TRIES_LEFT | memory->key_tries;
  if (apdu->lc != ILK_UNLOCK_CRYPTOGRAM_LENGTH)
    return ILK_SW_WRONG_LENGTH;
  if (!chip->challenged)
    return ILK_SW_CONDITIONS;

  /* A challenge is good for one answer, and a wrong one ends what an earlier one had opened. */
  chip->challenged = FALSE;
  chip->authenticated = FALSE;
  return compare_cryptogram (chip, apdu->data);
}

static guint16
choose_key (IlkChip *chip,
            guint    reference)
{
  if (chip->image->memory.dead)
    return ILK_SW_BLOCKED;
  if (reference < 1 || reference > chip->image->keys->len)
    return ILK_SW_REFERENCE_NOT_FOUND;
  chip->key = reference;
  return ILK_SW_OK;
}

static guint16
set_environment (IlkChip       *chip,
                 const IlkApdu *apdu)
{
  IlkChipAlgorithm algorithm = ILK_CHIP_PKCS1;
  guint reference = 0;

  for (gsize i = 0; i < apdu->lc; i += 3)
    {
      if (i + 3 > apdu->lc || apdu->data[i + 1] != 1)
        return ILK_SW_WRONG_DATA;
      if (apdu->data[i] == TAG_ALGORITHM)
        algorithm = apdu->data[i + 2];
      else if (apdu->data[i] == TAG_KEY)
        reference = apdu->data[i + 2];
      else
        return ILK_SW_WRONG_DATA;
    }
  if (algorithm != ILK_CHIP_PKCS1 && algorithm != ILK_CHIP_PSS)
    return ILK_SW_WRONG_DATA;
  chip->algorithm = algorithm;
  return choose_key (chip, reference);
}

guint16
ilk_chip_manage_security (IlkChip       *chip,
                          const IlkApdu *apdu,
                          GByteArray    *answer)
{
  if (apdu->p1 == MSE_AKIS)
    {
      chip->algorithm = ILK_CHIP_PKCS1;
      return choose_key (chip, apdu->p2);
    }
  if (apdu->p1 == MSE_SET && apdu->p2 == MSE_SIGNATURE)
    return set_environment (chip, apdu);
  return ILK_SW_WRONG_P1_P2;
}

static const EVP_MD *
get_digest_of_length (gsize length)
{
  switch (length)
    {
    case 32:
      return EVP_sha256 ();
    case 48:
      return EVP_sha384 ();
    case 64:
      return EVP_sha512 ();
    default:
      return NULL;
    }
}

static gboolean
prepare_pss (EVP_PKEY_CTX *context,
             gsize         length)
{
  const EVP_MD *digest = get_digest_of_length (length);

  return digest != NULL &&
         EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md (context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen (context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* Read when it is needed: most sessions with a card sign nothing. */
static EVP_PKEY *
load_key (IlkChip *chip)
{
  IlkSecret *der = g_ptr_array_index (chip->image->keys, chip->key - 1);
  const guint8 *bytes = ilk_secret_peek (der);

  return d2i_AutoPrivateKey (NULL, &bytes, ilk_secret_get_length (der));
}

static guint16
compute_signature (IlkChip       *chip,
                   const IlkApdu *apdu,
                   EVP_PKEY      *key,
                   GByteArray    *answer)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);
  guint8 signature[MAX_SIGNATURE];
  gsize length = sizeof signature;
  /* A block as long as the key was padded by the caller, as OpenSC does. */
  gboolean padded = apdu->lc == (gsize) EVP_PKEY_get_size (key);
  gboolean ok;

  ok = context != NULL && EVP_PKEY_sign_init (context) == 1;
  if (ok && chip->algorithm == ILK_CHIP_PSS)
    ok = prepare_pss (context, apdu->lc);
  else if (ok)
    ok = EVP_PKEY_CTX_set_rsa_padding (context, padded ? RSA_NO_PADDING : RSA_PKCS1_PADDING) == 1;
  ok = ok && EVP_PKEY_sign (context, signature, &length, apdu->data, apdu->lc) == 1;
  EVP_PKEY_CTX_free (context);

  if (!ok)
    return ILK_SW_WRONG_DATA;
  g_byte_array_append (answer, signature, length);
  return ILK_SW_OK;
}

/* PSO COMPUTE DIGITAL SIGNATURE, 00 2A 9E 9A: a DigestInfo (PKCS#1 v1.5), a hash (PSS),
 * or a block of the key's length, padded already and sent in a chain. */
guint16
ilk_chip_sign (IlkChip       *chip,
               const IlkApdu *apdu,
               GByteArray    *answer)
{
  EVP_PKEY *key;
  guint16 sw;

  if (apdu->p1 != PSO_SIGNATURE_P1 || apdu->p2 != PSO_SIGNATURE_P2)
    return ILK_SW_WRONG_P1_P2;
  if (chip->image->memory.dead)
    return ILK_SW_BLOCKED;
  if (apdu->lc == 0)
    return ILK_SW_WRONG_LENGTH;
  if (!chip->verified)
    return ILK_SW_SECURITY_STATUS;
  if (chip->key == 0)
    return ILK_SW_CONDITIONS;

  key = load_key (chip);
  if (key == NULL)
    return ILK_SW_EXECUTION_ERROR;
  sw = compute_signature (chip, apdu, key, answer);
  EVP_PKEY_free (key);
  return sw;
}
