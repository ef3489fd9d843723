/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ilk-clock.h"

static void
test_system (void)
{
  g_autoptr (IlkClock) clock = ilk_clock_get_system ();
  g_autoptr (IlkClock) same = ilk_clock_get_system ();
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  gint64 wall = ilk_clock_get_wall (clock);
  gint64 first = ilk_clock_get_monotonic (clock);

  g_assert_true (clock == same);
  g_assert_cmpint (wall, >=, before);
  g_assert_cmpint (wall, <=, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpint (ilk_clock_get_monotonic (clock), >=, first);
}

static void
test_manual_stands_still (void)
{
  IlkManualClock *manual = ilk_manual_clock_new (1700000000, FALSE);
  IlkClock *clock = ILK_CLOCK (manual);
  gint64 monotonic = ilk_clock_get_monotonic (clock);
  gint64 now = g_get_monotonic_time ();

  /* Real time passes; this one does not. */
  while (g_get_monotonic_time () == now)
    g_thread_yield ();
  g_assert_cmpint (ilk_clock_get_wall (clock), ==, 1700000000);
  g_assert_cmpint (ilk_clock_get_monotonic (clock), ==, monotonic);

  ilk_manual_clock_advance (manual, 300);
  g_assert_cmpint (ilk_clock_get_wall (clock), ==, 1700000300);
  g_assert_cmpint (ilk_clock_get_monotonic (clock), ==, monotonic + 300 * G_USEC_PER_SEC);
  ilk_manual_clock_advance (manual, 0);
  g_assert_cmpint (ilk_clock_get_wall (clock), ==, 1700000300);
  g_assert_finalize_object (manual);
}

static void
test_manual_runs (void)
{
  IlkManualClock *manual = ilk_manual_clock_new (1700000000, TRUE);
  IlkClock *clock = ILK_CLOCK (manual);
  gint64 first = ilk_clock_get_monotonic (clock);
  const gint64 week = 7 * 86400;

  while (ilk_clock_get_monotonic (clock) == first)
    g_thread_yield ();
  g_assert_cmpint (ilk_clock_get_monotonic (clock), >, first);
  g_assert_cmpint (ilk_clock_get_wall (clock), >=, 1700000000);

  ilk_manual_clock_advance (manual, week);
  g_assert_cmpint (ilk_clock_get_wall (clock), >=, 1700000000 + week);
  g_assert_cmpint (ilk_clock_get_monotonic (clock), >=, first + week * G_USEC_PER_SEC);
  g_assert_finalize_object (manual);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/system", test_system);
  g_test_add_func ("/clock/manual-stands-still", test_manual_stands_still);
  g_test_add_func ("/clock/manual-runs", test_manual_runs);
  return g_test_run ();
}
