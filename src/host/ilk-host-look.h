/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-driver-bundle.h"
#include "host/ilk-host.h"
#include "host/ilk-process-scan.h"

G_BEGIN_DECLS

/* What one look at this computer found. */
typedef struct {
  IlkReaderList  *list;
  GPtrArray      *readers;    /* IlkUsbReader */
  GPtrArray      *bundles;    /* IlkDriverBundle */
  IlkProcessScan *processes;
  gboolean        has_service;
  gboolean        has_socket;
  gboolean        may_connect;
} IlkHostLook;

/* Blocking, for a worker thread; every member of the places is given. */
IlkHostLook *ilk_host_look      (const IlkHostPlaces *places);
void         ilk_host_look_free (IlkHostLook         *self);

/* Pure: from what was found and what pcscd says to verdicts, the first to be mended first.
 * Returns: (transfer full) (element-type IlkReaderVerdict): at least one */
GPtrArray   *ilk_host_look_judge (const IlkHostLook     *self,
                                  IlkServiceAnswer       answer,
                                  gboolean               remote,
                                  const IlkListedReader *listed,
                                  guint                  n_listed);

G_END_DECLS
