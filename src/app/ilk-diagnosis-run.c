/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <sys/utsname.h>

#include "app/ilk-diagnosis-command.h"
#include "app/ilk-diagnosis-packages.h"
#include "app/ilk-diagnosis.h"
#include "app/ilk-problem-log.h"
#include "app/ilk-problem.h"
#include "card/ilk-atr-list.h"
#include "card/ilk-card-error.h"
#include "card/ilk-card-monitor.h"
#include "card/ilk-card-session.h"
#include "client/ilk-client.h"

/* Everything is asked at once, and everything has its own limit: a card service, a module or a
 * network that hangs is reported as such and holds up nothing else. */
#define LOCAL_MS 5000
#define CARD_MS 20000
#define SERVICE_MS 8000

typedef struct _Part Part;

typedef struct {
  GTask          *task;       /* NULL: ended */
  IlkDiagnosis   *diagnosis;
  IlkTransport   *transport;
  IlkHost        *host;
  IlkIssuer      *issuer;
  IlkClock       *clock;
  IlkCardInfo    *known_card;
  IlkCardMonitor *monitor;
  IlkClient      *client;
  guint           limit;
  GSource        *cancelled;
  GPtrArray      *parts;      /* those that are under way */
  Part           *looking;    /* at the USB readers */
  Part           *listing;    /* of the readers that pcscd has */
} Run;

/* One thing that is being asked. */
struct _Part {
  Run          *run;
  GCancellable *cancellable;
  guint         deadline;
  void        (*late) (Part *self);  /* may be NULL */
  gpointer      data;                /* borrowed from the diagnosis */
  gboolean      over;                /* answered or given up: what comes now is not looked at */
};

static void
run_clear (gpointer data)
{
  Run *run = data;

  g_clear_pointer (&run->diagnosis, ilk_diagnosis_unref);
  g_clear_pointer (&run->known_card, ilk_card_info_unref);
  g_clear_object (&run->transport);
  g_clear_object (&run->host);
  g_clear_object (&run->issuer);
  g_clear_object (&run->clock);
  g_clear_object (&run->monitor);
  g_clear_object (&run->client);
  g_ptr_array_unref (run->parts);
}

static void
run_unref (Run *run)
{
  g_rc_box_release_full (run, run_clear);
}

static void
part_clear (gpointer data)
{
  Part *part = data;

  g_object_unref (part->cancellable);
  run_unref (part->run);
}

static void
part_unref (gpointer data)
{
  g_rc_box_release_full (data, part_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Part, part_unref)

/* --- the end --- */

static void
part_stop (Part *part)
{
  part->over = TRUE;
  g_clear_handle_id (&part->deadline, g_source_remove);
}

static void
run_end (Run *run)
{
  for (guint i = 0; i < run->parts->len; i++)
    {
      Part *part = g_ptr_array_index (run->parts, i);

      part_stop (part);
      g_cancellable_cancel (part->cancellable);
    }
  g_ptr_array_set_size (run->parts, 0);
  g_clear_pointer (&run->looking, part_unref);
  g_clear_pointer (&run->listing, part_unref);
  if (run->cancelled != NULL)
    g_source_destroy (run->cancelled);
  g_clear_pointer (&run->cancelled, g_source_unref);
  g_signal_handlers_disconnect_by_data (run->host, run);
  g_signal_handlers_disconnect_by_data (run->monitor, run);
  ilk_card_monitor_stop (run->monitor);
}

static void
run_return (Run *run)
{
  g_autoptr(GTask) task = g_steal_pointer (&run->task);

  run_end (run);
  g_task_return_pointer (task, ilk_diagnosis_ref (run->diagnosis),
                         (GDestroyNotify) ilk_diagnosis_unref);
  run_unref (run);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr(GTask) task = g_steal_pointer (&run->task);

  run_end (run);
  g_task_return_error_if_cancelled (task);
  run_unref (run);
  return G_SOURCE_REMOVE;
}

/* --- parts --- */

/* After its data is stored. */
static void
part_done (Part *part)
{
  Run *run = part->run;

  g_ptr_array_remove (run->parts, part);
  if (run->parts->len == 0)
    run_return (run);
}

static gboolean
on_deadline (gpointer data)
{
  g_autoptr(Part) part = g_rc_box_acquire (data);

  part->deadline = 0;
  part->over = TRUE;
  g_cancellable_cancel (part->cancellable);
  if (part->late != NULL)
    part->late (part);
  part_done (part);
  return G_SOURCE_REMOVE;
}

/* Returns: a reference for the callback of what is asked. */
static Part *
part_begin (Run   *run,
            guint  milliseconds,
            void (*late) (Part *part))
{
  Part *part = g_rc_box_new0 (Part);

  part->run = g_rc_box_acquire (run);
  part->cancellable = g_cancellable_new ();
  part->late = late;
  part->deadline = g_timeout_add (run->limit != 0 ? run->limit : milliseconds, on_deadline, part);
  g_ptr_array_add (run->parts, part);
  return g_rc_box_acquire (part);
}

/* Whether the answer is still wanted. */
static gboolean
part_answered (Part *part)
{
  if (part->over)
    return FALSE;
  part_stop (part);
  return TRUE;
}

/* --- this computer --- */

static void
look_at_system (IlkDiagnosis *diagnosis)
{
  struct utsname name;

  diagnosis->distribution = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  diagnosis->desktop = g_strdup (g_getenv ("XDG_CURRENT_DESKTOP"));
  diagnosis->session = g_strdup (g_getenv ("XDG_SESSION_TYPE"));
  if (g_getenv ("SSH_CONNECTION") != NULL || g_getenv ("SSH_CLIENT") != NULL)
    diagnosis->remote = 1;
  if (uname (&name) != 0)
    return;
  diagnosis->kernel = g_strdup_printf ("%s %s", name.sysname, name.release);
  diagnosis->architecture = g_strdup (name.machine);
}

static void
on_packages (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Part) part = data;
  g_autofree char *output = ilk_diagnosis_command_finish (result, NULL);

  if (!part_answered (part))
    return;
  if (output != NULL)
    ilk_package_question_read (part->data, output, part->run->diagnosis->packages);
  part_done (part);
}

static void
ask_packages (Run *run)
{
  const IlkPackageQuestion *question = ilk_package_question_find ("");
  Part *part;

  if (question == NULL)
    return;
  run->diagnosis->package_system = question->name;
  part = part_begin (run, LOCAL_MS, NULL);
  part->data = (gpointer) question;
  ilk_diagnosis_command_async (question->argv, part->cancellable, on_packages, part);
}

static void
on_pcscd_version (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(Part) part = data;
  g_autofree char *output = ilk_diagnosis_command_finish (result, NULL);

  if (!part_answered (part))
    return;
  if (output != NULL)
    part->run->diagnosis->pcscd_version = ilk_pcscd_version_read (output);
  part_done (part);
}

/* A person's search path often leaves out the folder that it is in. */
static void
ask_pcscd_version (Run *run)
{
  g_autofree char *found = g_find_program_in_path ("pcscd");
  const char *argv[] = { found != NULL ? found : "/usr/sbin/pcscd", "--version", NULL };
  Part *part = part_begin (run, LOCAL_MS, NULL);

  ilk_diagnosis_command_async (argv, part->cancellable, on_pcscd_version, part);
}

/* --- readers and cards --- */

static const IlkReaderState *
find_state (Run        *run,
            const char *name)
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

static void
on_card (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(Part) part = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCardInfo) card = ilk_card_read_finish (result, &error);
  Run *run = part->run;

  if (!part_answered (part))
    return;
  if (card != NULL)
    ilk_diagnosis_reader_take_card (part->data, card, run->diagnosis->when);
  else
    take_trouble (part->data, error, run->issuer);
  part_done (part);
}

static void
card_is_late (Part *part)
{
  g_autoptr(GError) error = g_error_new_literal (ILK_CARD_ERROR, ILK_CARD_ERROR_CARD_MUTE,
                                                 "no answer in time");

  take_trouble (part->data, error, part->run->issuer);
}

/* What this program read a moment ago holds, as long as the card was not taken out meanwhile. */
static gboolean
is_known (Run                  *run,
          const IlkReaderState *state,
          const char           *atr)
{
  return run->known_card != NULL && g_strcmp0 (run->known_card->reader, state->name) == 0 &&
         g_strcmp0 (run->known_card->atr, atr) == 0 && run->known_card->events == state->events;
}

static void
read_card (Run                  *run,
           IlkDiagnosisReader   *reader,
           const IlkReaderState *state)
{
  Part *part;

  reader->present = state->present;
  if (!state->present)
    return;
  reader->atr = state->atr != NULL ? ilk_atr_list_to_text (state->atr) : NULL;
  if (is_known (run, state, reader->atr))
    {
      ilk_diagnosis_reader_take_card (reader, run->known_card, run->diagnosis->when);
      return;
    }
  part = part_begin (run, CARD_MS, card_is_late);
  part->data = reader;
  ilk_card_read_async (run->transport, state->name, part->cancellable, on_card, part);
}

static IlkDiagnosisReader *
reader_of (const IlkReaderVerdict *verdict)
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
judge (Run *run)
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
  return ilk_host_judge_readers (run->host, host_answer_of (run->diagnosis->answer), listed, states->len);
}

/* Both sides of a reader are known: what is plugged in, and what pcscd lists. */
static void
judge_readers (Run *run)
{
  g_autoptr(GPtrArray) verdicts = NULL;

  if (!run->looking->over || !run->listing->over)
    return;

  verdicts = judge (run);
  for (guint i = 0; i < verdicts->len; i++)
    {
      IlkDiagnosisReader *reader = reader_of (g_ptr_array_index (verdicts, i));
      const IlkReaderState *state = find_state (run, reader->listed_name);

      g_ptr_array_add (run->diagnosis->readers, reader);
      if (state != NULL)
        read_card (run, reader, state);
    }
}

static void
looked (Part *part)
{
  IlkDiagnosis *diagnosis = part->run->diagnosis;
  GPtrArray *usb = ilk_host_get_usb_readers (part->run->host);

  for (guint i = 0; usb != NULL && i < usb->len; i++)
    {
      const IlkUsbReader *reader = g_ptr_array_index (usb, i);
      g_autofree char *id = g_strconcat (reader->vendor_id, ":", reader->product_id, NULL);

      ilk_diagnosis_add_item (diagnosis->usb_readers, reader->name, id);
    }
  diagnosis->socket_present = ilk_host_has_socket (part->run->host);
  judge_readers (part->run);
}

static void
on_looked (Run *run)
{
  Part *part = run->looking;

  if (!part_answered (part))
    return;
  looked (part);
  part_done (part);
}

static void
look_at_host (Run *run)
{
  run->looking = part_begin (run, LOCAL_MS, looked);
  g_signal_connect_swapped (run->host, "changed", G_CALLBACK (on_looked), run);
  ilk_host_start (run->host);
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

static void
listing_is_late (Part *part)
{
  part->run->diagnosis->answer = ILK_DIAGNOSIS_ANSWER_TIMEOUT;
  judge_readers (part->run);
}

static void
on_listed (Run *run)
{
  Part *part = run->listing;

  if (!part_answered (part))
    return;
  run->diagnosis->answer = answer_of (ilk_card_monitor_get_error (run->monitor));
  judge_readers (run);
  part_done (part);
}

static void
list_readers (Run *run)
{
  run->listing = part_begin (run, LOCAL_MS, listing_is_late);
  g_signal_connect_swapped (run->monitor, "changed", G_CALLBACK (on_listed), run);
  ilk_card_monitor_start (run->monitor);
}

/* --- the way to the issuer --- */

static IlkServiceReach
reach_of (const GError *error)
{
  if (error == NULL)
    return ILK_SERVICE_REACH_YES;
  if (error->domain != ILK_CLIENT_ERROR)
    return ILK_SERVICE_REACH_OTHER;
  switch (error->code)
    {
    case ILK_CLIENT_ERROR_OFFLINE:
      return ILK_SERVICE_REACH_OFFLINE;
    case ILK_CLIENT_ERROR_TLS:
      return ILK_SERVICE_REACH_TLS;
    case ILK_CLIENT_ERROR_TIMEOUT:
      return ILK_SERVICE_REACH_TIMEOUT;
    case ILK_CLIENT_ERROR_BUSY:
      return ILK_SERVICE_REACH_BUSY;
    default:
      return ILK_SERVICE_REACH_OTHER;
    }
}

static void
on_reached (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(Part) part = data;
  g_autoptr(GError) error = NULL;

  ilk_client_reach_finish (ILK_CLIENT (source), result, &error);
  if (!part_answered (part))
    return;
  part->run->diagnosis->service = reach_of (error);
  part_done (part);
}

static void
service_is_late (Part *part)
{
  part->run->diagnosis->service = ILK_SERVICE_REACH_TIMEOUT;
}

static void
reach_service (Run                     *run,
               const IlkDiagnosisPlace *place)
{
  const char *address;
  g_autoptr(GUri) uri = NULL;
  g_autoptr(GError) error = NULL;
  Part *part;

  if (place->issuer == NULL)
    return;
  address = ilk_issuer_get_service_address (place->issuer);
  run->diagnosis->service = ILK_SERVICE_REACH_NONE;
  if (address == NULL && place->socket_path == NULL)
    return;
  uri = address != NULL ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;
  if (uri != NULL && place->socket_path == NULL)
    run->diagnosis->service_host = g_strdup (g_uri_get_host (uri));

  run->client = ilk_client_new (place->issuer, place->socket_path, place->language, &error);
  if (run->client == NULL)
    {
      run->diagnosis->service = reach_of (error);
      return;
    }
  part = part_begin (run, SERVICE_MS, service_is_late);
  ilk_client_reach_async (run->client, part->cancellable, on_reached, part);
}

/* --- all of it --- */

static Run *
run_new (const IlkDiagnosisPlace *place)
{
  Run *run = g_rc_box_new0 (Run);

  run->parts = g_ptr_array_new_with_free_func (part_unref);
  run->transport = g_object_ref (place->transport);
  run->host = g_object_ref (place->host);
  g_set_object (&run->issuer, place->issuer);
  run->clock = g_object_ref (place->clock);
  run->known_card = place->known_card != NULL ? ilk_card_info_ref (place->known_card) : NULL;
  run->limit = place->limit;
  run->monitor = ilk_card_monitor_new (place->transport);
  run->diagnosis = ilk_diagnosis_new ();
  run->diagnosis->practice = place->practice;
  run->diagnosis->when = ilk_clock_get_wall (place->clock);
  g_ptr_array_unref (run->diagnosis->problems);
  run->diagnosis->problems = ilk_problem_log_get ();
  return run;
}

/**
 * ilk_diagnosis_run_async:
 * @place: where to look; its host must not have been started
 *
 * Finds out what can be found out without changing anything: cards are read, and nothing is sent to
 * one that could cost a try. Every part has a limit of time, so that the whole has one.
 */
void
ilk_diagnosis_run_async (const IlkDiagnosisPlace *place,
                         GCancellable            *cancellable,
                         GAsyncReadyCallback      callback,
                         gpointer                 user_data)
{
  Run *run = run_new (place);

  run->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (run->task, ilk_diagnosis_run_async);
  if (cancellable != NULL)
    {
      run->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (run->cancelled, G_SOURCE_FUNC (on_cancelled), run, NULL);
      g_source_attach (run->cancelled, g_main_context_get_thread_default ());
    }
  look_at_system (run->diagnosis);
  look_at_host (run);
  list_readers (run);
  ask_packages (run);
  ask_pcscd_version (run);
  reach_service (run, place);
}

/**
 * ilk_diagnosis_run_finish:
 *
 * Returns: (transfer full) (nullable): what was found out; %NULL only when it was cancelled
 */
IlkDiagnosis *
ilk_diagnosis_run_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
