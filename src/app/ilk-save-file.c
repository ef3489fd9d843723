/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-save-file.h"

/* The one place that knows GtkFileChooserNative: its successor comes with a later GTK. */

static void
on_response (GtkNativeDialog *dialog,
             int              response,
             GTask           *task)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_destroy (dialog);

  if (file != NULL && g_file_peek_path (file) != NULL)
    g_task_return_pointer (task, g_file_get_path (file), g_free);
  else if (file != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             "a place on this computer is needed");
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "no file was chosen");
  g_object_unref (task);
}

/* What the ending of the suggested name offers. */
static const struct {
  const char *ending;
  const char *name;
  const char *patterns[3];
} kinds[] = {
  { ".pdf", N_("PDF documents"), { "*.pdf" } },
  { ".txt", N_("Reports"), { "*.txt", "*.json" } },
};

static void
add_filter (GtkFileChooser *chooser,
            const char     *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GtkFileFilter) filter = NULL;

      if (!g_str_has_suffix (name, kinds[i].ending))
        continue;
      filter = gtk_file_filter_new ();
      gtk_file_filter_set_name (filter, _(kinds[i].name));
      for (const char *const *pattern = kinds[i].patterns; *pattern != NULL; pattern++)
        gtk_file_filter_add_pattern (filter, *pattern);
      gtk_file_chooser_add_filter (chooser, filter);
    }
}

/**
 * ilk_save_file_async:
 * @parent: a widget of the window that asks
 * @title: of the dialog
 * @name: the suggested name, with ".pdf" or ".txt" at its end
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks where a file shall be saved.
 */
void
ilk_save_file_async (GtkWidget           *parent,
                     const char          *title,
                     const char          *name,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (parent)),
                                 GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));

  g_task_set_source_tag (task, ilk_save_file_async);
  add_filter (GTK_FILE_CHOOSER (dialog), name);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);

  g_task_set_task_data (task, dialog, g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * ilk_save_file_finish:
 * @result: the result
 * @error: %G_IO_ERROR_CANCELLED when no file was chosen
 *
 * Returns: (transfer full): the path
 */
char *
ilk_save_file_finish (GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
