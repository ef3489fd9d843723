/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole road without widgets: the real controller, service and virtual card. */
#include <string.h>

#include "road.h"
#include "core/ilk-pin-rules.h"

#define NEW_PIN "271953"

static gboolean
pin_is_here (Road          *road,
             gconstpointer  data)
{
  return ilk_controller_get_pin (road->controller) != NULL;
}

static void
confirm_by_sms (Road *road)
{
  g_autoptr(IlkSecret) code = NULL;

  road_wait_state (road, ILK_STATE_CONFIRM);
  code = road_code (road);
  road_submit_code (road, code);
}

/* Keep the PIN: shown, saved, deleted for good; the card is not touched. */
static void
test_keep (void)
{
  g_autoptr(Road) road = road_new ("ready");
  const IlkFacts *facts = ilk_controller_get_facts (road->controller);

  road_to_pin (road);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_PIN);
  ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
  road_wait (road, pin_is_here, NULL, "the PIN");
  g_assert_cmpuint (ilk_secret_get_length (ilk_controller_get_pin (road->controller)), ==, 6);

  ilk_controller_send (road->controller, ILK_EVENT_KEEP_PIN);
  ilk_controller_pin_was_saved (road->controller);
  ilk_controller_delete_pin (road->controller, "DELETE");
  confirm_by_sms (road);
  road_wait_state (road, ILK_STATE_PIN);
  g_assert_true (facts->pin_deleted);
  g_assert_false (facts->pin_held);
  g_assert_null (ilk_controller_get_pin (road->controller));
  g_assert_cmpint (ilk_controller_get_erased_everywhere (road->controller), >, 0);

  ilk_controller_press (road->controller);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_DONE);
}

/* Set my own with the PIN shown as the old one. */
static void
test_change (void)
{
  g_autoptr(Road) road = road_new ("ready");
  g_autoptr(IlkSecret) shown = NULL;
  g_autoptr(IlkSecret) wanted = secret_of (NEW_PIN);

  road_to_pin (road);
  ilk_controller_send (road->controller, ILK_EVENT_OWN_PIN);
  ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
  road_wait (road, pin_is_here, NULL, "the PIN");
  shown = ilk_secret_copy (ilk_controller_get_pin (road->controller));
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_set_pin (road->controller, shown, wanted, FALSE);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
  g_assert_true (ilk_controller_get_facts (road->controller)->pin_stale);
}

/* Both PINs are typed on a reader with keys: neither of them is in this process. Given up there
 * first, and then done. */
static void
test_change_on_reader (void)
{
  g_autoptr(Road) road = road_new ("ready");
  const char *given_up[] = { PIN_PAD_CANCEL, NULL };
  const char *done[] = { NULL, NEW_PIN, NEW_PIN, NEW_PIN, NULL };
  g_autofree char *old = NULL;
  IlkSecret *shown;

  pin_pad_transport_set_features (road->pad, PIN_PAD_FEATURES);
  road_to_pin (road);
  ilk_controller_send (road->controller, ILK_EVENT_OWN_PIN);
  ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
  road_wait (road, pin_is_here, NULL, "the PIN");
  shown = ilk_controller_get_pin (road->controller);
  done[0] = old = g_strndup ((const char *) ilk_secret_peek (shown), ilk_secret_get_length (shown));
  g_assert_cmpint (ilk_controller_get_card (road->controller)->pad, ==, ILK_CARD_PAD_OFFERED);

  pin_pad_transport_type (road->pad, given_up);
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_set_old_pin_given (road->controller, TRUE);
  ilk_controller_set_pin_on_reader (road->controller, FALSE);
  road_wait_problem (road, "card.keypad-cancelled");
  road_wait_state (road, ILK_STATE_NEW_PIN);
  road_wait_card (road);

  pin_pad_transport_type (road->pad, done);
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_set_pin_on_reader (road->controller, FALSE);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
  g_assert_true (ilk_controller_get_facts (road->controller)->pin_stale);
}

static void
unlock (Road *road)
{
  road_to_pin (road);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_PIN);
  road_set_pin (road, NULL, NEW_PIN);
  confirm_by_sms (road);
}

static void
test_pinless (void)
{
  g_autoptr(Road) road = road_new ("pinless");

  unlock (road);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

static void
test_blocked (void)
{
  g_autoptr(Road) road = road_new ("blocked");

  unlock (road);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

static void
try_word (Road       *road,
          const char *text)
{
  g_autoptr(IlkSecret) word = secret_of (text);

  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_change_word (road->controller, word);
  road_wait_idle (road);
}

/* The word of the application form opens nothing but the page for another one. */
static void
test_printed_word (void)
{
  g_autoptr(Road) road = road_new ("printed-word");
  g_autofree char *printed = NULL;

  printed = g_strdup (ilk_practice_get_holder (road->practice)->security_word);
  road_to_pin (road);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_WORD);
  try_word (road, printed);
  road_wait_problem (road, "client.word");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_WORD);
  try_word (road, "üç mavi bisiklet 7");
  road_wait_state (road, ILK_STATE_PIN);

  ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
  road_wait (road, pin_is_here, NULL, "the PIN");
}

/* To the login page with a code of the browser's. */
static void
type_verification_code (Road       *road,
                        const char *digits)
{
  g_autoptr(IlkSecret) code = secret_of (digits);

  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_log_in_by_code (road->controller, code);
  road_wait_idle (road);
}

/* The other road of the documents: a login in the browser, its code in the program, a new PIN. */
static void
test_verification_code (void)
{
  g_autoptr(Road) road = road_new ("blocked");
  g_autofree char *code = NULL;

  road_to_card (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_LOGIN);
  road_wait_captcha (road);
  code = road_get_verification_code (road);
  type_verification_code (road, "000000000000000");
  road_wait_problem (road, "client.verification-code");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_LOGIN);

  type_verification_code (road, code);
  road_wait_state (road, ILK_STATE_NEW_PIN);
  road_set_pin (road, NULL, NEW_PIN);
  confirm_by_sms (road);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

/* The PIN that the issuer holds is not for who has a code alone; changing the card's own is. */
static void
test_verification_code_shows_no_pin (void)
{
  g_autoptr(Road) road = road_new ("ready");
  g_autofree char *code = NULL;
  g_autoptr(IlkSecret) old = NULL;

  road_to_card (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_LOGIN);
  road_wait_captcha (road);
  code = road_get_verification_code (road);
  type_verification_code (road, code);
  road_wait_state (road, ILK_STATE_NEW_PIN);
  g_assert_false (ilk_controller_get_facts (road->controller)->pin_held);
  ilk_controller_send (road->controller, ILK_EVENT_SHOW_PIN);
  ilk_controller_send (road->controller, ILK_EVENT_BACK);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_PIN);
  g_assert_null (ilk_controller_get_pin (road->controller));
  road_set_pin (road, NULL, NEW_PIN);
  confirm_by_sms (road);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

static void
test_not_activated (void)
{
  g_autoptr(Road) road = road_new ("not-activated");

  road_to_pin (road);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_ACTIVATE);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_PIN);
}

/* A wrong captcha costs no try of the security word; three wrong words block the account. */
static void
test_wrong_login (void)
{
  g_autoptr(Road) road = road_new ("ready");

  road_to_card (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_LOGIN);
  road_type_login (road, "XXXXXX", NULL);
  road_wait_problem (road, "client.captcha");
  road_wait_idle (road);
  for (int i = 0; i < 2; i++)
    {
      road_type_login (road, NULL, "kesinlikle yanlış");
      road_wait_problem (road, "client.credentials");
      road_wait_idle (road);
    }
  road_type_login (road, NULL, "kesinlikle yanlış");
  road_wait_problem (road, "client.blocked");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_LOGIN);
}

static void
test_wrong_and_expired_code (void)
{
  g_autoptr(Road) road = road_new ("ready");
  g_autoptr(IlkSecret) good = NULL;
  g_autoptr(IlkSecret) wrong = NULL;

  road_to_card (road);
  road_log_in (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_SMS);
  good = road_code (road);
  wrong = ilk_secret_copy (good);
  ilk_secret_get_writable (wrong)[0] = ilk_secret_peek (good)[0] == '9' ? '0' : '9';
  road_submit_code (road, wrong);
  road_wait_problem (road, "client.code-wrong");
  road_advance (road, 301);
  road_submit_code (road, good);
  road_wait_problem (road, "client.code-expired");
  ilk_controller_send (road->controller, ILK_EVENT_SEND_AGAIN);
  road_wait_idle (road);
  g_assert_null (ilk_controller_get_problem (road->controller));
}

/* A wrong old PIN shows the tries left, and the last one is asked for before it is spent. */
static void
test_wrong_old_pin (void)
{
  g_autoptr(Road) road = road_new ("ready");

  road_to_pin (road);
  ilk_controller_send (road->controller, ILK_EVENT_OWN_PIN);
  for (int tries = 2; tries > 0; tries--)
    {
      road_set_pin (road, "907182", NEW_PIN);
      road_wait_problem (road, "card.wrong-pin");
      road_wait_state (road, ILK_STATE_NEW_PIN);
    }
  road_set_pin (road, "907182", NEW_PIN);
  road_wait_problem (road, "card.last-try");
  road_wait_state (road, ILK_STATE_NEW_PIN);
  g_assert_false (road_card_has_pin (road, NEW_PIN));
}

/* The card is pulled while typing: said, and forgotten once the same card is back. */
static void
test_pulled_and_back (void)
{
  g_autoptr(Road) road = road_new ("ready");

  road_to_pin (road);
  ilk_practice_set_card_inserted (road->practice, FALSE);
  road_wait_problem (road, "app.card-pulled");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_PIN);
  road_reinsert (road);
  g_assert_null (ilk_controller_get_problem (road->controller));
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_PIN);
}

/* The card is pulled while the code for the unlock is on its way: the code waits for the card. */
static void
test_pulled_before_unlock (void)
{
  g_autoptr(Road) road = road_new ("pinless");
  g_autoptr(IlkSecret) code = NULL;

  road_to_pin (road);
  road_set_pin (road, NULL, NEW_PIN);
  road_wait_state (road, ILK_STATE_CONFIRM);
  code = road_code (road);
  ilk_practice_set_card_inserted (road->practice, FALSE);
  road_wait_problem (road, "app.card-pulled");
  road_submit_code (road, code);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_CONFIRM);
  road_reinsert (road);
  road_submit_code (road, code);
  road_wait_state (road, ILK_STATE_DONE);
  g_assert_true (road_card_has_pin (road, NEW_PIN));
}

/* Whose card it is not may put in the right one, or log in as somebody else. */
static void
test_not_yours (void)
{
  g_autoptr(Road) road = road_new ("ready");
  IlkPracticeHolder *holder = ilk_practice_get_holder (road->practice);
  g_autofree char *number = g_strdup (holder->identity_number);
  g_autofree char *word = g_strdup (holder->security_word);
  g_autoptr(IlkSecret) secret = secret_of (word);
  g_autoptr(IlkSecret) code = NULL;

  ilk_practice_choose_holder (road->practice, 2);
  road_to_card (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_LOGIN);
  road_wait_captcha (road);
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_log_in (road->controller, number, road->captcha, secret);
  road_wait_state (road, ILK_STATE_PHONE);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_SMS);
  code = road_code (road);
  road_submit_code (road, code);
  road_wait_problem (road, "app.card-not-yours");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_CARD);

  ilk_practice_choose_holder (road->practice, 0);
  road_wait_no_card (road);
  ilk_practice_set_card_inserted (road->practice, TRUE);
  road_wait_card (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_PIN);
}

/* Another card ends the road: its session and everything known of the first card. */
static void
test_other_card (void)
{
  g_autoptr(Road) road = road_new ("ready");

  road_to_pin (road);
  ilk_practice_choose_holder (road->practice, 2);
  ilk_practice_set_card_inserted (road->practice, TRUE);
  road_wait_problem (road, "app.other-card");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_CARD);
  g_assert_false (ilk_controller_get_facts (road->controller)->session);
}

/* The answer to "write the new PIN" is lost: the truth is unknown until the person asks for it. */
static void
find_command (Road  *road,
              guint8 ins,
              guint *index)
{
  GArray *commands = ilk_card_recorder_get (road->recorder);

  for (guint i = 0; i < commands->len; i++)
    if (g_array_index (commands, IlkRecordedCommand, i).ins == ins &&
        g_array_index (commands, IlkRecordedCommand, i).lc > 0)
      {
        *index = i + 1;
        g_array_unref (commands);
        return;
      }
  g_error ("no command %02x was recorded", ins);
}

static guint
index_of_reset (void)
{
  g_autoptr(Road) road = road_new ("pinless");
  guint index = 0;

  road_to_pin (road);
  ilk_card_recorder_clear (road->recorder);
  road_set_pin (road, NULL, NEW_PIN);
  confirm_by_sms (road);
  road_wait_state (road, ILK_STATE_DONE);
  find_command (road, 0x2C, &index);
  return index;
}

static void
lose_reset (Road          *road,
            guint          index,
            IlkFaultPoint  point)
{
  road_to_pin (road);
  ilk_card_recorder_clear (road->recorder);
  ilk_card_recorder_set_fault (road->recorder, index, point, ILK_CARD_ERROR_CARD_REMOVED);
  road_set_pin (road, NULL, NEW_PIN);
  confirm_by_sms (road);
  road_wait_state (road, ILK_STATE_UNCERTAIN);
  road_reinsert (road);
  ilk_controller_press (road->controller);
}

static void
test_uncertain (void)
{
  guint index = index_of_reset ();

  {
    g_autoptr(Road) road = road_new ("pinless");

    lose_reset (road, index, ILK_FAULT_AFTER);
    road_wait_state (road, ILK_STATE_DONE);
    g_assert_true (road_card_has_pin (road, NEW_PIN));
  }
  {
    g_autoptr(Road) road = road_new ("pinless");

    lose_reset (road, index, ILK_FAULT_BEFORE);
    road_wait_state (road, ILK_STATE_NEW_PIN);
    road_wait_problem (road, "app.pin-not-set-by-us");
    g_assert_false (road_card_has_pin (road, NEW_PIN));
  }
}

static void
test_rules_hold (void)
{
  g_autoptr(Road) road = road_new ("pinless");

  road_to_pin (road);
  road_set_pin (road, NULL, "123456");
  road_set_pin (road, NULL, "111111");
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_NEW_PIN);
  g_assert_false (ilk_controller_get_facts (road->controller)->busy);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/road/keep", test_keep);
  g_test_add_func ("/road/change", test_change);
  g_test_add_func ("/road/change-on-reader", test_change_on_reader);
  g_test_add_func ("/road/pinless", test_pinless);
  g_test_add_func ("/road/blocked", test_blocked);
  g_test_add_func ("/road/printed-word", test_printed_word);
  g_test_add_func ("/road/verification-code", test_verification_code);
  g_test_add_func ("/road/verification-code-shows-no-pin", test_verification_code_shows_no_pin);
  g_test_add_func ("/road/not-activated", test_not_activated);
  g_test_add_func ("/road/wrong-login", test_wrong_login);
  g_test_add_func ("/road/wrong-and-expired-code", test_wrong_and_expired_code);
  g_test_add_func ("/road/wrong-old-pin", test_wrong_old_pin);
  g_test_add_func ("/road/pulled-and-back", test_pulled_and_back);
  g_test_add_func ("/road/pulled-before-unlock", test_pulled_before_unlock);
  g_test_add_func ("/road/not-yours", test_not_yours);
  g_test_add_func ("/road/other-card", test_other_card);
  g_test_add_func ("/road/uncertain", test_uncertain);
  g_test_add_func ("/road/rules-hold", test_rules_hold);
  return g_test_run ();
}
