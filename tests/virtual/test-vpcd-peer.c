/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "virtual/ilk-vpcd-peer.h"
#include "virtual-test.h"

/* The test plays vpcd: it listens, and asks the card that connects. */
typedef struct {
  TestCard           card;
  GSocketListener   *listener;
  GSocketConnection *reader;     /* vpcd's end */
  IlkVpcdPeer       *peer;
  guint              seen;
  guint              lost;
} Fixture;

static void
on_seen (IlkVpcdPeer *peer,
         Fixture     *self)
{
  self->seen++;
}

static void
on_lost (IlkVpcdPeer *peer,
         Fixture     *self)
{
  self->lost++;
}

static void
accept_card (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->reader);
  g_assert_true (ilk_vpcd_peer_insert (self->peer, self->card.card, &error));
  g_assert_no_error (error);
  self->reader = g_socket_listener_accept (self->listener, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  guint16 port;

  test_card_set_up (&self->card, GINT_TO_POINTER (ILK_CARD_CONDITION_FRESH));
  self->listener = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (self->listener, NULL, &error);
  g_assert_no_error (error);
  self->peer = ilk_vpcd_peer_new (port);
  g_signal_connect (self->peer, "seen", G_CALLBACK (on_seen), self);
  g_signal_connect (self->peer, "lost", G_CALLBACK (on_lost), self);
  accept_card (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  ilk_vpcd_peer_remove (self->peer);
  /* Cancelled reads come back once more. */
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (self->peer);
  g_clear_object (&self->reader);
  g_clear_object (&self->listener);
  test_card_tear_down (&self->card, NULL);
}

static void
on_read (GObject      *stream,
         GAsyncResult *result,
         gpointer      user_data)
{
  gssize *n = user_data;
  gsize count = 0;

  g_input_stream_read_all_finish (G_INPUT_STREAM (stream), result, &count, NULL);
  *n = count;
}

/* Reads while the peer, in the same main context, does its work. */
static gsize
read_exactly (Fixture *self,
              guint8  *bytes,
              gsize    wanted)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (self->reader));
  gssize n = -1;

  g_input_stream_read_all_async (in, bytes, wanted, G_PRIORITY_DEFAULT, NULL, on_read, &n);
  while (n < 0)
    g_main_context_iteration (NULL, TRUE);
  return n;
}

static void
ask (Fixture    *self,
     const char *hex)
{
  g_autoptr (GBytes) message = test_bytes_from_hex (hex);
  gsize length = g_bytes_get_size (message);
  guint8 header[2] = { length >> 8, length & 0xFF };
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->reader));

  g_assert_true (g_output_stream_write_all (out, header, sizeof header, NULL, NULL, NULL));
  g_assert_true (g_output_stream_write_all (out, g_bytes_get_data (message, NULL), length, NULL,
                                            NULL, NULL));
}

/* The answer as capital hex, or NULL when the card closed the connection. */
static char *
get_answer (Fixture *self)
{
  guint8 header[2], bytes[300];
  gsize length;

  if (read_exactly (self, header, sizeof header) < sizeof header)
    return NULL;
  length = header[0] << 8 | header[1];
  g_assert_cmpuint (length, <=, sizeof bytes);
  g_assert_cmpuint (read_exactly (self, bytes, length), ==, length);
  return test_hex_from_bytes (bytes, length);
}

static void
assert_answers (Fixture    *self,
                const char *message,
                const char *expected)
{
  g_autofree char *answer = NULL;

  ask (self, message);
  answer = get_answer (self);
  g_assert_cmpstr (answer, ==, expected);
}

#define ATR          "3BBA11008131FE4D55454B41452056312E30AE"
#define VERIFY_RIGHT "00 20 00 01 06 343037313832"
#define VERIFY_WRONG "00 20 00 01 06 393939393938"
#define ASK_PIN      "00 20 00 01"
#define SIGN         "00 2A 9E 9A 01 00 00"

static void
test_seen_with_the_first_atr (Fixture *self, gconstpointer unused)
{
  g_assert_cmpuint (self->seen, ==, 0);
  assert_answers (self, "04", ATR);
  assert_answers (self, "04", ATR);
  g_assert_cmpuint (self->seen, ==, 1);
  g_assert_cmpuint (self->lost, ==, 0);
}

static void
test_commands (Fixture *self, gconstpointer unused)
{
  ask (self, "01");
  assert_answers (self, VERIFY_WRONG, "63C2");
  assert_answers (self, VERIFY_RIGHT, "9000");
  assert_answers (self, "00 22 C3 01", "9000");
  /* A reset drops what was proved; it has no answer of its own. */
  ask (self, "02");
  assert_answers (self, "00 22 C3 01", "9000");
  assert_answers (self, SIGN, "6982");
}

static void
test_reader_gone (Fixture *self, gconstpointer unused)
{
  g_io_stream_close (G_IO_STREAM (self->reader), NULL, NULL);
  while (self->lost == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->lost, ==, 1);
}

static void
test_empty_message_is_the_end (Fixture *self, gconstpointer unused)
{
  ask (self, "");
  g_assert_null (get_answer (self));
  g_assert_cmpuint (self->lost, ==, 1);
}

static void
test_removed_and_inserted (Fixture *self, gconstpointer unused)
{
  assert_answers (self, VERIFY_RIGHT, "9000");
  assert_answers (self, "00 22 C3 01", "9000");
  ilk_vpcd_peer_remove (self->peer);
  g_assert_null (get_answer (self));
  /* Pulled by hand it is not "lost". */
  g_assert_cmpuint (self->lost, ==, 0);

  accept_card (self);
  assert_answers (self, "04", ATR);
  assert_answers (self, "00 22 C3 01", "9000");
  assert_answers (self, SIGN, "6982");
}

static void
test_faults (Fixture *self, gconstpointer unused)
{
  g_assert_true (ilk_vpcd_peer_set_fault (self->peer, "pulled-before:2"));
  assert_answers (self, ASK_PIN, "63C3");
  ask (self, VERIFY_WRONG);
  g_assert_null (get_answer (self));
  g_assert_cmpuint (self->lost, ==, 1);
  assert_answer (self->card.card, ASK_PIN, "63C3");

  accept_card (self);
  g_assert_true (ilk_vpcd_peer_set_fault (self->peer, "pulled-after:1"));
  ask (self, VERIFY_WRONG);
  g_assert_null (get_answer (self));
  g_assert_cmpuint (self->lost, ==, 2);
  assert_answer (self->card.card, ASK_PIN, "63C2");

  accept_card (self);
  g_assert_true (ilk_vpcd_peer_set_fault (self->peer, "wrong-length:1"));
  assert_answers (self, VERIFY_WRONG, "63");
  assert_answers (self, ASK_PIN, "63C1");
}

/* A line of 9600 bits a second: 14 bytes, 12 bits each, are 17.5 ms. */
static void
test_pace (Fixture *self, gconstpointer unused)
{
  gint64 asked = g_get_monotonic_time ();

  ilk_vpcd_peer_set_pace (self->peer, 9600);
  assert_answers (self, ASK_PIN, "63C3");
  g_assert_cmpint (g_get_monotonic_time () - asked, >=, 17000);
  assert_answers (self, VERIFY_WRONG, "63C2");

  /* What was on the line is lost with the card. */
  ask (self, ASK_PIN);
  ilk_vpcd_peer_remove (self->peer);
  g_assert_null (get_answer (self));
  accept_card (self);
  ilk_vpcd_peer_set_pace (self->peer, 0);
  assert_answers (self, ASK_PIN, "63C2");
}

static void
test_faults_of_other_readers (Fixture *self, gconstpointer unused)
{
  g_assert_false (ilk_vpcd_peer_set_fault (self->peer, "held"));
  g_assert_false (ilk_vpcd_peer_set_fault (self->peer, "reset:1"));
  g_assert_false (ilk_vpcd_peer_set_fault (self->peer, "service-off"));
  g_assert_false (ilk_vpcd_peer_set_fault (self->peer, "nonsense"));
  g_assert_true (ilk_vpcd_peer_set_fault (self->peer, NULL));
}

static void
test_nobody_listens (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_socket_listener_close (self->listener);
  g_assert_false (ilk_vpcd_peer_insert (self->peer, self->card.card, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
add_test (const char *path,
          void      (*function) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, function, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/vpcd-peer/seen", test_seen_with_the_first_atr);
  add_test ("/vpcd-peer/commands", test_commands);
  add_test ("/vpcd-peer/reader-gone", test_reader_gone);
  add_test ("/vpcd-peer/empty-message", test_empty_message_is_the_end);
  add_test ("/vpcd-peer/removed", test_removed_and_inserted);
  add_test ("/vpcd-peer/pace", test_pace);
  add_test ("/vpcd-peer/faults", test_faults);
  add_test ("/vpcd-peer/faults-of-others", test_faults_of_other_readers);
  add_test ("/vpcd-peer/nobody", test_nobody_listens);

  return g_test_run ();
}
