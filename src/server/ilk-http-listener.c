/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-http-listener.h"

#include <gio/gunixsocketaddress.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/ilk-server-error.h"

#define BACKLOG 128

static gboolean
listen_address (SoupServer     *server,
                GSocketAddress *address,
                GSocket       **bound,
                GError        **error)
{
  g_autoptr (GSocket) socket =
    g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                  G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL)
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error) ||
      !soup_server_listen_socket (server, socket, 0, error))
    return FALSE;
  if (bound != NULL)
    *bound = g_object_ref (socket);
  return TRUE;
}

/* A socket that nobody listens on is what a service that was killed has left behind. */
static void
remove_left_socket (const char     *path,
                    GSocketAddress *address)
{
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GError) error = NULL;
  struct stat status;

  if (probe == NULL || lstat (path, &status) != 0 || !S_ISSOCK (status.st_mode))
    return;
  if (!g_socket_connect (probe, address, NULL, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    unlink (path);
}

gboolean
ilk_http_listener_add_path (SoupServer *server,
                            const char *path,
                            GError    **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  mode_t before;
  gboolean listening;

  /* The socket has its mode from its first moment: no other user can connect in between. */
  remove_left_socket (path, address);
  before = umask (0177);
  listening = listen_address (server, address, NULL, error);
  umask (before);
  return listening;
}

gboolean
ilk_http_listener_add_port (SoupServer *server,
                            const char *address,
                            gboolean    anywhere,
                            guint16    *port,
                            GError    **error)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (address, 0, error);
  g_autoptr (GInetAddress) host = NULL;
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GSocket) socket = NULL;

  if (parsed == NULL)
    return FALSE;
  host = g_inet_address_new_from_string (
    g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)));
  if (host == NULL || (!anywhere && !g_inet_address_get_is_loopback (host)))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_LISTEN,
                   "%s is not an address of this computer alone: put a proxy with TLS in front "
                   "and listen on 127.0.0.1", address);
      return FALSE;
    }
  wanted = g_inet_socket_address_new (
    host, g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
  if (!listen_address (server, wanted, &socket, error))
    return FALSE;
  got = g_socket_get_local_address (socket, error);
  if (got == NULL)
    return FALSE;
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  return TRUE;
}

/* Only this computer's programs reach it. */
static gboolean
is_own (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  if (address == NULL)
    return FALSE;
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return G_IS_UNIX_SOCKET_ADDRESS (address);
  return g_inet_address_get_is_loopback (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
is_listening (int fd)
{
  int listening = 0;
  socklen_t length = sizeof listening;

  return getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0;
}

gboolean
ilk_http_listener_add_fd (SoupServer  *server,
                          int          fd,
                          gboolean     anywhere,
                          GError     **error)
{
  g_autoptr (GSocket) socket = NULL;

  if (!is_listening (fd))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_LISTEN,
                   "what was handed over as file %d is no listening socket", fd);
      return FALSE;
    }
  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    return FALSE;
  if (!anywhere && !is_own (socket))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_LISTEN,
                   "the socket handed over as file %d can be reached by others: put a proxy with "
                   "TLS in front", fd);
      return FALSE;
    }
  g_socket_set_blocking (socket, FALSE);
  return soup_server_listen_socket (server, socket, 0, error);
}
