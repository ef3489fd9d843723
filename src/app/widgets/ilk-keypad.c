/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-keypad.h"

struct _IlkKeypad
{
  GtkWidget  parent_instance;

  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (IlkKeypad, ilk_keypad, GTK_TYPE_WIDGET)

enum {
  KEY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_clicked (GtkButton *button,
            IlkKeypad *self)
{
  guint keyval = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "ilk-keyval"));

  g_signal_emit (self, signals[KEY], 0, keyval);
}

static void
add_key (IlkKeypad *self,
         GtkWidget *button,
         guint      keyval,
         int        column,
         int        row)
{
  g_object_set_data (G_OBJECT (button), "ilk-keyval", GUINT_TO_POINTER (keyval));
  gtk_widget_set_focusable (button, FALSE);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_grid_attach (GTK_GRID (self->grid), button, column, row, 1, 1);
}

static void
ilk_keypad_dispose (GObject *object)
{
  IlkKeypad *self = ILK_KEYPAD (object);

  g_clear_pointer (&self->grid, gtk_widget_unparent);

  G_OBJECT_CLASS (ilk_keypad_parent_class)->dispose (object);
}

static void
ilk_keypad_class_init (IlkKeypadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_keypad_dispose;

  signals[KEY] = g_signal_new ("key", ILK_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "ilkkeypad");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ilk_keypad_init (IlkKeypad *self)
{
  GtkWidget *erase = gtk_button_new_from_icon_name ("edit-clear-symbolic");

  self->grid = gtk_grid_new ();
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 6);
  gtk_widget_set_direction (self->grid, GTK_TEXT_DIR_LTR);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));

  for (int digit = 1; digit <= 10; digit++)
    {
      const char label[] = { '0' + digit % 10, '\0' };
      int column = digit == 10 ? 1 : (digit - 1) % 3;

      add_key (self, gtk_button_new_with_label (label), GDK_KEY_0 + digit % 10,
               column, (digit - 1) / 3);
    }

  gtk_widget_set_tooltip_text (erase, _("Erase the last digit"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (erase),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Erase the last digit"), -1);
  add_key (self, erase, GDK_KEY_BackSpace, 2, 3);
}

GtkWidget *
ilk_keypad_new (void)
{
  return g_object_new (ILK_TYPE_KEYPAD, NULL);
}
