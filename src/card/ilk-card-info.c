/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-info.h"

#include "card/ilk-card-error.h"

G_DEFINE_BOXED_TYPE (IlkCardInfo, ilk_card_info, ilk_card_info_ref, ilk_card_info_unref)

/**
 * ilk_card_info_new:
 *
 * Returns: (transfer full): what is known of a card nobody has read yet
 */
IlkCardInfo *
ilk_card_info_new (void)
{
  IlkCardInfo *self = g_new0 (IlkCardInfo, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->tries_left = -1;
  self->unlock_tries_left = -1;
  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_certificate_free);
  return self;
}

IlkCardInfo *
ilk_card_info_ref (IlkCardInfo *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_card_info_unref (IlkCardInfo *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->reader);
  g_free (self->atr);
  g_free (self->name);
  g_free (self->serial);
  g_free (self->unlock_profile);
  g_free (self->module);
  g_free (self->module_problem);
  g_free (self->token_label);
  g_ptr_array_unref (self->certificates);
  g_free (self);
}

/**
 * ilk_card_info_get_certificate:
 *
 * Returns: (transfer none) (nullable): the holder's signing certificate; of several the one that
 *   is valid latest
 */
const IlkCertificate *
ilk_card_info_get_certificate (IlkCardInfo *self)
{
  const IlkCertificate *latest = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->certificates->len; i++)
    {
      const IlkCertificate *certificate = g_ptr_array_index (self->certificates, i);

      if (certificate->signing && (latest == NULL || certificate->not_after > latest->not_after))
        latest = certificate;
    }

  return latest;
}

/**
 * ilk_card_info_dup_module_error:
 *
 * Returns: (transfer full) (nullable): why no PKCS#11 module reaches the card; %NULL when one does
 *   or none is needed
 */
GError *
ilk_card_info_dup_module_error (IlkCardInfo *self)
{
  static const struct {
    const char   *problem;
    IlkCardError  error;
  } rows[] = {
    { ILK_MODULE_PROBLEM_NONE, ILK_CARD_ERROR_MODULE_MISSING },
    { ILK_MODULE_PROBLEM_ARCHITECTURE, ILK_CARD_ERROR_MODULE_ARCHITECTURE },
    { ILK_MODULE_PROBLEM_HANGS, ILK_CARD_ERROR_MODULE_HANGS },
    { ILK_MODULE_PROBLEM_CRASHES, ILK_CARD_ERROR_MODULE_FAILED },
    { ILK_MODULE_PROBLEM_REFUSES, ILK_CARD_ERROR_MODULE_FAILED },
  };

  g_return_val_if_fail (self != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_strcmp0 (self->module_problem, rows[i].problem) == 0)
        return ilk_card_error_new (rows[i].error, -1, 0, 0, "no module reaches the card: %s",
                                   self->module_problem);
    }

  return NULL;
}
