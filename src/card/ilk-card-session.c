/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-session.h"

#include "card/ilk-card-error.h"
#include "card/ilk-card-procedure.h"

struct _IlkCardSession
{
  GObject           parent_instance;

  GMutex            lock;      /* one operation at a time */
  IlkCardProcedure *procedure; /* NULL: closed */
  GMutex            end_lock;  /* held while the procedure is read or taken away */
  IlkCardStep       last_step;
  guint16           last_sw;
};

G_DEFINE_FINAL_TYPE (IlkCardSession, ilk_card_session, G_TYPE_OBJECT)

/* What one operation is called with. */
typedef struct {
  IlkTransport *transport;
  char         *reader;
  char         *expected_serial;
  IlkSecret    *old_pin;
  IlkSecret    *new_pin;
  GBytes       *cryptogram;
  GBytes       *certificate;
  GBytes       *data;
  gboolean      allow_last_try;
} Request;

static void
request_free (gpointer user_data)
{
  Request *request = user_data;

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

static gboolean
do_verify (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  return ilk_card_procedure_verify (self->procedure, request->new_pin, request->allow_last_try,
                                    cancellable, error);
}

static gboolean
do_change (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  return ilk_card_procedure_change (self->procedure, request->old_pin, request->new_pin,
                                    request->allow_last_try, cancellable, error);
}

static gboolean
do_unlock (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  return ilk_card_procedure_unlock (self->procedure, request->cryptogram, request->new_pin,
                                    cancellable, error);
}

static gboolean
check_open (IlkCardSession  *self,
            GError         **error)
{
  if (self->procedure != NULL)
    return TRUE;

  g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NOT_ALLOWED, -1, 0, 0,
                                                "the session is closed"));
  return FALSE;
}

typedef gboolean (*Operation) (IlkCardSession  *self,
                               Request         *request,
                               GCancellable    *cancellable,
                               GError         **error);

static void
run_in_thread (GTask          *task,
               IlkCardSession *self,
               GCancellable   *cancellable,
               Operation       operation)
{
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean done;

  g_mutex_lock (&self->lock);
  done = check_open (self, &error) && operation (self, request, cancellable, &error);
  g_mutex_unlock (&self->lock);

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
verify_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  run_in_thread (task, source, cancellable, do_verify);
}

static void
change_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  run_in_thread (task, source, cancellable, do_change);
}

static void
unlock_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  run_in_thread (task, source, cancellable, do_unlock);
}

static void
challenge_in_thread (GTask        *task,
                     gpointer      source,
                     gpointer      task_data,
                     GCancellable *cancellable)
{
  IlkCardSession *self = source;
  GBytes *challenge = NULL;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  if (check_open (self, &error))
    challenge = ilk_card_procedure_get_challenge (self->procedure, cancellable, &error);
  g_mutex_unlock (&self->lock);

  if (challenge != NULL)
    g_task_return_pointer (task, challenge, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
sign_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  IlkCardSession *self = source;
  Request *request = task_data;
  GBytes *signature = NULL;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  if (check_open (self, &error))
    signature = ilk_card_procedure_sign (self->procedure, request->certificate, request->data,
                                         request->new_pin, request->allow_last_try, cancellable,
                                         &error);
  g_mutex_unlock (&self->lock);

  if (signature != NULL)
    g_task_return_pointer (task, signature, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
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
  Request *request = task_data;
  IlkCardProcedure *procedure;
  IlkCardSession *self;
  GError *error = NULL;

  procedure = ilk_card_procedure_open (request->transport, request->reader,
                                       request->expected_serial, cancellable, &error);
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
static GTask *
task_new (IlkCardSession      *self,
          Request             *request,
          GCancellable        *cancellable,
          gpointer             source_tag,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, request, request_free);
  return task;
}

/**
 * ilk_card_session_open_async:
 * @reader: name of the reader
 * @expected_serial: the serial number of the card, 24 capital hex digits
 *
 * Begins an exclusive transaction with the card and reads its serial number again.
 */
void
ilk_card_session_open_async (IlkTransport        *transport,
                             const char          *reader,
                             const char          *expected_serial,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_TRANSPORT (transport));
  g_return_if_fail (reader != NULL && expected_serial != NULL);

  request = g_new0 (Request, 1);
  request->transport = g_object_ref (transport);
  request->reader = g_strdup (reader);
  request->expected_serial = g_strdup (expected_serial);
  task = task_new (NULL, request, cancellable, ilk_card_session_open_async, callback, user_data);
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

static gboolean
finish_boolean (IlkCardSession  *self,
                GAsyncResult    *result,
                GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ilk_card_session_verify_async:
 * @allow_last_try: the person was asked and wants to spend the last try
 *
 * Sends one VERIFY. Without an answer to it the error is %ILK_CARD_ERROR_UNCERTAIN: whether the
 * PIN is right is not known, and a try may be spent.
 */
void
ilk_card_session_verify_async (IlkCardSession      *self,
                               IlkSecret           *pin,
                               gboolean             allow_last_try,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (pin != NULL);

  request = g_new0 (Request, 1);
  request->new_pin = ilk_secret_ref (pin);
  request->allow_last_try = allow_last_try;
  task = task_new (self, request, cancellable, ilk_card_session_verify_async, callback,
                   user_data);
  g_task_run_in_thread (task, verify_in_thread);
}

gboolean
ilk_card_session_verify_finish (IlkCardSession  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return finish_boolean (self, result, error);
}

/**
 * ilk_card_session_change_pin_async:
 * @allow_last_try: the person was asked and wants to spend the last try
 *
 * Sends CHANGE REFERENCE DATA once, and once VERIFY with the new PIN as proof.
 */
void
ilk_card_session_change_pin_async (IlkCardSession      *self,
                                   IlkSecret           *old_pin,
                                   IlkSecret           *new_pin,
                                   gboolean             allow_last_try,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (old_pin != NULL && new_pin != NULL);

  request = g_new0 (Request, 1);
  request->old_pin = ilk_secret_ref (old_pin);
  request->new_pin = ilk_secret_ref (new_pin);
  request->allow_last_try = allow_last_try;
  task = task_new (self, request, cancellable, ilk_card_session_change_pin_async, callback,
                   user_data);
  g_task_run_in_thread (task, change_in_thread);
}

gboolean
ilk_card_session_change_pin_finish (IlkCardSession  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return finish_boolean (self, result, error);
}

/**
 * ilk_card_session_get_challenge_async:
 *
 * Asks for the tries of the unlock key and, when more than one is left, for a challenge.
 */
void
ilk_card_session_get_challenge_async (IlkCardSession      *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));

  task = task_new (self, g_new0 (Request, 1), cancellable, ilk_card_session_get_challenge_async,
                   callback, user_data);
  g_task_run_in_thread (task, challenge_in_thread);
}

/**
 * ilk_card_session_get_challenge_finish:
 *
 * Returns: (transfer full): 16 random bytes of the card; %NULL with an error
 */
GBytes *
ilk_card_session_get_challenge_finish (IlkCardSession  *self,
                                       GAsyncResult    *result,
                                       GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ilk_card_session_unlock_async:
 * @cryptogram: the service's answer to the last challenge, 16 bytes
 * @new_pin: the PIN to set
 *
 * Sends EXTERNAL AUTHENTICATE, RESET RETRY COUNTER and VERIFY, each once.
 */
void
ilk_card_session_unlock_async (IlkCardSession      *self,
                               GBytes              *cryptogram,
                               IlkSecret           *new_pin,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (cryptogram != NULL && new_pin != NULL);

  request = g_new0 (Request, 1);
  request->cryptogram = g_bytes_ref (cryptogram);
  request->new_pin = ilk_secret_ref (new_pin);
  task = task_new (self, request, cancellable, ilk_card_session_unlock_async, callback,
                   user_data);
  g_task_run_in_thread (task, unlock_in_thread);
}

gboolean
ilk_card_session_unlock_finish (IlkCardSession  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return finish_boolean (self, result, error);
}

/**
 * ilk_card_session_sign_async:
 * @certificate: one of the card's; its key signs
 * @data: what is to be signed; the SHA-256 is made on the way
 * @pin: shown to the card once, or twice where the key wants it for each signature
 * @allow_last_try: the person was asked and wants to spend the last try
 */
void
ilk_card_session_sign_async (IlkCardSession       *self,
                             const IlkCertificate *certificate,
                             GBytes               *data,
                             IlkSecret            *pin,
                             gboolean              allow_last_try,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (certificate != NULL && data != NULL && pin != NULL);

  request = g_new0 (Request, 1);
  request->certificate = g_bytes_ref (certificate->der);
  request->data = g_bytes_ref (data);
  request->new_pin = ilk_secret_ref (pin);
  request->allow_last_try = allow_last_try;
  task = task_new (self, request, cancellable, ilk_card_session_sign_async, callback, user_data);
  g_task_run_in_thread (task, sign_in_thread);
}

/**
 * ilk_card_session_sign_finish:
 *
 * Returns: (transfer full): the signature; %NULL with an error
 */
GBytes *
ilk_card_session_sign_finish (IlkCardSession  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
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

  task = task_new (self, g_new0 (Request, 1), NULL, ilk_card_session_close_async, callback,
                   user_data);
  g_task_run_in_thread (task, close_in_thread);
}

gboolean
ilk_card_session_close_finish (IlkCardSession  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  return finish_boolean (self, result, error);
}
