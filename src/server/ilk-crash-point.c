/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-crash-point.h"

#ifdef ILK_CRASH_POINTS

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* How often a point must come by, "#2" behind its name; *length is the name's without it. */
static int
get_turn (const char *wanted,
          gsize      *length)
{
  const char *sign = strrchr (wanted, '#');

  *length = sign != NULL ? (gsize) (sign - wanted) : strlen (wanted);
  return sign != NULL ? (int) g_ascii_strtoll (sign + 1, NULL, 10) : 1;
}

void
ilk_crash_point_in (const char *name,
                    const char *method,
                    const char *path)
{
  static int passed;
  const char *wanted = g_getenv ("ILK_CRASH_POINT");
  g_autofree char *here = path != NULL ? g_strdup_printf ("%s: %s %s", name, method, path)
                                       : g_strdup (name);
  gsize length;
  int turn;

  if (wanted == NULL)
    return;
  turn = get_turn (wanted, &length);
  if (strlen (here) == length && strncmp (here, wanted, length) == 0 &&
      g_atomic_int_add (&passed, 1) + 1 == turn)
    kill (getpid (), SIGKILL);
}

#endif
