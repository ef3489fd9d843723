/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-controller.h"
#include "app/ilk-report-queue.h"
#include "card/ilk-card-session.h"

G_BEGIN_DECLS

/* What was typed and not yet used up; wiped as soon as it is. */
typedef struct {
  char      *identity_number;
  char      *captcha_text;
  char      *phrase;
  IlkSecret *word;
  IlkSecret *code;
  IlkSecret *old_pin;
  IlkSecret *new_pin;
  gboolean   allow_last_try;
} IlkTyped;

struct _IlkController
{
  GObject parent_instance;

  IlkTransport   *transport;
  IlkCardMonitor *monitor;
  IlkHost        *host;
  IlkClient      *client;
  IlkIssuer      *issuer;
  IlkClock       *clock;
  IlkReportQueue *reports;

  IlkState    state;
  IlkFacts    facts;
  IlkView     view;
  IlkProblem *problem;
  IlkTyped    typed;
  gboolean    closing;
  gboolean    close_wanted;    /* as soon as the card is no longer written to */
  guint       closing_source;

  /* The one piece of work that is under way for the flow. An answer with another number is late. */
  guint         run_number;
  GCancellable *run;

  /* Reading a card goes on beside it. */
  guint         reading_number;
  GCancellable *reading;
  char         *reading_reader;
  guint         reading_events;
  gboolean      releasing;     /* our own session still holds the card */
  gboolean      reread;        /* the card was written to: what was read no longer holds */
  IlkCardInfo  *card;
  GError       *card_error;
  GHashTable   *set_aside;     /* reader -> event counter of a card there that is of no use */
  char         *road_serial;   /* the card this road is about */
  GBytes       *road_certificate; /* its signing certificate (DER), or NULL when it has none */
  char         *road_reader;   /* and the reader it was in */

  GPtrArray       *verdicts;     /* IlkReaderVerdict */
  gboolean         holders_asked; /* who holds the readers was looked for when it was last unknown */
  IlkDistribution *distribution;  /* NULL before it is asked for */
  IlkRepair       *repair;        /* NULL before the first one */
  IlkRepairFacts   repair_facts;
  GCancellable    *repairing;
  gboolean         waits_for_reader; /* the driver page was seen while the reader did not work */

  IlkCardSession *card_session;
  IlkCardStep     card_step;

  IlkCaptcha      *captcha;
  char            *phone;
  char            *holder;
  char            *identity_number;
  gint64           code_deadline;
  gint64           resend_deadline;
  IlkServiceCard  *service_card;
  IlkOperation    *operation;
  gboolean         operation_confirmed;
  IlkSecret       *pin;
  gint64           erased_everywhere;
};

/* One piece of work: holds the controller, knows its number. */
typedef struct {
  IlkController *self;
  guint          number;
} IlkRun;

IlkRun  *ilk_run_begin       (IlkController *self);
gboolean ilk_run_end         (IlkRun        *run); /* FALSE: the answer is late, drop it */
void     ilk_run_free        (IlkRun        *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkRun, ilk_run_free)

void     ilk_controller_dispatch      (IlkController *self,
                                       IlkEvent       event);
void     ilk_controller_changed       (IlkController *self);
void     ilk_controller_take_problem  (IlkController *self,
                                       IlkProblem    *problem);
void     ilk_controller_set_app_problem (IlkController *self,
                                         IlkAppError    code);
/* Clears the last problem and takes the step. */
void     ilk_controller_person_acts   (IlkController *self, IlkEvent event);
void     ilk_controller_wipe_typed    (IlkController *self);

/* ilk-controller-card.c */
void     ilk_controller_watch_readers (IlkController *self);
void     ilk_controller_read_card     (IlkController *self);
void     ilk_controller_forget_card   (IlkController *self);
void     ilk_controller_accept_card   (IlkController *self);
void     ilk_controller_judge_card    (IlkController *self);
void     ilk_controller_computer_changed (IlkController *self);

/* ilk-controller-computer.c */
void     ilk_controller_judge_computer (IlkController *self);

/* ilk-controller-repair.c */
void     ilk_controller_begin_waiting (IlkController *self);
gboolean ilk_controller_go_on         (IlkController *self);
void     ilk_controller_end_repair    (IlkController *self);

/* ilk-controller-writing.c */
void     ilk_controller_change_pin    (IlkController *self);
void     ilk_controller_unlock_card   (IlkController *self);
void     ilk_controller_prove_pin     (IlkController *self);

/* ilk-controller-service.c */
void     ilk_controller_new_captcha         (IlkController *self);
void     ilk_controller_do_log_in           (IlkController *self);
void     ilk_controller_do_change_word      (IlkController *self);
void     ilk_controller_do_log_in_by_code   (IlkController *self);
void     ilk_controller_send_login_sms      (IlkController *self);
void     ilk_controller_verify_login_code   (IlkController *self);
void     ilk_controller_list_cards          (IlkController *self);
void     ilk_controller_activate            (IlkController *self);
void     ilk_controller_end_session         (IlkController *self);
void     ilk_controller_wipe                (IlkController *self);
void     ilk_controller_service_failed      (IlkController *self,
                                             const GError  *error);

/* ilk-controller-operations.c */
void     ilk_controller_disclose_pin        (IlkController *self);
void     ilk_controller_begin_showing       (IlkController *self);
void     ilk_controller_begin_deletion      (IlkController *self);
void     ilk_controller_begin_unlock        (IlkController *self);
void     ilk_controller_send_operation_sms  (IlkController *self);
void     ilk_controller_confirm_operation   (IlkController *self);
void     ilk_controller_erase_pin           (IlkController *self);
void     ilk_controller_set_ticket          (IlkController      *self,
                                             const IlkSmsTicket *ticket);

G_END_DECLS
