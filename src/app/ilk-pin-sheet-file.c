/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <qpdf/qpdf-c.h>

#include "app/ilk-pin-sheet-file.h"
#include "app/ilk-problem.h"

/* Digits of a password that nobody knows or needs, for changing the file's permissions. */
#define OWNER_PASSWORD_LENGTH 40

static gboolean
set_save_error (GError     **error,
                const char  *what,
                int          code)
{
  g_set_error (error, ILK_APP_ERROR, ILK_APP_ERROR_SAVE, "%s: %s", what, g_strerror (code));
  return FALSE;
}

/**
 * ilk_pin_sheet_encrypt:
 * @pdf: an unencrypted PDF
 * @password: ASCII
 *
 * AES with 256 bits as PDF 2.0 has it (ISO 32000-2, revision 6 of the standard security handler).
 * What the file may be used for is not restricted, apart from changing it: a screen reader and a
 * printer are welcome.
 *
 * Returns: (transfer full): a PDF that only @password opens
 */
GBytes *
ilk_pin_sheet_encrypt (const IlkWipedBuffer  *pdf,
                       IlkSecret             *password,
                       GError               **error)
{
  g_autoptr(IlkSecret) owner = ilk_secret_new_random_digits (OWNER_PASSWORD_LENGTH);
  qpdf_data job = qpdf_init ();
  GBytes *bytes = NULL;

  qpdf_silence_errors (job);
  qpdf_set_suppress_warnings (job, QPDF_TRUE);
  if (!(qpdf_read_memory (job, "sheet", (const char *) pdf->data, pdf->length, NULL) & QPDF_ERRORS)
      && !(qpdf_init_write_memory (job) & QPDF_ERRORS))
    {
      qpdf_set_r6_encryption_parameters2 (job,
                                          (const char *) ilk_secret_peek (password),
                                          (const char *) ilk_secret_peek (owner),
                                          QPDF_TRUE, QPDF_TRUE,
                                          QPDF_FALSE, QPDF_FALSE, QPDF_FALSE, QPDF_FALSE,
                                          qpdf_r3p_full, QPDF_TRUE);
      if (!(qpdf_write (job) & QPDF_ERRORS))
        bytes = g_bytes_new (qpdf_get_buffer (job), qpdf_get_buffer_length (job));
    }
  if (bytes == NULL)
    g_set_error_literal (error, ILK_APP_ERROR, ILK_APP_ERROR_SAVE,
                         "The sheet can't be encrypted");
  qpdf_cleanup (&job);
  return bytes;
}

static gboolean
write_all (int      fd,
           GBytes  *bytes,
           GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  while (length > 0)
    {
      ssize_t written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return set_save_error (error, "The sheet can't be written", errno);
      data += written;
      length -= written;
    }
  return fsync (fd) == 0 || set_save_error (error, "The sheet can't be written", errno);
}

/* So that the name survives a power cut too; a file system that can't do it is no failure. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("The folder of the sheet can't be synced");
  close (fd);
}

static gboolean
write_and_name (int            fd,
                const char    *temporary,
                const char    *path,
                GBytes        *bytes,
                GCancellable  *cancellable,
                GError       **error)
{
  gboolean written = write_all (fd, bytes, error);

  if (close (fd) != 0 && written)
    written = set_save_error (error, "The sheet can't be written", errno);
  if (!written || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (rename (temporary, path) != 0)
    return set_save_error (error, "The sheet can't get its name", errno);
  sync_folder (path);
  return TRUE;
}

/**
 * ilk_pin_sheet_write_file:
 * @path: made, or replaced as a whole
 *
 * The file is made under a temporary name beside @path with mode 0600, from the first byte on and
 * whatever the umask, and gets its name when it is complete.
 */
gboolean
ilk_pin_sheet_write_file (const char    *path,
                          GBytes        *bytes,
                          GCancellable  *cancellable,
                          GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf (".%s.ilkimza", unique);
  g_autofree char *temporary = g_build_filename (folder, name, NULL);
  int fd;

  fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return set_save_error (error, "The sheet can't be made", errno);
  if (write_and_name (fd, temporary, path, bytes, cancellable, error))
    return TRUE;
  unlink (temporary);
  return FALSE;
}
