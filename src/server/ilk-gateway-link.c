/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-gateway-link.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/ilk-server-error.h"

#define CONNECT_SECONDS 10L
/* Shorter than the outbox's lease. */
#define WHOLE_SECONDS 30L
#define CREDENTIAL_LENGTH 1024

static size_t
drop (char   *data,
      size_t  size,
      size_t  count,
      void   *user_data)
{
  return size * count;
}

static gpointer
init_library (gpointer data)
{
  curl_global_init (CURL_GLOBAL_DEFAULT);
  return NULL;
}

IlkCurl *
ilk_gateway_link_new (const char *address,
                      const char *ca_file)
{
  static GOnce once = G_ONCE_INIT;
  IlkCurl *link;

  g_once (&once, init_library, NULL);
  link = curl_easy_init ();
  curl_easy_setopt (link, CURLOPT_URL, address);
  curl_easy_setopt (link, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (link, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
  curl_easy_setopt (link, CURLOPT_TIMEOUT, WHOLE_SECONDS);
  curl_easy_setopt (link, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (link, CURLOPT_PROXY, "");
  curl_easy_setopt (link, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt (link, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  if (ca_file != NULL)
    {
      curl_easy_setopt (link, CURLOPT_CAINFO, ca_file);
      curl_easy_setopt (link, CURLOPT_CAPATH, NULL);
    }
  return link;
}

gboolean
ilk_gateway_link_perform (IlkCurl  *link,
                          GError  **error)
{
  CURLcode code = curl_easy_perform (link);

  if (code == CURLE_OK)
    return TRUE;
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY, "%s", curl_easy_strerror (code));
  return FALSE;
}

static IlkSecret *
read_line (int fd)
{
  IlkSecret *line = ilk_secret_new (CREDENTIAL_LENGTH);
  gssize length = read (fd, ilk_secret_get_writable (line), CREDENTIAL_LENGTH);
  const guint8 *data = ilk_secret_peek (line);
  gsize end = 0;

  while ((gssize) end < length && data[end] != '\n' && data[end] != '\r')
    end++;
  ilk_secret_set_length (line, end);
  return line;
}

IlkSecret *
ilk_gateway_link_read_credential (const char  *folder,
                                  const char  *name,
                                  GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  g_autoptr (IlkSecret) line = NULL;
  struct stat status;
  gboolean private;

  if (fd < 0)
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  private = fstat (fd, &status) == 0 && (status.st_mode & 077) == 0;
  line = private ? read_line (fd) : NULL;
  close (fd);
  if (line != NULL && ilk_secret_get_length (line) > 0)
    return g_steal_pointer (&line);

  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
               private ? "%s is empty" : "%s can be read by others: its mode must be 0600", path);
  return NULL;
}
