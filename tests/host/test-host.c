/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include <gio/gunixsocketaddress.h>

#include "host/ilk-host.h"
#include "tree.h"

/* Looking at a made-up computer, and at this one. What comes of it is in test-verdicts. */

typedef struct
{
  char      *tree;
  char      *paths[5];
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
  static const char *const names[] = { "sys", "proc", "pcscd", "pcscd.comm", "drivers" };
  const char *const no_folders[] = { NULL };
  IlkHostPlaces places;

  f->tree = tree_new ();
  f->loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    f->paths[i] = tree_path (f->tree, names[i]);
  places = (IlkHostPlaces) { f->paths[0], f->paths[1], f->paths[2], f->paths[3], f->paths[4],
                             no_folders };
  f->host = ilk_host_new (&places);
  g_signal_connect (f->host, "changed", G_CALLBACK (host_changed), f);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_assert_finalize_object (f->host);
  g_main_loop_unref (f->loop);
  for (guint i = 0; i < G_N_ELEMENTS (f->paths); i++)
    g_free (f->paths[i]);
  tree_free (f->tree);
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
assert_verdict (Fixture         *f,
                IlkServiceAnswer answer,
                IlkHostVerdict   expected)
{
  g_autoptr (GPtrArray) verdicts = ilk_host_judge (f->host, answer, NULL, 0);
  const IlkReaderVerdict *verdict;

  g_assert_cmpuint (verdicts->len, ==, 1);
  verdict = verdicts->pdata[0];
  g_assert_cmpint (verdict->verdict, ==, expected);
}

static void
test_unknown_before_first_look (Fixture      *f,
                                gconstpointer data)
{
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 0);
  g_assert_cmpuint (ilk_host_get_drivers (f->host)->len, ==, 0);
  g_assert_null (ilk_host_get_reader_list (f->host));
  g_assert_false (ilk_host_has_socket (f->host));
  assert_verdict (f, ILK_SERVICE_ANSWER_YES, ILK_HOST_VERDICT_UNKNOWN);
  assert_verdict (f, ILK_SERVICE_ANSWER_ABSENT, ILK_HOST_VERDICT_UNKNOWN);
}

static void
test_socket_and_service (Fixture      *f,
                         gconstpointer data)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (f->paths[3]);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);

  look (f);
  assert_verdict (f, ILK_SERVICE_ANSWER_ABSENT, ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED);

  tree_write (f->tree, "pcscd", "a program");
  /* A file of the socket's name that is no socket is none. */
  tree_write (f->tree, "pcscd.comm", "");
  look (f);
  g_assert_true (ilk_host_has_service (f->host));
  g_assert_false (ilk_host_has_socket (f->host));
  assert_verdict (f, ILK_SERVICE_ANSWER_ABSENT, ILK_HOST_VERDICT_SERVICE_OFF);

  tree_remove (f->tree, "pcscd.comm");
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  look (f);
  g_assert_true (ilk_host_has_socket (f->host));
  assert_verdict (f, ILK_SERVICE_ANSWER_ABSENT, ILK_HOST_VERDICT_SERVICE_OFF);
}

static void
test_comes_and_goes (Fixture      *f,
                     gconstpointer data)
{
  ilk_host_start (f->host);
  g_main_loop_run (f->loop);
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 0);

  tree_add_device (f->tree, "1-1", "2a17", "0001", "0b");
  tree_add_driver (f->tree, "ccid", "2a17", "0001");
  look (f);
  g_assert_cmpuint (ilk_host_get_usb_readers (f->host)->len, ==, 1);
  g_assert_cmpuint (ilk_host_get_drivers (f->host)->len, ==, 1);

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
  IlkHost *dropped = ilk_host_new_nowhere ();
  g_autoptr (IlkHost) host = ilk_host_new_nowhere ();
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
  g_autoptr (GPtrArray) verdicts = NULL;
  IlkHost *host = ilk_host_new (NULL);
  GPtrArray *readers;

  g_signal_connect_swapped (host, "changed", G_CALLBACK (g_main_loop_quit), loop);
  ilk_host_start (host);
  g_main_loop_run (loop);
  readers = ilk_host_get_usb_readers (host);
  for (guint i = 0; i < readers->len; i++)
    g_assert_nonnull (((IlkUsbReader *) readers->pdata[i])->name);
  verdicts = ilk_host_judge (host, ILK_SERVICE_ANSWER_YES, NULL, 0);
  g_assert_cmpuint (verdicts->len, >, 0);
  g_assert_cmpint (((IlkReaderVerdict *) verdicts->pdata[0])->verdict, !=,
                   ILK_HOST_VERDICT_UNKNOWN);
  g_assert_finalize_object (host);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/host/unknown-before-first-look", test_unknown_before_first_look);
  ADD ("/host/socket-and-service", test_socket_and_service);
  ADD ("/host/comes-and-goes", test_comes_and_goes);
  ADD ("/host/events-are-gathered", test_events_are_gathered);
  g_test_add_func ("/host/dropped-while-looking", test_dropped_while_looking);
  g_test_add_func ("/host/this-computer", test_this_computer);
  return g_test_run ();
}
