/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ILK_TYPE_SERVICE_WATCH (ilk_service_watch_get_type ())
G_DECLARE_FINAL_TYPE (IlkServiceWatch, ilk_service_watch, ILK, SERVICE_WATCH, GObject)

/* Signal "appeared" (): the socket at the path came, or was changed; emitted in the main context
 * that was the thread default at construction. Nothing wakes up meanwhile. */
IlkServiceWatch *ilk_service_watch_new              (const char *socket_path);
const char      *ilk_service_watch_get_default_path (void);

G_END_DECLS
