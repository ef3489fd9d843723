/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-worker-pool.h"

struct _IlkWorkerPool
{
  GThreadPool  *threads;
  GMainContext *context;
  guint         queue;
};

typedef struct {
  IlkWorkerPool *pool;
  IlkWorkerFunc  work;
  IlkWorkerFunc  done;
  gpointer       data;
} Job;

static gboolean
finish (gpointer user_data)
{
  Job *job = user_data;

  job->done (job->data);
  return G_SOURCE_REMOVE;
}

static void
run (gpointer data,
     gpointer user_data)
{
  Job *job = data;
  IlkWorkerPool *self = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  job->work (job->data);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, finish, job, g_free);
  g_source_attach (source, self->context);
}

IlkWorkerPool *
ilk_worker_pool_new (guint threads,
                     guint queue)
{
  IlkWorkerPool *self = g_new0 (IlkWorkerPool, 1);

  self->threads = g_thread_pool_new (run, self, threads, FALSE, NULL);
  self->context = g_main_context_ref_thread_default ();
  self->queue = queue;
  return self;
}

/* Waits for what is running and queued; their done functions then still run in the context. */
void
ilk_worker_pool_free (IlkWorkerPool *self)
{
  if (self == NULL)
    return;

  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_main_context_unref (self->context);
  g_free (self);
}

gboolean
ilk_worker_pool_push (IlkWorkerPool *self,
                      IlkWorkerFunc  work,
                      IlkWorkerFunc  done,
                      gpointer       data)
{
  Job *job;

  if (g_thread_pool_unprocessed (self->threads) >= self->queue)
    return FALSE;

  job = g_new0 (Job, 1);
  job->pool = self;
  job->work = work;
  job->done = done;
  job->data = data;
  return g_thread_pool_push (self->threads, job, NULL);
}

guint
ilk_worker_pool_get_queue (IlkWorkerPool *self)
{
  return g_thread_pool_unprocessed (self->threads);
}
