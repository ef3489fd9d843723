/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-repair.h"

#include "host/ilk-package-job.h"

/* Source: the D-Bus interface org.freedesktop.systemd1(5). */
#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER SYSTEMD ".Manager"
#define SOCKET_UNIT "pcscd.socket"
#define SERVICE_UNIT "pcscd.service"

struct _IlkRepair
{
  GObject         parent_instance;

  IlkRepairStatus status;
  int             progress;
  gboolean        running;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (ilk-repair-error-quark, ilk_repair_error)
G_DEFINE_FINAL_TYPE (IlkRepair, ilk_repair, G_TYPE_OBJECT)

static void
set_state (IlkRepair       *self,
           IlkRepairStatus  status,
           int              progress)
{
  if (self->status == status && self->progress == progress)
    return;
  self->status = status;
  self->progress = progress;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
end (GTask  *task,
     GError *error)
{
  IlkRepair *self = g_task_get_source_object (task);

  self->running = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* --- systemd --- */

static GError *
map_systemd_error (GError *error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);
  IlkRepairError code = ILK_REPAIR_ERROR_FAILED;
  GError *mapped;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ||
      g_strcmp0 (remote, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired") == 0)
    code = ILK_REPAIR_ERROR_DENIED;
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    code = ILK_REPAIR_ERROR_NO_INSTALLER;
  else if (g_strcmp0 (remote, SYSTEMD ".NoSuchUnit") == 0)
    code = ILK_REPAIR_ERROR_NOT_FOUND;
  g_dbus_error_strip_remote_error (error);
  mapped = g_error_new_literal (ILK_REPAIR_ERROR, (int) code, error->message);
  g_error_free (error);
  return mapped;
}

static void
call_systemd (GTask               *task,
              GDBusConnection     *bus,
              const char          *method,
              GVariant            *arguments,
              GAsyncReadyCallback  answered)
{
  g_dbus_connection_call (bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD_MANAGER, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT,
                          g_task_get_cancellable (task), answered, task);
}

static void
unit_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  end (data, answer != NULL ? NULL : map_systemd_error (error));
}

static void
socket_enabled (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  GTask *task = data;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL)
    {
      end (task, map_systemd_error (error));
      return;
    }
  call_systemd (task, G_DBUS_CONNECTION (source), "StartUnit",
                g_variant_new ("(ss)", SOCKET_UNIT, "replace"), unit_done);
}

static void
got_bus_for_start (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  GTask *task = data;
  const char *const units[] = { SOCKET_UNIT, NULL };
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      end (task, map_systemd_error (error));
      return;
    }
  call_systemd (task, bus, "EnableUnitFiles", g_variant_new ("(^asbb)", units, FALSE, FALSE),
                socket_enabled);
}

static void
got_bus_for_restart (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      end (task, map_systemd_error (error));
      return;
    }
  call_systemd (task, bus, "RestartUnit", g_variant_new ("(ss)", SERVICE_UNIT, "replace"),
                unit_done);
}

/* --- after an installation --- */

/* The packages are there. That the service could not be restarted is no failure of that: the next
 * look at the computer tells what is left to do. */
static void
restarted_after_install (GObject      *source,
                         GAsyncResult *result,
                         gpointer      data)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL)
    g_message ("The card service was not restarted: %s", error->message);
  end (data, NULL);
}

static void
got_bus_after_install (GObject      *source,
                       GAsyncResult *result,
                       gpointer      data)
{
  GTask *task = data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus == NULL)
    {
      end (task, NULL);
      return;
    }
  /* Only where it runs: it reads its list of drivers when it starts. */
  call_systemd (task, bus, "TryRestartUnit", g_variant_new ("(ss)", SERVICE_UNIT, "replace"),
                restarted_after_install);
}

static void
restart_after_install (GTask *task)
{
  set_state (g_task_get_source_object (task), ILK_REPAIR_STATUS_RESTARTING, -1);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, got_bus_after_install, task);
}

/* --- packages --- */

static void
job_progressed (IlkRepairStatus  status,
                int              progress,
                gpointer         user_data)
{
  set_state (ILK_REPAIR (user_data), status, progress);
}

static void
job_done (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GError *error = NULL;

  if (ilk_package_job_finish (result, &error))
    restart_after_install (data);
  else
    end (data, error);
}

static void
session_done (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  GTask *task = data;
  IlkRepairPlan *plan = g_task_get_task_data (task);
  GError *error = NULL;

  if (ilk_package_session_install_finish (result, &error))
    {
      restart_after_install (task);
      return;
    }
  if (!g_error_matches (error, ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_NO_INSTALLER))
    {
      end (task, error);
      return;
    }
  g_error_free (error);
  ilk_package_job_async ((const char *const *) plan->packages, plan->version,
                         g_task_get_cancellable (task), job_progressed,
                         g_task_get_source_object (task), job_done, task);
}

/* --- scdaemon --- */

static void
scdaemon_ended (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  GError *error = NULL;

  if (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    end (data, NULL);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (data, error);
  else
    {
      end (data, g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_FAILED, error->message));
      g_error_free (error);
    }
}

static void
end_scdaemon (GTask *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                      "gpgconf", "--kill", "scdaemon", NULL);

  if (process == NULL)
    end (task, g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_NO_INSTALLER,
                                    error->message));
  else
    g_subprocess_wait_check_async (process, g_task_get_cancellable (task), scdaemon_ended, task);
}

/* --- the object --- */

static void
ilk_repair_class_init (IlkRepairClass *klass)
{
  /**
   * IlkRepair::changed:
   *
   * Progress or status differ.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_repair_init (IlkRepair *self)
{
  self->progress = -1;
}

/**
 * ilk_repair_new:
 *
 * Returns: (transfer full): somebody who can mend this computer, one thing at a time
 */
IlkRepair *
ilk_repair_new (void)
{
  return g_object_new (ILK_TYPE_REPAIR, NULL);
}

static void
run (GTask         *task,
     IlkRepairPlan *plan,
     GCancellable  *cancellable)
{
  switch (plan->kind)
    {
    case ILK_REPAIR_INSTALL:
      /* The session's installer has no way to ask for a version. */
      if (plan->version == NULL)
        ilk_package_session_install_async ((const char *const *) plan->packages, cancellable,
                                           session_done, task);
      else
        ilk_package_job_async ((const char *const *) plan->packages, plan->version, cancellable,
                               job_progressed, g_task_get_source_object (task), job_done, task);
      break;
    case ILK_REPAIR_START_SERVICE:
      g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, got_bus_for_start, task);
      break;
    case ILK_REPAIR_RESTART_SERVICE:
      g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, got_bus_for_restart, task);
      break;
    case ILK_REPAIR_END_SCDAEMON:
      end_scdaemon (task);
      break;
    case ILK_REPAIR_NONE:
    case ILK_REPAIR_COMMAND_ONLY:
    default:
      end (task, g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_NO_INSTALLER,
                                      "there is nothing that a program could do"));
    }
}

/**
 * ilk_repair_run_async:
 * @plan: what is to be done
 * @cancellable: (nullable): gives it up as far as the installer lets it
 *
 * Carries out a plan; the desktop asks for an administrator's password where one is needed. While
 * one is under way another ends at once with %ILK_REPAIR_ERROR_BUSY.
 */
void
ilk_repair_run_async (IlkRepair           *self,
                      IlkRepairPlan       *plan,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ILK_IS_REPAIR (self));
  g_return_if_fail (plan != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ilk_repair_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, ilk_repair_plan_ref (plan), (GDestroyNotify) ilk_repair_plan_unref);
  if (self->running)
    {
      g_task_return_new_error (task, ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_BUSY,
                               "another repair is under way");
      g_object_unref (task);
      return;
    }
  self->running = TRUE;
  run (task, plan, cancellable);
}

gboolean
ilk_repair_run_finish (IlkRepair     *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

int
ilk_repair_get_progress (IlkRepair *self)
{
  g_return_val_if_fail (ILK_IS_REPAIR (self), -1);

  return self->progress;
}

IlkRepairStatus
ilk_repair_get_status (IlkRepair *self)
{
  g_return_val_if_fail (ILK_IS_REPAIR (self), ILK_REPAIR_STATUS_WAITING);

  return self->status;
}
