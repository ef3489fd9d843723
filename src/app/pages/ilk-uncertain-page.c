/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-uncertain-page.h"
#include "app/pages/ilk-words.h"

struct _IlkUncertainPage
{
  IlkPage    parent_instance;

  GtkWidget *card_row;
  GtkWidget *card_icon;
  GtkWidget *try_row;
  GtkWidget *over_button;
};

G_DEFINE_FINAL_TYPE (IlkUncertainPage, ilk_uncertain_page, ILK_TYPE_PAGE)

static const char *
describe_card (IlkCardFact fact)
{
  switch (fact)
    {
    case ILK_CARD_FACT_READING:
      return _("Reading the card…");
    case ILK_CARD_FACT_UNUSABLE:
      return _("This is another card, or the card does not answer.");
    case ILK_CARD_FACT_USABLE:
      return _("The card is in the reader.");
    case ILK_CARD_FACT_NONE:
    default:
      return _("No card is in the reader.");
    }
}

/* One press is one try, and what it may cost is said before. */
static char *
describe_try (IlkCardInfo *card)
{
  if (card == NULL || card->tries_left < 0)
    return g_strdup (_("One press is one try. If the card still has the old PIN, one try is used "
                       "up."));

  /* Translators: %d is how many tries are left before the press. */
  return g_strdup_printf (ngettext ("One press is one try. %d try is left; if the card still has "
                                    "the old PIN, it is used up and the card is blocked.",
                                    "One press is one try. %d tries are left; if the card still "
                                    "has the old PIN, one of them is used up.",
                                    card->tries_left), card->tries_left);
}

/* Where it is typed has to be said before the reader's time runs. */
static char *
describe_proof (IlkController *controller)
{
  g_autofree char *cost = describe_try (ilk_controller_get_card (controller));

  if (!ilk_controller_get_facts (controller)->on_reader)
    return g_steal_pointer (&cost);

  return g_strconcat (_("You type the new PIN on the card reader."), " ", cost, NULL);
}

static void
ilk_uncertain_page_update (IlkPage       *page,
                           IlkController *controller)
{
  IlkUncertainPage *self = ILK_UNCERTAIN_PAGE (page);
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  g_autofree char *cost = describe_proof (controller);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->card_row), describe_card (facts->card));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->card_icon),
                                facts->card == ILK_CARD_FACT_USABLE ? "object-select-symbolic"
                                                                    : "auth-smartcard-symbolic");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->try_row), cost);
  gtk_widget_set_sensitive (self->over_button, !facts->busy);
}

static void
on_over_clicked (IlkUncertainPage *self)
{
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_START_OVER);
}

static void
ilk_uncertain_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_UNCERTAIN_PAGE);

  G_OBJECT_CLASS (ilk_uncertain_page_parent_class)->dispose (object);
}

static void
ilk_uncertain_page_class_init (IlkUncertainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_uncertain_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_uncertain_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-uncertain-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkUncertainPage, card_row);
  gtk_widget_class_bind_template_child (widget_class, IlkUncertainPage, card_icon);
  gtk_widget_class_bind_template_child (widget_class, IlkUncertainPage, try_row);
  gtk_widget_class_bind_template_child (widget_class, IlkUncertainPage, over_button);
  gtk_widget_class_bind_template_callback (widget_class, on_over_clicked);
}

static void
ilk_uncertain_page_init (IlkUncertainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  ilk_words_set_button (self->over_button, _("_Start Over With This Card"));
}
