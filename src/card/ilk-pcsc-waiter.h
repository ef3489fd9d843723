/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <winscard.h>

G_BEGIN_DECLS

/* One thread that waits in SCardGetStatusChange, and the way to wake it that is never lost. */
typedef struct _IlkPcscWaiter IlkPcscWaiter;

IlkPcscWaiter *ilk_pcsc_waiter_new         (SCARDCONTEXT   context);
IlkPcscWaiter *ilk_pcsc_waiter_ref         (IlkPcscWaiter *self);
void           ilk_pcsc_waiter_unref       (IlkPcscWaiter *self);
void           ilk_pcsc_waiter_wake        (IlkPcscWaiter *self);
gboolean       ilk_pcsc_waiter_is_woken    (IlkPcscWaiter *self);
SCARDCONTEXT   ilk_pcsc_waiter_get_context (IlkPcscWaiter *self);
void           ilk_pcsc_waiter_finish      (IlkPcscWaiter *self);

void           ilk_pcsc_await_change       (const char    *raw_name,
                                            guint          timeout_ms,
                                            GCancellable  *cancellable);

G_END_DECLS
