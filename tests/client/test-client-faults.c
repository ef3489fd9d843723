/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include "client-fixture.h"
#include "client/ilk-client-private.h"

#define SHORT_TIMEOUT_MS 100

typedef struct
{
  FakeService *service;
  IlkClient   *client;
  GString     *record;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->service = fake_service_new_unix ();
  self->client = fixture_client_new (fake_service_get_socket (self->service), NULL);
  self->record = g_string_new (NULL);
  fixture_get_session (self->client, self->service);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_assert_finalize_object (self->client);
  fake_service_free (self->service);
  g_string_free (self->record, TRUE);
}

/* Every call of the client, started with made-up arguments and finished to its error. */
typedef struct
{
  const char *name;
  void       (*start)  (IlkClient    *client,
                        GCancellable *cancellable,
                        Wait         *wait);
  GError    *(*finish) (IlkClient    *client,
                        GAsyncResult *result);
  gboolean    keyed;
  guint       requests; /* when every connection breaks: 2 where a second try is safe */
} CallRow;

#define FINISH_POINTER(name, function, type, destroy) \
  static GError * \
  finish_##name (IlkClient *client, GAsyncResult *result) \
  { \
    GError *error = NULL; \
    type *value = function (client, result, &error); \
    g_assert_true ((value == NULL) == (error != NULL)); \
    g_clear_pointer (&value, destroy); \
    return error; \
  }

#define FINISH_BOOLEAN(name, call) \
  static GError * \
  finish_##name (IlkClient *client, GAsyncResult *result) \
  { \
    GError *error = NULL; \
    gboolean done = call; \
    g_assert_true (done == (error == NULL)); \
    return error; \
  }

#define START(name, ...) \
  static void \
  start_##name (IlkClient *client, GCancellable *cancellable, Wait *wait) \
  { \
    __VA_ARGS__; \
  }

#define END cancellable, wait_done, wait

START (captcha, ilk_client_new_captcha_async (client, END))
FINISH_POINTER (captcha, ilk_client_new_captcha_finish, IlkCaptcha, ilk_captcha_free)
START (login, g_autoptr (IlkSecret) word = fixture_secret (FIXTURE_WORD);
       ilk_client_log_in_async (client, "10000000146", "C1", "A", word, END))
FINISH_POINTER (login, ilk_client_log_in_finish, IlkLoginAttempt, ilk_login_attempt_free)
START (login_sms, ilk_client_send_login_sms_async (client, END))
FINISH_BOOLEAN (login_sms, ilk_client_send_login_sms_finish (client, result, NULL, &error))
START (verify, g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
       ilk_client_verify_login_sms_async (client, code, END))
FINISH_POINTER (verify, ilk_client_verify_login_sms_finish, IlkSessionInfo, ilk_session_info_free)
START (logout, ilk_client_log_out_async (client, END))
FINISH_BOOLEAN (logout, ilk_client_log_out_finish (client, result, &error))
START (cards, ilk_client_list_cards_async (client, END))
FINISH_POINTER (cards, ilk_client_list_cards_finish, GPtrArray, g_ptr_array_unref)
START (activate, ilk_client_activate_async (client, "AB", END))
FINISH_BOOLEAN (activate, ilk_client_activate_finish (client, result, &error))
START (disclose, ilk_client_disclose_pin_async (client, FIXTURE_CARD, NULL, END))
FINISH_POINTER (disclose, ilk_client_disclose_pin_finish, IlkSecret, ilk_secret_unref)
START (operation, ilk_client_begin_operation_async (client, "pin-deletion", FIXTURE_CARD, "SİL",
                                                    END))
FINISH_POINTER (operation, ilk_client_begin_operation_finish, IlkOperation, ilk_operation_free)
START (unlock, ilk_client_begin_unlock_async (client, FIXTURE_CARD, "3B", "virtual-1", END))
FINISH_POINTER (unlock, ilk_client_begin_unlock_finish, IlkOperation, ilk_operation_free)
START (operation_sms, ilk_client_send_operation_sms_async (client, "op-1", END))
FINISH_BOOLEAN (operation_sms, ilk_client_send_operation_sms_finish (client, result, NULL, &error))
START (confirm, g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
       ilk_client_confirm_operation_async (client, "op-1", code, END))
FINISH_BOOLEAN (confirm, ilk_client_confirm_operation_finish (client, result, &error))
START (delete_pin, ilk_client_delete_pin_async (client, FIXTURE_CARD, "op-1", END))
FINISH_BOOLEAN (delete_pin, ilk_client_delete_pin_finish (client, result, NULL, &error))
START (cryptogram, g_autoptr (GBytes) challenge = g_bytes_new_static ("0123456789abcdef", 16);
       ilk_client_get_cryptogram_async (client, "u-1", challenge, END))
FINISH_POINTER (cryptogram, ilk_client_get_cryptogram_finish, GBytes, g_bytes_unref)
START (report, ilk_client_report_unlock_async (client, "u-1", "done", "verify", 0x9000, END))
FINISH_BOOLEAN (report, ilk_client_report_unlock_finish (client, result, &error))
START (pin_change, ilk_client_report_pin_change_async (client, FIXTURE_CARD, END))
FINISH_BOOLEAN (pin_change, ilk_client_report_pin_change_finish (client, result, &error))

#define ROW(name, keyed, requests) { #name, start_##name, finish_##name, keyed, requests }

static const CallRow calls[] = {
  ROW (captcha, FALSE, 1),
  ROW (login, FALSE, 1),
  ROW (login_sms, TRUE, 2),
  ROW (verify, FALSE, 1),
  ROW (logout, FALSE, 1),
  ROW (cards, FALSE, 2),
  ROW (activate, TRUE, 2),
  ROW (disclose, FALSE, 1),
  ROW (operation, TRUE, 2),
  ROW (unlock, TRUE, 2),
  ROW (operation_sms, TRUE, 2),
  ROW (confirm, FALSE, 1),
  ROW (delete_pin, FALSE, 1),
  ROW (cryptogram, TRUE, 2),
  ROW (report, FALSE, 1),
  ROW (pin_change, TRUE, 2),
};

static GError *
run_call (Fixture       *self,
          const CallRow *row,
          GCancellable  *cancellable)
{
  g_auto (Wait) wait = { NULL };

  row->start (self->client, cancellable, &wait);
  return row->finish (self->client, wait_run (&wait));
}

static const CallRow *
get_row (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (g_str_equal (calls[i].name, name))
      return &calls[i];

  g_assert_not_reached ();
}

static guint
count_new (Fixture *self,
           guint   *before)
{
  guint count = fake_service_get_count (self->service) - *before;

  *before += count;
  return count;
}

/* The connection breaks, each time: what is safe goes out twice, the rest once. */
static void
test_broken_connection (Fixture       *self,
                        gconstpointer  data)
{
  const CallRow *row = data;
  static const FakeManner manners[] = { FAKE_CLOSES, FAKE_CLOSES_MID_ANSWER };
  guint before = fake_service_get_count (self->service);

  for (guint i = 0; i < G_N_ELEMENTS (manners); i++)
    {
      g_autoptr (GError) error = NULL;

      if (self->client->token == NULL)
        {
          fixture_get_session (self->client, self->service);
          count_new (self, &before);
        }
      fake_service_fail (self->service, manners[i]);
      fake_service_fail (self->service, manners[i]);
      fake_service_fail (self->service, manners[i]);
      error = run_call (self, row, NULL);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
      g_assert_cmpuint (count_new (self, &before), ==, row->requests);
      fake_service_forget_answers (self->service);
    }
}

/* The second try carries the same key, the next call another. */
static void
test_idempotency_key (Fixture       *self,
                      gconstpointer  data)
{
  const CallRow *row = data;
  guint before = fake_service_get_count (self->service);
  const char *keys[3];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_fail (self->service, FAKE_CLOSES);
      fake_service_problem (self->service, 404, "card.unknown", "");
      error = run_call (self, row, NULL);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_NOT_YOURS);
    }

  g_assert_cmpuint (fake_service_get_count (self->service), ==, before + 4);
  for (guint i = 0; i < 3; i++)
    keys[i] = fake_request_get_header (fake_service_get_request (self->service, before + i),
                                       "idempotency-key");
  g_assert_nonnull (keys[0]);
  g_assert_cmpuint (strspn (keys[0], "0123456789abcdef"), ==, 32);
  g_assert_cmpstr (keys[0], ==, keys[1]);
  g_assert_cmpstr (keys[0], !=, keys[2]);
}

/* What the service did answer is not asked again, whatever it is. */
static void
test_refusal_is_not_repeated (Fixture       *self,
                              gconstpointer  data)
{
  const CallRow *row = data;
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  fake_service_problem (self->service, 503, "busy", ",\"retry_after\":3");
  error = run_call (self, row, NULL);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_BUSY);
  g_assert_cmpint (ilk_client_error_get_retry_after (error), ==, 3);
  g_assert_cmpuint (count_new (self, &before), ==, 1);
}

static void
test_never_answers (Fixture       *self,
                    gconstpointer  data)
{
  const CallRow *row = data;
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  ilk_client_set_timeout (self->client, SHORT_TIMEOUT_MS);
  fake_service_fail (self->service, FAKE_NEVER_ANSWERS);
  error = run_call (self, row, NULL);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TIMEOUT);
  g_assert_cmpuint (count_new (self, &before), ==, 1);
}

static void
cancel (FakeRequest *request,
        gpointer     user_data)
{
  g_cancellable_cancel (user_data);
}

/* Cancelled while the service has the request: no call ends in another way. */
static void
test_cancelled (Fixture       *self,
                gconstpointer  data)
{
  const CallRow *row = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  fake_service_fail (self->service, FAKE_NEVER_ANSWERS);
  fake_service_set_answerer (self->service, cancel, cancellable);
  error = run_call (self, row, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_new (self, &before), ==, 1);
}

static void
test_cancelled_before (Fixture       *self,
                       gconstpointer  data)
{
  const CallRow *row = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  g_cancellable_cancel (cancellable);
  error = run_call (self, row, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_new (self, &before), ==, 0);
}

/* A client that nobody waits for any more ends with its last call. */
static void
test_dropped (Fixture       *self,
              gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) cards = NULL;
  IlkClient *client = fixture_client_new (fake_service_get_socket (self->service), NULL);
  gpointer watched = client;

  g_object_add_weak_pointer (G_OBJECT (client), &watched);
  fixture_get_session (client, self->service);
  fake_service_fail (self->service, FAKE_NEVER_ANSWERS);
  ilk_client_list_cards_async (client, cancellable, wait_done, &wait);
  g_object_unref (client);
  g_cancellable_cancel (cancellable);
  cards = ilk_client_list_cards_finish (client, wait_run (&wait), NULL);
  g_assert_null (cards);
  wait_clear (&wait);
  while (watched != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* A login that was cancelled leaves no token, even when its answer is on the way. */
static void
test_cancelled_login_keeps_nothing (Fixture       *self,
                                    gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fake_service_answer (self->service, 201, "{\"token\":\"t\",\"phone\":\"05\",\"expires_in\":1}");
  fake_service_set_answerer (self->service, cancel, cancellable);
  error = run_call (self, get_row ("login"), cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->client->token);
}

static void
test_second_try_succeeds (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  fake_service_fail (self->service, FAKE_CLOSES_MID_ANSWER);
  fake_service_answer (self->service, 200, "{\"cards\":[],\"next\":null}");
  error = run_call (self, get_row ("cards"), NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (count_new (self, &before), ==, 2);
}

static void
test_no_service (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (IlkClient) client = NULL;
  g_autofree char *path = g_strconcat (fake_service_get_socket (self->service), "-gone", NULL);
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;

  client = fixture_client_new (path, NULL);
  ilk_client_new_captcha_async (client, WAIT_FOR (&wait));
  g_assert_null (ilk_client_new_captcha_finish (client, wait_run (&wait), &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
}

static void
test_no_http (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fake_service_fail (self->service, FAKE_SPEAKS_NO_HTTP);
  error = run_call (self, get_row ("captcha"), NULL);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
}

/* An answer of 256 KiB is read, one byte more is not, and one that never ends is given up. */
static void
test_size_of_answer (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (GString) body = g_string_new ("{\"cards\":[],\"next\":null}");
  g_autoptr (GError) longest = NULL, longer = NULL, endless = NULL;

  while (body->len < 256 * 1024)
    g_string_append_c (body, ' ');
  fake_service_answer (self->service, 200, body->str);
  longest = run_call (self, get_row ("cards"), NULL);
  g_assert_no_error (longest);

  g_string_append_c (body, ' ');
  fake_service_answer (self->service, 200, body->str);
  longer = run_call (self, get_row ("cards"), NULL);
  g_assert_error (longer, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);

  fake_service_fail (self->service, FAKE_NEVER_ENDS);
  endless = run_call (self, get_row ("cards"), NULL);
  g_assert_error (endless, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
}

static void
test_wrong_type (Fixture       *self,
                 gconstpointer  data)
{
  static const char *types[] = { "Content-Type: text/html\r\n", "Content-Type: text/json\r\n",
                                 "Content-Type: application/problem+json\r\n", "" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_answer_full (self->service, FAKE_ANSWER, 200, types[i],
                                "{\"cards\":[],\"next\":null}");
      error = run_call (self, get_row ("cards"), NULL);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
    }
}

/* Compressed answers are not asked for and not unpacked. */
static void
test_compressed (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fake_service_answer_full (self->service, FAKE_ANSWER, 200,
                            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
                            "\x1f\x8b\x08");
  error = run_call (self, get_row ("cards"), NULL);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
}

/* A token is not carried to where the service points. */
static void
test_redirects (Fixture       *self,
                gconstpointer  data)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };
  guint before = fake_service_get_count (self->service);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_answer_full (self->service, FAKE_ANSWER, statuses[i],
                                "Location: /v1/elsewhere\r\n", "");
      error = run_call (self, get_row ("cards"), NULL);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
      g_assert_cmpuint (count_new (self, &before), ==, 1);
    }
}

/* Cookies are neither kept nor sent. */
static void
test_cookies (Fixture       *self,
              gconstpointer  data)
{
  guint last;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_answer_full (self->service, FAKE_ANSWER, 200,
                                "Content-Type: application/json\r\nSet-Cookie: a=b; Path=/\r\n",
                                "{\"cards\":[],\"next\":null}");
      error = run_call (self, get_row ("cards"), NULL);
      g_assert_no_error (error);
    }

  last = fake_service_get_count (self->service) - 1;
  g_assert_null (fake_request_get_header (fake_service_get_request (self->service, last),
                                          "cookie"));
}

/* The network is gone: the token is dropped all the same. */
static void
test_logout_offline (Fixture       *self,
                     gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (ilk_client_fail_call (self->client, 1, "offline"));
  ilk_client_log_out_async (self->client, WAIT_FOR (&wait));
  g_assert_false (ilk_client_has_session (self->client));
  g_assert_null (self->client->token);
  g_assert_false (ilk_client_log_out_finish (self->client, wait_run (&wait), &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
}

static void
record (const char *method,
        const char *path,
        guint       status,
        const char *problem,
        gpointer    user_data)
{
  g_string_append_printf (user_data, "%s %s %u %s\n", method, path, status,
                          problem != NULL ? problem : "-");
}

static void
test_recorder (Fixture       *self,
               gconstpointer  data)
{
  g_autoptr (GError) done = NULL, refused = NULL, broken = NULL;

  ilk_client_set_recorder (self->client, record, self->record);
  fake_service_answer (self->service, 200, "{\"cards\":[],\"next\":null}");
  done = run_call (self, get_row ("cards"), NULL);
  g_assert_no_error (done);
  fake_service_problem (self->service, 422, "sms.wrong", ",\"attempts_left\":2");
  refused = run_call (self, get_row ("confirm"), NULL);
  broken = run_call (self, get_row ("captcha"), NULL);
  g_assert_cmpstr (self->record->str, ==,
                   "GET /v1/cards 200 -\n"
                   "PUT /v1/operations/op-1/confirmations 422 sms.wrong\n"
                   "POST /v1/captchas 0 -\n");
}

static void
test_asked_faults (Fixture       *self,
                   gconstpointer  data)
{
  static const struct
  {
    const char *fault;
    int         error;
    guint       requests;
  } rows[] = {
    { "offline", ILK_CLIENT_ERROR_OFFLINE, 0 },
    { "timeout", ILK_CLIENT_ERROR_TIMEOUT, 0 },
    { "busy", ILK_CLIENT_ERROR_BUSY, 0 },
    { "answer-lost", ILK_CLIENT_ERROR_OFFLINE, 2 },
  };
  guint before = fake_service_get_count (self->service);

  g_assert_false (ilk_client_fail_call (self->client, 1, "earthquake"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) first = NULL, second = NULL, third = NULL;

      g_assert_true (ilk_client_fail_call (self->client, 2, rows[i].fault));
      for (guint n = 0; n < 2 + rows[i].requests; n++)
        fake_service_answer (self->service, 200, "{\"cards\":[],\"next\":null}");
      first = run_call (self, get_row ("cards"), NULL);
      g_assert_no_error (first);
      second = run_call (self, get_row ("cards"), NULL);
      g_assert_error (second, ILK_CLIENT_ERROR, rows[i].error);
      third = run_call (self, get_row ("cards"), NULL);
      g_assert_no_error (third);
      g_assert_cmpuint (count_new (self, &before), ==, 2 + rows[i].requests);
    }
}

/* Where a second try would not be safe, a lost answer is told after the first. */
static void
test_lost_answer_of_code (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  guint before = fake_service_get_count (self->service);

  g_assert_true (ilk_client_fail_call (self->client, 1, "answer-lost"));
  fake_service_answer (self->service, 200, "{\"authorized_for\":120}");
  error = run_call (self, get_row ("confirm"), NULL);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
  g_assert_cmpuint (count_new (self, &before), ==, 1);
}

static void
test_at_the_same_time (Fixture       *self,
                       gconstpointer  data)
{
  const CallRow *row = get_row ("cards");
  Wait waits[5] = { { NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      fake_service_answer (self->service, 200, "{\"cards\":[],\"next\":null}");
      row->start (self->client, NULL, &waits[i]);
    }

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_autoptr (GError) error = row->finish (self->client, wait_run (&waits[i]));

      g_assert_no_error (error);
      wait_clear (&waits[i]);
    }
}

static void
add_rows (const char *promise,
          gboolean    keyed_only,
          void      (*func) (Fixture       *self,
                             gconstpointer  data))
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client-faults/%s/%s", promise, calls[i].name);

      if (!keyed_only || calls[i].keyed)
        g_test_add (path, Fixture, &calls[i], set_up, func, tear_down);
    }
}

#define add(name, func) \
  g_test_add ("/client-faults/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_rows ("broken-connection", FALSE, test_broken_connection);
  add_rows ("idempotency-key", TRUE, test_idempotency_key);
  add_rows ("refusal-is-not-repeated", FALSE, test_refusal_is_not_repeated);
  add_rows ("never-answers", FALSE, test_never_answers);
  add_rows ("cancelled", FALSE, test_cancelled);
  add_rows ("cancelled-before", FALSE, test_cancelled_before);
  add ("dropped", test_dropped);
  add ("cancelled-login-keeps-nothing", test_cancelled_login_keeps_nothing);
  add ("second-try-succeeds", test_second_try_succeeds);
  add ("no-service", test_no_service);
  add ("no-http", test_no_http);
  add ("size-of-answer", test_size_of_answer);
  add ("wrong-type", test_wrong_type);
  add ("compressed", test_compressed);
  add ("redirects", test_redirects);
  add ("cookies", test_cookies);
  add ("logout-offline", test_logout_offline);
  add ("recorder", test_recorder);
  add ("asked-faults", test_asked_faults);
  add ("lost-answer-of-code", test_lost_answer_of_code);
  add ("at-the-same-time", test_at_the_same_time);
  return g_test_run ();
}
