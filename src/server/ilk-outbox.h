/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

#define ILK_TYPE_OUTBOX (ilk_outbox_get_type ())
G_DECLARE_FINAL_TYPE (IlkOutbox, ilk_outbox, ILK, OUTBOX, GObject)

/* Sends what the rules have queued, beside them: a gateway that is down delays a message, never the
 * request that caused it. Several outboxes, in one program or in several, share a store. */
IlkOutbox *ilk_outbox_new     (IlkService *service);
/* Threads that send until ilk_outbox_stop (); some for text messages, one for mails. */
void       ilk_outbox_start   (IlkOutbox  *self,
                               guint       sms_threads);
void       ilk_outbox_stop    (IlkOutbox  *self);
/* Something was queued. From any thread. */
void       ilk_outbox_wake    (IlkOutbox  *self);
/* Sends what is due now, in this thread; returns how many were sent. */
guint      ilk_outbox_run_due (IlkOutbox  *self);

G_END_DECLS
