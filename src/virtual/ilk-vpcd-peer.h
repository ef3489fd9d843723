/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "virtual/ilk-virtual-card.h"

G_BEGIN_DECLS

/* vpcd's first slot listens here, the next one on the port above. */
#define ILK_VPCD_FIRST_PORT 35963

#define ILK_TYPE_VPCD_PEER (ilk_vpcd_peer_get_type ())
G_DECLARE_FINAL_TYPE (IlkVpcdPeer, ilk_vpcd_peer, ILK, VPCD_PEER, GObject)

/* Plugs virtual cards into one slot of vpcd, the virtual reader of vsmartcard, by its TCP port.
 * Signals, in the main context that was the thread default when it was made:
 * "seen" (): the reader asked the inserted card for its ATR, so pcscd knows of it;
 * "lost" (): the card is out, by a fault or because the reader went away. */
IlkVpcdPeer *ilk_vpcd_peer_new       (guint16          port);
gboolean     ilk_vpcd_peer_insert    (IlkVpcdPeer     *self,
                                      IlkVirtualCard  *card,
                                      GError         **error);
void         ilk_vpcd_peer_remove    (IlkVpcdPeer     *self);
void         ilk_vpcd_peer_set_pace  (IlkVpcdPeer     *self,
                                      guint            baud);
gboolean     ilk_vpcd_peer_set_fault (IlkVpcdPeer     *self,
                                      const char      *fault);

G_END_DECLS
