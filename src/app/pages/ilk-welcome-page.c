/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-welcome-page.h"

/* What is needed comes first, and everything that may be missing has a way out. */
struct _IlkWelcomePage
{
  IlkPage    parent_instance;

  GtkWidget *turkish_button;
  GtkWidget *english_button;
  GtkWidget *parcel_label;
  GtkWidget *word_label;
  GtkWidget *phone_label;
};

G_DEFINE_FINAL_TYPE (IlkWelcomePage, ilk_welcome_page, ILK_TYPE_PAGE)

static gboolean
is_turkish (void)
{
  /* Translators: the code of the language that you translate into. */
  return g_str_equal (C_("language code", "en"), "tr");
}

static void
on_language_clicked (IlkWelcomePage *self,
                     GtkWidget      *button)
{
  gboolean turkish = button == self->turkish_button;

  if (turkish == is_turkish ())
    return;

  gtk_widget_activate_action (GTK_WIDGET (self), "app.set-language", "s", turkish ? "tr" : "en");
}

static void
ilk_welcome_page_update (IlkPage       *page,
                         IlkController *controller)
{
  IlkWelcomePage *self = ILK_WELCOME_PAGE (page);
  IlkIssuer *issuer = ilk_controller_get_issuer (controller);
  g_autofree char *word = NULL;
  g_autofree char *phone = NULL;

  gtk_label_set_text (GTK_LABEL (self->parcel_label), ilk_issuer_get_parcel_advice (issuer));

  word = g_strdup_printf
    /* Translators: %1$s is the issuer's name, %2$s the phone number of its call centre. */
    (_("Look at your application form first: the word is printed there. If you can’t find it, "
       "%1$s can send a link for a new one to your e-mail address on record: choose “I forgot my "
       "security word” on its password login page, or ring its call centre, %2$s."),
     ilk_issuer_get_name (issuer), ilk_issuer_get_phone (issuer));
  gtk_label_set_text (GTK_LABEL (self->word_label), word);

  phone = g_strdup_printf
    /* Translators: %1$s is the phone number of a call centre, %2$s the issuer's name. */
    (_("The confirmation codes go to the number on record. Ring the call centre, %1$s, and have "
       "your number corrected by %2$s before you begin."),
     ilk_issuer_get_phone (issuer), ilk_issuer_get_name (issuer));
  gtk_label_set_text (GTK_LABEL (self->phone_label), phone);
}

static void
ilk_welcome_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_WELCOME_PAGE);

  G_OBJECT_CLASS (ilk_welcome_page_parent_class)->dispose (object);
}

static void
ilk_welcome_page_class_init (IlkWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_welcome_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_welcome_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkWelcomePage, turkish_button);
  gtk_widget_class_bind_template_child (widget_class, IlkWelcomePage, english_button);
  gtk_widget_class_bind_template_child (widget_class, IlkWelcomePage, parcel_label);
  gtk_widget_class_bind_template_child (widget_class, IlkWelcomePage, word_label);
  gtk_widget_class_bind_template_child (widget_class, IlkWelcomePage, phone_label);
  gtk_widget_class_bind_template_callback (widget_class, on_language_clicked);
}

static void
ilk_welcome_page_init (IlkWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (is_turkish () ? self->turkish_button
                                                                 : self->english_button), TRUE);
}
