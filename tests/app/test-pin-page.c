/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/ilk-secret-view.h"
#include "page-fixture.h"

static void
hold (PageFixture *f)
{
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  fake_controller_log_in (f->controller, TRUE);
  fake_controller_changed (f->controller);
}

static void
disclose (PageFixture *f)
{
  f->controller->pin = ilk_secret_new_from_data ("482913", 6);
  f->controller->facts.pin_disclosed = TRUE;
  fake_controller_changed (f->controller);
}

static IlkSecretView *
find_view (GtkWidget *widget)
{
  IlkSecretView *found = NULL;

  if (ILK_IS_SECRET_VIEW (widget) && gtk_widget_get_mapped (widget))
    return ILK_SECRET_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_view (child);

  return found;
}

/* One press asks for the PIN and shows it when it comes, a confirmation in between included. */
static void
test_show (PageFixture   *f,
           gconstpointer  data)
{
  hold (f);
  g_assert_null (find_view (f->window));
  page_press (f->window, "Show for 15 Seconds");
  page_assert_calls (f, "send SHOW_PIN\n");

  fake_controller_go (f->controller, ILK_STATE_CONFIRM);
  disclose (f);
  fake_controller_go (f->controller, ILK_STATE_PIN);
  page_fixture_spin ();
  g_assert_nonnull (find_view (f->window));

  /* It is here now: no further asking. */
  page_press (f->window, "Show for 15 Seconds");
  page_assert_calls (f, "");
}

static void
test_leave (PageFixture   *f,
            gconstpointer  data)
{
  IlkSecretView *view;

  hold (f);
  disclose (f);
  page_press (f->window, "Show for 15 Seconds");
  view = find_view (f->window);
  fake_controller_go (f->controller, ILK_STATE_NEW_PIN);
  g_assert_false (ilk_secret_view_get_shown (view));
}

static void
test_choice (PageFixture   *f,
             gconstpointer  data)
{
  hold (f);
  g_assert_null (page_find_button (f->window, "Finish"));
  g_assert_null (page_find_button (f->window, "Save My Passwords"));
  page_press (f->window, "Keep This PIN");
  page_assert_calls (f, "send KEEP_PIN\n");
  page_press (f->window, "Set My Own PIN");
  page_assert_calls (f, "send OWN_PIN\n");

  f->controller->facts.kept = TRUE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_button (f->window, "Finish"));
  g_assert_null (page_find_button (f->window, "Keep This PIN"));
  page_press (f->window, "Rather Set My Own PIN");
  page_assert_calls (f, "send OWN_PIN\n");
}

static void
test_save_needs_pin (PageFixture   *f,
                     gconstpointer  data)
{
  hold (f);
  f->controller->facts.kept = TRUE;
  fake_controller_changed (f->controller);
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Save My Passwords")));
  g_assert_nonnull (page_find_label (f->window, "Have the PIN shown first"));
  disclose (f);
  g_assert_true (gtk_widget_is_sensitive (page_find_button (f->window, "Save My Passwords")));
}

/* A deletion says what it means at this issuer, and wants a word to be typed. */
static void
test_delete (PageFixture   *f,
             gconstpointer  data)
{
  GtkWidget *dialog;
  GtkWidget *entry;

  hold (f);
  f->controller->facts.kept = TRUE;
  fake_controller_changed (f->controller);
  page_press (f->window, "Delete My Passwords");
  dialog = page_find_dialog (f->window);
  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)),
                            ilk_issuer_get_delete_meaning (f->controller->issuer)));
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)),
                            "You have not saved the PIN."));
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "verb"));
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "cancel");

  entry = gtk_widget_get_last_child (adw_message_dialog_get_extra_child
                                     (ADW_MESSAGE_DIALOG (dialog)));
  gtk_editable_set_text (GTK_EDITABLE (entry), "delete");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "verb"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "DELETE");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "verb"));
  page_assert_calls (f, "");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "verb");
  page_fixture_spin ();
  page_assert_calls (f, "delete DELETE\n");
}

static void
test_delete_declined (PageFixture   *f,
                      gconstpointer  data)
{
  hold (f);
  f->controller->facts.kept = TRUE;
  fake_controller_changed (f->controller);
  page_press (f->window, "Delete My Passwords");
  gtk_window_close (GTK_WINDOW (page_find_dialog (f->window)));
  page_fixture_spin ();
  page_assert_calls (f, "");
}

static void
test_deleted (PageFixture   *f,
              gconstpointer  data)
{
  hold (f);
  f->controller->facts.pin_held = FALSE;
  f->controller->facts.pin_deleted = TRUE;
  f->controller->facts.kept = TRUE;
  f->controller->erased_everywhere = FAKE_NOW + 12 * 3600;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "From 21 November 2026 no backup copy"));
  g_assert_null (page_find_button (f->window, "Show for 15 Seconds"));
  g_assert_null (page_find_button (f->window, "Delete My Passwords"));
  g_assert_nonnull (page_find_button (f->window, "Finish"));
}

static void
test_none_held (PageFixture   *f,
                gconstpointer  data)
{
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  fake_controller_log_in (f->controller, FALSE);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The issuer holds no PIN for this card."));
  g_assert_null (page_find_button (f->window, "Show for 15 Seconds"));
  g_assert_nonnull (page_find_button (f->window, "Keep My PIN"));
  g_assert_nonnull (page_find_button (f->window, "Set My Own PIN"));
}

static void
test_stale (PageFixture   *f,
            gconstpointer  data)
{
  hold (f);
  g_assert_null (page_find_label (f->window, "is probably void"));
  f->controller->facts.pin_stale = TRUE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "is probably void"));
}

/* At the end: a void PIN that is still held is offered for deletion, with other words. */
static void
test_done (PageFixture   *f,
           gconstpointer  data)
{
  hold (f);
  f->controller->facts.pin_set = TRUE;
  f->controller->facts.pin_saved = TRUE;
  fake_controller_go (f->controller, ILK_STATE_DONE);
  g_assert_nonnull (page_find_label (f->window, "Your own new PIN is on the card"));
  g_assert_nonnull (page_find_label (f->window,
                                     ilk_issuer_get_puk_warning (f->controller->issuer)));
  g_assert_nonnull (page_find_label (f->window, "It is void now, and so is the PDF document"));
  g_assert_null (page_find_label (f->window, "The PIN was saved as a PDF document"));
  page_press (f->window, "Delete My Passwords");
  g_assert_nonnull (strstr (adw_message_dialog_get_body
                            (ADW_MESSAGE_DIALOG (page_find_dialog (f->window))),
                            "The PIN on your card stays as it is."));
  gtk_window_close (GTK_WINDOW (page_find_dialog (f->window)));
  page_press (f->window, "Set Up Another Card");
  page_assert_calls (f, "send START_OVER\n");

  /* Without a session nothing can be deleted any more. */
  f->controller->facts.session = FALSE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_button (f->window, "Delete My Passwords"));
}

static void
add (void)
{
  page_add_test ("/pin-page/show", ILK_STATE_PIN, test_show);
  page_add_test ("/pin-page/leave", ILK_STATE_PIN, test_leave);
  page_add_test ("/pin-page/choice", ILK_STATE_PIN, test_choice);
  page_add_test ("/pin-page/save-needs-pin", ILK_STATE_PIN, test_save_needs_pin);
  page_add_test ("/pin-page/delete", ILK_STATE_PIN, test_delete);
  page_add_test ("/pin-page/delete-declined", ILK_STATE_PIN, test_delete_declined);
  page_add_test ("/pin-page/deleted", ILK_STATE_PIN, test_deleted);
  page_add_test ("/pin-page/none-held", ILK_STATE_PIN, test_none_held);
  page_add_test ("/pin-page/stale", ILK_STATE_PIN, test_stale);
  page_add_test ("/done-page/void-pin", ILK_STATE_PIN, test_done);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
