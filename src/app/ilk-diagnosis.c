/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <string.h>

#include "app/ilk-diagnosis.h"
#include "core/ilk-identity.h"

G_DEFINE_BOXED_TYPE (IlkDiagnosis, ilk_diagnosis, ilk_diagnosis_ref, ilk_diagnosis_unref)

static void
item_free (gpointer data)
{
  IlkDiagnosisItem *item = data;

  g_free (item->name);
  g_free (item->version);
  g_free (item);
}

void
ilk_diagnosis_problem_free (gpointer data)
{
  IlkDiagnosisProblem *problem = data;

  g_free (problem->code);
  g_free (problem->sentence);
  g_free (problem);
}

static void
certificate_free (gpointer data)
{
  IlkDiagnosisCertificate *certificate = data;

  g_free (certificate->issuer);
  g_free (certificate);
}

static void
reader_free (gpointer data)
{
  IlkDiagnosisReader *reader = data;

  g_free (reader->name);
  g_free (reader->listed_name);
  g_free (reader->vendor_id);
  g_free (reader->product_id);
  g_free (reader->driver);
  g_free (reader->has_version);
  g_free (reader->needs_version);
  g_free (reader->module);
  g_free (reader->users);
  g_free (reader->command);
  g_free (reader->atr);
  g_free (reader->card_trouble);
  g_free (reader->card_help);
  g_free (reader->card_name);
  g_free (reader->card_module);
  g_free (reader->module_problem);
  g_free (reader->serial);
  g_free (reader->holder);
  g_free (reader->identity);
  g_ptr_array_unref (reader->certificates);
  g_free (reader);
}

IlkDiagnosis *
ilk_diagnosis_new (void)
{
  IlkDiagnosis *self = g_new0 (IlkDiagnosis, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->remote = -1;
  self->packages = g_ptr_array_new_with_free_func (item_free);
  self->usb_readers = g_ptr_array_new_with_free_func (item_free);
  self->drivers = g_ptr_array_new_with_free_func (item_free);
  self->readers = g_ptr_array_new_with_free_func (reader_free);
  self->problems = g_ptr_array_new_with_free_func (ilk_diagnosis_problem_free);
  return self;
}

IlkDiagnosis *
ilk_diagnosis_ref (IlkDiagnosis *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_diagnosis_unref (IlkDiagnosis *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->distribution);
  g_free (self->kernel);
  g_free (self->architecture);
  g_free (self->desktop);
  g_free (self->session);
  g_ptr_array_unref (self->packages);
  g_free (self->socket_state);
  g_free (self->unit_state);
  g_free (self->pcscd_version);
  g_ptr_array_unref (self->usb_readers);
  g_ptr_array_unref (self->drivers);
  g_ptr_array_unref (self->readers);
  g_free (self->service_host);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/* Bytes that are no text stay visible as such and break no report. */
static char *
dup_text (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

void
ilk_diagnosis_add_item (GPtrArray  *items,
                        const char *name,
                        const char *version)
{
  IlkDiagnosisItem *item = g_new0 (IlkDiagnosisItem, 1);

  item->name = dup_text (name);
  item->version = dup_text (version);
  g_ptr_array_add (items, item);
}

IlkDiagnosisReader *
ilk_diagnosis_reader_new (void)
{
  IlkDiagnosisReader *self = g_new0 (IlkDiagnosisReader, 1);

  self->tries_left = -1;
  self->certificates = g_ptr_array_new_with_free_func (certificate_free);
  return self;
}

/* --- what a card tells, with everything that names a person taken out --- */

/* "Ayşe Nur Yılmaz": "A. N. Y." */
static char *
dup_initials (const char *name)
{
  g_autofree char *valid = dup_text (name);
  g_auto (GStrv) words = NULL;
  GString *initials = g_string_new (NULL);

  if (valid == NULL)
    return g_string_free (initials, TRUE);

  words = g_strsplit_set (valid, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      g_string_append_printf (initials, "%s", initials->len > 0 ? " " : "");
      g_string_append_unichar (initials, g_utf8_get_char (words[i]));
      g_string_append_c (initials, '.');
    }
  return g_string_free (initials, FALSE);
}

static IlkValidity
judge_validity (const IlkCertificate *certificate,
                gint64                now)
{
  if (now < certificate->not_before)
    return ILK_VALIDITY_NOT_YET;
  if (now > certificate->not_after)
    return ILK_VALIDITY_EXPIRED;
  return ILK_VALIDITY_VALID;
}

static const char *
get_chain_word (IlkChain chain)
{
  switch (chain)
    {
    case ILK_CHAIN_TRUSTED:
      return "trusted";
    case ILK_CHAIN_BROKEN:
      return "broken";
    case ILK_CHAIN_UNKNOWN:
    default:
      return "unknown";
    }
}

static void
take_certificate (IlkDiagnosisReader   *self,
                  const IlkCertificate *certificate,
                  GBytes               *authorities,
                  gint64                now)
{
  IlkDiagnosisCertificate *taken = g_new0 (IlkDiagnosisCertificate, 1);

  taken->issuer = dup_text (certificate->issuer);
  taken->not_before = certificate->not_before;
  taken->not_after = certificate->not_after;
  taken->validity = judge_validity (certificate, now);
  taken->signing = certificate->signing;
  taken->qualified = certificate->qualified;
  taken->device = certificate->on_card;
  taken->chain = get_chain_word (ilk_certificate_check_chain (certificate, authorities));
  g_ptr_array_add (self->certificates, taken);
}

static const char *
get_reach_word (const IlkCardInfo *card)
{
  switch (card->reach)
    {
    case ILK_CARD_REACH_APDU:
      return "apdu";
    case ILK_CARD_REACH_PKCS11:
      return "pkcs11";
    case ILK_CARD_REACH_NONE:
    default:
      return card->kind == ILK_CARD_KIND_AKIS_V1 ? "apdu" : "none";
    }
}

/* The name of a person's own folder is mostly the person's. */
static char *
dup_path (const char *path)
{
  const char *home = g_get_home_dir ();

  if (path != NULL && home != NULL && g_str_has_prefix (path, home) &&
      path[strlen (home)] == G_DIR_SEPARATOR)
    return g_strconcat ("~", path + strlen (home), NULL);
  return dup_text (path);
}

/**
 * ilk_diagnosis_reader_take_card:
 * @card: as it was read
 * @authorities: (nullable): of the issuer's profile, which its certificates are checked against
 * @now: seconds since 1970, which its certificates are held against
 *
 * Takes over what helps to find a fault. The serial number, the identity number and the name are
 * masked here and nowhere else, so that no form of the report can hold them.
 */
void
ilk_diagnosis_reader_take_card (IlkDiagnosisReader *self,
                                IlkCardInfo        *card,
                                GBytes             *authorities,
                                gint64              now)
{
  const IlkCertificate *named = ilk_card_info_get_certificate (card);

  self->kind = card->kind;
  g_free (self->card_name);
  self->card_name = *card->name != '\0' ? dup_text (card->name) : NULL;
  self->reach = get_reach_word (card);
  self->card_module = dup_path (card->module);
  self->module_problem = dup_text (card->module_problem);
  self->dead = card->dead;
  self->pin_state = card->pin_state;
  self->tries_left = card->tries_left;
  self->serial = card->serial != NULL ? ilk_identity_mask (card->serial) : NULL;
  if (named != NULL)
    {
      self->holder = dup_initials (named->holder);
      self->identity = named->identity_number != NULL ?
        ilk_identity_mask (named->identity_number) : NULL;
    }
  for (guint i = 0; i < card->certificates->len; i++)
    take_certificate (self, g_ptr_array_index (card->certificates, i), authorities,
                      now);
}

/* --- one conclusion --- */

static IlkDiagnosisResult
judge_certificates (const IlkDiagnosisReader *reader)
{
  for (guint i = 0; i < reader->certificates->len; i++)
    {
      const IlkDiagnosisCertificate *certificate = g_ptr_array_index (reader->certificates, i);

      if (certificate->signing && certificate->validity == ILK_VALIDITY_VALID)
        return ILK_DIAGNOSIS_WORKS;
    }
  return ILK_DIAGNOSIS_CERTIFICATE;
}

static IlkDiagnosisResult
judge_card (const IlkDiagnosisReader *reader)
{
  if (!reader->present)
    return ILK_DIAGNOSIS_NO_CARD;
  if (g_strcmp0 (reader->card_error, "card.in-use") == 0)
    return ILK_DIAGNOSIS_IN_USE;
  if (g_strcmp0 (reader->card_error, "card.no-card") == 0)
    return ILK_DIAGNOSIS_NO_CARD;
  if (reader->card_error != NULL || reader->dead || reader->empty ||
      g_strcmp0 (reader->reach, "none") == 0)
    return ILK_DIAGNOSIS_CARD;
  if (judge_certificates (reader) != ILK_DIAGNOSIS_WORKS)
    return ILK_DIAGNOSIS_CERTIFICATE;
  if (reader->pin_state == ILK_PIN_STATE_NOT_SET || reader->pin_state == ILK_PIN_STATE_BLOCKED)
    return ILK_DIAGNOSIS_PIN;
  return ILK_DIAGNOSIS_WORKS;
}

static IlkDiagnosisResult
judge_reader (const IlkDiagnosisReader *reader)
{
  switch (reader->verdict)
    {
    case ILK_HOST_VERDICT_WORKS:
      return judge_card (reader);
    case ILK_HOST_VERDICT_NO_READER:
      return ILK_DIAGNOSIS_NO_READER;
    case ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED:
    case ILK_HOST_VERDICT_SERVICE_OFF:
    case ILK_HOST_VERDICT_SERVICE_REFUSES:
    case ILK_HOST_VERDICT_SERVICE_VERSION:
      return ILK_DIAGNOSIS_CARD_SERVICE;
    case ILK_HOST_VERDICT_DRIVER_MISSING:
    case ILK_HOST_VERDICT_DRIVER_TOO_OLD:
    case ILK_HOST_VERDICT_RESTART_NEEDED:
    case ILK_HOST_VERDICT_NOT_OPENED:
    case ILK_HOST_VERDICT_TAKEN_BY_KERNEL:
    case ILK_HOST_VERDICT_FAULTY_COMBINATION:
      return ILK_DIAGNOSIS_DRIVER;
    case ILK_HOST_VERDICT_IN_USE:
      return ILK_DIAGNOSIS_IN_USE;
    case ILK_HOST_VERDICT_CARD_SILENT:
      return ILK_DIAGNOSIS_CARD;
    case ILK_HOST_VERDICT_UNKNOWN:
    default:
      return ILK_DIAGNOSIS_UNKNOWN;
    }
}

/* With several readers the one that came farthest counts; but a reader that something is wrong with
 * goes before one that is only without the right card: laptops have one of those built in. */
static guint
get_rank (IlkDiagnosisResult result)
{
  static const IlkDiagnosisResult ranks[] = {
    ILK_DIAGNOSIS_UNKNOWN, ILK_DIAGNOSIS_NO_READER, ILK_DIAGNOSIS_CARD_SERVICE,
    ILK_DIAGNOSIS_NO_CARD, ILK_DIAGNOSIS_CARD, ILK_DIAGNOSIS_DRIVER, ILK_DIAGNOSIS_IN_USE,
    ILK_DIAGNOSIS_CERTIFICATE, ILK_DIAGNOSIS_PIN, ILK_DIAGNOSIS_WORKS,
  };

  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    if (ranks[i] == result)
      return i;
  return 0;
}

static gboolean
is_service_good (IlkDiagnosis *self)
{
  return self->service == ILK_SERVICE_REACH_YES || self->service == ILK_SERVICE_REACH_NONE;
}

/**
 * ilk_diagnosis_conclude:
 * @reader: (out) (optional) (nullable) (transfer none): the reader that decided; %NULL when it was
 *   none of them
 *
 * Returns: what has to be done first
 */
IlkDiagnosisResult
ilk_diagnosis_conclude (IlkDiagnosis              *self,
                        const IlkDiagnosisReader **reader)
{
  const IlkDiagnosisReader *decides = NULL;
  IlkDiagnosisResult result = ILK_DIAGNOSIS_UNKNOWN;

  for (guint i = 0; i < self->readers->len; i++)
    {
      const IlkDiagnosisReader *other = g_ptr_array_index (self->readers, i);
      IlkDiagnosisResult judged = judge_reader (other);

      if (decides == NULL || get_rank (judged) > get_rank (result))
        {
          decides = other;
          result = judged;
        }
    }
  if ((result == ILK_DIAGNOSIS_WORKS || result == ILK_DIAGNOSIS_PIN) && !is_service_good (self))
    {
      result = ILK_DIAGNOSIS_ISSUER_SERVICE;
      decides = NULL;
    }
  if (reader != NULL)
    *reader = decides;
  return result;
}
