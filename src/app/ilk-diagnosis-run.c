/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <sys/utsname.h>

#include "app/ilk-diagnosis-command.h"
#include "app/ilk-diagnosis-programs.h"
#include "app/ilk-diagnosis-private.h"
#include "app/ilk-problem-log.h"
#include "host/ilk-session-kind.h"

/* Everything is asked at once, and everything has its own limit: a card service, a module or a
 * network that hangs is reported as such and holds up nothing else. */
#define LOCAL_MS 4000

static void
run_clear (gpointer data)
{
  IlkDiagnosisRun *run = data;

  g_clear_pointer (&run->diagnosis, ilk_diagnosis_unref);
  g_clear_pointer (&run->known_card, ilk_card_info_unref);
  g_clear_object (&run->transport);
  g_clear_object (&run->host);
  g_clear_pointer (&run->distribution, ilk_distribution_unref);
  g_clear_object (&run->issuer);
  g_clear_object (&run->clock);
  g_clear_object (&run->monitor);
  g_clear_object (&run->client);
  g_ptr_array_unref (run->parts);
}

static void
run_unref (IlkDiagnosisRun *run)
{
  g_rc_box_release_full (run, run_clear);
}

static void
part_clear (gpointer data)
{
  IlkDiagnosisPart *part = data;

  g_object_unref (part->cancellable);
  run_unref (part->run);
}

void
ilk_diagnosis_part_unref (gpointer data)
{
  g_rc_box_release_full (data, part_clear);
}

/* --- the end --- */

static void
part_stop (IlkDiagnosisPart *part)
{
  part->over = TRUE;
  g_clear_handle_id (&part->deadline, g_source_remove);
}

static void
run_end (IlkDiagnosisRun *run)
{
  for (guint i = 0; i < run->parts->len; i++)
    {
      IlkDiagnosisPart *part = g_ptr_array_index (run->parts, i);

      part_stop (part);
      g_cancellable_cancel (part->cancellable);
    }
  g_ptr_array_set_size (run->parts, 0);
  g_clear_handle_id (&run->settling, g_source_remove);
  g_clear_pointer (&run->looking, ilk_diagnosis_part_unref);
  g_clear_pointer (&run->listing, ilk_diagnosis_part_unref);
  if (run->cancelled != NULL)
    g_source_destroy (run->cancelled);
  g_clear_pointer (&run->cancelled, g_source_unref);
  g_signal_handlers_disconnect_by_data (run->host, run);
  g_signal_handlers_disconnect_by_data (run->monitor, run);
  ilk_card_monitor_stop (run->monitor);
}

static void
run_return (IlkDiagnosisRun *run)
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
  IlkDiagnosisRun *run = user_data;
  g_autoptr(GTask) task = g_steal_pointer (&run->task);

  run_end (run);
  g_task_return_error_if_cancelled (task);
  run_unref (run);
  return G_SOURCE_REMOVE;
}

/* --- parts --- */

void
ilk_diagnosis_part_done (IlkDiagnosisPart *part)
{
  IlkDiagnosisRun *run = part->run;

  g_ptr_array_remove (run->parts, part);
  if (run->parts->len == 0)
    run_return (run);
}

static gboolean
on_deadline (gpointer data)
{
  g_autoptr(IlkDiagnosisPart) part = g_rc_box_acquire (data);

  part->deadline = 0;
  part->over = TRUE;
  g_cancellable_cancel (part->cancellable);
  if (part->late != NULL)
    part->late (part);
  ilk_diagnosis_part_done (part);
  return G_SOURCE_REMOVE;
}

IlkDiagnosisPart *
ilk_diagnosis_part_begin (IlkDiagnosisRun  *run,
                          guint             milliseconds,
                          void            (*late) (IlkDiagnosisPart *part))
{
  IlkDiagnosisPart *part = g_rc_box_new0 (IlkDiagnosisPart);

  part->run = g_rc_box_acquire (run);
  part->cancellable = g_cancellable_new ();
  part->late = late;
  part->deadline = g_timeout_add (run->limit != 0 ? run->limit : milliseconds, on_deadline, part);
  g_ptr_array_add (run->parts, part);
  return g_rc_box_acquire (part);
}

gboolean
ilk_diagnosis_part_answered (IlkDiagnosisPart *part)
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
  g_autoptr(IlkDiagnosisPart) part = data;
  g_autofree char *output = ilk_diagnosis_command_finish (result, NULL);

  if (!ilk_diagnosis_part_answered (part))
    return;
  if (output != NULL)
    ilk_package_question_read (part->data, output, part->run->diagnosis->packages);
  ilk_diagnosis_part_done (part);
}

static void
ask_packages (IlkDiagnosisRun *run)
{
  const IlkPackageQuestion *question = ilk_package_question_find ("");
  IlkDiagnosisPart *part;

  if (question == NULL)
    return;
  run->diagnosis->package_system = question->name;
  part = ilk_diagnosis_part_begin (run, LOCAL_MS, NULL);
  part->data = (gpointer) question;
  ilk_diagnosis_command_async (question->argv, part->cancellable, on_packages, part);
}

static void
on_pcscd_version (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(IlkDiagnosisPart) part = data;
  g_autofree char *output = ilk_diagnosis_command_finish (result, NULL);

  if (!ilk_diagnosis_part_answered (part))
    return;
  if (output != NULL)
    part->run->diagnosis->pcscd_version = ilk_pcscd_version_read (output);
  ilk_diagnosis_part_done (part);
}

/* A person's search path often leaves out the folder that it is in. */
static void
ask_pcscd_version (IlkDiagnosisRun *run)
{
  g_autofree char *found = g_find_program_in_path ("pcscd");
  const char *argv[] = { found != NULL ? found : "/usr/sbin/pcscd", "--version", NULL };
  IlkDiagnosisPart *part = ilk_diagnosis_part_begin (run, LOCAL_MS, NULL);

  ilk_diagnosis_command_async (argv, part->cancellable, on_pcscd_version, part);
}

static void
on_units (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IlkDiagnosisPart) part = data;
  g_autofree char *output = ilk_diagnosis_command_finish (result, NULL);
  IlkDiagnosis *diagnosis = part->run->diagnosis;

  if (!ilk_diagnosis_part_answered (part))
    return;
  if (output != NULL)
    {
      diagnosis->socket_state = ilk_unit_state_read (output, "pcscd.socket");
      diagnosis->unit_state = ilk_unit_state_read (output, "pcscd.service");
    }
  ilk_diagnosis_part_done (part);
}

static void
ask_units (IlkDiagnosisRun *run)
{
  IlkDiagnosisPart *part;

  if (!g_file_test ("/run/systemd/system", G_FILE_TEST_IS_DIR))
    return;
  part = ilk_diagnosis_part_begin (run, LOCAL_MS, NULL);
  ilk_diagnosis_command_async (ilk_unit_question, part->cancellable, on_units, part);
}

static void
on_session_kind (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(IlkDiagnosisPart) part = data;
  gboolean remote;
  gboolean told = ilk_session_kind_ask_finish (result, &remote, NULL);

  if (!ilk_diagnosis_part_answered (part))
    return;
  if (told)
    part->run->diagnosis->remote = remote;
  ilk_diagnosis_part_done (part);
}

static void
ask_session_kind (IlkDiagnosisRun *run)
{
  IlkDiagnosisPart *part;

  if (run->diagnosis->remote == 1)
    return;
  part = ilk_diagnosis_part_begin (run, LOCAL_MS, NULL);
  ilk_session_kind_ask_async (part->cancellable, on_session_kind, part);
}

/* --- all of it --- */

static IlkDiagnosisRun *
run_new (const IlkDiagnosisPlace *place)
{
  IlkDiagnosisRun *run = g_rc_box_new0 (IlkDiagnosisRun);

  run->parts = g_ptr_array_new_with_free_func (ilk_diagnosis_part_unref);
  run->transport = g_object_ref (place->transport);
  run->host = g_object_ref (place->host);
  run->distribution = ilk_distribution_new (NULL);
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
  IlkDiagnosisRun *run = run_new (place);

  run->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (run->task, ilk_diagnosis_run_async);
  if (cancellable != NULL)
    {
      run->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (run->cancelled, G_SOURCE_FUNC (on_cancelled), run, NULL);
      g_source_attach (run->cancelled, g_main_context_get_thread_default ());
    }
  look_at_system (run->diagnosis);
  ilk_diagnosis_ask_readers (run);
  ask_units (run);
  ask_session_kind (run);
  ask_packages (run);
  ask_pcscd_version (run);
  ilk_diagnosis_ask_service (run, place);
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
