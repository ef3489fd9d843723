/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The road of the first day as one pure table: no I/O, no clock, no GTK. */

/* X-macros, so that names for tests and the diagram can't drift from the enums. */
#define ILK_STATES(X) \
  X (WELCOME) X (PREPARE) X (READER) X (DRIVER) X (CARD) X (LOGIN) X (PHONE) X (SMS) X (NEW_WORD) \
  X (ACTIVATE) X (PIN) X (NEW_PIN) X (CONFIRM) X (SETTING) X (UNCERTAIN) X (DONE)

#define ILK_EVENTS(X) \
  /* what the person does */ \
  X (NEXT) X (BACK) X (LOG_IN) X (LOG_IN_BY_CODE) X (RENEW_CAPTCHA) X (SUBMIT_CODE) \
  X (SEND_AGAIN) X (CHANGE_WORD) X (SHOW_PIN) X (KEEP_PIN) X (OWN_PIN) X (DELETE_PIN) X (SET_PIN) \
  X (PROVE) X (START_OVER) \
  /* what computer, card and service answer */ \
  X (READERS_CHANGED) X (CARD_READ) X (CARD_GONE) X (OTHER_CARD) X (LOGIN_ACCEPTED) X (SMS_SENT) \
  X (SESSION_OPEN) X (WORD_CHANGED) X (CARDS_LISTED) X (ACTIVATED) X (PIN_DISCLOSED) \
  X (STEP_UP) X (OPERATION_BEGUN) X (OPERATION_CONFIRMED) X (OPERATION_ENDED) X (PIN_DELETED) X (PIN_SET) \
  X (PIN_UNCERTAIN) X (FAILED) X (SESSION_ENDED)

/* What the controller has to do; several may go together. */
#define ILK_EFFECTS(X) \
  X (WATCH_READERS, 0) X (READ_CARD, 1) X (NEW_CAPTCHA, 2) X (LOG_IN, 3) X (SEND_LOGIN_SMS, 4) \
  X (VERIFY_LOGIN_CODE, 5) X (LIST_CARDS, 6) X (ACTIVATE, 7) X (DISCLOSE_PIN, 8) \
  X (BEGIN_SHOWING, 9) X (BEGIN_DELETION, 10) X (BEGIN_UNLOCK, 11) X (SEND_OPERATION_SMS, 12) \
  X (CONFIRM_OPERATION, 13) X (ERASE_PIN, 14) X (CHANGE_PIN, 15) X (UNLOCK_CARD, 16) \
  X (PROVE_PIN, 17) X (END_SESSION, 18) X (WIPE, 19) X (FORGET_CARD, 20) X (CLOSE, 21) \
  X (LOG_IN_BY_CODE, 22) X (CHANGE_WORD, 23)

typedef enum {
#define X(name) ILK_STATE_##name,
  ILK_STATES (X)
#undef X
  ILK_N_STATES
} IlkState;

typedef enum {
#define X(name) ILK_EVENT_##name,
  ILK_EVENTS (X)
#undef X
  ILK_N_EVENTS
} IlkEvent;

typedef enum {
  ILK_EFFECT_NONE = 0,
#define X(name, bit) ILK_EFFECT_##name = 1 << bit,
  ILK_EFFECTS (X)
#undef X
} IlkEffects;

typedef enum {
  ILK_CARD_FACT_NONE,       /* no card in any reader */
  ILK_CARD_FACT_READING,
  ILK_CARD_FACT_UNUSABLE,   /* there, but not for this road: foreign, dead, mute, not valid */
  ILK_CARD_FACT_USABLE,
} IlkCardFact;

typedef enum {
  ILK_PIN_FACT_UNKNOWN,
  ILK_PIN_FACT_SET,
  ILK_PIN_FACT_NOT_SET,
  ILK_PIN_FACT_BLOCKED,
} IlkPinFact;

/* What a confirmation code is for. */
typedef enum {
  ILK_PURPOSE_NONE,
  ILK_PURPOSE_SHOW,
  ILK_PURPOSE_DELETE,
  ILK_PURPOSE_UNLOCK,
} IlkPurpose;

typedef struct {
  /* of the person */
  gboolean    prepared;          /* the first pages were seen in an earlier run */
  gboolean    prepare_seen;      /* they were seen in this one */
  gboolean    form_complete;     /* what the page asks for is typed, and right as far as can be seen */
  gboolean    on_reader;         /* the PINs are typed on the card reader; with old_pin_given */
  gboolean    old_pin_given;     /* typed, or the PIN shown is used: CHANGE; else unlock */
  gboolean    kept;              /* chose to keep the PIN */
  /* of the computer and the card */
  gboolean    reader_seen;       /* by USB or by the card service */
  gboolean    reader_works;      /* the card service answers and lists a reader */
  IlkCardFact card;
  gboolean    card_known;        /* a card was accepted on this road (its serial number is remembered) */
  IlkPinFact  pin;
  gboolean    can_unlock;        /* card and issuer know an unlock */
  gboolean    change_only;       /* no service has a part in this road: the old PIN is typed, or none */
  /* of the service */
  gboolean    session;
  gboolean    word_change;       /* ... good for choosing a security word and nothing else, yet */
  gboolean    by_code;           /* ... begun by a verification code: good for unblocking alone */
  gboolean    card_mine;
  gboolean    inactive;          /* the certificate waits for its activation */
  gboolean    blocked_certificate; /* suspended, revoked, expired or not yet valid: neither PIN nor unlock */
  gboolean    pin_held;          /* the issuer holds a PIN */
  gboolean    pin_stale;         /* ... which may be void */
  gboolean    pin_disclosed;     /* it is here, in an IlkSecret */
  gboolean    pin_saved;
  gboolean    pin_deleted;       /* deleted on this road */
  gboolean    pin_set;           /* a new PIN was set on this road */
  IlkPurpose  purpose;
  /* of the controller */
  gboolean    busy;              /* an answer is awaited */
  gboolean    writing;           /* a command that changes the card is on its way */
} IlkFacts;

typedef struct {
  IlkState   from;
  IlkEvent   event;
  gboolean (*guard) (const IlkFacts *facts); /* NULL: always */
  const char *guard_name;
  IlkState   to;
  IlkEffects effects;
} IlkFlowRow;

const IlkFlowRow *ilk_flow_get_rows (gsize *n_rows);

/* The first row that fits decides. FALSE: the event means nothing here, nothing changes. */
gboolean    ilk_flow_step           (IlkState        state,
                                     IlkEvent        event,
                                     const IlkFacts *facts,
                                     IlkState       *next,
                                     IlkEffects     *effects);

/* The side list. */
#define ILK_STEPS(X) \
  X (WELCOME) X (PREPARE) X (READER) X (DRIVER) X (CARD) X (LOGIN) X (PHONE) X (SMS) \
  X (ACTIVATE) X (PIN) X (NEW_PIN) X (DONE)

typedef enum {
#define X(name) ILK_STEP_##name,
  ILK_STEPS (X)
#undef X
  ILK_N_STEPS
} IlkStep;

typedef enum { ILK_STEP_AHEAD, ILK_STEP_CURRENT, ILK_STEP_PASSED, ILK_STEP_SKIPPED } IlkStepMark;

/* The words of the main button. */
typedef enum {
  ILK_BUTTON_START, ILK_BUTTON_NEXT, ILK_BUTTON_LOG_IN, ILK_BUTTON_CONFIRM, ILK_BUTTON_SEND,
  ILK_BUTTON_ACTIVATE, ILK_BUTTON_SET_PIN, ILK_BUTTON_PROVE, ILK_BUTTON_FINISH, ILK_BUTTON_CLOSE,
} IlkButton;

/* What a window needs to show a state: one function decides it all. */
typedef struct {
  IlkState    page;
  IlkStepMark marks[ILK_N_STEPS];
  gboolean    may_go_back;
  gboolean    may_go_on;        /* the main button may be pressed */
  gboolean    has_button;       /* there is a main button */
  IlkButton   button;
  IlkEvent    button_event;     /* what pressing it means */
  gboolean    busy;
  gboolean    cancellable;      /* waiting may be given up */
  gboolean    no_return;        /* point of no return: closing asks, no Back */
} IlkView;

void        ilk_flow_view           (IlkState        state,
                                     const IlkFacts *facts,
                                     IlkView        *view);

const char *ilk_state_get_name      (IlkState        state);
const char *ilk_event_get_name      (IlkEvent        event);
char       *ilk_effects_to_string   (IlkEffects      effects);
char       *ilk_flow_to_dot         (void);

G_END_DECLS
