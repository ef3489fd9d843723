/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch-region X Y WIDTH HEIGHT: keeps what is to be seen in a part of the screen, and at each line
 * on standard input waits until it is to be seen again. Prints the time of that, in microseconds of
 * the monotonic clock. Looks whenever something was drawn. Ends with standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>

typedef struct {
  Display *display;
  Damage   damage;
  int      place[4];
  XImage  *wanted;
} Watch;

static XImage *
look (Watch *self)
{
  return XGetImage (self->display, DefaultRootWindow (self->display), self->place[0],
                    self->place[1], (unsigned) self->place[2], (unsigned) self->place[3],
                    AllPlanes, ZPixmap);
}

static gboolean
is_there (Watch *self)
{
  XImage *seen = look (self);
  gsize size = (gsize) seen->bytes_per_line * (gsize) seen->height;
  gboolean same = memcmp (seen->data, self->wanted->data, size) == 0;

  XDestroyImage (seen);
  return same;
}

static gint64
wait_until_there (Watch *self)
{
  XDamageSubtract (self->display, self->damage, None, None);
  while (!is_there (self))
    {
      XEvent event;

      XNextEvent (self->display, &event);
      XDamageSubtract (self->display, self->damage, None, None);
    }
  return g_get_monotonic_time ();
}

int
main (int   argc,
      char *argv[])
{
  Watch watch = { XOpenDisplay (NULL) };
  int first_event, first_error;
  char line[16];

  if (argc != 5 || watch.display == NULL
      || !XDamageQueryExtension (watch.display, &first_event, &first_error))
    return 2;
  for (int i = 0; i < 4; i++)
    watch.place[i] = atoi (argv[i + 1]);
  watch.damage = XDamageCreate (watch.display, DefaultRootWindow (watch.display),
                                XDamageReportNonEmpty);
  watch.wanted = look (&watch);
  printf ("kept\n");
  fflush (stdout);

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      printf ("waiting\n");
      fflush (stdout);
      printf ("%" G_GINT64_FORMAT "\n", wait_until_there (&watch));
      fflush (stdout);
    }
  return 0;
}
