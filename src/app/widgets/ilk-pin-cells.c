/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/widgets/ilk-pin-cells.h"

struct _IlkPinCells
{
  GtkWidget parent_instance;

  guint     filled;
};

G_DEFINE_FINAL_TYPE (IlkPinCells, ilk_pin_cells, GTK_TYPE_WIDGET)

static void
update_marks (IlkPinCells *self)
{
  guint i = 0;

  for (GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (self));
       cell != NULL;
       cell = gtk_widget_get_next_sibling (cell), i++)
    {
      gtk_widget_set_visible (gtk_widget_get_first_child (cell), i < self->filled);
      if (i == self->filled)
        gtk_widget_add_css_class (cell, "next");
      else
        gtk_widget_remove_css_class (cell, "next");
    }
}

static void
remove_cells (IlkPinCells *self)
{
  GtkWidget *cell;

  while ((cell = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (cell);
}

static void
add_cell (IlkPinCells *self)
{
  GtkWidget *cell = g_object_new (GTK_TYPE_BOX,
                                  "css-name", "ilkcell",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  NULL);
  GtkWidget *dot = g_object_new (GTK_TYPE_BOX,
                                 "css-name", "ilkdot",
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                 "halign", GTK_ALIGN_CENTER,
                                 "valign", GTK_ALIGN_CENTER,
                                 "hexpand", TRUE,
                                 NULL);

  gtk_box_append (GTK_BOX (cell), dot);
  gtk_widget_set_parent (cell, GTK_WIDGET (self));
}

static void
on_pressed (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            IlkPinCells     *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
ilk_pin_cells_dispose (GObject *object)
{
  remove_cells (ILK_PIN_CELLS (object));

  G_OBJECT_CLASS (ilk_pin_cells_parent_class)->dispose (object);
}

static void
ilk_pin_cells_class_init (IlkPinCellsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_pin_cells_dispose;

  gtk_widget_class_set_css_name (widget_class, "ilkcells");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
}

static void
ilk_pin_cells_init (IlkPinCells *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  /* Numbers run from left to right in every script. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "text");
}

GtkWidget *
ilk_pin_cells_new (void)
{
  return g_object_new (ILK_TYPE_PIN_CELLS, NULL);
}

void
ilk_pin_cells_set_length (IlkPinCells *self,
                          guint        length)
{
  g_return_if_fail (ILK_IS_PIN_CELLS (self));

  remove_cells (self);
  for (guint i = 0; i < length; i++)
    add_cell (self);
  self->filled = 0;
  update_marks (self);
}

void
ilk_pin_cells_set_filled (IlkPinCells *self,
                          guint        filled)
{
  g_return_if_fail (ILK_IS_PIN_CELLS (self));

  self->filled = filled;
  update_marks (self);
}
