/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Where the HTTP server listens: nowhere that another computer reaches, unless told to. */

/* A Unix socket, made with mode 0600; the caller removes it. One that a killed service has left
 * behind is replaced, one in use is an error. */
gboolean ilk_http_listener_add_path (SoupServer  *server,
                                     const char  *path,
                                     GError     **error);
/* "127.0.0.1:0". anywhere: a host that is not this computer's own is accepted, too. *port: what it
 * got. */
gboolean ilk_http_listener_add_port (SoupServer  *server,
                                     const char  *address,
                                     gboolean     anywhere,
                                     guint16     *port,
                                     GError     **error);
/* A socket that listens already; fd is taken over. */
gboolean ilk_http_listener_add_fd   (SoupServer  *server,
                                     int          fd,
                                     gboolean     anywhere,
                                     GError     **error);

G_END_DECLS
