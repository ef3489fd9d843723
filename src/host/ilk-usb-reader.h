/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-known-reader.h"

G_BEGIN_DECLS

/* A card reader on USB, as sysfs shows it. */
typedef struct {
  char    *vendor_id;      /* "072f" */
  char    *product_id;
  char    *name;           /* manufacturer and product, UTF-8, never NULL */
  char    *driver;         /* "ccid", "acsccid" … as the list has it, else NULL */
  char    *since;          /* the driver's first version for it, NULL: any, or not known */
  guint    bus;            /* 0: not known */
  guint    address;
  gboolean class_0b;       /* one of its interfaces says that it is a card reader */
  char    *kernel_driver;  /* what holds that interface: "usbfs" is pcscd or another program; or NULL */
} IlkUsbReader;

void ilk_usb_reader_free (IlkUsbReader *self);

/* The readers among the USB devices of a sysfs tree; blocking, for a worker thread. */
GPtrArray *ilk_usb_scan (const char    *sysfs_root,
                         IlkReaderList *list);

G_END_DECLS
