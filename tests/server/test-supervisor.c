/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "server-fixture.h"

/* The service takes over the sockets that systemd opened for it, and tells when it is ready. */

static GSocket *
make_socket (ServerFixture *fixture,
             const char    *name,
             GSocketType    type)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, type, 0, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, address, FALSE, &error));
  g_assert_true (type == G_SOCKET_TYPE_DATAGRAM || g_socket_listen (socket, &error));
  return socket;
}

/* The pid is known to the shell alone, which becomes the service. */
static GSubprocess *
start (ServerFixture *fixture,
       GSocket       *first,
       GSocket       *second)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);
  g_autofree char *notify = g_build_filename (fixture->folder, "notify", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (first)), 3);
  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (second)), 4);
  g_subprocess_launcher_setenv (launcher, "LISTEN_FDS", "2", TRUE);
  g_subprocess_launcher_setenv (launcher, "LISTEN_FDNAMES", "service:metrics", TRUE);
  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", notify, TRUE);
  process = g_subprocess_launcher_spawn
    (launcher, &error, "/bin/sh", "-c", "LISTEN_PID=$$ exec \"$@\"", "sh", g_getenv ("ILK_SERVICE"),
     "serve", "--database", fixture->database, "--credentials", keys, "--spool", fixture->folder,
     NULL);
  g_assert_no_error (error);
  return process;
}

static void
expect_told (GSocket    *notify,
             const char *state)
{
  char text[64] = "";
  g_autoptr (GError) error = NULL;
  gssize length = g_socket_receive (notify, text, sizeof text - 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (length, ==, (gssize) strlen (state));
  g_assert_cmpstr (text, ==, state);
}

static guint
get (ServerFixture *fixture,
     const char    *socket,
     const char    *method,
     const char    *path)
{
  g_autofree char *file = g_build_filename (fixture->folder, socket, NULL);
  g_autofree char *uri = g_strconcat ("http://localhost", path, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (file);
  g_autoptr (SoupSession) session = soup_session_new_with_options ("remote-connectable", address,
                                                                   NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (method, "POST"))
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  return soup_message_get_status (message);
}

static void
test_sockets (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GSocket) service = make_socket (fixture, "service", G_SOCKET_TYPE_STREAM);
  g_autoptr (GSocket) metrics = make_socket (fixture, "metrics", G_SOCKET_TYPE_STREAM);
  g_autoptr (GSocket) notify = make_socket (fixture, "notify", G_SOCKET_TYPE_DATAGRAM);
  g_autofree char *path = g_build_filename (fixture->folder, "service", NULL);
  g_autoptr (GSubprocess) process = start (fixture, service, metrics);
  g_autoptr (GError) error = NULL;

  expect_told (notify, "READY=1");
  g_assert_cmpuint (get (fixture, "service", "POST", "/v1/captchas"), ==, 201);
  g_assert_cmpuint (get (fixture, "service", "GET", "/metrics"), ==, 404);
  g_assert_cmpuint (get (fixture, "metrics", "GET", "/metrics"), ==, 200);
  g_assert_cmpuint (get (fixture, "metrics", "GET", "/readyz"), ==, 200);

  g_subprocess_send_signal (process, SIGTERM);
  expect_told (notify, "STOPPING=1");
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
  /* It is whoever made it that removes it; who connects now waits for the next start. */
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
expect_refused (ServerFixture *fixture,
                GSocket       *first,
                GSocket       *second,
                const char    *message)
{
  g_autoptr (GSubprocess) process = start (fixture, first, second);
  g_autofree char *faults = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &faults, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (faults, message));
}

/* One that does not listen, and one that other computers could reach. */
static void
test_refused (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GSocket) good = make_socket (fixture, "service", G_SOCKET_TYPE_STREAM);
  g_autoptr (GSocket) datagrams = make_socket (fixture, "datagrams", G_SOCKET_TYPE_DATAGRAM);
  g_autoptr (GSocket) open_socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);

  g_assert_true (g_socket_bind (open_socket, address, FALSE, NULL));
  g_assert_true (g_socket_listen (open_socket, NULL));
  expect_refused (fixture, good, datagrams, "no listening socket");
  expect_refused (fixture, open_socket, good, "can be reached by others");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/supervisor/sockets", test_sockets);
  g_test_add_func ("/supervisor/refused", test_refused);
  return g_test_run ();
}
