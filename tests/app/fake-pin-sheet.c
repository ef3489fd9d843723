/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/ilk-pin-sheet.h"

/* No file is written: saving succeeds, or fails where the path says so. */

IlkSecret *
ilk_pin_sheet_new_password (void)
{
  return ilk_secret_new_from_data ("elma-kapi-deniz-sokak", 21);
}

void
ilk_pin_sheet_write_async (const char          *path,
                           const char          *holder,
                           const char          *issuer,
                           const char          *card_serial,
                           gint64               when,
                           IlkSecret           *pin,
                           IlkSecret           *password,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  if (g_str_has_suffix (path, "full.pdf"))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the disk is full");
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
ilk_pin_sheet_write_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
