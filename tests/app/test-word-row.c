/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IlkWordRow gives its word once, and nothing of it to assistive tools. */
#include "config.h"

#include <string.h>

#include "app/widgets/ilk-word-row.h"
#include "widget-test.h"

#define WORD "Bahar2024kuşİ"

static IlkWordRow *
new_row (void)
{
  GtkWidget *widget = ilk_word_row_new ("_Security word");

  g_object_ref_sink (widget);
  return ILK_WORD_ROW (widget);
}

static GtkEntryBuffer *
get_buffer (IlkWordRow *row)
{
  return gtk_text_get_buffer (GTK_TEXT (ilk_word_row_get_field (row)));
}

static void
test_take (void)
{
  g_autoptr(IlkWordRow) row = new_row ();
  g_autoptr(IlkSecret) word = NULL;
  GtkEntryBuffer *old = get_buffer (row);
  int changed = 0;

  g_signal_connect_swapped (row, "changed", G_CALLBACK (widget_test_count), &changed);
  g_assert_false (ilk_word_row_get_complete (row));
  gtk_entry_buffer_set_text (old, WORD, -1);
  g_assert_true (ilk_word_row_get_complete (row));
  g_assert_cmpint (changed, >=, 1);

  g_object_add_weak_pointer (G_OBJECT (old), (gpointer *) &old);
  changed = 0;
  word = ilk_word_row_take (row);
  g_assert_cmpmem (ilk_secret_peek (word), ilk_secret_get_length (word), WORD, strlen (WORD));
  g_assert_null (old);
  g_assert_false (ilk_word_row_get_complete (row));
  g_assert_cmpint (changed, >=, 1);
}

static void
test_locked_buffer (void)
{
  g_autoptr(IlkWordRow) row = new_row ();

  g_assert_true (GTK_IS_PASSWORD_ENTRY_BUFFER (get_buffer (row)));
  ilk_word_row_clear (row);
  gtk_entry_buffer_set_text (get_buffer (row), WORD, -1);
  ilk_word_row_clear (row);
  g_assert_true (GTK_IS_PASSWORD_ENTRY_BUFFER (get_buffer (row)));
  g_assert_cmpuint (gtk_entry_buffer_get_length (get_buffer (row)), ==, 0);
}

/* The row is no GtkEditable, whose text GTK gives away; the field has a name and a role. */
static void
test_assistive_tools (void)
{
  g_autoptr(IlkWordRow) row = new_row ();
  GtkWidget *field = ilk_word_row_get_field (row);
  gboolean undo;

  g_assert_false (GTK_IS_EDITABLE (row));
  g_assert_null (gtk_editable_get_delegate (GTK_EDITABLE (field)));
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_role (field, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (field, GTK_ACCESSIBLE_PROPERTY_LABEL, "Security word");
  g_object_get (field, "enable-undo", &undo, NULL);
  g_assert_false (undo);
  g_assert_false (gtk_text_get_visibility (GTK_TEXT (field)));
}

static void
test_enter_and_focus (void)
{
  IlkWordRow *row = new_row ();
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *field = ilk_word_row_get_field (row);
  GtkWidget *window;
  int activated = 0;

  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (row));
  window = widget_test_show (list);
  g_signal_connect_swapped (row, "activate", G_CALLBACK (widget_test_count), &activated);
  g_signal_emit_by_name (field, "activate");
  g_assert_cmpint (activated, ==, 1);
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (row)));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == field);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

static gboolean
is_drawn (gpointer data)
{
  return gtk_widget_get_height (data) > 0;
}

/* The word comes before the button beside it, there and back, and the row can be left. */
static void
test_tab_order (void)
{
  IlkWordRow *row = new_row ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *before = gtk_button_new_with_label ("before");
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *field = ilk_word_row_get_field (row);
  GtkWidget *window;

  gtk_box_append (GTK_BOX (box), before);
  gtk_box_append (GTK_BOX (box), list);
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (row));
  window = widget_test_show (box);
  g_assert_true (widget_test_wait (is_drawn, field));
  gtk_widget_grab_focus (field);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
  g_assert_true (GTK_IS_TOGGLE_BUTTON (gtk_root_get_focus (GTK_ROOT (window))));
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == field);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == before);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (row);
}

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/word-row/take", test_take);
  g_test_add_func ("/word-row/locked-buffer", test_locked_buffer);
  g_test_add_func ("/word-row/assistive-tools", test_assistive_tools);
  g_test_add_func ("/word-row/enter-and-focus", test_enter_and_focus);
  g_test_add_func ("/word-row/tab-order", test_tab_order);
  return g_test_run ();
}
