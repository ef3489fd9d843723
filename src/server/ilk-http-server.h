/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-limiter.h"
#include "server/ilk-service.h"

G_BEGIN_DECLS

#define ILK_TYPE_HTTP_SERVER (ilk_http_server_get_type ())
G_DECLARE_FINAL_TYPE (IlkHttpServer, ilk_http_server, ILK, HTTP_SERVER, GObject)

/* HTTP in front of the rules; with ilk-http-listener.h and ilk-http-message.h all that knows
 * libsoup's server. Lives on one main context; the rules run on its bounded pool of workers. */
IlkHttpServer *ilk_http_server_new           (IlkService     *service,
                                              guint           threads,
                                              guint           queue);
/* From now on requests are limited; takes the limiter. trusted: a proxy on this computer says in
 * X-Forwarded-For whom it speaks for. */
void           ilk_http_server_set_limiter   (IlkHttpServer  *self,
                                              IlkLimiter     *limiter,
                                              IlkClock       *clock,
                                              gboolean        trusted);
/* A path (made with mode 0600) that is a Unix socket. health: /healthz, /readyz and /metrics too
 * are served by this listener's server. */
gboolean       ilk_http_server_listen_path   (IlkHttpServer  *self,
                                              const char     *path,
                                              GError        **error);
/* "127.0.0.1:0". A host that is not this computer's own is refused unless anywhere is TRUE.
 * *port: what it got. */
gboolean       ilk_http_server_listen_port   (IlkHttpServer  *self,
                                              const char     *address,
                                              gboolean        anywhere,
                                              guint16        *port,
                                              GError        **error);
/* A socket that listens already, of which fd is taken over; health: the one of serve_health (). One
 * that others than this computer can reach is refused unless anywhere is TRUE. */
gboolean       ilk_http_server_listen_fd     (IlkHttpServer  *self,
                                              int             fd,
                                              gboolean        health,
                                              gboolean        anywhere,
                                              GError        **error);
/* /healthz, /readyz and /metrics on a socket of their own, or (NULL) on the listeners above. */
gboolean       ilk_http_server_serve_health  (IlkHttpServer  *self,
                                              const char     *path,
                                              GError        **error);
/* Takes no new work; calls drained when what runs has ended, or after the seconds. */
void           ilk_http_server_drain         (IlkHttpServer  *self,
                                              guint           seconds,
                                              void          (*drained) (gpointer user_data),
                                              gpointer        user_data);

G_END_DECLS
