/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The practice desk shows what the practice world sends, and plugs what the person switches. */
#include "config.h"

#include <string.h>

#include "app/ilk-practice-desk.h"
#include "widget-test.h"

/* Whether a visible label below widget holds the text. */
static gboolean
has_text (GtkWidget  *widget,
          const char *text)
{
  /* The desk itself is not put on the screen here. */
  if (!GTK_IS_WINDOW (widget) && !gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (has_text (child, text))
        return TRUE;
    }
  return FALSE;
}

static GtkWidget *
find_switch (GtkWidget *widget,
             guint     *index)
{
  if (GTK_IS_SWITCH (widget) && (*index)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_switch (child, index);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_messages (void)
{
  g_autoptr(IlkPractice) practice = ilk_practice_new ();
  GtkWidget *desk = ilk_practice_desk_new (practice, NULL);

  g_assert_false (has_text (desk, "K7MPRT"));
  g_signal_emit_by_name (practice, "captcha", "K7MPRT");
  g_assert_true (has_text (desk, "K7MPRT"));

  g_signal_emit_by_name (practice, "sms", "05320000067", "Code: 135790");
  g_assert_true (has_text (desk, "135790"));
  g_assert_true (has_text (desk, "SMS"));
  g_signal_emit_by_name (practice, "sms", "05320000067", "Code: 246801");
  g_assert_true (has_text (desk, "246801"));
  g_assert_false (has_text (desk, "135790"));

  for (int i = 1; i <= 11; i++)
    {
      g_autofree char *subject = g_strdup_printf ("Subject %02d", i);

      g_signal_emit_by_name (practice, "mail", "a@example.com", subject, "<b>text</b>");
    }
  g_assert_true (has_text (desk, "Subject 11"));
  g_assert_true (has_text (desk, "<b>text</b>"));
  g_assert_true (has_text (desk, "Subject 02"));
  g_assert_false (has_text (desk, "Subject 01"));
  gtk_window_destroy (GTK_WINDOW (desk));
}

static void
test_says_practice (void)
{
  g_autoptr(IlkPractice) practice = ilk_practice_new ();
  GtkWidget *desk = ilk_practice_desk_new (practice, NULL);

  g_assert_true (has_text (desk, widget_test_is_turkish () ? "ALIŞTIRMA" : "PRACTICE"));
  g_assert_true (has_text (desk, widget_test_is_turkish () ? "Kendi bilgilerinizi yazmayın."
                                                           : "Do not type your own."));
  gtk_window_destroy (GTK_WINDOW (desk));
}

static void
test_switches (void)
{
  g_autoptr(IlkPractice) practice = ilk_practice_new ();
  GtkWidget *desk = ilk_practice_desk_new (practice, NULL);
  gboolean plugged = ilk_practice_get_reader_plugged (practice);
  guint index = 0;
  GtkWidget *reader = find_switch (desk, &index);

  g_assert_nonnull (reader);
  g_assert_cmpint (gtk_switch_get_active (GTK_SWITCH (reader)), ==, plugged);
  gtk_switch_set_active (GTK_SWITCH (reader), !plugged);
  g_assert_cmpint (ilk_practice_get_reader_plugged (practice), ==, !plugged);
  ilk_practice_set_reader_plugged (practice, plugged);
  g_assert_cmpint (gtk_switch_get_active (GTK_SWITCH (reader)), ==, plugged);
  gtk_window_destroy (GTK_WINDOW (desk));
}

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/practice-desk/messages", test_messages);
  g_test_add_func ("/practice-desk/says-practice", test_says_practice);
  g_test_add_func ("/practice-desk/switches", test_switches);
  return g_test_run ();
}
