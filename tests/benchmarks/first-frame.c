/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first-frame COMMAND...: starts a program and prints how many milliseconds passed until the first
 * pixels of its first window were drawn, and its process id. Ends it when standard input closes.
 * Only for an X server on which nothing else opens a window meanwhile. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>

#define LIMIT_US (60 * G_USEC_PER_SEC)

typedef struct
{
  Display *display;
  int      first_event;   /* of the damage extension */
  gboolean mapped;
} Watch;

/* A window may be gone before it is asked about. */
static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  return 0;
}

static gboolean
watch_open (Watch *self)
{
  int first_error;

  self->display = XOpenDisplay (NULL);
  if (self->display == NULL ||
      !XDamageQueryExtension (self->display, &self->first_event, &first_error))
    return FALSE;
  XSetErrorHandler (ignore_error);
  XSelectInput (self->display, DefaultRootWindow (self->display), SubstructureNotifyMask);
  XSync (self->display, False);
  return TRUE;
}

/* GTK also maps windows of one pixel that nobody sees. */
static void
watch_mapped (Watch           *self,
              const XMapEvent *event)
{
  XWindowAttributes attributes;

  if (self->mapped || event->override_redirect ||
      !XGetWindowAttributes (self->display, event->window, &attributes) || attributes.width < 2)
    return;
  self->mapped = TRUE;
  XDamageCreate (self->display, event->window, XDamageReportNonEmpty);
  XSync (self->display, False);
}

/* Returns TRUE at the first pixels. */
static gboolean
watch_take_events (Watch *self)
{
  while (XPending (self->display) > 0)
    {
      XEvent event;

      XNextEvent (self->display, &event);
      if (event.type == MapNotify)
        watch_mapped (self, &event.xmap);
      else if (event.type == self->first_event + XDamageNotify && self->mapped)
        return TRUE;
    }
  return FALSE;
}

static gboolean
watch_wait (Watch  *self,
            gint64  until)
{
  while (!watch_take_events (self))
    {
      struct pollfd ready = { ConnectionNumber (self->display), POLLIN, 0 };

      if (g_get_monotonic_time () > until)
        return FALSE;
      poll (&ready, 1, 100);
    }
  return TRUE;
}

static pid_t
start (char **command)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      execvp (command[0], command);
      _exit (127);
    }
  return pid;
}

int
main (int    argc,
      char **argv)
{
  Watch watch = { 0 };
  gint64 began;
  pid_t pid;
  char end;
  gboolean drawn;

  if (argc < 2 || !watch_open (&watch))
    return 2;

  began = g_get_monotonic_time ();
  pid = start (argv + 1);
  drawn = watch_wait (&watch, began + LIMIT_US);
  printf ("%.1f %d\n", drawn ? (double) (g_get_monotonic_time () - began) / 1000.0 : -1.0, pid);
  fflush (stdout);
  while (read (STDIN_FILENO, &end, 1) > 0)
    continue;
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  XCloseDisplay (watch.display);
  return drawn ? 0 : 1;
}
