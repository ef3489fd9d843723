/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-card-monitor.h"

#include <glib/gstdio.h>

#include "scripted-transport.h"

typedef struct {
  char              *folder;
  char              *socket;
  ScriptedTransport *transport;
  IlkCardMonitor    *monitor;
  guint              changes;
} Fixture;

static void
on_changed (IlkCardMonitor *monitor,
            Fixture        *fixture)
{
  fixture->changes++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  fixture->folder = g_dir_make_tmp ("ilk-monitor-XXXXXX", NULL);
  fixture->socket = g_build_filename (fixture->folder, "pcscd.comm", NULL);
  g_setenv ("PCSCLITE_CSOCK_NAME", fixture->socket, TRUE);
  fixture->transport = scripted_transport_new (SCRIPTED_ATR_V1);
  fixture->monitor = ilk_card_monitor_new (ILK_TRANSPORT (fixture->transport));
  g_signal_connect (fixture->monitor, "changed", G_CALLBACK (on_changed), fixture);
}

/* On whatever thread lets go of the transport last. */
static void
on_transport_gone (gpointer  user_data,
                   GObject  *transport)
{
  g_atomic_int_set ((int *) user_data, TRUE);
  g_main_context_wakeup (NULL);
}

/* The thread lets go of everything some time after the monitor goes, started or not. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  int gone = FALSE;

  g_assert_finalize_object (fixture->monitor);
  g_object_weak_ref (G_OBJECT (fixture->transport), on_transport_gone, &gone);
  g_object_unref (fixture->transport);
  while (!g_atomic_int_get (&gone))
    g_main_context_iteration (NULL, TRUE);

  g_unlink (fixture->socket);
  g_rmdir (fixture->folder);
  g_free (fixture->socket);
  g_free (fixture->folder);
}

static void
await_changes (Fixture *fixture,
               guint    changes)
{
  while (fixture->changes < changes)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (fixture->changes, ==, changes);
}

static const IlkReaderState *
only_reader (Fixture *fixture)
{
  GPtrArray *readers = ilk_card_monitor_get_readers (fixture->monitor);

  g_assert_cmpuint (readers->len, ==, 1);
  return g_ptr_array_index (readers, 0);
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_assert_false (ilk_card_monitor_get_ready (fixture->monitor));
  g_assert_cmpuint (ilk_card_monitor_get_readers (fixture->monitor)->len, ==, 0);
  ilk_card_monitor_start (fixture->monitor);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  g_assert_true (ilk_card_monitor_get_ready (fixture->monitor));
  g_assert_null (ilk_card_monitor_get_error (fixture->monitor));
  g_assert_true (only_reader (fixture)->present);

  scripted_transport_set_present (fixture->transport, FALSE);
  await_changes (fixture, 2);
  g_assert_false (only_reader (fixture)->present);
  g_assert_null (only_reader (fixture)->atr);

  scripted_transport_set_present (fixture->transport, TRUE);
  await_changes (fixture, 3);
  g_assert_true (only_reader (fixture)->present);
}

/* While nothing happens the thread sleeps in one and the same wait. */
static void
test_sleeps (Fixture       *fixture,
             gconstpointer  user_data)
{
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  scripted_transport_await_waiting (fixture->transport, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (scripted_transport_get_waits (fixture->transport), ==, 2);
}

/* relist () makes the transport look again; with the same result nothing is said. */
static void
test_relist (Fixture       *fixture,
             gconstpointer  user_data)
{
  ilk_card_monitor_relist (fixture->monitor);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  scripted_transport_await_waiting (fixture->transport, 2);
  ilk_card_monitor_relist (fixture->monitor);
  scripted_transport_await_waiting (fixture->transport, 3);
  scripted_transport_set_present (fixture->transport, FALSE);
  await_changes (fixture, 2);
}

static void
test_service_off (Fixture       *fixture,
                  gconstpointer  user_data)
{
  scripted_transport_set_wait_error (fixture->transport, ILK_CARD_ERROR_SERVICE_OFF);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  g_assert_true (ilk_card_monitor_get_ready (fixture->monitor));
  g_assert_error (ilk_card_monitor_get_error (fixture->monitor), ILK_CARD_ERROR,
                  ILK_CARD_ERROR_SERVICE_OFF);
  g_assert_cmpuint (ilk_card_monitor_get_readers (fixture->monitor)->len, ==, 0);

  scripted_transport_set_wait_error (fixture->transport, -1);
  ilk_card_monitor_relist (fixture->monitor);
  await_changes (fixture, 2);
  g_assert_null (ilk_card_monitor_get_error (fixture->monitor));
  g_assert_true (only_reader (fixture)->present);
}

/* The service's socket appears: the monitor asks without being told to. */
static void
test_service_comes (Fixture       *fixture,
                    gconstpointer  user_data)
{
  scripted_transport_set_wait_error (fixture->transport, ILK_CARD_ERROR_SERVICE_OFF);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  /* The second answer is to the question that is asked once the watch stands. */
  while (scripted_transport_get_waits (fixture->transport) < 2)
    g_main_context_iteration (NULL, FALSE);

  scripted_transport_set_wait_error (fixture->transport, -1);
  g_assert_true (g_file_set_contents (fixture->socket, "", 0, NULL));
  await_changes (fixture, 2);
  g_assert_null (ilk_card_monitor_get_error (fixture->monitor));
}

static void
test_service_goes (Fixture       *fixture,
                   gconstpointer  user_data)
{
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  scripted_transport_set_wait_error (fixture->transport, ILK_CARD_ERROR_SERVICE_OFF);
  await_changes (fixture, 2);
  g_assert_error (ilk_card_monitor_get_error (fixture->monitor), ILK_CARD_ERROR,
                  ILK_CARD_ERROR_SERVICE_OFF);
  scripted_transport_set_wait_error (fixture->transport, ILK_CARD_ERROR_SERVICE_REFUSED);
  ilk_card_monitor_relist (fixture->monitor);
  await_changes (fixture, 3);
}

/* What the thread says after stop () is dropped; a new start () begins anew. */
static void
test_stop (Fixture       *fixture,
           gconstpointer  user_data)
{
  ilk_card_monitor_start (fixture->monitor);
  scripted_transport_await_waiting (fixture->transport, 2);
  ilk_card_monitor_stop (fixture->monitor);
  ilk_card_monitor_stop (fixture->monitor);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->changes, ==, 0);
  g_assert_false (ilk_card_monitor_get_ready (fixture->monitor));

  ilk_card_monitor_relist (fixture->monitor);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
}

/* The caller is the thread that draws: however long the card service hangs, stop () returns, and
 * what the service says at last is dropped. */
static void
test_stop_while_hanging (Fixture       *fixture,
                         gconstpointer  user_data)
{
  gint64 begin;

  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  scripted_transport_await_waiting (fixture->transport, 2);
  scripted_transport_set_deaf (fixture->transport, TRUE);
  begin = g_get_monotonic_time ();
  ilk_card_monitor_stop (fixture->monitor);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_TIME_SPAN_SECOND);

  scripted_transport_set_present (fixture->transport, FALSE);
  scripted_transport_set_deaf (fixture->transport, FALSE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->changes, ==, 1);
  g_assert_true (only_reader (fixture)->present);
}

static void
test_stop_while_off (Fixture       *fixture,
                     gconstpointer  user_data)
{
  scripted_transport_set_wait_error (fixture->transport, ILK_CARD_ERROR_SERVICE_OFF);
  ilk_card_monitor_start (fixture->monitor);
  await_changes (fixture, 1);
  ilk_card_monitor_stop (fixture->monitor);
}

/* "changed" comes in the main context of the one who started, whatever thread that is. */
static gpointer
run_elsewhere (gpointer user_data)
{
  Fixture *fixture = user_data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  ilk_card_monitor_start (fixture->monitor);
  while (fixture->changes == 0)
    g_main_context_iteration (context, TRUE);
  ilk_card_monitor_stop (fixture->monitor);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static void
test_context (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_thread_join (g_thread_new ("elsewhere", run_elsewhere, fixture));
  g_assert_cmpuint (fixture->changes, ==, 1);
}

#define ADD(path, function) \
  g_test_add ("/card-monitor/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("changes", test_changes);
  ADD ("sleeps", test_sleeps);
  ADD ("relist", test_relist);
  ADD ("service/off", test_service_off);
  ADD ("service/comes", test_service_comes);
  ADD ("service/goes", test_service_goes);
  ADD ("stop", test_stop);
  ADD ("stop-while-hanging", test_stop_while_hanging);
  ADD ("stop-while-off", test_stop_while_off);
  ADD ("context", test_context);

  return g_test_run ();
}
