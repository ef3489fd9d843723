/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "card/ilk-card-error.h"
#include "virtual/ilk-virtual-transport.h"
#include "virtual-test.h"

#define READER "Virtual PCD 00 00"

/* A wrong PIN shows whether a command was done: it leaves a trace in the card. */
static const guint8 wrong_pin[] = { 0x00, 0x20, 0x00, 0x01, 0x06, '9', '9', '9', '9', '9', '8' };
static const guint8 right_pin[] = { 0x00, 0x20, 0x00, 0x01, 0x06, '4', '0', '7', '1', '8', '2' };

typedef struct {
  TestCard             card;
  IlkTransport        *transport;
  IlkVirtualTransport *readers;   /* the same object */
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  test_card_set_up (&self->card, GINT_TO_POINTER (ILK_CARD_CONDITION_FRESH));
  self->transport = ilk_virtual_transport_new ();
  self->readers = ILK_VIRTUAL_TRANSPORT (self->transport);
  ilk_virtual_transport_add_reader (self->readers, READER);
  ilk_virtual_transport_insert (self->readers, READER, self->card.card);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  g_assert_finalize_object (self->transport);
  test_card_tear_down (&self->card, NULL);
}

static gpointer
connect (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gpointer connection = ilk_transport_connect (self->transport, READER, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
assert_connect_fails (Fixture      *self,
                      const char   *reader,
                      IlkCardError  code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ilk_transport_connect (self->transport, reader, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
}

static gssize
send (Fixture       *self,
      gpointer       connection,
      const guint8  *command,
      gsize          length,
      guint16       *sw,
      GError       **error)
{
  guint8 answer[258];
  gssize n = ilk_transport_transmit (self->transport, connection, command, length, answer,
                                     sizeof answer, error);

  *sw = n >= 2 ? answer[n - 2] << 8 | answer[n - 1] : 0;
  return n;
}

static void
assert_sends (Fixture      *self,
              gpointer      connection,
              const guint8 *command,
              gsize         length,
              guint16       expected)
{
  g_autoptr (GError) error = NULL;
  guint16 sw;

  g_assert_cmpint (send (self, connection, command, length, &sw, &error), >=, 2);
  g_assert_no_error (error);
  g_assert_cmphex (sw, ==, expected);
}

static void
assert_send_fails (Fixture      *self,
                   gpointer      connection,
                   IlkCardError  code)
{
  g_autoptr (GError) error = NULL;
  guint16 sw;

  g_assert_cmpint (send (self, connection, wrong_pin, sizeof wrong_pin, &sw, &error), ==, -1);
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
}

#define assert_tries(self, expected) assert_answer ((self)->card.card, "00 20 00 01", expected)

static GPtrArray *
wait_for (Fixture   *self,
          GPtrArray *known)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *states = ilk_transport_wait (self->transport, known, NULL, &error);

  g_assert_no_error (error);
  return states;
}

static void
test_first_wait_lists (Fixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) states = wait_for (self, NULL);
  IlkReaderState *state = g_ptr_array_index (states, 0);

  g_assert_cmpuint (states->len, ==, 1);
  g_assert_cmpstr (state->name, ==, READER);
  g_assert_true (state->present);
  g_assert_false (state->mute || state->exclusive || state->in_use);
  g_assert_true (g_bytes_equal (state->atr, ilk_virtual_card_get_atr (self->card.card)));
}

/* A thread that waits from what is known; the test then changes something. */
typedef struct {
  Fixture      *fixture;
  GPtrArray    *known;
  GCancellable *cancellable;
  GPtrArray    *states;
  GError       *error;
} Waiter;

static gpointer
wait_in_thread (gpointer data)
{
  Waiter *waiter = data;

  waiter->states = ilk_transport_wait (waiter->fixture->transport, waiter->known,
                                       waiter->cancellable, &waiter->error);
  return NULL;
}

static void
waiter_clear (Waiter *waiter)
{
  g_clear_pointer (&waiter->known, g_ptr_array_unref);
  g_clear_pointer (&waiter->states, g_ptr_array_unref);
  g_clear_object (&waiter->cancellable);
  g_clear_error (&waiter->error);
}

static void
test_wait_sees_cards_come_and_go (Fixture *self, gconstpointer unused)
{
  Waiter waiter = { .fixture = self, .known = wait_for (self, NULL) };
  guint events = ((IlkReaderState *) g_ptr_array_index (waiter.known, 0))->events;
  GThread *thread = g_thread_new ("wait", wait_in_thread, &waiter);
  IlkReaderState *state;

  ilk_virtual_transport_remove (self->readers, READER);
  g_thread_join (thread);
  g_assert_no_error (waiter.error);
  state = g_ptr_array_index (waiter.states, 0);
  g_assert_false (state->present);
  g_assert_null (state->atr);
  g_assert_cmpuint (state->events, ==, events + 1);
  waiter_clear (&waiter);
}

static void
test_pull_and_insert_is_no_standstill (Fixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) known = wait_for (self, NULL);
  g_autoptr (GPtrArray) states = NULL;

  /* The same card in the same reader: only the counter tells. */
  ilk_virtual_transport_remove (self->readers, READER);
  ilk_virtual_transport_insert (self->readers, READER, self->card.card);
  states = wait_for (self, known);
  g_assert_cmpuint (((IlkReaderState *) g_ptr_array_index (states, 0))->events, ==,
                    ((IlkReaderState *) g_ptr_array_index (known, 0))->events + 2);
}

static void
test_wait_sees_readers (Fixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) one = wait_for (self, NULL);
  g_autoptr (GPtrArray) two = NULL;
  g_autoptr (GPtrArray) none = NULL;

  ilk_virtual_transport_add_reader (self->readers, "Virtual PCD 00 01");
  two = wait_for (self, one);
  g_assert_cmpuint (two->len, ==, 2);
  ilk_virtual_transport_remove_reader (self->readers, READER);
  ilk_virtual_transport_remove_reader (self->readers, "Virtual PCD 00 01");
  none = wait_for (self, two);
  g_assert_cmpuint (none->len, ==, 0);
  assert_connect_fails (self, READER, ILK_CARD_ERROR_NO_READER);
}

static void
test_relist_wakes (Fixture *self, gconstpointer unused)
{
  Waiter waiter = { .fixture = self, .known = wait_for (self, NULL) };
  GThread *thread = g_thread_new ("wait", wait_in_thread, &waiter);

  ilk_transport_relist (self->transport);
  g_thread_join (thread);
  g_assert_no_error (waiter.error);
  g_assert_cmpuint (waiter.states->len, ==, 1);
  waiter_clear (&waiter);
}

static void
test_cancel_wakes (Fixture *self, gconstpointer unused)
{
  Waiter waiter = { .fixture = self, .known = wait_for (self, NULL),
                    .cancellable = g_cancellable_new () };
  GThread *thread = g_thread_new ("wait", wait_in_thread, &waiter);

  g_cancellable_cancel (waiter.cancellable);
  g_thread_join (thread);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (waiter.states);
  waiter_clear (&waiter);
}

static void
test_connect_is_exclusive (Fixture *self, gconstpointer unused)
{
  gpointer connection = connect (self);
  g_autoptr (GBytes) atr = ilk_transport_get_atr (self->transport, connection);

  g_assert_true (g_bytes_equal (atr, ilk_virtual_card_get_atr (self->card.card)));
  assert_connect_fails (self, READER, ILK_CARD_ERROR_IN_USE);
  ilk_transport_disconnect (self->transport, connection, FALSE);
  ilk_transport_disconnect (self->transport, connect (self), FALSE);
}

static void
test_reset_drops_the_state (Fixture *self, gconstpointer unused)
{
  static const guint8 key[] = { 0x00, 0x22, 0xC3, 0x01 };
  static const guint8 sign[] = { 0x00, 0x2A, 0x9E, 0x9A, 0x01, 0x00, 0x00 };
  gpointer connection = connect (self);

  assert_sends (self, connection, right_pin, sizeof right_pin, 0x9000);
  assert_sends (self, connection, key, sizeof key, 0x9000);
  ilk_transport_disconnect (self->transport, connection, FALSE);

  connection = connect (self);
  assert_sends (self, connection, sign, sizeof sign, 0x9000);
  ilk_transport_disconnect (self->transport, connection, TRUE);

  connection = connect (self);
  assert_sends (self, connection, sign, sizeof sign, 0x6982);
  ilk_transport_disconnect (self->transport, connection, FALSE);
}

static void
test_pulled_card_is_gone (Fixture *self, gconstpointer unused)
{
  gpointer connection = connect (self);

  ilk_virtual_transport_remove (self->readers, READER);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_REMOVED);
  /* Back again, it is still another insertion. */
  ilk_virtual_transport_insert (self->readers, READER, self->card.card);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_REMOVED);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_tries (self, "63C3");
}

static void
test_removed_reader (Fixture *self, gconstpointer unused)
{
  gpointer connection = connect (self);

  ilk_virtual_transport_remove_reader (self->readers, READER);
  assert_send_fails (self, connection, ILK_CARD_ERROR_NO_READER);
  ilk_transport_disconnect (self->transport, connection, TRUE);
}

static void
test_empty_reader (Fixture *self, gconstpointer unused)
{
  ilk_virtual_transport_remove (self->readers, READER);
  assert_connect_fails (self, READER, ILK_CARD_ERROR_NO_CARD);
}

static void
set_fault (Fixture    *self,
           const char *fault)
{
  g_assert_true (ilk_virtual_transport_set_fault (self->readers, fault));
}

static void
test_fault_pulled_before (Fixture *self, gconstpointer unused)
{
  gpointer connection;

  set_fault (self, "pulled-before:2");
  connection = connect (self);
  assert_sends (self, connection, wrong_pin, sizeof wrong_pin, 0x63C2);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_REMOVED);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_tries (self, "63C2");
  assert_connect_fails (self, READER, ILK_CARD_ERROR_NO_CARD);
}

static void
test_fault_pulled_after (Fixture *self, gconstpointer unused)
{
  gpointer connection;

  set_fault (self, "pulled-after:1");
  connection = connect (self);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_REMOVED);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_tries (self, "63C2");

  /* It has struck; the next connection works. */
  ilk_virtual_transport_insert (self->readers, READER, self->card.card);
  connection = connect (self);
  assert_sends (self, connection, right_pin, sizeof right_pin, 0x9000);
  ilk_transport_disconnect (self->transport, connection, TRUE);
}

static void
test_fault_reset (Fixture *self, gconstpointer unused)
{
  gpointer connection;

  set_fault (self, "reset:2");
  connection = connect (self);
  assert_sends (self, connection, right_pin, sizeof right_pin, 0x9000);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_RESET);
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_RESET);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_tries (self, "63C3");
}

static void
test_fault_wrong_length (Fixture *self, gconstpointer unused)
{
  gpointer connection;
  g_autoptr (GError) error = NULL;
  guint16 sw;

  set_fault (self, "wrong-length:1");
  connection = connect (self);
  g_assert_cmpint (send (self, connection, wrong_pin, sizeof wrong_pin, &sw, &error), ==, 1);
  g_assert_no_error (error);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_tries (self, "63C2");
}

static void
test_fault_mute (Fixture *self, gconstpointer unused)
{
  gpointer connection = connect (self);
  g_autoptr (GPtrArray) states = NULL;
  IlkReaderState *state;

  set_fault (self, "mute");
  assert_send_fails (self, connection, ILK_CARD_ERROR_CARD_MUTE);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  assert_connect_fails (self, READER, ILK_CARD_ERROR_CARD_MUTE);
  states = wait_for (self, NULL);
  state = g_ptr_array_index (states, 0);
  g_assert_true (state->present && state->mute);
  g_assert_null (state->atr);

  set_fault (self, NULL);
  ilk_transport_disconnect (self->transport, connect (self), FALSE);
}

static void
test_fault_held (Fixture *self, gconstpointer unused)
{
  g_autoptr (GPtrArray) states = NULL;
  IlkReaderState *state;

  set_fault (self, "held");
  assert_connect_fails (self, READER, ILK_CARD_ERROR_IN_USE);
  states = wait_for (self, NULL);
  state = g_ptr_array_index (states, 0);
  g_assert_true (state->exclusive && state->in_use);
}

static void
test_fault_service_off (Fixture *self, gconstpointer unused)
{
  Waiter waiter = { .fixture = self, .known = wait_for (self, NULL) };
  GThread *thread = g_thread_new ("wait", wait_in_thread, &waiter);

  set_fault (self, "service-off");
  g_thread_join (thread);
  g_assert_error (waiter.error, ILK_CARD_ERROR, ILK_CARD_ERROR_SERVICE_OFF);
  assert_connect_fails (self, READER, ILK_CARD_ERROR_SERVICE_OFF);
  waiter_clear (&waiter);
}

static gpointer
send_in_thread (gpointer data)
{
  Fixture *self = data;
  gpointer connection = connect (self);

  assert_sends (self, connection, right_pin, sizeof right_pin, 0x9000);
  ilk_transport_disconnect (self->transport, connection, TRUE);
  return NULL;
}

static void
test_fault_slow (Fixture *self, gconstpointer unused)
{
  GThread *thread;

  /* Taking the fault back lets the answer go, whether the command is under way or not. */
  set_fault (self, "slow:1");
  thread = g_thread_new ("send", send_in_thread, self);
  set_fault (self, NULL);
  g_thread_join (thread);
  assert_tries (self, "63C3");
}

static void
test_unknown_faults (Fixture *self, gconstpointer unused)
{
  static const char *const names[] = { "", "pulled", "pulled-before", "pulled-before:",
                                       "pulled-before:0", "pulled-before:x", "mute:1", "slow:-1" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_false (ilk_virtual_transport_set_fault (self->readers, names[i]));
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

  add_test ("/virtual-transport/wait/first", test_first_wait_lists);
  add_test ("/virtual-transport/wait/cards", test_wait_sees_cards_come_and_go);
  add_test ("/virtual-transport/wait/counter", test_pull_and_insert_is_no_standstill);
  add_test ("/virtual-transport/wait/readers", test_wait_sees_readers);
  add_test ("/virtual-transport/wait/relist", test_relist_wakes);
  add_test ("/virtual-transport/wait/cancel", test_cancel_wakes);
  add_test ("/virtual-transport/connect/exclusive", test_connect_is_exclusive);
  add_test ("/virtual-transport/connect/reset", test_reset_drops_the_state);
  add_test ("/virtual-transport/connect/pulled", test_pulled_card_is_gone);
  add_test ("/virtual-transport/connect/reader-gone", test_removed_reader);
  add_test ("/virtual-transport/connect/empty", test_empty_reader);
  add_test ("/virtual-transport/fault/pulled-before", test_fault_pulled_before);
  add_test ("/virtual-transport/fault/pulled-after", test_fault_pulled_after);
  add_test ("/virtual-transport/fault/reset", test_fault_reset);
  add_test ("/virtual-transport/fault/wrong-length", test_fault_wrong_length);
  add_test ("/virtual-transport/fault/mute", test_fault_mute);
  add_test ("/virtual-transport/fault/held", test_fault_held);
  add_test ("/virtual-transport/fault/service-off", test_fault_service_off);
  add_test ("/virtual-transport/fault/slow", test_fault_slow);
  add_test ("/virtual-transport/fault/unknown", test_unknown_faults);

  return g_test_run ();
}
