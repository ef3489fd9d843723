/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "card/ilk-card-error.h"
#include "card/ilk-card-session.h"
#include "card/ilk-pcsc-transport.h"
#include "virtual/ilk-virtual-transport.h"
#include "virtual-test.h"

/* The card room drives virtual cards: in process, and with --pcscd through a real pcscd, where
 * `ilkimza-card insert` plugs them into vpcd (run it by pcscd-run). What was done is then asked
 * of the state file. */
#define READER      "Virtual PCD 00 00"
#define NEW_PIN     "581926"
#define WAIT_SECONDS 60

static const char *card_program;

typedef struct {
  TestCard          card;
  IlkTransport     *transport;
  GSubprocess      *player;   /* with --pcscd */
  GDataInputStream *answers;
  GMainLoop        *loop;
  GAsyncResult     *result;
} Fixture;

/* --- plugging in --- */

static void
assert_player_says (Fixture    *self,
                    const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, expected);
}

static gboolean
on_too_long (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static gpointer
cancel_late (gpointer cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (WAIT_SECONDS);
  g_autoptr (GSource) done = g_cancellable_source_new (cancellable);

  g_source_set_callback (timeout, on_too_long, cancellable, NULL);
  g_source_attach (timeout, context);
  g_source_set_callback (done, G_SOURCE_FUNC (g_main_loop_quit), loop, NULL);
  g_source_set_dummy_callback (done);
  g_source_attach (done, context);
  while (!g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (context, TRUE);
  return NULL;
}

static gboolean
has_card (GPtrArray *states)
{
  for (guint i = 0; states != NULL && i < states->len; i++)
    {
      IlkReaderState *state = g_ptr_array_index (states, i);

      if (g_str_equal (state->name, READER))
        return state->present && state->atr != NULL;
    }
  return FALSE;
}

/* Waits as the program does, by the transport, until the reader has a card or has none. */
static void
wait_for_card (Fixture  *self,
               gboolean  wanted)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *watchdog = g_thread_new ("watchdog", cancel_late, cancellable);
  g_autoptr (GPtrArray) states = NULL;

  while (states == NULL || has_card (states) != wanted)
    {
      g_autoptr (GError) error = NULL;
      GPtrArray *next = ilk_transport_wait (self->transport, states, cancellable, &error);

      g_assert_no_error (error);
      g_clear_pointer (&states, g_ptr_array_unref);
      states = next;
    }
  g_cancellable_cancel (cancellable);
  g_thread_join (watchdog);
}

static void
plug_in_by_pcscd (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *serial = ilk_card_serial_to_text (self->card.order->serial);
  g_autofree char *expected = g_strconcat ("inserted ", serial, NULL);

  self->transport = ilk_pcsc_transport_new ("Virtual PCD");
  self->player = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                   &error, card_program, "insert", self->card.card_file, NULL);
  g_assert_no_error (error);
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->player));
  assert_player_says (self, expected);
  wait_for_card (self, TRUE);
}

static void
plug_in (Fixture *self)
{
  IlkVirtualTransport *readers;

  self->loop = g_main_loop_new (NULL, FALSE);
  if (card_program != NULL)
    {
      plug_in_by_pcscd (self);
      return;
    }
  self->transport = ilk_virtual_transport_new ();
  readers = ILK_VIRTUAL_TRANSPORT (self->transport);
  ilk_virtual_transport_add_reader (readers, READER);
  ilk_virtual_transport_insert (readers, READER, self->card.card);
}

static void
set_up (Fixture       *self,
        gconstpointer  condition)
{
  test_card_set_up (&self->card, condition);
  plug_in (self);
}

static void
set_up_pinless (Fixture       *self,
                gconstpointer  unused)
{
  test_card_set_up_pinless (&self->card, NULL);
  plug_in (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  if (self->player != NULL)
    {
      g_autoptr (GError) error = NULL;

      g_output_stream_close (g_subprocess_get_stdin_pipe (self->player), NULL, NULL);
      g_assert_true (g_subprocess_wait_check (self->player, NULL, &error));
      wait_for_card (self, FALSE);
      g_clear_object (&self->answers);
      g_clear_object (&self->player);
    }
  /* A worker's task may hold the transport for a moment after its result is here. */
  if (ILK_IS_VIRTUAL_TRANSPORT (self->transport))
    ilk_virtual_transport_remove (ILK_VIRTUAL_TRANSPORT (self->transport), READER);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  test_card_tear_down (&self->card, NULL);
}

/* --- driving --- */

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *self = user_data;

  self->result = g_object_ref (result);
  g_main_loop_quit (self->loop);
}

/* Waits for the operation that was begun; the result is freed with the next one. */
static GAsyncResult *
finish (Fixture *self)
{
  g_main_loop_run (self->loop);
  return g_steal_pointer (&self->result);
}

static IlkCardInfo *
read_card (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  IlkCardInfo *info;

  ilk_card_read_async (self->transport, READER, NULL, on_done, self);
  result = finish (self);
  info = ilk_card_read_finish (result, &error);
  g_assert_no_error (error);
  return info;
}

static IlkCardSession *
open_session (Fixture *self,
              GError **error)
{
  g_autofree char *serial = ilk_card_serial_to_text (self->card.order->serial);
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_open_async (self->transport, READER, serial, NULL, NULL, on_done, self);
  result = finish (self);
  return ilk_card_session_open_finish (result, error);
}

static void
close_session (Fixture        *self,
               IlkCardSession *session)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_close_async (session, on_done, self);
  result = finish (self);
  ilk_card_session_close_finish (session, result, NULL);
  g_object_unref (session);
}

static gboolean
verify (Fixture        *self,
        IlkCardSession *session,
        const char     *pin,
        GError        **error)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (pin, strlen (pin));
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_verify_async (session, secret, FALSE, NULL, on_done, self);
  result = finish (self);
  return ilk_card_session_verify_finish (session, result, error);
}

static gboolean
change (Fixture        *self,
        IlkCardSession *session,
        const char     *old_pin,
        const char     *new_pin,
        GError        **error)
{
  g_autoptr (IlkSecret) old_secret = ilk_secret_new_from_data (old_pin, strlen (old_pin));
  g_autoptr (IlkSecret) new_secret = ilk_secret_new_from_data (new_pin, strlen (new_pin));
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_change_pin_async (session, old_secret, new_secret, FALSE, NULL, on_done, self);
  result = finish (self);
  return ilk_card_session_change_pin_finish (session, result, error);
}

/* What the issuer's service does with the challenge. */
static GBytes *
make_cryptogram (Fixture *self,
                 GBytes  *challenge)
{
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];
  g_autoptr (IlkSecret) key = NULL;

  key = ilk_unlock_derive_card_key (self->card.master_key, self->card.order->serial, 1, NULL);
  g_assert_true (ilk_unlock_cryptogram (key, g_bytes_get_data (challenge, NULL),
                                        self->card.order->serial, cryptogram, NULL));
  return g_bytes_new (cryptogram, sizeof cryptogram);
}

static gboolean
unlock (Fixture        *self,
        IlkCardSession *session,
        GError        **error)
{
  g_autoptr (IlkSecret) pin = ilk_secret_new_from_data (NEW_PIN, strlen (NEW_PIN));
  g_autoptr (GBytes) challenge = NULL;
  g_autoptr (GBytes) cryptogram = NULL;
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  ilk_card_session_get_challenge_async (session, NULL, on_done, self);
  first = finish (self);
  challenge = ilk_card_session_get_challenge_finish (session, first, error);
  if (challenge == NULL)
    return FALSE;
  cryptogram = make_cryptogram (self, challenge);
  ilk_card_session_unlock_async (session, cryptogram, pin, NULL, on_done, self);
  second = finish (self);
  return ilk_card_session_unlock_finish (session, second, error);
}

/* Asks the state file, as `ilkimza-card verify` does. */
static gboolean
file_accepts (Fixture    *self,
              const char *pin)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (pin, strlen (pin));
  g_autoptr (IlkVirtualCard) card = ilk_virtual_card_new_from_file (self->card.card_file, &error);

  g_assert_no_error (error);
  return ilk_virtual_card_check_pin (card, secret);
}

static void
test_read (Fixture *self, gconstpointer unused)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autofree char *serial = ilk_card_serial_to_text (self->card.order->serial);
  const IlkCertificate *certificate = ilk_card_info_get_certificate (info);

  g_assert_cmpint (info->kind, ==, ILK_CARD_KIND_AKIS_V1);
  g_assert_cmpstr (info->reader, ==, READER);
  g_assert_cmpstr (info->serial, ==, serial);
  g_assert_false (info->dead);
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_SET);
  g_assert_cmpint (info->tries_left, ==, 3);
  g_assert_cmpstr (info->unlock_profile, ==, "virtual-1");
  g_assert_cmpint (info->unlock_tries_left, ==, 10);
  g_assert_nonnull (certificate);
  g_assert_cmpstr (certificate->holder, ==, self->card.order->holder);
  g_assert_cmpstr (certificate->identity_number, ==, self->card.order->identity_number);
  g_assert_cmpint (certificate->not_after, ==, self->card.order->not_after);
  g_assert_true (certificate->signing);
}

static void
test_read_blocked (Fixture *self, gconstpointer unused)
{
  g_autoptr (IlkCardInfo) info = read_card (self);

  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_BLOCKED);
}

static void
test_read_pinless (Fixture *self, gconstpointer unused)
{
  g_autoptr (IlkCardInfo) info = read_card (self);

  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_NOT_SET);
}

static void
test_read_dead (Fixture *self, gconstpointer unused)
{
  g_autoptr (IlkCardInfo) info = read_card (self);

  g_assert_true (info->dead);
}

static void
test_change (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = open_session (self, &error);

  g_assert_no_error (error);
  g_assert_true (change (self, session, TEST_PIN, NEW_PIN, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ilk_card_session_get_step (session), ==, ILK_CARD_STEP_DONE);
  close_session (self, session);
  g_assert_true (file_accepts (self, NEW_PIN));
  g_assert_false (file_accepts (self, TEST_PIN));
}

static void
test_wrong_pin (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = open_session (self, &error);

  g_assert_no_error (error);
  for (int left = 2; left >= 1; left--)
    {
      g_assert_false (verify (self, session, "999998", &error));
      g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
      g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, left);
      g_clear_error (&error);
    }
  /* The last one is not spent without leave. */
  g_assert_false (verify (self, session, "999998", &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_LAST_TRY);
  close_session (self, session);
  g_assert_true (file_accepts (self, TEST_PIN));
}

static void
test_unlock (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = open_session (self, &error);

  g_assert_no_error (error);
  g_assert_true (unlock (self, session, &error));
  g_assert_no_error (error);
  close_session (self, session);
  g_assert_true (file_accepts (self, NEW_PIN));
}

/* "remove" and "insert FILE" on the program's standard input, as a person's hand would do. */
static void
tell_player (Fixture    *self,
             const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->player), text,
                                            strlen (text), NULL, NULL, NULL));
}

static void
test_pull_and_insert (Fixture *self, gconstpointer unused)
{
  g_autofree char *serial = ilk_card_serial_to_text (self->card.order->serial);
  g_autofree char *inserted = g_strconcat ("inserted ", serial, NULL);
  g_autofree char *insert = g_strconcat ("insert ", self->card.card_file, NULL);
  g_autoptr (IlkCardInfo) before = read_card (self);
  g_autoptr (IlkCardInfo) after = NULL;
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = open_session (self, &error);

  g_assert_no_error (error);
  tell_player (self, "remove");
  assert_player_says (self, "removed");
  wait_for_card (self, FALSE);
  g_assert_false (verify (self, session, TEST_PIN, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_CARD_REMOVED);
  close_session (self, session);

  tell_player (self, insert);
  assert_player_says (self, inserted);
  wait_for_card (self, TRUE);
  after = read_card (self);
  g_assert_cmpstr (after->serial, ==, before->serial);
  g_assert_cmpuint (after->events, !=, before->events);
  g_assert_cmpint (after->tries_left, ==, 3);
}

#define FRESH   GINT_TO_POINTER (ILK_CARD_CONDITION_FRESH)
#define BLOCKED GINT_TO_POINTER (ILK_CARD_CONDITION_BLOCKED)
#define DEAD    GINT_TO_POINTER (ILK_CARD_CONDITION_DEAD)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 2 && g_str_equal (argv[1], "--pcscd"))
    card_program = argv[2];

  g_test_add ("/card-drive/read/ready", Fixture, FRESH, set_up, test_read, tear_down);
  g_test_add ("/card-drive/read/blocked", Fixture, BLOCKED, set_up, test_read_blocked, tear_down);
  g_test_add ("/card-drive/read/pinless", Fixture, NULL, set_up_pinless, test_read_pinless,
              tear_down);
  g_test_add ("/card-drive/read/dead", Fixture, DEAD, set_up, test_read_dead, tear_down);
  g_test_add ("/card-drive/change", Fixture, FRESH, set_up, test_change, tear_down);
  g_test_add ("/card-drive/wrong-pin", Fixture, FRESH, set_up, test_wrong_pin, tear_down);
  g_test_add ("/card-drive/unlock/blocked", Fixture, BLOCKED, set_up, test_unlock, tear_down);
  g_test_add ("/card-drive/unlock/pinless", Fixture, NULL, set_up_pinless, test_unlock, tear_down);
  if (card_program != NULL)
    g_test_add ("/card-drive/pull-and-insert", Fixture, FRESH, set_up, test_pull_and_insert,
                tear_down);
  return g_test_run ();
}
