/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ilk-error.h"
#include "virtual/ilk-private-file.h"

static gboolean
cannot_read (const char  *path,
             int          code,
             GError     **error)
{
  g_set_error (error, ILK_ERROR, ILK_ERROR_FILE, "“%s” cannot be read: %s", path,
               g_strerror (code));
  return FALSE;
}

static gboolean
cannot_write (const char  *path,
              int          code,
              GError     **error)
{
  g_set_error (error, ILK_ERROR, ILK_ERROR_FILE, "“%s” cannot be written: %s", path,
               g_strerror (code));
  return FALSE;
}

static gboolean
read_all (int        fd,
          IlkSecret *out,
          gsize      max_size)
{
  gsize done = 0;

  while (done < max_size)
    {
      gssize n = read (fd, ilk_secret_get_writable (out) + done, max_size - done);

      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        done += n;
    }
  ilk_secret_set_length (out, done);
  return TRUE;
}

/**
 * ilk_private_file_read:
 * @path: a file
 * @max_size: larger files are refused
 * @error: ILK_ERROR_FILE
 *
 * Returns: (transfer full): the content, with room for one byte more, or %NULL
 */
IlkSecret *
ilk_private_file_read (const char  *path,
                       gsize        max_size,
                       GError     **error)
{
  g_autoptr (IlkSecret) out = NULL;
  struct stat facts;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0 || fstat (fd, &facts) != 0)
    {
      cannot_read (path, errno, error);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  if ((gsize) facts.st_size > max_size)
    {
      close (fd);
      cannot_read (path, EFBIG, error);
      return NULL;
    }

  out = ilk_secret_new (facts.st_size + 1);
  ok = read_all (fd, out, facts.st_size);
  if (!ok)
    cannot_read (path, errno, error);
  close (fd);
  return ok ? g_steal_pointer (&out) : NULL;
}

static gboolean
write_all (int           fd,
           const guint8 *data,
           gsize         length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        {
          data += n;
          length -= n;
        }
    }
  return TRUE;
}

/* The rename itself must be on the disk, too. */
static gboolean
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

/**
 * ilk_private_file_write:
 * @path: a file, replaced if it exists
 * @data: (array length=length): its content
 * @length: in bytes
 * @error: ILK_ERROR_FILE
 *
 * Writes a file of mode 0600 beside @path, and renames it over @path when it is on the disk.
 *
 * Returns: whether it is written
 */
gboolean
ilk_private_file_write (const char     *path,
                        gconstpointer   data,
                        gsize           length,
                        GError        **error)
{
  g_autofree char *fresh = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (fresh, O_WRONLY | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    return cannot_write (path, errno, error);

  ok = write_all (fd, data, length) && fsync (fd) == 0;
  ok = close (fd) == 0 && ok;
  ok = ok && g_rename (fresh, path) == 0 && sync_folder (path);
  if (!ok)
    {
      cannot_write (path, errno, error);
      g_unlink (fresh);
    }
  return ok;
}
