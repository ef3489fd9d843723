/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IlkPinEntry keeps what is typed from everybody but its IlkSecret. */
#include "config.h"

#include <string.h>

#include "app/widgets/ilk-pin-entry-private.h"
#include "widget-test.h"

static IlkPinEntry *
new_entry (void)
{
  GtkWidget *widget = ilk_pin_entry_new ("_New PIN");

  g_object_ref_sink (widget);
  return ILK_PIN_ENTRY (widget);
}

static void
type (IlkPinEntry *entry,
      const char  *keys)
{
  for (const char *key = keys; *key != '\0'; key++)
    g_assert_true (ilk_pin_entry_handle_key (entry, gdk_unicode_to_keyval (*key), 0));
}

static void
assert_holds (IlkPinEntry *entry,
              const char  *digits)
{
  IlkSecret *secret = ilk_pin_entry_get_secret (entry);

  g_assert_cmpmem (ilk_secret_peek (secret), ilk_secret_get_length (secret),
                   digits, strlen (digits));
}

static void
test_digits (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  int changed = 0, complete = 0;

  g_signal_connect_swapped (entry, "changed", G_CALLBACK (widget_test_count), &changed);
  g_signal_connect_swapped (entry, "notify::complete", G_CALLBACK (widget_test_count), &complete);

  type (entry, "97531");
  assert_holds (entry, "97531");
  g_assert_cmpint (changed, ==, 5);
  g_assert_false (ilk_pin_entry_get_complete (entry));
  g_assert_cmpint (complete, ==, 0);

  type (entry, "8");
  g_assert_true (ilk_pin_entry_get_complete (entry));
  g_assert_cmpint (complete, ==, 1);

  type (entry, "4");
  assert_holds (entry, "975318");
  g_assert_cmpint (changed, ==, 6);
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (ilk_pin_entry_get_secret (entry))));
}

static void
test_other_digit_keys (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();

  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_KP_7, 0));
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_Arabic_3, 0));
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_5, GDK_LOCK_MASK));
  assert_holds (entry, "735");
}

static void
test_backspace_wipes (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  const guint8 *bytes = ilk_secret_peek (ilk_pin_entry_get_secret (entry));

  type (entry, "9753");
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_BackSpace, 0));
  assert_holds (entry, "975");
  g_assert_cmpint (bytes[3], ==, 0);

  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_Delete, 0));
  assert_holds (entry, "");
  for (int i = 0; i < 6; i++)
    g_assert_cmpint (bytes[i], ==, 0);

  /* Nothing is left to erase: that is no change. */
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_BackSpace, 0));
  assert_holds (entry, "");
}

static void
test_no_letters (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  int changed = 0;

  g_signal_connect_swapped (entry, "changed", G_CALLBACK (widget_test_count), &changed);
  type (entry, "aZ -,x");
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_idotless, 0));
  assert_holds (entry, "");
  g_assert_cmpint (changed, ==, 0);
}

/* Keys that go on to the window: focus, mnemonics, shortcuts. */
static void
test_keys_of_others (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();

  g_assert_false (ilk_pin_entry_handle_key (entry, GDK_KEY_Tab, 0));
  g_assert_false (ilk_pin_entry_handle_key (entry, GDK_KEY_Escape, 0));
  g_assert_false (ilk_pin_entry_handle_key (entry, GDK_KEY_1, GDK_ALT_MASK));
  assert_holds (entry, "");
}

static void
test_no_paste (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  GtkWidget *cells = ilk_pin_entry_get_cells (entry);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (cells), "975318");
  g_assert_false (ilk_pin_entry_handle_key (entry, GDK_KEY_v, GDK_CONTROL_MASK));
  g_assert_false (ilk_pin_entry_handle_key (entry, GDK_KEY_Insert, GDK_SHIFT_MASK));
  g_assert_false (gtk_widget_activate_action (cells, "clipboard.paste", NULL));
  assert_holds (entry, "");
  g_assert_false (GTK_IS_EDITABLE (entry));
  g_assert_false (GTK_IS_EDITABLE (cells));
}

static void
test_enter (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  int activated = 0;

  g_signal_connect_swapped (entry, "activate", G_CALLBACK (widget_test_count), &activated);
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_Return, 0));
  g_assert_true (ilk_pin_entry_handle_key (entry, GDK_KEY_KP_Enter, 0));
  g_assert_cmpint (activated, ==, 2);
}

static void
test_take (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  g_autoptr(IlkSecret) taken = NULL;
  const guint8 *bytes = ilk_secret_peek (ilk_pin_entry_get_secret (entry));

  type (entry, "975318");
  taken = ilk_pin_entry_take (entry);
  g_assert_cmpmem (ilk_secret_peek (taken), ilk_secret_get_length (taken), "975318", 6);
  assert_holds (entry, "");
  for (int i = 0; i < 6; i++)
    g_assert_cmpint (bytes[i], ==, 0);
  g_assert_false (ilk_pin_entry_get_complete (entry));
}

/* "Four of six digits" and never which. */
static void
test_description (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  GtkAccessible *cells = GTK_ACCESSIBLE (ilk_pin_entry_get_cells (entry));
  const char *expected = widget_test_is_turkish () ? "4 / 6 rakam" : "4 of 6 digits";

  gtk_test_accessible_assert_role (cells, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (cells, GTK_ACCESSIBLE_PROPERTY_LABEL, "New PIN");
  type (entry, "9753");
  gtk_test_accessible_assert_property (cells, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, expected);
  ilk_pin_entry_clear (entry);
  type (entry, "8888");
  gtk_test_accessible_assert_property (cells, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, expected);
}

static void
test_fault (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();
  GtkAccessible *cells = GTK_ACCESSIBLE (ilk_pin_entry_get_cells (entry));
  const char *expected = widget_test_is_turkish () ? "Wrong. 1 / 6 rakam" : "Wrong. 1 of 6 digits";

  type (entry, "9");
  ilk_pin_entry_set_fault (entry, "Wrong.");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  gtk_test_accessible_assert_state (cells, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  gtk_test_accessible_assert_property (cells, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, expected);

  ilk_pin_entry_set_fault (entry, NULL);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  gtk_test_accessible_assert_state (cells, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_FALSE);
}

static void
test_length (void)
{
  g_autoptr(IlkPinEntry) entry = new_entry ();

  type (entry, "97");
  g_object_set (entry, "length", 4, NULL);
  assert_holds (entry, "");
  type (entry, "97531");
  assert_holds (entry, "9753");
  g_assert_true (ilk_pin_entry_get_complete (entry));
}

static void
test_focus_and_end (void)
{
  IlkPinEntry *entry = new_entry ();
  GtkWidget *window = widget_test_show (GTK_WIDGET (entry));

  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (entry)));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == ilk_pin_entry_get_cells (entry));
  type (entry, "97");
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (entry);
}

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/pin-entry/digits", test_digits);
  g_test_add_func ("/pin-entry/other-digit-keys", test_other_digit_keys);
  g_test_add_func ("/pin-entry/backspace-wipes", test_backspace_wipes);
  g_test_add_func ("/pin-entry/no-letters", test_no_letters);
  g_test_add_func ("/pin-entry/keys-of-others", test_keys_of_others);
  g_test_add_func ("/pin-entry/no-paste", test_no_paste);
  g_test_add_func ("/pin-entry/enter", test_enter);
  g_test_add_func ("/pin-entry/take", test_take);
  g_test_add_func ("/pin-entry/description", test_description);
  g_test_add_func ("/pin-entry/fault", test_fault);
  g_test_add_func ("/pin-entry/length", test_length);
  g_test_add_func ("/pin-entry/focus-and-end", test_focus_and_end);
  return g_test_run ();
}
