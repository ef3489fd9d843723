/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-controller.h"
#include "app/ilk-practice.h"
#include "card/ilk-card-recorder.h"
#include "pin-pad.h"

G_BEGIN_DECLS

/* A controller on the practice world: the real service as a child, the real flow, the virtual card
 * behind a recorder; only the widgets are left out. */
typedef struct {
  IlkPractice     *practice;
  IlkController   *controller;
  IlkClient       *client;
  IlkCardRecorder *recorder;
  PinPadTransport *pad;       /* between recorder and card; without keys until it gets some */
  char            *captcha;   /* what the newest picture says */
  char            *sms;       /* the newest message */
  guint            n_sms;
  gboolean         advanced;  /* the service's clock was moved */
  gboolean         closed;
} Road;

typedef gboolean (*RoadCondition) (Road *road, gconstpointer data);

Road       *road_new           (const char *holder_id);
void        road_free          (Road *road);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Road, road_free)

/* Runs the main loop until the condition holds; the test fails after 30 s. */
void        road_wait          (Road *road, RoadCondition condition, gconstpointer data, const char *what);
void        road_wait_state    (Road *road, IlkState state);
void        road_wait_problem  (Road *road, const char *code);
void        road_wait_idle     (Road *road);

void        road_advance       (Road *road, gint64 seconds); /* moves the service's clock */

void        road_to_card       (Road *road);
void        road_wait_captcha  (Road *road);
void        road_type_login    (Road *road, const char *captcha, const char *word);
void        road_log_in        (Road *road);  /* from the card page to the confirmed phone */
IlkSecret  *road_code          (Road *road);  /* out of the newest SMS */
void        road_submit_code   (Road *road, IlkSecret *code);
/* What the issuer's page would show after a login in the browser (transfer full). */
char       *road_get_verification_code
                               (Road *road);
void        road_to_pin        (Road *road);  /* from the first page to PIN, NEW_PIN or ACTIVATE */
void        road_set_pin       (Road *road, const char *old_pin, const char *new_pin);
void        road_wait_card     (Road *road);  /* read and of use */
void        road_wait_no_card  (Road *road);
void        road_reinsert      (Road *road);
gboolean    road_card_has_pin  (Road *road, const char *pin);
IlkSecret  *secret_of          (const char *text);

G_END_DECLS
