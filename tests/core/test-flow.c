/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the road of the first day promises: one case per row of the table, written down anew, and
 * what every view of it must hold. */
#include <string.h>

#include "core/ilk-flow.h"

typedef struct {
  IlkState    from;
  IlkEvent    event;
  IlkFacts    facts;
  IlkState    to;
  const char *effects;
} Case;

#define S(name) ILK_STATE_##name
#define E(name) ILK_EVENT_##name
#define CASE(from, event, to, effects, ...) \
  { S (from), E (event), { __VA_ARGS__ }, S (to), effects }

#define USABLE .card = ILK_CARD_FACT_USABLE
#define BLOCKED .pin = ILK_PIN_FACT_BLOCKED
#define PINLESS .pin = ILK_PIN_FACT_NOT_SET
#define PIN_SET_ .pin = ILK_PIN_FACT_SET
#define MINE .session = TRUE, .card_mine = TRUE

#define LEAVE "READ_CARD END_SESSION WIPE FORGET_CARD"
#define AGAIN "NEW_CAPTCHA WIPE"
#define WATCHED(state) \
  CASE (state, READERS_CHANGED, state, "READ_CARD", .reader_works = TRUE), \
  CASE (state, OTHER_CARD, CARD, LEAVE, USABLE)

static const Case cases[] = {
  /* A first run sees the pages about the parcel; a later one goes to the card. */
  CASE (WELCOME, NEXT, PREPARE, "WATCH_READERS", 0),
  CASE (WELCOME, NEXT, CARD, "WATCH_READERS", .prepared = TRUE),
  CASE (PREPARE, NEXT, READER, "", 0),
  CASE (PREPARE, BACK, WELCOME, "", 0),
  /* A reader without driver is a reader: it goes on to the driver page, not to the card. */
  CASE (READER, NEXT, DRIVER, "", .reader_seen = TRUE),
  CASE (READER, BACK, PREPARE, "", 0),
  CASE (DRIVER, NEXT, CARD, "READ_CARD", .reader_seen = TRUE, .reader_works = TRUE),
  CASE (DRIVER, BACK, READER, "", 0),
  CASE (CARD, NEXT, LOGIN, "NEW_CAPTCHA", USABLE),
  CASE (CARD, NEXT, NEW_PIN, "", USABLE, .change_only = TRUE),
  CASE (CARD, NEXT, CARD, "LIST_CARDS", USABLE, .session = TRUE),
  CASE (CARD, BACK, DRIVER, "", 0),
  CASE (CARD, BACK, LOGIN, "NEW_CAPTCHA END_SESSION WIPE", .session = TRUE),
  CASE (CARD, READERS_CHANGED, READER, "", 0),
  CASE (CARD, READERS_CHANGED, CARD, "READ_CARD", .reader_works = TRUE),
  CASE (CARD, OTHER_CARD, CARD, LEAVE, USABLE),
  CASE (CARD, SESSION_ENDED, CARD, "WIPE", 0),
  CASE (CARD, CARDS_LISTED, CARD, "", .session = TRUE),
  CASE (CARD, CARDS_LISTED, CARD, "", MINE, .blocked_certificate = TRUE),
  CASE (CARD, CARDS_LISTED, ACTIVATE, "", MINE, .inactive = TRUE),
  CASE (CARD, CARDS_LISTED, NEW_PIN, "", MINE, BLOCKED),
  CASE (CARD, CARDS_LISTED, PIN, "", MINE, PIN_SET_),
  CASE (LOGIN, LOG_IN, LOGIN, "LOG_IN", .form_complete = TRUE),
  CASE (LOGIN, LOGIN_ACCEPTED, PHONE, "", 0),
  CASE (LOGIN, RENEW_CAPTCHA, LOGIN, "NEW_CAPTCHA", 0),
  CASE (LOGIN, FAILED, LOGIN, "NEW_CAPTCHA", 0),
  CASE (LOGIN, BACK, CARD, "WIPE", 0),
  /* A verification code opens the road to unblocking, and no page about the PIN that is held. */
  CASE (LOGIN, LOG_IN_BY_CODE, LOGIN, "LOG_IN_BY_CODE", .form_complete = TRUE),
  CASE (LOGIN, SESSION_OPEN, LOGIN, "LIST_CARDS", .session = TRUE, .by_code = TRUE),
  CASE (LOGIN, FAILED, CARD, "", .session = TRUE, .by_code = TRUE),
  CASE (LOGIN, SESSION_ENDED, LOGIN, AGAIN, 0),
  CASE (LOGIN, CARDS_LISTED, CARD, "", .session = TRUE, .by_code = TRUE),
  CASE (LOGIN, CARDS_LISTED, NEW_PIN, "", MINE, PIN_SET_, .by_code = TRUE),
  CASE (LOGIN, CARDS_LISTED, NEW_PIN, "", MINE, PINLESS, .by_code = TRUE, .inactive = TRUE),
  CASE (CARD, CARDS_LISTED, NEW_PIN, "", MINE, PIN_SET_, .by_code = TRUE),
  WATCHED (LOGIN),
  CASE (PHONE, NEXT, PHONE, "SEND_LOGIN_SMS", 0),
  CASE (PHONE, SMS_SENT, SMS, "", 0),
  CASE (PHONE, BACK, LOGIN, "NEW_CAPTCHA END_SESSION WIPE", 0),
  CASE (PHONE, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (PHONE),
  CASE (SMS, SUBMIT_CODE, SMS, "VERIFY_LOGIN_CODE", .form_complete = TRUE),
  CASE (SMS, SEND_AGAIN, SMS, "SEND_LOGIN_SMS", 0),
  CASE (SMS, SMS_SENT, SMS, "", 0),
  CASE (SMS, SESSION_OPEN, SMS, "LIST_CARDS", .session = TRUE),
  /* Logged in, but the list did not come: the card page asks for it again. */
  CASE (SMS, FAILED, CARD, "", .session = TRUE),
  CASE (SMS, BACK, LOGIN, "NEW_CAPTCHA END_SESSION WIPE", 0),
  CASE (SMS, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (SMS),
  CASE (SMS, CARDS_LISTED, CARD, "", .session = TRUE),
  CASE (SMS, CARDS_LISTED, ACTIVATE, "", MINE, .inactive = TRUE, PINLESS),
  CASE (SMS, CARDS_LISTED, NEW_PIN, "", MINE, PINLESS),
  CASE (SMS, CARDS_LISTED, PIN, "", MINE, PIN_SET_, .pin_held = TRUE),
  /* The printed security word is changed before anything else; given up, it is another login. */
  CASE (SMS, SESSION_OPEN, NEW_WORD, "", .session = TRUE, .word_change = TRUE),
  CASE (NEW_WORD, CHANGE_WORD, NEW_WORD, "CHANGE_WORD", .session = TRUE, .word_change = TRUE,
        .form_complete = TRUE),
  CASE (NEW_WORD, WORD_CHANGED, NEW_WORD, "LIST_CARDS", .session = TRUE),
  CASE (NEW_WORD, FAILED, CARD, "", .session = TRUE),
  CASE (NEW_WORD, BACK, LOGIN, "NEW_CAPTCHA END_SESSION WIPE", .session = TRUE, .word_change = TRUE),
  CASE (NEW_WORD, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (NEW_WORD),
  CASE (NEW_WORD, CARDS_LISTED, CARD, "", .session = TRUE),
  CASE (NEW_WORD, CARDS_LISTED, ACTIVATE, "", MINE, .inactive = TRUE, PINLESS),
  CASE (NEW_WORD, CARDS_LISTED, NEW_PIN, "", MINE, PINLESS),
  CASE (NEW_WORD, CARDS_LISTED, PIN, "", MINE, PIN_SET_, .pin_held = TRUE),
  CASE (ACTIVATE, NEXT, ACTIVATE, "ACTIVATE", 0),
  CASE (ACTIVATE, ACTIVATED, NEW_PIN, "", PINLESS),
  CASE (ACTIVATE, ACTIVATED, PIN, "", PIN_SET_),
  CASE (ACTIVATE, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (ACTIVATE),
  CASE (PIN, SHOW_PIN, PIN, "DISCLOSE_PIN", .pin_held = TRUE),
  CASE (PIN, PIN_DISCLOSED, PIN, "", .pin_disclosed = TRUE),
  CASE (PIN, STEP_UP, PIN, "BEGIN_SHOWING", 0),
  CASE (PIN, KEEP_PIN, PIN, "", .kept = TRUE),
  CASE (PIN, OWN_PIN, NEW_PIN, "", 0),
  CASE (PIN, DELETE_PIN, PIN, "BEGIN_DELETION", .pin_held = TRUE),
  CASE (PIN, OPERATION_BEGUN, CONFIRM, "SEND_OPERATION_SMS", 0),
  CASE (PIN, NEXT, DONE, "", .kept = TRUE),
  CASE (PIN, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (PIN),
  CASE (NEW_PIN, SHOW_PIN, NEW_PIN, "DISCLOSE_PIN", .pin_held = TRUE),
  CASE (NEW_PIN, PIN_DISCLOSED, NEW_PIN, "", .pin_disclosed = TRUE),
  CASE (NEW_PIN, STEP_UP, NEW_PIN, "BEGIN_SHOWING", 0),
  /* With an old PIN the card's own command, without one the issuer's unlock. */
  CASE (NEW_PIN, SET_PIN, SETTING, "CHANGE_PIN", USABLE, .form_complete = TRUE, .old_pin_given = TRUE),
  CASE (NEW_PIN, SET_PIN, NEW_PIN, "BEGIN_UNLOCK", USABLE, .form_complete = TRUE, .can_unlock = TRUE),
  CASE (NEW_PIN, OPERATION_BEGUN, CONFIRM, "SEND_OPERATION_SMS", 0),
  CASE (NEW_PIN, BACK, PIN, "", PIN_SET_),
  CASE (NEW_PIN, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (NEW_PIN),
  CASE (CONFIRM, SUBMIT_CODE, CONFIRM, "CONFIRM_OPERATION", .form_complete = TRUE),
  CASE (CONFIRM, SEND_AGAIN, CONFIRM, "SEND_OPERATION_SMS", 0),
  CASE (CONFIRM, SMS_SENT, CONFIRM, "", 0),
  CASE (CONFIRM, OPERATION_CONFIRMED, CONFIRM, "DISCLOSE_PIN", .purpose = ILK_PURPOSE_SHOW),
  CASE (CONFIRM, OPERATION_CONFIRMED, CONFIRM, "ERASE_PIN", .purpose = ILK_PURPOSE_DELETE),
  CASE (CONFIRM, OPERATION_CONFIRMED, SETTING, "UNLOCK_CARD", .purpose = ILK_PURPOSE_UNLOCK),
  CASE (CONFIRM, PIN_DISCLOSED, PIN, "", PIN_SET_),
  CASE (CONFIRM, PIN_DISCLOSED, NEW_PIN, "", BLOCKED),
  CASE (CONFIRM, PIN_DELETED, DONE, "", .purpose = ILK_PURPOSE_DELETE, .pin_set = TRUE),
  CASE (CONFIRM, PIN_DELETED, PIN, "", .purpose = ILK_PURPOSE_DELETE),
  CASE (CONFIRM, OPERATION_ENDED, NEW_PIN, "", .purpose = ILK_PURPOSE_UNLOCK),
  CASE (CONFIRM, OPERATION_ENDED, DONE, "", .purpose = ILK_PURPOSE_DELETE, .pin_set = TRUE),
  CASE (CONFIRM, OPERATION_ENDED, PIN, "", .purpose = ILK_PURPOSE_SHOW),
  CASE (CONFIRM, BACK, NEW_PIN, "", .purpose = ILK_PURPOSE_UNLOCK),
  CASE (NEW_PIN, CARD_READ, CARD, "WIPE", BLOCKED, .change_only = TRUE),
  CASE (NEW_PIN, BACK, CARD, "WIPE", PIN_SET_, .change_only = TRUE),
  CASE (CONFIRM, BACK, DONE, "", .purpose = ILK_PURPOSE_DELETE, .pin_set = TRUE),
  CASE (CONFIRM, BACK, PIN, "", .purpose = ILK_PURPOSE_DELETE),
  CASE (CONFIRM, SESSION_ENDED, LOGIN, AGAIN, 0),
  WATCHED (CONFIRM),
  CASE (SETTING, PIN_SET, DONE, "", 0),
  CASE (SETTING, PIN_UNCERTAIN, UNCERTAIN, "READ_CARD", 0),
  CASE (SETTING, FAILED, NEW_PIN, "READ_CARD", 0),
  CASE (SETTING, SESSION_ENDED, LOGIN, "READ_CARD NEW_CAPTCHA WIPE", 0),
  CASE (SETTING, OTHER_CARD, CARD, LEAVE, 0),
  CASE (UNCERTAIN, READERS_CHANGED, UNCERTAIN, "READ_CARD", 0),
  CASE (UNCERTAIN, PROVE, UNCERTAIN, "PROVE_PIN", USABLE, .session = TRUE),
  CASE (UNCERTAIN, PROVE, UNCERTAIN, "PROVE_PIN", USABLE),
  CASE (UNCERTAIN, PIN_SET, DONE, "", 0),
  CASE (UNCERTAIN, PIN_UNCERTAIN, UNCERTAIN, "READ_CARD", 0),
  CASE (UNCERTAIN, FAILED, NEW_PIN, "READ_CARD", 0),
  CASE (UNCERTAIN, START_OVER, CARD, LEAVE, 0),
  CASE (DONE, DELETE_PIN, DONE, "BEGIN_DELETION", .pin_held = TRUE, .pin_set = TRUE),
  CASE (DONE, OPERATION_BEGUN, CONFIRM, "SEND_OPERATION_SMS", 0),
  CASE (DONE, SESSION_ENDED, DONE, "WIPE", 0),
  CASE (DONE, START_OVER, CARD, LEAVE, 0),
  CASE (DONE, NEXT, DONE, "CLOSE", 0),
};

/* What must not lead anywhere, whatever the table grows into. */
static const Case refused[] = {
  CASE (READER, NEXT, READER, "", 0),
  CASE (DRIVER, NEXT, DRIVER, "", .reader_seen = TRUE),
  CASE (CARD, NEXT, CARD, "", .card = ILK_CARD_FACT_UNUSABLE),
  CASE (CARD, NEXT, CARD, "", .card = ILK_CARD_FACT_READING),
  CASE (LOGIN, LOG_IN, LOGIN, "", 0),
  CASE (SMS, SUBMIT_CODE, SMS, "", 0),
  CASE (PIN, SHOW_PIN, PIN, "", 0),
  CASE (PIN, SHOW_PIN, PIN, "", .pin_held = TRUE, .pin_disclosed = TRUE),
  CASE (PIN, DELETE_PIN, PIN, "", 0),
  CASE (PIN, NEXT, PIN, "", 0),
  CASE (NEW_PIN, SET_PIN, NEW_PIN, "", .form_complete = TRUE, .old_pin_given = TRUE),
  CASE (NEW_PIN, SET_PIN, NEW_PIN, "", USABLE, .form_complete = TRUE),
  CASE (NEW_PIN, SET_PIN, NEW_PIN, "", USABLE, .old_pin_given = TRUE),
  CASE (NEW_PIN, BACK, NEW_PIN, "", BLOCKED),
  /* With a service behind it a card that was blocked on the way is unblocked where one is. */
  CASE (NEW_PIN, CARD_READ, NEW_PIN, "", BLOCKED),
  CASE (NEW_PIN, CARD_READ, NEW_PIN, "", PIN_SET_, .change_only = TRUE),
  CASE (CONFIRM, SUBMIT_CODE, CONFIRM, "", 0),
  /* The card was pulled while the code for its unlock was on its way. */
  CASE (CONFIRM, SUBMIT_CODE, CONFIRM, "", .form_complete = TRUE, .purpose = ILK_PURPOSE_UNLOCK),
  /* While a PIN is being set there is no way out and nothing else speaks with the card. */
  CASE (SETTING, BACK, SETTING, "", 0),
  CASE (SETTING, NEXT, SETTING, "", 0),
  CASE (SETTING, READERS_CHANGED, SETTING, "", USABLE),
  CASE (UNCERTAIN, PROVE, UNCERTAIN, "", 0),
  CASE (UNCERTAIN, BACK, UNCERTAIN, "", USABLE),
};

static const IlkFlowRow *
row_taken (const Case *c)
{
  gsize n;
  const IlkFlowRow *rows = ilk_flow_get_rows (&n);

  for (gsize i = 0; i < n; i++)
    if (rows[i].from == c->from && rows[i].event == c->event &&
        (rows[i].guard == NULL || rows[i].guard (&c->facts)))
      return &rows[i];
  return NULL;
}

static void
check (const Case *c,
       gboolean    expected)
{
  IlkState next;
  IlkEffects effects;
  gboolean stepped = ilk_flow_step (c->from, c->event, &c->facts, &next, &effects);
  g_autofree char *names = ilk_effects_to_string (effects);

  g_test_message ("%s, %s", ilk_state_get_name (c->from), ilk_event_get_name (c->event));
  g_assert_cmpint (stepped, ==, expected);
  g_assert_cmpstr (ilk_state_get_name (next), ==, ilk_state_get_name (c->to));
  g_assert_cmpstr (names, ==, c->effects);
}

static void
test_each_row (void)
{
  gsize n;
  const IlkFlowRow *rows = ilk_flow_get_rows (&n);
  g_autofree gboolean *taken = g_new0 (gboolean, n);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check (&cases[i], TRUE);
      taken[row_taken (&cases[i]) - rows] = TRUE;
    }
  for (gsize i = 0; i < n; i++)
    if (!taken[i])
      g_error ("no case for %s, %s [%s]", ilk_state_get_name (rows[i].from),
               ilk_event_get_name (rows[i].event), rows[i].guard_name);
}

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    check (&refused[i], FALSE);
}

/* Every state can be reached from the first page, and the last page from every state. */
static void
mark_reachable (gboolean reachable[ILK_N_STATES],
                gboolean backwards)
{
  gsize n;
  const IlkFlowRow *rows = ilk_flow_get_rows (&n);
  gboolean grown = TRUE;

  while (grown)
    {
      grown = FALSE;
      for (gsize i = 0; i < n; i++)
        {
          IlkState a = backwards ? rows[i].to : rows[i].from;
          IlkState b = backwards ? rows[i].from : rows[i].to;

          if (reachable[a] && !reachable[b])
            grown = reachable[b] = TRUE;
        }
    }
}

static void
test_no_dead_end (void)
{
  gboolean forwards[ILK_N_STATES] = { [ILK_STATE_WELCOME] = TRUE };
  gboolean backwards[ILK_N_STATES] = { [ILK_STATE_DONE] = TRUE };

  mark_reachable (forwards, FALSE);
  mark_reachable (backwards, TRUE);
  for (int state = 0; state < ILK_N_STATES; state++)
    {
      g_test_message ("%s", ilk_state_get_name (state));
      g_assert_true (forwards[state]);
      g_assert_true (backwards[state]);
    }
}

static void
test_diagram (void)
{
  g_autofree char *dot = ilk_flow_to_dot ();
  const char *folder = g_getenv ("ILK_TEST_BUILD_ROOT");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : g_get_tmp_dir (), "flow.dot",
                                            NULL);
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (strstr (dot, "CONFIRM -> SETTING [label=\"OPERATION_CONFIRMED [for_unlock]"));
  for (int state = 0; state < ILK_N_STATES; state++)
    g_assert_nonnull (strstr (dot, ilk_state_get_name (state)));
  g_file_set_contents (path, dot, -1, &error);
  g_assert_no_error (error);
}

static IlkView
view_of (IlkState state,
         IlkFacts facts)
{
  IlkView view;

  ilk_flow_view (state, &facts, &view);
  return view;
}

/* The button never offers what the table would refuse, and is never dead where it would not. */
static void
test_button_agrees_with_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases) + G_N_ELEMENTS (refused); i++)
    {
      const Case *c = i < G_N_ELEMENTS (cases) ? &cases[i] : &refused[i - G_N_ELEMENTS (cases)];
      IlkView view = view_of (c->from, c->facts);
      IlkState next;
      IlkEffects effects;

      if (!view.has_button || c->from == ILK_STATE_SETTING)
        continue;
      g_test_message ("%s, %s", ilk_state_get_name (c->from), ilk_event_get_name (c->event));
      g_assert_cmpint (view.may_go_on, ==,
                       ilk_flow_step (c->from, view.button_event, &c->facts, &next, &effects));
    }
}

static void
test_busy_holds_the_buttons (void)
{
  for (int state = 0; state < ILK_N_STATES; state++)
    {
      IlkView view = view_of (state, (IlkFacts) { .busy = TRUE, .form_complete = TRUE, USABLE,
                                                  .kept = TRUE, .reader_seen = TRUE,
                                                  .reader_works = TRUE, .can_unlock = TRUE });

      g_assert_false (view.may_go_on);
      g_assert_false (view.may_go_back);
      g_assert_true (view.busy);
      g_assert_true (view.cancellable);
    }
}

static void
test_no_return (void)
{
  IlkView view = view_of (ILK_STATE_SETTING, (IlkFacts) { .busy = TRUE, .writing = TRUE });

  g_assert_true (view.no_return);
  g_assert_false (view.has_button);
  g_assert_false (view.may_go_back);
  g_assert_false (view.cancellable);
  g_assert_false (view_of (ILK_STATE_NEW_PIN, (IlkFacts) { 0 }).no_return);
}

static void
test_side_list (void)
{
  IlkView view = view_of (ILK_STATE_DONE, (IlkFacts) { .pin_set = TRUE, BLOCKED });

  g_assert_cmpint (view.marks[ILK_STEP_WELCOME], ==, ILK_STEP_PASSED);
  g_assert_cmpint (view.marks[ILK_STEP_ACTIVATE], ==, ILK_STEP_SKIPPED);
  g_assert_cmpint (view.marks[ILK_STEP_PIN], ==, ILK_STEP_SKIPPED);
  g_assert_cmpint (view.marks[ILK_STEP_NEW_PIN], ==, ILK_STEP_PASSED);
  g_assert_cmpint (view.marks[ILK_STEP_DONE], ==, ILK_STEP_CURRENT);

  view = view_of (ILK_STATE_DONE, (IlkFacts) { .kept = TRUE, PIN_SET_ });
  g_assert_cmpint (view.marks[ILK_STEP_PIN], ==, ILK_STEP_PASSED);
  g_assert_cmpint (view.marks[ILK_STEP_NEW_PIN], ==, ILK_STEP_SKIPPED);

  view = view_of (ILK_STATE_READER, (IlkFacts) { 0 });
  g_assert_cmpint (view.marks[ILK_STEP_PREPARE], ==, ILK_STEP_PASSED);
  g_assert_cmpint (view.marks[ILK_STEP_READER], ==, ILK_STEP_CURRENT);
  g_assert_cmpint (view.marks[ILK_STEP_CARD], ==, ILK_STEP_AHEAD);

  /* The pages about the parcel are left out by a later run only, and not when gone back to. */
  view = view_of (ILK_STATE_CARD, (IlkFacts) { .prepared = TRUE });
  g_assert_cmpint (view.marks[ILK_STEP_PREPARE], ==, ILK_STEP_SKIPPED);
  view = view_of (ILK_STATE_CARD, (IlkFacts) { .prepared = TRUE, .prepare_seen = TRUE });
  g_assert_cmpint (view.marks[ILK_STEP_PREPARE], ==, ILK_STEP_PASSED);

  /* Without a service there is nobody to log in to. */
  view = view_of (ILK_STATE_DONE, (IlkFacts) { .pin_set = TRUE, .change_only = TRUE, PIN_SET_ });
  g_assert_cmpint (view.marks[ILK_STEP_CARD], ==, ILK_STEP_PASSED);
  for (int step = ILK_STEP_LOGIN; step <= ILK_STEP_PIN; step++)
    g_assert_cmpint (view.marks[step], ==, ILK_STEP_SKIPPED);
  g_assert_cmpint (view.marks[ILK_STEP_NEW_PIN], ==, ILK_STEP_PASSED);

  /* A confirmation belongs to the step that asked for it. */
  view = view_of (ILK_STATE_CONFIRM, (IlkFacts) { .purpose = ILK_PURPOSE_DELETE });
  g_assert_cmpint (view.marks[ILK_STEP_PIN], ==, ILK_STEP_CURRENT);
  view = view_of (ILK_STATE_CONFIRM, (IlkFacts) { .purpose = ILK_PURPOSE_UNLOCK });
  g_assert_cmpint (view.marks[ILK_STEP_NEW_PIN], ==, ILK_STEP_CURRENT);
  view = view_of (ILK_STATE_CONFIRM, (IlkFacts) { .purpose = ILK_PURPOSE_DELETE, .pin_set = TRUE });
  g_assert_cmpint (view.marks[ILK_STEP_DONE], ==, ILK_STEP_CURRENT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/each-row", test_each_row);
  g_test_add_func ("/flow/refused", test_refused);
  g_test_add_func ("/flow/no-dead-end", test_no_dead_end);
  g_test_add_func ("/flow/diagram", test_diagram);
  g_test_add_func ("/flow/view/button-agrees-with-table", test_button_agrees_with_table);
  g_test_add_func ("/flow/view/busy-holds-the-buttons", test_busy_holds_the_buttons);
  g_test_add_func ("/flow/view/no-return", test_no_return);
  g_test_add_func ("/flow/view/side-list", test_side_list);
  return g_test_run ();
}
