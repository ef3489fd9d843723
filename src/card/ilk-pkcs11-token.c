/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-token.h"

#include <string.h>

#include <p11-kit/pkcs11.h>

#include "card/ilk-card-error.h"
#include "card/ilk-pkcs11-codes.h"

#define MAX_DESCRIPTION 64

void
ilk_pkcs11_token_free (IlkPkcs11Token *self)
{
  if (self == NULL)
    return;

  g_free (self->description);
  g_free (self->label);
  g_free (self->manufacturer);
  g_free (self->model);
  g_free (self->serial);
  g_free (self);
}

static IlkPkcs11Token *
token_from_variant (GVariant *variant)
{
  IlkPkcs11Token *self = g_new0 (IlkPkcs11Token, 1);

  g_variant_get (variant, ILK_PKCS11_TOKEN_TYPE, &self->slot, &self->description,
                 &self->slot_flags, &self->label, &self->manufacturer, &self->model,
                 &self->serial, &self->flags, &self->min_pin, &self->max_pin);
  return self;
}

/* GVariant makes any bytes into a value of the type it is told. */
static GVariant *
variant_from_answer (const char *type,
                     GBytes     *answer)
{
  g_autoptr (GVariant) raw = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type),
                                                                           answer, FALSE));

  return g_variant_get_normal_form (raw);
}

/**
 * ilk_pkcs11_token_list:
 *
 * Returns: (transfer full) (element-type IlkPkcs11Token): the tokens that the module sees
 */
GPtrArray *
ilk_pkcs11_token_list (IlkPkcs11Process  *process,
                       GCancellable      *cancellable,
                       GError           **error)
{
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GVariant) slots = NULL;
  GPtrArray *tokens;
  guint32 code;

  if (!ilk_pkcs11_process_call (process, ILK_PKCS11_CALL_SLOTS, NULL, NULL, NULL, cancellable,
                                &code, &answer, error)
      || !ilk_pkcs11_code_check (code, ILK_PKCS11_SUBJECT_READING, error))
    return NULL;

  slots = variant_from_answer (ILK_PKCS11_SLOTS_TYPE, answer);
  tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_pkcs11_token_free);
  for (gsize i = 0; i < g_variant_n_children (slots); i++)
    {
      g_autoptr (GVariant) slot = g_variant_get_child_value (slots, i);

      g_ptr_array_add (tokens, token_from_variant (slot));
    }
  return tokens;
}

/**
 * ilk_pkcs11_token_read:
 *
 * Returns: (transfer full): the token as it is now; reading spends nothing
 */
IlkPkcs11Token *
ilk_pkcs11_token_read (IlkPkcs11Process  *process,
                       GCancellable      *cancellable,
                       GError           **error)
{
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GVariant) token = NULL;
  guint32 code;

  if (!ilk_pkcs11_process_call (process, ILK_PKCS11_CALL_TOKEN, NULL, NULL, NULL, cancellable,
                                &code, &answer, error)
      || !ilk_pkcs11_code_check (code, ILK_PKCS11_SUBJECT_READING, error))
    return NULL;

  token = variant_from_answer (ILK_PKCS11_TOKEN_TYPE, answer);
  return token_from_variant (token);
}

/* One that can't be read is left out, as on the card itself. */
static void
add_certificate (IlkCardInfo *info,
                 GBytes      *der)
{
  g_autoptr (GError) error = NULL;
  IlkCertificate *certificate = ilk_certificate_new_from_der (der, &error);

  if (certificate != NULL)
    g_ptr_array_add (info->certificates, certificate);
  else
    g_info ("a certificate from the module: %s", error->message);
}

/**
 * ilk_pkcs11_token_read_certificates:
 * @slot: where the token is
 *
 * Adds those of the token to @info. Certificates are public: no login.
 */
gboolean
ilk_pkcs11_token_read_certificates (IlkPkcs11Process  *process,
                                    guint64            slot,
                                    IlkCardInfo       *info,
                                    GCancellable      *cancellable,
                                    GError           **error)
{
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GVariant) list = NULL;
  guint32 code;

  if (!ilk_pkcs11_process_call (process, ILK_PKCS11_CALL_CERTIFICATES,
                                g_variant_new_uint64 (slot), NULL, NULL, cancellable,
                                &code, &answer, error)
      || !ilk_pkcs11_code_check (code, ILK_PKCS11_SUBJECT_READING, error))
    return FALSE;

  list = variant_from_answer (ILK_PKCS11_CERTIFICATES_TYPE, answer);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (list, i);
      g_autoptr (GBytes) der = g_variant_get_data_as_bytes (value);

      add_certificate (info, der);
    }
  return TRUE;
}

/* A slot's description has 64 bytes; a reader's name may be longer. */
static gboolean
is_reader (const IlkPkcs11Token *token,
           const char           *reader)
{
  gsize length = strlen (token->description);

  if (g_str_equal (token->description, reader))
    return TRUE;

  return length >= MAX_DESCRIPTION - 4 && strlen (reader) > length
         && strncmp (token->description, reader, length) == 0;
}

/* A token in software, such as SoftHSM's, can't be taken out. */
static gboolean
is_card (const IlkPkcs11Token *token)
{
  const guint64 wanted = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;

  return (token->slot_flags & wanted) == wanted;
}

/**
 * ilk_pkcs11_token_find:
 * @tokens: (element-type IlkPkcs11Token): what a module sees
 * @only_card: whether @reader is the only one with a card
 *
 * The slot is the one that is called like the reader. A module that gives its slots names of its
 * own is taken at its word where only one card and one token can be meant.
 *
 * Returns: (transfer none) (nullable): the token in @reader
 */
IlkPkcs11Token *
ilk_pkcs11_token_find (GPtrArray  *tokens,
                       const char *reader,
                       gboolean    only_card)
{
  IlkPkcs11Token *only = NULL;
  guint n_cards = 0;

  for (guint i = 0; i < tokens->len; i++)
    {
      IlkPkcs11Token *token = g_ptr_array_index (tokens, i);

      if (*token->serial == '\0')
        continue;
      if (is_reader (token, reader))
        return token;
      if (is_card (token))
        {
          only = token;
          n_cards++;
        }
    }

  return only_card && n_cards == 1 ? only : NULL;
}

static IlkPinState
get_pin_state (const IlkPkcs11Token *self)
{
  if (self->flags & CKF_USER_PIN_LOCKED)
    return ILK_PIN_STATE_BLOCKED;

  return self->flags & CKF_USER_PIN_INITIALIZED ? ILK_PIN_STATE_SET : ILK_PIN_STATE_NOT_SET;
}

/**
 * ilk_pkcs11_token_to_info:
 *
 * The flags say no number of tries but the last one and none at all.
 */
void
ilk_pkcs11_token_to_info (IlkPkcs11Token *self,
                          IlkCardInfo    *info)
{
  info->pin_state = get_pin_state (self);
  info->pin_locked = info->pin_state == ILK_PIN_STATE_BLOCKED;
  info->pin_final_try = (self->flags & CKF_USER_PIN_FINAL_TRY) != 0;
  info->pin_count_low = (self->flags & CKF_USER_PIN_COUNT_LOW) != 0;
  info->pin_to_be_changed = (self->flags & CKF_USER_PIN_TO_BE_CHANGED) != 0;
  info->tries_left = info->pin_locked ? 0 : info->pin_final_try ? 1 : -1;
  info->pad = ilk_pkcs11_token_has_keypad (self) ? ILK_CARD_PAD_REQUIRED : ILK_CARD_PAD_NONE;
  info->min_pin = self->min_pin;
  info->max_pin = self->max_pin;
  g_free (info->token_label);
  info->token_label = g_strdup (self->label);
  g_free (info->serial);
  info->serial = g_strdup (self->serial);
}

gboolean
ilk_pkcs11_token_has_keypad (IlkPkcs11Token *self)
{
  return (self->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
}
