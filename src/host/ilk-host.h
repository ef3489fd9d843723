/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-host-verdict.h"

G_BEGIN_DECLS

/* The names that the first pages still have for them. */
#define ILK_HOST_VERDICT_OK            ILK_HOST_VERDICT_WORKS
#define ILK_HOST_VERDICT_NO_SOCKET     ILK_HOST_VERDICT_SERVICE_OFF
#define ILK_HOST_VERDICT_REFUSED       ILK_HOST_VERDICT_SERVICE_REFUSES
#define ILK_HOST_VERDICT_READER_UNSEEN ILK_HOST_VERDICT_DRIVER_MISSING

typedef struct {
  char    *vendor_id;    /* "072f" */
  char    *product_id;
  char    *name;         /* manufacturer and product, UTF-8, never NULL */
  char    *package;      /* Debian package with its driver, or NULL when unknown */
} IlkUsbReader;

void ilk_usb_reader_free (IlkUsbReader *self);

#define ILK_TYPE_HOST (ilk_host_get_type ())
G_DECLARE_FINAL_TYPE (IlkHost, ilk_host, ILK, HOST, GObject)

/* This computer. Signal "changed" (): a USB reader came or went (udev event).
 * sysfs_root: "/sys" normally, a made-up tree in tests; socket_path NULL: /run/pcscd/pcscd.comm or
 * PCSCLITE_CSOCK_NAME; bundle_folder NULL: /usr/lib/pcsc/drivers. */
IlkHost        *ilk_host_new              (const char           *sysfs_root,
                                           const char           *socket_path,
                                           const char           *bundle_folder);
void            ilk_host_start            (IlkHost              *self);
void            ilk_host_look_again       (IlkHost              *self);
GPtrArray      *ilk_host_get_usb_readers  (IlkHost              *self); /* IlkUsbReader, transfer none */
gboolean        ilk_host_has_socket       (IlkHost              *self);
/* Pure: from what is known here and what the card room says to one verdict. */
IlkHostVerdict  ilk_host_judge            (IlkHost              *self,
                                           gboolean              service_answers,
                                           gboolean              service_refuses,
                                           guint                 listed_readers,
                                           const IlkUsbReader  **unseen);
/* The same for each reader: IlkReaderVerdict, never empty, the one to show first is first. */
GPtrArray      *ilk_host_judge_readers    (IlkHost               *self,
                                           IlkServiceAnswer       answer,
                                           const IlkListedReader *listed,
                                           guint                  n_listed);

G_END_DECLS
