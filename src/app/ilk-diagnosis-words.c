/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-diagnosis-words.h"

/* Everything that a diagnosis can say: a word for programs, which stays, and a sentence for people. */
typedef struct {
  const char *word;
  const char *sentence;
  const char *action;
} Words;

static const Words verdicts[] = {
  [ILK_HOST_VERDICT_UNKNOWN] = {
    "unknown", N_("The card reader could not be judged."),
    N_("Check again in a moment.") },
  [ILK_HOST_VERDICT_WORKS] = {
    "works", N_("The card reader works."), NULL },
  [ILK_HOST_VERDICT_NO_READER] = {
    "no-reader", N_("No card reader is plugged in."),
    N_("Plug the card reader in.") },
  [ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED] = {
    "service-not-installed", N_("The card service of this computer is not installed."),
    N_("Install pcscd, the program that speaks to card readers.") },
  [ILK_HOST_VERDICT_SERVICE_OFF] = {
    "service-off", N_("The card service of this computer is switched off."),
    N_("Start pcscd, the program that speaks to card readers.") },
  [ILK_HOST_VERDICT_SERVICE_REFUSES] = {
    "service-refuses", N_("The card service does not let this session use card readers."),
    N_("Log in at this computer itself, or ask its administrator.") },
  [ILK_HOST_VERDICT_SERVICE_VERSION] = {
    "service-version", N_("The card service has another version than this program expects."),
    N_("Update the computer and restart it.") },
  [ILK_HOST_VERDICT_DRIVER_MISSING] = {
    "driver-missing", N_("The driver of the card reader is missing."),
    N_("Install the driver.") },
  [ILK_HOST_VERDICT_DRIVER_TOO_OLD] = {
    "driver-too-old", N_("The driver of the card reader is too old for it."),
    N_("Update the driver.") },
  [ILK_HOST_VERDICT_RESTART_NEEDED] = {
    "restart-needed", N_("The driver is installed, but the card service has not noticed it yet."),
    N_("Restart the card service, or the computer.") },
  [ILK_HOST_VERDICT_NOT_OPENED] = {
    "not-opened", N_("The card service can’t open the card reader."),
    N_("Unplug the card reader, plug it into another socket, and check again.") },
  [ILK_HOST_VERDICT_TAKEN_BY_KERNEL] = {
    "taken-by-kernel", N_("A part of the operating system has taken the card reader."),
    N_("The administrator of the computer can keep it from doing so.") },
  [ILK_HOST_VERDICT_IN_USE] = {
    "in-use", N_("Another program is using the card reader."),
    N_("Close the other program, for instance the browser or a signing program.") },
  [ILK_HOST_VERDICT_CARD_SILENT] = {
    "card-silent", N_("The card reader works, but the card in it does not answer."),
    N_("Take the card out, wipe the golden contacts with a dry cloth, and push it in again in the "
       "direction of the arrow.") },
  [ILK_HOST_VERDICT_FAULTY_COMBINATION] = {
    "faulty-combination", N_("This card reader fails with this card until its driver is updated."),
    N_("Update the driver, or use another card reader.") },
};

/* Where no reader's verdict says it better. */
static const struct {
  IlkDiagnosisResult result;
  Words              words;
} results[] = {
  { ILK_DIAGNOSIS_WORKS,
    { "works", N_("Everything works, and the card can be used."), NULL } },
  { ILK_DIAGNOSIS_UNKNOWN,
    { "unknown", N_("The check did not come to an end."), N_("Check again in a moment.") } },
  { ILK_DIAGNOSIS_NO_READER,
    { "no-reader", N_("No card reader is plugged in."), N_("Plug the card reader in.") } },
  { ILK_DIAGNOSIS_CARD_SERVICE,
    { "card-service", N_("The card service of this computer does not answer."),
      N_("Restart the card service, or the computer.") } },
  { ILK_DIAGNOSIS_DRIVER,
    { "driver", N_("The card reader does not work."), N_("Install or update its driver.") } },
  { ILK_DIAGNOSIS_NO_CARD,
    { "no-card", N_("There is no card in the reader."),
      N_("Push the card in, in the direction of the arrow.") } },
  { ILK_DIAGNOSIS_CARD,
    { "card", N_("The card can’t be used here."), NULL } },
  { ILK_DIAGNOSIS_CERTIFICATE,
    { "certificate", N_("The card holds no certificate that is valid now."),
      N_("Check date and time of the computer. If they are right, the issuer knows more.") } },
  { ILK_DIAGNOSIS_ISSUER_SERVICE,
    { "issuer-service", N_("The issuer’s service can’t be reached."), NULL } },
  { ILK_DIAGNOSIS_IN_USE,
    { "in-use", N_("Another program is using the card."),
      N_("Close the other program, for instance the browser or a signing program.") } },
  { ILK_DIAGNOSIS_PIN,
    { "pin", N_("Everything works, but the card needs a new PIN: it has none yet, or it is "
                "blocked."),
      N_("Start ilkimza and create a new PIN.") } },
};

static const Words answers[] = {
  [ILK_DIAGNOSIS_ANSWER_UNKNOWN] = { "unknown", N_("not asked"), NULL },
  [ILK_DIAGNOSIS_ANSWER_YES] = { "yes", N_("answers"), NULL },
  [ILK_DIAGNOSIS_ANSWER_ABSENT] = { "absent", N_("is not there"), NULL },
  [ILK_DIAGNOSIS_ANSWER_REFUSED] = { "refused", N_("refuses"), NULL },
  [ILK_DIAGNOSIS_ANSWER_VERSION] = { "version", N_("speaks another version"), NULL },
  [ILK_DIAGNOSIS_ANSWER_FAILED] = { "failed", N_("answers with a fault"), NULL },
  [ILK_DIAGNOSIS_ANSWER_TIMEOUT] = { "timeout", N_("does not answer"), NULL },
};

static const Words reaches[] = {
  [ILK_SERVICE_REACH_UNKNOWN] = {
    "unknown", N_("not asked"), NULL },
  [ILK_SERVICE_REACH_NONE] = {
    "none", N_("this issuer has no service that the program speaks to"), NULL },
  [ILK_SERVICE_REACH_YES] = {
    "yes", N_("answers"), NULL },
  [ILK_SERVICE_REACH_OFFLINE] = {
    "offline", N_("can’t be reached: no connection, or switched off"), NULL },
  [ILK_SERVICE_REACH_TLS] = {
    "tls", N_("could not prove that it belongs to the issuer"), NULL },
  [ILK_SERVICE_REACH_TIMEOUT] = {
    "timeout", N_("does not answer"), NULL },
  [ILK_SERVICE_REACH_BUSY] = {
    "busy", N_("has too much to do now"), NULL },
  [ILK_SERVICE_REACH_OTHER] = {
    "other", N_("answers with a fault, or something else answers"), NULL },
};

static const Words validities[] = {
  [ILK_VALIDITY_VALID] = { "valid", N_("valid"), NULL },
  [ILK_VALIDITY_NOT_YET] = { "not-yet", N_("not valid yet"), NULL },
  [ILK_VALIDITY_EXPIRED] = { "expired", N_("expired"), NULL },
};

static const Words pins[] = {
  [ILK_PIN_STATE_UNKNOWN] = { "unknown", N_("not known"), NULL },
  [ILK_PIN_STATE_SET] = { "set", N_("the card has one"), NULL },
  [ILK_PIN_STATE_NOT_SET] = { "not-set", N_("the card has none yet"), NULL },
  [ILK_PIN_STATE_BLOCKED] = { "blocked", N_("blocked"), NULL },
};

static const char *const kinds[] = {
  [ILK_CARD_KIND_UNKNOWN] = "unknown",
  [ILK_CARD_KIND_AKIS_V1] = "akis-1",
  [ILK_CARD_KIND_AKIS] = "akis",
  [ILK_CARD_KIND_OTHER_ISSUER] = "other-issuer",
};

static const Words *
find_result (IlkDiagnosisResult result)
{
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].result == result)
      return &results[i].words;
  g_return_val_if_reached (&results[1].words);
}

/* A later room may know more than this table. */
#define PICK(table, index) (&(table)[(gsize) (index) < G_N_ELEMENTS (table) ? (index) : 0])

const char *
ilk_diagnosis_result_word (IlkDiagnosisResult result)
{
  return find_result (result)->word;
}

const char *
ilk_diagnosis_verdict_word (IlkHostVerdict verdict)
{
  return PICK (verdicts, verdict)->word;
}

const char *
ilk_diagnosis_verdict_sentence (IlkHostVerdict verdict)
{
  return _(PICK (verdicts, verdict)->sentence);
}

const char *
ilk_diagnosis_answer_word (IlkDiagnosisAnswer answer)
{
  return PICK (answers, answer)->word;
}

const char *
ilk_diagnosis_answer_sentence (IlkDiagnosisAnswer answer)
{
  return _(PICK (answers, answer)->sentence);
}

const char *
ilk_diagnosis_service_word (IlkServiceReach reach)
{
  return PICK (reaches, reach)->word;
}

const char *
ilk_diagnosis_service_sentence (IlkServiceReach reach)
{
  return _(PICK (reaches, reach)->sentence);
}

const char *
ilk_diagnosis_validity_word (IlkValidity validity)
{
  return PICK (validities, validity)->word;
}

const char *
ilk_diagnosis_validity_text (IlkValidity validity)
{
  return _(PICK (validities, validity)->sentence);
}

const char *
ilk_diagnosis_kind_word (IlkCardKind kind)
{
  return *PICK (kinds, kind);
}

const char *
ilk_diagnosis_pin_word (IlkPinState state)
{
  return PICK (pins, state)->word;
}

const char *
ilk_diagnosis_pin_text (IlkPinState state)
{
  return _(PICK (pins, state)->sentence);
}

/* Why a card is of no use: it was read, but … */
static void
get_card_words (const IlkDiagnosisReader  *reader,
                const char               **sentence,
                const char               **action)
{
  if (reader->card_trouble != NULL)
    {
      *sentence = reader->card_trouble;
      *action = reader->card_help;
    }
  else if (reader->dead)
    {
      *sentence = _("This card can no longer be used.");
      *action = _("You need a new card. The issuer knows more.");
    }
  else if (reader->empty)
    {
      *sentence = _("The card answers, but it is empty.");
      *action = _("Ask the issuer about it.");
    }
  else if (reader->kind == ILK_CARD_KIND_UNKNOWN)
    {
      *sentence = _("The card is not an e-signature card that the program knows.");
      *action = _("Put your e-signature card in.");
    }
  else
    {
      *sentence = _("The card is known, but the program that reaches cards of this kind is not "
                    "installed.");
      *action = _("Install the card’s own program for this computer; its maker offers it.");
    }
}

/* The one for signing that is good longest. */
static void
get_certificate_words (const IlkDiagnosisReader  *reader,
                       const char               **sentence,
                       const char               **action)
{
  const IlkDiagnosisCertificate *best = NULL;

  for (guint i = 0; i < reader->certificates->len; i++)
    {
      const IlkDiagnosisCertificate *other = g_ptr_array_index (reader->certificates, i);

      if (other->signing && (best == NULL || other->not_after > best->not_after))
        best = other;
    }
  if (best == NULL)
    {
      *sentence = _("The card holds no certificate for signing.");
      *action = _("Ask the issuer about it.");
    }
  else if (best->validity == ILK_VALIDITY_NOT_YET)
    *sentence = _("The certificate on the card is not valid yet.");
  else
    *sentence = _("The certificate on the card has expired.");
}

/**
 * ilk_diagnosis_get_words:
 * @reader: (nullable): the reader that decided
 * @sentence: (out): what is the matter
 * @action: (out) (nullable): what helps
 */
void
ilk_diagnosis_get_words (IlkDiagnosisResult         result,
                         const IlkDiagnosisReader  *reader,
                         const char               **sentence,
                         const char               **action)
{
  const Words *words = find_result (result);

  if (reader != NULL && reader->verdict != ILK_HOST_VERDICT_WORKS)
    words = PICK (verdicts, reader->verdict);
  *sentence = _(words->sentence);
  *action = words->action != NULL ? _(words->action) : NULL;
  if (result == ILK_DIAGNOSIS_CARD && reader != NULL && reader->verdict == ILK_HOST_VERDICT_WORKS)
    get_card_words (reader, sentence, action);
  else if (result == ILK_DIAGNOSIS_CERTIFICATE && reader != NULL)
    get_certificate_words (reader, sentence, action);
}
