/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least that a libadwaita program can be: a window with a header bar and a sentence. What
 * ilkimza needs above this is its own. */
#include <adwaita.h>

static void
on_activate (GtkApplication *app)
{
  GtkWidget *window = adw_application_window_new (app);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *sentence = gtk_label_new ("One sentence");

  gtk_widget_set_vexpand (sentence, TRUE);
  gtk_box_append (GTK_BOX (column), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (column), sentence);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), column);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 640);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(AdwApplication) app = adw_application_new ("tr.org.ilkimza.BareWindow",
                                                       G_APPLICATION_NON_UNIQUE);

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
