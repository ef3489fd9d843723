/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include "server/ilk-http-server.h"

typedef struct {
  ServerFixture *rules;
  char          *path;
  IlkHttpServer *server;
  SoupSession   *session;
} Web;

typedef struct {
  SoupMessage *message;
  GBytes      *body;
  gboolean     done;
} Exchange;

static Web *
web_new (guint threads,
         guint queue)
{
  Web *self = g_new0 (Web, 1);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->rules = server_fixture_new ();
  self->path = g_build_filename (self->rules->folder, "http", NULL);
  self->server = ilk_http_server_new (self->rules->service, threads, queue);
  ilk_http_server_listen_path (self->server, self->path, &error);
  g_assert_no_error (error);
  ilk_http_server_serve_health (self->server, NULL, &error);
  g_assert_no_error (error);
  address = g_unix_socket_address_new (self->path);
  self->session = soup_session_new_with_options ("remote-connectable", address, NULL);
  return self;
}

static void
web_free (Web *self)
{
  soup_session_abort (self->session);
  g_assert_finalize_object (self->session);
  if (self->server != NULL)
    g_assert_finalize_object (self->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  server_fixture_free (self->rules);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Web, web_free)

static void
exchange_free (Exchange *self)
{
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_free)

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Exchange *exchange = user_data;
  g_autoptr (GError) error = NULL;

  exchange->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  exchange->done = TRUE;
}

static SoupMessage *
web_message (const char *method,
             const char *path,
             const char *body)
{
  g_autofree char *uri = g_strconcat ("http://localhost", path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;

  if (bytes != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  return message;
}

static Exchange *
web_begin (Web         *self,
           SoupMessage *message)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->message = message;
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, on_answer,
                                    exchange);
  return exchange;
}

static void
web_wait (Exchange *exchange)
{
  while (!exchange->done)
    g_main_context_iteration (NULL, TRUE);
}

static Exchange *
web_send (Web         *self,
          SoupMessage *message)
{
  Exchange *exchange = web_begin (self, message);

  web_wait (exchange);
  return exchange;
}

static Exchange *
web_get (Web        *self,
         const char *method,
         const char *path,
         const char *body)
{
  return web_send (self, web_message (method, path, body));
}

static const char *
get_header (Exchange   *exchange,
            const char *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (exchange->message),
                                       name);
}

static JsonObject *
get_json (Exchange *exchange)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *data = g_bytes_get_data (exchange->body, &length);

  g_assert_true (json_parser_load_from_data (parser, data, length, NULL));
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static void
expect_problem (Exchange   *exchange,
                guint       status,
                const char *code)
{
  g_autoptr (JsonObject) json = get_json (exchange);

  g_assert_cmpuint (soup_message_get_status (exchange->message), ==, status);
  g_assert_cmpstr (get_header (exchange, "Content-Type"), ==, "application/problem+json");
  g_assert_cmpstr (json_object_get_string_member (json, "code"), ==, code);
  g_assert_cmpint (json_object_get_int_member (json, "status"), ==, status);
}

static void
test_socket_is_private (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  struct stat status;

  g_assert_cmpint (stat (web->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static void
test_answers (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (Exchange) captcha = web_get (web, "POST", "/v1/captchas", "{}");
  g_autoptr (Exchange) empty = web_get (web, "POST", "/v1/captchas", NULL);
  g_autoptr (Exchange) missing = web_get (web, "GET", "/v1/nothing", NULL);

  g_assert_cmpuint (soup_message_get_status (captcha->message), ==, 201);
  g_assert_cmpstr (get_header (captcha, "Content-Type"), ==, "application/json");
  g_assert_cmpstr (get_header (captcha, "Cache-Control"), ==, "no-store");
  g_assert_cmpuint (soup_message_get_status (empty->message), ==, 201);
  expect_problem (missing, 404, "not_found");
}

static void
expect_title (Web        *web,
              const char *language,
              const char *title)
{
  SoupMessage *message = web_message ("GET", "/v1/cards", NULL);
  g_autoptr (Exchange) exchange = NULL;
  g_autoptr (JsonObject) json = NULL;

  if (language != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Accept-Language",
                                  language);
  exchange = web_send (web, message);
  json = get_json (exchange);
  g_assert_cmpstr (json_object_get_string_member (json, "title"), ==, title);
}

static void
test_languages (void)
{
  g_autoptr (Web) web = web_new (2, 8);

  expect_title (web, NULL, "Oturum açmadınız.");
  expect_title (web, "tr", "Oturum açmadınız.");
  expect_title (web, "en", "You are not logged in.");
  expect_title (web, "en-GB,tr;q=0.5", "You are not logged in.");
  expect_title (web, "en;q=0.3,tr-TR;q=0.8", "Oturum açmadınız.");
  expect_title (web, "de", "Oturum açmadınız.");
}

static void
test_limits (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autofree char *filler = g_strnfill (64 * 1024, ' ');
  g_autofree char *large = g_strconcat ("{", filler, "}", NULL);
  g_autofree char *fits = g_strndup (filler, 64 * 1024 - 2);
  g_autofree char *fitting = g_strconcat ("{", fits, "}", NULL);
  g_autoptr (Exchange) too_large = web_get (web, "POST", "/v1/captchas", large);
  g_autoptr (Exchange) good = web_get (web, "POST", "/v1/captchas", fitting);
  g_autoptr (Exchange) deep = web_get (web, "POST", "/v1/sessions", "{\"kind\":[[[[[[[[1]]]]]]]]}");
  g_autoptr (Exchange) unknown = web_get (web, "POST", "/v1/captchas", "{\"x\":1}");
  g_autoptr (Exchange) broken = web_get (web, "POST", "/v1/captchas", "{\"");

  expect_problem (too_large, 413, "request.too_large");
  g_assert_cmpuint (soup_message_get_status (good->message), ==, 201);
  expect_problem (deep, 400, "request.invalid");
  expect_problem (unknown, 400, "request.invalid");
  expect_problem (broken, 400, "request.invalid");
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GAsyncResult **ended = user_data;

  *ended = g_object_ref (result);
}

/* Sends a head with a header of this length, and gives back how the answer begins; "": there is
 * none, and the connection ends. */
static char *
send_head (Web  *self,
           gsize length)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_autofree char *value = g_strnfill (length, 'a');
  g_autofree char *head = g_strconcat ("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ", value,
                                       "\r\n\r\n", NULL);
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GAsyncResult) read = NULL;
  char start[16] = "";

  g_assert_no_error (error);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection)), head,
                                   strlen (head), G_PRIORITY_DEFAULT, NULL, on_ended, &written);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), start,
                             sizeof start - 1, G_PRIORITY_DEFAULT, NULL, on_ended, &read);
  while (written == NULL || read == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_strdup (start);
}

/* libsoup's limit for a head is 64 KiB: nobody fills the service's memory with one. */
static void
test_long_head (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autofree char *good = send_head (web, 32 * 1024);
  g_autofree char *long_one = send_head (web, 4 * 1024 * 1024);
  g_autofree char *after = send_head (web, 32 * 1024);

  g_assert_cmpstr (good, ==, "HTTP/1.1 200 OK");
  g_assert_cmpstr (long_one, ==, "");
  g_assert_cmpstr (after, ==, "HTTP/1.1 200 OK");
}

static void
test_full_queue (void)
{
  g_autoptr (Web) web = web_new (1, 0);
  g_autoptr (Exchange) busy = web_get (web, "POST", "/v1/captchas", "{}");

  expect_problem (busy, 503, "busy");
  g_assert_cmpstr (get_header (busy, "Retry-After"), ==, "1");
}

static void
test_login_over_http (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (Exchange) captcha = web_get (web, "POST", "/v1/captchas", "{}");
  g_autoptr (Exchange) login = NULL;
  g_autoptr (Exchange) sms = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autofree char *body =
    g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":"
                     "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"" WORD_A "\"}",
                     web->rules->captcha_id, web->rules->captcha_answer);
  g_autofree char *bearer = NULL;
  SoupMessage *message;

  login = web_get (web, "POST", "/v1/sessions", body);
  g_assert_cmpuint (soup_message_get_status (login->message), ==, 201);
  json = get_json (login);
  bearer = g_strconcat ("Bearer ", json_object_get_string_member (json, "token"), NULL);
  message = web_message ("POST", "/v1/sessions/current/sms", "{}");
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Idempotency-Key",
                                "one");
  sms = web_send (web, message);
  g_assert_cmpuint (soup_message_get_status (sms->message), ==, 202);
  g_assert_cmpuint (ilk_outbox_run_due (web->rules->outbox), ==, 1);
  g_assert_cmpuint (web->rules->phone->count, ==, 1);
}

/* Over HTTP: 429 with the seconds, in the caller's language, and other callers go on. */
static void
test_rate_limits (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (IlkConfig) config = ilk_config_load (NULL, NULL);
  gboolean limited = FALSE;

  ilk_http_server_set_limiter (web->server, ilk_limiter_new (config),
                               ILK_CLOCK (web->rules->clock), TRUE);
  for (int i = 0; i < 200 && !limited; i++)
    {
      SoupMessage *message = web_message ("POST", "/v1/sessions", "{}");
      g_autoptr (Exchange) exchange = NULL;

      soup_message_headers_replace (soup_message_get_request_headers (message), "X-Forwarded-For",
                                    "192.0.2.1");
      exchange = web_send (web, message);
      limited = soup_message_get_status (exchange->message) == 429;
      if (limited)
        {
          expect_problem (exchange, 429, "rate.limited");
          g_assert_cmpstr (soup_message_headers_get_one
                             (soup_message_get_response_headers (exchange->message),
                              "Retry-After"), ==, "1");
          g_assert_cmpint (i, ==, 60);
        }
    }
  g_assert_true (limited);
  {
    g_autoptr (Exchange) other = web_get (web, "POST", "/v1/sessions", "{}");

    expect_problem (other, 400, "request.invalid");
  }
}

static void
test_health (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (Exchange) health = web_get (web, "GET", "/healthz", NULL);
  g_autoptr (Exchange) ready = web_get (web, "GET", "/readyz", NULL);
  g_autoptr (Exchange) captcha = web_get (web, "POST", "/v1/captchas", "{}");
  g_autoptr (Exchange) metrics = web_get (web, "GET", "/metrics", NULL);

  g_assert_cmpuint (soup_message_get_status (health->message), ==, 200);
  g_assert_cmpuint (soup_message_get_status (ready->message), ==, 200);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (metrics->body, NULL),
                                  g_bytes_get_size (metrics->body),
                                  "ilkimza_answers_total{status=\"2xx\"} 1\n"));
}

/* A request is with a worker. */
static gboolean
is_running (Web *web)
{
  g_autoptr (Exchange) metrics = web_get (web, "GET", "/metrics", NULL);

  return g_strstr_len (g_bytes_get_data (metrics->body, NULL), g_bytes_get_size (metrics->body),
                       "\nilkimza_running 1\n") != NULL;
}

static void
on_drained (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* After SIGTERM: the ready check says no, new work is refused, nothing runs any more. */
static void
test_drain (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  gboolean drained = FALSE;
  g_autoptr (Exchange) ready = NULL;
  g_autoptr (Exchange) captcha = NULL;

  ilk_http_server_drain (web->server, 30, on_drained, &drained);
  g_assert_true (drained);
  ready = web_get (web, "GET", "/readyz", NULL);
  captcha = web_get (web, "POST", "/v1/captchas", "{}");
  g_assert_cmpuint (soup_message_get_status (ready->message), ==, 503);
  expect_problem (captcha, 503, "busy");
}

/* Another thread that keeps the store to itself until it is told to let go, or has waited so long
 * that nobody will tell it. */
typedef struct {
  ServerFixture *fixture;
  GAsyncQueue   *held;
  GAsyncQueue   *let_go;
  GThread       *thread;
} Hold;

static gpointer
hold_store (gpointer data)
{
  Hold *self = data;
  g_autoptr (GError) error = NULL;
  gpointer told;

  ilk_store_begin (self->fixture->store);
  g_async_queue_push (self->held, self);
  told = g_async_queue_timeout_pop (self->let_go, 20 * G_USEC_PER_SEC);
  ilk_store_end (self->fixture->store, &error);
  g_assert_no_error (error);
  return told;
}

static void
hold_begin (Hold          *self,
            ServerFixture *fixture)
{
  self->fixture = fixture;
  self->held = g_async_queue_new ();
  self->let_go = g_async_queue_new ();
  self->thread = g_thread_new ("hold", hold_store, self);
  g_async_queue_pop (self->held);
}

static void
hold_end (Hold *self)
{
  g_async_queue_push (self->let_go, self);
  g_assert_true (g_thread_join (self->thread) == self);
  g_async_queue_unref (self->held);
  g_async_queue_unref (self->let_go);
}

/* A store that lets everyone wait does not hold up those who do not ask it. */
static void
test_ready_waits_alone (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (Exchange) ready = NULL;
  g_autoptr (Exchange) health = NULL;
  Hold hold;

  hold_begin (&hold, web->rules);
  ready = web_begin (web, web_message ("GET", "/readyz", NULL));
  while (!ready->done && !is_running (web))
    ;
  health = web_get (web, "GET", "/healthz", NULL);
  g_assert_cmpuint (soup_message_get_status (health->message), ==, 200);
  g_assert_false (ready->done);
  hold_end (&hold);
  web_wait (ready);
  g_assert_cmpuint (soup_message_get_status (ready->message), ==, 200);
}

/* The answer under way is written before the program is told that it may end, which it then does
 * at once. */
static void
test_drain_writes_the_answer (void)
{
  g_autoptr (Web) web = web_new (2, 8);
  g_autoptr (Exchange) captcha = NULL;
  gboolean drained = FALSE;
  Hold hold;

  hold_begin (&hold, web->rules);
  captcha = web_begin (web, web_message ("POST", "/v1/captchas", "{}"));
  while (!is_running (web))
    ;
  ilk_http_server_drain (web->server, 30, on_drained, &drained);
  g_assert_false (drained);
  hold_end (&hold);
  while (!drained)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (web->server);
  web->server = NULL;
  web_wait (captcha);
  g_assert_cmpuint (soup_message_get_status (captcha->message), ==, 201);
}

/* Nobody waits for the answer any more: the work is done and dropped. */
static void
test_caller_goes_away (void)
{
  static const char request[] =
    "POST /v1/captchas HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
  g_autoptr (Web) web = web_new (1, 8);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (web->path);

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) connection =
        g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
      GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
      g_autoptr (Exchange) after = NULL;
      guint length = i == 0 ? sizeof request - 2 : sizeof request - 1;

      g_assert_true (g_output_stream_write_all (output, request, length, NULL, NULL, NULL));
      if (i % 2 == 0)
        while (g_main_context_iteration (NULL, FALSE))
          ;
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      after = web_get (web, "POST", "/v1/captchas", "{}");
      g_assert_cmpuint (soup_message_get_status (after->message), ==, 201);
    }
}

static void
test_listens_on_this_computer_only (void)
{
  static const char *const refused[] = { "0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.org:0" };
  g_autoptr (ServerFixture) rules = server_fixture_new ();
  g_autoptr (IlkHttpServer) server = ilk_http_server_new (rules->service, 1, 1);
  g_autoptr (GError) error = NULL;
  guint16 port = 0;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) refusal = NULL;

      g_assert_false (ilk_http_server_listen_port (server, refused[i], FALSE, &port, &refusal));
      g_assert_error (refusal, ILK_SERVER_ERROR, ILK_SERVER_ERROR_LISTEN);
    }
  ilk_http_server_listen_port (server, "127.0.0.1:0", FALSE, &port, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (port, !=, 0);
}

typedef struct {
  ServerFixture *fixture;
  char          *path;
  char          *method;
  char          *token;
  char          *body;
  guint          status;
} Guess;

static gpointer
guess (gpointer data)
{
  Guess *self = data;
  g_autoptr (Answer) answer = server_call (self->fixture, self->method, self->path, self->token,
                                           self->body);

  self->status = answer->status;
  return NULL;
}

/* Runs them all at once and counts the answers with this status. */
static guint
guess_together (Guess *guesses,
                guint  count,
                guint  status)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  guint found = 0;

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (threads, g_thread_new ("guess", guess, &guesses[i]));
  for (guint i = 0; i < count; i++)
    {
      g_thread_join (g_ptr_array_index (threads, i));
      found += guesses[i].status == status;
      g_free (guesses[i].body);
    }
  return found;
}

static void
test_parallel_words (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  Guess guesses[8];

  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      server_new_captcha (fixture);
      guesses[i] = (Guess) { fixture, "/v1/sessions", "POST", NULL };
      guesses[i].body =
        g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":"
                         "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"yanlış %u\"}",
                         fixture->captcha_id, fixture->captcha_answer, i);
    }
  g_assert_cmpuint (guess_together (guesses, G_N_ELEMENTS (guesses), 401), ==, 2);
}

static void
test_parallel_codes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
  Guess guesses[8];

  server_expect (fixture, "POST", "/v1/sessions/current/sms", token, "{}", 202, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      guesses[i] = (Guess) { fixture, "/v1/sessions/current/sms", "PUT", token };
      guesses[i].body = g_strdup_printf ("{\"code\":\"%s\"}", fixture->phone->code);
    }
  g_assert_cmpuint (guess_together (guesses, G_N_ELEMENTS (guesses), 200), ==, 1);
}

/* A service that was killed leaves its socket behind; one that still listens keeps it. */
static void
test_left_socket (void)
{
  g_autoptr (Web) web = web_new (1, 1);
  g_autofree char *path = g_strconcat (web->path, "-left", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) left = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                           G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GError) taken = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (left, address, FALSE, NULL));
  g_assert_true (g_socket_listen (left, NULL));
  g_assert_false (ilk_http_server_listen_path (web->server, path, &taken));
  g_assert_error (taken, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_socket_close (left, NULL));
  g_assert_true (ilk_http_server_listen_path (web->server, path, &error));
  g_assert_no_error (error);
}

/* A file that is no socket is nobody's to remove. */
static void
test_left_file (void)
{
  g_autoptr (Web) web = web_new (1, 1);
  g_autofree char *path = g_strconcat (web->path, "-file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  g_assert_false (ilk_http_server_listen_path (web->server, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  unlink (path);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/socket-is-private", test_socket_is_private);
  g_test_add_func ("/http/left-socket", test_left_socket);
  g_test_add_func ("/http/left-file", test_left_file);
  g_test_add_func ("/http/answers", test_answers);
  g_test_add_func ("/http/languages", test_languages);
  g_test_add_func ("/http/limits", test_limits);
  g_test_add_func ("/http/long-head", test_long_head);
  g_test_add_func ("/http/full-queue", test_full_queue);
  g_test_add_func ("/http/login", test_login_over_http);
  g_test_add_func ("/http/rate-limits", test_rate_limits);
  g_test_add_func ("/http/health", test_health);
  g_test_add_func ("/http/drain", test_drain);
  g_test_add_func ("/http/ready-waits-alone", test_ready_waits_alone);
  g_test_add_func ("/http/drain-writes-the-answer", test_drain_writes_the_answer);
  g_test_add_func ("/http/caller-goes-away", test_caller_goes_away);
  g_test_add_func ("/http/this-computer-only", test_listens_on_this_computer_only);
  g_test_add_func ("/parallel/words", test_parallel_words);
  g_test_add_func ("/parallel/codes", test_parallel_codes);
  return g_test_run ();
}
