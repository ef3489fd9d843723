/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who sent a request (transfer full), NULL: not known. peer: the other end of the connection, NULL:
 * a Unix socket. forwarded: what X-Forwarded-For says; it is believed only of a proxy on this
 * computer, and only when the configuration says that there is one that sets it. */
GInetAddress *ilk_client_address_find (GInetAddress *peer,
                                       const char   *forwarded,
                                       gboolean      trusted);

G_END_DECLS
