/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/widgets/ilk-word-row.h"

/* GTK gives the clear text of an AdwPasswordEntryRow, a GtkEditable with a delegate, to assistive
 * tools, and tells each typed character on their bus. A GtkText by itself has no such interface;
 * with a role and a name it can still be found, and its focus is told (measured on GTK 4.8). So
 * the row has a bare one, over a buffer in locked memory, without undo and emoji. */
struct _IlkWordRow
{
  AdwPreferencesRow  parent_instance;

  GtkWidget         *title_label;
  GtkText           *field;
  GtkWidget         *peek_button;
};

G_DEFINE_FINAL_TYPE (IlkWordRow, ilk_word_row, ADW_TYPE_PREFERENCES_ROW)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_changed (IlkWordRow *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The signal is GtkListBoxRow's: nothing else activates this row. */
static void
on_activate (IlkWordRow *self)
{
  g_signal_emit_by_name (self, "activate");
}

static void
on_peek_toggled (IlkWordRow *self)
{
  gboolean readable = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->peek_button));

  gtk_text_set_visibility (self->field, readable);
  gtk_button_set_icon_name (GTK_BUTTON (self->peek_button),
                            readable ? "view-conceal-symbolic" : "view-reveal-symbolic");
}

static void
on_title (IlkWordRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));

  gtk_label_set_text_with_mnemonic (GTK_LABEL (self->title_label), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->field),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (self->title_label)),
                                  -1);
}

static void
on_pressed (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            IlkWordRow      *self)
{
  gtk_text_grab_focus_without_selecting (self->field);
}

static gboolean
ilk_word_row_grab_focus (GtkWidget *widget)
{
  return gtk_text_grab_focus_without_selecting (ILK_WORD_ROW (widget)->field);
}

/* A GtkListBoxRow takes the focus itself on the way back, and would hand it to the field again:
 * nobody could leave the row by shift and tab. */
static gboolean
ilk_word_row_focus (GtkWidget        *widget,
                    GtkDirectionType  direction)
{
  GtkWidget *line = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (widget));

  return gtk_widget_child_focus (line, direction);
}

static void
build_field (IlkWordRow *self)
{
  g_autoptr(GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();

  self->field = g_object_new (GTK_TYPE_TEXT,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX,
                              "buffer", buffer,
                              "visibility", FALSE,
                              "input-purpose", GTK_INPUT_PURPOSE_PASSWORD,
                              "input-hints", GTK_INPUT_HINT_NO_SPELLCHECK |
                                             GTK_INPUT_HINT_PRIVATE,
                              "enable-undo", FALSE,
                              "hexpand", TRUE,
                              NULL);
  g_signal_connect_object (self->field, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->field, "activate", G_CALLBACK (on_activate), self,
                           G_CONNECT_SWAPPED);
}

static void
build_peek_button (IlkWordRow *self)
{
  self->peek_button = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->peek_button), "view-reveal-symbolic");
  gtk_widget_set_valign (self->peek_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->peek_button, "flat");
  gtk_widget_add_css_class (self->peek_button, "circular");
  gtk_widget_set_tooltip_text (self->peek_button, _("Show what is typed"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->peek_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show what is typed"), -1);
  g_signal_connect_object (self->peek_button, "toggled", G_CALLBACK (on_peek_toggled), self,
                           G_CONNECT_SWAPPED);
}

static void
ilk_word_row_class_init (IlkWordRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = ilk_word_row_grab_focus;
  widget_class->focus = ilk_word_row_focus;

  signals[CHANGED] = g_signal_new ("changed", ILK_TYPE_WORD_ROW, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ilk_word_row_init (IlkWordRow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_add_css_class (GTK_WIDGET (self), "ilkword");
  /* The field takes the focus; a row around it that does too is one stop too many. */
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);

  self->title_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title_label), 0.0f);
  gtk_widget_add_css_class (self->title_label, "caption");
  gtk_widget_add_css_class (self->title_label, "dim-label");
  build_field (self);
  build_peek_button (self);
  gtk_label_set_mnemonic_widget (GTK_LABEL (self->title_label), GTK_WIDGET (self->field));
  /* The field has its name by itself; with the label's as well GTK 4.8 would say it twice. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->field),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);

  /* GTK orders the tab key's stops by the middle of their heights, then from left to right. Both
   * parts fill the line, lest a rounded half pixel puts the button first. */
  gtk_widget_set_vexpand (self->title_label, TRUE);
  gtk_widget_set_valign (self->title_label, GTK_ALIGN_END);
  gtk_widget_set_vexpand (GTK_WIDGET (self->field), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->field), GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), self->title_label);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->field));
  gtk_widget_add_css_class (line, "line");
  gtk_box_append (GTK_BOX (line), column);
  gtk_box_append (GTK_BOX (suffix), self->peek_button);
  gtk_box_append (GTK_BOX (line), suffix);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), line);

  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (column, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self, "notify::title", G_CALLBACK (on_title), NULL);
}

/**
 * ilk_word_row_new:
 * @title: what is asked for; an underline makes a mnemonic
 */
GtkWidget *
ilk_word_row_new (const char *title)
{
  return g_object_new (ILK_TYPE_WORD_ROW, "use-underline", TRUE, "title", title, NULL);
}

/**
 * ilk_word_row_get_complete:
 *
 * Returns: whether anything is typed; only the service knows which words are right
 */
gboolean
ilk_word_row_get_complete (IlkWordRow *self)
{
  g_return_val_if_fail (ILK_IS_WORD_ROW (self), FALSE);

  return gtk_entry_buffer_get_length (gtk_text_get_buffer (self->field)) > 0;
}

/**
 * ilk_word_row_take:
 *
 * Returns: (transfer full): what was typed, UTF-8; the row is empty and its old buffer overwritten
 */
IlkSecret *
ilk_word_row_take (IlkWordRow *self)
{
  GtkEntryBuffer *buffer;
  IlkSecret *word;

  g_return_val_if_fail (ILK_IS_WORD_ROW (self), NULL);

  buffer = gtk_text_get_buffer (self->field);
  word = ilk_secret_new_from_data (gtk_entry_buffer_get_text (buffer),
                                   gtk_entry_buffer_get_bytes (buffer));
  ilk_word_row_clear (self);
  return word;
}

/**
 * ilk_word_row_clear:
 *
 * Deleting text leaves it in a buffer's memory. Here the buffer goes as a whole: GTK's buffer for
 * passwords wipes its memory then.
 */
void
ilk_word_row_clear (IlkWordRow *self)
{
  g_autoptr(GtkEntryBuffer) buffer = NULL;

  g_return_if_fail (ILK_IS_WORD_ROW (self));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->peek_button), FALSE);
  if (!ilk_word_row_get_complete (self))
    return;
  buffer = gtk_password_entry_buffer_new ();
  gtk_text_set_buffer (self->field, buffer);
  /* GtkText keeps quiet about a change of this kind. */
  g_signal_emit (self, signals[CHANGED], 0);
}

GtkWidget *
ilk_word_row_get_field (IlkWordRow *self)
{
  g_return_val_if_fail (ILK_IS_WORD_ROW (self), NULL);

  return GTK_WIDGET (self->field);
}
