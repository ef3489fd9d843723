/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/ilk-page.h"
#include "page-fixture.h"

/* What the window promises: it shows what the view says, and nothing else decides. */

static void
test_main_button (PageFixture   *f,
                  gconstpointer  data)
{
  GtkWidget *next;

  page_press (f->window, "Start");
  page_assert_calls (f, "press NEXT\n");

  fake_controller_go (f->controller, ILK_STATE_READER);
  next = page_find_button (f->window, "Next");
  g_assert_nonnull (next);
  g_assert_false (gtk_widget_is_sensitive (next));

  fake_controller_add_usb (f->controller, "ACS ACR38U", ILK_HOST_VERDICT_WORKS);
  fake_controller_changed (f->controller);
  g_assert_true (gtk_widget_is_sensitive (next));

  f->controller->facts.busy = TRUE;
  fake_controller_changed (f->controller);
  g_assert_false (gtk_widget_is_sensitive (next));
}

static void
test_button_words (PageFixture   *f,
                   gconstpointer  data)
{
  const struct { IlkState state; const char *words; } expected[] = {
    { ILK_STATE_WELCOME, "Start" }, { ILK_STATE_PREPARE, "Next" }, { ILK_STATE_READER, "Next" },
    { ILK_STATE_LOGIN, "Log In" }, { ILK_STATE_PHONE, "Confirm" }, { ILK_STATE_SMS, "Send" },
    { ILK_STATE_ACTIVATE, "Activate" }, { ILK_STATE_NEW_PIN, "Create New PIN" },
    { ILK_STATE_CONFIRM, "Confirm" }, { ILK_STATE_UNCERTAIN, "Try the New PIN Once" },
    { ILK_STATE_DONE, "Close" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      fake_controller_go (f->controller, expected[i].state);
      g_assert_nonnull (page_find_button (f->window, expected[i].words));
    }

  fake_controller_go (f->controller, ILK_STATE_SETTING);
  g_assert_null (page_find_button (f->window, "Close"));
}

static void
test_back (PageFixture   *f,
           gconstpointer  data)
{
  g_assert_null (page_find_button (f->window, "Back"));

  fake_controller_go (f->controller, ILK_STATE_PREPARE);
  page_press (f->window, "Back");
  page_assert_calls (f, "send BACK\n");

  fake_controller_go (f->controller, ILK_STATE_SETTING);
  g_assert_null (page_find_button (f->window, "Back"));
}

static GtkWidget *
find_stack (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_STACK (widget) && ILK_IS_PAGE (gtk_stack_get_visible_child (GTK_STACK (widget))))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_stack (child);

  return found;
}

static void
assert_only_visible_child_told (GtkStack *stack)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_test_accessible_assert_state (child, GTK_ACCESSIBLE_STATE_HIDDEN,
                                      child != gtk_stack_get_visible_child (stack));
}

static void
test_hidden (PageFixture   *f,
             gconstpointer  data)
{
  GtkStack *stack = GTK_STACK (find_stack (f->window));

  assert_only_visible_child_told (stack);
  fake_controller_go (f->controller, ILK_STATE_LOGIN);
  assert_only_visible_child_told (stack);
  fake_controller_go (f->controller, ILK_STATE_DONE);
  assert_only_visible_child_told (stack);
}

static void
test_problem (PageFixture   *f,
              gconstpointer  data)
{
  fake_controller_set_problem (f->controller, "card.removed", "The card was taken out.",
                               "The reader does not see it.", "Insert it again.");
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The card was taken out."));
  g_assert_nonnull (page_find_label (f->window, "Insert it again."));

  fake_controller_set_problem (f->controller, NULL, NULL, NULL, NULL);
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "The card was taken out."));
}

static void
test_markup (PageFixture   *f,
             gconstpointer  data)
{
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  g_free (f->controller->card->name);
  f->controller->card->name = g_strdup ("<b>A & B</b>");
  fake_controller_add_reader (f->controller, "<i>Reader & Sons</i>", TRUE, FALSE, FALSE);
  fake_controller_go (f->controller, ILK_STATE_CARD);
  g_assert_nonnull (page_find_label (f->window, "<b>A & B</b>"));
  fake_controller_go (f->controller, ILK_STATE_READER);
  g_assert_nonnull (page_find_label (f->window, "<i>Reader & Sons</i>"));
}

static void
test_focus (PageFixture   *f,
            gconstpointer  data)
{
  GtkWidget *focus;

  focus = gtk_window_get_focus (GTK_WINDOW (f->window));
  g_assert_true (ILK_IS_PAGE (focus));
  g_assert_cmpstr (ilk_page_get_heading (ILK_PAGE (focus)), ==, "Your First E-Signature");

  fake_controller_go (f->controller, ILK_STATE_LOGIN);
  focus = gtk_window_get_focus (GTK_WINDOW (f->window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus,
                                         page_find_titled (f->window, ADW_TYPE_ENTRY_ROW,
                                                           "Identity number")));

  fake_controller_go (f->controller, ILK_STATE_PHONE);
  g_assert_true (ILK_IS_PAGE (gtk_window_get_focus (GTK_WINDOW (f->window))));
}

static void
test_close (PageFixture   *f,
            gconstpointer  data)
{
  gtk_window_close (GTK_WINDOW (f->window));
  page_assert_calls (f, "close\n");
  g_assert_false (gtk_widget_get_visible (f->window));

  /* Once is enough. */
  gtk_window_close (GTK_WINDOW (f->window));
  page_assert_calls (f, "");
}

static void
test_close_asks (PageFixture   *f,
                 gconstpointer  data)
{
  GtkWidget *dialog;

  gtk_window_close (GTK_WINDOW (f->window));
  page_fixture_spin ();
  page_assert_calls (f, "");
  dialog = page_find_dialog (f->window);
  g_assert_nonnull (dialog);
  gtk_window_close (GTK_WINDOW (dialog));
  page_fixture_spin ();
  page_assert_calls (f, "");
  g_assert_true (gtk_widget_get_visible (f->window));

  gtk_window_close (GTK_WINDOW (f->window));
  page_fixture_spin ();
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (page_find_dialog (f->window)), "verb");
  page_fixture_spin ();
  page_assert_calls (f, "close\n");
}

static void
test_waiting (PageFixture   *f,
              gconstpointer  data)
{
  g_assert_null (page_find_button (f->window, "Cancel"));

  f->controller->facts.busy = TRUE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_button (f->window, "Cancel"));
  while (page_find_button (f->window, "Cancel") == NULL)
    g_main_context_iteration (NULL, TRUE);
  page_press (f->window, "Cancel");
  page_assert_calls (f, "cancel\n");

  /* What is being written is never given up half-way. */
  f->controller->facts.writing = TRUE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_button (f->window, "Cancel"));
}

static void
test_practice (PageFixture   *f,
               gconstpointer  data)
{
  GtkWidget *window = ilk_window_new (NULL, f->controller, TRUE);

  gtk_window_present (GTK_WINDOW (window));
  g_assert_nonnull (page_find_label (window, "PRACTICE"));
  g_assert_null (page_find_label (f->window, "PRACTICE"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Every page after every other: nothing is rebuilt, nothing warns, every page has its heading. */
static void
test_every_way (PageFixture   *f,
                gconstpointer  data)
{
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  fake_controller_log_in (f->controller, TRUE);
  for (int from = 0; from < ILK_N_STATES; from++)
    for (int to = 0; to < ILK_N_STATES; to++)
      {
        GtkStack *stack = GTK_STACK (find_stack (f->window));
        GtkWidget *page;

        fake_controller_go (f->controller, from);
        fake_controller_go (f->controller, to);
        page = gtk_stack_get_visible_child (stack);
        g_assert_cmpstr (ilk_page_get_heading (ILK_PAGE (page)), !=, "");
        g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (f->window)));
      }
}

static void
add (void)
{
  page_add_test ("/window/main-button", ILK_STATE_WELCOME, test_main_button);
  page_add_test ("/window/button-words", ILK_STATE_WELCOME, test_button_words);
  page_add_test ("/window/back", ILK_STATE_WELCOME, test_back);
  page_add_test ("/window/hidden-pages", ILK_STATE_WELCOME, test_hidden);
  page_add_test ("/window/problem", ILK_STATE_CARD, test_problem);
  page_add_test ("/window/never-markup", ILK_STATE_WELCOME, test_markup);
  page_add_test ("/window/focus", ILK_STATE_WELCOME, test_focus);
  page_add_test ("/window/close", ILK_STATE_PIN, test_close);
  page_add_test ("/window/close-asks-while-writing", ILK_STATE_SETTING, test_close_asks);
  page_add_test ("/window/waiting", ILK_STATE_PHONE, test_waiting);
  page_add_test ("/window/practice", ILK_STATE_WELCOME, test_practice);
  page_add_test ("/window/every-way", ILK_STATE_WELCOME, test_every_way);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
