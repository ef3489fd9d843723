/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What whoever starts the service (systemd) hands over and wants to hear; the protocol is the one
 * of sd_listen_fds(3) and sd_notify(3), done here without their library. */

typedef struct {
  int   fd;
  char *name;   /* "" when it has none */
} IlkPassedSocket;

/* Takes over the open sockets, once: the environment does not name them afterwards, and no child
 * inherits them. Element IlkPassedSocket; empty when there are none. Before there are threads. */
GPtrArray *ilk_supervisor_take_sockets (void);
/* "READY=1", "STOPPING=1"; does nothing when nobody listens. */
void       ilk_supervisor_tell         (const char *state);

G_END_DECLS
