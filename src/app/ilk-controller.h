/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-problem.h"
#include "card/ilk-card-info.h"
#include "card/ilk-card-monitor.h"
#include "client/ilk-client.h"
#include "core/ilk-clock.h"
#include "core/ilk-flow.h"
#include "core/ilk-issuer.h"
#include "core/ilk-secret.h"
#include "host/ilk-distribution.h"
#include "host/ilk-host.h"
#include "host/ilk-repair.h"

G_BEGIN_DECLS

/* The repair that is under way, or how the last one ended. */
typedef struct {
  gboolean        running;
  IlkRepairKind   kind;
  int             progress;   /* percent, -1: not known */
  IlkRepairStatus status;
  IlkProblem     *problem;    /* why the last one failed, or NULL */
} IlkRepairFacts;

#define ILK_TYPE_CONTROLLER (ilk_controller_get_type ())
G_DECLARE_FINAL_TYPE (IlkController, ilk_controller, ILK, CONTROLLER, GObject)

/* Runs the flow's effects with card, host and client; knows no widgets.
 * Signal "changed" (): state, facts, view or problem differ; pages read everything anew.
 * Signal "closed" (): the session has ended and everything is wiped; the window may go. */
IlkController *ilk_controller_new (IlkTransport *transport,
                                   IlkHost      *host,
                                   IlkClient    *client,   /* NULL: the issuer has no service */
                                   IlkIssuer    *issuer,
                                   IlkClock     *clock,
                                   const char   *report_file); /* NULL: the person's data folder */

/* --- what pages show; all transfer none, valid until the next "changed" --- */
IlkState            ilk_controller_get_state       (IlkController *self);
const IlkFacts     *ilk_controller_get_facts       (IlkController *self);
const IlkView      *ilk_controller_get_view        (IlkController *self);
IlkProblem         *ilk_controller_get_problem     (IlkController *self); /* NULL: none */
IlkIssuer          *ilk_controller_get_issuer      (IlkController *self);
IlkClock           *ilk_controller_get_clock       (IlkController *self);

GPtrArray          *ilk_controller_get_readers     (IlkController *self); /* IlkReaderState */
GPtrArray          *ilk_controller_get_usb_readers (IlkController *self); /* IlkUsbReader */
/* IlkReaderVerdict, one for each reader; never empty, what is to be mended first comes first. */
GPtrArray          *ilk_controller_get_verdicts    (IlkController *self);
IlkReaderList      *ilk_controller_get_reader_list (IlkController *self); /* NULL: not looked yet */
IlkDistribution    *ilk_controller_get_distribution (IlkController *self);
const IlkRepairFacts *ilk_controller_get_repair    (IlkController *self);
/* Why the card can't be read, or NULL. */
const GError       *ilk_controller_get_card_error  (IlkController *self);
IlkCardInfo        *ilk_controller_get_card        (IlkController *self); /* NULL: none read */

GBytes             *ilk_controller_get_captcha     (IlkController *self); /* PNG or NULL */
const char         *ilk_controller_get_phone       (IlkController *self); /* masked */
/* Monotonic microseconds of the clock; 0: no code is under way. */
gint64              ilk_controller_get_code_deadline   (IlkController *self);
gint64              ilk_controller_get_resend_deadline (IlkController *self);
const char         *ilk_controller_get_holder      (IlkController *self);
IlkServiceCard     *ilk_controller_get_service_card (IlkController *self); /* NULL before the list came */
IlkSecret          *ilk_controller_get_pin         (IlkController *self); /* disclosed, or NULL */
/* Seconds since 1970; 0: nothing was deleted. */
gint64              ilk_controller_get_erased_everywhere (IlkController *self);
/* What is being written to the card, for the words on the SETTING page: "open", "challenge" … */
const char         *ilk_controller_get_step_name   (IlkController *self);

/* The first pages were seen in an earlier run. */
void ilk_controller_set_prepared (IlkController *self, gboolean prepared);

/* What can be done about a verdict on this computer; transfer full. */
IlkRepairPlan *ilk_controller_plan_repair (IlkController *self, const IlkReaderVerdict *verdict);

/* --- what the person does --- */
void ilk_controller_repair            (IlkController          *self,
                                       const IlkReaderVerdict *verdict);
void ilk_controller_cancel_repair     (IlkController *self);
/* The page tells whether what it asks for is complete; the view's may_go_on follows. */
void ilk_controller_set_form_complete (IlkController *self, gboolean complete);
/* The new-PIN page tells whether an old PIN comes along: typed in full, or the PIN shown is used. */
void ilk_controller_set_old_pin_given (IlkController *self, gboolean given);
/* The main button, where the page has no data to hand over. */
void ilk_controller_press             (IlkController *self);
/* BACK, SEND_AGAIN, SHOW_PIN, KEEP_PIN, OWN_PIN, RENEW_CAPTCHA, START_OVER … */
void ilk_controller_send              (IlkController *self, IlkEvent event);
void ilk_controller_log_in            (IlkController *self,
                                       const char    *identity_number,
                                       const char    *captcha_text,
                                       IlkSecret     *security_word);
/* The holder's own word in the place of the printed one. */
void ilk_controller_change_word       (IlkController *self, IlkSecret *word);
/* code: the 15 digits of a verification code. */
void ilk_controller_log_in_by_code    (IlkController *self, IlkSecret *code);
void ilk_controller_submit_code       (IlkController *self, IlkSecret *code); /* SMS and CONFIRM pages */
void ilk_controller_delete_pin        (IlkController *self, const char *phrase);
/* old_pin NULL: unlock. allow_last_try: the person was asked after problem "card.last-try". */
void ilk_controller_set_pin           (IlkController *self,
                                       IlkSecret     *old_pin,
                                       IlkSecret     *new_pin,
                                       gboolean       allow_last_try);
/* Old and new PIN are typed on the reader, whose card offers that (IlkCardInfo.pad). */
void ilk_controller_set_pin_on_reader (IlkController *self, gboolean allow_last_try);
void ilk_controller_pin_was_saved     (IlkController *self);
void ilk_controller_cancel            (IlkController *self); /* gives up waiting */
void ilk_controller_clear_problem     (IlkController *self);
void ilk_controller_set_problem       (IlkController *self, const GError *error);
void ilk_controller_close             (IlkController *self); /* ends the session, wipes, then "closed" */
/* Broken rules for a live checklist; identity number and old PIN are known here. */
guint ilk_controller_check_pin        (IlkController *self, IlkSecret *old_pin, IlkSecret *new_pin);

G_END_DECLS
