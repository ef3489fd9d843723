/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-controller.h"

/* The controller's face without anything behind it: a test or a picture sets the fields and calls
 * changed (). What pages ask for is written down in calls, one line each; secrets are not. */
struct _IlkController
{
  GObject         parent_instance;

  IlkState        state;
  IlkFacts        facts;
  IlkView         view;
  IlkProblem     *problem;
  IlkIssuer      *issuer;
  IlkManualClock *clock;
  GPtrArray      *readers;
  GPtrArray      *usb_readers;
  GPtrArray      *verdicts;    /* IlkReaderVerdict */
  IlkDistribution *distribution;
  IlkReaderList  *reader_list;
  IlkRepairFacts  repair;
  GError         *card_error;
  IlkCardInfo    *card;
  GBytes         *captcha;
  char           *phone;
  gint64          code_deadline;
  gint64          resend_deadline;
  char           *holder;
  IlkServiceCard *service_card;
  IlkSecret      *pin;
  gint64          erased_everywhere;
  const char     *step_name;

  GString        *calls;
  IlkSecret      *word;        /* handed over last */
  IlkSecret      *code;
  IlkSecret      *old_pin;
  IlkSecret      *new_pin;
};

#define FAKE_NOW 1795219200 /* 2026-11-21 00:00 UTC */

IlkController  *fake_controller_new         (void);
void            fake_controller_go          (IlkController *self,
                                             IlkState       state);
void            fake_controller_changed     (IlkController *self);
void            fake_controller_set_problem (IlkController *self,
                                             const char    *code,
                                             const char    *sentence,
                                             const char    *cause,
                                             const char    *action);
void            fake_controller_add_reader  (IlkController *self,
                                             const char    *name,
                                             gboolean       present,
                                             gboolean       mute,
                                             gboolean       exclusive);
/* A USB reader and its verdict; what else the verdict says is for the caller to write into it. */
IlkReaderVerdict *fake_controller_add_usb   (IlkController *self,
                                             const char    *name,
                                             IlkHostVerdict verdict);
/* The verdict of a computer without a reader. */
IlkReaderVerdict *fake_controller_judge     (IlkController *self,
                                             IlkHostVerdict verdict);
/* The system that commands and packages are for: the text of its os-release. */
void            fake_controller_set_system  (IlkController *self,
                                             const char    *os_release);
void            fake_controller_fail_repair (IlkController *self,
                                             const GError  *error);
IlkCardInfo    *fake_controller_insert_card (IlkController *self,
                                             IlkPinState    pin_state,
                                             int            tries_left);
void            fake_controller_log_in      (IlkController *self,
                                             gboolean       pin_held);
char           *fake_controller_take_calls  (IlkController *self);
