/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-service-private.h"

/* Messages are queued with what causes them, and sent beside it: none lost, none twice. */

#define SMS "/v1/sessions/current/sms"

typedef struct {
  ServerFixture *fixture;
  TestPhone     *phone;
  char          *token;   /* of a login attempt */
} Test;

static void
set_up (Test         *self,
        gconstpointer data)
{
  self->fixture = server_fixture_new ();
  self->phone = self->fixture->phone;
  self->token = server_attempt (self->fixture, AYSE, WORD_A);
}

static void
tear_down (Test         *self,
           gconstpointer data)
{
  g_free (self->token);
  server_fixture_free (self->fixture);
}

static gint64
count_queued (Test *self)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  ilk_store_begin (self->fixture->store);
  count = ilk_store_outbox_count (self->fixture->store, &error);
  ilk_store_end (self->fixture->store, &error);
  g_assert_no_error (error);
  return count;
}

/* Queues a code without sending it. */
static void
queue_code (Test *self)
{
  self->phone->broken = TRUE;
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*broken*");
  server_expect (self->fixture, "POST", SMS, self->token, "{}", 202, NULL);
  g_test_assert_expected_messages ();
  self->phone->broken = FALSE;
}

static void
advance (Test *self,
         gint64 seconds)
{
  ilk_manual_clock_advance (self->fixture->clock, seconds);
}

static guint
run_due (Test *self)
{
  return ilk_outbox_run_due (self->fixture->outbox);
}

static void
test_sent_and_erased (Test         *self,
                      gconstpointer data)
{
  server_expect (self->fixture, "POST", SMS, self->token, "{}", 202, NULL);
  g_assert_cmpuint (self->phone->count, ==, 1);
  g_assert_cmpuint (strlen (self->phone->code), ==, 6);
  g_assert_cmpint (count_queued (self), ==, 0);
  g_assert_cmpuint (run_due (self), ==, 0);
}

static GBytes *
read_sealed (Test *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkOutboxRecord) record = NULL;
  gint64 now = ilk_clock_get_wall (ILK_CLOCK (self->fixture->clock));

  ilk_store_begin (self->fixture->store);
  record = ilk_store_outbox_lease (self->fixture->store, ILK_OUTBOX_SMS, "reader", now, now, &error);
  ilk_store_end (self->fixture->store, &error);
  g_assert_no_error (error);
  g_assert_nonnull (record);
  return g_bytes_ref (record->sealed);
}

static void
expect_not_in (GBytes     *sealed,
               const char *text)
{
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), text,
                         strlen (text)));
}

/* What waits is sealed: neither the code, nor its text, nor whom it is for can be read in the row. */
static void
test_sealed (Test         *self,
             gconstpointer data)
{
  g_autoptr (GBytes) sealed = NULL;

  queue_code (self);
  advance (self, 5);
  sealed = read_sealed (self);
  g_assert_cmpuint (run_due (self), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (sealed), >, strlen (self->phone->text));
  g_assert_nonnull (strstr (self->phone->text, "5 minutes"));
  expect_not_in (sealed, self->phone->code);
  expect_not_in (sealed, self->phone->to);
  expect_not_in (sealed, "5 minutes");
}

/* Mails do not wait for a text-message gateway that is down. */
static void
test_mail_goes_on (Test         *self,
                   gconstpointer data)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", SMS);
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data ("text", 4);

  queue_code (self);
  request->now = NOW;
  ilk_store_begin (self->fixture->store);
  ilk_service_queue_mail (self->fixture->service, request, "a@example.org", "subject", text, NULL,
                          0);
  ilk_store_end (self->fixture->store, &request->error);
  g_assert_no_error (request->error);
  advance (self, 5);
  self->phone->broken = TRUE;
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*broken*");
  g_assert_cmpuint (run_due (self), ==, 1);
  g_test_assert_expected_messages ();
  self->phone->broken = FALSE;
  g_assert_cmpint (g_atomic_int_get (&self->phone->mails), ==, 1);
  g_assert_cmpint (count_queued (self), ==, 1);
}

/* Each failure makes the next try later. */
static void
test_delays_grow (Test         *self,
                  gconstpointer data)
{
  static const int delays[] = { 5, 10, 20, 40, 80 };

  queue_code (self);
  self->phone->broken = TRUE;
  for (guint i = 0; i + 1 < G_N_ELEMENTS (delays); i++)
    {
      g_autofree char *expected = g_strdup_printf ("*again in %d s*", delays[i + 1]);

      advance (self, delays[i] - 1);
      g_assert_cmpuint (run_due (self), ==, 0);
      advance (self, 1);
      g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, expected);
      g_assert_cmpuint (run_due (self), ==, 0);
      g_test_assert_expected_messages ();
    }
  self->phone->broken = FALSE;
  advance (self, 80);
  g_assert_cmpuint (run_due (self), ==, 1);
  g_assert_cmpint (count_queued (self), ==, 0);
}

/* A code that has run out is not sent any more: whoever got it could do nothing with it. */
static void
test_code_runs_out (Test         *self,
                    gconstpointer data)
{
  queue_code (self);
  advance (self, ILK_SMS_LIFE);
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*ran out*");
  run_due (self);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (self->phone->count, ==, 0);
  g_assert_cmpint (count_queued (self), ==, 0);
}

static IlkOutboxRecord *
lease (Test       *self,
       const char *owner,
       gint64      seconds)
{
  g_autoptr (GError) error = NULL;
  gint64 now = ilk_clock_get_wall (ILK_CLOCK (self->fixture->clock));
  IlkOutboxRecord *record;

  ilk_store_begin (self->fixture->store);
  record = ilk_store_outbox_lease (self->fixture->store, ILK_OUTBOX_SMS, owner, now, now + seconds,
                                   &error);
  ilk_store_end (self->fixture->store, &error);
  g_assert_no_error (error);
  return record;
}

/* Whoever died with a lease is relieved when it has run out; the id stays, so that the provider
 * knows the message again if it had got it. */
static void
test_lease_runs_out (Test         *self,
                     gconstpointer data)
{
  g_autoptr (IlkOutboxRecord) dead = NULL;
  g_autoptr (IlkOutboxRecord) none = NULL;

  queue_code (self);
  advance (self, 5);
  dead = lease (self, "dead", 60);
  g_assert_nonnull (dead);
  none = lease (self, "other", 60);
  g_assert_null (none);
  g_assert_cmpuint (run_due (self), ==, 0);

  advance (self, 60);
  g_assert_cmpuint (run_due (self), ==, 1);
  g_assert_cmpstr (self->phone->id, ==, dead->message);
}

/* Whose lease has run out meanwhile changes nothing of the one who has it now. */
static void
test_late_owner (Test         *self,
                 gconstpointer data)
{
  g_autoptr (IlkOutboxRecord) late = NULL;
  g_autoptr (IlkOutboxRecord) now = NULL;
  g_autoptr (GError) error = NULL;

  queue_code (self);
  advance (self, 5);
  late = lease (self, "late", 60);
  advance (self, 60);
  now = lease (self, "now", 60);
  g_assert_cmpint (late->id, ==, now->id);
  g_assert_cmpint (now->tries, ==, late->tries + 1);

  ilk_store_begin (self->fixture->store);
  g_assert_false (ilk_store_outbox_postpone (self->fixture->store, late->id, "late", 0, &error));
  g_assert_false (ilk_store_outbox_remove (self->fixture->store, late->id, "late", &error));
  g_assert_true (ilk_store_outbox_remove (self->fixture->store, now->id, "now", &error));
  ilk_store_end (self->fixture->store, &error);
  g_assert_no_error (error);
}

/* What is rolled back sends nothing. */
static void
test_rolled_back (Test         *self,
                  gconstpointer data)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", SMS);
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data ("text", 4);

  request->now = NOW;
  ilk_store_begin (self->fixture->store);
  ilk_service_queue_sms (self->fixture->service, request, PHONE_A, text, NULL, 0);
  g_assert_no_error (request->error);
  g_set_error_literal (&request->error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_FAILED, "made up");
  ilk_store_end (self->fixture->store, &request->error);
  g_assert_cmpint (count_queued (self), ==, 0);
}

/* Two senders over one store share the work: no message goes twice. */
static gpointer
send_all (gpointer data)
{
  Test *self = data;
  g_autoptr (IlkOutbox) outbox = ilk_outbox_new (self->fixture->service);
  gsize sent = 0;

  for (int i = 0; i < 50; i++)
    sent += ilk_outbox_run_due (outbox);
  return GSIZE_TO_POINTER (sent);
}

#define MESSAGES 60

static void
test_two_senders (Test         *self,
                  gconstpointer data)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", SMS);
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data ("text", 4);
  GThread *threads[2];
  gsize sent = 0;

  request->now = NOW;
  ilk_store_begin (self->fixture->store);
  for (int i = 0; i < MESSAGES; i++)
    ilk_service_queue_mail (self->fixture->service, request, "a@example.org", "subject", text, NULL,
                            0);
  ilk_store_end (self->fixture->store, &request->error);
  g_assert_no_error (request->error);

  self->phone->mails = 0;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sender", send_all, self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    sent += GPOINTER_TO_SIZE (g_thread_join (threads[i]));
  g_assert_cmpuint (sent, ==, MESSAGES);
  g_assert_cmpint (g_atomic_int_get (&self->phone->mails), ==, MESSAGES);
  g_assert_cmpint (count_queued (self), ==, 0);
}

/* The threads of the program: woken by a request, ended when they are told. */
static void
test_threads (Test         *self,
              gconstpointer data)
{
  g_autoptr (IlkOutbox) outbox = ilk_outbox_new (self->fixture->service);
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", SMS);
  g_autoptr (IlkReply) reply = ilk_reply_new ();

  g_mutex_lock (&self->phone->lock);
  ilk_outbox_start (outbox, 2);
  request->token = ilk_secret_new_from_data (self->token, strlen (self->token));
  request->idempotency_key = g_strdup ("key");
  ilk_service_handle (self->fixture->service, request, reply);
  g_assert_cmpuint (reply->status, ==, 202);
  while (self->phone->count < 1)
    g_cond_wait (&self->phone->got, &self->phone->lock);
  g_mutex_unlock (&self->phone->lock);
  ilk_outbox_stop (outbox);
  ilk_outbox_stop (outbox);
  g_assert_cmpint (count_queued (self), ==, 0);
}

static void
wait_until_asked (TestPhone *phone)
{
  g_mutex_lock (&phone->lock);
  while (phone->asked < 1)
    g_cond_wait (&phone->got, &phone->lock);
  g_mutex_unlock (&phone->lock);
}

static void
wait_until_sent (TestPhone *phone)
{
  g_mutex_lock (&phone->lock);
  while (phone->count < 1)
    g_cond_wait (&phone->got, &phone->lock);
  g_mutex_unlock (&phone->lock);
}

/* A provider that takes the message and does not answer holds up neither logins nor anybody who
 * sends, and when it answers at last the message went once. */
static void
test_provider_hangs (Test         *self,
                     gconstpointer data)
{
  g_autoptr (IlkOutbox) outbox = ilk_outbox_new (self->fixture->service);
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", SMS);
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  g_autofree char *bora = NULL;

  g_mutex_lock (&self->phone->gate);
  ilk_outbox_start (outbox, 1);
  request->token = ilk_secret_new_from_data (self->token, strlen (self->token));
  request->idempotency_key = g_strdup ("key");
  ilk_service_handle (self->fixture->service, request, reply);
  g_assert_cmpuint (reply->status, ==, 202);
  wait_until_asked (self->phone);

  bora = server_attempt (self->fixture, BORA, WORD_B);
  server_expect (self->fixture, "GET", "/v1/cards", bora, NULL, 401, "session.missing");
  g_assert_cmpuint (run_due (self), ==, 0);
  g_assert_cmpint (count_queued (self), ==, 1);
  g_assert_cmpuint (self->phone->count, ==, 0);

  g_mutex_unlock (&self->phone->gate);
  wait_until_sent (self->phone);
  ilk_outbox_stop (outbox);
  g_assert_cmpint (count_queued (self), ==, 0);
  g_assert_cmpuint (self->phone->count, ==, 1);
  g_assert_cmpuint (self->phone->asked, ==, 1);
}

static void
test_words (void)
{
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data ("T", 1);
  g_autoptr (IlkSecret) html = ilk_secret_new_from_data ("<p>T", 4);
  g_autoptr (IlkSecret) mail = ilk_message_pack_mail ("a@b", "S", text, html);
  g_autoptr (IlkMessage) message = ilk_message_unpack ("id", 7, TRUE, mail);

  g_assert_cmpstr (message->to, ==, "a@b");
  g_assert_cmpstr (message->subject, ==, "S");
  g_assert_cmpstr (message->text, ==, "T");
  g_assert_cmpstr (message->html, ==, "<p>T");
  g_assert_true (ilk_secret_arena_contains (message->text));
  for (gsize length = 0; length < ilk_secret_get_length (mail); length++)
    {
      g_autoptr (IlkSecret) cut = ilk_secret_new_from_data (ilk_secret_peek (mail), length);

      g_assert_null (ilk_message_unpack ("id", 7, TRUE, cut));
    }
}

#define ADD(path, function) g_test_add (path, Test, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/outbox/sent-and-erased", test_sent_and_erased);
  ADD ("/server/outbox/sealed", test_sealed);
  ADD ("/server/outbox/mail-goes-on", test_mail_goes_on);
  ADD ("/server/outbox/delays-grow", test_delays_grow);
  ADD ("/server/outbox/code-runs-out", test_code_runs_out);
  ADD ("/server/outbox/lease-runs-out", test_lease_runs_out);
  ADD ("/server/outbox/late-owner", test_late_owner);
  ADD ("/server/outbox/rolled-back", test_rolled_back);
  ADD ("/server/outbox/two-senders", test_two_senders);
  ADD ("/server/outbox/threads", test_threads);
  ADD ("/server/outbox/provider-hangs", test_provider_hangs);
  g_test_add_func ("/server/outbox/words", test_words);
  return g_test_run ();
}
