/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A bounded number of threads with a bounded queue. */
typedef struct _IlkWorkerPool IlkWorkerPool;

typedef void (*IlkWorkerFunc) (gpointer data);

IlkWorkerPool *ilk_worker_pool_new       (guint          threads,
                                          guint          queue);
void           ilk_worker_pool_free      (IlkWorkerPool *self);
/* work runs on a thread, done after it in the main context of the caller of new (). FALSE: the
 * queue is full, nothing will run. */
gboolean       ilk_worker_pool_push      (IlkWorkerPool *self,
                                          IlkWorkerFunc  work,
                                          IlkWorkerFunc  done,
                                          gpointer       data);
guint          ilk_worker_pool_get_queue (IlkWorkerPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkWorkerPool, ilk_worker_pool_free)

G_END_DECLS
