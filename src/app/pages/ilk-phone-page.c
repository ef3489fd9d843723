/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-phone-page.h"

struct _IlkPhonePage
{
  IlkPage    parent_instance;

  GtkWidget *phone_label;
  GtkWidget *other_label;
};

G_DEFINE_FINAL_TYPE (IlkPhonePage, ilk_phone_page, ILK_TYPE_PAGE)

/* "Please don’t press Confirm" matters: the code would reach a stranger. */
static void
ilk_phone_page_update (IlkPage       *page,
                       IlkController *controller)
{
  IlkPhonePage *self = ILK_PHONE_PAGE (page);
  const char *phone = ilk_controller_get_phone (controller);
  g_autofree char *other = NULL;

  other = g_strdup_printf
    /* Translators: %s is the phone number of the issuer's call centre. */
    (_("Then please don’t press Confirm, for the code would go to somebody else. Ring the call "
       "centre, %s, and have your number corrected; then begin again here."),
     ilk_issuer_get_phone (ilk_controller_get_issuer (controller)));
  gtk_label_set_text (GTK_LABEL (self->other_label), other);
  gtk_label_set_text (GTK_LABEL (self->phone_label), phone != NULL ? phone : "");
}

static void
ilk_phone_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_PHONE_PAGE);

  G_OBJECT_CLASS (ilk_phone_page_parent_class)->dispose (object);
}

static void
ilk_phone_page_class_init (IlkPhonePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_phone_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_phone_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-phone-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkPhonePage, phone_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPhonePage, other_label);
}

static void
ilk_phone_page_init (IlkPhonePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
