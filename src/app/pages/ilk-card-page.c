/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-card-page.h"
#include "app/pages/ilk-card-words.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-countdown.h"
#include "app/widgets/ilk-drawing.h"

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
  GtkWidget *check_button;
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

static void
show_status (IlkCardPage         *self,
             const IlkCardStatus *status)
{
  g_autofree char *advice = g_strjoin (" ", status->advice != NULL ? status->advice : "",
                                       status->more, NULL);

  gtk_widget_set_visible (self->status_box, status->sentence != NULL);
  gtk_widget_set_visible (self->drawing_bin, status->drawing);
  gtk_widget_set_visible (self->spinner, status->spinning);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), status->spinning);
  gtk_widget_set_visible (self->check_button, !status->fine);
  gtk_widget_set_visible (self->advice_label, status->advice != NULL);
  gtk_label_set_text (GTK_LABEL (self->status_label), status->sentence ? status->sentence : "");
  gtk_label_set_text (GTK_LABEL (self->advice_label), advice);
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
  g_auto (IlkCardStatus) status = { NULL };

  ilk_card_words_describe (controller, &status);
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
  gtk_widget_class_bind_template_child (widget_class, IlkCardPage, check_button);
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
