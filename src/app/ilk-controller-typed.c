/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "app/ilk-controller-private.h"

/* What the person has typed on a page, kept until the call that needs it is made. */

void
ilk_controller_log_in (IlkController *self,
                       const char    *identity_number,
                       const char    *captcha_text,
                       IlkSecret     *security_word)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (identity_number != NULL && captcha_text != NULL && security_word != NULL);

  if (!self->view.may_go_on)
    return;
  ilk_controller_wipe_typed (self);
  g_free (self->identity_number);
  self->identity_number = g_strdup (identity_number);
  self->typed.captcha_text = g_strdup (captcha_text);
  self->typed.word = ilk_secret_ref (security_word);
  ilk_controller_person_acts (self, ILK_EVENT_LOG_IN);
}

void
ilk_controller_change_word (IlkController *self,
                            IlkSecret     *word)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (word != NULL);

  if (!self->view.may_go_on)
    return;
  ilk_controller_wipe_typed (self);
  self->typed.word = ilk_secret_ref (word);
  ilk_controller_person_acts (self, ILK_EVENT_CHANGE_WORD);
}

void
ilk_controller_log_in_by_code (IlkController *self,
                               IlkSecret     *code)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (code != NULL);

  if (!self->view.may_go_on)
    return;
  ilk_controller_wipe_typed (self);
  self->typed.code = ilk_secret_ref (code);
  ilk_controller_person_acts (self, ILK_EVENT_LOG_IN_BY_CODE);
}

void
ilk_controller_submit_code (IlkController *self,
                            IlkSecret     *code)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (code != NULL);

  if (!self->view.may_go_on)
    return;
  g_clear_pointer (&self->typed.code, ilk_secret_unref);
  self->typed.code = ilk_secret_ref (code);
  ilk_controller_person_acts (self, ILK_EVENT_SUBMIT_CODE);
}

void
ilk_controller_delete_pin (IlkController *self,
                           const char    *phrase)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (phrase != NULL);

  if (self->facts.busy)
    return;
  g_free (self->typed.phrase);
  self->typed.phrase = g_strdup (phrase);
  ilk_controller_person_acts (self, ILK_EVENT_DELETE_PIN);
}

void
ilk_controller_set_pin (IlkController *self,
                        IlkSecret     *old_pin,
                        IlkSecret     *new_pin,
                        gboolean       allow_last_try)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (new_pin != NULL);

  /* The rules hold whatever a page believed. */
  if (self->facts.busy || ilk_controller_check_pin (self, old_pin, new_pin) != 0)
    return;
  g_clear_pointer (&self->typed.old_pin, ilk_secret_unref);
  g_clear_pointer (&self->typed.new_pin, ilk_secret_unref);
  self->typed.old_pin = old_pin != NULL ? ilk_secret_copy (old_pin) : NULL;
  self->typed.new_pin = ilk_secret_copy (new_pin);
  self->typed.allow_last_try = allow_last_try;
  self->facts.old_pin_given = old_pin != NULL;
  self->facts.on_reader = FALSE;
  ilk_controller_person_acts (self, ILK_EVENT_SET_PIN);
}

void
ilk_controller_set_pin_on_reader (IlkController *self,
                                  gboolean       allow_last_try)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->facts.busy || self->card == NULL || self->card->pad == ILK_CARD_PAD_NONE)
    return;
  g_clear_pointer (&self->typed.old_pin, ilk_secret_unref);
  g_clear_pointer (&self->typed.new_pin, ilk_secret_unref);
  self->typed.allow_last_try = allow_last_try;
  self->facts.old_pin_given = TRUE;
  self->facts.on_reader = TRUE;
  ilk_controller_person_acts (self, ILK_EVENT_SET_PIN);
}
