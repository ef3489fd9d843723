/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-session-kind.h"

#define LOGIND "org.freedesktop.login1"
#define OUR_SESSION "/org/freedesktop/login1/session/auto"

static void
got_properties (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) properties = NULL;
  gboolean is_remote = FALSE;
  gboolean is_active = TRUE;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  properties = g_variant_get_child_value (answer, 0);
  g_variant_lookup (properties, "Remote", "b", &is_remote);
  g_variant_lookup (properties, "Active", "b", &is_active);
  g_task_return_boolean (task, is_remote || !is_active);
}

static void
got_bus (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  g_autoptr (GDBusConnection) bus = NULL;
  GError *error = NULL;

  bus = g_bus_get_finish (result, &error);
  if (bus == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_dbus_connection_call (bus, LOGIND, OUR_SESSION, "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", LOGIND ".Session"), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
                          got_properties, task);
}

/**
 * ilk_session_kind_ask_async:
 *
 * Asks logind. Source: org.freedesktop.login1(5), pcsc-lite's polkit defaults (active: yes, all
 * others: no).
 */
void
ilk_session_kind_ask_async (GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ilk_session_kind_ask_async);
  g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, got_bus, task);
}

/**
 * ilk_session_kind_ask_finish:
 * @remote: (out): whether polkit's defaults refuse it
 *
 * Returns: %FALSE when nobody could say
 */
gboolean
ilk_session_kind_ask_finish (GAsyncResult  *result,
                             gboolean      *remote,
                             GError       **error)
{
  GError *failed = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  *remote = g_task_propagate_boolean (G_TASK (result), &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}
