/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IlkSecretView shows a secret for 15 seconds and to nobody else. Runs under a window manager,
 * which gives and takes the focus. */
#include "config.h"

#include <gio/gio.h>

#include "app/widgets/ilk-countdown-private.h"
#include "app/widgets/ilk-secret-view-private.h"
#include "widget-test.h"

typedef struct {
  IlkSecretView  *view;
  GtkWidget      *window;
  IlkManualClock *clock;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(IlkSecret) pin = ilk_secret_new_from_data ("975318", 6);

  fixture->clock = ilk_manual_clock_new (0, FALSE);
  fixture->view = ILK_SECRET_VIEW (g_object_ref_sink (ilk_secret_view_new ()));
  ilk_secret_view_set_clock (fixture->view, ILK_CLOCK (fixture->clock));
  ilk_secret_view_set_secret (fixture->view, pin);
  fixture->window = widget_test_show (GTK_WIDGET (fixture->view));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->view);
  g_object_unref (fixture->clock);
}

static gboolean
is_active (gpointer data)
{
  return gtk_window_is_active (data);
}

static gboolean
is_hidden (gpointer data)
{
  return !ilk_secret_view_get_shown (data);
}

static void
advance (Fixture *fixture,
         gint64   seconds)
{
  ilk_manual_clock_advance (fixture->clock, seconds);
  ilk_countdown_tick (ilk_secret_view_get_countdown (fixture->view));
}

static void
test_fifteen_seconds (Fixture       *fixture,
                      gconstpointer  data)
{
  int notified = 0;

  g_signal_connect_swapped (fixture->view, "notify::shown", G_CALLBACK (widget_test_count),
                            &notified);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
  ilk_secret_view_reveal (fixture->view);
  g_assert_true (ilk_secret_view_get_shown (fixture->view));
  g_assert_cmpint (notified, ==, 1);

  advance (fixture, ILK_SECRET_VIEW_SECONDS - 1);
  g_assert_true (ilk_secret_view_get_shown (fixture->view));
  g_assert_cmpint (ilk_countdown_get_seconds_left (ilk_secret_view_get_countdown (fixture->view)),
                   ==, 1);
  advance (fixture, 1);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
  g_assert_cmpint (notified, ==, 2);

  ilk_secret_view_reveal (fixture->view);
  g_assert_true (ilk_secret_view_get_shown (fixture->view));
}

/* A second press does not make it longer. */
static void
test_no_longer (Fixture       *fixture,
                gconstpointer  data)
{
  ilk_secret_view_reveal (fixture->view);
  advance (fixture, 10);
  ilk_secret_view_reveal (fixture->view);
  advance (fixture, 5);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
}

static void
test_focus_goes (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *other = gtk_window_new ();

  g_assert_true (widget_test_wait (is_active, fixture->window));
  ilk_secret_view_reveal (fixture->view);
  g_assert_true (ilk_secret_view_get_shown (fixture->view));
  gtk_window_present (GTK_WINDOW (other));
  g_assert_true (widget_test_wait (is_hidden, fixture->view));
  gtk_window_destroy (GTK_WINDOW (other));
}

static void
test_page_goes (Fixture       *fixture,
                gconstpointer  data)
{
  ilk_secret_view_reveal (fixture->view);
  gtk_widget_set_visible (GTK_WIDGET (fixture->view), FALSE);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));

  /* What is not on the screen can't be shown. */
  ilk_secret_view_reveal (fixture->view);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
}

typedef struct {
  GDBusConnection *bus;
  IlkSecretView   *view;
} Lock;

/* The view listens once the bus has answered it, so the saver repeats itself until then. */
static gboolean
lock_until_hidden (gpointer data)
{
  Lock *lock = data;

  g_dbus_connection_emit_signal (lock->bus, NULL, "/org/freedesktop/ScreenSaver",
                                 "org.freedesktop.ScreenSaver", "ActiveChanged",
                                 g_variant_new ("(b)", TRUE), NULL);
  return !ilk_secret_view_get_shown (lock->view);
}

static void
test_screen_locks (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;
  Lock lock = { g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error), fixture->view };

  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (lock.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.ScreenSaver", 4),
                                       G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                       &error);
  g_assert_no_error (error);

  ilk_secret_view_reveal (fixture->view);
  g_assert_true (widget_test_wait (lock_until_hidden, &lock));
  g_object_unref (lock.bus);
}

static void
test_no_secret (Fixture       *fixture,
                gconstpointer  data)
{
  ilk_secret_view_reveal (fixture->view);
  ilk_secret_view_set_secret (fixture->view, NULL);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
  ilk_secret_view_reveal (fixture->view);
  g_assert_false (ilk_secret_view_get_shown (fixture->view));
}

static void
test_words_for_assistive_tools (Fixture       *fixture,
                                gconstpointer  data)
{
  gboolean turkish = widget_test_is_turkish ();

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       turkish ? "PIN, gizli" : "PIN, hidden");
  ilk_secret_view_reveal (fixture->view);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       turkish ? "PIN, kısa bir süre ekranda"
                                               : "PIN, on the screen for a moment");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  ADD ("/secret-view/fifteen-seconds", test_fifteen_seconds);
  ADD ("/secret-view/no-longer", test_no_longer);
  ADD ("/secret-view/focus-goes", test_focus_goes);
  ADD ("/secret-view/page-goes", test_page_goes);
  ADD ("/secret-view/screen-locks", test_screen_locks);
  ADD ("/secret-view/no-secret", test_no_secret);
  ADD ("/secret-view/words-for-assistive-tools", test_words_for_assistive_tools);
  return g_test_run ();
}
