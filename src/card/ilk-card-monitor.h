/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"

G_BEGIN_DECLS

#define ILK_TYPE_CARD_MONITOR (ilk_card_monitor_get_type ())
G_DECLARE_FINAL_TYPE (IlkCardMonitor, ilk_card_monitor, ILK, CARD_MONITOR, GObject)

/* Signal "changed" (): readers, cards or the state of the card service differ; emitted in the
 * main context that was the thread default when start () was called.
 * When the service is off the monitor waits for its socket to appear (GFileMonitor, no polling)
 * and for relist (). */
/* get_ready (): the first answer has come. get_readers (): IlkReaderState, transfer none.
 * get_error (): NULL while the card service answers. */
IlkCardMonitor *ilk_card_monitor_new           (IlkTransport   *transport);
void            ilk_card_monitor_start         (IlkCardMonitor *self);
void            ilk_card_monitor_stop          (IlkCardMonitor *self);
void            ilk_card_monitor_relist        (IlkCardMonitor *self);
gboolean        ilk_card_monitor_get_ready     (IlkCardMonitor *self);
GPtrArray      *ilk_card_monitor_get_readers   (IlkCardMonitor *self);
const GError   *ilk_card_monitor_get_error     (IlkCardMonitor *self);
IlkTransport   *ilk_card_monitor_get_transport (IlkCardMonitor *self);

G_END_DECLS
