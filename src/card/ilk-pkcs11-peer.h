/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The other end of a socket pair, a process that may hang or die at any moment. */
typedef struct {
  int socket;  /* -1: closed */
  int pidfd;   /* -1: the kernel has none (before 5.3) */
} IlkPkcs11Peer;

gboolean ilk_pkcs11_peer_send    (IlkPkcs11Peer   *self,
                                  GOutputVector   *vectors,
                                  guint            n_vectors,
                                  gint64           deadline,
                                  GError         **error);
gboolean ilk_pkcs11_peer_receive (IlkPkcs11Peer   *self,
                                  gpointer         buffer,
                                  gsize            length,
                                  gint64           deadline,
                                  GCancellable    *cancellable,
                                  GError         **error);

G_END_DECLS
