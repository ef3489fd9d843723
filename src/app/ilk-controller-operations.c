/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "app/ilk-controller-private.h"

/* The calls around the PIN that the issuer holds, and the operations that want a confirmation of
 * their own. */

static void
pin_disclosed (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkSecret) pin = ilk_client_disclose_pin_finish (ILK_CLIENT (source), result, &error);

  if (!ilk_run_end (run))
    return;
  if (pin == NULL)
    {
      if (g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_NO_PIN))
        self->facts.pin_held = FALSE;
      ilk_controller_service_failed (self, error);
      return;
    }
  g_clear_pointer (&self->pin, ilk_secret_unref);
  self->pin = g_steal_pointer (&pin);
  self->facts.pin_disclosed = TRUE;
  ilk_controller_dispatch (self, ILK_EVENT_PIN_DISCLOSED);
}

void
ilk_controller_disclose_pin (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);
  gboolean confirmed = self->facts.purpose == ILK_PURPOSE_SHOW && self->operation_confirmed;

  ilk_client_disclose_pin_async (self->client, self->road_serial,
                                 confirmed ? self->operation->id : NULL,
                                 self->run, pin_disclosed, run);
}

static void
operation_begun (IlkController *self,
                 IlkOperation  *operation,
                 const GError  *error)
{
  if (operation == NULL)
    {
      /* A deletion whose answer was lost was done all the same. */
      if (g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_NO_PIN))
        self->facts.pin_held = self->facts.pin_stale = FALSE;
      ilk_controller_service_failed (self, error);
      return;
    }
  g_clear_pointer (&self->operation, ilk_operation_free);
  self->operation = operation;
  self->operation_confirmed = FALSE;
  g_free (self->phone);
  self->phone = g_strdup (operation->phone);
  ilk_controller_dispatch (self, ILK_EVENT_OPERATION_BEGUN);
}

static void
pin_operation_begun (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkOperation) operation =
    ilk_client_begin_operation_finish (ILK_CLIENT (source), result, &error);

  if (ilk_run_end (run))
    operation_begun (run->self, g_steal_pointer (&operation), error);
}

static void
begin_pin_operation (IlkController *self,
                     IlkPurpose     purpose,
                     const char    *kind,
                     const char    *phrase)
{
  IlkRun *run = ilk_run_begin (self);

  self->facts.purpose = purpose;
  ilk_client_begin_operation_async (self->client, kind, self->road_serial, phrase, self->run,
                                    pin_operation_begun, run);
}

void
ilk_controller_begin_showing (IlkController *self)
{
  begin_pin_operation (self, ILK_PURPOSE_SHOW, "pin-disclosure", NULL);
}

void
ilk_controller_begin_deletion (IlkController *self)
{
  begin_pin_operation (self, ILK_PURPOSE_DELETE, "pin-deletion", self->typed.phrase);
}

static void
unlock_begun (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkOperation) operation =
    ilk_client_begin_unlock_finish (ILK_CLIENT (source), result, &error);

  if (ilk_run_end (run))
    operation_begun (run->self, g_steal_pointer (&operation), error);
}

void
ilk_controller_begin_unlock (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  self->facts.purpose = ILK_PURPOSE_UNLOCK;
  ilk_client_begin_unlock_async (self->client, self->road_serial, self->card->atr,
                                 self->card->unlock_profile, self->run, unlock_begun, run);
}

static void
operation_sms_sent (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  IlkSmsTicket ticket = { 0 };
  gboolean sent = ilk_client_send_operation_sms_finish (ILK_CLIENT (source), result, &ticket,
                                                        &error);

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
ilk_controller_send_operation_sms (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_send_operation_sms_async (self->client, self->operation->id, self->run,
                                       operation_sms_sent, run);
}

static void
operation_confirmed (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  gboolean confirmed = ilk_client_confirm_operation_finish (ILK_CLIENT (source), result, &error);

  if (!ilk_run_end (run))
    return;
  g_clear_pointer (&self->typed.code, ilk_secret_unref);
  if (!confirmed)
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  self->operation_confirmed = TRUE;
  self->code_deadline = self->resend_deadline = 0;
  ilk_controller_dispatch (self, ILK_EVENT_OPERATION_CONFIRMED);
}

void
ilk_controller_confirm_operation (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_confirm_operation_async (self->client, self->operation->id, self->typed.code,
                                      self->run, operation_confirmed, run);
}

static void
pin_erased (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IlkRun) run = data;
  IlkController *self = run->self;
  g_autoptr(GError) error = NULL;
  gint64 erased_everywhere = 0;
  gboolean erased = ilk_client_delete_pin_finish (ILK_CLIENT (source), result, &erased_everywhere,
                                                  &error);

  if (!ilk_run_end (run))
    return;
  if (!erased && !g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_NO_PIN))
    {
      ilk_controller_service_failed (self, error);
      return;
    }
  self->erased_everywhere = erased_everywhere;
  self->facts.pin_held = FALSE;
  self->facts.pin_stale = FALSE;
  self->facts.pin_deleted = TRUE;
  self->facts.pin_disclosed = FALSE;
  g_clear_pointer (&self->pin, ilk_secret_unref);
  ilk_controller_dispatch (self, ILK_EVENT_PIN_DELETED);
}

void
ilk_controller_erase_pin (IlkController *self)
{
  IlkRun *run = ilk_run_begin (self);

  ilk_client_delete_pin_async (self->client, self->road_serial, self->operation->id, self->run,
                               pin_erased, run);
}
