/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include "app/ilk-diagnosis-command.h"

#define OUTPUT_MAX (64 * 1024)

static void
on_printed (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) output = NULL;
  GError *error = NULL;
  gsize length;
  const char *text;

  if (!g_subprocess_communicate_finish (G_SUBPROCESS (source), result, &output, NULL, &error))
    {
      g_subprocess_force_exit (G_SUBPROCESS (source));
      g_task_return_error (task, error);
      return;
    }
  text = output != NULL ? g_bytes_get_data (output, &length) : NULL;
  if (text == NULL)
    g_task_return_pointer (task, g_strdup (""), g_free);
  else
    g_task_return_pointer (task, g_utf8_make_valid (text, (gssize) MIN (length, OUTPUT_MAX)),
                           g_free);
}

/**
 * ilk_diagnosis_command_async:
 * @argv: the program, its path or a name to be searched for, and its arguments
 *
 * Runs @argv in the C locale, without input and with what it complains about thrown away. Its exit
 * status is not looked at: those that are asked here use it to say "some are not installed".
 */
void
ilk_diagnosis_command_async (const char *const   *argv,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, ilk_diagnosis_command_async);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (process == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_subprocess_communicate_async (process, NULL, cancellable, on_printed, task);
}

/**
 * ilk_diagnosis_command_finish:
 *
 * Returns: (transfer full) (nullable): what was printed, valid UTF-8
 */
char *
ilk_diagnosis_command_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
