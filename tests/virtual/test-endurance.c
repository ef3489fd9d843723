/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <malloc.h>
#include <stdlib.h>

#include "card/ilk-card-monitor.h"
#include "card/ilk-card-session.h"
#include "card/ilk-pcsc-transport.h"
#include "virtual-test.h"
#include "virtual/ilk-virtual-transport.h"
#include "virtual/ilk-vpcd-peer.h"

/* Cards and readers in and out, again and again: each time the monitor has to say so, the card has
 * to be read, and nothing may be left behind. In process a thousand times; with --pcscd through a
 * real pcscd, which looks for cards only every 400 ms, as often as ILK_ENDURANCE_ROUNDS says. */
#define READER "Endless Reader 00 00"
#define VPCD_READER "Virtual PCD 00 00"
#define ROUNDS 1000
#define PCSCD_ROUNDS 20
/* Bytes that the heap may have grown by after all rounds: what libraries keep, once. */
#define MAX_GROWTH (512 * 1024)

typedef struct {
  TestCard        card;
  IlkTransport   *transport;
  IlkCardMonitor *monitor;
  IlkVpcdPeer    *peer;
  GMainLoop      *loop;
  IlkCardInfo    *info;
  GError         *error;
} Fixture;

static gboolean with_pcscd;

static guint
count_rounds (void)
{
  const char *wanted = g_getenv ("ILK_ENDURANCE_ROUNDS");

  if (wanted != NULL)
    return (guint) g_ascii_strtoull (wanted, NULL, 10);
  return with_pcscd ? PCSCD_ROUNDS : ROUNDS;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  test_card_set_up (&self->card, NULL);
  self->loop = g_main_loop_new (NULL, FALSE);
  if (with_pcscd)
    {
      self->transport = ilk_pcsc_transport_new ("Virtual PCD");
      self->peer = ilk_vpcd_peer_new (ILK_VPCD_FIRST_PORT);
    }
  else
    {
      self->transport = ilk_virtual_transport_new ();
    }
  self->monitor = ilk_card_monitor_new (self->transport);
  g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (g_main_loop_quit), self->loop);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  ilk_card_monitor_stop (self->monitor);
  g_object_unref (self->monitor);
  g_clear_object (&self->peer);
  g_object_unref (self->transport);
  g_main_loop_unref (self->loop);
  test_card_tear_down (&self->card, NULL);
}

/* Waits until the monitor says so; no answer at all ends the test by its time limit. */
static void
await_readers (Fixture *self,
               guint    n_readers)
{
  while (!ilk_card_monitor_get_ready (self->monitor) ||
         ilk_card_monitor_get_readers (self->monitor)->len != n_readers)
    g_main_loop_run (self->loop);
}

static const IlkReaderState *
get_state (Fixture    *self,
           const char *name)
{
  GPtrArray *readers = ilk_card_monitor_get_readers (self->monitor);

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    {
      const IlkReaderState *state = readers->pdata[i];

      if (g_str_equal (state->name, name))
        return state;
    }
  return NULL;
}

static void
await_card (Fixture    *self,
            const char *name,
            gboolean    present)
{
  const IlkReaderState *state;

  while ((state = get_state (self, name)) == NULL || state->present != present ||
         (present && state->atr == NULL))
    g_main_loop_run (self->loop);
}

static void
card_read (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Fixture *self = data;

  self->info = ilk_card_read_finish (result, &self->error);
  g_main_loop_quit (self->loop);
}

static void
read_card (Fixture    *self,
           const char *name)
{
  ilk_card_read_async (self->transport, name, NULL, card_read, self);
  while (self->info == NULL && self->error == NULL)
    g_main_loop_run (self->loop);
  g_assert_no_error (self->error);
  g_assert_nonnull (ilk_card_info_get_certificate (self->info));
  g_clear_pointer (&self->info, ilk_card_info_unref);
}

static void
plug (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  if (!with_pcscd)
    ilk_virtual_transport_insert (ILK_VIRTUAL_TRANSPORT (self->transport), READER,
                                  self->card.card);
  else if (!ilk_vpcd_peer_insert (self->peer, self->card.card, &error))
    g_assert_no_error (error);
}

static void
pull (Fixture *self)
{
  if (with_pcscd)
    ilk_vpcd_peer_remove (self->peer);
  else
    ilk_virtual_transport_remove (ILK_VIRTUAL_TRANSPORT (self->transport), READER);
}

static guint
count_files (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  guint n = 0;

  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

static gsize
count_heap (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* What there is after the first rounds, when every library has what it keeps. */
typedef struct {
  guint files;
  gsize heap;
} Footprint;

static Footprint
take_footprint (void)
{
  return (Footprint) { count_files (), count_heap () };
}

static void
assert_footprint (Footprint before)
{
  Footprint after = take_footprint ();

  g_test_message ("files %u -> %u, heap %" G_GSIZE_FORMAT " -> %" G_GSIZE_FORMAT " bytes",
                  before.files, after.files, before.heap, after.heap);
  g_assert_cmpuint (after.files, <=, before.files + 2);
  g_assert_cmpuint (after.heap, <=, before.heap + MAX_GROWTH);
}

static void
test_cards (Fixture       *self,
            gconstpointer  data)
{
  const char *name = with_pcscd ? VPCD_READER : READER;
  guint rounds = count_rounds ();
  Footprint before = { 0 };
  gint64 started;

  if (!with_pcscd)
    ilk_virtual_transport_add_reader (ILK_VIRTUAL_TRANSPORT (self->transport), READER);
  ilk_card_monitor_start (self->monitor);
  await_card (self, name, FALSE);
  started = g_get_monotonic_time ();
  for (guint i = 0; i < rounds; i++)
    {
      if (i == rounds / 10)
        before = take_footprint ();
      plug (self);
      await_card (self, name, TRUE);
      read_card (self, name);
      pull (self);
      await_card (self, name, FALSE);
    }
  assert_footprint (before);
  g_test_message ("%u cards in %.1f s", rounds,
                  (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
}

static void
test_readers (Fixture       *self,
              gconstpointer  data)
{
  IlkVirtualTransport *transport = ILK_VIRTUAL_TRANSPORT (self->transport);
  Footprint before = { 0 };

  ilk_card_monitor_start (self->monitor);
  await_readers (self, 0);
  for (guint i = 0; i < ROUNDS; i++)
    {
      if (i == ROUNDS / 10)
        before = take_footprint ();
      ilk_virtual_transport_add_reader (transport, READER);
      await_readers (self, 1);
      ilk_virtual_transport_remove_reader (transport, READER);
      await_readers (self, 0);
    }
  assert_footprint (before);
}

/* Sixteen at once is all that pcsc-lite has. vpcd keeps one connection for all entries of its own,
 * so a card in one of sixteen is read in process. */
static void
test_sixteen_readers (Fixture       *self,
                      gconstpointer  data)
{
  ilk_card_monitor_start (self->monitor);
  await_readers (self, 16);
  for (guint i = 0; i < 16; i++)
    {
      const IlkReaderState *state = ilk_card_monitor_get_readers (self->monitor)->pdata[i];

      g_assert_true (g_str_has_prefix (state->name, "Virtual PCD"));
      g_assert_false (state->present);
    }
}

static void
test_last_of_sixteen (Fixture       *self,
                      gconstpointer  data)
{
  IlkVirtualTransport *transport = ILK_VIRTUAL_TRANSPORT (self->transport);
  g_autofree char *last = NULL;

  for (guint i = 0; i < 16; i++)
    {
      g_free (last);
      last = g_strdup_printf ("Reader %X 00", i);
      ilk_virtual_transport_add_reader (transport, last);
    }
  ilk_card_monitor_start (self->monitor);
  await_readers (self, 16);
  ilk_virtual_transport_insert (transport, last, self->card.card);
  await_card (self, last, TRUE);
  read_card (self, last);
  ilk_virtual_transport_remove (transport, last);
  await_card (self, last, FALSE);
}

int
main (int   argc,
      char *argv[])
{
  gboolean sixteen = FALSE;

  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    {
      with_pcscd = with_pcscd || g_str_has_prefix (argv[i], "--pcscd");
      sixteen = sixteen || g_str_equal (argv[i], "--pcscd16");
    }

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  if (sixteen)
    ADD ("/endurance/pcscd/sixteen-readers", test_sixteen_readers);
  else if (with_pcscd)
    ADD ("/endurance/pcscd/cards", test_cards);
  else
    {
      ADD ("/endurance/cards", test_cards);
      ADD ("/endurance/readers", test_readers);
      ADD ("/endurance/last-of-sixteen", test_last_of_sixteen);
    }
  return g_test_run ();
}
