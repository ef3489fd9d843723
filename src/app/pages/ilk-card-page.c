/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-card-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-drawing.h"
#include "card/ilk-card-error.h"

/* What an issuer's profile may say about the way through its own pages, in the order of doing. */
static const struct {
  const char *key;
  const char *title;
} guide[] = {
  { "Entry", N_("1. Open in a browser") },
  { "Login", N_("2. Log in") },
  { "Menu", N_("3. Choose in the menu") },
  { "CreatePin", N_("4. Create the PIN") },
  { "PinTime", N_("When") },
};

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
  GtkWidget *guide_group;
  GtkWidget *guide_rows[G_N_ELEMENTS (guide)];
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

/* Where this program can't do it, the person is shown the issuer's own way: the issuer has no
 * service to speak to, or the card takes no commands of ours. */
static void
show_guide (IlkCardPage *self,
            IlkCardInfo *card,
            IlkIssuer   *issuer)
{
  gboolean needed = card != NULL && !card->dead &&
                    (card->kind == ILK_CARD_KIND_AKIS ||
                     (card->kind == ILK_CARD_KIND_AKIS_V1 &&
                      ilk_issuer_get_service_address (issuer) == NULL));
  gboolean any = FALSE;
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (guide); i++)
    {
      const char *words = ilk_issuer_get_guide (issuer, guide[i].key);

      set_row (self->guide_rows[i], words);
      any = any || words != NULL;
    }

  gtk_widget_set_visible (self->guide_group, needed && any);
  /* Translators: %s is the issuer's name. */
  title = g_strdup_printf (_("The Way to the PIN: %s"), ilk_issuer_get_name (issuer));
  /* A group's title is markup, always. */
  escaped = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->guide_group), escaped);
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
  show_guide (self, card, ilk_controller_get_issuer (controller));
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
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, guide_group);
}

/* What a card or a profile says is never markup. */
static void
be_plain (GtkWidget *row)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "ilk-property");
}

static void
add_guide_rows (IlkCardPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (guide); i++)
    {
      GtkWidget *row = adw_action_row_new ();

      be_plain (row);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(guide[i].title));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->guide_group), row);
      self->guide_rows[i] = row;
    }
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
    be_plain (rows[i]);
  add_guide_rows (self);
  adw_bin_set_child (ADW_BIN (self->drawing_bin), ilk_drawing_new ("insert-chip"));
}
