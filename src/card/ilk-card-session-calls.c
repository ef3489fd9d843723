/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-error.h"
#include "card/ilk-card-session-private.h"

/* What is done with an open session, each in a thread of its own. */

static gboolean
do_verify (IlkCardSession  *self,
           IlkCardRequest         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  return ilk_card_procedure_verify (self->procedure, request->new_pin, request->allow_last_try,
                                    cancellable, error);
}

static gboolean
do_change (IlkCardSession  *self,
           IlkCardRequest         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  return ilk_card_procedure_change (self->procedure, request->old_pin, request->new_pin,
                                    request->allow_last_try, cancellable, error);
}

static gboolean
do_unlock (IlkCardSession  *self,
           IlkCardRequest         *request,
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
                               IlkCardRequest         *request,
                               GCancellable    *cancellable,
                               GError         **error);

static void
run_in_thread (GTask          *task,
               IlkCardSession *self,
               GCancellable   *cancellable,
               Operation       operation)
{
  IlkCardRequest *request = g_task_get_task_data (task);
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
  IlkCardRequest *request = task_data;
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

/**
 * ilk_card_session_verify_async:
 * @pin: (nullable): %NULL: it is typed on the reader, which must have keys
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
  IlkCardRequest *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));

  request = g_new0 (IlkCardRequest, 1);
  request->new_pin = pin != NULL ? ilk_secret_ref (pin) : NULL;
  request->allow_last_try = allow_last_try;
  task = ilk_card_session_task_new (self, request, cancellable,
                                    ilk_card_session_verify_async, callback, user_data);
  g_task_run_in_thread (task, verify_in_thread);
}

gboolean
ilk_card_session_verify_finish (IlkCardSession  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return ilk_card_session_finish_boolean (self, result, error);
}

/**
 * ilk_card_session_change_pin_async:
 * @old_pin: (nullable): %NULL with @new_pin: both are typed on the reader, which must have keys, and
 *   the new one once more for the proof
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
  IlkCardRequest *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail ((old_pin == NULL) == (new_pin == NULL));

  request = g_new0 (IlkCardRequest, 1);
  request->old_pin = old_pin != NULL ? ilk_secret_ref (old_pin) : NULL;
  request->new_pin = new_pin != NULL ? ilk_secret_ref (new_pin) : NULL;
  request->allow_last_try = allow_last_try;
  task = ilk_card_session_task_new (self, request, cancellable,
                                    ilk_card_session_change_pin_async, callback, user_data);
  g_task_run_in_thread (task, change_in_thread);
}

gboolean
ilk_card_session_change_pin_finish (IlkCardSession  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return ilk_card_session_finish_boolean (self, result, error);
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

  task = ilk_card_session_task_new (self, g_new0 (IlkCardRequest, 1), cancellable,
                                    ilk_card_session_get_challenge_async, callback, user_data);
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
  IlkCardRequest *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (cryptogram != NULL && new_pin != NULL);

  request = g_new0 (IlkCardRequest, 1);
  request->cryptogram = g_bytes_ref (cryptogram);
  request->new_pin = ilk_secret_ref (new_pin);
  task = ilk_card_session_task_new (self, request, cancellable,
                                    ilk_card_session_unlock_async, callback, user_data);
  g_task_run_in_thread (task, unlock_in_thread);
}

gboolean
ilk_card_session_unlock_finish (IlkCardSession  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return ilk_card_session_finish_boolean (self, result, error);
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
  IlkCardRequest *request;

  g_return_if_fail (ILK_IS_CARD_SESSION (self));
  g_return_if_fail (certificate != NULL && data != NULL && pin != NULL);

  request = g_new0 (IlkCardRequest, 1);
  request->certificate = g_bytes_ref (certificate->der);
  request->data = g_bytes_ref (data);
  request->new_pin = ilk_secret_ref (pin);
  request->allow_last_try = allow_last_try;
  task = ilk_card_session_task_new (self, request, cancellable,
                                    ilk_card_session_sign_async, callback, user_data);
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

