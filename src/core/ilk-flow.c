/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-flow"

#include "core/ilk-flow.h"

/* The guards: each says one thing about the facts, and its name is what the diagram shows. */
#define GUARD(name, condition) \
  static gboolean \
  name (const IlkFacts *f) \
  { \
    return (condition); \
  }

GUARD (prepared, f->prepared)
GUARD (reader_seen, f->reader_seen)
GUARD (reader_works, f->reader_works)
GUARD (reader_lost, !f->reader_works && !f->session)
GUARD (card_usable, f->card == ILK_CARD_FACT_USABLE && !f->session)
GUARD (card_to_change, f->card == ILK_CARD_FACT_USABLE && !f->session && f->change_only)
GUARD (change_only, f->change_only)
GUARD (card_usable_in_session, f->card == ILK_CARD_FACT_USABLE && f->session)
GUARD (in_session, f->session)
GUARD (not_for_this_holder, !f->card_mine || f->blocked_certificate)
GUARD (word_change, f->word_change)
GUARD (word_changed, f->session && !f->word_change)
GUARD (mine_by_code, f->by_code && f->card_mine && !f->blocked_certificate)
GUARD (inactive, f->inactive)
GUARD (pin_unusable, f->pin == ILK_PIN_FACT_NOT_SET || f->pin == ILK_PIN_FACT_BLOCKED)
GUARD (form_complete, f->form_complete)
/* A code for an unlock is of use only while the card is there. */
GUARD (code_usable, f->form_complete && (f->purpose != ILK_PURPOSE_UNLOCK ||
                                         f->card == ILK_CARD_FACT_USABLE))
GUARD (pin_held, f->pin_held)
GUARD (pin_not_here, f->pin_held && !f->pin_disclosed)
GUARD (kept, f->kept)
GUARD (change_possible, f->form_complete && f->card == ILK_CARD_FACT_USABLE && f->old_pin_given)
GUARD (unlock_possible, f->form_complete && f->card == ILK_CARD_FACT_USABLE && !f->old_pin_given &&
                        f->can_unlock)
GUARD (for_showing, f->purpose == ILK_PURPOSE_SHOW)
GUARD (for_deletion_when_done, f->purpose == ILK_PURPOSE_DELETE && f->pin_set)
GUARD (for_deletion, f->purpose == ILK_PURPOSE_DELETE)
GUARD (for_unlock, f->purpose == ILK_PURPOSE_UNLOCK)
GUARD (pin_usable, !pin_unusable (f))
GUARD (pin_page_open, !pin_unusable (f) && !f->by_code)
GUARD (nothing_to_change, f->change_only && pin_unusable (f))

#define S(name) ILK_STATE_##name
#define E(name) ILK_EVENT_##name
#define F(name) ILK_EFFECT_##name
#define ROW(from, event, to, effects) { S (from), E (event), NULL, NULL, S (to), effects }
#define ROW_IF(from, event, guard, to, effects) \
  { S (from), E (event), guard, #guard, S (to), effects }

#define NONE F (NONE)
/* What another card, or the end of the session, takes away. */
#define LEAVE_ROAD (F (END_SESSION) | F (WIPE) | F (FORGET_CARD) | F (READ_CARD))
#define LOG_IN_AGAIN (F (WIPE) | F (NEW_CAPTCHA))

/* After the service has named its cards the road divides. */
#define AFTER_LOGIN(from) \
  ROW_IF (from, CARDS_LISTED, not_for_this_holder, CARD, NONE), \
  ROW_IF (from, CARDS_LISTED, inactive, ACTIVATE, NONE), \
  ROW_IF (from, CARDS_LISTED, pin_unusable, NEW_PIN, NONE), \
  ROW (from, CARDS_LISTED, PIN, NONE)

/* A card that comes back is read again; another one ends this road. */
#define WATCH_CARD(from) \
  ROW (from, READERS_CHANGED, from, F (READ_CARD)), \
  ROW (from, OTHER_CARD, CARD, LEAVE_ROAD)

static const IlkFlowRow rows[] = {
  ROW_IF (WELCOME, NEXT, prepared, CARD, F (WATCH_READERS)),
  ROW (WELCOME, NEXT, PREPARE, F (WATCH_READERS)),

  ROW (PREPARE, NEXT, READER, NONE),
  ROW (PREPARE, BACK, WELCOME, NONE),

  ROW_IF (READER, NEXT, reader_seen, DRIVER, NONE),
  ROW (READER, BACK, PREPARE, NONE),

  ROW_IF (DRIVER, NEXT, reader_works, CARD, F (READ_CARD)),
  ROW (DRIVER, BACK, READER, NONE),

  /* A card that only the person and its maker's software have to do with needs no login. */
  ROW_IF (CARD, NEXT, card_to_change, NEW_PIN, NONE),
  ROW_IF (CARD, NEXT, card_usable, LOGIN, F (NEW_CAPTCHA)),
  ROW_IF (CARD, NEXT, card_usable_in_session, CARD, F (LIST_CARDS)),
  /* Logged in as somebody whose card this is not: the way back is another login. */
  ROW_IF (CARD, BACK, in_session, LOGIN, F (END_SESSION) | LOG_IN_AGAIN),
  ROW (CARD, BACK, DRIVER, NONE),
  ROW_IF (CARD, READERS_CHANGED, reader_lost, READER, NONE),
  ROW (CARD, READERS_CHANGED, CARD, F (READ_CARD)),
  ROW (CARD, OTHER_CARD, CARD, LEAVE_ROAD),
  ROW (CARD, SESSION_ENDED, CARD, F (WIPE)),
  /* Who came by a verification code goes where it leads: to the new PIN. */
  ROW_IF (CARD, CARDS_LISTED, mine_by_code, NEW_PIN, NONE),
  AFTER_LOGIN (CARD),

  ROW_IF (LOGIN, LOG_IN, form_complete, LOGIN, F (LOG_IN)),
  ROW (LOGIN, LOGIN_ACCEPTED, PHONE, NONE),
  ROW (LOGIN, RENEW_CAPTCHA, LOGIN, F (NEW_CAPTCHA)),
  ROW_IF (LOGIN, LOG_IN_BY_CODE, form_complete, LOGIN, F (LOG_IN_BY_CODE)),
  ROW (LOGIN, SESSION_OPEN, LOGIN, F (LIST_CARDS)),
  ROW_IF (LOGIN, FAILED, in_session, CARD, NONE),
  ROW (LOGIN, FAILED, LOGIN, F (NEW_CAPTCHA)),
  ROW (LOGIN, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  ROW (LOGIN, BACK, CARD, F (WIPE)),
  WATCH_CARD (LOGIN),
  ROW_IF (LOGIN, CARDS_LISTED, mine_by_code, NEW_PIN, NONE),
  ROW (LOGIN, CARDS_LISTED, CARD, NONE),

  ROW (PHONE, NEXT, PHONE, F (SEND_LOGIN_SMS)),
  ROW (PHONE, SMS_SENT, SMS, NONE),
  ROW (PHONE, BACK, LOGIN, F (END_SESSION) | LOG_IN_AGAIN),
  ROW (PHONE, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (PHONE),

  ROW_IF (SMS, SUBMIT_CODE, form_complete, SMS, F (VERIFY_LOGIN_CODE)),
  ROW (SMS, SEND_AGAIN, SMS, F (SEND_LOGIN_SMS)),
  ROW (SMS, SMS_SENT, SMS, NONE),
  ROW_IF (SMS, SESSION_OPEN, word_change, NEW_WORD, NONE),
  ROW (SMS, SESSION_OPEN, SMS, F (LIST_CARDS)),
  ROW_IF (SMS, FAILED, in_session, CARD, NONE),
  ROW (SMS, BACK, LOGIN, F (END_SESSION) | LOG_IN_AGAIN),
  ROW (SMS, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (SMS),
  AFTER_LOGIN (SMS),

  /* Logged in with the word of the application form: first of all the holder chooses another. */
  ROW_IF (NEW_WORD, CHANGE_WORD, form_complete, NEW_WORD, F (CHANGE_WORD)),
  ROW (NEW_WORD, WORD_CHANGED, NEW_WORD, F (LIST_CARDS)),
  ROW_IF (NEW_WORD, FAILED, word_changed, CARD, NONE),
  ROW (NEW_WORD, BACK, LOGIN, F (END_SESSION) | LOG_IN_AGAIN),
  ROW (NEW_WORD, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (NEW_WORD),
  AFTER_LOGIN (NEW_WORD),

  ROW (ACTIVATE, NEXT, ACTIVATE, F (ACTIVATE)),
  ROW_IF (ACTIVATE, ACTIVATED, pin_unusable, NEW_PIN, NONE),
  ROW (ACTIVATE, ACTIVATED, PIN, NONE),
  ROW (ACTIVATE, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (ACTIVATE),

  ROW_IF (PIN, SHOW_PIN, pin_not_here, PIN, F (DISCLOSE_PIN)),
  ROW (PIN, PIN_DISCLOSED, PIN, NONE),
  ROW (PIN, STEP_UP, PIN, F (BEGIN_SHOWING)),
  ROW (PIN, KEEP_PIN, PIN, NONE),
  ROW (PIN, OWN_PIN, NEW_PIN, NONE),
  ROW_IF (PIN, DELETE_PIN, pin_held, PIN, F (BEGIN_DELETION)),
  ROW (PIN, OPERATION_BEGUN, CONFIRM, F (SEND_OPERATION_SMS)),
  ROW_IF (PIN, NEXT, kept, DONE, NONE),
  ROW (PIN, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (PIN),

  ROW_IF (NEW_PIN, SHOW_PIN, pin_not_here, NEW_PIN, F (DISCLOSE_PIN)),
  ROW (NEW_PIN, PIN_DISCLOSED, NEW_PIN, NONE),
  ROW (NEW_PIN, STEP_UP, NEW_PIN, F (BEGIN_SHOWING)),
  ROW_IF (NEW_PIN, SET_PIN, change_possible, SETTING, F (CHANGE_PIN)),
  ROW_IF (NEW_PIN, SET_PIN, unlock_possible, NEW_PIN, F (BEGIN_UNLOCK)),
  ROW (NEW_PIN, OPERATION_BEGUN, CONFIRM, F (SEND_OPERATION_SMS)),
  /* The card was blocked by wrong old PINs: here nobody can unblock it. */
  ROW_IF (NEW_PIN, CARD_READ, nothing_to_change, CARD, F (WIPE)),
  ROW_IF (NEW_PIN, BACK, change_only, CARD, F (WIPE)),
  ROW_IF (NEW_PIN, BACK, pin_page_open, PIN, NONE),
  ROW (NEW_PIN, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (NEW_PIN),

  ROW_IF (CONFIRM, SUBMIT_CODE, code_usable, CONFIRM, F (CONFIRM_OPERATION)),
  ROW (CONFIRM, SEND_AGAIN, CONFIRM, F (SEND_OPERATION_SMS)),
  ROW (CONFIRM, SMS_SENT, CONFIRM, NONE),
  ROW_IF (CONFIRM, OPERATION_CONFIRMED, for_showing, CONFIRM, F (DISCLOSE_PIN)),
  ROW_IF (CONFIRM, OPERATION_CONFIRMED, for_deletion, CONFIRM, F (ERASE_PIN)),
  ROW_IF (CONFIRM, OPERATION_CONFIRMED, for_unlock, SETTING, F (UNLOCK_CARD)),
  ROW_IF (CONFIRM, PIN_DISCLOSED, pin_usable, PIN, NONE),
  ROW (CONFIRM, PIN_DISCLOSED, NEW_PIN, NONE),
  ROW_IF (CONFIRM, PIN_DELETED, for_deletion_when_done, DONE, NONE),
  ROW (CONFIRM, PIN_DELETED, PIN, NONE),
  ROW_IF (CONFIRM, OPERATION_ENDED, for_unlock, NEW_PIN, NONE),
  ROW_IF (CONFIRM, OPERATION_ENDED, for_deletion_when_done, DONE, NONE),
  ROW (CONFIRM, OPERATION_ENDED, PIN, NONE),
  ROW_IF (CONFIRM, BACK, for_unlock, NEW_PIN, NONE),
  ROW_IF (CONFIRM, BACK, for_deletion_when_done, DONE, NONE),
  ROW (CONFIRM, BACK, PIN, NONE),
  ROW (CONFIRM, SESSION_ENDED, LOGIN, LOG_IN_AGAIN),
  WATCH_CARD (CONFIRM),

  /* The point of no return: no Back, and no reading of the card behind the writer's back. */
  ROW (SETTING, PIN_SET, DONE, NONE),
  ROW (SETTING, PIN_UNCERTAIN, UNCERTAIN, F (READ_CARD)),
  ROW (SETTING, FAILED, NEW_PIN, F (READ_CARD)),
  ROW (SETTING, SESSION_ENDED, LOGIN, LOG_IN_AGAIN | F (READ_CARD)),
  ROW (SETTING, OTHER_CARD, CARD, LEAVE_ROAD),

  ROW (UNCERTAIN, READERS_CHANGED, UNCERTAIN, F (READ_CARD)),
  ROW_IF (UNCERTAIN, PROVE, card_usable_in_session, UNCERTAIN, F (PROVE_PIN)),
  ROW_IF (UNCERTAIN, PROVE, card_usable, UNCERTAIN, F (PROVE_PIN)),
  ROW (UNCERTAIN, PIN_SET, DONE, NONE),
  ROW (UNCERTAIN, PIN_UNCERTAIN, UNCERTAIN, F (READ_CARD)),
  ROW (UNCERTAIN, FAILED, NEW_PIN, F (READ_CARD)),
  ROW (UNCERTAIN, START_OVER, CARD, LEAVE_ROAD),

  ROW_IF (DONE, DELETE_PIN, pin_held, DONE, F (BEGIN_DELETION)),
  ROW (DONE, OPERATION_BEGUN, CONFIRM, F (SEND_OPERATION_SMS)),
  ROW (DONE, SESSION_ENDED, DONE, F (WIPE)),
  ROW (DONE, START_OVER, CARD, LEAVE_ROAD),
  ROW (DONE, NEXT, DONE, F (CLOSE)),
};

/**
 * ilk_flow_get_rows:
 * @n_rows: (out): how many there are
 *
 * Returns: (transfer none): the whole table, for tests and the diagram
 */
const IlkFlowRow *
ilk_flow_get_rows (gsize *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/**
 * ilk_flow_step:
 * @state: where the person is
 * @event: what happened
 * @facts: what is known
 * @next: (out): the next state
 * @effects: (out): what is to be done now
 *
 * Takes one step on the road: the first row that fits decides.
 *
 * Returns: %FALSE when the event means nothing here; @next is @state then and @effects is empty
 */
gboolean
ilk_flow_step (IlkState        state,
               IlkEvent        event,
               const IlkFacts *facts,
               IlkState       *next,
               IlkEffects     *effects)
{
  g_return_val_if_fail (facts != NULL && next != NULL && effects != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const IlkFlowRow *row = &rows[i];

      if (row->from != state || row->event != event)
        continue;
      if (row->guard != NULL && !row->guard (facts))
        continue;

      *next = row->to;
      *effects = row->effects;
      return TRUE;
    }

  *next = state;
  *effects = ILK_EFFECT_NONE;
  return FALSE;
}

static const char *const state_names[] = {
#define X(name) #name,
  ILK_STATES (X)
#undef X
};

static const char *const event_names[] = {
#define X(name) #name,
  ILK_EVENTS (X)
#undef X
};

static const struct { IlkEffects effect; const char *name; } effect_names[] = {
#define X(name, bit) { ILK_EFFECT_##name, #name },
  ILK_EFFECTS (X)
#undef X
};

const char *
ilk_state_get_name (IlkState state)
{
  g_return_val_if_fail ((guint) state < ILK_N_STATES, NULL);
  return state_names[state];
}

const char *
ilk_event_get_name (IlkEvent event)
{
  g_return_val_if_fail ((guint) event < ILK_N_EVENTS, NULL);
  return event_names[event];
}

/**
 * ilk_effects_to_string:
 * @effects: effects
 *
 * Returns: (transfer full): their names, separated by spaces; "" when there are none
 */
char *
ilk_effects_to_string (IlkEffects effects)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (effect_names); i++)
    if (effects & effect_names[i].effect)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", effect_names[i].name);

  return g_string_free (text, FALSE);
}

/**
 * ilk_flow_to_dot:
 *
 * Returns: (transfer full): the state diagram in Graphviz's language
 */
char *
ilk_flow_to_dot (void)
{
  GString *dot = g_string_new ("digraph ilkimza {\n  rankdir=TB;\n  node [shape=box, style=rounded];\n");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const IlkFlowRow *row = &rows[i];
      g_autofree char *effects = ilk_effects_to_string (row->effects);

      g_string_append_printf (dot, "  %s -> %s [label=\"%s%s%s%s%s%s\"];\n",
                              ilk_state_get_name (row->from), ilk_state_get_name (row->to),
                              ilk_event_get_name (row->event),
                              row->guard_name ? " [" : "", row->guard_name ? row->guard_name : "",
                              row->guard_name ? "]" : "",
                              *effects ? "\\n/ " : "", effects);
    }

  g_string_append (dot, "}\n");
  return g_string_free (dot, FALSE);
}
