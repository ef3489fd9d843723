/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-error.h"
#include "card/ilk-transport.h"

G_BEGIN_DECLS

#define ILK_TYPE_CARD_RECORDER (ilk_card_recorder_get_type ())
G_DECLARE_FINAL_TYPE (IlkCardRecorder, ilk_card_recorder, ILK, CARD_RECORDER, GObject)

/* What is kept of one command: its header and how long its data were, never the data. */
typedef struct {
  guint8  cla, ins, p1, p2;
  gsize   lc;
  guint16 sw; /* 0: there was no answer */
} IlkRecordedCommand;

typedef enum {
  ILK_FAULT_BEFORE, /* the card does not get the command */
  ILK_FAULT_AFTER,  /* the card does the command, its answer is lost */
} IlkFaultPoint;

/* A transport around another one. It keeps a record of the commands that go through it, and can
 * be told to fail at one of them: tests of faults are generated from records. From any thread. */
IlkCardRecorder *ilk_card_recorder_new       (IlkTransport    *inner);
GArray          *ilk_card_recorder_get       (IlkCardRecorder *self);
char            *ilk_card_recorder_to_text   (IlkCardRecorder *self);
void             ilk_card_recorder_clear     (IlkCardRecorder *self);
void             ilk_card_recorder_set_fault (IlkCardRecorder *self,
                                              guint            command,
                                              IlkFaultPoint    point,
                                              IlkCardError     error);

G_END_DECLS
