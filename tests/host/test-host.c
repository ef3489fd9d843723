/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>

#include "host/ilk-host.h"
#include "tree.h"

typedef struct
{
  char      *tree;
  char      *socket_path;
  GSocket   *socket;
  IlkHost   *host;
  GMainLoop *loop;
  guint      n_changed;
} Fixture;

static void
host_changed (IlkHost *host,
              Fixture *f)
{
  f->n_changed++;
  g_main_loop_quit (f->loop);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autofree char *sysfs = NULL;
  g_autofree char *drivers = NULL;

  f->tree = tree_new ();
  f->loop = g_main_loop_new (NULL, FALSE);
  f->socket_path = tree_path (f->tree, "pcscd.comm");
  sysfs = tree_path (f->tree, "sys");
  drivers = tree_path (f->tree, "drivers");
  f->host = ilk_host_new (sysfs, f->socket_path, drivers);
  g_signal_connect (f->host, "changed", G_CALLBACK (host_changed), f);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_assert_finalize_object (f->host);
  g_clear_object (&f->socket);
  g_main_loop_unref (f->loop);
  g_free (f->socket_path);
  tree_free (f->tree);
}

static void
add_socket (Fixture *f)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (f->socket_path);
  g_autoptr (GError) error = NULL;

  f->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                            G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (f->socket, address, FALSE, &error));
}

/* What is looked at is there when "changed" comes. */
static void
look (Fixture *f)
{
  guint before = f->n_changed;

  ilk_host_look_again (f->host);
  g_main_loop_run (f->loop);
  g_assert_cmpuint (f->n_changed, ==, before + 1);
}

static void
assert_verdict (Fixture       *f,
                gboolean       answers,
                gboolean       refuses,
                guint          listed,
                IlkHostVerdict expected)
{
  const IlkUsbReader *unseen = (gpointer) f;

  g_assert_cmpint (ilk_host_judge (f->host, answers, refuses, listed, &unseen), ==, expected);
  g_assert_cmpint (ilk_host_judge (f->host, answers, refuses, listed, NULL), ==, expected);
  if (expected == ILK_HOST_VERDICT_READER_UNSEEN)
    g_assert_true (g_ptr_array_find (ilk_host_get_usb_readers (f->host), unseen, NULL));
  else
    g_assert_null (unseen);
}

static void
test_unknown_before_first_look (Fixture      *f,
                                gconstpointer data)
{
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 0);
  assert_verdict (f, TRUE, FALSE, 1, ILK_HOST_VERDICT_UNKNOWN);
  assert_verdict (f, FALSE, FALSE, 0, ILK_HOST_VERDICT_UNKNOWN);
}

static void
test_no_socket (Fixture      *f,
                gconstpointer data)
{
  look (f);
  g_assert_false (ilk_host_has_socket (f->host));
  assert_verdict (f, FALSE, FALSE, 0, ILK_HOST_VERDICT_NO_SOCKET);
  assert_verdict (f, FALSE, TRUE, 0, ILK_HOST_VERDICT_REFUSED);

  /* A file of that name that is no socket is none either. */
  tree_write (f->tree, "pcscd.comm", "");
  g_assert_false (ilk_host_has_socket (f->host));
  assert_verdict (f, FALSE, FALSE, 0, ILK_HOST_VERDICT_NO_SOCKET);
}

static void
test_socket_without_answer (Fixture      *f,
                            gconstpointer data)
{
  add_socket (f);
  look (f);
  g_assert_true (ilk_host_has_socket (f->host));
  assert_verdict (f, FALSE, FALSE, 0, ILK_HOST_VERDICT_REFUSED);
  assert_verdict (f, FALSE, TRUE, 0, ILK_HOST_VERDICT_REFUSED);
}

/* The card service comes first: without it nobody can say what it would list. */
static void
test_service_before_reader (Fixture      *f,
                            gconstpointer data)
{
  tree_add_device (f->tree, "1-1", "072f", "9000", "ff");
  look (f);
  assert_verdict (f, FALSE, FALSE, 0, ILK_HOST_VERDICT_NO_SOCKET);
}

static void
test_no_reader (Fixture      *f,
                gconstpointer data)
{
  tree_add_driver (f->tree, "ccid", "072f", "b100");
  tree_add_device (f->tree, "1-1", "046d", "c31c", "03");
  look (f);
  assert_verdict (f, TRUE, FALSE, 0, ILK_HOST_VERDICT_NO_READER);
  /* One that is not on USB, serial or virtual. */
  assert_verdict (f, TRUE, FALSE, 1, ILK_HOST_VERDICT_OK);
}

static void
test_reader_with_driver (Fixture      *f,
                         gconstpointer data)
{
  tree_add_driver (f->tree, "ccid", "072f", "b100");
  tree_add_device (f->tree, "1-1", "072f", "b100", "0b");
  look (f);
  assert_verdict (f, TRUE, FALSE, 1, ILK_HOST_VERDICT_OK);
  assert_verdict (f, TRUE, FALSE, 2, ILK_HOST_VERDICT_OK);
  /* It has a driver and pcscd does not list it: it could not be opened. */
  assert_verdict (f, TRUE, FALSE, 0, ILK_HOST_VERDICT_READER_UNSEEN);
}

static void
test_reader_without_driver (Fixture      *f,
                            gconstpointer data)
{
  const IlkUsbReader *unseen = NULL;

  tree_add_driver (f->tree, "ccid", "072f", "b100");
  tree_add_device (f->tree, "1-1", "072f", "b100", "0b");
  tree_add_device (f->tree, "1-2", "072f", "9000", "ff");
  look (f);
  assert_verdict (f, TRUE, FALSE, 1, ILK_HOST_VERDICT_READER_UNSEEN);
  ilk_host_judge (f->host, TRUE, FALSE, 1, &unseen);
  g_assert_cmpstr (unseen->product_id, ==, "9000");
  g_assert_cmpstr (unseen->package, ==, "libacsccid1");

  tree_add_driver (f->tree, "acsccid", "072f", "9000");
  look (f);
  assert_verdict (f, TRUE, FALSE, 2, ILK_HOST_VERDICT_OK);
}

static void
test_drivers_unreadable (Fixture      *f,
                         gconstpointer data)
{
  tree_add_device (f->tree, "1-1", "072f", "b100", "0b");
  tree_add_device (f->tree, "1-2", "072f", "9000", "ff");
  look (f);
  assert_verdict (f, TRUE, FALSE, 0, ILK_HOST_VERDICT_READER_UNSEEN);
  assert_verdict (f, TRUE, FALSE, 1, ILK_HOST_VERDICT_READER_UNSEEN);
  assert_verdict (f, TRUE, FALSE, 2, ILK_HOST_VERDICT_OK);
}

static void
test_comes_and_goes (Fixture      *f,
                     gconstpointer data)
{
  ilk_host_start (f->host);
  g_main_loop_run (f->loop);
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 0);

  tree_add_device (f->tree, "1-1", "2a17", "0001", "0b");
  look (f);
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 1);

  tree_remove (f->tree, "sys/bus/usb/devices/1-1");
  look (f);
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 0);
}

/* Plugging one reader in is a handful of events; what comes during a look leads to one more. */
static void
test_events_are_gathered (Fixture      *f,
                          gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    ilk_host_look_again (f->host);
  while (f->n_changed < 2)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->n_changed, ==, 2);
}

static void
never (void)
{
  g_assert_not_reached ();
}

/* The window is closed in the middle of a look: its end finds nobody, and does nothing. */
static void
test_dropped_while_looking (void)
{
  IlkHost *dropped = ilk_host_new ("/nonexistent", "/nonexistent", "/nonexistent");
  g_autoptr (IlkHost) host = ilk_host_new ("/nonexistent", "/nonexistent", "/nonexistent");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (dropped, "changed", G_CALLBACK (never), NULL);
  ilk_host_look_again (dropped);
  g_assert_finalize_object (dropped);

  g_signal_connect_swapped (host, "changed", G_CALLBACK (g_main_loop_quit), loop);
  ilk_host_look_again (host);
  g_main_loop_run (loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The computer that the test runs on: whatever is plugged in, looking at it must work. */
static void
test_this_computer (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  IlkHost *host = ilk_host_new (NULL, NULL, NULL);
  GPtrArray *readers;

  g_signal_connect_swapped (host, "changed", G_CALLBACK (g_main_loop_quit), loop);
  ilk_host_start (host);
  g_main_loop_run (loop);
  readers = ilk_host_get_usb_readers (host);
  for (guint i = 0; i < readers->len; i++)
    g_assert_nonnull (((IlkUsbReader *) readers->pdata[i])->name);
  g_assert_cmpint (ilk_host_judge (host, TRUE, FALSE, 0, NULL), !=, ILK_HOST_VERDICT_UNKNOWN);
  g_assert_finalize_object (host);
}

static void
test_socket_from_environment (void)
{
  char *tree = tree_new ();
  g_autofree char *path = tree_path (tree, "elsewhere.comm");
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                               G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (IlkHost) host = NULL;

  g_setenv ("PCSCLITE_CSOCK_NAME", path, TRUE);
  host = ilk_host_new (NULL, NULL, NULL);
  g_unsetenv ("PCSCLITE_CSOCK_NAME");
  g_assert_false (ilk_host_has_socket (host));
  g_assert_true (g_socket_bind (listener, address, FALSE, NULL));
  g_assert_true (ilk_host_has_socket (host));
  tree_free (tree);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/host/unknown-before-first-look", test_unknown_before_first_look);
  ADD ("/host/no-socket", test_no_socket);
  ADD ("/host/socket-without-answer", test_socket_without_answer);
  ADD ("/host/service-before-reader", test_service_before_reader);
  ADD ("/host/no-reader", test_no_reader);
  ADD ("/host/reader-with-driver", test_reader_with_driver);
  ADD ("/host/reader-without-driver", test_reader_without_driver);
  ADD ("/host/drivers-unreadable", test_drivers_unreadable);
  ADD ("/host/comes-and-goes", test_comes_and_goes);
  ADD ("/host/events-are-gathered", test_events_are_gathered);
  g_test_add_func ("/host/dropped-while-looking", test_dropped_while_looking);
  g_test_add_func ("/host/this-computer", test_this_computer);
  g_test_add_func ("/host/socket-from-environment", test_socket_from_environment);
  return g_test_run ();
}
