/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-usb-reader.h"

G_BEGIN_DECLS

/* A driver of pcscd, as its Info.plist tells of it. */
typedef struct {
  char       *driver;     /* "ccid", "acsccid" …, from the name of its library */
  char       *version;    /* "1.5.2", or NULL */
  gint64      changed;    /* seconds since 1970: when its Info.plist came onto this computer */
  GHashTable *readers;    /* pair of USB ids -> the name that pcscd gives such a reader, or "" */
} IlkDriverBundle;

void             ilk_driver_bundle_free  (IlkDriverBundle    *self);

/* All drivers under a folder of bundles, element IlkDriverBundle; blocking, for a worker thread. */
GPtrArray       *ilk_driver_scan         (const char         *bundle_folder);
/* The name that a driver gives this reader; NULL: it does not serve it. */
const char      *ilk_driver_bundle_serves (IlkDriverBundle    *self,
                                           const IlkUsbReader *reader);
/* The installed driver of that name ("ccid"), or NULL. */
IlkDriverBundle *ilk_driver_scan_find    (GPtrArray          *bundles,
                                          const char         *driver);

/* Whether version a is older than b, both like "1.5.2"; FALSE when one is NULL. */
gboolean         ilk_version_is_older    (const char         *a,
                                          const char         *b);

G_END_DECLS
