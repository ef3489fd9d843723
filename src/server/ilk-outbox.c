/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-outbox.h"

#include <string.h>
#include "server/ilk-crash-point.h"
#include "server/ilk-service-private.h"
#include "server/ilk-wire.h"

/* Longer than a gateway may take. Whoever dies while sending is relieved after it; the message goes
 * out under the same id then, by which the provider knows it again. */
#define LEASE_SECONDS 60
/* Another instance may have died with messages queued: nobody wakes this one for them. */
#define SWEEP_SECONDS 30

struct _IlkOutbox
{
  GObject      parent_instance;

  IlkService  *service;
  GMutex       lock;
  GCond        woken;
  GPtrArray   *threads;
  guint64      wakes;     /* how often it was woken */
  int          stopping;  /* atomic */
};

G_DEFINE_FINAL_TYPE (IlkOutbox, ilk_outbox, G_TYPE_OBJECT)

typedef struct {
  IlkOutbox  *outbox;
  const char *kind;
} Sender;

/* 5, 10, 20 … seconds, five minutes at most. */
static gint64
get_delay (int tries)
{
  return MIN (5 << MIN (tries - 1, 6), 300);
}

static IlkMessage *
open_message (IlkOutbox             *self,
              const IlkOutboxRecord *record,
              GError               **error)
{
  g_autoptr (GBytes) name = g_bytes_new (record->message, strlen (record->message));
  g_autoptr (IlkSecret) words = ilk_service_open_secret (self->service, "outbox", name,
                                                         record->sealed, error);
  IlkMessage *message = NULL;

  if (words != NULL)
    message = ilk_message_unpack (record->message, record->id,
                                  g_str_equal (record->kind, ILK_OUTBOX_MAIL), words);
  if (words != NULL && message == NULL)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_FAILED, "it is damaged");
  return message;
}

static gboolean
hand_over (IlkOutbox         *self,
           const IlkMessage  *message,
           GError           **error)
{
  /* To nobody: queued so that a number that nobody has costs as much as one that somebody has. */
  if (*message->to == '\0')
    return TRUE;
  if (!message->mail)
    return ilk_sms_gateway_send (self->service->sms, message, error);
  return self->service->mail == NULL ||
         ilk_mail_gateway_send (self->service->mail, message, error);
}

static void
remove_row (IlkOutbox             *self,
            const IlkOutboxRecord *record,
            const char            *owner,
            const char            *outcome)
{
  g_autoptr (GError) error = NULL;

  ilk_store_begin (self->service->store);
  ilk_store_outbox_remove (self->service->store, record->id, owner, &error);
  ilk_store_end (self->service->store, &error);
  if (error != NULL)
    g_warning ("Message %s was %s, but is still in the outbox: %s", record->message, outcome,
               error->message);
}

static void
postpone (IlkOutbox             *self,
          const IlkOutboxRecord *record,
          const char            *owner,
          const char            *reason)
{
  gint64 delay = get_delay (record->tries);
  g_autoptr (GError) error = NULL;

  g_warning ("Message %s was not sent, it is tried again in %d s: %s", record->message,
             (int) delay, reason);
  ilk_store_begin (self->service->store);
  ilk_store_outbox_postpone (self->service->store, record->id, owner,
                             ilk_clock_get_wall (self->service->clock) + delay, &error);
  ilk_store_end (self->service->store, &error);
}

/* A code that has run out helps nobody any more. */
static gboolean
send_one (IlkOutbox             *self,
          const IlkOutboxRecord *record,
          const char            *owner)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkMessage) message = NULL;

  if (ilk_clock_get_wall (self->service->clock) >= record->expires)
    {
      g_warning ("Message %s ran out before it could be sent", record->message);
      remove_row (self, record, owner, "given up");
      return TRUE;
    }
  message = open_message (self, record, &error);
  if (message != NULL && hand_over (self, message, &error))
    {
      ilk_crash_point ("outbox.handed-over");
      remove_row (self, record, owner, "sent");
      return TRUE;
    }
  postpone (self, record, owner, error->message);
  return FALSE;
}

static IlkOutboxRecord *
lease (IlkOutbox  *self,
       const char *kind,
       const char *owner)
{
  IlkStore *store = self->service->store;
  gint64 now = ilk_clock_get_wall (self->service->clock);
  g_autoptr (GError) error = NULL;
  IlkOutboxRecord *record;

  ilk_store_begin (store);
  record = ilk_store_outbox_lease (store, kind, owner, now, now + LEASE_SECONDS, &error);
  ilk_store_end (store, &error);
  if (error == NULL)
    return record;

  g_warning ("The outbox can't be read: %s", error->message);
  g_clear_pointer (&record, ilk_outbox_record_free);
  return NULL;
}

/* FALSE: a gateway failed, and the next message would wait for the same. */
static gboolean
send_due (IlkOutbox  *self,
          const char *kind,
          const char *owner,
          guint      *sent)
{
  gboolean good = TRUE;

  while (good && !g_atomic_int_get (&self->stopping))
    {
      g_autoptr (IlkOutboxRecord) record = lease (self, kind, owner);

      if (record == NULL)
        return TRUE;
      ilk_crash_point ("outbox.leased");
      good = send_one (self, record, owner);
      *sent += good;
    }
  return good;
}

guint
ilk_outbox_run_due (IlkOutbox *self)
{
  g_autofree char *owner = ilk_wire_new_id ();
  guint sent = 0;

  send_due (self, ILK_OUTBOX_SMS, owner, &sent);
  send_due (self, ILK_OUTBOX_MAIL, owner, &sent);
  return sent;
}

/* How long nothing will be due, -1: until it is woken. */
static gint64
get_rest (IlkOutbox  *self,
          const char *kind)
{
  IlkStore *store = self->service->store;
  g_autoptr (GError) error = NULL;
  gint64 next;
  gint64 rest;

  ilk_store_begin (store);
  next = ilk_store_outbox_next (store, kind, &error);
  ilk_store_end (store, &error);
  rest = next >= 0 ? MAX (next - ilk_clock_get_wall (self->service->clock), 1) : -1;
  if (error != NULL || ilk_store_is_shared (store))
    rest = rest >= 0 ? MIN (rest, SWEEP_SECONDS) : SWEEP_SECONDS;
  return rest;
}

/* known NULL: whatever is queued meanwhile has to wait, too. */
static void
wait_for_work (IlkOutbox     *self,
               const guint64 *known,
               gint64         seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  gboolean going = TRUE;

  g_mutex_lock (&self->lock);
  while (going && !self->stopping && (known == NULL || self->wakes == *known))
    if (seconds < 0)
      g_cond_wait (&self->woken, &self->lock);
    else
      going = g_cond_wait_until (&self->woken, &self->lock, end);
  g_mutex_unlock (&self->lock);
}

static guint64
count_wakes (IlkOutbox *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->wakes;
}

static gpointer
run (gpointer data)
{
  Sender *sender = data;
  IlkOutbox *self = sender->outbox;
  g_autofree char *owner = ilk_wire_new_id ();
  int failures = 0;

  while (!g_atomic_int_get (&self->stopping))
    {
      guint64 known = count_wakes (self);
      guint sent = 0;

      failures = send_due (self, sender->kind, owner, &sent) ? 0 : failures + 1;
      /* A gateway that is down is asked less and less often, however many messages wait. */
      if (failures > 0)
        wait_for_work (self, NULL, get_delay (failures));
      else
        wait_for_work (self, &known, get_rest (self, sender->kind));
    }
  g_free (sender);
  return NULL;
}

static void
start_thread (IlkOutbox  *self,
              const char *kind)
{
  Sender *sender = g_new0 (Sender, 1);

  sender->outbox = self;
  sender->kind = kind;
  g_ptr_array_add (self->threads, g_thread_new (kind, run, sender));
}

void
ilk_outbox_start (IlkOutbox *self,
                  guint      sms_threads)
{
  g_return_if_fail (ILK_IS_OUTBOX (self) && self->threads->len == 0);

  for (guint i = 0; i < sms_threads; i++)
    start_thread (self, ILK_OUTBOX_SMS);
  start_thread (self, ILK_OUTBOX_MAIL);
  ilk_service_set_queued (self->service, (GCallback) ilk_outbox_wake, self);
}

void
ilk_outbox_wake (IlkOutbox *self)
{
  g_mutex_lock (&self->lock);
  self->wakes++;
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->lock);
}

/* What is being sent is ended first. What is queued stays in the store. */
void
ilk_outbox_stop (IlkOutbox *self)
{
  if (self->threads->len == 0)
    return;

  ilk_service_set_queued (self->service, NULL, NULL);
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->stopping, TRUE);
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_set_size (self->threads, 0);
}

static void
ilk_outbox_finalize (GObject *object)
{
  IlkOutbox *self = ILK_OUTBOX (object);

  ilk_outbox_stop (self);
  g_clear_pointer (&self->threads, g_ptr_array_unref);
  g_clear_object (&self->service);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->woken);

  G_OBJECT_CLASS (ilk_outbox_parent_class)->finalize (object);
}

static void
ilk_outbox_class_init (IlkOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_outbox_finalize;
}

static void
ilk_outbox_init (IlkOutbox *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->woken);
  self->threads = g_ptr_array_new ();
}

IlkOutbox *
ilk_outbox_new (IlkService *service)
{
  IlkOutbox *self = g_object_new (ILK_TYPE_OUTBOX, NULL);

  self->service = g_object_ref (service);
  return self;
}
