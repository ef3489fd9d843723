/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-diagnosis.h"
#include "card/ilk-card-monitor.h"
#include "client/ilk-client.h"
#include "host/ilk-distribution.h"

G_BEGIN_DECLS

typedef struct _IlkDiagnosisRun IlkDiagnosisRun;
typedef struct _IlkDiagnosisPart IlkDiagnosisPart;

struct _IlkDiagnosisRun
{
  GTask            *task;       /* NULL: ended */
  IlkDiagnosis     *diagnosis;
  IlkTransport     *transport;
  IlkHost          *host;
  IlkDistribution  *distribution;
  IlkIssuer        *issuer;     /* NULL: there is no profile */
  IlkClock         *clock;
  IlkCardInfo      *known_card;
  IlkCardMonitor   *monitor;
  IlkClient        *client;
  guint             limit;
  GSource          *cancelled;
  GPtrArray        *parts;      /* those that are under way */
  IlkDiagnosisPart *looking;    /* at the USB readers */
  IlkDiagnosisPart *listing;    /* of the readers that pcscd has */
  guint             settling;   /* while more of them may come */
};

/* One thing that is being asked. */
struct _IlkDiagnosisPart
{
  IlkDiagnosisRun *run;
  GCancellable    *cancellable;
  guint            deadline;
  void           (*late) (IlkDiagnosisPart *self);  /* may be NULL */
  gpointer         data;        /* borrowed from the diagnosis */
  gboolean         over;        /* answered or given up: what comes now is not looked at */
};

/* Begins to ask something; late may be NULL. Returns a reference for the callback of what is asked,
 * which begins with part_answered () and, when the answer is still wanted, ends with part_done (). */
IlkDiagnosisPart *ilk_diagnosis_part_begin    (IlkDiagnosisRun  *run,
                                               guint             milliseconds,
                                               void            (*late) (IlkDiagnosisPart *part));
gboolean          ilk_diagnosis_part_answered (IlkDiagnosisPart *part);
void              ilk_diagnosis_part_done     (IlkDiagnosisPart *part);
void              ilk_diagnosis_part_unref    (gpointer          part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkDiagnosisPart, ilk_diagnosis_part_unref)

/* ilk-diagnosis-readers.c */
void              ilk_diagnosis_ask_readers   (IlkDiagnosisRun  *run);
/* ilk-diagnosis-service.c */
void              ilk_diagnosis_ask_service   (IlkDiagnosisRun         *run,
                                               const IlkDiagnosisPlace *place);

G_END_DECLS
