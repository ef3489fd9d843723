/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-distribution.h"
#include "host/ilk-host-verdict.h"

G_BEGIN_DECLS

/* What helps against a verdict. */
typedef enum {
  ILK_REPAIR_NONE,             /* nothing that a computer could do */
  ILK_REPAIR_INSTALL,          /* packages; the service is restarted afterwards */
  ILK_REPAIR_START_SERVICE,
  ILK_REPAIR_RESTART_SERVICE,
  ILK_REPAIR_END_SCDAEMON,
  ILK_REPAIR_COMMAND_ONLY,     /* only by the command */
} IlkRepairKind;

#define ILK_TYPE_REPAIR_PLAN (ilk_repair_plan_get_type ())
GType ilk_repair_plan_get_type (void);

/* Immutable, reference-counted. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  IlkRepairKind   kind;
  char          **packages;     /* with INSTALL; never NULL */
  char           *version;      /* the least version that helps, or NULL */
  char           *command;      /* for a terminal on this distribution, or NULL */
  gboolean        needs_admin;  /* the command asks for an administrator's password */
} IlkRepairPlan;

/* Pure. systemd: whether it runs this computer. */
IlkRepairPlan *ilk_repair_plan_new   (const IlkReaderVerdict *verdict,
                                      IlkDistribution        *distribution,
                                      gboolean                systemd);
IlkRepairPlan *ilk_repair_plan_ref   (IlkRepairPlan          *self);
void           ilk_repair_plan_unref (IlkRepairPlan          *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkRepairPlan, ilk_repair_plan_unref)

G_END_DECLS
