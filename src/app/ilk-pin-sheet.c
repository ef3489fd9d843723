/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <string.h>

#include "app/ilk-password-words.h"
#include "app/ilk-pin-sheet-file.h"
#include "app/ilk-pin-sheet.h"

#define N_WORDS 4

typedef struct {
  IlkPinSheetContent  content;
  char               *path;
  IlkSecret          *password;
} Sheet;

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;

  g_free (sheet->content.holder);
  g_free (sheet->content.issuer);
  g_free (sheet->content.card_serial);
  g_clear_pointer (&sheet->content.pin, ilk_secret_unref);
  g_clear_pointer (&sheet->password, ilk_secret_unref);
  g_free (sheet->path);
  g_free (sheet);
}

/* A number below limit, each equally likely: what is above the last multiple of limit that 16 bits
 * hold is drawn anew. */
static guint
draw_index (guint limit)
{
  const guint end = 0x10000 / limit * limit;
  guint number;

  do
    {
      g_autoptr(IlkSecret) bytes = ilk_secret_new_random (2);
      const guint8 *data = ilk_secret_peek (bytes);

      number = data[0] << 8 | data[1];
    }
  while (number >= end);
  return number % limit;
}

/**
 * ilk_pin_sheet_new_password:
 *
 * Returns: (transfer full): four words of a–z joined by "-", about 42 bits
 */
IlkSecret *
ilk_pin_sheet_new_password (void)
{
  IlkSecret *password = ilk_secret_new (N_WORDS * 8);

  for (int i = 0; i < N_WORDS; i++)
    {
      const char *word = ilk_password_words_get (draw_index (ilk_password_words_get_count ()));

      if (i > 0)
        ilk_secret_append_byte (password, '-');
      ilk_secret_append (password, word, strlen (word));
    }
  return password;
}

static void
write_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Sheet *sheet = task_data;
  IlkWipedBuffer pdf = { NULL };
  g_autoptr(GBytes) encrypted = NULL;
  GError *error = NULL;

  if (ilk_pin_sheet_draw (&sheet->content, &pdf, &error))
    encrypted = ilk_pin_sheet_encrypt (&pdf, sheet->password, &error);
  ilk_wiped_buffer_clear (&pdf);

  if (encrypted != NULL &&
      ilk_pin_sheet_write_file (sheet->path, encrypted, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * ilk_pin_sheet_write_async:
 * @path: the file to make; an older one is replaced
 * @holder: (nullable): printed
 * @issuer: (nullable): printed
 * @card_serial: (nullable): printed
 * @when: seconds since 1970, printed as the PIN's date
 * @pin: digits; copied
 * @password: what opens the file; copied
 *
 * There is never an unencrypted file. Fails with %ILK_APP_ERROR_SAVE.
 */
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
  g_autoptr(GTask) task = NULL;
  Sheet *sheet;

  g_return_if_fail (path != NULL && pin != NULL && password != NULL);

  sheet = g_new0 (Sheet, 1);
  sheet->path = g_strdup (path);
  sheet->content.holder = g_strdup (holder);
  sheet->content.issuer = g_strdup (issuer);
  sheet->content.card_serial = g_strdup (card_serial);
  sheet->content.when = when;
  sheet->content.pin = ilk_secret_copy (pin);
  sheet->password = ilk_secret_copy (password);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ilk_pin_sheet_write_async);
  g_task_set_task_data (task, sheet, sheet_free);
  g_task_run_in_thread (task, write_in_thread);
}

gboolean
ilk_pin_sheet_write_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
