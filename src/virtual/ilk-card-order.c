/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "core/ilk-error.h"
#include "core/ilk-pin-rules.h"
#include "virtual/ilk-card-order.h"
#include "virtual/ilk-chip-image.h"

#define KEY_BITS 2048

/**
 * ilk_card_order_new:
 *
 * Returns: (transfer full): an order with a random serial number and nothing else
 */
IlkCardOrder *
ilk_card_order_new (void)
{
  IlkCardOrder *self = g_new0 (IlkCardOrder, 1);

  if (RAND_bytes (self->serial, sizeof self->serial) != 1)
    g_error ("OpenSSL has no random numbers");
  return self;
}

void
ilk_card_order_free (IlkCardOrder *self)
{
  g_free (self->card_file);
  g_free (self->holder);
  g_free (self->identity_number);
  g_free (self->phone);
  g_free (self->email);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_clear_pointer (&self->security_word, ilk_secret_unref);
  g_free (self);
}

/* A random PIN that keeps the rules which the holder's own will have to keep. */
IlkSecret *
ilk_card_order_make_pin (const char *identity_number)
{
  for (;;)
    {
      g_autoptr (IlkSecret) pin = ilk_secret_new_random_digits (ILK_PIN_LENGTH);

      if (ilk_pin_rules_broken (pin, identity_number, NULL) == 0)
        return g_steal_pointer (&pin);
    }
}

static gboolean
add_key (IlkChipImage *image,
         EVP_PKEY     *key)
{
  guint8 *der = NULL;
  int length = i2d_PrivateKey (key, &der);

  if (length <= 0)
    return FALSE;
  g_ptr_array_add (image->keys, ilk_secret_new_from_data (der, length));
  OPENSSL_clear_free (der, length);
  return TRUE;
}

static gboolean
add_key_and_certificate (IlkCardOrder   *self,
                         IlkChipImage   *image,
                         IlkPracticeCa  *ca,
                         GError        **error)
{
  EVP_PKEY *key = EVP_RSA_gen (KEY_BITS);
  GBytes *certificate = NULL;

  if (key == NULL || !add_key (image, key))
    g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The card's key cannot be made.");
  else
    certificate = ilk_practice_ca_issue (ca, key, self->holder, self->identity_number,
                                         self->not_before, self->not_after, error);
  EVP_PKEY_free (key);

  if (certificate != NULL)
    g_ptr_array_add (image->certificates, certificate);
  return certificate != NULL;
}

/* The PUK is known to nobody: drawn, hashed, and gone. */
static void
set_references (IlkCardOrder  *self,
                IlkChipMemory *memory)
{
  g_autoptr (IlkSecret) puk = ilk_secret_new_random_digits (ILK_CHIP_PUK_LENGTH);

  ilk_chip_reference_set (&memory->puk, ilk_secret_peek (puk), ILK_CHIP_PUK_LENGTH);
  if (self->pin != NULL)
    {
      ilk_chip_reference_set (&memory->pin, ilk_secret_peek (self->pin),
                              ilk_secret_get_length (self->pin));
      memory->pin_set = TRUE;
    }
  if (self->condition != ILK_CARD_CONDITION_FRESH)
    memory->pin_tries = 0;
  if (self->condition == ILK_CARD_CONDITION_DEAD)
    {
      memory->puk_tries = 0;
      memory->dead = TRUE;
    }
}

/**
 * ilk_card_order_make:
 * @self: what to make
 * @ca: who issues the certificate
 * @master_key: the card master key, 32 bytes
 * @error: ILK_ERROR
 *
 * Makes the key pair, the certificate and the state file. Takes as long as making an RSA key
 * does; several threads may make cards at a time.
 *
 * Returns: (transfer full): the certificate in DER, or %NULL
 */
GBytes *
ilk_card_order_make (IlkCardOrder   *self,
                     IlkPracticeCa  *ca,
                     IlkSecret      *master_key,
                     GError        **error)
{
  g_autoptr (IlkChipImage) image = ilk_chip_image_new (self->card_file);

  memcpy (image->serial, self->serial, sizeof image->serial);
  image->unlock_key = ilk_unlock_derive_card_key (master_key, self->serial,
                                                  ILK_CARD_ORDER_KEY_VERSION, error);
  if (image->unlock_key == NULL || !add_key_and_certificate (self, image, ca, error))
    return NULL;

  set_references (self, &image->memory);
  if (!ilk_chip_image_save (image, error))
    return NULL;
  return g_bytes_ref (g_ptr_array_index (image->certificates, 0));
}
