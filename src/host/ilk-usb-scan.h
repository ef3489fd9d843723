/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-host.h"

G_BEGIN_DECLS

/* The card readers among the USB devices of a sysfs tree; blocking, for a worker thread. */
GPtrArray *ilk_usb_scan          (const char         *sysfs_root);

/* A set of vendor and product ids, as the drivers under a folder of bundles name them. Blocking. */
GHashTable *ilk_driver_scan      (const char         *bundle_folder);
gboolean    ilk_driver_scan_has  (GHashTable         *drivers,
                                  const IlkUsbReader *reader);

G_END_DECLS
