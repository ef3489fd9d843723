/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-package-job.h"

/* Source: the D-Bus interfaces org.freedesktop.PackageKit.Modify2 (of GNOME Software) and .Modify
 * (of others) on the session bus. A call is answered when everything is over, so it has no limit. */
#define NAME "org.freedesktop.PackageKit"
#define PATH "/org/freedesktop/PackageKit"
#define OUR_DESKTOP_ID "tr.org.ilkimza.Ilkimza.desktop"

typedef struct
{
  char           **packages;
  GDBusConnection *bus;
  gboolean         is_old;   /* the older interface is asked */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_strfreev (request->packages);
  g_clear_object (&request->bus);
  g_free (request);
}

static gboolean
is_nobody_there (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

static GError *
map_error (GError *error)
{
  static const struct {
    const char    *name;
    IlkRepairError code;
  } names[] = {
    { NAME ".NoPackagesFound", ILK_REPAIR_ERROR_NOT_FOUND },
    { NAME ".Forbidden", ILK_REPAIR_ERROR_DENIED },
    { NAME ".Denied", ILK_REPAIR_ERROR_DENIED },
  };
  g_autofree char *remote = g_dbus_error_get_remote_error (error);
  GError *mapped;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  g_dbus_error_strip_remote_error (error);
  if (g_strcmp0 (remote, NAME ".Cancelled") == 0)
    mapped = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, error->message);
  else
    mapped = g_error_new_literal (ILK_REPAIR_ERROR,
                                  is_nobody_there (error) ? ILK_REPAIR_ERROR_NO_INSTALLER
                                                          : ILK_REPAIR_ERROR_FAILED,
                                  error->message);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (remote, names[i].name) == 0)
        mapped->code = names[i].code;
    }
  g_error_free (error);
  return mapped;
}

static void call (GTask *task);

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL && is_nobody_there (error) && !request->is_old)
    {
      g_error_free (error);
      request->is_old = TRUE;
      call (task);
      return;
    }
  if (answer != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, map_error (error));
  g_object_unref (task);
}

static void
call (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  GVariant *arguments = request->is_old
    ? g_variant_new ("(u^ass)", 0, request->packages, "hide-finished")
    : g_variant_new ("(^asssa{sv})", request->packages, "hide-finished", OUR_DESKTOP_ID, NULL);

  g_dbus_connection_call (request->bus, NAME, PATH,
                          request->is_old ? NAME ".Modify" : NAME ".Modify2",
                          "InstallPackageNames", arguments, NULL,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT,
                          g_task_get_cancellable (task), answered, task);
}

static void
got_bus (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  request->bus = g_bus_get_finish (result, &error);
  if (request->bus != NULL)
    {
      call (task);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_NO_INSTALLER,
                             "no session bus: %s", error->message);
  g_object_unref (task);
}

void
ilk_package_session_install_async (const char *const   *packages,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->packages = g_strdupv ((char **) packages);
  g_task_set_source_tag (task, ilk_package_session_install_async);
  g_task_set_task_data (task, request, request_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, got_bus, task);
}

gboolean
ilk_package_session_install_finish (GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
