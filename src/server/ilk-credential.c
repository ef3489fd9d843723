/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-credential.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/ilk-server-error.h"

/* systemd lets the service's user in by an access list on a file of root's (mode 0440 then): its
 * group is root's, who needs no leave. */
static gboolean
is_private (const struct stat *status)
{
  gboolean of_root = status->st_uid == 0 && status->st_gid == 0;

  return (status->st_mode & 077) == 0 || (of_root && (status->st_mode & 07777) == 0440);
}

static gboolean
check_file (int         fd,
            const char *path,
            gsize       max,
            GError    **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s is not a file", path);
  else if (!is_private (&status))
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                 "%s can be read by others (mode %04o); it must have mode 0600 or 0400",
                 path, status.st_mode & 07777);
  else if (status.st_size < 1 || (gsize) status.st_size > max)
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                 "%s has %d bytes instead of at most %d", path, (int) status.st_size, (int) max);
  else
    return TRUE;
  return FALSE;
}

static int
open_file (const char *path,
           GError    **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s: %s", path,
                 g_strerror (errno));
  return fd;
}

IlkSecret *
ilk_credential_read (const char *path,
                     gsize       max,
                     GError    **error)
{
  g_autoptr (IlkSecret) secret = NULL;
  int fd = open_file (path, error);
  gssize length = -1;

  if (fd < 0)
    return NULL;
  if (check_file (fd, path, max, error))
    {
      secret = ilk_secret_new (max);
      length = read (fd, ilk_secret_get_writable (secret), max);
      if (length < 1)
        g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s can't be read", path);
    }
  close (fd);
  if (length < 1)
    return NULL;
  ilk_secret_set_length (secret, (gsize) length);
  return g_steal_pointer (&secret);
}

IlkSecret *
ilk_credential_read_line (const char *path,
                          gsize       max,
                          GError    **error)
{
  IlkSecret *secret = ilk_credential_read (path, max, error);
  gsize length = secret != NULL ? ilk_secret_get_length (secret) : 0;

  while (length > 0 && (ilk_secret_peek (secret)[length - 1] == '\n' ||
                        ilk_secret_peek (secret)[length - 1] == '\r'))
    ilk_secret_truncate (secret, --length);
  return secret;
}

gboolean
ilk_credential_check (const char *path,
                      GError    **error)
{
  int fd = open_file (path, error);
  gboolean good = fd >= 0 && check_file (fd, path, G_MAXINT, error);

  if (fd >= 0)
    close (fd);
  return good;
}
