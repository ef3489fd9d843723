/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-package-job.h"

#include "host/ilk-driver-bundle.h"

#include <string.h>

/* Source: the D-Bus interface org.freedesktop.PackageKit.Transaction of PackageKit 1.2; the numbers
 * are those of its pk-enum.h. One transaction serves one method. */
#define NAME "org.freedesktop.PackageKit"
#define PATH "/org/freedesktop/PackageKit"
#define TRANSACTION NAME ".Transaction"
#define FILTER_NOT_INSTALLED (1 << 3)
#define FILTER_NEWEST (1 << 16)
#define FILTER_ARCH (1 << 18)
#define FLAG_ONLY_TRUSTED (1 << 1)
#define EXIT_SUCCESS_PK 1
#define EXIT_CANCELLED_PK 3
#define PERCENTAGE_UNKNOWN 101

typedef enum {
  STEP_RESOLVE,
  STEP_REFRESH,
  STEP_RESOLVE_AGAIN,
  STEP_INSTALL,
} Step;

typedef struct
{
  char             **packages;
  char              *least_version;
  IlkPackageProgress progress;
  gpointer           progress_data;

  GDBusConnection   *bus;
  Step               step;
  char              *path;          /* of the transaction */
  guint              signals;
  guint              watch;         /* whether the service is still there */
  gulong             cancelled;
  GPtrArray         *ids;           /* of the packages that were found */
  GError            *error;         /* what the transaction said was wrong */
  IlkRepairStatus    status;
  int                percentage;
  gboolean           over;
} Job;

static void begin (GTask *task);

static void
forget_transaction (Job *job)
{
  if (job->signals != 0)
    g_dbus_connection_signal_unsubscribe (job->bus, job->signals);
  job->signals = 0;
  g_clear_pointer (&job->path, g_free);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->bus != NULL)
    forget_transaction (job);
  g_clear_object (&job->bus);
  g_strfreev (job->packages);
  g_free (job->least_version);
  g_ptr_array_unref (job->ids);
  g_clear_error (&job->error);
  g_free (job);
}

/* The one place where the task ends; takes the error. */
static void
end (GTask  *task,
     GError *error)
{
  Job *job = g_task_get_task_data (task);

  if (job->over)
    {
      g_clear_error (&error);
      return;
    }
  job->over = TRUE;
  if (job->bus != NULL)
    forget_transaction (job);
  if (job->watch != 0)
    g_bus_unwatch_name (job->watch);
  job->watch = 0;
  g_cancellable_disconnect (g_task_get_cancellable (task), job->cancelled);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
tell (Job *job)
{
  if (job->progress != NULL)
    job->progress (job->status, job->percentage, job->progress_data);
}

static void
take_status (Job  *job,
             guint status)
{
  switch (status)
    {
    case 7: case 8: case 20: case 21: case 22: case 23: case 24: case 25:
      job->status = ILK_REPAIR_STATUS_DOWNLOADING;
      break;
    case 9: case 10: case 11: case 12: case 15: case 16:
      job->status = ILK_REPAIR_STATUS_INSTALLING;
      break;
    case 31:
      job->status = ILK_REPAIR_STATUS_AUTHORIZING;
      break;
    default:
      job->status = ILK_REPAIR_STATUS_WAITING;
    }
}

static IlkRepairError
code_of (guint code)
{
  switch (code)
    {
    case 2: case 10: case 18: case 37: case 43:
      return ILK_REPAIR_ERROR_OFFLINE;
    case 8: case 19: case 27: case 49:
      return ILK_REPAIR_ERROR_NOT_FOUND;
    case 26: case 67:
      return ILK_REPAIR_ERROR_BUSY;
    case 46:
      return ILK_REPAIR_ERROR_NO_SPACE;
    case 48:
      return ILK_REPAIR_ERROR_DENIED;
    default:
      return ILK_REPAIR_ERROR_FAILED;
    }
}

/* "NAME;VERSION;ARCH;DATA": the wanted version, where one is wanted. */
static gboolean
is_new_enough (const char *least_version,
               const char *id)
{
  g_auto (GStrv) parts = g_strsplit (id, ";", 4);

  if (least_version == NULL)
    return TRUE;
  if (g_strv_length (parts) < 2)
    return FALSE;
  /* What a distribution adds to the maker's version is not compared. */
  parts[1][strspn (parts[1], "0123456789.")] = '\0';
  return !ilk_version_is_older (parts[1], least_version);
}

static void
take_package (Job        *job,
              const char *id)
{
  gboolean driver = job->packages[1] == NULL;

  if (job->step != STEP_RESOLVE && job->step != STEP_RESOLVE_AGAIN)
    return;
  if (!driver || is_new_enough (job->least_version, id))
    g_ptr_array_add (job->ids, g_strdup (id));
}

static void
go_on (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  switch (job->step)
    {
    case STEP_RESOLVE:
      job->step = job->ids->len > 0 ? STEP_INSTALL : STEP_REFRESH;
      break;
    case STEP_REFRESH:
      job->step = STEP_RESOLVE_AGAIN;
      break;
    case STEP_RESOLVE_AGAIN:
      if (job->ids->len == 0)
        {
          end (task, g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_NOT_FOUND,
                                          "no such package in the system's sources"));
          return;
        }
      job->step = STEP_INSTALL;
      break;
    case STEP_INSTALL:
    default:
      end (task, NULL);
      return;
    }
  begin (task);
}

static void
finished (GTask *task,
          guint  exit_code)
{
  Job *job = g_task_get_task_data (task);

  forget_transaction (job);
  if (exit_code == EXIT_SUCCESS_PK)
    go_on (task);
  else if (exit_code == EXIT_CANCELLED_PK)
    end (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "it was cancelled"));
  else if (job->error != NULL)
    end (task, g_steal_pointer (&job->error));
  else
    end (task, g_error_new (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_FAILED,
                            "the package service ended with %u", exit_code));
}

static void
take_properties (Job      *job,
                 GVariant *parameters)
{
  g_autoptr (GVariant) changed = g_variant_get_child_value (parameters, 1);
  guint status;
  guint percentage;

  if (g_variant_lookup (changed, "Status", "u", &status))
    take_status (job, status);
  if (g_variant_lookup (changed, "Percentage", "u", &percentage))
    job->percentage = percentage < PERCENTAGE_UNKNOWN ? (int) percentage : -1;
  tell (job);
}

static void
got_signal (GDBusConnection *bus,
            const char      *sender,
            const char      *path,
            const char      *interface,
            const char      *signal,
            GVariant        *parameters,
            gpointer         data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);

  if (job->over || g_strcmp0 (path, job->path) != 0)
    return;
  if (g_str_equal (signal, "Package") && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uss)")))
    {
      const char *id;

      g_variant_get_child (parameters, 1, "&s", &id);
      take_package (job, id);
    }
  else if (g_str_equal (signal, "ErrorCode") &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      const char *details;
      guint code;

      g_variant_get (parameters, "(u&s)", &code, &details);
      g_clear_error (&job->error);
      job->error = g_error_new_literal (ILK_REPAIR_ERROR, (int) code_of (code), details);
    }
  else if (g_str_equal (signal, "Finished") &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)")))
    {
      guint exit_code;

      g_variant_get_child (parameters, 0, "u", &exit_code);
      finished (task, exit_code);
    }
  else if (g_str_equal (signal, "PropertiesChanged") &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    {
      take_properties (job, parameters);
    }
}

static GError *
map_call_error (GError *error)
{
  g_autofree char *remote = NULL;
  IlkRepairError code = ILK_REPAIR_ERROR_FAILED;
  GError *mapped;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  remote = g_dbus_error_get_remote_error (error);
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    code = ILK_REPAIR_ERROR_NO_INSTALLER;
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ||
           (remote != NULL && strstr (remote, "RefusedByPolicy") != NULL))
    code = ILK_REPAIR_ERROR_DENIED;
  g_dbus_error_strip_remote_error (error);
  mapped = g_error_new_literal (ILK_REPAIR_ERROR, (int) code, error->message);
  g_error_free (error);
  return mapped;
}

/* That the method was taken says nothing; how it ends comes by signals. */
static void
method_taken (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL)
    end (task, map_call_error (error));
}

static void
call_transaction (GTask      *task,
                  const char *method,
                  GVariant   *arguments)
{
  Job *job = g_task_get_task_data (task);

  g_dbus_connection_call (job->bus, NAME, job->path, TRANSACTION, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT, NULL,
                          method_taken, g_object_ref (task));
}

static void
call_method (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr (GVariantBuilder) ids = g_variant_builder_new (G_VARIANT_TYPE ("as"));

  switch (job->step)
    {
    case STEP_REFRESH:
      call_transaction (task, "RefreshCache", g_variant_new ("(b)", FALSE));
      break;
    case STEP_INSTALL:
      for (guint i = 0; i < job->ids->len; i++)
        g_variant_builder_add (ids, "s", job->ids->pdata[i]);
      call_transaction (task, "InstallPackages",
                        g_variant_new ("(tas)", (guint64) FLAG_ONLY_TRUSTED, ids));
      break;
    case STEP_RESOLVE:
    case STEP_RESOLVE_AGAIN:
    default:
      call_transaction (task, "Resolve",
                        g_variant_new ("(t^as)",
                                       (guint64) (FILTER_NOT_INSTALLED | FILTER_NEWEST | FILTER_ARCH),
                                       job->packages));
    }
}

static void
transaction_made (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = NULL;
  const char *const hints[] = { "interactive=true", "background=false", NULL };
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (job->over)
    {
      g_clear_error (&error);
      return;
    }
  if (answer == NULL)
    {
      end (task, map_call_error (error));
      return;
    }
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      end (task, error);
      return;
    }
  g_variant_get (answer, "(o)", &job->path);
  job->signals = g_dbus_connection_signal_subscribe (job->bus, NAME, NULL, NULL, job->path, NULL,
                                                     G_DBUS_SIGNAL_FLAGS_NONE, got_signal,
                                                     g_object_ref (task), g_object_unref);
  call_transaction (task, "SetHints", g_variant_new ("(^as)", hints));
  call_method (task);
}

/* One step: a transaction of its own. */
static void
begin (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  g_ptr_array_set_size (job->ids, job->step == STEP_INSTALL ? (int) job->ids->len : 0);
  job->status = ILK_REPAIR_STATUS_WAITING;
  job->percentage = -1;
  tell (job);
  g_dbus_connection_call (job->bus, NAME, PATH, NAME, "CreateTransaction", NULL,
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          transaction_made, g_object_ref (task));
}

/* The service asks itself whether it can stop now; what comes of it is its "Finished". */
static void
cancel_wanted (GCancellable *cancellable,
               GTask        *task)
{
  Job *job = g_task_get_task_data (task);

  if (job->over || job->path == NULL)
    return;
  g_dbus_connection_call (job->bus, NAME, job->path, TRANSACTION, "Cancel", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
service_vanished (GDBusConnection *bus,
                  const char      *name,
                  gpointer         data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);

  /* Before the first transaction nobody was started yet. */
  if (job->path != NULL)
    end (task, g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_FAILED,
                                    "the package service ended before it was done"));
}

static void
got_bus (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  job->bus = g_bus_get_finish (result, &error);
  if (job->bus == NULL)
    {
      end (task, map_call_error (error));
      return;
    }
  job->watch = g_bus_watch_name_on_connection (job->bus, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                               NULL, service_vanished, task, NULL);
  if (cancellable != NULL)
    job->cancelled = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancel_wanted), task);
  begin (task);
}

void
ilk_package_job_async (const char *const   *packages,
                       const char          *least_version,
                       GCancellable        *cancellable,
                       IlkPackageProgress   progress,
                       gpointer             progress_data,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->packages = g_strdupv ((char **) packages);
  job->least_version = g_strdup (least_version);
  job->progress = progress;
  job->progress_data = progress_data;
  job->ids = g_ptr_array_new_with_free_func (g_free);
  job->percentage = -1;
  g_task_set_source_tag (task, ilk_package_job_async);
  /* How it ended counts, not that somebody would have liked to stop it. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, job_free);
  g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, got_bus, task);
}

gboolean
ilk_package_job_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
