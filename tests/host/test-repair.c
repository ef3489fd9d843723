/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <gio/gio.h>

#include "host/ilk-repair.h"

/* Mending the computer against a PackageKit and a systemd that are made up, on buses of their own. */

typedef struct
{
  const char   *name;
  const char   *desktop;    /* scenario of fake-desktop.py */
  IlkRepairKind kind;
  const char   *version;    /* wanted, or NULL */
  const char   *calls;      /* what was called, one a line */
  int           error;      /* -1: it is done; 100: cancelled */
} Row;

#define DONE -1
#define CANCELLED 100
#define ERROR(name) ILK_REPAIR_ERROR_##name
#define PACKAGE "libacsccid1"
#define ID PACKAGE ";1.6.2-1+deb13u1;amd64;debian-main"
#define BY_SYSTEM "resolve " PACKAGE "\ninstall " ID "\n"
#define RESTARTED "TryRestartUnit pcscd.service\n"
#define INSTALL ILK_REPAIR_INSTALL

static const Row rows[] = {
  /* The session's installer, of one kind or the other; else the system's. */
  { "session", "modern+packages+systemd", INSTALL, NULL, "session " PACKAGE "\n" RESTARTED, DONE },
  { "session-old", "old+packages+systemd", INSTALL, NULL, "session " PACKAGE "\n" RESTARTED, DONE },
  { "system", "packages+systemd", INSTALL, NULL, BY_SYSTEM RESTARTED, DONE },
  { "nobody", "systemd", INSTALL, NULL, "", ERROR (NO_INSTALLER) },
  /* What the session's says is the last word: nobody is asked for a password twice. */
  { "session-denied", "modern+packages+denied", INSTALL, NULL, "session " PACKAGE "\n",
    ERROR (DENIED) },
  { "session-cancelled", "modern+packages+cancelled", INSTALL, NULL, "session " PACKAGE "\n",
    CANCELLED },
  { "session-not-found", "modern+packages+not_found", INSTALL, NULL, "session " PACKAGE "\n",
    ERROR (NOT_FOUND) },
  { "session-broken", "modern+packages+broken", INSTALL, NULL, "session " PACKAGE "\n",
    ERROR (FAILED) },
  /* The packages are there though the service was not restarted: that is told by another look. */
  { "no-systemd", "packages", INSTALL, NULL, BY_SYSTEM, DONE },
  { "restart-denied", "packages+systemd+restart_denied", INSTALL, NULL, BY_SYSTEM RESTARTED, DONE },
  { "system-denied", "packages+denied", INSTALL, NULL, BY_SYSTEM, ERROR (DENIED) },
  { "system-not-found", "packages+not_found", INSTALL, NULL,
    "resolve " PACKAGE "\nrefresh\nresolve " PACKAGE "\n", ERROR (NOT_FOUND) },
  { "offline", "packages+offline", INSTALL, NULL, BY_SYSTEM, ERROR (OFFLINE) },
  { "locked", "packages+locked", INSTALL, NULL, BY_SYSTEM, ERROR (BUSY) },
  { "no-space", "packages+no_space", INSTALL, NULL, BY_SYSTEM, ERROR (NO_SPACE) },
  { "broken", "packages+broken", INSTALL, NULL, BY_SYSTEM, ERROR (FAILED) },
  { "dies-mid-install", "packages+dies_mid_install", INSTALL, NULL, BY_SYSTEM, ERROR (FAILED) },
  /* An update goes to the one who can be asked for a version. */
  { "update", "modern+packages+systemd", INSTALL, "1.5.3", BY_SYSTEM RESTARTED, DONE },
  { "update-not-new-enough", "packages+old_version", INSTALL, "1.5.3",
    "resolve " PACKAGE "\nrefresh\nresolve " PACKAGE "\n", ERROR (NOT_FOUND) },

  { "start", "systemd", ILK_REPAIR_START_SERVICE, NULL,
    "EnableUnitFiles pcscd.socket\nStartUnit pcscd.socket\n", DONE },
  { "start-denied", "systemd+denied", ILK_REPAIR_START_SERVICE, NULL,
    "EnableUnitFiles pcscd.socket\n", ERROR (DENIED) },
  { "start-without-unit", "systemd+no_unit", ILK_REPAIR_START_SERVICE, NULL,
    "EnableUnitFiles pcscd.socket\n", ERROR (NOT_FOUND) },
  { "start-without-systemd", "packages", ILK_REPAIR_START_SERVICE, NULL, "", ERROR (NO_INSTALLER) },
  { "restart", "systemd", ILK_REPAIR_RESTART_SERVICE, NULL, "RestartUnit pcscd.service\n", DONE },
  { "restart-denied-itself", "systemd+denied", ILK_REPAIR_RESTART_SERVICE, NULL,
    "RestartUnit pcscd.service\n", ERROR (DENIED) },
  { "command-only", "systemd", ILK_REPAIR_COMMAND_ONLY, NULL, "", ERROR (NO_INSTALLER) },
};

static GTestDBus *session_bus;
static GTestDBus *system_bus;

typedef struct
{
  GSubprocess      *process;
  GDataInputStream *lines;
  GMainLoop        *loop;
  GCancellable     *cancellable;
  IlkRepair        *repair;
  GError           *error;
  gboolean          done;
  int               best;         /* progress seen */
  gboolean          authorizing;
} Run;

static char *
read_line (Run *run)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (run->lines, NULL, NULL, &error);

  g_assert_no_error (error);
  return line;
}

static void
start_desktop (Run        *run,
               const char *scenario)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "host", "fake-desktop.py", NULL);
  g_autofree char *line = NULL;

  run->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                   &error, "/usr/bin/python3", program, scenario, NULL);
  g_assert_no_error (error);
  run->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
  line = read_line (run);
  g_assert_cmpstr (line, ==, "ready");
}

/* What was called, after everything has ended. */
static char *
end_desktop (Run *run)
{
  GString *calls = g_string_new (NULL);
  char *line;

  g_output_stream_close (g_subprocess_get_stdin_pipe (run->process), NULL, NULL);
  while ((line = read_line (run)) != NULL)
    {
      /* dbusmock writes a log of its own between. */
      if (!g_ascii_isdigit (line[0]))
        g_string_append_printf (calls, "%s\n", line);
      g_free (line);
    }
  g_subprocess_wait (run->process, NULL, NULL);
  g_object_unref (run->lines);
  g_object_unref (run->process);
  return g_string_free (calls, FALSE);
}

static void
repaired (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Run *run = data;

  run->done = ilk_repair_run_finish (ILK_REPAIR (source), result, &run->error);
  g_main_loop_quit (run->loop);
}

static void
progressed (IlkRepair *repair,
            Run       *run)
{
  run->best = MAX (run->best, ilk_repair_get_progress (repair));
  run->authorizing = run->authorizing ||
                     ilk_repair_get_status (repair) == ILK_REPAIR_STATUS_AUTHORIZING;
  /* Half-way the person gives it up, in the scenarios that are about that. */
  if (run->cancellable != NULL && run->best == 80)
    g_cancellable_cancel (run->cancellable);
}

static IlkRepairPlan
plan_for (IlkRepairKind kind,
          const char   *version,
          char        **packages)
{
  IlkRepairPlan plan = { .kind = kind, .packages = packages, .version = (char *) version };

  g_atomic_ref_count_init (&plan.ref_count);
  g_atomic_ref_count_inc (&plan.ref_count);
  return plan;
}

static void
carry_out (Run           *run,
           IlkRepairPlan *plan)
{
  run->loop = g_main_loop_new (NULL, FALSE);
  run->repair = ilk_repair_new ();
  g_signal_connect (run->repair, "changed", G_CALLBACK (progressed), run);
  ilk_repair_run_async (run->repair, plan, run->cancellable, repaired, run);
  g_main_loop_run (run->loop);
  g_main_loop_unref (run->loop);
  g_assert_finalize_object (run->repair);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  char *packages[] = { (char *) PACKAGE, NULL };
  IlkRepairPlan plan = plan_for (row->kind, row->version, packages);
  Run run = { NULL };
  g_autofree char *calls = NULL;

  start_desktop (&run, row->desktop);
  carry_out (&run, &plan);
  calls = end_desktop (&run);
  g_assert_cmpstr (calls, ==, row->calls);
  if (row->error == DONE)
    g_assert_no_error (run.error);
  else if (row->error == CANCELLED)
    g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (run.error, ILK_REPAIR_ERROR, row->error);
  g_assert_cmpint (run.done, ==, row->error == DONE);
  if (row->error == DONE && strstr (row->calls, "install ") != NULL)
    {
      g_assert_cmpint (run.best, ==, 80);
      g_assert_true (run.authorizing);
    }
  g_clear_error (&run.error);
}

/* Given up while it waits, it ends; where it is too late for that, it goes on and is done. */
static void
test_cancel (gconstpointer data)
{
  const char *fault = data;
  gboolean refuses = g_str_equal (fault, "refuses_cancel");
  g_autofree char *scenario = g_strconcat ("packages+", fault, NULL);
  char *packages[] = { (char *) PACKAGE, NULL };
  IlkRepairPlan plan = plan_for (INSTALL, NULL, packages);
  Run run = { .cancellable = g_cancellable_new () };
  g_autofree char *calls = NULL;

  start_desktop (&run, scenario);
  carry_out (&run, &plan);
  calls = end_desktop (&run);
  g_assert_cmpstr (calls, ==, BY_SYSTEM "cancel\n");
  if (refuses)
    g_assert_no_error (run.error);
  else
    g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&run.error);
  g_object_unref (run.cancellable);
}

static void
count_end (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (ilk_repair_run_finish (ILK_REPAIR (source), result, &error));
  g_assert_error (error, ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_BUSY);
  run->best++;
}

static void
test_one_at_a_time (void)
{
  IlkRepairPlan plan = plan_for (ILK_REPAIR_RESTART_SERVICE, NULL, NULL);
  Run run = { NULL };
  g_autofree char *calls = NULL;

  start_desktop (&run, "systemd");
  run.loop = g_main_loop_new (NULL, FALSE);
  run.repair = ilk_repair_new ();
  ilk_repair_run_async (run.repair, &plan, NULL, repaired, &run);
  ilk_repair_run_async (run.repair, &plan, NULL, count_end, &run);
  g_main_loop_run (run.loop);
  g_assert_cmpint (run.best, ==, 1);
  g_assert_no_error (run.error);
  calls = end_desktop (&run);
  g_assert_cmpstr (calls, ==, "RestartUnit pcscd.service\n");
  g_main_loop_unref (run.loop);
  g_assert_finalize_object (run.repair);
}

static GTestDBus *
start_bus (const char *variable)
{
  GTestDBus *bus = g_test_dbus_new (G_TEST_DBUS_NONE);

  g_test_dbus_up (bus);
  g_setenv (variable, g_test_dbus_get_bus_address (bus), TRUE);
  return bus;
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/repair/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_data_func ("/repair/cancelled", "waits", test_cancel);
  g_test_add_data_func ("/repair/too-late-to-cancel", "refuses_cancel", test_cancel);
  g_test_add_func ("/repair/one-at-a-time", test_one_at_a_time);

  /* Each sets the address of the session bus; the last one is it. */
  system_bus = start_bus ("DBUS_SYSTEM_BUS_ADDRESS");
  session_bus = start_bus ("DBUS_SESSION_BUS_ADDRESS");
  status = g_test_run ();
  g_test_dbus_stop (session_bus);
  g_test_dbus_stop (system_bus);
  g_object_unref (session_bus);
  g_object_unref (system_bus);
  return status;
}
