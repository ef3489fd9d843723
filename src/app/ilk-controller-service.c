/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "app/ilk-controller-private.h"

/* The calls of the road to the issuer's service: from the captcha to the list of cards. */

static gboolean
is_client_error (const GError   *error,
                 IlkClientError  code)
{
  return g_error_matches (error, ILK_CLIENT_ERROR, code);
}

/* One failure of the service: into words, and into the event that the flow knows. Giving up is
 * the person's own act and no problem. */
void
ilk_controller_service_failed (IlkController *self,
                               const GError  *error)
{
  if (is_client_error (error, ILK_CLIENT_ERROR_STEP_UP))
    {
      ilk_controller_dispatch (self, ILK_EVENT_STEP_UP);
      return;
    }

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));

  if (is_client_error (error, ILK_CLIENT_ERROR_SESSION))
    {
      self->facts.session = self->facts.by_code = self->facts.word_change = FALSE;
      ilk_controller_dispatch (self, ILK_EVENT_SESSION_ENDED);
    }
  else if (is_client_error (error, ILK_CLIENT_ERROR_OPERATION) ||
           is_client_error (error, ILK_CLIENT_ERROR_UNLOCK_LIMIT))
    {
      /* While a PIN was being set nothing was written yet. */
      ilk_controller_dispatch (self, self->state == ILK_STATE_SETTING ? ILK_EVENT_FAILED :
                                     ILK_EVENT_OPERATION_ENDED);
    }
  else
    {
      ilk_controller_dispatch (self, ILK_EVENT_FAILED);
    }
}

static void
got_captcha (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCaptcha) captcha = ilk_client_new_captcha_finish (ILK_CLIENT (source), result,
                                                                 &error);

  if (!ilk_run_end (run))
    return;
  self->captcha = g_steal_pointer (&captcha);
  /* A picture that does not come is asked for again by the person, not by the flow. */
  if (self->captcha == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
  ilk_controller_changed (self);
}

void
ilk_controller_new_captcha (IlkController *self)
{
  g_clear_pointer (&self->captcha, ilk_captcha_free);
  if (self->client == NULL)
    {
      ilk_controller_set_app_problem (self, ILK_APP_ERROR_ISSUER);
      return;
    }
  {
    IlkRun *run = ilk_run_begin (self);

    ilk_client_new_captcha_async (self->client, self->run, got_captcha, run);
  }
}

static void
login_answered (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkLoginAttempt) attempt = ilk_client_log_in_finish (ILK_CLIENT (source), result,
                                                                 &error);

  if (!ilk_run_end (run))
    return;
  ilk_controller_wipe_typed (self);
  if (attempt == NULL)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  g_free (self->phone);
  self->phone = g_strdup (attempt->phone);
  self->code_deadline = self->resend_deadline = 0;
  ilk_controller_dispatch (self, ILK_EVENT_LOGIN_ACCEPTED);
}

void
ilk_controller_do_log_in (IlkController *self)
{
  IlkRun *run;

  if (self->captcha == NULL)
    {
      ilk_controller_wipe_typed (self);
      ilk_controller_new_captcha (self);
      return;
    }
  run = ilk_run_begin (self);
  ilk_client_log_in_async (self->client, self->identity_number, self->captcha->id,
                           self->typed.captcha_text, self->typed.word, self->run,
                           login_answered, run);
}

void
ilk_controller_set_ticket (IlkController      *self,
                           const IlkSmsTicket *ticket)
{
  gint64 now = ilk_clock_get_monotonic (self->clock);

  self->code_deadline = now + ticket->expires_in * G_USEC_PER_SEC;
  self->resend_deadline = now + ticket->resend_in * G_USEC_PER_SEC;
}

static void
login_sms_sent (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  IlkSmsTicket ticket = { 0 };
  gboolean sent = ilk_client_send_login_sms_finish (ILK_CLIENT (source), result, &ticket, &error);

  if (!ilk_run_end (run))
    return;
  if (!sent)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  ilk_controller_set_ticket (self, &ticket);
  ilk_controller_dispatch (self, ILK_EVENT_SMS_SENT);
}

void
ilk_controller_send_login_sms (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_send_login_sms_async (self->client, self->run, login_sms_sent, run);
}

/* info: NULL when there is an error. */
static void
take_session (IlkController        *self,
              const IlkSessionInfo *info,
              gboolean              by_code,
              const GError         *error)
{
  ilk_controller_wipe_typed (self);
  if (info == NULL)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  g_free (self->holder);
  self->holder = g_strdup (info->holder);
  self->facts.session = TRUE;
  self->facts.by_code = by_code;
  self->facts.word_change = info->word_change;
  self->code_deadline = self->resend_deadline = 0;
  ilk_controller_dispatch (self, ILK_EVENT_SESSION_OPEN);
}

static void
session_opened (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkSessionInfo) info = ilk_client_verify_login_sms_finish (ILK_CLIENT (source), result,
                                                                       &error);

  if (ilk_run_end (run))
    take_session (run->self, info, FALSE, error);
}

static void
word_changed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  gboolean changed = ilk_client_change_word_finish (ILK_CLIENT (source), result, &error);

  if (!ilk_run_end (run))
    return;
  ilk_controller_wipe_typed (self);
  /* An answer that was lost, or another window: the printed word is of no use any more already, and
   * the session is good for everything. */
  if (!changed && g_strcmp0 (ilk_client_error_get_problem (error), "word.not_printed") != 0)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  self->facts.word_change = FALSE;
  ilk_controller_dispatch (self, ILK_EVENT_WORD_CHANGED);
}

void
ilk_controller_do_change_word (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_change_word_async (self->client, self->typed.word, self->run, word_changed, run);
}

static void
code_answered (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkSessionInfo) info = ilk_client_log_in_by_code_finish (ILK_CLIENT (source), result,
                                                                     &error);

  if (ilk_run_end (run))
    take_session (run->self, info, TRUE, error);
}

void
ilk_controller_do_log_in_by_code (IlkController *self)
{
  IlkRun *run;

  if (self->client == NULL)
    {
      ilk_controller_wipe_typed (self);
      ilk_controller_set_app_problem (self, ILK_APP_ERROR_ISSUER);
      return;
    }
  run = ilk_run_begin (self);
  ilk_client_log_in_by_code_async (self->client, self->typed.code, self->run, code_answered, run);
}

void
ilk_controller_verify_login_code (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_verify_login_sms_async (self->client, self->typed.code, self->run,
                                     session_opened, run);
}

/* What the service says of the card in the reader decides where the road goes on. */
static void
take_service_card (IlkController *self,
                   GPtrArray     *cards)
{
  g_clear_pointer (&self->service_card, ilk_service_card_free);
  for (guint i = 0; i < cards->len; i++)
    {
      IlkServiceCard *card = g_ptr_array_index (cards, i);

      if (g_strcmp0 (card->serial, self->road_serial) != 0)
        continue;
      self->service_card = g_ptr_array_steal_index (cards, i);
      break;
    }

  self->facts.card_mine = self->service_card != NULL;
  self->facts.inactive = self->facts.card_mine &&
                         self->service_card->state == ILK_SERVICE_CERTIFICATE_NOT_ACTIVATED;
  self->facts.blocked_certificate = self->facts.card_mine && !self->facts.inactive &&
                                    self->service_card->state != ILK_SERVICE_CERTIFICATE_ACTIVE;
  /* To who logged in by a verification code no PIN is shown. */
  self->facts.pin_held = self->facts.card_mine && self->service_card->pin_held &&
                         !self->facts.by_code;
  /* A report that waits knows more than the service does yet. */
  self->facts.pin_stale = self->facts.pin_held &&
                          (self->service_card->pin_stale ||
                           ilk_report_queue_has (self->reports, self->road_serial));
  ilk_controller_judge_card (self);
}

static void
name_what_stops (IlkController *self)
{
  gboolean needs_unlock = self->facts.pin == ILK_PIN_FACT_BLOCKED ||
                          self->facts.pin == ILK_PIN_FACT_NOT_SET;

  if (!self->facts.card_mine)
    ilk_controller_set_app_problem (self, ILK_APP_ERROR_CARD_NOT_YOURS);
  else if (self->facts.blocked_certificate)
    ilk_controller_set_app_problem (self, ILK_APP_ERROR_CERTIFICATE_STATE);
  else if (needs_unlock && !self->facts.can_unlock)
    ilk_controller_set_app_problem (self, ILK_APP_ERROR_NO_UNLOCK);
}

static void
cards_listed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) cards = ilk_client_list_cards_finish (ILK_CLIENT (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (cards == NULL)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  ilk_report_queue_set_cards (self->reports, cards);
  take_service_card (self, cards);
  ilk_report_queue_send (self->reports, self->client);
  if (self->card == NULL || g_strcmp0 (self->card->serial, self->road_serial) != 0)
    {
      /* The card went, or was changed, while the service answered: what is there is asked for. */
      ilk_controller_changed (self);
      return;
    }
  name_what_stops (self);
  ilk_controller_dispatch (self, ILK_EVENT_CARDS_LISTED);
}

void
ilk_controller_list_cards (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  /* On the card page the card that is there counts, whatever an earlier one was. */
  if (self->state == ILK_STATE_CARD)
    {
      g_clear_pointer (&self->service_card, ilk_service_card_free);
      ilk_controller_accept_card (self);
    }
  ilk_client_list_cards_async (self->client, self->run, cards_listed, run);
}

static void
certificate_activated (GObject      *source,
                       GAsyncResult *result,
                       gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  gboolean active = ilk_client_activate_finish (ILK_CLIENT (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (!active)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  self->service_card->state = ILK_SERVICE_CERTIFICATE_ACTIVE;
  name_what_stops (self);
  ilk_controller_dispatch (self, ILK_EVENT_ACTIVATED);
}

void
ilk_controller_activate (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_activate_async (self->client, self->service_card->certificate_serial, self->run,
                             certificate_activated, run);
}

static void
session_ended (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  ilk_client_log_out_finish (ILK_CLIENT (source), result, NULL);
}

void
ilk_controller_end_session (IlkController *self)
{
  self->facts.session = self->facts.by_code = self->facts.word_change = FALSE;
  ilk_report_queue_set_cards (self->reports, NULL);
  if (self->client != NULL && !self->closing)
    ilk_client_log_out_async (self->client, NULL, session_ended, NULL);
}

/* Everything secret goes, and whatever is under way is abandoned. */
void
ilk_controller_wipe (IlkController *self)
{
  g_cancellable_cancel (self->run);
  self->run_number++;
  self->facts.busy = FALSE;
  self->facts.writing = FALSE;
  self->facts.session = self->facts.by_code = self->facts.word_change = FALSE;
  self->facts.pin_disclosed = FALSE;
  self->facts.purpose = ILK_PURPOSE_NONE;
  self->operation_confirmed = FALSE;
  self->code_deadline = self->resend_deadline = 0;
  ilk_controller_wipe_typed (self);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_clear_pointer (&self->operation, ilk_operation_free);
  g_clear_pointer (&self->captcha, ilk_captcha_free);
  g_clear_pointer (&self->phone, g_free);
}
