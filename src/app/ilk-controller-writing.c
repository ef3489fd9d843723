/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "card/ilk-card-error.h"

#include "app/ilk-controller-private.h"

/* What changes the card: one press, one command each, nothing ever resent. */

/* Only now another connection may be made to the card. */
static void
session_closed (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkController) self = data;

  ilk_card_session_close_finish (ILK_CARD_SESSION (source), result, NULL);
  self->releasing = FALSE;
  if (self->closing || !self->reread)
    return;
  ilk_controller_read_card (self);
  ilk_controller_changed (self);
}

static void
close_session (IlkController *self)
{
  if (self->card_session == NULL)
    return;
  self->releasing = TRUE;
  ilk_card_session_close_async (self->card_session, session_closed, g_object_ref (self));
  g_clear_object (&self->card_session);
}

static void
show_step (IlkController *self,
           IlkCardStep    step)
{
  self->card_step = step;
  ilk_controller_changed (self);
}

/* The PIN that the issuer holds is void from now on, or may be. */
static void
report_change (IlkController *self)
{
  if (!self->facts.old_pin_given || self->road_serial == NULL)
    return;
  self->facts.pin_stale = self->facts.pin_held;
  ilk_report_queue_add_pin_change (self->reports, self->road_serial);
  ilk_report_queue_send (self->reports, self->client);
}

/* The service is told how an unlock ended; without network it is told at the next login. */
static void
report_unlock (IlkController *self,
               const GError  *error)
{
  const char *outcome = error == NULL ? "done" :
                        g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN) ?
                        "uncertain" : "failed";
  guint16 status_word = self->card_session != NULL ?
                        ilk_card_session_get_status_word (self->card_session) : 0;

  if (self->operation == NULL || self->facts.old_pin_given)
    return;
  ilk_report_queue_add_unlock (self->reports, self->operation->id, self->road_serial, outcome,
                               ilk_card_step_get_name (self->card_step), status_word);
  ilk_report_queue_send (self->reports, self->client);
}

static void
pin_is_set (IlkController *self)
{
  self->card_step = ILK_CARD_STEP_DONE;
  self->facts.pin_set = TRUE;
  self->facts.pin = ILK_PIN_FACT_SET;
  self->facts.pin_stale = self->facts.pin_held;
  self->facts.pin_disclosed = FALSE;
  self->facts.kept = FALSE;
  report_unlock (self, NULL);
  report_change (self);
  close_session (self);
  ilk_controller_wipe_typed (self);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  ilk_controller_dispatch (self, ILK_EVENT_PIN_SET);
}

static void
setting_failed (IlkController *self,
                const GError  *error)
{
  if (self->card_session != NULL)
    self->card_step = ilk_card_session_get_step (self->card_session);
  self->reread = TRUE;
  report_unlock (self, error);
  close_session (self);

  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN))
    {
      /* The new PIN is kept for the one proof the person may ask for. */
      report_change (self);
      g_clear_pointer (&self->typed.old_pin, ilk_secret_unref);
      ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
      ilk_controller_dispatch (self, ILK_EVENT_PIN_UNCERTAIN);
      return;
    }

  ilk_controller_wipe_typed (self);
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_OTHER_CARD))
    {
      ilk_controller_set_app_problem (self, ILK_APP_ERROR_OTHER_CARD);
      ilk_controller_dispatch (self, ILK_EVENT_OTHER_CARD);
      return;
    }
  if (error->domain == ILK_CLIENT_ERROR)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
  ilk_controller_dispatch (self, ILK_EVENT_FAILED);
}

/* What was not proved stays uncertain; giving up is no problem. */
static void
proof_failed (IlkController *self,
              const GError  *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
  ilk_controller_dispatch (self, ILK_EVENT_PIN_UNCERTAIN);
}

static void
open_session (IlkController       *self,
              GAsyncReadyCallback  opened)
{
  IlkRun *run;

  /* The card may have been pulled while the service answered. */
  if (self->reading_reader == NULL || self->road_serial == NULL)
    {
      g_autoptr(GError) error = g_error_new_literal (ILK_CARD_ERROR, ILK_CARD_ERROR_NO_CARD,
                                                     "no card to write to");

      if (self->state == ILK_STATE_UNCERTAIN)
        proof_failed (self, error);
      else
        setting_failed (self, error);
      return;
    }
  run = ilk_run_begin (self);
  self->card_step = ILK_CARD_STEP_OPEN;
  ilk_card_session_open_async (self->transport, self->reading_reader, self->road_serial,
                               self->road_certificate, self->run, opened, run);
}

/* Takes the opened session, or tells of the failure; FALSE: nothing more to do. */
static gboolean
take_session (IlkRun       *run,
              GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCardSession) session = ilk_card_session_open_finish (result, &error);

  if (!ilk_run_end (run))
    return FALSE;
  if (session == NULL)
    {
      setting_failed (run->self, error);
      return FALSE;
    }
  g_set_object (&run->self->card_session, session);
  return TRUE;
}

/* --- change --- */

static void
pin_changed (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  gboolean done = ilk_card_session_change_pin_finish (ILK_CARD_SESSION (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (done)
    pin_is_set (run->self);
  else
    setting_failed (run->self, error);
}

static void
opened_for_change (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  IlkRun *next;

  if (!take_session (run, result))
    return;
  next = ilk_run_begin (self);
  self->facts.writing = TRUE;
  show_step (self, ILK_CARD_STEP_CHANGE);
  ilk_card_session_change_pin_async (self->card_session, self->typed.old_pin, self->typed.new_pin,
                                     self->typed.allow_last_try, self->run, pin_changed, next);
}

void
ilk_controller_change_pin (IlkController *self)
{
  open_session (self, opened_for_change);
}

/* --- unlock: A3 to A8 of the protocol --- */

static void
card_unlocked (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  gboolean done = ilk_card_session_unlock_finish (ILK_CARD_SESSION (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (done)
    pin_is_set (run->self);
  else
    setting_failed (run->self, error);
}

static void
got_cryptogram (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) cryptogram = ilk_client_get_cryptogram_finish (ILK_CLIENT (source), result,
                                                                   &error);
  IlkRun *next;

  if (!ilk_run_end (run))
    return;
  if (cryptogram == NULL)
    {
      setting_failed (self, error);
      return;
    }
  next = ilk_run_begin (self);
  self->facts.writing = TRUE;
  show_step (self, ILK_CARD_STEP_RESET);
  ilk_card_session_unlock_async (self->card_session, cryptogram, self->typed.new_pin,
                                 self->run, card_unlocked, next);
}

static void
got_challenge (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) challenge = ilk_card_session_get_challenge_finish (ILK_CARD_SESSION (source),
                                                                       result, &error);
  IlkRun *next;

  if (!ilk_run_end (run))
    return;
  if (challenge == NULL)
    {
      setting_failed (self, error);
      return;
    }
  next = ilk_run_begin (self);
  show_step (self, ILK_CARD_STEP_AUTHENTICATE);
  ilk_client_get_cryptogram_async (self->client, self->operation->id, challenge, self->run,
                                   got_cryptogram, next);
}

static void
opened_for_unlock (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  IlkRun *next;

  if (!take_session (run, result))
    return;
  next = ilk_run_begin (self);
  show_step (self, ILK_CARD_STEP_CHALLENGE);
  ilk_card_session_get_challenge_async (self->card_session, self->run, got_challenge, next);
}

void
ilk_controller_unlock_card (IlkController *self)
{
  open_session (self, opened_for_unlock);
}

/* --- the one proof after an uncertain end --- */

static void
pin_proved (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  gboolean proved = ilk_card_session_verify_finish (ILK_CARD_SESSION (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (proved)
    {
      pin_is_set (self);
      return;
    }
  self->reread = TRUE;
  close_session (self);
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN) ||
      g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED) ||
      g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_NOT_SET))
    {
      gboolean spent = g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);

      ilk_controller_wipe_typed (self);
      ilk_controller_set_app_problem (self, spent ? ILK_APP_ERROR_PROOF_WRONG :
                                            ILK_APP_ERROR_PIN_NOT_SET_BY_US);
      ilk_controller_dispatch (self, ILK_EVENT_FAILED);
      return;
    }
  proof_failed (self, error);
}

static void
opened_for_proof (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCardSession) session = ilk_card_session_open_finish (result, &error);
  IlkRun *next;

  if (!ilk_run_end (run))
    return;
  if (session == NULL)
    {
      proof_failed (self, error);
      return;
    }
  g_set_object (&self->card_session, session);
  next = ilk_run_begin (self);
  self->facts.writing = TRUE;
  show_step (self, ILK_CARD_STEP_PROVE);
  /* The press said what it may cost, the last try included. */
  ilk_card_session_verify_async (session, self->typed.new_pin, TRUE, self->run, pin_proved, next);
}

void
ilk_controller_prove_pin (IlkController *self)
{
  open_session (self, opened_for_proof);
}
