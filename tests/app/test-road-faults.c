/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The card is pulled at every command of an unlock and of a change, before and after the command
 * reached the card. Whatever happens, the person gets a sentence and can go on to a proved PIN, and
 * no try is lost. The commands come from a recording, so that a new command gets its tests. */
#include "road.h"

#include "core/ilk-pin-rules.h"

#define NEW_PIN "271953"

typedef void (*SetPin) (Road *road);

static gboolean
pin_is_here (Road          *road,
             gconstpointer  data)
{
  return ilk_controller_get_pin (road->controller) != NULL;
}

static gboolean
is_settled (Road          *road,
            gconstpointer  data)
{
  IlkState state = ilk_controller_get_state (road->controller);

  return !ilk_controller_get_facts (road->controller)->busy &&
         (state == ILK_STATE_DONE || state == ILK_STATE_UNCERTAIN || state == ILK_STATE_NEW_PIN);
}

static void
press_set_pin_to_unlock (Road *road)
{
  g_autoptr(IlkSecret) code = NULL;

  /* A second code in the same minute is refused by the service: time passes. */
  road_advance (road, 61);
  road_set_pin (road, NULL, NEW_PIN);
  road_wait_state (road, ILK_STATE_CONFIRM);
  code = road_code (road);
  road_submit_code (road, code);
  road_wait (road, is_settled, NULL, "the end of the unlock");
}

static void
press_set_pin_to_change (Road *road)
{
  g_autoptr(IlkSecret) wanted = secret_of (NEW_PIN);
  g_autoptr(IlkSecret) old = NULL;

  if (ilk_controller_get_pin (road->controller) == NULL)
    {
      ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
      road_wait (road, pin_is_here, NULL, "the PIN");
    }
  old = ilk_secret_copy (ilk_controller_get_pin (road->controller));
  road_wait_card (road);
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_set_pin (road->controller, old, wanted, FALSE);
  road_wait (road, is_settled, NULL, "the end of the change");
}

static Road *
road_at_new_pin (const char *holder)
{
  Road *road = road_new (holder);

  road_to_pin (road);
  if (ilk_controller_get_state (road->controller) == ILK_STATE_PIN)
    ilk_controller_send (road->controller, ILK_EVENT_OWN_PIN);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_PIN);
  return road;
}

static guint
count_commands (const char *holder,
                SetPin      set_pin)
{
  g_autoptr(Road) road = road_at_new_pin (holder);
  g_autoptr(GArray) commands = NULL;

  ilk_card_recorder_clear (road->recorder);
  set_pin (road);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_DONE);
  commands = ilk_card_recorder_get (road->recorder);
  g_assert_cmpuint (commands->len, >=, 3);
  return commands->len;
}

/* One press, one command: nothing that carries a PIN or a cryptogram is ever sent a second time. */
static void
assert_nothing_resent (Road *road)
{
  static const guint8 once[] = { 0x20, 0x24, 0x2C, 0x82 };
  g_autoptr(GArray) commands = ilk_card_recorder_get (road->recorder);

  for (guint i = 0; i < G_N_ELEMENTS (once); i++)
    {
      guint n = 0;

      for (guint j = 0; j < commands->len; j++)
        {
          IlkRecordedCommand *command = &g_array_index (commands, IlkRecordedCommand, j);

          n += command->ins == once[i] && command->lc > 0;
        }
      g_assert_cmpuint (n, <=, 1);
    }
}

static void
pull_at (const char    *holder,
         SetPin         set_pin,
         guint          index,
         IlkFaultPoint  point)
{
  g_autoptr(Road) road = road_at_new_pin (holder);
  IlkState state;

  g_test_message ("%s: command %u, %s", holder, index, point == ILK_FAULT_BEFORE ? "before" : "after");
  ilk_card_recorder_clear (road->recorder);
  ilk_card_recorder_set_fault (road->recorder, index, point, ILK_CARD_ERROR_CARD_REMOVED);
  set_pin (road);
  assert_nothing_resent (road);
  g_assert_nonnull (ilk_controller_get_problem (road->controller));
  road_reinsert (road);

  state = ilk_controller_get_state (road->controller);
  g_assert_cmpint (state, !=, ILK_STATE_DONE);
  if (state == ILK_STATE_UNCERTAIN)
    {
      ilk_controller_press (road->controller);
      road_wait (road, is_settled, NULL, "the proof");
    }
  if (ilk_controller_get_state (road->controller) == ILK_STATE_NEW_PIN)
    {
      IlkProblem *problem = ilk_controller_get_problem (road->controller);
      gboolean proof = problem != NULL && g_str_equal (problem->code, "app.proof-wrong");

      g_assert_false (road_card_has_pin (road, NEW_PIN));
      /* A try goes only by the person's own proof, and then it was said. */
      road_wait_card (road);
      if (ilk_controller_get_facts (road->controller)->pin == ILK_PIN_FACT_SET)
        g_assert_cmpint (ilk_controller_get_card (road->controller)->tries_left, ==,
                         proof ? 2 : 3);
      set_pin (road);
    }
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

static void
pull_everywhere (const char *holder,
                 SetPin      set_pin)
{
  guint n = count_commands (holder, set_pin);

  for (guint i = 1; i <= n; i++)
    {
      pull_at (holder, set_pin, i, ILK_FAULT_BEFORE);
      pull_at (holder, set_pin, i, ILK_FAULT_AFTER);
    }
}

static void
test_unlock (void)
{
  pull_everywhere ("pinless", press_set_pin_to_unlock);
}

static void
test_change (void)
{
  pull_everywhere ("ready", press_set_pin_to_change);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/road-faults/unlock", test_unlock);
  g_test_add_func ("/road-faults/change", test_change);
  return g_test_run ();
}
