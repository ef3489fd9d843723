/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-link.h"

#include <p11-kit/pkcs11.h>

#include "card/ilk-card-error.h"
#include "card/ilk-pkcs11-codes.h"
#include "card/ilk-pkcs11-token.h"

struct _IlkPkcs11Link
{
  IlkPkcs11Process *process;
  char             *serial;
  guint64           slot;
  gboolean          unanswered; /* a PIN was sent, and no answer came */
};

static gboolean
fail (GError       **error,
      IlkCardError   code,
      const char    *message)
{
  g_propagate_error (error, ilk_card_error_new (code, -1, 0, 0, "%s", message));
  return FALSE;
}

/* Asked for before each command: the person may have changed the card in the meantime. */
static IlkPkcs11Token *
read_token (IlkPkcs11Link  *self,
            GCancellable   *cancellable,
            GError        **error)
{
  g_autoptr (IlkPkcs11Token) token = ilk_pkcs11_token_read (self->process, cancellable, error);

  if (token == NULL)
    return NULL;
  if (g_strcmp0 (token->serial, self->serial) != 0)
    {
      fail (error, ILK_CARD_ERROR_OTHER_CARD, "another card is in the reader");
      return NULL;
    }

  return g_steal_pointer (&token);
}

/* What a wrong PIN has left: the module's code does not say. Reading it costs nothing. */
static void
add_tries (IlkPkcs11Link  *self,
           GError        **error)
{
  g_autoptr (IlkCardInfo) info = NULL;
  g_autoptr (GError) cause = NULL;

  if (!g_error_matches (*error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN))
    return;

  info = ilk_card_info_new ();
  if (!ilk_pkcs11_link_read_tries (self, info, NULL, NULL))
    return;

  cause = g_steal_pointer (error);
  *error = ilk_card_error_new (info->pin_locked ? ILK_CARD_ERROR_PIN_BLOCKED
                                                : ILK_CARD_ERROR_WRONG_PIN,
                               info->tries_left, 0, 0, "%s", cause->message);
}

/* A module that reads the PIN from the reader's keys takes none from us, and another one takes it
 * from nowhere else (PKCS#11, C_Login). */
static gboolean
check_takes_pin (IlkPkcs11Token  *token,
                 IlkSecret       *pin,
                 GError         **error)
{
  if (ilk_pkcs11_token_has_keypad (token) == (pin == NULL))
    return TRUE;

  return fail (error, ILK_CARD_ERROR_NOT_SUPPORTED,
               pin != NULL ? "the PIN is typed at the reader's keys" : "the reader has no keys");
}

/* Given up by the person at the reader (PKCS#11, CKR_FUNCTION_CANCELED): nothing was sent. */
static gboolean
check_given_up (guint32    code,
                IlkSecret *pin,
                GError   **error)
{
  return pin != NULL || code != CKR_FUNCTION_CANCELED
         || fail (error, ILK_CARD_ERROR_KEYPAD_CANCELLED, "given up at the reader");
}

/* A call that has a PIN in it, and is not broken off by a cancellation. */
static gboolean
call_with_pin (IlkPkcs11Link     *self,
               IlkPkcs11Call      call,
               IlkPkcs11Subject   subject,
               GVariant          *body,
               IlkSecret         *first,
               IlkSecret         *second,
               GBytes           **answer,
               GError           **error)
{
  GError *local_error = NULL;
  guint32 code;

  if (ilk_pkcs11_process_call (self->process, call, body, first, second, NULL, &code, answer,
                               &local_error)
      && check_given_up (code, first, &local_error)
      && ilk_pkcs11_code_check (code, subject, &local_error))
    return TRUE;

  self->unanswered = ilk_pkcs11_process_is_broken (self->process);
  add_tries (self, &local_error);
  g_propagate_error (error, local_error);
  return FALSE;
}

/* Nonsense is no limit: some modules leave the fields empty or turn them around. */
static gboolean
check_length (IlkPkcs11Token  *token,
              IlkSecret       *pin,
              GError         **error)
{
  gsize length = pin != NULL ? ilk_secret_get_length (pin) : token->min_pin;

  if (token->max_pin == 0 || token->min_pin > token->max_pin
      || (length >= token->min_pin && length <= token->max_pin))
    return TRUE;

  return fail (error, ILK_CARD_ERROR_PIN_LENGTH, "the card takes no PIN of this length");
}

gboolean
ilk_pkcs11_link_read_tries (IlkPkcs11Link  *self,
                            IlkCardInfo    *info,
                            GCancellable   *cancellable,
                            GError        **error)
{
  g_autoptr (IlkPkcs11Token) token = read_token (self, cancellable, error);

  if (token == NULL)
    return FALSE;

  ilk_pkcs11_token_to_info (token, info);
  return TRUE;
}

gboolean
ilk_pkcs11_link_read_certificates (IlkPkcs11Link  *self,
                                   IlkCardInfo    *info,
                                   GCancellable   *cancellable,
                                   GError        **error)
{
  g_ptr_array_set_size (info->certificates, 0);
  return ilk_pkcs11_token_read_certificates (self->process, self->slot, info, cancellable, error);
}

gboolean
ilk_pkcs11_link_verify (IlkPkcs11Link  *self,
                        IlkSecret      *pin,
                        GError        **error)
{
  g_autoptr (IlkPkcs11Token) token = read_token (self, NULL, error);

  return token != NULL && check_takes_pin (token, pin, error)
         && call_with_pin (self,
                           pin != NULL ? ILK_PKCS11_CALL_LOGIN : ILK_PKCS11_CALL_LOGIN_BY_PAD,
                           ILK_PKCS11_SUBJECT_LOGIN, NULL, pin, NULL, NULL, error);
}

gboolean
ilk_pkcs11_link_change (IlkPkcs11Link  *self,
                        IlkSecret      *old_pin,
                        IlkSecret      *new_pin,
                        GError        **error)
{
  g_autoptr (IlkPkcs11Token) token = read_token (self, NULL, error);

  return token != NULL && check_takes_pin (token, old_pin, error)
         && check_length (token, new_pin, error)
         && call_with_pin (self,
                           old_pin != NULL ? ILK_PKCS11_CALL_SET_PIN
                                           : ILK_PKCS11_CALL_SET_PIN_BY_PAD, ILK_PKCS11_SUBJECT_WRITING, NULL,
                           old_pin, new_pin, NULL, error);
}

/**
 * ilk_pkcs11_link_sign:
 * @certificate: DER of the certificate whose key signs
 * @data: its SHA-256 is signed
 *
 * Returns: (transfer full): PKCS#1 v1.5 for RSA, r and s one after the other for ECDSA
 */
GBytes *
ilk_pkcs11_link_sign (IlkPkcs11Link  *self,
                      GBytes         *certificate,
                      GBytes         *data,
                      IlkSecret      *pin,
                      GError        **error)
{
  g_autoptr (IlkPkcs11Token) token = read_token (self, NULL, error);
  GVariant *body;
  GBytes *signature = NULL;

  if (token == NULL || !check_takes_pin (token, pin, error))
    return NULL;

  body = g_variant_new ("(@ay@ay)",
                        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, certificate, TRUE),
                        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, data, TRUE));
  if (!call_with_pin (self, ILK_PKCS11_CALL_SIGN, ILK_PKCS11_SUBJECT_SIGNING, body, pin, NULL,
                      &signature, error))
    return NULL;

  return signature;
}

gboolean
ilk_pkcs11_link_get_unanswered (IlkPkcs11Link *self)
{
  return self->unanswered;
}

static gboolean
open_slot (IlkPkcs11Link  *self,
           GCancellable   *cancellable,
           GError        **error)
{
  g_autoptr (GPtrArray) tokens = ilk_pkcs11_token_list (self->process, cancellable, error);
  guint32 code;

  if (tokens == NULL)
    return FALSE;

  for (guint i = 0; i < tokens->len; i++)
    {
      const IlkPkcs11Token *token = g_ptr_array_index (tokens, i);

      if (!g_str_equal (token->serial, self->serial))
        continue;
      self->slot = token->slot;
      return ilk_pkcs11_process_call (self->process, ILK_PKCS11_CALL_OPEN,
                                      g_variant_new_uint64 (token->slot), NULL, NULL, cancellable,
                                      &code, NULL, error)
             && ilk_pkcs11_code_check (code, ILK_PKCS11_SUBJECT_READING, error);
    }

  return fail (error,
               tokens->len == 0 ? ILK_CARD_ERROR_NO_CARD : ILK_CARD_ERROR_OTHER_CARD,
               "the card is not in the reader");
}

/**
 * ilk_pkcs11_link_open:
 * @module: path of the module that was found to reach the card
 * @serial: what its token says
 *
 * Returns: (transfer full): for ilk_pkcs11_link_close()
 */
IlkPkcs11Link *
ilk_pkcs11_link_open (const char    *module,
                      const char    *serial,
                      GCancellable  *cancellable,
                      GError       **error)
{
  gboolean refused;
  IlkPkcs11Link *self;
  IlkPkcs11Process *process = ilk_pkcs11_process_start (module, cancellable, &refused, error);

  if (process == NULL)
    return NULL;

  self = g_new0 (IlkPkcs11Link, 1);
  self->process = process;
  self->serial = g_strdup (serial);
  if (open_slot (self, cancellable, error))
    return self;

  ilk_pkcs11_link_close (self);
  return NULL;
}

void
ilk_pkcs11_link_close (IlkPkcs11Link *self)
{
  ilk_pkcs11_process_end (self->process);
  g_free (self->serial);
  g_free (self);
}
