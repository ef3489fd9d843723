/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-host-verdict.h"
#include "host/ilk-usb-reader.h"

G_BEGIN_DECLS

/* Where this computer keeps what is looked at; NULL members: where it is on Debian. */
typedef struct {
  const char        *sysfs;           /* "/sys" */
  const char        *proc;            /* "/proc" */
  const char        *service;         /* pcscd's program */
  const char        *socket;          /* PCSCLITE_CSOCK_NAME or /run/pcscd/pcscd.comm */
  const char        *bundles;         /* /usr/lib/pcsc/drivers */
  const char *const *reader_folders;  /* files of more readers: of the administrator, of the person */
} IlkHostPlaces;

#define ILK_TYPE_HOST (ilk_host_get_type ())
G_DECLARE_FINAL_TYPE (IlkHost, ilk_host, ILK, HOST, GObject)

/* This computer. Signal "changed" (): it was looked at anew. */
IlkHost       *ilk_host_new             (const IlkHostPlaces   *places);
IlkHost       *ilk_host_new_nowhere     (void);
void           ilk_host_start           (IlkHost               *self);
void           ilk_host_look_again      (IlkHost               *self);
GPtrArray     *ilk_host_get_usb_readers (IlkHost               *self);
GPtrArray     *ilk_host_get_drivers     (IlkHost               *self);
IlkReaderList *ilk_host_get_reader_list (IlkHost               *self);
gboolean       ilk_host_has_socket      (IlkHost               *self);
gboolean       ilk_host_has_service     (IlkHost               *self);
GPtrArray     *ilk_host_judge           (IlkHost               *self,
                                         IlkServiceAnswer       answer,
                                         const IlkListedReader *listed,
                                         guint                  n_listed);

G_END_DECLS
