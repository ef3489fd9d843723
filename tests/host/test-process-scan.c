/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <gio/gunixsocketaddress.h>

#include "host/ilk-process-scan.h"
#include "tree.h"

/* Who is connected to a socket: a real one, and a real process beside us. */

static GSocket *
listen_at (const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_bind (socket, address, TRUE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  return socket;
}

/* A child that inherits a connection to the socket, as its standard input, and nothing else. */
static GSubprocess *
connect_child (const char *path)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  GSubprocess *child;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  /* GSocket made it non-blocking; cat waits. */
  g_assert_true (g_unix_set_fd_nonblocking (g_socket_get_fd (socket), FALSE, NULL));
  g_subprocess_launcher_take_stdin_fd (launcher, dup (g_socket_get_fd (socket)));
  child = g_subprocess_launcher_spawn (launcher, &error, "cat", NULL);
  g_assert_no_error (error);
  return child;
}

static gboolean
is_seen (const char *path,
         const char *program)
{
  IlkProcessScan *scan = ilk_process_scan ("/proc", path);
  gboolean seen = FALSE;

  for (guint i = 0; i < scan->holders->len; i++)
    {
      const IlkHolder *holder = scan->holders->pdata[i];

      seen = seen || (holder->bus == 0 && holder->own && g_str_equal (holder->program, program));
    }
  ilk_process_scan_free (scan);
  return seen;
}

static void
test_connected_program (void)
{
  char *tree = tree_new ();
  g_autofree char *path = tree_path (tree, "socket");
  g_autofree char *other = tree_path (tree, "socket-of-others");
  g_autoptr (GSocket) listener = listen_at (path);
  g_autoptr (GSocket) others = listen_at (other);
  g_autoptr (GSocket) accepted = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GHashTable) peers = ilk_socket_peers (path);

  g_assert_cmpuint (g_hash_table_size (peers), ==, 0);
  g_assert_false (is_seen (path, "cat"));

  child = connect_child (path);
  accepted = g_socket_accept (listener, NULL, NULL);
  g_assert_true (is_seen (path, "cat"));
  g_assert_false (is_seen (other, "cat"));

  g_clear_object (&accepted);
  g_subprocess_wait (child, NULL, NULL);
  g_assert_false (is_seen (path, "cat"));
  tree_free (tree);
}

static void
test_no_processes (void)
{
  IlkProcessScan *scan = ilk_process_scan ("/nonexistent", NULL);

  g_assert_cmpuint (scan->holders->len, ==, 0);
  g_assert_cmpint (scan->service_started, ==, 0);
  ilk_process_scan_free (scan);
}

/* A name with brackets and spaces in it, a stat that was cut off, a name of bytes. */
static void
test_odd_processes (void)
{
  char *tree = tree_new ();
  g_autofree char *proc = tree_path (tree, "proc");
  g_autofree char *link = tree_path (tree, "proc/7/fd/3");
  IlkProcessScan *scan;

  tree_write (tree, "proc/stat", "cpu\nbtime 1000\n");
  tree_write (tree, "proc/5/comm", "pcscd\n");
  tree_write (tree, "proc/5/stat", "5 (pcscd) S 1");
  tree_write (tree, "proc/6/comm", "pcscd\n");
  tree_write (tree, "proc/6/stat", "6 (a) b) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 4 0 500 1 1\n");
  tree_write (tree, "proc/7/comm", "\xff\x01prog\n");
  tree_write (tree, "proc/7/fd/.keep", "");
  tree_write (tree, "proc/self/comm", "no process\n");
  g_assert_cmpint (symlink ("/dev/bus/usb/001/012", link), ==, 0);

  scan = ilk_process_scan (proc, NULL);
  g_assert_cmpint (scan->service_started, ==, 1000 + 500 / sysconf (_SC_CLK_TCK));
  g_assert_cmpuint (scan->holders->len, ==, 1);
  g_assert_cmpstr (((IlkHolder *) scan->holders->pdata[0])->program, ==, "\xef\xbf\xbd prog");
  g_assert_cmpuint (((IlkHolder *) scan->holders->pdata[0])->address, ==, 12);
  ilk_process_scan_free (scan);
  tree_free (tree);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process-scan/connected-program", test_connected_program);
  g_test_add_func ("/process-scan/no-processes", test_no_processes);
  g_test_add_func ("/process-scan/odd-processes", test_odd_processes);
  return g_test_run ();
}
