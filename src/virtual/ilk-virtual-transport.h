/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"
#include "virtual/ilk-virtual-card.h"

G_BEGIN_DECLS

#define ILK_TYPE_VIRTUAL_TRANSPORT (ilk_virtual_transport_get_type ())
G_DECLARE_FINAL_TYPE (IlkVirtualTransport, ilk_virtual_transport, ILK, VIRTUAL_TRANSPORT, GObject)

/* In-process readers with virtual cards. All functions may be called from any thread. */
IlkTransport *ilk_virtual_transport_new           (void);
void          ilk_virtual_transport_add_reader    (IlkVirtualTransport *self, const char *name);
void          ilk_virtual_transport_remove_reader (IlkVirtualTransport *self, const char *name);
void          ilk_virtual_transport_insert        (IlkVirtualTransport *self, const char *reader,
                                                   IlkVirtualCard *card);
void          ilk_virtual_transport_remove        (IlkVirtualTransport *self, const char *reader);
/* Named faults: "pulled-before:N", "pulled-after:N" (N-th transmit of a connection, command not
 * done / done; it strikes once), "mute", "wrong-length:N", "slow:N", "reset:N", "held",
 * "service-off"; NULL: none. */
gboolean      ilk_virtual_transport_set_fault     (IlkVirtualTransport *self, const char *fault);

G_END_DECLS
