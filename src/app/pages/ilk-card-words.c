/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-driver-words.h"
#include "app/pages/ilk-card-words.h"
#include "card/ilk-card-error.h"

/* Who may be using the card, by its reader's verdict. */
static char *
name_users (IlkController *controller)
{
  GPtrArray *verdicts = ilk_controller_get_verdicts (controller);

  for (guint i = 0; i < verdicts->len; i++)
    {
      const IlkReaderVerdict *verdict = g_ptr_array_index (verdicts, i);

      if (verdict->verdict == ILK_HOST_VERDICT_IN_USE)
        return ilk_driver_words_users (verdict);
    }
  return NULL;
}

static gboolean
describe_error (const GError *error,
                IlkCardStatus *status)
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
                 IlkCardStatus *status)
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
                      IlkCardStatus *status)
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

  status->fine = TRUE;
  status->sentence = _("You can change the PIN of this card here");
  status->advice = _("You need the PIN that it has now. Nothing is sent to the issuer, and no login "
                     "is needed.");
  return TRUE;
}

static gboolean
describe_kind (IlkCardInfo *card,
               gboolean     change_only,
               IlkCardStatus *status)
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
                IlkCardStatus *status)
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
                   IlkCardStatus *status)
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

/**
 * ilk_card_words_describe:
 * @status: (out caller-allocates): what there is to say of the card, or of why there is none
 */
void
ilk_card_words_describe (IlkController *controller,
                         IlkCardStatus *status)
{
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  IlkCardInfo *card = ilk_controller_get_card (controller);
  const IlkCertificate *certificate = card != NULL ? ilk_card_info_get_certificate (card) : NULL;
  const GError *error = ilk_controller_get_card_error (controller);

  if (facts->card == ILK_CARD_FACT_READING)
    {
      status->fine = TRUE;
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
  else if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_IN_USE))
    {
      describe_error (error, status);
      status->more = name_users (controller);
    }
  else if (error == NULL || !describe_error (error, status))
    {
      status->sentence = _("Waiting for your card…");
      status->advice = _("Push it into the reader in the direction of the arrow. This page goes on "
                         "by itself.");
      status->drawing = TRUE;
    }
}

void
ilk_card_status_clear (IlkCardStatus *self)
{
  g_clear_pointer (&self->more, g_free);
}
