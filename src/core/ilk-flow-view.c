/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-flow"

#include "core/ilk-flow.h"

/* What is the same for a state whatever the facts. */
static const struct {
  IlkStep   step;
  gboolean  has_button;
  IlkButton button;
  IlkEvent  button_event;
} constants[ILK_N_STATES] = {
  [ILK_STATE_WELCOME] = { ILK_STEP_WELCOME, TRUE, ILK_BUTTON_START, ILK_EVENT_NEXT },
  [ILK_STATE_PREPARE] = { ILK_STEP_PREPARE, TRUE, ILK_BUTTON_NEXT, ILK_EVENT_NEXT },
  [ILK_STATE_READER] = { ILK_STEP_READER, TRUE, ILK_BUTTON_NEXT, ILK_EVENT_NEXT },
  [ILK_STATE_DRIVER] = { ILK_STEP_DRIVER, TRUE, ILK_BUTTON_NEXT, ILK_EVENT_NEXT },
  [ILK_STATE_CARD] = { ILK_STEP_CARD, TRUE, ILK_BUTTON_NEXT, ILK_EVENT_NEXT },
  [ILK_STATE_LOGIN] = { ILK_STEP_LOGIN, TRUE, ILK_BUTTON_LOG_IN, ILK_EVENT_LOG_IN },
  [ILK_STATE_PHONE] = { ILK_STEP_PHONE, TRUE, ILK_BUTTON_CONFIRM, ILK_EVENT_NEXT },
  [ILK_STATE_SMS] = { ILK_STEP_SMS, TRUE, ILK_BUTTON_SEND, ILK_EVENT_SUBMIT_CODE },
  [ILK_STATE_NEW_WORD] = { ILK_STEP_SMS, TRUE, ILK_BUTTON_CONFIRM, ILK_EVENT_CHANGE_WORD },
  [ILK_STATE_ACTIVATE] = { ILK_STEP_ACTIVATE, TRUE, ILK_BUTTON_ACTIVATE, ILK_EVENT_NEXT },
  [ILK_STATE_PIN] = { ILK_STEP_PIN, FALSE, ILK_BUTTON_FINISH, ILK_EVENT_NEXT },
  [ILK_STATE_NEW_PIN] = { ILK_STEP_NEW_PIN, TRUE, ILK_BUTTON_SET_PIN, ILK_EVENT_SET_PIN },
  [ILK_STATE_CONFIRM] = { ILK_STEP_NEW_PIN, TRUE, ILK_BUTTON_CONFIRM, ILK_EVENT_SUBMIT_CODE },
  [ILK_STATE_SETTING] = { ILK_STEP_NEW_PIN, FALSE, ILK_BUTTON_NEXT, ILK_EVENT_NEXT },
  [ILK_STATE_UNCERTAIN] = { ILK_STEP_NEW_PIN, TRUE, ILK_BUTTON_PROVE, ILK_EVENT_PROVE },
  [ILK_STATE_DONE] = { ILK_STEP_DONE, TRUE, ILK_BUTTON_CLOSE, ILK_EVENT_NEXT },
};

static gboolean
pin_unusable (const IlkFacts *facts)
{
  return facts->pin == ILK_PIN_FACT_NOT_SET || facts->pin == ILK_PIN_FACT_BLOCKED;
}

static IlkStep
step_of (IlkState        state,
         const IlkFacts *facts)
{
  if (state == ILK_STATE_CONFIRM && facts->purpose != ILK_PURPOSE_UNLOCK)
    return facts->pin_set ? ILK_STEP_DONE : ILK_STEP_PIN;

  return constants[state].step;
}

/* A step that this person's road leaves out, seen from a later step. */
static gboolean
was_skipped (IlkStep         step,
             const IlkFacts *facts)
{
  switch ((int) step)
    {
    case ILK_STEP_PREPARE:
      return facts->prepared && !facts->prepare_seen;
    case ILK_STEP_LOGIN:
      return facts->change_only;
    case ILK_STEP_PHONE:
    case ILK_STEP_SMS:
      return facts->change_only || facts->by_code;
    case ILK_STEP_ACTIVATE:
      return !facts->inactive;
    case ILK_STEP_PIN:
      if (facts->change_only || facts->by_code)
        return TRUE;
      return !facts->kept && !facts->pin_disclosed && pin_unusable (facts);
    case ILK_STEP_NEW_PIN:
      return !facts->pin_set;
    default:
      return FALSE;
    }
}

static gboolean
is_ready (IlkState        state,
          const IlkFacts *facts)
{
  switch (state)
    {
    case ILK_STATE_READER:
      return facts->reader_seen;
    case ILK_STATE_DRIVER:
      return facts->reader_works;
    case ILK_STATE_CARD:
    case ILK_STATE_UNCERTAIN:
      return facts->card == ILK_CARD_FACT_USABLE;
    case ILK_STATE_LOGIN:
    case ILK_STATE_SMS:
    case ILK_STATE_NEW_WORD:
      return facts->form_complete;
    case ILK_STATE_CONFIRM:
      return facts->form_complete && (facts->purpose != ILK_PURPOSE_UNLOCK ||
                                      facts->card == ILK_CARD_FACT_USABLE);
    case ILK_STATE_NEW_PIN:
      return facts->form_complete && facts->card == ILK_CARD_FACT_USABLE &&
             (facts->old_pin_given || facts->can_unlock);
    case ILK_STATE_PIN:
      return facts->kept;
    case ILK_STATE_SETTING:
      return FALSE;
    case ILK_STATE_WELCOME:
    case ILK_STATE_PREPARE:
    case ILK_STATE_PHONE:
    case ILK_STATE_ACTIVATE:
    case ILK_STATE_DONE:
    case ILK_N_STATES:
    default:
      return TRUE;
    }
}

/* Back is there when the table has a row for it. */
static gboolean
can_go_back (IlkState        state,
             const IlkFacts *facts)
{
  IlkState next;
  IlkEffects effects;

  return ilk_flow_step (state, ILK_EVENT_BACK, facts, &next, &effects);
}

/**
 * ilk_flow_view:
 * @state: where the person is
 * @facts: what is known
 * @view: (out caller-allocates): what a window needs to show it
 *
 * The one place that decides which page, which steps, which buttons and in which state.
 */
void
ilk_flow_view (IlkState        state,
               const IlkFacts *facts,
               IlkView        *view)
{
  IlkStep current;

  g_return_if_fail ((guint) state < ILK_N_STATES);
  g_return_if_fail (facts != NULL && view != NULL);

  current = step_of (state, facts);
  for (int step = 0; step < ILK_N_STEPS; step++)
    {
      if (step > (int) current)
        view->marks[step] = ILK_STEP_AHEAD;
      else if (step == (int) current)
        view->marks[step] = ILK_STEP_CURRENT;
      else
        view->marks[step] = was_skipped (step, facts) ? ILK_STEP_SKIPPED : ILK_STEP_PASSED;
    }

  view->page = state;
  view->busy = facts->busy;
  view->no_return = state == ILK_STATE_SETTING;
  view->cancellable = facts->busy && !facts->writing;
  view->has_button = constants[state].has_button || (state == ILK_STATE_PIN && facts->kept);
  view->button = constants[state].button;
  view->button_event = constants[state].button_event;
  view->may_go_back = !facts->busy && can_go_back (state, facts);
  view->may_go_on = view->has_button && !facts->busy && is_ready (state, facts);
}
