/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include "server/ilk-inbound.h"

G_BEGIN_DECLS

/* What libsoup's messages are to the rules: requests out of which every secret is taken at once, and
 * answers. */

/* Called when a request's head is there: its body comes into memory that is wiped. */
void        ilk_http_message_collect      (SoupServerMessage *message);
gboolean    ilk_http_message_is_too_large (SoupServerMessage *message);
/* Once; token, cookies and body leave libsoup's message. (transfer full) */
IlkInbound *ilk_http_message_read         (SoupServerMessage *message,
                                           const char        *path,
                                           GHashTable        *query);
void        ilk_http_message_write        (SoupServerMessage *message,
                                           IlkReply          *reply);

G_END_DECLS
