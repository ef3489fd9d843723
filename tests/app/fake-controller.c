/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-controller.h"

#include <glib/gstdio.h>

#include "core/ilk-pin-rules.h"

#define ISSUER \
  "[Issuer]\nId=example\nName=Example Certificate Authority\n" \
  "Name[tr]=Örnek Sertifika Merkezi\n" \
  "[Contact]\nCallCentre=0212 000 00 00\nEmail=info@issuer.example\n" \
  "[Service]\nAddress=https://cards.issuer.example\nUnlock=true\n" \
  "SealingKey=/v1hfZXa32H4tJIDTijj6dJkMsQd6AL81jDflJ4Snl8=\n" \
  "[Words]\n" \
  "DeleteMeaning=After it nobody can show you this PIN again, not even the issuer.\n" \
  "DeleteMeaning[tr]=Silindikten sonra bu PIN’i size kimse, biz bile gösteremeyiz.\n" \
  "ParcelAdvice=Write to info@issuer.example within 5 working days.\n" \
  "ParcelAdvice[tr]=5 iş günü içinde info@issuer.example adresine yazın.\n" \
  "PukWarning=After three wrong tries the card can’t be used again.\n" \
  "PukWarning[tr]=Üç hatalı denemeden sonra kart bir daha kullanılamaz.\n"

#define SERIAL "4E4553303030303030303137"

G_DEFINE_FINAL_TYPE (IlkController, ilk_controller, G_TYPE_OBJECT)

static guint changed_signal;
static guint closed_signal;

static void
ilk_controller_finalize (GObject *object)
{
  IlkController *self = ILK_CONTROLLER (object);

  g_clear_pointer (&self->problem, ilk_problem_unref);
  g_clear_object (&self->issuer);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->usb_readers, g_ptr_array_unref);
  g_clear_pointer (&self->verdicts, g_ptr_array_unref);
  g_clear_pointer (&self->distribution, ilk_distribution_unref);
  g_clear_pointer (&self->reader_list, ilk_reader_list_unref);
  g_clear_pointer (&self->repair.problem, ilk_problem_unref);
  g_clear_error (&self->card_error);
  g_clear_pointer (&self->card, ilk_card_info_unref);
  g_clear_pointer (&self->captcha, g_bytes_unref);
  g_free (self->phone);
  g_free (self->holder);
  g_clear_pointer (&self->service_card, ilk_service_card_free);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_string_free (self->calls, TRUE);
  g_clear_pointer (&self->word, ilk_secret_unref);
  g_clear_pointer (&self->code, ilk_secret_unref);
  g_clear_pointer (&self->old_pin, ilk_secret_unref);
  g_clear_pointer (&self->new_pin, ilk_secret_unref);

  G_OBJECT_CLASS (ilk_controller_parent_class)->finalize (object);
}

static void
ilk_controller_class_init (IlkControllerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_controller_finalize;

  changed_signal = g_signal_new ("changed", ILK_TYPE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  closed_signal = g_signal_new ("closed", ILK_TYPE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
ilk_controller_init (IlkController *self)
{
  g_autoptr (GError) error = NULL;

  self->issuer = ilk_issuer_new_from_data (ISSUER, NULL, &error);
  g_assert_no_error (error);
  self->clock = ilk_manual_clock_new (FAKE_NOW, FALSE);
  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);
  self->usb_readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_usb_reader_free);
  self->verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_verdict_unref);
  self->repair.progress = -1;
  self->calls = g_string_new (NULL);
  self->phone = g_strdup ("05•• ••• •• 67");
}

IlkController *
fake_controller_new (void)
{
  IlkController *self = g_object_new (ILK_TYPE_CONTROLLER, NULL);

  ilk_flow_view (self->state, &self->facts, &self->view);
  return self;
}

void
fake_controller_changed (IlkController *self)
{
  ilk_flow_view (self->state, &self->facts, &self->view);
  g_signal_emit (self, changed_signal, 0);
}

void
fake_controller_go (IlkController *self,
                    IlkState       state)
{
  self->state = state;
  self->facts.form_complete = FALSE;
  fake_controller_changed (self);
}

void
fake_controller_set_problem (IlkController *self,
                             const char    *code,
                             const char    *sentence,
                             const char    *cause,
                             const char    *action)
{
  g_clear_pointer (&self->problem, ilk_problem_unref);
  if (code == NULL)
    return;

  self->problem = g_new0 (IlkProblem, 1);
  g_atomic_ref_count_init (&self->problem->ref_count);
  self->problem->code = code;
  self->problem->sentence = g_strdup (sentence);
  self->problem->cause = g_strdup (cause);
  self->problem->action = g_strdup (action);
}

void
fake_controller_add_reader (IlkController *self,
                            const char    *name,
                            gboolean       present,
                            gboolean       mute,
                            gboolean       exclusive)
{
  IlkReaderState reader = {
    .name = (char *) name, .present = present, .mute = mute, .exclusive = exclusive,
  };
  IlkReaderVerdict *verdict;

  g_ptr_array_add (self->readers, ilk_reader_state_copy (&reader));
  self->facts.reader_seen = TRUE;
  self->facts.reader_works = TRUE;
  verdict = fake_controller_judge (self, mute ? ILK_HOST_VERDICT_CARD_SILENT
                                         : exclusive ? ILK_HOST_VERDICT_IN_USE
                                                     : ILK_HOST_VERDICT_WORKS);
  verdict->reader_name = g_strdup (name);
  verdict->listed_name = g_strdup (name);
}

IlkReaderVerdict *
fake_controller_judge (IlkController  *self,
                       IlkHostVerdict  verdict)
{
  IlkReaderVerdict *judged = ilk_reader_verdict_new (verdict);

  g_ptr_array_add (self->verdicts, judged);
  return judged;
}

IlkReaderVerdict *
fake_controller_add_usb (IlkController  *self,
                         const char     *name,
                         IlkHostVerdict  verdict)
{
  IlkUsbReader *reader = g_new0 (IlkUsbReader, 1);
  IlkReaderVerdict *judged = fake_controller_judge (self, verdict);

  reader->vendor_id = g_strdup ("072f");
  reader->product_id = g_strdup ("9000");
  reader->name = g_strdup (name);
  g_ptr_array_add (self->usb_readers, reader);
  self->facts.reader_seen = TRUE;
  judged->reader_name = g_strdup (name);
  judged->vendor_id = g_strdup ("072f");
  judged->product_id = g_strdup ("9000");
  return judged;
}

void
fake_controller_set_system (IlkController *self,
                            const char    *os_release)
{
  g_autofree char *path = NULL;
  int file = g_file_open_tmp ("os-release-XXXXXX", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (path, os_release, -1, NULL));
  g_clear_pointer (&self->distribution, ilk_distribution_unref);
  self->distribution = ilk_distribution_new (path);
  g_unlink (path);
}

void
fake_controller_fail_repair (IlkController *self,
                             const GError  *error)
{
  g_clear_pointer (&self->repair.problem, ilk_problem_unref);
  if (error != NULL)
    self->repair.problem = ilk_problem_new_from_error (error, self->issuer);
}

/* A card of the first kind with a certificate of three years. */
IlkCardInfo *
fake_controller_insert_card (IlkController *self,
                             IlkPinState    pin_state,
                             int            tries_left)
{
  IlkCardInfo *card = ilk_card_info_new ();
  IlkCertificate *certificate = g_new0 (IlkCertificate, 1);

  card->kind = ILK_CARD_KIND_AKIS_V1;
  card->reach = ILK_CARD_REACH_APDU;
  card->name = g_strdup ("AKİS 1.0");
  card->serial = g_strdup (SERIAL);
  card->pin_state = pin_state;
  card->tries_left = tries_left;
  card->unlock_profile = g_strdup ("virtual-1");
  certificate->holder = g_strdup ("AYŞE IŞIK ÇAĞLAYAN");
  certificate->issuer = g_strdup ("Example");
  certificate->serial = g_strdup ("1F2E3D");
  certificate->not_before = FAKE_NOW - 86400 * 10;
  certificate->not_after = FAKE_NOW + 86400 * 1085;
  certificate->signing = TRUE;
  if (card->certificates == NULL)
    card->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_certificate_free);
  g_ptr_array_add (card->certificates, certificate);

  g_clear_pointer (&self->card, ilk_card_info_unref);
  self->card = card;
  self->facts.card = ILK_CARD_FACT_USABLE;
  self->facts.can_unlock = TRUE;
  self->facts.pin = pin_state == ILK_PIN_STATE_SET ? ILK_PIN_FACT_SET
                    : pin_state == ILK_PIN_STATE_NOT_SET ? ILK_PIN_FACT_NOT_SET
                    : pin_state == ILK_PIN_STATE_BLOCKED ? ILK_PIN_FACT_BLOCKED
                    : ILK_PIN_FACT_UNKNOWN;
  return card;
}

void
fake_controller_log_in (IlkController *self,
                        gboolean       pin_held)
{
  IlkServiceCard *card = g_new0 (IlkServiceCard, 1);

  card->serial = g_strdup (SERIAL);
  card->certificate_serial = g_strdup ("1F2E3D");
  card->state = ILK_SERVICE_CERTIFICATE_ACTIVE;
  card->pin_held = pin_held;
  g_clear_pointer (&self->service_card, ilk_service_card_free);
  self->service_card = card;
  g_free (self->holder);
  self->holder = g_strdup ("Ayşe Işık Çağlayan");
  self->facts.session = TRUE;
  self->facts.card_mine = TRUE;
  self->facts.card_known = TRUE;
  self->facts.pin_held = pin_held;
}

char *
fake_controller_take_calls (IlkController *self)
{
  char *calls = g_strdup (self->calls->str);

  g_string_truncate (self->calls, 0);
  return calls;
}

/* --- the controller's face --- */

IlkState
ilk_controller_get_state (IlkController *self)
{
  return self->state;
}

const IlkFacts *
ilk_controller_get_facts (IlkController *self)
{
  return &self->facts;
}

const IlkView *
ilk_controller_get_view (IlkController *self)
{
  return &self->view;
}

IlkProblem *
ilk_controller_get_problem (IlkController *self)
{
  return self->problem;
}

IlkIssuer *
ilk_controller_get_issuer (IlkController *self)
{
  return self->issuer;
}

IlkClock *
ilk_controller_get_clock (IlkController *self)
{
  return ILK_CLOCK (self->clock);
}

GPtrArray *
ilk_controller_get_readers (IlkController *self)
{
  return self->readers;
}

GPtrArray *
ilk_controller_get_usb_readers (IlkController *self)
{
  return self->usb_readers;
}

GPtrArray *
ilk_controller_get_verdicts (IlkController *self)
{
  return self->verdicts;
}

#define PARDUS "ID=pardus\nID_LIKE=debian\nNAME=Pardus\nVERSION_ID=23\nPRETTY_NAME=\"Pardus 23\"\n"

IlkDistribution *
ilk_controller_get_distribution (IlkController *self)
{
  if (self->distribution == NULL)
    fake_controller_set_system (self, PARDUS);
  return self->distribution;
}

IlkReaderList *
ilk_controller_get_reader_list (IlkController *self)
{
  if (self->reader_list == NULL)
    self->reader_list = ilk_reader_list_new ((const char *const[]) { NULL });
  return self->reader_list;
}

const IlkRepairFacts *
ilk_controller_get_repair (IlkController *self)
{
  return &self->repair;
}

IlkRepairPlan *
ilk_controller_plan_repair (IlkController          *self,
                            const IlkReaderVerdict *verdict)
{
  return ilk_repair_plan_new (verdict, ilk_controller_get_distribution (self), TRUE);
}

void
ilk_controller_repair (IlkController          *self,
                       const IlkReaderVerdict *verdict)
{
  g_string_append_printf (self->calls, "repair %d\n", verdict->verdict);
}

void
ilk_controller_cancel_repair (IlkController *self)
{
  g_string_append (self->calls, "cancel repair\n");
}

const GError *
ilk_controller_get_card_error (IlkController *self)
{
  return self->card_error;
}

IlkCardInfo *
ilk_controller_get_card (IlkController *self)
{
  return self->card;
}

GBytes *
ilk_controller_get_captcha (IlkController *self)
{
  return self->captcha;
}

const char *
ilk_controller_get_phone (IlkController *self)
{
  return self->phone;
}

gint64
ilk_controller_get_code_deadline (IlkController *self)
{
  return self->code_deadline;
}

gint64
ilk_controller_get_resend_deadline (IlkController *self)
{
  return self->resend_deadline;
}

const char *
ilk_controller_get_holder (IlkController *self)
{
  return self->holder;
}

IlkServiceCard *
ilk_controller_get_service_card (IlkController *self)
{
  return self->service_card;
}

IlkSecret *
ilk_controller_get_pin (IlkController *self)
{
  return self->pin;
}

gint64
ilk_controller_get_erased_everywhere (IlkController *self)
{
  return self->erased_everywhere;
}

const char *
ilk_controller_get_step_name (IlkController *self)
{
  return self->step_name;
}

void
ilk_controller_set_form_complete (IlkController *self,
                                  gboolean       complete)
{
  self->facts.form_complete = complete;
  fake_controller_changed (self);
}

void
ilk_controller_set_old_pin_given (IlkController *self,
                                  gboolean       given)
{
  if (self->facts.old_pin_given == given)
    return;
  self->facts.old_pin_given = given;
  fake_controller_changed (self);
}

void
ilk_controller_press (IlkController *self)
{
  g_string_append_printf (self->calls, "press %s\n", ilk_event_get_name (self->view.button_event));
}

void
ilk_controller_send (IlkController *self,
                     IlkEvent       event)
{
  g_string_append_printf (self->calls, "send %s\n", ilk_event_get_name (event));
}

void
ilk_controller_log_in (IlkController *self,
                       const char    *identity_number,
                       const char    *captcha_text,
                       IlkSecret     *security_word)
{
  g_string_append_printf (self->calls, "log in %s %s\n", identity_number, captcha_text);
  g_clear_pointer (&self->word, ilk_secret_unref);
  self->word = ilk_secret_ref (security_word);
}

void
ilk_controller_change_word (IlkController *self,
                            IlkSecret     *word)
{
  g_string_append (self->calls, "change word\n");
  g_clear_pointer (&self->word, ilk_secret_unref);
  self->word = ilk_secret_ref (word);
}

void
ilk_controller_log_in_by_code (IlkController *self,
                               IlkSecret     *code)
{
  g_string_append (self->calls, "log in by code\n");
  g_clear_pointer (&self->code, ilk_secret_unref);
  self->code = ilk_secret_ref (code);
}

void
ilk_controller_submit_code (IlkController *self,
                            IlkSecret     *code)
{
  g_string_append (self->calls, "code\n");
  g_clear_pointer (&self->code, ilk_secret_unref);
  self->code = ilk_secret_ref (code);
}

void
ilk_controller_delete_pin (IlkController *self,
                           const char    *phrase)
{
  g_string_append_printf (self->calls, "delete %s\n", phrase);
}

void
ilk_controller_set_pin (IlkController *self,
                        IlkSecret     *old_pin,
                        IlkSecret     *new_pin,
                        gboolean       allow_last_try)
{
  g_string_append_printf (self->calls, "set PIN%s%s\n", old_pin != NULL ? " with old" : "",
                          allow_last_try ? " last try" : "");
  g_clear_pointer (&self->old_pin, ilk_secret_unref);
  g_clear_pointer (&self->new_pin, ilk_secret_unref);
  self->old_pin = old_pin != NULL ? ilk_secret_copy (old_pin) : NULL;
  self->new_pin = ilk_secret_copy (new_pin);
}

void
ilk_controller_set_pin_on_reader (IlkController *self,
                                  gboolean       allow_last_try)
{
  g_string_append_printf (self->calls, "set PIN on reader%s\n", allow_last_try ? " last try" : "");
}

void
ilk_controller_pin_was_saved (IlkController *self)
{
  g_string_append (self->calls, "saved\n");
  self->facts.pin_saved = TRUE;
  fake_controller_changed (self);
}

void
ilk_controller_cancel (IlkController *self)
{
  g_string_append (self->calls, "cancel\n");
}

void
ilk_controller_clear_problem (IlkController *self)
{
  g_string_append (self->calls, "clear problem\n");
  fake_controller_set_problem (self, NULL, NULL, NULL, NULL);
  fake_controller_changed (self);
}

void
ilk_controller_set_problem (IlkController *self,
                            const GError  *error)
{
  g_string_append (self->calls, "problem\n");
  fake_controller_set_problem (self, "app.save", error->message, NULL, NULL);
  fake_controller_changed (self);
}

void
ilk_controller_close (IlkController *self)
{
  g_string_append (self->calls, "close\n");
  g_signal_emit (self, closed_signal, 0);
}

guint
ilk_controller_check_pin (IlkController *self,
                          IlkSecret     *old_pin,
                          IlkSecret     *new_pin)
{
  return ilk_pin_rules_broken (new_pin, "10000000146", old_pin != NULL ? old_pin : self->pin);
}
