/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "core/ilk-pin-rules.h"

#include "app/ilk-controller-private.h"
#include "app/ilk-problem-log.h"

/* Closing waits so long for the service's answer to "log out"; the token is gone already. */
#define CLOSING_SECONDS 3

G_DEFINE_FINAL_TYPE (IlkController, ilk_controller, G_TYPE_OBJECT)

enum {
  CHANGED,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Each effect of the flow and the function that runs it. */
static const struct {
  IlkEffects effect;
  void (*run) (IlkController *self);
} effect_runners[] = {
  { ILK_EFFECT_END_SESSION, ilk_controller_end_session },
  { ILK_EFFECT_WIPE, ilk_controller_wipe },
  { ILK_EFFECT_FORGET_CARD, ilk_controller_forget_card },
  { ILK_EFFECT_WATCH_READERS, ilk_controller_watch_readers },
  { ILK_EFFECT_READ_CARD, ilk_controller_read_card },
  { ILK_EFFECT_NEW_CAPTCHA, ilk_controller_new_captcha },
  { ILK_EFFECT_LOG_IN, ilk_controller_do_log_in },
  { ILK_EFFECT_LOG_IN_BY_CODE, ilk_controller_do_log_in_by_code },
  { ILK_EFFECT_SEND_LOGIN_SMS, ilk_controller_send_login_sms },
  { ILK_EFFECT_VERIFY_LOGIN_CODE, ilk_controller_verify_login_code },
  { ILK_EFFECT_CHANGE_WORD, ilk_controller_do_change_word },
  { ILK_EFFECT_LIST_CARDS, ilk_controller_list_cards },
  { ILK_EFFECT_ACTIVATE, ilk_controller_activate },
  { ILK_EFFECT_DISCLOSE_PIN, ilk_controller_disclose_pin },
  { ILK_EFFECT_BEGIN_SHOWING, ilk_controller_begin_showing },
  { ILK_EFFECT_BEGIN_DELETION, ilk_controller_begin_deletion },
  { ILK_EFFECT_BEGIN_UNLOCK, ilk_controller_begin_unlock },
  { ILK_EFFECT_SEND_OPERATION_SMS, ilk_controller_send_operation_sms },
  { ILK_EFFECT_CONFIRM_OPERATION, ilk_controller_confirm_operation },
  { ILK_EFFECT_ERASE_PIN, ilk_controller_erase_pin },
  { ILK_EFFECT_CHANGE_PIN, ilk_controller_change_pin },
  { ILK_EFFECT_UNLOCK_CARD, ilk_controller_unlock_card },
  { ILK_EFFECT_PROVE_PIN, ilk_controller_prove_pin },
  { ILK_EFFECT_CLOSE, ilk_controller_close },
};

void
ilk_controller_changed (IlkController *self)
{
  ilk_flow_view (self->state, &self->facts, &self->view);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What a page asked for is no longer complete once another page is shown. */
static void
enter_state (IlkController *self,
             IlkState       state)
{
  if (self->state == state)
    return;

  g_debug ("%s -> %s", ilk_state_get_name (self->state), ilk_state_get_name (state));
  if (self->state == ILK_STATE_CARD && (state == ILK_STATE_LOGIN || state == ILK_STATE_NEW_PIN) &&
      !self->facts.session)
    ilk_controller_accept_card (self);
  if (state == ILK_STATE_PREPARE)
    self->facts.prepare_seen = TRUE;
  if (state == ILK_STATE_DRIVER)
    ilk_controller_begin_waiting (self);
  self->state = state;
  self->facts.form_complete = FALSE;
}

/* Takes one step and does what the table says. The person sees one change at the end. */
void
ilk_controller_dispatch (IlkController *self,
                         IlkEvent       event)
{
  g_autoptr(IlkController) keep = g_object_ref (self);
  IlkState next;
  IlkEffects effects;

  if (self->closing)
    return;
  if (!ilk_flow_step (self->state, event, &self->facts, &next, &effects))
    {
      g_debug ("%s means nothing in %s", ilk_event_get_name (event),
               ilk_state_get_name (self->state));
      ilk_controller_changed (self);
      return;
    }

  enter_state (self, next);
  for (gsize i = 0; i < G_N_ELEMENTS (effect_runners); i++)
    if (effects & effect_runners[i].effect)
      effect_runners[i].run (self);
  ilk_controller_changed (self);
  if (self->close_wanted && !self->facts.writing)
    ilk_controller_close (self);
}

/* --- runs --- */

IlkRun *
ilk_run_begin (IlkController *self)
{
  IlkRun *run = g_new0 (IlkRun, 1);

  g_cancellable_cancel (self->run);
  g_clear_object (&self->run);
  self->run = g_cancellable_new ();
  self->run_number++;
  self->facts.busy = TRUE;
  run->self = g_object_ref (self);
  run->number = self->run_number;
  return run;
}

gboolean
ilk_run_end (IlkRun *run)
{
  IlkController *self = run->self;

  if (run->number != self->run_number || self->closing)
    return FALSE;

  self->facts.busy = FALSE;
  self->facts.writing = FALSE;
  return TRUE;
}

void
ilk_run_free (IlkRun *run)
{
  g_object_unref (run->self);
  g_free (run);
}

/* --- problems --- */

void
ilk_controller_take_problem (IlkController *self,
                             IlkProblem    *problem)
{
  g_clear_pointer (&self->problem, ilk_problem_unref);
  self->problem = problem;
  if (problem != NULL)
    ilk_problem_log_add (problem);
}

void
ilk_controller_set_app_problem (IlkController *self,
                                IlkAppError    code)
{
  g_autoptr(GError) error = g_error_new_literal (ILK_APP_ERROR, code, "on the road");

  ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
}

void
ilk_controller_set_problem (IlkController *self,
                            const GError  *error)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (error != NULL);

  ilk_controller_take_problem (self, ilk_problem_new_from_error (error, self->issuer));
  ilk_controller_changed (self);
}

void
ilk_controller_clear_problem (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->problem == NULL)
    return;
  ilk_controller_take_problem (self, NULL);
  ilk_controller_changed (self);
}

void
ilk_controller_wipe_typed (IlkController *self)
{
  g_clear_pointer (&self->typed.captcha_text, g_free);
  g_clear_pointer (&self->typed.phrase, g_free);
  g_clear_pointer (&self->typed.word, ilk_secret_unref);
  g_clear_pointer (&self->typed.code, ilk_secret_unref);
  g_clear_pointer (&self->typed.old_pin, ilk_secret_unref);
  g_clear_pointer (&self->typed.new_pin, ilk_secret_unref);
}

void
ilk_controller_set_prepared (IlkController *self,
                             gboolean       prepared)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  self->facts.prepared = prepared;
  ilk_controller_changed (self);
}

/* --- what the person does --- */

void
ilk_controller_person_acts (IlkController *self,
                            IlkEvent       event)
{
  ilk_controller_take_problem (self, NULL);
  ilk_controller_dispatch (self, event);
}

void
ilk_controller_set_form_complete (IlkController *self,
                                  gboolean       complete)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->facts.form_complete == complete)
    return;
  self->facts.form_complete = complete;
  ilk_controller_changed (self);
}

void
ilk_controller_press (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->view.may_go_on)
    ilk_controller_person_acts (self, self->view.button_event);
}

void
ilk_controller_send (IlkController *self,
                     IlkEvent       event)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  /* What is under way is finished or given up first; only giving up is always possible. */
  if (self->facts.busy)
    return;
  if (event == ILK_EVENT_KEEP_PIN)
    self->facts.kept = TRUE;
  if (event == ILK_EVENT_OWN_PIN)
    self->facts.kept = FALSE;
  ilk_controller_person_acts (self, event);
}

void
ilk_controller_set_old_pin_given (IlkController *self,
                                  gboolean       given)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->facts.old_pin_given == given)
    return;
  self->facts.old_pin_given = given;
  ilk_controller_changed (self);
}

void
ilk_controller_pin_was_saved (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  self->facts.pin_saved = TRUE;
  ilk_controller_take_problem (self, NULL);
  ilk_controller_changed (self);
}

/* Gives up waiting. What changes the card is never given up half-way. */
void
ilk_controller_cancel (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->facts.writing || !self->facts.busy)
    return;
  g_cancellable_cancel (self->run);
}

guint
ilk_controller_check_pin (IlkController *self,
                          IlkSecret     *old_pin,
                          IlkSecret     *new_pin)
{
  g_return_val_if_fail (ILK_IS_CONTROLLER (self), ILK_PIN_RULES_ALL);

  return ilk_pin_rules_broken (new_pin, self->identity_number,
                               old_pin != NULL ? old_pin : self->pin);
}

static gboolean
emit_closed (gpointer data)
{
  IlkController *self = data;

  self->closing_source = 0;
  g_signal_emit (self, signals[CLOSED], 0);
  return G_SOURCE_REMOVE;
}

static void
logged_out (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IlkController) self = data;

  ilk_client_log_out_finish (ILK_CLIENT (source), result, NULL);
  if (self->closing_source != 0)
    {
      g_clear_handle_id (&self->closing_source, g_source_remove);
      emit_closed (self);
    }
}

/**
 * ilk_controller_close:
 * @self: a controller
 *
 * Ends the session at the service and wipes everything; then "closed" is emitted, at the latest
 * after 3 seconds, because the token is dropped at once whatever the network does. While the card
 * is being written to, closing waits until it is known how that ended.
 */
void
ilk_controller_close (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  if (self->closing)
    return;
  self->close_wanted = self->facts.writing;
  if (self->close_wanted)
    return;
  self->closing = TRUE;
  g_cancellable_cancel (self->run);
  g_cancellable_cancel (self->reading);
  g_cancellable_cancel (self->repairing);
  ilk_card_monitor_stop (self->monitor);
  ilk_controller_wipe (self);

  if (self->client != NULL)
    {
      self->closing_source = g_timeout_add_seconds (CLOSING_SECONDS, emit_closed, self);
      ilk_client_log_out_async (self->client, NULL, logged_out, g_object_ref (self));
    }
  else
    {
      self->closing_source = g_idle_add (emit_closed, self);
    }
}

/* --- the object --- */

static void
ilk_controller_dispose (GObject *object)
{
  IlkController *self = ILK_CONTROLLER (object);

  g_clear_handle_id (&self->closing_source, g_source_remove);
  g_cancellable_cancel (self->run);
  g_cancellable_cancel (self->reading);
  if (self->monitor != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->monitor, self);
      ilk_card_monitor_stop (self->monitor);
    }
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  ilk_controller_end_repair (self);
  ilk_controller_wipe_typed (self);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_clear_object (&self->card_session);
  g_clear_object (&self->monitor);
  g_clear_object (&self->host);
  g_clear_object (&self->client);
  g_clear_object (&self->issuer);
  g_clear_object (&self->clock);
  g_clear_object (&self->transport);
  g_clear_object (&self->run);
  g_clear_object (&self->reading);
  G_OBJECT_CLASS (ilk_controller_parent_class)->dispose (object);
}

static void
ilk_controller_finalize (GObject *object)
{
  IlkController *self = ILK_CONTROLLER (object);

  g_clear_pointer (&self->reports, ilk_report_queue_free);
  g_clear_pointer (&self->problem, ilk_problem_unref);
  g_clear_pointer (&self->card, ilk_card_info_unref);
  g_clear_error (&self->card_error);
  g_clear_pointer (&self->captcha, ilk_captcha_free);
  g_clear_pointer (&self->service_card, ilk_service_card_free);
  g_clear_pointer (&self->operation, ilk_operation_free);
  g_hash_table_unref (self->set_aside);
  g_ptr_array_unref (self->verdicts);
  g_free (self->reading_reader);
  g_free (self->road_reader);
  g_free (self->road_serial);
  g_clear_pointer (&self->road_certificate, g_bytes_unref);
  g_free (self->phone);
  g_free (self->holder);
  g_free (self->identity_number);
  G_OBJECT_CLASS (ilk_controller_parent_class)->finalize (object);
}

static void
ilk_controller_class_init (IlkControllerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_controller_dispose;
  object_class->finalize = ilk_controller_finalize;

  /**
   * IlkController::changed:
   *
   * State, facts, view or problem differ; pages read everything anew.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * IlkController::closed:
   *
   * The session has ended and everything is wiped; the window may go.
   */
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_controller_init (IlkController *self)
{
  self->set_aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_verdict_unref);
  g_ptr_array_add (self->verdicts, ilk_reader_verdict_new (ILK_HOST_VERDICT_UNKNOWN));
}

/**
 * ilk_controller_new:
 * @transport: readers and cards
 * @host: this computer
 * @client: (nullable): the client of the issuer's service
 * @issuer: the issuer's profile
 * @clock: the clock
 * @report_file: (nullable): where reports for the service wait, %NULL for the person's data folder
 *
 * Returns: (transfer full): a controller at the beginning of the road; it watches no reader yet
 */
IlkController *
ilk_controller_new (IlkTransport *transport,
                    IlkHost      *host,
                    IlkClient    *client,
                    IlkIssuer    *issuer,
                    IlkClock     *clock,
                    const char   *report_file)
{
  IlkController *self;

  g_return_val_if_fail (ILK_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (ILK_IS_HOST (host), NULL);
  g_return_val_if_fail (ILK_IS_ISSUER (issuer), NULL);
  g_return_val_if_fail (ILK_IS_CLOCK (clock), NULL);

  self = g_object_new (ILK_TYPE_CONTROLLER, NULL);
  self->transport = g_object_ref (transport);
  self->monitor = ilk_card_monitor_new (transport);
  self->host = g_object_ref (host);
  g_set_object (&self->client, client);
  self->issuer = g_object_ref (issuer);
  self->clock = g_object_ref (clock);
  self->reports = ilk_report_queue_new (report_file);
  ilk_flow_view (self->state, &self->facts, &self->view);
  return self;
}
