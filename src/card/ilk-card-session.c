/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-session.h"

#include "card/ilk-atr-list.h"
#include "card/ilk-card-driver.h"
#include "card/ilk-card-error.h"

/* From here on another wrong cryptogram would kill the unlock key, and with it the card's only
 * way to a new PIN. */
#define UNLOCK_KEY_LOW 1

struct _IlkCardSession
{
  GObject         parent_instance;

  GMutex          lock;      /* one operation at a time; guards all below but the atomics */
  IlkCardChannel *channel;   /* NULL when closed */
  IlkCardDriver  *driver;
  IlkCardInfo    *info;
  gboolean        challenged; /* the card waits for the cryptogram of its last challenge */
  int             step;      /* atomic, IlkCardStep */
  int             sw;        /* atomic */
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
  g_free (request);
}

static gboolean
fail (GError       **error,
      IlkCardError   code,
      int            tries_left,
      const char    *message)
{
  g_propagate_error (error, ilk_card_error_new (code, tries_left, 0, 0, "%s", message));
  return FALSE;
}

static void
set_step (IlkCardSession *self,
          IlkCardStep     step)
{
  g_atomic_int_set (&self->step, step);
}

static void
note_status_word (IlkCardSession *self)
{
  g_atomic_int_set (&self->sw, ilk_card_channel_get_status_word (self->channel));
}

/* A writing command that was sent and had no answer may have been done or not. */
static gboolean
settle_write (IlkCardSession  *self,
              gboolean         done,
              GError         **error)
{
  g_autoptr (GError) cause = NULL;

  note_status_word (self);
  if (done || !ilk_card_channel_get_unanswered (self->channel))
    return done;

  cause = g_steal_pointer (error);
  *error = ilk_card_error_new (ILK_CARD_ERROR_UNCERTAIN, -1, 0,
                               ilk_card_error_get_pcsc_code (cause),
                               "no answer to a writing command: %s", cause->message);
  return FALSE;
}

static gboolean
check_usable (IlkCardSession  *self,
              GError         **error)
{
  if (self->channel == NULL)
    return fail (error, ILK_CARD_ERROR_NOT_ALLOWED, -1, "the session is closed");
  if (ilk_card_channel_get_unanswered (self->channel))
    return fail (error, ILK_CARD_ERROR_CARD_REMOVED, -1, "the card has not answered before");

  return TRUE;
}

/* Asks for the tries again before each PIN command: the count may have changed since the card was
 * read, and the last one is not spent without leave. */
static gboolean
check_tries (IlkCardSession  *self,
             gboolean         allow_last_try,
             GError         **error)
{
  gboolean read = ilk_card_driver_read_tries (self->driver, self->channel, self->info, error);

  note_status_word (self);
  if (!read)
    return FALSE;

  if (self->info->pin_state == ILK_PIN_STATE_BLOCKED)
    return fail (error, ILK_CARD_ERROR_PIN_BLOCKED, 0, "the PIN is blocked");
  if (self->info->pin_state == ILK_PIN_STATE_NOT_SET)
    return fail (error, ILK_CARD_ERROR_PIN_NOT_SET, -1, "the card has no PIN");
  if (self->info->tries_left == 1 && !allow_last_try)
    return fail (error, ILK_CARD_ERROR_LAST_TRY, 1, "one try is left");

  return TRUE;
}

static gboolean
prove (IlkCardSession  *self,
       IlkSecret       *pin,
       GError         **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_PROVE);
  done = ilk_card_driver_verify (self->driver, self->channel, pin, error);
  if (!settle_write (self, done, error))
    return FALSE;

  set_step (self, ILK_CARD_STEP_DONE);
  return TRUE;
}

static gboolean
do_verify (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  set_step (self, ILK_CARD_STEP_PROVE);
  return check_tries (self, request->allow_last_try, error)
         && !g_cancellable_set_error_if_cancelled (cancellable, error)
         && prove (self, request->new_pin, error);
}

static gboolean
do_change (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_CHANGE);
  if (!check_tries (self, request->allow_last_try, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  done = ilk_card_driver_change (self->driver, self->channel, request->old_pin, request->new_pin,
                                 error);
  return settle_write (self, done, error)
         && prove (self, request->new_pin, error);
}

static gboolean
check_profile (IlkCardSession  *self,
               GError         **error)
{
  if (self->info->unlock_profile != NULL)
    return TRUE;

  return fail (error, ILK_CARD_ERROR_NOT_SUPPORTED, -1, "how to unlock this card is not public");
}

static GBytes *
do_get_challenge (IlkCardSession  *self,
                  GError         **error)
{
  GBytes *challenge;
  int tries;

  set_step (self, ILK_CARD_STEP_CHALLENGE);
  self->challenged = FALSE;
  if (!check_profile (self, error))
    return NULL;
  if (!ilk_card_driver_read_tries (self->driver, self->channel, self->info, error))
    {
      note_status_word (self);
      return NULL;
    }

  note_status_word (self);
  tries = self->info->unlock_tries_left;
  if (tries < 0)
    {
      fail (error, ILK_CARD_ERROR_ANSWER, -1, "the card does not tell the unlock key's tries");
      return NULL;
    }
  if (tries <= UNLOCK_KEY_LOW)
    {
      fail (error, ILK_CARD_ERROR_UNLOCK_KEY_LOW, tries, "the unlock key's tries run out");
      return NULL;
    }

  challenge = ilk_card_driver_get_challenge (self->driver, self->channel, error);
  note_status_word (self);
  self->challenged = challenge != NULL;
  return challenge;
}

static gboolean
do_unlock (IlkCardSession  *self,
           Request         *request,
           GCancellable    *cancellable,
           GError         **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_AUTHENTICATE);
  if (!check_profile (self, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!self->challenged)
    return fail (error, ILK_CARD_ERROR_NOT_ALLOWED, -1, "the card has given no challenge");

  /* Whatever comes of it, this cryptogram is never sent again. */
  self->challenged = FALSE;
  done = ilk_card_driver_authenticate (self->driver, self->channel, request->cryptogram, error);
  note_status_word (self);
  if (!done || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  set_step (self, ILK_CARD_STEP_RESET);
  done = ilk_card_driver_reset_pin (self->driver, self->channel, request->new_pin, error);
  return settle_write (self, done, error)
         && prove (self, request->new_pin, error);
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
  done = check_usable (self, &error) && operation (self, request, cancellable, &error);
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
  if (check_usable (self, &error) && !g_cancellable_set_error_if_cancelled (cancellable, &error))
    challenge = do_get_challenge (self, &error);
  g_mutex_unlock (&self->lock);

  if (challenge != NULL)
    g_task_return_pointer (task, challenge, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
close_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  IlkCardSession *self = source;

  g_mutex_lock (&self->lock);
  if (self->channel != NULL)
    ilk_card_channel_close (g_steal_pointer (&self->channel), TRUE);
  g_mutex_unlock (&self->lock);

  g_task_return_boolean (task, TRUE);
}

static gpointer
close_abandoned (gpointer user_data)
{
  ilk_card_channel_close (user_data, TRUE);
  return NULL;
}

static void
ilk_card_session_dispose (GObject *object)
{
  IlkCardSession *self = ILK_CARD_SESSION (object);

  if (self->channel != NULL)
    g_thread_unref (g_thread_new ("ilk-card-close", close_abandoned,
                                  g_steal_pointer (&self->channel)));
  g_clear_object (&self->driver);
  g_clear_pointer (&self->info, ilk_card_info_unref);

  G_OBJECT_CLASS (ilk_card_session_parent_class)->dispose (object);
}

static void
ilk_card_session_finalize (GObject *object)
{
  g_mutex_clear (&ILK_CARD_SESSION (object)->lock);

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
  self->info = ilk_card_info_new ();
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
    [ILK_CARD_STEP_DONE] = "done",
  };

  g_return_val_if_fail (step >= 0 && step < G_N_ELEMENTS (names), NULL);

  return names[step];
}

/* A card whose ATR is another one has no serial number we may ask for. */
static gboolean
check_card (IlkCardSession  *self,
            const char      *expected_serial,
            GError         **error)
{
  g_autoptr (GBytes) atr = ilk_card_channel_get_atr (self->channel);
  gboolean read;

  self->driver = ilk_card_driver_new_for_kind (ilk_atr_list_find (atr, NULL));
  if (self->driver == NULL)
    return fail (error, ILK_CARD_ERROR_OTHER_CARD, -1, "another kind of card is in the reader");

  read = ilk_card_driver_identify (self->driver, self->channel, self->info, error);
  note_status_word (self);
  if (!read)
    return FALSE;

  if (g_strcmp0 (self->info->serial, expected_serial) != 0)
    return fail (error, ILK_CARD_ERROR_OTHER_CARD, -1, "another card is in the reader");
  if (self->info->dead)
    return fail (error, ILK_CARD_ERROR_DEAD, -1, "the card's life is over");

  return TRUE;
}

static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Request *request = task_data;
  g_autoptr (IlkCardSession) self = g_object_new (ILK_TYPE_CARD_SESSION, NULL);
  GError *error = NULL;

  self->channel = ilk_card_channel_open (request->transport, request->reader, cancellable,
                                         &error);
  if (self->channel != NULL && check_card (self, request->expected_serial, &error)
      && !g_cancellable_set_error_if_cancelled (cancellable, &error))
    {
      g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
      return;
    }

  /* Nothing was proved to this card, so it is left as it is. */
  if (self->channel != NULL)
    ilk_card_channel_close (g_steal_pointer (&self->channel), FALSE);
  g_task_return_error (task, error);
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
  g_return_val_if_fail (ILK_IS_CARD_SESSION (self), ILK_CARD_STEP_OPEN);

  return (IlkCardStep) g_atomic_int_get (&self->step);
}

guint16
ilk_card_session_get_status_word (IlkCardSession *self)
{
  g_return_val_if_fail (ILK_IS_CARD_SESSION (self), 0);

  return (guint16) g_atomic_int_get (&self->sw);
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
