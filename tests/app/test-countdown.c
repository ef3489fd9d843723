/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IlkCountdown counts by its clock, ends once, and does not talk each second. */
#include "config.h"

#include "app/widgets/ilk-countdown-private.h"
#include "widget-test.h"

static void
test_ends_once (void)
{
  g_autoptr(IlkManualClock) clock = ilk_manual_clock_new (0, FALSE);
  g_autoptr(IlkCountdown) countdown = g_object_ref_sink (ILK_COUNTDOWN (ilk_countdown_new ()));
  gint64 start = ilk_clock_get_monotonic (ILK_CLOCK (clock));
  int ended = 0;

  g_signal_connect_swapped (countdown, "ended", G_CALLBACK (widget_test_count), &ended);
  ilk_countdown_set_deadline (countdown, ILK_CLOCK (clock), start + 300 * G_USEC_PER_SEC);
  g_assert_cmpint (ilk_countdown_get_seconds_left (countdown), ==, 300);

  ilk_manual_clock_advance (clock, 299);
  ilk_countdown_tick (countdown);
  g_assert_cmpint (ilk_countdown_get_seconds_left (countdown), ==, 1);
  g_assert_cmpint (ended, ==, 0);

  ilk_manual_clock_advance (clock, 1);
  ilk_countdown_tick (countdown);
  ilk_countdown_tick (countdown);
  g_assert_cmpint (ended, ==, 1);

  start = ilk_clock_get_monotonic (ILK_CLOCK (clock));
  ilk_countdown_set_deadline (countdown, ILK_CLOCK (clock), start + G_USEC_PER_SEC);
  ilk_manual_clock_advance (clock, 5);
  ilk_countdown_tick (countdown);
  g_assert_cmpint (ilk_countdown_get_seconds_left (countdown), ==, 0);
  g_assert_cmpint (ended, ==, 2);
}

static void
test_no_deadline (void)
{
  g_autoptr(IlkManualClock) clock = ilk_manual_clock_new (0, FALSE);
  g_autoptr(IlkCountdown) countdown = g_object_ref_sink (ILK_COUNTDOWN (ilk_countdown_new ()));
  int ended = 0;

  g_signal_connect_swapped (countdown, "ended", G_CALLBACK (widget_test_count), &ended);
  ilk_countdown_set_deadline (countdown, ILK_CLOCK (clock),
                              ilk_clock_get_monotonic (ILK_CLOCK (clock)) + G_USEC_PER_SEC);
  ilk_countdown_set_deadline (countdown, NULL, 0);
  ilk_manual_clock_advance (clock, 2);
  ilk_countdown_tick (countdown);
  g_assert_cmpint (ended, ==, 0);
}

static void
test_speaks_seldom (void)
{
  g_autoptr(IlkManualClock) clock = ilk_manual_clock_new (0, FALSE);
  g_autoptr(IlkCountdown) countdown = g_object_ref_sink (ILK_COUNTDOWN (ilk_countdown_new ()));
  GtkAccessible *accessible = GTK_ACCESSIBLE (countdown);
  gboolean turkish = widget_test_is_turkish ();

  ilk_countdown_set_deadline (countdown, ILK_CLOCK (clock),
                              ilk_clock_get_monotonic (ILK_CLOCK (clock)) +
                              120 * G_USEC_PER_SEC);
  for (int left = 120; left > 10; left--)
    {
      const char *unit = left > 60 ? "2 minutes" : left > 30 ? "1 minute" : "30 seconds";

      if (turkish)
        unit = left > 60 ? "2 dakika" : left > 30 ? "1 dakika" : "30 saniye";
      g_assert_cmpint (ilk_countdown_get_seconds_left (countdown), ==, left);
      gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                           turkish ? "Kalan süre" : "Time left");
      gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, unit);
      ilk_manual_clock_advance (clock, 1);
      ilk_countdown_tick (countdown);
    }
}

static gboolean
has_ended (gpointer data)
{
  return *(int *) data > 0;
}

/* With the computer's clock, on the screen: the widget's own timer does it. */
static void
test_own_timer (void)
{
  g_autoptr(IlkClock) clock = ilk_clock_get_system ();
  GtkWidget *countdown = ilk_countdown_new ();
  GtkWidget *window = widget_test_show (countdown);
  int ended = 0;

  g_signal_connect_swapped (countdown, "ended", G_CALLBACK (widget_test_count), &ended);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (countdown), clock,
                              ilk_clock_get_monotonic (clock) + G_USEC_PER_SEC / 5);
  g_assert_true (widget_test_wait (has_ended, &ended));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/countdown/ends-once", test_ends_once);
  g_test_add_func ("/countdown/no-deadline", test_no_deadline);
  g_test_add_func ("/countdown/speaks-seldom", test_speaks_seldom);
  g_test_add_func ("/countdown/own-timer", test_own_timer);
  return g_test_run ();
}
