/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-pcsc-transport.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "card/ilk-card-error.h"

/* What libpcsclite says first: size and command, then its version and room for an answer, 4 bytes
 * each (pcsc-lite's winscard_msg.h). */
#define QUESTION_LENGTH (2 * 4 + 3 * 4)

/* No card service of the computer is touched: libpcsclite is sent to a socket of ours. It reads
 * the variable once, so all tests share the path. */
static char *folder;
static char *path;

static void
assert_error (IlkCardError code)
{
  g_autoptr (IlkTransport) transport = ilk_pcsc_transport_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_transport_wait (transport, NULL, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_null (ilk_transport_connect (transport, "Any", NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
}

static void
test_no_socket (void)
{
  assert_error (ILK_CARD_ERROR_SERVICE_OFF);
}

static GSocket *
make_socket (gboolean listening)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  if (listening)
    g_assert_true (g_socket_listen (socket, NULL));
  return socket;
}

/* A socket left behind by a service that died. */
static void
test_stale_socket (void)
{
  g_autoptr (GSocket) socket = make_socket (FALSE);

  assert_error (ILK_CARD_ERROR_SERVICE_OFF);
  g_unlink (path);
}

/* A service that closes the connection without an answer, as polkit makes it do. */
static gpointer
refuse (gpointer user_data)
{
  GSocket *socket = user_data;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GSocket) client = g_socket_accept (socket, NULL, NULL);
      char question[QUESTION_LENGTH];
      gsize length = 0;

      g_assert_nonnull (client);
      /* Closed before the whole question is there, it would look like no service at all. */
      while (length < sizeof question)
        {
          gssize n = g_socket_receive (client, question + length, sizeof question - length, NULL,
                                       NULL);

          g_assert_cmpint (n, >, 0);
          length += n;
        }
      g_socket_close (client, NULL);
    }

  return NULL;
}

static void
test_refusal (void)
{
  g_autoptr (GSocket) socket = make_socket (TRUE);
  GThread *thread = g_thread_new ("refuse", refuse, socket);

  assert_error (ILK_CARD_ERROR_SERVICE_REFUSED);
  g_thread_join (thread);
  g_unlink (path);
}

static void
test_cancelled (void)
{
  g_autoptr (IlkTransport) transport = ilk_pcsc_transport_new ("Virtual PCD");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ilk_transport_wait (transport, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (ilk_transport_connect (transport, "Any", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ilk_transport_relist (transport);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("ilk-pcsc-XXXXXX", NULL);
  path = g_build_filename (folder, "pcscd.comm", NULL);
  g_setenv ("PCSCLITE_CSOCK_NAME", path, TRUE);

  g_test_add_func ("/pcsc-transport/no-socket", test_no_socket);
  g_test_add_func ("/pcsc-transport/stale-socket", test_stale_socket);
  g_test_add_func ("/pcsc-transport/refusal", test_refusal);
  g_test_add_func ("/pcsc-transport/cancelled", test_cancelled);

  status = g_test_run ();
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return status;
}
