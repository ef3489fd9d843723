/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-peer.h"

#include <errno.h>
#include <sys/socket.h>

static gboolean
set_errno (GError     **error,
           const char  *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  return FALSE;
}

static int
get_milliseconds_left (gint64 deadline)
{
  gint64 left = deadline - g_get_monotonic_time ();

  return (int) ((MAX (left, 0) + 999) / 1000);
}

/* The end of the process is waited for by its own file: a child of the module may go on holding
 * the socket, which then never says so. What was answered before the end is still read. */
static gboolean
wait_for (IlkPkcs11Peer     *self,
          GIOCondition       condition,
          gint64             deadline,
          GCancellable      *cancellable,
          GError           **error)
{
  GPollFD files[3] = { { self->socket, condition }, { self->pidfd, G_IO_IN } };
  gboolean cancels = g_cancellable_make_pollfd (cancellable, &files[2]);
  int ready;

  do
    ready = g_poll (files, cancels ? 3 : 2, get_milliseconds_left (deadline));
  while (ready < 0 && errno == EINTR);
  if (cancels)
    g_cancellable_release_fd (cancellable);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (files[0].revents != 0)
    return TRUE;
  if (ready < 0)
    return set_errno (error, "poll");
  g_set_error_literal (error, G_IO_ERROR, ready == 0 ? G_IO_ERROR_TIMED_OUT : G_IO_ERROR_CLOSED,
                       ready == 0 ? "no answer in time" : "the process is dead");
  return FALSE;
}

/**
 * ilk_pkcs11_peer_send:
 * @vectors: (array length=n_vectors): what to send; changed on the way
 * @deadline: of the monotonic clock
 *
 * The kernel takes the bytes from where they are: a PIN is not copied on its way.
 *
 * Returns: whether all of it was sent
 */
gboolean
ilk_pkcs11_peer_send (IlkPkcs11Peer   *self,
                      GOutputVector   *vectors,
                      guint            n_vectors,
                      gint64           deadline,
                      GError         **error)
{
  while (n_vectors > 0)
    {
      gssize sent;

      if (vectors->size == 0)
        {
          vectors++;
          n_vectors--;
          continue;
        }
      if (!wait_for (self, G_IO_OUT, deadline, NULL, error))
        return FALSE;

      sent = send (self->socket, vectors->buffer, vectors->size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        continue;
      if (sent < 0)
        return set_errno (error, "send");
      vectors->buffer = (const char *) vectors->buffer + sent;
      vectors->size -= (gsize) sent;
    }

  return TRUE;
}

/**
 * ilk_pkcs11_peer_receive:
 *
 * Returns: whether @length bytes came; else %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED or what
 *   says that the process is dead
 */
gboolean
ilk_pkcs11_peer_receive (IlkPkcs11Peer  *self,
                         gpointer        buffer,
                         gsize           length,
                         gint64          deadline,
                         GCancellable   *cancellable,
                         GError        **error)
{
  char *bytes = buffer;

  while (length > 0)
    {
      gssize received;

      if (!wait_for (self, G_IO_IN, deadline, cancellable, error))
        return FALSE;
      received = recv (self->socket, bytes, length, MSG_DONTWAIT);
      if (received < 0 && (errno == EAGAIN || errno == EINTR))
        continue;
      if (received < 0)
        return set_errno (error, "recv");
      if (received == 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the process is dead");
          return FALSE;
        }
      bytes += received;
      length -= (gsize) received;
    }

  return TRUE;
}
