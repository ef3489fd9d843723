/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/pages/ilk-prepare-page.h"
#include "app/widgets/ilk-drawing.h"

struct _IlkPreparePage
{
  IlkPage    parent_instance;

  GtkWidget *chip_bin;
  GtkWidget *insert_bin;
};

G_DEFINE_FINAL_TYPE (IlkPreparePage, ilk_prepare_page, ILK_TYPE_PAGE)

static void
ilk_prepare_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_PREPARE_PAGE);

  G_OBJECT_CLASS (ilk_prepare_page_parent_class)->dispose (object);
}

static void
ilk_prepare_page_class_init (IlkPreparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_prepare_page_dispose;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-prepare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkPreparePage, chip_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkPreparePage, insert_bin);
}

static void
ilk_prepare_page_init (IlkPreparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  adw_clamp_set_child (ADW_CLAMP (self->chip_bin), ilk_drawing_new ("prepare-chip"));
  adw_clamp_set_child (ADW_CLAMP (self->insert_bin), ilk_drawing_new ("insert-chip"));
}
