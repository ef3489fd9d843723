/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A program that has to do with card readers: connected to pcscd, or with a USB device open. */
typedef struct {
  char    *program;   /* "scdaemon", UTF-8 */
  gboolean own;       /* of the person who runs us */
  guint    bus;       /* of the USB device; 0: it is connected to pcscd */
  guint    address;
} IlkHolder;

typedef struct {
  GPtrArray *holders;         /* IlkHolder, each once; pcscd and we are none */
  gint64     service_started; /* seconds since 1970 when pcscd began; 0: it does not run, or is not seen */
} IlkProcessScan;

/* Only the open files of one's own processes can be seen, or with root's rights everyone's: an
 * empty list says nothing. Blocking, for a worker thread. socket_path NULL: no connections. */
IlkProcessScan *ilk_process_scan      (const char     *proc_root,
                                       const char     *socket_path);
void            ilk_process_scan_free (IlkProcessScan *self);

/* The inodes of those that are connected to a Unix socket, by the kernel's socket diagnosis. */
GHashTable     *ilk_socket_peers      (const char     *socket_path);

G_END_DECLS
