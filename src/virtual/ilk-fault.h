/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a virtual reader can be told to do wrong. Those with a number strike once, at that command
 * of a connection, the first being 1; the others last until they are taken back. */
typedef enum {
  ILK_FAULT_NONE,
  ILK_FAULT_PULLED_BEFORE, /* "pulled-before:N": the card is gone, the command not done */
  ILK_FAULT_PULLED_AFTER,  /* "pulled-after:N": the command is done, its answer lost */
  ILK_FAULT_MUTE,          /* "mute": the card is in and does not answer */
  ILK_FAULT_WRONG_LENGTH,  /* "wrong-length:N": the command is done, its answer cut */
  ILK_FAULT_SLOW,          /* "slow:N": the answer waits until the fault is taken back, or 3 s */
  ILK_FAULT_RESET,         /* "reset:N": another program resets the card before the command */
  ILK_FAULT_HELD,          /* "held": another program holds the card exclusively */
  ILK_FAULT_SERVICE_OFF,   /* "service-off": there is no card service */
} IlkFaultKind;

typedef struct {
  IlkFaultKind kind;
  guint        number;
} IlkFault;

#define ILK_FAULT_SLOW_SECONDS 3

gboolean ilk_fault_parse  (const char *text,
                           IlkFault   *fault);
gboolean ilk_fault_strike (IlkFault     *fault,
                           IlkFaultKind  kind,
                           guint         number);

G_END_DECLS
