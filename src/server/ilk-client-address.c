/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-client-address.h"

#include <string.h>

/* What the proxy itself has added stands last; everything before it is the caller's own story. */
static GInetAddress *
read_last (const char *forwarded)
{
  const char *comma = strrchr (forwarded, ',');
  g_autofree char *last = g_strstrip (g_strdup (comma != NULL ? comma + 1 : forwarded));
  gsize length = strlen (last);

  if (length > 2 && last[0] == '[' && last[length - 1] == ']')
    {
      memmove (last, last + 1, length - 2);
      last[length - 2] = '\0';
    }
  return g_inet_address_new_from_string (last);
}

GInetAddress *
ilk_client_address_find (GInetAddress *peer,
                         const char   *forwarded,
                         gboolean      trusted)
{
  gboolean here = peer == NULL || g_inet_address_get_is_loopback (peer);

  if (!here)
    return g_object_ref (peer);
  return trusted && forwarded != NULL ? read_last (forwarded) : NULL;
}
