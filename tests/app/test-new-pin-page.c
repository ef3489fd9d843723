/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page-fixture.h"

#define OLD "Old PIN"
#define NEW "New PIN"
#define AGAIN "New PIN (again)"
#define BUTTON "Create New PIN"

static gboolean
can_go_on (PageFixture *f)
{
  return gtk_widget_is_sensitive (page_find_button (f->window, BUTTON));
}

static void
insert (PageFixture *f,
        IlkPinState  pin_state,
        int          tries_left,
        gboolean     pin_held)
{
  fake_controller_insert_card (f->controller, pin_state, tries_left);
  fake_controller_log_in (f->controller, pin_held);
  fake_controller_go (f->controller, ILK_STATE_PIN);
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  g_free (fake_controller_take_calls (f->controller));
}

static void
choose (PageFixture *f,
        const char  *title)
{
  GtkWidget *row = page_find_titled (f->window, ADW_TYPE_ACTION_ROW, title);

  g_assert_nonnull (row);
  gtk_check_button_set_active
    (GTK_CHECK_BUTTON (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row))), TRUE);
  page_fixture_spin ();
}

static void
type_new (PageFixture *f,
          const char  *digits)
{
  page_type_digits (f->window, NEW, digits);
  page_type_digits (f->window, AGAIN, digits);
}

static void
assert_secret (IlkSecret  *secret,
               const char *digits)
{
  g_autoptr (IlkSecret) expected = ilk_secret_new_from_data (digits, strlen (digits));

  g_assert_nonnull (secret);
  g_assert_true (ilk_secret_equal (secret, expected));
}

static guint
get_typed_length (PageFixture *f,
                  const char  *title)
{
  GtkWidget *entry = page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, title);
  IlkSecret *secret;

  g_assert_nonnull (entry);
  secret = ilk_pin_entry_get_secret (ILK_PIN_ENTRY (entry));
  return secret != NULL ? ilk_secret_get_length (secret) : 0;
}

/* What the card answered while the SETTING page was shown. */
static void
fail_on_card (PageFixture *f,
              const char  *code)
{
  fake_controller_go (f->controller, ILK_STATE_SETTING);
  fake_controller_set_problem (f->controller, code, "The card refused.", "", "Look again.");
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  page_fixture_spin ();
  g_free (fake_controller_take_calls (f->controller));
}

static void
test_typed (PageFixture   *f,
            gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  g_assert_nonnull (page_find_label (f->window, "PIN tries left: 3"));
  page_type_digits (f->window, OLD, "123457");
  type_new (f, "482913");
  g_assert_true (can_go_on (f));
  g_assert_true (f->controller->facts.old_pin_given);
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN with old\n");
  assert_secret (f->controller->old_pin, "123457");
  assert_secret (f->controller->new_pin, "482913");
}

/* A reader with keys is offered beside the keyboard; what was typed here before is not sent. */
static void
test_on_reader (PageFixture   *f,
                gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  g_assert_null (page_find_label (f->window, "Type on the card reader"));

  f->controller->card->pad = ILK_CARD_PAD_OFFERED;
  fake_controller_changed (f->controller);
  page_type_digits (f->window, OLD, "123457");
  g_assert_false (can_go_on (f));
  choose (f, "Type on the card reader");
  g_assert_null (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, NEW));
  g_assert_nonnull (page_find_label (f->window, "4. the new PIN once more, as proof"));
  g_assert_true (can_go_on (f));
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN on reader\n");

  f->controller->facts.on_reader = TRUE;
  fake_controller_go (f->controller, ILK_STATE_SETTING);
  page_fixture_spin ();
  g_assert_nonnull (page_find_label (f->window, "Now type on the card reader"));
  g_assert_nonnull (page_find_label (f->window, "On the reader: the old PIN, then the new one "
                                                "twice"));

  /* Given up there: it can be tried again in the same way. */
  fail_on_card (f, "card.keypad-cancelled");
  g_assert_nonnull (page_find_label (f->window, "4. the new PIN once more, as proof"));
  g_assert_true (can_go_on (f));

  /* Another reader, without keys. */
  f->controller->card->pad = ILK_CARD_PAD_NONE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD));
  g_assert_false (can_go_on (f));
}

/* A module that takes no PIN from a program: there is nothing to choose. */
static void
test_only_on_reader (PageFixture   *f,
                     gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  f->controller->card->pad = ILK_CARD_PAD_REQUIRED;
  f->controller->facts.can_unlock = FALSE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "I know the old PIN"));
  g_assert_null (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD));
  g_assert_true (can_go_on (f));
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN on reader\n");

  /* The last try is asked for here, too. */
  fail_on_card (f, "card.last-try");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (page_find_dialog (f->window)), "verb");
  page_fixture_spin ();
  page_assert_calls (f, "set PIN on reader last try\n");
}

static void
test_rules (PageFixture   *f,
            gconstpointer  data)
{
  const char *bad[] = { "111111", "890123", "100000", "48291" };

  insert (f, ILK_PIN_STATE_NOT_SET, -1, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type_new (f, bad[i]);
      g_assert_false (can_go_on (f));
      ilk_pin_entry_clear (ILK_PIN_ENTRY (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, NEW)));
      ilk_pin_entry_clear (ILK_PIN_ENTRY (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY,
                                                            AGAIN)));
    }
  type_new (f, "482913");
  g_assert_true (can_go_on (f));
}

static void
test_not_the_old (PageFixture   *f,
                  gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  page_type_digits (f->window, OLD, "482913");
  type_new (f, "482913");
  g_assert_false (can_go_on (f));
}

static void
test_differ (PageFixture   *f,
             gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_NOT_SET, -1, FALSE);
  page_type_digits (f->window, NEW, "482913");
  page_type_digits (f->window, AGAIN, "482914");
  g_assert_nonnull (page_find_label (f->window, "The two entries differ."));
  g_assert_false (can_go_on (f));
}

static void
test_unlock (PageFixture   *f,
             gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  choose (f, "I don’t know it");
  g_assert_false (f->controller->facts.old_pin_given);
  g_assert_null (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD));
  type_new (f, "482913");
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN\n");
  g_assert_null (f->controller->old_pin);
}

static void
test_shown (PageFixture   *f,
            gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, TRUE);
  choose (f, "Use the PIN shown");
  page_assert_calls (f, "send SHOW_PIN\n");
  type_new (f, "482913");
  g_assert_false (can_go_on (f));

  f->controller->pin = ilk_secret_new_from_data ("726401", 6);
  f->controller->facts.pin_disclosed = TRUE;
  fake_controller_changed (f->controller);
  g_assert_true (can_go_on (f));
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN with old\n");
  assert_secret (f->controller->old_pin, "726401");
}

static void
test_create (PageFixture   *f,
             gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_NOT_SET, -1, FALSE);
  g_assert_nonnull (page_find_label (f->window, "Create PIN"));
  g_assert_null (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD));
  g_assert_null (page_find_label (f->window, "I know the old PIN"));
}

static void
test_blocked (PageFixture   *f,
              gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_BLOCKED, 0, FALSE);
  g_assert_nonnull (page_find_label (f->window, "Unblock Card"));
  g_assert_null (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD));
}

/* A wrong old PIN costs the typing of the old PIN only. */
static void
test_wrong_old (PageFixture   *f,
                gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  page_type_digits (f->window, OLD, "123457");
  type_new (f, "482913");
  page_press (f->window, BUTTON);
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 2);
  fail_on_card (f, "card.wrong-pin");

  g_assert_nonnull (page_find_label (f->window, "PIN tries left: 2"));
  g_assert_nonnull (page_find_label (page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, OLD),
                                     "The card refused."));
  g_assert_nonnull (page_find_label (f->window, "The new PIN is kept as you typed it"));
  g_assert_cmpuint (get_typed_length (f, OLD), ==, 0);
  g_assert_false (can_go_on (f));

  page_type_digits (f->window, OLD, "222333");
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN with old\n");
  assert_secret (f->controller->old_pin, "222333");
  assert_secret (f->controller->new_pin, "482913");
}

static void
start_last_try (PageFixture *f)
{
  insert (f, ILK_PIN_STATE_SET, 1, FALSE);
  page_type_digits (f->window, OLD, "123457");
  type_new (f, "482913");
  page_press (f->window, BUTTON);
  page_assert_calls (f, "set PIN with old\n");
  fail_on_card (f, "card.last-try");
}

static void
test_last_try (PageFixture   *f,
               gconstpointer  data)
{
  start_last_try (f);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (page_find_dialog (f->window)), "verb");
  page_fixture_spin ();
  page_assert_calls (f, "set PIN with old last try\n");
  assert_secret (f->controller->old_pin, "123457");
  assert_secret (f->controller->new_pin, "482913");
}

static void
test_last_try_declined (PageFixture   *f,
                        gconstpointer  data)
{
  start_last_try (f);
  gtk_window_close (GTK_WINDOW (page_find_dialog (f->window)));
  page_fixture_spin ();
  page_assert_calls (f, "clear problem\n");
  g_assert_null (page_find_dialog (f->window));
  g_assert_cmpuint (get_typed_length (f, OLD), ==, 0);
  g_assert_nonnull (page_find_label (f->window, "The new PIN is kept as you typed it"));
}

/* A confirmation given up costs nothing; leaving the road wipes everything. */
static void
test_kept_until_left (PageFixture   *f,
                      gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_NOT_SET, -1, FALSE);
  type_new (f, "482913");
  page_press (f->window, BUTTON);
  fake_controller_go (f->controller, ILK_STATE_CONFIRM);
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  g_assert_nonnull (page_find_label (f->window, "The new PIN is kept as you typed it"));
  g_assert_true (can_go_on (f));

  fake_controller_go (f->controller, ILK_STATE_CONFIRM);
  fake_controller_go (f->controller, ILK_STATE_SETTING);
  fake_controller_go (f->controller, ILK_STATE_DONE);
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  g_assert_null (page_find_label (f->window, "kept as you typed"));
  g_assert_cmpuint (get_typed_length (f, NEW), ==, 0);
  g_assert_false (can_go_on (f));
}

static void
test_leave (PageFixture   *f,
            gconstpointer  data)
{
  insert (f, ILK_PIN_STATE_SET, 3, FALSE);
  page_type_digits (f->window, OLD, "12");
  type_new (f, "482913");
  fake_controller_go (f->controller, ILK_STATE_PIN);
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  g_assert_cmpuint (get_typed_length (f, OLD), ==, 0);
  g_assert_cmpuint (get_typed_length (f, NEW), ==, 0);
  g_assert_cmpuint (get_typed_length (f, AGAIN), ==, 0);
}

static void
add (void)
{
  page_add_test ("/new-pin-page/typed", ILK_STATE_NEW_PIN, test_typed);
  page_add_test ("/new-pin-page/on-reader", ILK_STATE_NEW_PIN, test_on_reader);
  page_add_test ("/new-pin-page/only-on-reader", ILK_STATE_NEW_PIN, test_only_on_reader);
  page_add_test ("/new-pin-page/rules", ILK_STATE_NEW_PIN, test_rules);
  page_add_test ("/new-pin-page/not-the-old", ILK_STATE_NEW_PIN, test_not_the_old);
  page_add_test ("/new-pin-page/differ", ILK_STATE_NEW_PIN, test_differ);
  page_add_test ("/new-pin-page/unlock", ILK_STATE_NEW_PIN, test_unlock);
  page_add_test ("/new-pin-page/shown", ILK_STATE_NEW_PIN, test_shown);
  page_add_test ("/new-pin-page/create", ILK_STATE_NEW_PIN, test_create);
  page_add_test ("/new-pin-page/blocked", ILK_STATE_NEW_PIN, test_blocked);
  page_add_test ("/new-pin-page/wrong-old", ILK_STATE_NEW_PIN, test_wrong_old);
  page_add_test ("/new-pin-page/last-try", ILK_STATE_NEW_PIN, test_last_try);
  page_add_test ("/new-pin-page/last-try-declined", ILK_STATE_NEW_PIN, test_last_try_declined);
  page_add_test ("/new-pin-page/kept-until-left", ILK_STATE_NEW_PIN, test_kept_until_left);
  page_add_test ("/new-pin-page/leave", ILK_STATE_NEW_PIN, test_leave);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
