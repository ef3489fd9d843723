/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-diagnosis-sections.h"
#include "app/ilk-diagnosis-words.h"

static void
row_free (gpointer data)
{
  IlkDiagnosisRow *row = data;

  g_free (row->label);
  g_free (row->value);
  g_free (row);
}

static void
section_free (gpointer data)
{
  IlkDiagnosisSection *section = data;

  g_free (section->title);
  g_ptr_array_unref (section->rows);
  g_free (section);
}

static GPtrArray *
add_section (GPtrArray  *sections,
             const char *title)
{
  IlkDiagnosisSection *section = g_new0 (IlkDiagnosisSection, 1);

  section->title = g_strdup (title);
  section->rows = g_ptr_array_new_with_free_func (row_free);
  g_ptr_array_add (sections, section);
  return section->rows;
}

/* What is not known is left out. */
static void
add (GPtrArray  *rows,
     const char *label,
     const char *value)
{
  IlkDiagnosisRow *row;

  if (value == NULL || *value == '\0')
    return;
  row = g_new0 (IlkDiagnosisRow, 1);
  row->label = g_strdup (label);
  row->value = g_strdup (value);
  g_ptr_array_add (rows, row);
}

static void
take (GPtrArray  *rows,
      const char *label,
      char       *value)
{
  g_autofree char *taken = value;

  add (rows, label, taken);
}

static char *
dup_time (gint64 seconds)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;
}

static const char *
yes_or_no (gboolean yes)
{
  return yes ? _("yes") : _("no");
}

static void
add_items (GPtrArray  *rows,
           GPtrArray  *items,
           const char *without)
{
  for (guint i = 0; i < items->len; i++)
    {
      const IlkDiagnosisItem *item = g_ptr_array_index (items, i);

      add (rows, item->name, item->version != NULL ? item->version : without);
    }
}

static void
add_system (GPtrArray    *sections,
            IlkDiagnosis *self)
{
  GPtrArray *rows = add_section (sections, _("This Computer"));

  take (rows, _("Checked"), dup_time (self->when));
  /* Translators: %s is "ilkimza 0.1.0". */
  take (rows, _("Program"), g_strdup_printf (self->practice ? _("%s in practice") : "%s",
                                             "ilkimza " ILK_VERSION));
  add (rows, _("Operating system"), self->distribution);
  add (rows, _("Kernel"), self->kernel);
  add (rows, _("Architecture"), self->architecture);
  add (rows, _("Desktop"), self->desktop);
  add (rows, _("Session"), self->session);
  if (self->remote >= 0)
    add (rows, _("Remote or in the background"), yes_or_no (self->remote == 1));
}

static void
add_card_service (GPtrArray    *sections,
                  IlkDiagnosis *self)
{
  GPtrArray *rows = add_section (sections, _("Card Service"));

  add (rows, "pcscd", ilk_diagnosis_answer_sentence (self->answer));
  add (rows, _("Version"), self->pcscd_version);
  if (!self->practice)
    add (rows, _("Socket is there"), yes_or_no (self->socket_present));
  add (rows, "pcscd.socket", self->socket_state);
  add (rows, "pcscd.service", self->unit_state);
}

static void
add_certificates (GPtrArray                *rows,
                  const IlkDiagnosisReader *reader)
{
  for (guint i = 0; i < reader->certificates->len; i++)
    {
      const IlkDiagnosisCertificate *certificate = g_ptr_array_index (reader->certificates, i);
      g_autofree char *begin = dup_time (certificate->not_before);
      g_autofree char *end = dup_time (certificate->not_after);

      /* Translators: state of a certificate ("valid"), and the times between which it is valid. */
      take (rows, certificate->signing ? _("Certificate for signing") : _("Other certificate"),
            g_strdup_printf (_("%s (%s to %s)"),
                             ilk_diagnosis_validity_text (certificate->validity), begin, end));
      add (rows, _("Issued by"), certificate->issuer);
      if (!g_str_equal (certificate->chain, "unknown"))
        add (rows, _("Signature of the issuer"),
             g_str_equal (certificate->chain, "trusted") ? _("checked") : _("does not fit"));
      if (certificate->qualified >= 0)
        add (rows, _("Qualified"), yes_or_no (certificate->qualified == 1));
      if (certificate->device >= 0)
        add (rows, _("Key in a secure device"), yes_or_no (certificate->device == 1));
    }
}

static const char *
get_reach_text (const IlkDiagnosisReader *reader)
{
  if (g_strcmp0 (reader->reach, "apdu") == 0)
    return _("directly");
  if (g_strcmp0 (reader->reach, "pkcs11") == 0)
    return _("through a PKCS#11 module");
  return _("not at all");
}

static char *
dup_pin (const IlkDiagnosisReader *reader)
{
  const char *state = ilk_diagnosis_pin_text (reader->pin_state);

  if (reader->tries_left < 0 || reader->pin_state != ILK_PIN_STATE_SET)
    return g_strdup (state);
  /* Translators: %s is "the card has one". */
  return g_strdup_printf (ngettext ("%s; %d try left", "%s; %d tries left", reader->tries_left),
                          state, reader->tries_left);
}

static void
add_card (GPtrArray                *rows,
          const IlkDiagnosisReader *reader)
{
  if (!reader->present)
    {
      add (rows, _("Card"), _("none"));
      return;
    }
  add (rows, _("Card"), reader->card_name != NULL ? reader->card_name : _("unknown"));
  add (rows, "ATR", reader->atr);
  add (rows, _("Problem"), reader->card_trouble);
  if (reader->reach == NULL)
    return;
  add (rows, _("Reached"), get_reach_text (reader));
  add (rows, _("PKCS#11 module"), reader->card_module);
  add (rows, _("Problem of the module"), reader->module_problem);
  if (reader->dead)
    add (rows, _("Life cycle"), _("closed for good"));
  add (rows, _("Card serial number"), reader->serial);
  add (rows, _("Holder"), reader->holder);
  add (rows, _("Identity number"), reader->identity);
  take (rows, "PIN", dup_pin (reader));
  add_certificates (rows, reader);
}

static char *
dup_driver (const IlkDiagnosisReader *reader)
{
  if (reader->driver == NULL)
    return NULL;
  if (reader->has_version != NULL && reader->needs_version != NULL)
    /* Translators: the driver's name, its version, the version that the reader needs. */
    return g_strdup_printf (_("%s %s; needed: %s"), reader->driver, reader->has_version,
                            reader->needs_version);
  return g_strdup (reader->driver);
}

/* What is judged of a reader assumes that pcscd says something. */
static gboolean
is_silent (IlkDiagnosis *self)
{
  return self->answer == ILK_DIAGNOSIS_ANSWER_TIMEOUT ||
         self->answer == ILK_DIAGNOSIS_ANSWER_FAILED;
}

static void
get_words (IlkDiagnosis        *self,
           IlkDiagnosisResult  *result,
           const char         **sentence,
           const char         **action)
{
  const IlkDiagnosisReader *reader;

  *result = ilk_diagnosis_conclude (self, &reader);
  if (*result == ILK_DIAGNOSIS_CARD_SERVICE && is_silent (self))
    reader = NULL;
  ilk_diagnosis_get_words (*result, reader, sentence, action);
}

static const char *
get_verdict_sentence (IlkDiagnosis             *self,
                      const IlkDiagnosisReader *reader)
{
  const char *sentence, *action;
  IlkDiagnosisResult result;

  if (!is_silent (self))
    return ilk_diagnosis_verdict_sentence (reader->verdict);
  get_words (self, &result, &sentence, &action);
  return sentence;
}

static void
add_reader (GPtrArray                *sections,
            IlkDiagnosis             *self,
            const IlkDiagnosisReader *reader)
{
  const char *name = reader->name != NULL ? reader->name : reader->listed_name;
  g_autofree char *title = name == NULL ? g_strdup (_("Card Reader")) :
    /* Translators: %s is the name of the card reader. */
    g_strdup_printf (_("Card Reader: %s"), name);
  GPtrArray *rows = add_section (sections, title);

  add (rows, _("Verdict"), get_verdict_sentence (self, reader));
  add (rows, _("Listed as"), reader->listed_name);
  if (reader->vendor_id != NULL && reader->product_id != NULL)
    take (rows, "USB", g_strconcat (reader->vendor_id, ":", reader->product_id, NULL));
  take (rows, _("Driver"), dup_driver (reader));
  add (rows, _("Kernel module"), reader->module);
  add (rows, _("Programs that may hold it"), reader->users);
  add (rows, _("Command that helps"), reader->command);
  if (reader->listed_name != NULL)
    add_card (rows, reader);
}

static void
add_issuer_service (GPtrArray    *sections,
                    IlkDiagnosis *self)
{
  GPtrArray *rows = add_section (sections, _("Issuer’s Service"));

  add (rows, _("Address"), self->service_host);
  add (rows, _("Service"), ilk_diagnosis_service_sentence (self->service));
}

static void
add_problems (GPtrArray    *sections,
              IlkDiagnosis *self)
{
  GPtrArray *rows = add_section (sections, _("Last Problems Shown"));

  for (guint i = 0; i < self->problems->len; i++)
    {
      const IlkDiagnosisProblem *problem = g_ptr_array_index (self->problems, i);
      g_autofree char *when = dup_time (problem->when);

      take (rows, when, g_strdup_printf ("%s (%s)", problem->sentence, problem->code));
    }
}

static void
leave_out_empty (GPtrArray *sections)
{
  for (guint i = sections->len; i > 0; i--)
    {
      IlkDiagnosisSection *section = g_ptr_array_index (sections, i - 1);

      if (section->rows->len == 0)
        g_ptr_array_remove_index (sections, i - 1);
    }
}

GPtrArray *
ilk_diagnosis_get_sections (IlkDiagnosis *self)
{
  GPtrArray *sections = g_ptr_array_new_with_free_func (section_free);

  for (guint i = 0; i < self->readers->len; i++)
    add_reader (sections, self, g_ptr_array_index (self->readers, i));
  add_issuer_service (sections, self);
  add_card_service (sections, self);
  add_items (add_section (sections, _("Plugged In by USB")), self->usb_readers, NULL);
  add_items (add_section (sections, _("Installed Drivers")), self->drivers, _("unknown"));
  add_items (add_section (sections, _("Packages")), self->packages, _("not installed"));
  add_system (sections, self);
  add_problems (sections, self);
  leave_out_empty (sections);
  return sections;
}

/* --- in one sentence --- */

char *
ilk_diagnosis_dup_headline (IlkDiagnosis *self)
{
  IlkDiagnosisResult result;
  const char *sentence, *action;

  get_words (self, &result, &sentence, &action);
  return g_strdup (sentence);
}

char *
ilk_diagnosis_dup_help (IlkDiagnosis *self)
{
  IlkDiagnosisResult result;
  const char *sentence, *action;

  get_words (self, &result, &sentence, &action);
  /* The service's row says it in the middle of a sentence; here it is one. */
  if (result == ILK_DIAGNOSIS_ISSUER_SERVICE)
    action = self->service == ILK_SERVICE_REACH_TLS ?
      _("It could not prove that it belongs to the issuer. Check date and time of the computer, or "
        "try from another network.") :
      _("Check the connection to the internet, then check again.");
  return g_strdup (action);
}

char *
ilk_diagnosis_dup_command (IlkDiagnosis *self)
{
  const IlkDiagnosisReader *reader;

  ilk_diagnosis_conclude (self, &reader);
  return reader != NULL ? g_strdup (reader->command) : NULL;
}
