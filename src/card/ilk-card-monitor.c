/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-monitor.h"

#include "card/ilk-card-error.h"
#include "card/ilk-service-watch.h"

/* What the waiting thread and the monitor share; it may outlive the monitor. */
typedef struct {
  gatomicrefcount  ref_count;
  GMutex           lock;
  GCond            cond;
  GCancellable    *cancellable;
  IlkTransport    *transport;
  GMainContext    *context;
  GWeakRef         monitor;
  gboolean         again; /* the service may be back: ask it */
} Worker;

struct _IlkCardMonitor
{
  GObject          parent_instance;

  IlkTransport    *transport;
  Worker          *worker;   /* NULL: stopped */
  IlkServiceWatch *watch;    /* while the service is off */
  GPtrArray       *readers;
  GError          *error;
  gboolean         ready;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IlkCardMonitor, ilk_card_monitor, G_TYPE_OBJECT)

static Worker *
worker_new (IlkCardMonitor *monitor)
{
  Worker *worker = g_new0 (Worker, 1);

  g_atomic_ref_count_init (&worker->ref_count);
  g_mutex_init (&worker->lock);
  g_cond_init (&worker->cond);
  worker->cancellable = g_cancellable_new ();
  worker->transport = g_object_ref (monitor->transport);
  worker->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&worker->monitor, monitor);
  return worker;
}

static Worker *
worker_ref (Worker *worker)
{
  g_atomic_ref_count_inc (&worker->ref_count);
  return worker;
}

static void
worker_unref (Worker *worker)
{
  if (!g_atomic_ref_count_dec (&worker->ref_count))
    return;

  g_mutex_clear (&worker->lock);
  g_cond_clear (&worker->cond);
  g_clear_object (&worker->cancellable);
  g_clear_object (&worker->transport);
  g_clear_pointer (&worker->context, g_main_context_unref);
  g_weak_ref_clear (&worker->monitor);
  g_free (worker);
}

static void
worker_ask_again (Worker *worker)
{
  g_mutex_lock (&worker->lock);
  worker->again = TRUE;
  g_cond_broadcast (&worker->cond);
  g_mutex_unlock (&worker->lock);
}

/* One answer of the transport on its way to the monitor's main context. */
typedef struct {
  Worker    *worker;
  GPtrArray *readers;
  GError    *error;
} News;

static void
news_free (gpointer user_data)
{
  News *news = user_data;

  g_clear_pointer (&news->worker, worker_unref);
  g_clear_pointer (&news->readers, g_ptr_array_unref);
  g_clear_error (&news->error);
  g_free (news);
}

static gboolean
same_error (const GError *a,
            const GError *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_error_matches (a, b->domain, b->code);
}

static void
watch_service (IlkCardMonitor *self)
{
  if (self->error == NULL)
    g_clear_object (&self->watch);
  else if (self->watch == NULL)
    {
      self->watch = ilk_service_watch_new (ilk_service_watch_get_default_path ());
      g_signal_connect_object (self->watch, "appeared", G_CALLBACK (ilk_card_monitor_relist),
                               self, G_CONNECT_SWAPPED);
      /* The socket may have come before the watch. */
      worker_ask_again (self->worker);
    }
}

static gboolean
deliver (gpointer user_data)
{
  News *news = user_data;
  g_autoptr (IlkCardMonitor) self = g_weak_ref_get (&news->worker->monitor);
  gboolean differs;

  if (self == NULL || self->worker != news->worker)
    return G_SOURCE_REMOVE;

  differs = !self->ready
            || !same_error (self->error, news->error)
            || !ilk_reader_states_equal (self->readers, news->readers);
  self->ready = TRUE;
  g_clear_error (&self->error);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  self->error = g_steal_pointer (&news->error);
  self->readers = g_steal_pointer (&news->readers);
  watch_service (self);

  if (differs)
    g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Every reader of the list is copied: the thread keeps its own for the next wait. */
static GPtrArray *
copy_readers (GPtrArray *readers)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    g_ptr_array_add (copy, ilk_reader_state_copy (g_ptr_array_index (readers, i)));

  return copy;
}

static void
post (Worker       *worker,
      GPtrArray    *readers,
      const GError *error)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  News *news = g_new0 (News, 1);

  news->worker = worker_ref (worker);
  news->readers = copy_readers (readers);
  news->error = error != NULL ? g_error_copy (error) : NULL;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, news, news_free);
  g_source_attach (source, worker->context);
}

static void
wait_for_service (Worker *worker)
{
  g_mutex_lock (&worker->lock);
  while (!worker->again && !g_cancellable_is_cancelled (worker->cancellable))
    g_cond_wait (&worker->cond, &worker->lock);
  worker->again = FALSE;
  g_mutex_unlock (&worker->lock);
}

static gpointer
work (gpointer user_data)
{
  Worker *worker = user_data;
  g_autoptr (GPtrArray) known = NULL;

  while (!g_cancellable_is_cancelled (worker->cancellable))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) readers = ilk_transport_wait (worker->transport, known,
                                                          worker->cancellable, &error);

      if (g_cancellable_is_cancelled (worker->cancellable))
        break;

      post (worker, readers, error);
      g_clear_pointer (&known, g_ptr_array_unref);
      known = g_steal_pointer (&readers);
      if (error != NULL)
        wait_for_service (worker);
    }

  worker_unref (worker);
  return NULL;
}

/* The thread is not waited for: a card service that hangs must not hang the program. */
static void
worker_stop (Worker *worker)
{
  g_cancellable_cancel (worker->cancellable);

  g_mutex_lock (&worker->lock);
  g_cond_broadcast (&worker->cond);
  g_mutex_unlock (&worker->lock);
}

static void
ilk_card_monitor_dispose (GObject *object)
{
  IlkCardMonitor *self = ILK_CARD_MONITOR (object);

  ilk_card_monitor_stop (self);
  g_clear_object (&self->transport);

  G_OBJECT_CLASS (ilk_card_monitor_parent_class)->dispose (object);
}

static void
ilk_card_monitor_finalize (GObject *object)
{
  IlkCardMonitor *self = ILK_CARD_MONITOR (object);

  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (ilk_card_monitor_parent_class)->finalize (object);
}

static void
ilk_card_monitor_class_init (IlkCardMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_card_monitor_dispose;
  object_class->finalize = ilk_card_monitor_finalize;

  /**
   * IlkCardMonitor::changed:
   *
   * Readers, cards or the state of the card service differ from what they were.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_card_monitor_init (IlkCardMonitor *self)
{
  self->readers = copy_readers (NULL);
}

/**
 * ilk_card_monitor_new:
 *
 * Returns: (transfer full): a monitor that has not begun
 */
IlkCardMonitor *
ilk_card_monitor_new (IlkTransport *transport)
{
  IlkCardMonitor *self;

  g_return_val_if_fail (ILK_IS_TRANSPORT (transport), NULL);

  self = g_object_new (ILK_TYPE_CARD_MONITOR, NULL);
  self->transport = g_object_ref (transport);
  return self;
}

/**
 * ilk_card_monitor_start:
 *
 * Begins to watch, with one thread that sleeps while nothing happens.
 */
void
ilk_card_monitor_start (IlkCardMonitor *self)
{
  g_return_if_fail (ILK_IS_CARD_MONITOR (self));

  if (self->worker != NULL)
    return;

  self->worker = worker_new (self);
  g_thread_unref (g_thread_new ("ilk-card-monitor", work, worker_ref (self->worker)));
}

/**
 * ilk_card_monitor_stop:
 *
 * Has the thread end, without waiting for it: it keeps the transport until then. "changed" is not
 * emitted any more, whatever the thread still says; what was last known stays.
 */
void
ilk_card_monitor_stop (IlkCardMonitor *self)
{
  Worker *worker;

  g_return_if_fail (ILK_IS_CARD_MONITOR (self));

  g_clear_object (&self->watch);
  worker = g_steal_pointer (&self->worker);
  if (worker == NULL)
    return;

  worker_stop (worker);
  worker_unref (worker);
}

/**
 * ilk_card_monitor_relist:
 *
 * Has the readers listed anew: pcsc-lite up to 2.2 does not tell of a reader that comes between
 * two of our calls. Also asks a card service again that was off.
 */
void
ilk_card_monitor_relist (IlkCardMonitor *self)
{
  g_return_if_fail (ILK_IS_CARD_MONITOR (self));

  if (self->worker == NULL)
    return;

  worker_ask_again (self->worker);
  ilk_transport_relist (self->transport);
}

gboolean
ilk_card_monitor_get_ready (IlkCardMonitor *self)
{
  g_return_val_if_fail (ILK_IS_CARD_MONITOR (self), FALSE);

  return self->ready;
}

/**
 * ilk_card_monitor_get_readers:
 *
 * Returns: (transfer none) (element-type IlkReaderState): the readers last seen; replaced by
 *   another array at the next change
 */
GPtrArray *
ilk_card_monitor_get_readers (IlkCardMonitor *self)
{
  g_return_val_if_fail (ILK_IS_CARD_MONITOR (self), NULL);

  return self->readers;
}

/**
 * ilk_card_monitor_get_error:
 *
 * Returns: (transfer none) (nullable): why the card service does not answer
 */
const GError *
ilk_card_monitor_get_error (IlkCardMonitor *self)
{
  g_return_val_if_fail (ILK_IS_CARD_MONITOR (self), NULL);

  return self->error;
}

IlkTransport *
ilk_card_monitor_get_transport (IlkCardMonitor *self)
{
  g_return_val_if_fail (ILK_IS_CARD_MONITOR (self), NULL);

  return self->transport;
}
