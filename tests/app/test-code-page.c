/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/ilk-countdown-private.h"
#include "page-fixture.h"

#define TITLE "SMS confirmation code"

static void
give_code (PageFixture *f)
{
  gint64 now = ilk_clock_get_monotonic (ILK_CLOCK (f->controller->clock));

  f->controller->code_deadline = now + 300 * G_USEC_PER_SEC;
  f->controller->resend_deadline = now + 60 * G_USEC_PER_SEC;
  fake_controller_changed (f->controller);
}

static void
advance (PageFixture *f,
         gint64       seconds)
{
  ilk_manual_clock_advance (f->controller->clock, seconds);
  fake_controller_changed (f->controller);
}

static void
test_submit (PageFixture   *f,
             gconstpointer  data)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_from_data ("482913", 6);
  GtkWidget *send = page_find_button (f->window, "Send");
  GtkWidget *entry = page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, TITLE);

  give_code (f);
  page_type_digits (f->window, TITLE, "48291");
  g_assert_false (gtk_widget_is_sensitive (send));
  page_type_digits (f->window, TITLE, "3");
  g_assert_true (gtk_widget_is_sensitive (send));
  page_press (f->window, "Send");
  page_assert_calls (f, "code\n");
  g_assert_true (ilk_secret_equal (f->controller->code, code));
  g_assert_cmpuint (ilk_secret_get_length (ilk_pin_entry_get_secret (ILK_PIN_ENTRY (entry))),
                    ==, 0);
  g_assert_false (gtk_widget_is_sensitive (send));
}

static void
test_send_again (PageFixture   *f,
                 gconstpointer  data)
{
  GtkWidget *again = page_find_button (f->window, "Send Again");

  give_code (f);
  g_assert_false (gtk_widget_is_sensitive (again));
  advance (f, 59);
  g_assert_false (gtk_widget_is_sensitive (again));
  advance (f, 1);
  g_assert_true (gtk_widget_is_sensitive (again));
  page_press (f->window, "Send Again");
  page_assert_calls (f, "send SEND_AGAIN\n");
}

static void
test_time_over (PageFixture   *f,
                gconstpointer  data)
{
  GtkWidget *send = page_find_button (f->window, "Send");

  give_code (f);
  page_type_digits (f->window, TITLE, "482913");
  g_assert_true (gtk_widget_is_sensitive (send));
  advance (f, 300);
  g_assert_false (gtk_widget_is_sensitive (send));
  g_assert_nonnull (page_find_label (f->window, "The time for this code is over."));
  g_assert_true (gtk_widget_is_sensitive (page_find_button (f->window, "Send Again")));

  give_code (f);
  g_assert_null (page_find_label (f->window, "The time for this code is over."));
}

static void
test_wrong (PageFixture   *f,
            gconstpointer  data)
{
  GtkWidget *entry = page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, TITLE);

  give_code (f);
  fake_controller_set_problem (f->controller, "client.code-wrong", "That code was wrong.", "",
                               "2 tries are left.");
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (entry, "That code was wrong."));
  g_assert_nonnull (page_find_label (f->window, "2 tries are left."));
}

static void
test_leave (PageFixture   *f,
            gconstpointer  data)
{
  GtkWidget *entry = page_find_titled (f->window, ILK_TYPE_PIN_ENTRY, TITLE);

  give_code (f);
  page_type_digits (f->window, TITLE, "482");
  fake_controller_go (f->controller, ILK_STATE_LOGIN);
  g_assert_cmpuint (ilk_secret_get_length (ilk_pin_entry_get_secret (ILK_PIN_ENTRY (entry))),
                    ==, 0);
}

static void
test_purposes (PageFixture   *f,
               gconstpointer  data)
{
  const struct { IlkPurpose purpose; const char *words; } expected[] = {
    { ILK_PURPOSE_SHOW, "Confirm Showing the PIN" },
    { ILK_PURPOSE_DELETE, "Confirm Deleting the PIN" },
    { ILK_PURPOSE_UNLOCK, "Confirm the New PIN" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      f->controller->facts.purpose = expected[i].purpose;
      fake_controller_changed (f->controller);
      g_assert_nonnull (page_find_label (f->window, expected[i].words));
    }
  g_assert_nonnull (page_find_label (f->window, "05•• ••• •• 67"));
}

static void
add (void)
{
  page_add_test ("/code-page/submit", ILK_STATE_SMS, test_submit);
  page_add_test ("/code-page/send-again", ILK_STATE_SMS, test_send_again);
  page_add_test ("/code-page/time-over", ILK_STATE_SMS, test_time_over);
  page_add_test ("/code-page/wrong", ILK_STATE_SMS, test_wrong);
  page_add_test ("/code-page/leave", ILK_STATE_SMS, test_leave);
  page_add_test ("/code-page/purposes", ILK_STATE_CONFIRM, test_purposes);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
