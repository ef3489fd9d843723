/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-delete-pin.h"
#include "app/pages/ilk-done-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-drawing.h"

struct _IlkDonePage
{
  IlkPage    parent_instance;

  GtkWidget *drawing_bin;
  GtkWidget *pin_row;
  GtkWidget *saved_row;
  GtkWidget *deleted_row;
  GtkWidget *held_group;
  GtkWidget *held_row;
  GtkWidget *delete_button;
  GtkWidget *puk_row;
  GtkWidget *data_row;
  GtkWidget *over_button;
};

G_DEFINE_FINAL_TYPE (IlkDonePage, ilk_done_page, ILK_TYPE_PAGE)

/* The person thinks "PIN", so the words say PIN and not certificate. */
static void
show_done (IlkDonePage   *self,
           IlkController *controller)
{
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  gint64 when = ilk_controller_get_erased_everywhere (controller);
  g_autofree char *date = when != 0 ? ilk_words_date (when) : NULL;
  g_autofree char *words = NULL;

  ilk_page_set_intro (ILK_PAGE (self),
                      facts->pin_set
                      ? _("The PIN of your card was changed, and the card has accepted it.")
                      : _("You sign with the PIN that you have kept."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->pin_row),
                                 facts->pin_set ? _("Your own new PIN is on the card")
                                                : _("You keep the PIN of the card"));
  gtk_widget_set_visible (self->saved_row, facts->pin_saved && !facts->pin_set);
  gtk_widget_set_visible (self->deleted_row, facts->pin_deleted);
  if (date != NULL)
    /* Translators: %s is a date. */
    words = g_strdup_printf (_("From %s no backup copy opens it either"), date);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->deleted_row), words != NULL ? words : "");
}

/* A PIN that the issuer still holds is offered for deletion; after a change it is void as well. */
static void
show_held (IlkDonePage    *self,
           const IlkFacts *facts)
{
  gtk_widget_set_visible (self->held_group, facts->pin_held && facts->session);
  gtk_widget_set_sensitive (self->delete_button, !facts->busy);
  if (facts->pin_set)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->held_row),
                                     _("The issuer still holds your old PIN"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->held_row),
                                   facts->pin_saved
                                   ? _("It is void now, and so is the PDF document that you "
                                       "saved: destroy it, and delete the old PIN.")
                                   : _("It is void now. Delete it, so that nobody takes it for "
                                       "the right one."));
    }
  else
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->held_row),
                                     _("The issuer still holds your PIN"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->held_row),
                                   _("It is encrypted there. The issuer recommends deleting it "
                                     "once you know it safely."));
    }
}

static void
ilk_done_page_update (IlkPage       *page,
                      IlkController *controller)
{
  IlkDonePage *self = ILK_DONE_PAGE (page);
  IlkIssuer *issuer = ilk_controller_get_issuer (controller);
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  g_autofree char *data = NULL;

  show_done (self, controller);
  show_held (self, facts);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->puk_row),
                               ilk_issuer_get_puk_warning (issuer));
  /* Translators: %s is the phone number of the issuer's call centre. */
  data = g_strdup_printf (_("Codes and links go there. The call centre: %s"),
                          ilk_issuer_get_phone (issuer));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->data_row), data);
  gtk_widget_set_sensitive (self->over_button, !facts->busy);
}

static void
on_delete_clicked (IlkDonePage *self)
{
  ilk_delete_pin (ILK_PAGE (self));
}

static void
on_over_clicked (IlkDonePage *self)
{
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_START_OVER);
}

static void
ilk_done_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_DONE_PAGE);

  G_OBJECT_CLASS (ilk_done_page_parent_class)->dispose (object);
}

static void
ilk_done_page_class_init (IlkDonePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_done_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_done_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-done-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, drawing_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, pin_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, saved_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, deleted_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, held_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, held_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, delete_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, puk_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, data_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDonePage, over_button);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_over_clicked);
}

static void
ilk_done_page_init (IlkDonePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->puk_row), FALSE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->data_row), FALSE);
  adw_bin_set_child (ADW_BIN (self->drawing_bin), ilk_drawing_new ("done"));
  ilk_words_set_button (self->delete_button, _("_Delete My Passwords"));
  ilk_words_set_button (self->over_button, _("_Set Up Another Card"));
}
