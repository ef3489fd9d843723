/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "widget-test.h"

#define RESOURCES "/tr/org/ilkimza/Ilkimza"
#define LONGEST_WAIT (20 * G_USEC_PER_SEC)

/* The build folder's catalogue, so that a Turkish run reads Turkish. */
void
widget_test_use_catalogue (void)
{
  const char *build = g_getenv ("ILK_TEST_BUILD_ROOT");
  g_autofree char *folder = g_build_filename (build != NULL ? build : ".", "po", NULL);

  g_unsetenv ("LANGUAGE");
  g_assert_nonnull (setlocale (LC_ALL, ""));
  g_assert_nonnull (bindtextdomain (GETTEXT_PACKAGE, folder));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

gboolean
widget_test_is_turkish (void)
{
  return g_str_has_prefix (setlocale (LC_MESSAGES, NULL), "tr");
}

void
widget_test_init (int    *argc,
                  char ***argv)
{
  g_autoptr(GtkCssProvider) css = NULL;
  GdkDisplay *display;

  widget_test_use_catalogue ();
  gtk_test_init (argc, argv, NULL);
  adw_init ();

  display = gdk_display_get_default ();
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, RESOURCES "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), RESOURCES "/icons");
}

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
widget_test_wait (gboolean (*done) (gpointer data),
                  gpointer   data)
{
  gint64 end = g_get_monotonic_time () + LONGEST_WAIT;
  guint timer = g_timeout_add (20, wake_up, NULL);

  while (!done (data) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  return done (data);
}

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

GtkWidget *
widget_test_show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (widget_test_wait (is_mapped, window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

void
widget_test_count (int *counter)
{
  (*counter)++;
}
