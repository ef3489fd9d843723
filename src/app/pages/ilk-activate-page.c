/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/pages/ilk-activate-page.h"

struct _IlkActivatePage
{
  IlkPage    parent_instance;

  GtkWidget *holder_row;
  GtkWidget *serial_row;
  GtkWidget *card_row;
};

G_DEFINE_FINAL_TYPE (IlkActivatePage, ilk_activate_page, ILK_TYPE_PAGE)

static void
set_row (GtkWidget  *row,
         const char *value)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value != NULL ? value : "");
  gtk_widget_set_visible (row, value != NULL);
}

static void
ilk_activate_page_update (IlkPage       *page,
                          IlkController *controller)
{
  IlkActivatePage *self = ILK_ACTIVATE_PAGE (page);
  IlkServiceCard *card = ilk_controller_get_service_card (controller);

  set_row (self->holder_row, ilk_controller_get_holder (controller));
  set_row (self->serial_row, card != NULL ? card->certificate_serial : NULL);
  set_row (self->card_row, card != NULL ? card->serial : NULL);
}

static void
ilk_activate_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_ACTIVATE_PAGE);

  G_OBJECT_CLASS (ilk_activate_page_parent_class)->dispose (object);
}

static void
ilk_activate_page_class_init (IlkActivatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_activate_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_activate_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-activate-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkActivatePage, holder_row);
  gtk_widget_class_bind_template_child (widget_class, IlkActivatePage, serial_row);
  gtk_widget_class_bind_template_child (widget_class, IlkActivatePage, card_row);
}

static void
ilk_activate_page_init (IlkActivatePage *self)
{
  GtkWidget *rows[3];

  gtk_widget_init_template (GTK_WIDGET (self));

  rows[0] = self->holder_row;
  rows[1] = self->serial_row;
  rows[2] = self->card_row;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (rows[i]), FALSE);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (rows[i]), 0);
    }
}
