/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-supervisor.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_FD 3
#define MAX_SOCKETS 16

static void
passed_socket_free (gpointer data)
{
  IlkPassedSocket *self = data;

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->name);
  g_free (self);
}

/* The variables are inherited by whatever a service starts, so they say whom they are for. */
static int
count_sockets (void)
{
  gint64 pid;
  gint64 count;

  if (g_getenv ("LISTEN_PID") == NULL || g_getenv ("LISTEN_FDS") == NULL ||
      !g_ascii_string_to_signed (g_getenv ("LISTEN_PID"), 10, 1, G_MAXINT, &pid, NULL) ||
      !g_ascii_string_to_signed (g_getenv ("LISTEN_FDS"), 10, 1, MAX_SOCKETS, &count, NULL))
    return 0;
  return pid == getpid () ? (int) count : 0;
}

/**
 * ilk_supervisor_take_sockets:
 *
 * Returns: (transfer full) (element-type IlkPassedSocket): the sockets; one whose fd is taken out
 *   and set to -1 is not closed with the list
 */
GPtrArray *
ilk_supervisor_take_sockets (void)
{
  GPtrArray *sockets = g_ptr_array_new_with_free_func (passed_socket_free);
  const char *listed = g_getenv ("LISTEN_FDNAMES");
  g_auto (GStrv) names = g_strsplit (listed != NULL ? listed : "", ":", -1);
  int count = count_sockets ();

  for (int i = 0; i < count; i++)
    {
      IlkPassedSocket *passed = g_new0 (IlkPassedSocket, 1);

      passed->fd = FIRST_FD + i;
      passed->name = g_strdup (i < (int) g_strv_length (names) ? names[i] : "");
      fcntl (passed->fd, F_SETFD, FD_CLOEXEC);
      g_ptr_array_add (sockets, passed);
    }
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  return sockets;
}

/* A name that begins with "@" is one in the abstract namespace. */
static socklen_t
make_address (struct sockaddr_un *address,
              const char         *path)
{
  gsize length = strlen (path);

  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (length == 0 || length >= sizeof address->sun_path)
    return 0;
  memcpy (address->sun_path, path, length);
  if (path[0] == '@')
    address->sun_path[0] = '\0';
  return (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
}

void
ilk_supervisor_tell (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address;
  socklen_t length = path != NULL ? make_address (&address, path) : 0;
  int fd = length > 0 ? socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;

  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address, length) < 0)
    g_warning ("Whoever started the service can't be told that it is %s", state);
  close (fd);
}
