/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include "app/ilk-diagnosis-private.h"
#include "app/ilk-problem.h"
#include "card/ilk-atr-list.h"
#include "card/ilk-card-error.h"
#include "card/ilk-card-session.h"
#include "host/ilk-driver-bundle.h"
#include "host/ilk-repair-plan.h"

/* A PKCS#11 module is given 20 seconds by those who speak to it; that one hangs is better told by
 * them. */
#define LOOK_MS 4000
#define CARD_MS 30000
#define SETTLE_MS 2000

static const IlkReaderState *
find_state (IlkDiagnosisRun *run,
            const char      *name)
{
  GPtrArray *states = ilk_card_monitor_get_readers (run->monitor);

  for (guint i = 0; name != NULL && i < states->len; i++)
    {
      const IlkReaderState *state = g_ptr_array_index (states, i);

      if (g_str_equal (state->name, name))
        return state;
    }
  return NULL;
}

static void
take_trouble (IlkDiagnosisReader *reader,
              const GError       *error,
              IlkIssuer          *issuer)
{
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, issuer);

  reader->card_error = problem->code;
  reader->card_trouble = g_strdup (problem->sentence);
  reader->card_help = g_strdup (problem->action);
}

/* A card that was read may still be out of reach; why is the modules' word. */
static void
take_card (IlkDiagnosisRun    *run,
           IlkDiagnosisReader *reader,
           IlkCardInfo        *card)
{
  g_autoptr(GError) error = ilk_card_info_dup_module_error (card);
  g_autoptr(IlkProblem) problem = NULL;
  GBytes *authorities = run->issuer != NULL ? ilk_issuer_get_authorities (run->issuer) : NULL;

  ilk_diagnosis_reader_take_card (reader, card, authorities, run->diagnosis->when);
  if (error == NULL || card->kind == ILK_CARD_KIND_UNKNOWN)
    return;
  problem = ilk_problem_new_from_error (error, run->issuer);
  reader->card_trouble = g_strdup (problem->sentence);
  reader->card_help = g_strdup (problem->action);
}

static void
on_card (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(IlkDiagnosisPart) part = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCardInfo) card = ilk_card_read_finish (result, &error);
  IlkDiagnosisRun *run = part->run;

  if (!ilk_diagnosis_part_answered (part))
    return;
  if (card != NULL)
    take_card (run, part->data, card);
  else
    take_trouble (part->data, error, run->issuer);
  ilk_diagnosis_part_done (part);
}

static void
card_is_late (IlkDiagnosisPart *part)
{
  IlkDiagnosisReader *reader = part->data;
  g_autoptr(GError) error = NULL;

  error = g_error_new_literal (ILK_CARD_ERROR,
                               reader->kind == ILK_CARD_KIND_AKIS_V1 ?
                               ILK_CARD_ERROR_CARD_MUTE : ILK_CARD_ERROR_MODULE_HANGS,
                               "no answer in time");
  take_trouble (reader, error, part->run->issuer);
}

/* What this program read a moment ago holds, as long as the card was not taken out meanwhile. */
static gboolean
is_known (IlkDiagnosisRun      *run,
          const IlkReaderState *state,
          const char           *atr)
{
  return run->known_card != NULL && g_strcmp0 (run->known_card->reader, state->name) == 0 &&
         g_strcmp0 (run->known_card->atr, atr) == 0 && run->known_card->events == state->events;
}

static void
read_card (IlkDiagnosisRun      *run,
           IlkDiagnosisReader   *reader,
           const IlkReaderState *state)
{
  const char *name;
  IlkDiagnosisPart *part;

  reader->present = state->present;
  if (!state->present)
    return;
  if (state->atr != NULL)
    {
      reader->atr = ilk_atr_list_to_text (state->atr);
      reader->kind = ilk_atr_list_find (state->atr, &name);
      reader->card_name = g_strdup (name);
    }
  if (is_known (run, state, reader->atr))
    {
      take_card (run, reader, run->known_card);
      return;
    }
  part = ilk_diagnosis_part_begin (run, CARD_MS, card_is_late);
  part->data = reader;
  ilk_card_read_async (run->transport, state->name, part->cancellable, on_card, part);
}

/* What helps on this very computer, as a line for a terminal. */
static char *
dup_command (IlkDiagnosisRun        *run,
             const IlkReaderVerdict *verdict)
{
  gboolean systemd = g_file_test ("/run/systemd/system", G_FILE_TEST_IS_DIR);
  g_autoptr(IlkReaderVerdict) restart = NULL;
  g_autoptr(IlkRepairPlan) plan = NULL;

  /* What is there and says nothing has to be started anew. */
  if (run->diagnosis->answer == ILK_DIAGNOSIS_ANSWER_TIMEOUT ||
      run->diagnosis->answer == ILK_DIAGNOSIS_ANSWER_FAILED)
    restart = ilk_reader_verdict_new (ILK_HOST_VERDICT_RESTART_NEEDED);
  plan = ilk_repair_plan_new (restart != NULL ? restart : verdict, run->distribution, systemd);
  return g_strdup (plan->command);
}

static IlkDiagnosisReader *
reader_of (IlkDiagnosisRun        *run,
           const IlkReaderVerdict *verdict)
{
  IlkDiagnosisReader *reader = ilk_diagnosis_reader_new ();

  reader->verdict = verdict->verdict;
  reader->name = g_strdup (verdict->reader_name);
  reader->listed_name = g_strdup (verdict->listed_name);
  reader->vendor_id = g_strdup (verdict->vendor_id);
  reader->product_id = g_strdup (verdict->product_id);
  reader->driver = g_strdup (verdict->driver);
  reader->has_version = g_strdup (verdict->has_version);
  reader->needs_version = g_strdup (verdict->needs_version);
  reader->module = g_strdup (verdict->module);
  reader->remote = verdict->remote;
  reader->command = dup_command (run, verdict);
  if (verdict->users != NULL && verdict->users[0] != NULL)
    reader->users = g_strjoinv (", ", verdict->users);
  return reader;
}

static IlkServiceAnswer
host_answer_of (IlkDiagnosisAnswer answer)
{
  switch (answer)
    {
    case ILK_DIAGNOSIS_ANSWER_YES:
      return ILK_SERVICE_ANSWER_YES;
    case ILK_DIAGNOSIS_ANSWER_ABSENT:
      return ILK_SERVICE_ANSWER_ABSENT;
    case ILK_DIAGNOSIS_ANSWER_REFUSED:
      return ILK_SERVICE_ANSWER_REFUSED;
    case ILK_DIAGNOSIS_ANSWER_VERSION:
      return ILK_SERVICE_ANSWER_VERSION;
    default:
      return ILK_SERVICE_ANSWER_FAILED;
    }
}

static GPtrArray *
judge (IlkDiagnosisRun *run)
{
  GPtrArray *states = ilk_card_monitor_get_readers (run->monitor);
  g_autofree IlkListedReader *listed = g_new0 (IlkListedReader, states->len + 1);

  for (guint i = 0; i < states->len; i++)
    {
      const IlkReaderState *state = g_ptr_array_index (states, i);

      listed[i] = (IlkListedReader) {
        .name = state->name, .present = state->present, .mute = state->mute,
        .exclusive = state->exclusive, .in_use = state->in_use, .atr = state->atr,
      };
    }
  return ilk_host_judge (run->host, host_answer_of (run->diagnosis->answer), listed, states->len);
}

/* Both sides of a reader are known: what is plugged in, and what pcscd lists. */
static void
judge_readers (IlkDiagnosisRun *run)
{
  g_autoptr(GPtrArray) verdicts = NULL;

  if (!run->looking->over || !run->listing->over)
    return;

  verdicts = judge (run);
  for (guint i = 0; i < verdicts->len; i++)
    {
      IlkDiagnosisReader *reader = reader_of (run, g_ptr_array_index (verdicts, i));
      const IlkReaderState *state = find_state (run, reader->listed_name);

      g_ptr_array_add (run->diagnosis->readers, reader);
      if (state != NULL)
        read_card (run, reader, state);
    }
}

static IlkDiagnosisAnswer
answer_of (const GError *error)
{
  if (error == NULL)
    return ILK_DIAGNOSIS_ANSWER_YES;
  if (error->domain != ILK_CARD_ERROR)
    return ILK_DIAGNOSIS_ANSWER_FAILED;
  switch (error->code)
    {
    case ILK_CARD_ERROR_SERVICE_OFF:
      return ILK_DIAGNOSIS_ANSWER_ABSENT;
    case ILK_CARD_ERROR_SERVICE_REFUSED:
      return ILK_DIAGNOSIS_ANSWER_REFUSED;
    case ILK_CARD_ERROR_SERVICE_VERSION:
      return ILK_DIAGNOSIS_ANSWER_VERSION;
    default:
      return ILK_DIAGNOSIS_ANSWER_FAILED;
    }
}

static gboolean
all_answer (GPtrArray *states)
{
  for (guint i = 0; i < states->len; i++)
    {
      const IlkReaderState *state = g_ptr_array_index (states, i);

      if (state->present && state->atr == NULL)
        return FALSE;
    }
  return TRUE;
}

/* systemd starts pcscd at our very question: it then finds readers and wakes cards only after it has
 * answered. So what is missing may still come. */
static gboolean
is_settled (IlkDiagnosisRun *run)
{
  GPtrArray *states = ilk_card_monitor_get_readers (run->monitor);
  GPtrArray *usb = ilk_host_get_usb_readers (run->host);

  if (ilk_card_monitor_get_error (run->monitor) != NULL)
    return TRUE;
  return run->looking->over && states->len >= (usb != NULL ? usb->len : 0) && all_answer (states);
}

static void
end_listing (IlkDiagnosisRun *run)
{
  IlkDiagnosisPart *part = run->listing;

  g_clear_handle_id (&run->settling, g_source_remove);
  if (!ilk_diagnosis_part_answered (part))
    return;
  judge_readers (run);
  ilk_diagnosis_part_done (part);
}

static gboolean
on_settling_over (gpointer data)
{
  IlkDiagnosisRun *run = data;

  run->settling = 0;
  end_listing (run);
  return G_SOURCE_REMOVE;
}

static void
on_listed (IlkDiagnosisRun *run)
{
  if (run->listing->over)
    return;
  run->diagnosis->answer = answer_of (ilk_card_monitor_get_error (run->monitor));
  if (is_settled (run))
    end_listing (run);
  else if (run->settling == 0)
    run->settling = g_timeout_add (SETTLE_MS, on_settling_over, run);
}

static void
listing_is_late (IlkDiagnosisPart *part)
{
  g_clear_handle_id (&part->run->settling, g_source_remove);
  if (part->run->diagnosis->answer == ILK_DIAGNOSIS_ANSWER_UNKNOWN)
    part->run->diagnosis->answer = ILK_DIAGNOSIS_ANSWER_TIMEOUT;
  judge_readers (part->run);
}

static void
looked (IlkDiagnosisPart *part)
{
  IlkDiagnosis *diagnosis = part->run->diagnosis;
  GPtrArray *usb = ilk_host_get_usb_readers (part->run->host);
  GPtrArray *drivers = ilk_host_get_drivers (part->run->host);

  for (guint i = 0; usb != NULL && i < usb->len; i++)
    {
      const IlkUsbReader *reader = g_ptr_array_index (usb, i);
      g_autofree char *id = g_strconcat (reader->vendor_id, ":", reader->product_id, NULL);

      ilk_diagnosis_add_item (diagnosis->usb_readers, reader->name, id);
    }
  for (guint i = 0; drivers != NULL && i < drivers->len; i++)
    {
      const IlkDriverBundle *bundle = g_ptr_array_index (drivers, i);

      ilk_diagnosis_add_item (diagnosis->drivers, bundle->driver, bundle->version);
    }
  diagnosis->socket_present = ilk_host_has_socket (part->run->host);
  judge_readers (part->run);
}

static void
on_looked (IlkDiagnosisRun *run)
{
  IlkDiagnosisPart *part = run->looking;

  if (!ilk_diagnosis_part_answered (part))
    return;
  looked (part);
  if (run->diagnosis->answer != ILK_DIAGNOSIS_ANSWER_UNKNOWN)
    on_listed (run);
  ilk_diagnosis_part_done (part);
}

static void
look_at_host (IlkDiagnosisRun *run)
{
  run->looking = ilk_diagnosis_part_begin (run, LOOK_MS, looked);
  g_signal_connect_swapped (run->host, "changed", G_CALLBACK (on_looked), run);
  ilk_host_start (run->host);
}

static void
list_readers (IlkDiagnosisRun *run)
{
  run->listing = ilk_diagnosis_part_begin (run, LOOK_MS, listing_is_late);
  g_signal_connect_swapped (run->monitor, "changed", G_CALLBACK (on_listed), run);
  ilk_card_monitor_start (run->monitor);
}

void
ilk_diagnosis_ask_readers (IlkDiagnosisRun *run)
{
  look_at_host (run);
  list_readers (run);
}
