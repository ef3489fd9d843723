/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-error.h"

typedef struct {
  int     tries_left;
  guint16 status_word;
  guint32 pcsc_code;
} IlkCardErrorPrivate;

static void
ilk_card_error_private_init (IlkCardErrorPrivate *priv)
{
  *priv = (IlkCardErrorPrivate) { -1, 0, 0 };
}

static void
ilk_card_error_private_copy (const IlkCardErrorPrivate *source,
                             IlkCardErrorPrivate       *target)
{
  *target = *source;
}

static void
ilk_card_error_private_clear (IlkCardErrorPrivate *priv)
{
}

GQuark ilk_card_error_quark (void);
G_DEFINE_EXTENDED_ERROR (IlkCardError, ilk_card_error)

/* Errors of other domains, such as a cancellation, have no extras. */
static IlkCardErrorPrivate *
get_extras (const GError *error)
{
  if (error == NULL || error->domain != ILK_CARD_ERROR)
    return NULL;

  return ilk_card_error_get_private (error);
}

/**
 * ilk_card_error_get_tries_left:
 *
 * Returns: the tries that a PIN or key has left according to @error; -1 when it does not say
 */
int
ilk_card_error_get_tries_left (const GError *error)
{
  IlkCardErrorPrivate *priv = get_extras (error);

  return priv != NULL ? priv->tries_left : -1;
}

/**
 * ilk_card_error_get_status_word:
 *
 * Returns: the card's status word behind @error; 0 when there is none
 */
guint16
ilk_card_error_get_status_word (const GError *error)
{
  IlkCardErrorPrivate *priv = get_extras (error);

  return priv != NULL ? priv->status_word : 0;
}

/**
 * ilk_card_error_get_pcsc_code:
 *
 * Returns: the PC/SC code behind @error, 32 bits; 0 when there is none
 */
guint32
ilk_card_error_get_pcsc_code (const GError *error)
{
  IlkCardErrorPrivate *priv = get_extras (error);

  return priv != NULL ? priv->pcsc_code : 0;
}

/**
 * ilk_card_error_new:
 * @tries_left: tries left, or -1
 * @status_word: the card's status word, or 0
 * @pcsc_code: the PC/SC code, or 0
 * @format: a sentence for the log; what a person reads belongs to the app
 *
 * Returns: (transfer full): a new error of %ILK_CARD_ERROR
 */
GError *
ilk_card_error_new (IlkCardError  code,
                    int           tries_left,
                    guint16       status_word,
                    guint32       pcsc_code,
                    const char   *format,
                    ...)
{
  IlkCardErrorPrivate *priv;
  va_list args;
  GError *error;

  va_start (args, format);
  error = g_error_new_valist (ILK_CARD_ERROR, code, format, args);
  va_end (args);

  priv = ilk_card_error_get_private (error);
  *priv = (IlkCardErrorPrivate) { tries_left, status_word, pcsc_code };
  return error;
}
