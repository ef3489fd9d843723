/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-card-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-drawing.h"
#include "card/ilk-card-error.h"

struct _IlkCardPage
{
  IlkPage    parent_instance;

  GtkWidget *status_box;
  GtkWidget *drawing_bin;
  GtkWidget *spinner;
  GtkWidget *status_label;
  GtkWidget *advice_label;
  GtkWidget *group;
  GtkWidget *name_row;
  GtkWidget *holder_row;
  GtkWidget *serial_row;
  GtkWidget *pin_row;
  GtkWidget *tries_row;
  GtkWidget *validity_row;
};

G_DEFINE_FINAL_TYPE (IlkCardPage, ilk_card_page, ILK_TYPE_PAGE)

/* What there is to say beside the rows: nothing at all when the card can be used. */
typedef struct {
  const char *sentence;
  const char *advice;
  gboolean    drawing;
  gboolean    spinning;
} Status;

static gboolean
describe_error (const GError *error,
                Status       *status)
{
  if (!g_error_matches (error, ILK_CARD_ERROR, error->code))
    return FALSE;

  switch ((IlkCardError) error->code)
    {
    case ILK_CARD_ERROR_CARD_MUTE:
      status->sentence = _("The card does not answer");
      status->advice = _("Take it out, look whether the golden contacts are clean and on the "
                         "right side, and insert it again in the direction of the arrow.");
      status->drawing = TRUE;
      return TRUE;
    case ILK_CARD_ERROR_IN_USE:
      status->sentence = _("Another program is using the card");
      status->advice = _("Close other e-signature programs, and browser windows in which you "
                         "sign. This page goes on by itself when the card is free.");
      return TRUE;
    case ILK_CARD_ERROR_DEAD:
      status->sentence = _("This card can’t be used any more");
      status->advice = _("Its PUK was used up, and nobody can undo that. Ask the issuer for a new "
                         "card.");
      return TRUE;
    case ILK_CARD_ERROR_SERVICE_OFF:
    case ILK_CARD_ERROR_SERVICE_REFUSED:
    case ILK_CARD_ERROR_SERVICE_VERSION:
      status->sentence = _("The card service of this computer does not answer");
      status->advice = _("Go back to the step “Driver”, which says what to do.");
      return TRUE;
    case ILK_CARD_ERROR_NO_CARD:
    case ILK_CARD_ERROR_NO_READER:
    case ILK_CARD_ERROR_CARD_REMOVED:
      return FALSE;
    default:
      status->sentence = _("The card could not be read");
      status->advice = _("Take it out and insert it again. If this happens every time, try "
                         "another USB port or another reader.");
      status->drawing = TRUE;
      return TRUE;
    }
}

static gboolean
describe_kind (IlkCardInfo *card,
               Status      *status)
{
  if (card->dead)
    {
      status->sentence = _("This card can’t be used any more");
      status->advice = _("Its PUK was used up, and nobody can undo that. Ask the issuer for a new "
                         "card.");
      return TRUE;
    }

  switch (card->kind)
    {
    case ILK_CARD_KIND_AKIS:
      status->sentence = _("An AKİS card, but of a kind that this program cannot yet write to");
      status->advice = _("This program cannot yet change the PIN of this card: how it is done is "
                         "not public. Use the issuer’s own application for the PIN. Your card is "
                         "fine, and nothing was changed on it.");
      return TRUE;
    case ILK_CARD_KIND_OTHER_ISSUER:
      status->sentence = _("A card of another issuer");
      status->advice = _("This program cannot set up this card. Use the program of its issuer.");
      return TRUE;
    case ILK_CARD_KIND_UNKNOWN:
      status->sentence = _("Not an e-signature card that this program knows");
      status->advice = _("It may be a bank card, an identity card or a key for something else. "
                         "Please insert the card from the issuer’s envelope.");
      status->drawing = TRUE;
      return TRUE;
    case ILK_CARD_KIND_AKIS_V1:
    default:
      if (ilk_card_info_get_certificate (card) != NULL)
        return FALSE;
      status->sentence = _("There is no certificate on this card");
      status->advice = _("Without a qualified electronic certificate it can’t sign. Ask the issuer "
                         "whether this is the right card.");
      return TRUE;
    }
}

static gboolean
describe_validity (const IlkCertificate *certificate,
                   gint64                now,
                   Status               *status)
{
  if (certificate == NULL)
    return FALSE;
  if (now < certificate->not_before)
    {
      status->sentence = _("Your certificate is not valid yet");
      status->advice = _("Nothing is wrong. A PIN can be had only from the day on which the "
                         "certificate begins; please come back then. If the date of this "
                         "computer is wrong, correct it or simply go on.");
      return TRUE;
    }
  if (now > certificate->not_after)
    {
      status->sentence = _("Your certificate has expired");
      status->advice = _("A PIN can no longer be had for this card. Apply for a new certificate; "
                         "this card is then of no more use. If the date of this computer is "
                         "wrong, correct it or simply go on.");
      return TRUE;
    }

  return FALSE;
}

static void
describe (IlkController *controller,
          Status        *status)
{
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  IlkCardInfo *card = ilk_controller_get_card (controller);
  const GError *error = ilk_controller_get_card_error (controller);

  if (facts->card == ILK_CARD_FACT_READING)
    {
      status->sentence = _("Reading the card…");
      status->spinning = TRUE;
    }
  else if (card != NULL)
    {
      if (!describe_kind (card, status))
        describe_validity (ilk_card_info_get_certificate (card),
                           ilk_clock_get_wall (ilk_controller_get_clock (controller)), status);
    }
  else if (error == NULL || !describe_error (error, status))
    {
      status->sentence = _("Waiting for your card…");
      status->advice = _("Push it into the reader in the direction of the arrow. This page goes on "
                         "by itself.");
      status->drawing = TRUE;
    }
}

static void
show_status (IlkCardPage  *self,
             const Status *status)
{
  gtk_widget_set_visible (self->status_box, status->sentence != NULL);
  gtk_widget_set_visible (self->drawing_bin, status->drawing);
  gtk_widget_set_visible (self->spinner, status->spinning);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), status->spinning);
  gtk_widget_set_visible (self->advice_label, status->advice != NULL);
  gtk_label_set_text (GTK_LABEL (self->status_label), status->sentence ? status->sentence : "");
  gtk_label_set_text (GTK_LABEL (self->advice_label), status->advice ? status->advice : "");
}

static void
set_row (GtkWidget  *row,
         const char *value)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value != NULL ? value : "");
  gtk_widget_set_visible (row, value != NULL);
}

static const char *
describe_pin (IlkPinState state)
{
  switch (state)
    {
    case ILK_PIN_STATE_SET:
      return _("Set");
    case ILK_PIN_STATE_NOT_SET:
      return _("Not created yet; you create it here");
    case ILK_PIN_STATE_BLOCKED:
      return _("Blocked; you unblock it here with a new PIN");
    case ILK_PIN_STATE_UNKNOWN:
    default:
      return _("Not known to this program");
    }
}

static char *
describe_tries (IlkCardInfo *card)
{
  if (card->pin_state == ILK_PIN_STATE_NOT_SET)
    return NULL;
  if (card->tries_left < 0)
    return g_strdup (_("The card does not tell"));
  if (card->tries_left == 1)
    return g_strdup (_("1 – be careful: one more wrong entry blocks the card"));

  return g_strdup_printf ("%d", card->tries_left);
}

static char *
describe_period (const IlkCertificate *certificate,
                 gint64                now)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (certificate == NULL)
    return NULL;

  from = ilk_words_date (certificate->not_before);
  to = ilk_words_date (certificate->not_after);
  if (now < certificate->not_before)
    /* Translators: both are dates. */
    return g_strdup_printf (_("Begins on %s, valid to %s"), from, to);
  if (now > certificate->not_after)
    /* Translators: %s is a date. */
    return g_strdup_printf (_("Expired on %s"), to);

  /* Translators: both are dates. */
  return g_strdup_printf (_("Valid from %s to %s"), from, to);
}

static void
show_card (IlkCardPage *self,
           IlkCardInfo *card,
           gint64       now)
{
  const IlkCertificate *certificate = ilk_card_info_get_certificate (card);
  g_autofree char *tries = describe_tries (card);
  g_autofree char *period = describe_period (certificate, now);

  set_row (self->name_row, card->name);
  set_row (self->holder_row, certificate != NULL ? certificate->holder : NULL);
  set_row (self->serial_row, card->serial);
  set_row (self->pin_row, describe_pin (card->pin_state));
  set_row (self->tries_row, tries);
  set_row (self->validity_row, period);

  if (card->tries_left == 1)
    gtk_widget_add_css_class (self->tries_row, "ilk-warning");
  else
    gtk_widget_remove_css_class (self->tries_row, "ilk-warning");
}

static void
ilk_card_page_update (IlkPage       *page,
                      IlkController *controller)
{
  IlkCardPage *self = ILK_CARD_PAGE (page);
  IlkCardInfo *card = ilk_controller_get_card (controller);
  Status status = { NULL, NULL, FALSE, FALSE };

  describe (controller, &status);
  show_status (self, &status);
  gtk_widget_set_visible (self->group, card != NULL);
  if (card != NULL)
    show_card (self, card, ilk_clock_get_wall (ilk_controller_get_clock (controller)));
}

static void
ilk_card_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_CARD_PAGE);

  G_OBJECT_CLASS (ilk_card_page_parent_class)->dispose (object);
}

static void
ilk_card_page_class_init (IlkCardPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_card_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_card_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-card-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, status_box);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, drawing_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, status_label);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, advice_label);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, group);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, holder_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, serial_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, pin_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, tries_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, validity_row);
}

static void
ilk_card_page_init (IlkCardPage *self)
{
  GtkWidget *rows[6];

  gtk_widget_init_template (GTK_WIDGET (self));

  rows[0] = self->name_row;
  rows[1] = self->holder_row;
  rows[2] = self->serial_row;
  rows[3] = self->pin_row;
  rows[4] = self->tries_row;
  rows[5] = self->validity_row;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* What a card says is never markup. */
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (rows[i]), FALSE);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (rows[i]), 0);
      gtk_widget_add_css_class (rows[i], "ilk-property");
    }
  adw_bin_set_child (ADW_BIN (self->drawing_bin), ilk_drawing_new ("insert-chip"));
}
