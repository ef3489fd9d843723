/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-session-private.h"

G_DEFINE_FINAL_TYPE (IlkCardSession, ilk_card_session, G_TYPE_OBJECT)

void
ilk_card_request_free (gpointer user_data)
{
  IlkCardRequest *request = user_data;

  g_clear_object (&request->transport);
  g_free (request->reader);
  g_free (request->expected_serial);
  g_clear_pointer (&request->old_pin, ilk_secret_unref);
  g_clear_pointer (&request->new_pin, ilk_secret_unref);
  g_clear_pointer (&request->cryptogram, g_bytes_unref);
  g_clear_pointer (&request->certificate, g_bytes_unref);
  g_clear_pointer (&request->data, g_bytes_unref);
  g_free (request);
}

/* Step and status word can still be asked for afterwards. */
static IlkCardProcedure *
take_procedure (IlkCardSession *self)
{
  IlkCardProcedure *procedure;

  g_mutex_lock (&self->end_lock);
  procedure = g_steal_pointer (&self->procedure);
  if (procedure != NULL)
    {
      self->last_step = ilk_card_procedure_get_step (procedure);
      self->last_sw = ilk_card_procedure_get_status_word (procedure);
    }
  g_mutex_unlock (&self->end_lock);

  return procedure;
}

static void
close_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  IlkCardSession *self = source;
  IlkCardProcedure *procedure;

  g_mutex_lock (&self->lock);
  procedure = take_procedure (self);
  if (procedure != NULL)
    ilk_card_procedure_close (procedure);
  g_mutex_unlock (&self->lock);

  g_task_return_boolean (task, TRUE);
}

static gpointer
close_abandoned (gpointer user_data)
{
  ilk_card_procedure_close (user_data);
  return NULL;
}

static void
ilk_card_session_dispose (GObject *object)
{
  IlkCardProcedure *procedure = take_procedure (ILK_CARD_SESSION (object));

  if (procedure != NULL)
    g_thread_unref (g_thread_new ("ilk-card-close", close_abandoned, procedure));

  G_OBJECT_CLASS (ilk_card_session_parent_class)->dispose (object);
}

static void
ilk_card_session_finalize (GObject *object)
{
  IlkCardSession *self = ILK_CARD_SESSION (object);

  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->end_lock);

  G_OBJECT_CLASS (ilk_card_session_parent_class)->finalize (object);
}

static void
ilk_card_session_class_init (IlkCardSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_card_session_dispose;
  object_class->finalize = ilk_card_session_finalize;
}

static void
ilk_card_session_init (IlkCardSession *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->end_lock);
}

/**
 * ilk_card_step_get_name:
 *
 * Returns: (transfer none): the word for a step in reports to the service
 */
const char *
ilk_card_step_get_name (IlkCardStep step)
{
  static const char *const names[] = {
    [ILK_CARD_STEP_OPEN] = "open",
    [ILK_CARD_STEP_CHALLENGE] = "challenge",
    [ILK_CARD_STEP_AUTHENTICATE] = "authenticate",
    [ILK_CARD_STEP_RESET] = "reset",
    [ILK_CARD_STEP_CHANGE] = "change",
    [ILK_CARD_STEP_PROVE] = "prove",
    [ILK_CARD_STEP_SIGN] = "sign",
    [ILK_CARD_STEP_DONE] = "done",
  };

  g_return_val_if_fail (step >= 0 && step < G_N_ELEMENTS (names), NULL);

  return names[step];
}

static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  IlkCardRequest *request = task_data;
  IlkCardProcedure *procedure;
  IlkCardSession *self;
  GError *error = NULL;

  procedure = ilk_card_procedure_open (request->transport, request->reader,
                                       request->expected_serial, request->certificate,
                                       cancellable, &error);
  if (procedure == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self = g_object_new (ILK_TYPE_CARD_SESSION, NULL);
  self->procedure = procedure;
  g_task_return_pointer (task, self, g_object_unref);
}

/* Results are given as they are: a cancellation that comes after the card has done something must
 * not hide it. */
GTask *
ilk_card_session_task_new (IlkCardSession      *self,
                           IlkCardRequest      *request,
                           GCancellable        *cancellable,
                           gpointer             source_tag,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, request, ilk_card_request_free);
  return task;
}

/**
 * ilk_card_session_open_async:
 * @reader: name of the reader
 * @expected_serial: the serial number of the card, 24 capital hex digits
 * @expected_certificate: (nullable): its signing certificate in DER; %NULL when it had none
 *
 * Begins an exclusive transaction with the card and reads its serial number again.
 */
void
ilk_card_session_open_async (IlkTransport        *transport,
                             const char          *reader,
                             const char          *expected_serial,
                             GBytes              *expected_certificate,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  IlkCardRequest *request;

  g_return_if_fail (ILK_IS_TRANSPORT (transport));
  g_return_if_fail (reader != NULL && expected_serial != NULL);

  request = g_new0 (IlkCardRequest, 1);
  request->transport = g_object_ref (transport);
  request->reader = g_strdup (reader);
  request->expected_serial = g_strdup (expected_serial);
  request->certificate = expected_certificate != NULL ? g_bytes_ref (expected_certificate) : NULL;
  task = ilk_card_session_task_new (NULL, request, cancellable,
                                    ilk_card_session_open_async, callback, user_data);
  g_task_run_in_thread (task, open_in_thread);
}

/**
 * ilk_card_session_open_finish:
 *
 * Returns: (transfer full): the session; %NULL with %ILK_CARD_ERROR_OTHER_CARD when another card
 *   is in the reader, or another error
 */
IlkCardSession *
ilk_card_session_open_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

IlkCardStep
ilk_card_session_get_step (IlkCardSession *self)
{
  IlkCardStep step;

  g_return_val_if_fail (ILK_IS_CARD_SESSION (self), ILK_CARD_STEP_OPEN);

  g_mutex_lock (&self->end_lock);
  step = self->procedure != NULL ? ilk_card_procedure_get_step (self->procedure)
                                 : self->last_step;
  g_mutex_unlock (&self->end_lock);
  return step;
}

guint16
ilk_card_session_get_status_word (IlkCardSession *self)
{
  guint16 sw;

  g_return_val_if_fail (ILK_IS_CARD_SESSION (self), 0);

  g_mutex_lock (&self->end_lock);
  sw = self->procedure != NULL ? ilk_card_procedure_get_status_word (self->procedure)
                               : self->last_sw;
  g_mutex_unlock (&self->end_lock);
  return sw;
}

gboolean
ilk_card_session_finish_boolean (IlkCardSession  *self,
                                 GAsyncResult    *result,
                                 GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ilk_card_session_close_async:
 *
 * Ends the transaction with a reset, so that the card forgets what was proved to it.
 */
void
ilk_card_session_close_async (IlkCardSession      *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));

  task = ilk_card_session_task_new (self, g_new0 (IlkCardRequest, 1), NULL,
                                    ilk_card_session_close_async, callback, user_data);
  g_task_run_in_thread (task, close_in_thread);
}

gboolean
ilk_card_session_close_finish (IlkCardSession  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  return ilk_card_session_finish_boolean (self, result, error);
}
