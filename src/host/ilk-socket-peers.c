/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-process-scan.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#define BUFFER_SIZE 32768

static int
ask_kernel (void)
{
  const struct {
    struct nlmsghdr      header;
    struct unix_diag_req request;
  } question = {
    { sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0 },
    { .sdiag_family = AF_UNIX, .udiag_states = G_MAXUINT32,
      .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
  };
  const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

  if (fd < 0)
    return -1;
  if (sendto (fd, &question, sizeof question, 0,
              (const struct sockaddr *) &kernel, sizeof kernel) == (gssize) sizeof question)
    return fd;
  close (fd);
  return -1;
}

/* The socket's side that pcscd has bears the path; the other side is the one we look for. */
static void
read_socket (const struct nlmsghdr *header,
             const char            *socket_path,
             GHashTable            *peers)
{
  struct unix_diag_msg *socket = NLMSG_DATA (header);
  struct rtattr *attribute = (struct rtattr *) (socket + 1);
  int left = (int) (header->nlmsg_len - NLMSG_LENGTH (sizeof *socket));
  gsize length = strlen (socket_path);
  gboolean ours = FALSE;
  guint32 peer = 0;

  for (; left > 0 && RTA_OK (attribute, left); attribute = RTA_NEXT (attribute, left))
    {
      if (attribute->rta_type == UNIX_DIAG_NAME)
        ours = RTA_PAYLOAD (attribute) >= length &&
               strncmp (RTA_DATA (attribute), socket_path, RTA_PAYLOAD (attribute)) == 0;
      else if (attribute->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD (attribute) >= sizeof peer)
        memcpy (&peer, RTA_DATA (attribute), sizeof peer);
    }
  if (ours && peer != 0)
    g_hash_table_add (peers, GUINT_TO_POINTER (peer));
}

/* FALSE: that was the last part of the answer. */
static gboolean
read_part (const void *buffer,
           gssize      length,
           const char *socket_path,
           GHashTable *peers)
{
  const struct nlmsghdr *header = buffer;

  if (length <= 0)
    return FALSE;
  for (; NLMSG_OK (header, (guint) length); header = NLMSG_NEXT (header, length))
    {
      if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
        return FALSE;
      if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
          header->nlmsg_len >= NLMSG_LENGTH (sizeof (struct unix_diag_msg)))
        read_socket (header, socket_path, peers);
    }
  return TRUE;
}

/**
 * ilk_socket_peers:
 * @socket_path: of a listening socket
 *
 * Source: sock_diag(7). Needs no rights.
 *
 * Returns: (transfer full): inode numbers; empty too where the kernel has no such diagnosis
 */
GHashTable *
ilk_socket_peers (const char *socket_path)
{
  GHashTable *peers = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  int fd = ask_kernel ();

  if (fd < 0)
    return peers;
  while (read_part (buffer, recv (fd, buffer, BUFFER_SIZE, 0), socket_path, peers))
    ;
  close (fd);
  return peers;
}
