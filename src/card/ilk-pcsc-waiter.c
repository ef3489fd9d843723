/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pcsc-waiter.h"

/* SCardCancel ends a wait only while it is under way: pcsc-lite forgets one that comes a moment
 * too early. So it is said again, this often, until the waiting thread has noticed. */
#define AGAIN_AFTER (20 * G_TIME_SPAN_MILLISECOND)

struct _IlkPcscWaiter
{
  gatomicrefcount ref_count;
  GMutex          lock;     /* held while SCardCancel uses the context */
  GCond           finished_cond;
  SCARDCONTEXT    context;
  gboolean        woken;
  gboolean        finished; /* the context is no longer ours to cancel */
};

/**
 * ilk_pcsc_waiter_new:
 * @context: a context of its own for this wait; released by ilk_pcsc_waiter_finish()
 *
 * Returns: (transfer full): a new waiter
 */
IlkPcscWaiter *
ilk_pcsc_waiter_new (SCARDCONTEXT context)
{
  IlkPcscWaiter *self = g_new0 (IlkPcscWaiter, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->finished_cond);
  self->context = context;
  return self;
}

IlkPcscWaiter *
ilk_pcsc_waiter_ref (IlkPcscWaiter *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_pcsc_waiter_unref (IlkPcscWaiter *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->finished_cond);
  g_free (self);
}

static gpointer
cancel_until_finished (gpointer user_data)
{
  IlkPcscWaiter *self = user_data;

  g_mutex_lock (&self->lock);
  while (!self->finished)
    {
      SCardCancel (self->context);
      g_cond_wait_until (&self->finished_cond, &self->lock,
                         g_get_monotonic_time () + AGAIN_AFTER);
    }
  g_mutex_unlock (&self->lock);

  ilk_pcsc_waiter_unref (self);
  return NULL;
}

/**
 * ilk_pcsc_waiter_wake:
 *
 * Ends the wait, be it under way or about to begin. Talking to pcscd may block, so a thread of its
 * own does it and ends with the wait. From any thread.
 */
void
ilk_pcsc_waiter_wake (IlkPcscWaiter *self)
{
  gboolean first;

  g_mutex_lock (&self->lock);
  first = !self->woken && !self->finished;
  self->woken = TRUE;
  g_mutex_unlock (&self->lock);

  if (first)
    g_thread_unref (g_thread_new ("ilk-pcsc-wake", cancel_until_finished,
                                  ilk_pcsc_waiter_ref (self)));
}

gboolean
ilk_pcsc_waiter_is_woken (IlkPcscWaiter *self)
{
  gboolean woken;

  g_mutex_lock (&self->lock);
  woken = self->woken;
  g_mutex_unlock (&self->lock);
  return woken;
}

SCARDCONTEXT
ilk_pcsc_waiter_get_context (IlkPcscWaiter *self)
{
  return self->context;
}

/**
 * ilk_pcsc_waiter_finish:
 *
 * Says that the wait is over and releases the context.
 */
void
ilk_pcsc_waiter_finish (IlkPcscWaiter *self)
{
  g_mutex_lock (&self->lock);
  self->finished = TRUE;
  g_cond_broadcast (&self->finished_cond);
  g_mutex_unlock (&self->lock);

  SCardReleaseContext (self->context);
}

static void
on_cancelled (GCancellable  *cancellable,
              IlkPcscWaiter *waiter)
{
  ilk_pcsc_waiter_wake (waiter);
}

/**
 * ilk_pcsc_await_change:
 * @raw_name: PC/SC's name of a reader
 * @timeout_ms: how long at most
 * @cancellable: (nullable): ends the waiting
 *
 * Sleeps until something changes about the reader: its card, or who uses it.
 */
void
ilk_pcsc_await_change (const char   *raw_name,
                       guint         timeout_ms,
                       GCancellable *cancellable)
{
  SCARD_READERSTATE state = { .szReader = raw_name };
  IlkPcscWaiter *waiter;
  SCARDCONTEXT context;
  gulong handler = 0;

  if (SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
    return;

  waiter = ilk_pcsc_waiter_new (context);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                     ilk_pcsc_waiter_ref (waiter),
                                     (GDestroyNotify) ilk_pcsc_waiter_unref);

  SCardGetStatusChange (context, 0, &state, 1);
  state.dwCurrentState = state.dwEventState & ~SCARD_STATE_CHANGED;
  if (!ilk_pcsc_waiter_is_woken (waiter))
    SCardGetStatusChange (context, timeout_ms, &state, 1);

  g_cancellable_disconnect (cancellable, handler);
  ilk_pcsc_waiter_finish (waiter);
  ilk_pcsc_waiter_unref (waiter);
}
