/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-card-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-countdown.h"
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

/* Seconds until a certificate begins that are counted down. */
#define LONGEST_WAIT (60 * 60)

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
  GtkWidget *issuer_row;
  GtkWidget *quality_row;
  GtkWidget *module_row;
  GtkWidget *countdown;
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

/* Why PIN commands do not reach a card for which there is a module. */
static gboolean
describe_module (IlkCardInfo *card,
                 Status      *status)
{
  static const struct {
    const char *problem;
    const char *sentence;
    const char *advice;
  } rows[] = {
    { ILK_MODULE_PROBLEM_ARCHITECTURE, N_("The card’s software does not fit this computer"),
      N_("The software of the card’s maker is installed, but it was made for another kind of "
         "processor. Install the edition that fits this computer; your card is fine.") },
    { ILK_MODULE_PROBLEM_HANGS, N_("The card’s software does not answer"),
      N_("The software of the card’s maker gave no answer in time, so it was ended. Take the card "
         "out and insert it again; if it happens again, restart the computer.") },
    { ILK_MODULE_PROBLEM_CRASHES, N_("The card’s software does not work"),
      N_("The software of the card’s maker ended unexpectedly. Install it anew; your card is fine, "
         "and nothing was changed on it.") },
    { ILK_MODULE_PROBLEM_REFUSES, N_("The card’s software does not work"),
      N_("The software of the card’s maker is installed, but it refuses to work. Install it anew; "
         "your card is fine, and nothing was changed on it.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_strcmp0 (card->module_problem, rows[i].problem) != 0)
        continue;
      status->sentence = _(rows[i].sentence);
      status->advice = _(rows[i].advice);
      return TRUE;
    }
  return FALSE;
}

/* A card that is reached, on a road without the issuer's service. */
static gboolean
describe_change_only (IlkCardInfo *card,
                      Status      *status)
{
  if (card->pin_state == ILK_PIN_STATE_BLOCKED)
    {
      status->sentence = _("The PIN of this card is blocked");
      status->advice = _("It was entered wrongly too often. This program can’t unblock it: only the "
                         "issuer can. Never type a PUK anywhere.");
      return TRUE;
    }
  if (card->pin_state == ILK_PIN_STATE_NOT_SET)
    {
      status->sentence = _("This card has no PIN yet");
      status->advice = _("This program can’t create it: that goes through the issuer. Your card is "
                         "fine.");
      return TRUE;
    }

  status->sentence = _("You can change the PIN of this card here");
  status->advice = _("You need the PIN that it has now. Nothing is sent to the issuer, and no login "
                     "is needed.");
  return TRUE;
}

static gboolean
describe_kind (IlkCardInfo *card,
               gboolean     change_only,
               Status      *status)
{
  if (card->dead)
    {
      status->sentence = _("This card can’t be used any more");
      status->advice = _("Its PUK was used up, and nobody can undo that. Ask the issuer for a new "
                         "card.");
      return TRUE;
    }

  if (card->reach != ILK_CARD_REACH_NONE && change_only)
    return describe_change_only (card, status);
  if (describe_module (card, status))
    return TRUE;

  switch (card->kind)
    {
    case ILK_CARD_KIND_AKIS_PROBABLE:
      status->sentence = _("Probably an AKİS card, of a version that this program does not know");
      status->advice = _("Its PIN can be changed here once the software of the card’s maker "
                         "(libakisp11) is installed. Until then use the issuer’s own application. "
                         "Nothing was changed on the card.");
      return TRUE;
    case ILK_CARD_KIND_NATIONAL_ID:
      status->sentence = _("This is an identity card, not the card from the envelope");
      status->advice = _("The identity card of the Republic of Türkiye has no PIN of an e-signature. "
                         "Please insert the card from the issuer’s envelope.");
      status->drawing = TRUE;
      return TRUE;
    case ILK_CARD_KIND_AKIS:
      status->sentence = _("An AKİS card; the software of its maker is missing");
      status->advice = _("How the PIN of this card is changed is not public: this program does it "
                         "through the software of the card’s maker (libakisp11), which is not "
                         "installed. Install it, or use the issuer’s own application. Your card is "
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
describe_chain (const IlkCertificate *certificate,
                IlkIssuer            *issuer,
                Status               *status)
{
  if (certificate == NULL || ilk_certificate_check_chain (certificate,
                               ilk_issuer_get_authorities (issuer)) != ILK_CHAIN_BROKEN)
    return FALSE;

  status->sentence = _("The certificate is not from the issuer that it names");
  status->advice = _("The issuer’s signature does not fit it. Don’t sign anything with this card, and "
                     "call the issuer.");
  return TRUE;
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
  const IlkCertificate *certificate = card != NULL ? ilk_card_info_get_certificate (card) : NULL;
  const GError *error = ilk_controller_get_card_error (controller);

  if (facts->card == ILK_CARD_FACT_READING)
    {
      status->sentence = _("Reading the card…");
      status->spinning = TRUE;
    }
  else if (card != NULL)
    {
      if (!describe_kind (card, facts->change_only, status)
          && !describe_chain (certificate, ilk_controller_get_issuer (controller), status))
        describe_validity (certificate,
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
describe_pin (IlkPinState state,
              gboolean    change_only)
{
  switch (state)
    {
    case ILK_PIN_STATE_SET:
      return _("Set");
    case ILK_PIN_STATE_NOT_SET:
      return change_only ? _("Not created yet") : _("Not created yet; you create it here");
    case ILK_PIN_STATE_BLOCKED:
      return change_only ? _("Blocked") : _("Blocked; you unblock it here with a new PIN");
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
  if (card->pin_final_try)
    return g_strdup (_("1 – be careful: one more wrong entry blocks the card"));
  if (card->tries_left < 0 && card->pin_count_low)
    return g_strdup (_("Fewer than usual: a wrong PIN was typed before"));
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

  to = ilk_words_date (certificate->not_after);
  if (now < certificate->not_before)
    {
      /* The service goes by the second. */
      from = ilk_words_moment (certificate->not_before);
      /* Translators: both are dates, the first with the time of day. */
      return g_strdup_printf (_("Begins on %s, valid to %s"), from, to);
    }
  from = ilk_words_date (certificate->not_before);
  if (now > certificate->not_after)
    /* Translators: %s is a date. */
    return g_strdup_printf (_("Expired on %s"), to);

  /* Translators: both are dates. */
  return g_strdup_printf (_("Valid from %s to %s"), from, to);
}

/* "Example Certificate Authority (Example)", as far as the certificate tells. */
static char *
describe_issuer_name (const IlkCertificate *certificate)
{
  if (certificate->issuer_organization == NULL)
    return g_strdup (certificate->issuer);
  if (certificate->issuer == NULL || g_str_equal (certificate->issuer, certificate->issuer_organization))
    return g_strdup (certificate->issuer_organization);

  return g_strdup_printf ("%s (%s)", certificate->issuer, certificate->issuer_organization);
}

static char *
describe_issuer (const IlkCertificate *certificate,
                 GBytes               *authorities)
{
  g_autofree char *name = NULL;

  if (certificate == NULL)
    return NULL;

  name = describe_issuer_name (certificate);
  if (name == NULL || ilk_certificate_check_chain (certificate, authorities) != ILK_CHAIN_TRUSTED)
    return g_steal_pointer (&name);

  /* Translators: %s is the issuer; its signature under the certificate was checked and is right. */
  return g_strdup_printf (_("%s – signature checked"), name);
}

static const char *
describe_quality (const IlkCertificate *certificate)
{
  if (certificate == NULL)
    return NULL;
  if (certificate->qualified)
    return certificate->on_card ? _("Yes, with its key on the card") : _("Yes");

  return _("The certificate does not say so");
}

static void
show_card (IlkCardPage *self,
           IlkCardInfo *card,
           GBytes      *authorities,
           gboolean     change_only,
           gint64       now)
{
  const IlkCertificate *certificate = ilk_card_info_get_certificate (card);
  g_autofree char *tries = describe_tries (card);
  g_autofree char *period = describe_period (certificate, now);
  g_autofree char *issuer = describe_issuer (certificate, authorities);
  g_autofree char *module = card->module != NULL ? g_path_get_basename (card->module) : NULL;

  set_row (self->name_row, card->name);
  set_row (self->holder_row, certificate != NULL ? certificate->holder : NULL);
  set_row (self->serial_row, card->serial);
  set_row (self->pin_row, describe_pin (card->pin_state, change_only));
  set_row (self->tries_row, tries);
  set_row (self->validity_row, period);
  set_row (self->issuer_row, issuer);
  set_row (self->quality_row, describe_quality (certificate));
  set_row (self->module_row, module);

  if (card->tries_left == 1 || card->pin_final_try)
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
  gboolean akis = card != NULL && (card->kind == ILK_CARD_KIND_AKIS ||
                                   card->kind == ILK_CARD_KIND_AKIS_V1 ||
                                   card->kind == ILK_CARD_KIND_AKIS_PROBABLE);
  gboolean needed = akis && !card->dead &&
                    (card->kind != ILK_CARD_KIND_AKIS_V1 ||
                     ilk_issuer_get_service_address (issuer) == NULL);
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

/* The time until a certificate begins, counted down in its last hour; the page goes on by itself.
 * Before that nobody waits in front of the screen. */
static void
show_countdown (IlkCardPage *self,
                IlkCardInfo *card,
                IlkClock    *clock)
{
  const IlkCertificate *certificate = card != NULL ? ilk_card_info_get_certificate (card) : NULL;
  gint64 left = certificate != NULL ? certificate->not_before - ilk_clock_get_wall (clock) : 0;
  gboolean counts = left > 0 && left <= LONGEST_WAIT;

  gtk_widget_set_visible (self->countdown, counts);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->countdown), clock,
                              counts ? ilk_clock_get_monotonic (clock) + left * G_USEC_PER_SEC : 0);
}

static void
on_begun (IlkCardPage *self)
{
  ilk_page_update (ILK_PAGE (self));
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
  show_countdown (self, card, ilk_controller_get_clock (controller));
  if (card != NULL)
    show_card (self, card, ilk_issuer_get_authorities (ilk_controller_get_issuer (controller)),
               ilk_controller_get_facts (controller)->change_only,
               ilk_clock_get_wall (ilk_controller_get_clock (controller)));
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
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, issuer_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, quality_row);
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, module_row);
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
  GtkWidget *rows[9];

  gtk_widget_init_template (GTK_WIDGET (self));

  rows[0] = self->name_row;
  rows[1] = self->holder_row;
  rows[2] = self->serial_row;
  rows[3] = self->pin_row;
  rows[4] = self->tries_row;
  rows[5] = self->validity_row;
  rows[6] = self->issuer_row;
  rows[7] = self->quality_row;
  rows[8] = self->module_row;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    be_plain (rows[i]);
  add_guide_rows (self);
  adw_bin_set_child (ADW_BIN (self->drawing_bin), ilk_drawing_new ("insert-chip"));
  self->countdown = ilk_countdown_new ();
  ilk_countdown_set_title (ILK_COUNTDOWN (self->countdown), _("It begins in"));
  g_signal_connect_object (self->countdown, "ended", G_CALLBACK (on_begun), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->status_box), self->countdown);
}
