/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "host/ilk-repair-plan.h"

G_BEGIN_DECLS

#define ILK_REPAIR_ERROR (ilk_repair_error_quark ())
GQuark ilk_repair_error_quark (void);

/* Named by what the person can do about it. */
typedef enum {
  ILK_REPAIR_ERROR_NO_INSTALLER,  /* no package service, or no systemd: use the command */
  ILK_REPAIR_ERROR_DENIED,        /* no administrator's password, or a wrong one */
  ILK_REPAIR_ERROR_NOT_FOUND,     /* no such package, or none new enough, in the system's sources */
  ILK_REPAIR_ERROR_OFFLINE,       /* the sources can't be reached */
  ILK_REPAIR_ERROR_BUSY,          /* another program installs at the moment */
  ILK_REPAIR_ERROR_NO_SPACE,
  ILK_REPAIR_ERROR_FAILED,        /* the message says what the installer said */
} IlkRepairError;

typedef enum {
  ILK_REPAIR_STATUS_WAITING,      /* for the package service, or for other installations to end */
  ILK_REPAIR_STATUS_AUTHORIZING,  /* the desktop asks for a password */
  ILK_REPAIR_STATUS_DOWNLOADING,
  ILK_REPAIR_STATUS_INSTALLING,
  ILK_REPAIR_STATUS_RESTARTING,   /* the card service */
} IlkRepairStatus;

#define ILK_TYPE_REPAIR (ilk_repair_get_type ())
G_DECLARE_FINAL_TYPE (IlkRepair, ilk_repair, ILK, REPAIR, GObject)

/* Carries out plans, one at a time. Signal "changed" (): progress or status differ. */
IlkRepair      *ilk_repair_new          (void);
void            ilk_repair_run_async    (IlkRepair            *self,
                                         IlkRepairPlan        *plan,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean        ilk_repair_run_finish   (IlkRepair            *self,
                                         GAsyncResult         *result,
                                         GError              **error);
int             ilk_repair_get_progress (IlkRepair            *self); /* percent, -1: not known */
IlkRepairStatus ilk_repair_get_status   (IlkRepair            *self);

G_END_DECLS
