/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <libsoup/soup.h>
#include <string.h>
#include "server/ilk-practice-gateway.h"

/* Login by the e-Government gateway: the service as a client of OpenID Connect, against a stand-in
 * that can do everything wrong. */

#define BACK "http://127.0.0.1:40123/back"
#define PORTAL_BACK "https://card.example/giris/donus"
#define SECRET "a secret / of the client"
/* For a provider that does not answer, in milliseconds. */
#define PATIENCE 1000

typedef struct {
  ServerFixture      *server;
  IlkStandInProvider *provider;
  SoupSession        *browser;
} Fixture;

/* What a login's start says, and what the browser brings back. */
typedef struct {
  char *id;
  char *secret;
  char *address;
  char *code;
  char *state;
  char *iss;
} Login;

static void
login_free (Login *self)
{
  g_free (self->id);
  g_free (self->secret);
  g_free (self->address);
  g_free (self->code);
  g_free (self->state);
  g_free (self->iss);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Login, login_free)

static void
connect_to (Fixture     *self,
            const char  *issuer,
            const char  *secret,
            const char  *claim,
            guint        milliseconds)
{
  g_autoptr (IlkSecret) client_secret = ilk_secret_new_from_data (secret, strlen (secret));
  g_autoptr (GError) error = NULL;
  IlkOpenIdSettings settings = { .issuer = issuer, .client_id = "ilkimza",
                                 .client_secret = client_secret, .scope = "openid",
                                 .claim = claim, .milliseconds = milliseconds };
  IlkOpenId *open_id = ilk_open_id_new (&settings, &error);

  g_assert_no_error (error);
  ilk_service_set_open_id (self->server->service, open_id);
}

static void
reconnect (Fixture *self,
           guint    milliseconds)
{
  connect_to (self, ilk_stand_in_provider_get_issuer (self->provider), SECRET, "identity_number",
              milliseconds);
}

static Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (SECRET, strlen (SECRET));
  g_autoptr (GError) error = NULL;

  self->server = server_fixture_new ();
  self->browser = soup_session_new ();
  self->provider = ilk_stand_in_provider_new (ILK_CLOCK (self->server->clock), "ilkimza", secret,
                                              &error);
  g_assert_no_error (error);
  ilk_stand_in_provider_add_person (self->provider, "Ayşe <Örnek>", AYSE);
  ilk_stand_in_provider_add_person (self->provider, "Kimse", NOBODY);
  ilk_stand_in_provider_set_page (self->provider, PORTAL_BACK);
  reconnect (self, 0);
  return self;
}

static void
fixture_free (Fixture *self)
{
  g_object_unref (self->browser);
  ilk_stand_in_provider_free (self->provider);
  server_fixture_free (self->server);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static Answer *
ask_to_begin (Fixture    *self,
              const char *redirect_uri)
{
  g_autofree char *body = g_strdup_printf ("{\"redirect_uri\":\"%s\"}", redirect_uri);

  return server_call (self->server, "POST", "/v1/e-government-logins", NULL, body);
}

static Login *
begin (Fixture    *self,
       const char *redirect_uri)
{
  g_autoptr (Answer) answer = ask_to_begin (self, redirect_uri);
  Login *login = g_new0 (Login, 1);

  answer_expect (answer, 201, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 600);
  login->id = g_strdup (answer_get (answer, "id"));
  login->secret = g_strdup (answer_get (answer, "secret"));
  login->address = g_strdup (answer_get (answer, "authorization_url"));
  return login;
}

static char *
fetch (Fixture     *self,
       SoupMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read (self->browser, message, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

/* Chooses a person on the provider's page. Returns where the browser is sent, NULL: nowhere. */
static char *
choose (Fixture    *self,
        const char *address,
        const char *number)
{
  g_autofree char *query = g_strdup (strchr (address, '?') + 1);
  g_autofree char *form = g_strconcat (query, "&person=", number, NULL);
  g_autofree char *target = g_strndup (address, strchr (address, '?') - address);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", target);
  g_autoptr (GBytes) body = g_bytes_new (form, strlen (form));
  g_autofree char *page = NULL;

  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  page = fetch (self, message);
  return g_strdup (soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                 "Location"));
}

static void
come_back (Fixture    *self,
           Login      *login,
           const char *number)
{
  g_autofree char *address = choose (self, login->address, number);
  g_autoptr (GUri) uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GHashTable) fields = soup_form_decode (g_uri_get_query (uri));

  login->code = g_strdup (g_hash_table_lookup (fields, "code"));
  login->state = g_strdup (g_hash_table_lookup (fields, "state"));
  login->iss = g_strdup (g_hash_table_lookup (fields, "iss"));
}

static Answer *
finish (Fixture     *self,
        const Login *login)
{
  g_autofree char *iss = login->iss != NULL ? g_strdup_printf (",\"iss\":\"%s\"", login->iss)
                                            : g_strdup ("");
  g_autofree char *body =
    g_strdup_printf ("{\"kind\":\"e-government\",\"login_id\":\"%s\",\"secret\":\"%s\","
                     "\"code\":\"%s\",\"state\":\"%s\"%s}", login->id, login->secret, login->code,
                     login->state, iss);

  return server_call (self->server, "POST", "/v1/sessions", NULL, body);
}

static Login *
begin_and_choose (Fixture *self)
{
  Login *login = begin (self, BACK);

  come_back (self, login, AYSE);
  return login;
}

static void
expect_finish (Fixture    *self,
               guint       status,
               const char *code)
{
  g_autoptr (Login) login = begin_and_choose (self);
  g_autoptr (Answer) answer = finish (self, login);

  answer_expect (answer, status, code);
}

static void
test_logs_in (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Login) login = begin_and_choose (self);
  g_autoptr (Answer) answer = finish (self, login);
  g_autoptr (Answer) again = finish (self, login);

  answer_expect (answer, 201, NULL);
  g_assert_cmpstr (answer_get (answer, "assurance"), ==, "e-government");
  g_assert_cmpstr (answer_get (answer, "holder"), ==, "Ayşe \"Deneme\" Örnek");
  server_expect (self->server, "GET", "/v1/certificates", answer_get (answer, "token"), NULL, 200,
                 NULL);
  server_expect (self->server, "POST", "/v1/verification-codes", answer_get (answer, "token"), "{}",
                 201, NULL);
  server_expect (self->server, "POST", "/v1/certificates/" CARD_N "/activation",
                 answer_get (answer, "token"), "{}", 403, "assurance.password");
  answer_expect (again, 410, "e_government.expired");
}

static void
test_rsa (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  ilk_stand_in_provider_use_rsa (self->provider);
  expect_finish (self, 201, NULL);
}

static void
test_portal (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Login) login = begin (self, PORTAL_BACK);
  g_autoptr (Answer) answer = NULL;

  come_back (self, login, AYSE);
  answer = finish (self, login);
  answer_expect (answer, 201, NULL);
}

/* What the request to the provider says. */
static void
test_address (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Login) login = begin (self, BACK);
  g_autoptr (Login) other = begin (self, BACK);
  g_autoptr (GUri) uri = g_uri_parse (login->address, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GHashTable) fields = soup_form_decode (g_uri_get_query (uri));
  static const char *const secrets[] = { "state", "nonce", "code_challenge", NULL };

  g_assert_cmpstr (g_hash_table_lookup (fields, "response_type"), ==, "code");
  g_assert_cmpstr (g_hash_table_lookup (fields, "client_id"), ==, "ilkimza");
  g_assert_cmpstr (g_hash_table_lookup (fields, "redirect_uri"), ==, BACK);
  g_assert_cmpstr (g_hash_table_lookup (fields, "scope"), ==, "openid");
  g_assert_cmpstr (g_hash_table_lookup (fields, "code_challenge_method"), ==, "S256");
  for (int i = 0; secrets[i] != NULL; i++)
    {
      const char *value = g_hash_table_lookup (fields, secrets[i]);

      g_assert_cmpuint (strlen (value), ==, 43);
      g_assert_null (strstr (other->address, value));
      g_assert_null (strstr (login->secret, value));
    }
}

static void
test_page (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Login) login = begin (self, BACK);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", login->address);
  g_autofree char *page = fetch (self, message);

  g_assert_nonnull (strstr (page, "Bu bir alıştırmadır"));
  g_assert_nonnull (strstr (page, "This is practice"));
  g_assert_nonnull (strstr (page, "Ayşe &lt;Örnek&gt;"));
  g_assert_null (strstr (page, "<Örnek>"));
}

static void
test_addresses_that_are_refused (void)
{
  static const char *const addresses[] = {
    "", "https://evil.example/back", "http://127.0.0.1/back", "http://127.0.0.1:0/back",
    "http://127.0.0.1:65536/back", "http://127.0.0.1:80", "http://127.0.0.1:80@evil.example/",
    "http://127.0.0.1:80/back?x=1", "http://127.0.0.1:80/back#x", "http://127.0.0.1:80/../back",
    "http://127.0.0.1:08/back", "http://localhost:80/back", "http://127.0.0.1.evil.example:80/",
    "https://127.0.0.1:80/back", "https://card.example/giris/donus/", "https://card.example/",
    "https://card.example.evil.example/giris/donus",
  };
  g_autoptr (Fixture) self = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (Answer) answer = ask_to_begin (self, addresses[i]);

      g_test_message ("%s", addresses[i]);
      answer_expect (answer, 400, "request.invalid");
    }
  server_expect (self->server, "POST", "/v1/e-government-logins", NULL, "{}", 400,
                 "request.invalid");
}

static void
test_requests_that_are_refused (void)
{
  static const char *const bodies[] = {
    "{\"kind\":\"e-government\"}",
    "{\"kind\":\"e-government\",\"login_id\":\"a\",\"secret\":\"b\",\"code\":\"c\"}",
    "{\"kind\":\"e-government\",\"login_id\":\"a\",\"secret\":\"b\",\"code\":\"\",\"state\":\"d\"}",
    "{\"kind\":\"e-government\",\"login_id\":\"a\",\"secret\":\"b\",\"code\":\"c\",\"state\":1}",
    "{\"kind\":\"e-government\",\"login_id\":\"a\",\"secret\":\"b\",\"code\":\"c\",\"state\":\"d\","
      "\"iss\":1}",
    "{\"kind\":\"e-government\",\"login_id\":\"a\",\"secret\":\"b\",\"code\":\"c\",\"state\":\"d\","
      "\"ticket\":\"e\"}",
  };
  g_autoptr (Fixture) self = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    server_expect (self->server, "POST", "/v1/sessions", NULL, bodies[i], 400, "request.invalid");
  ilk_service_set_open_id (self->server->service, NULL);
  server_expect (self->server, "POST", "/v1/sessions", NULL, bodies[0], 404, "login.unavailable");
  server_expect (self->server, "POST", "/v1/e-government-logins", NULL,
                 "{\"redirect_uri\":\"" BACK "\"}", 404, "login.unavailable");
}

static void
swap (char **a,
      char **b)
{
  char *kept = *a;

  *a = *b;
  *b = kept;
}

/* What the browser brings back belongs to the login that was begun, and to no other. */
static void
test_mixed_up_returns (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  static const struct {
    gsize       offset;
    guint       status;
    const char *code;
  } rows[] = {
    { G_STRUCT_OFFSET (Login, state), 401, "e_government.refused" },
    { G_STRUCT_OFFSET (Login, code), 401, "e_government.refused" },
    { G_STRUCT_OFFSET (Login, secret), 410, "e_government.expired" },
    { G_STRUCT_OFFSET (Login, id), 410, "e_government.expired" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Login) login = begin_and_choose (self);
      g_autoptr (Login) other = begin_and_choose (self);
      g_autoptr (Answer) answer = NULL;

      swap (G_STRUCT_MEMBER_P (login, rows[i].offset), G_STRUCT_MEMBER_P (other, rows[i].offset));
      answer = finish (self, login);
      answer_expect (answer, rows[i].status, rows[i].code);
    }
}

static void
test_issuer_of_the_return (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Login) login = begin_and_choose (self);
      g_autoptr (Answer) answer = NULL;

      /* Another instance of the service may finish what one began. */
      reconnect (self, 0);
      g_clear_pointer (&login->iss, g_free);
      login->iss = i == 0 ? g_strdup ("https://elsewhere.example") : NULL;
      answer = finish (self, login);
      answer_expect (answer, 401, "e_government.refused");
    }
}

static void
test_lives_10_minutes (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  for (int seconds = 599; seconds <= 600; seconds++)
    {
      g_autoptr (Login) login = begin (self, BACK);
      g_autoptr (Answer) answer = NULL;

      ilk_manual_clock_advance (self->server->clock, seconds);
      come_back (self, login, AYSE);
      answer = finish (self, login);
      answer_expect (answer, seconds < 600 ? 201 : 410,
                     seconds < 600 ? NULL : "e_government.expired");
    }
}

static void
test_unknown_person (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Login) login = begin (self, BACK);
  g_autoptr (Answer) answer = NULL;

  come_back (self, login, NOBODY);
  answer = finish (self, login);
  answer_expect (answer, 403, "e_government.unknown");
}

static void
test_no_identity_number (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  connect_to (self, ilk_stand_in_provider_get_issuer (self->provider), SECRET, "nonce", 0);
  expect_finish (self, 401, "e_government.refused");
}

static void
test_reopens_a_blocked_account (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Answer) blocked = NULL;
  g_autoptr (Answer) open = NULL;

  for (int i = 0; i < 3; i++)
    answer_free (server_log_in (self->server, AYSE, "yanlış sözcük"));
  blocked = server_log_in (self->server, AYSE, WORD_A);
  answer_expect (blocked, 423, "account.blocked");
  expect_finish (self, 201, NULL);
  open = server_log_in (self->server, AYSE, WORD_A);
  answer_expect (open, 201, NULL);
}

static void
test_tokens_that_are_refused (void)
{
  static const IlkStandInFault faults[] = {
    ILK_STAND_IN_OTHER_AUDIENCE, ILK_STAND_IN_TWO_AUDIENCES, ILK_STAND_IN_OTHER_ISSUER,
    ILK_STAND_IN_OTHER_NONCE, ILK_STAND_IN_EXPIRED, ILK_STAND_IN_FROM_THE_FUTURE,
    ILK_STAND_IN_NO_NUMBER, ILK_STAND_IN_NO_ALGORITHM, ILK_STAND_IN_SHARED_KEY,
    ILK_STAND_IN_OTHER_KEY, ILK_STAND_IN_UNKNOWN_KEY,
  };
  g_autoptr (Fixture) self = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_test_message ("fault %d", faults[i]);
      ilk_stand_in_provider_set_fault (self->provider, faults[i]);
      expect_finish (self, 401, "e_government.refused");
    }
  ilk_stand_in_provider_set_fault (self->provider, ILK_STAND_IN_RIGHT);
  expect_finish (self, 201, NULL);
}

static const IlkStandInFault breakdowns[] = {
  ILK_STAND_IN_BROKEN, ILK_STAND_IN_SILENT, ILK_STAND_IN_NO_JSON, ILK_STAND_IN_TOO_LARGE,
};

static void
test_breakdowns_at_the_start (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  for (guint i = 0; i <= G_N_ELEMENTS (breakdowns); i++)
    {
      g_autoptr (Answer) answer = NULL;

      ilk_stand_in_provider_set_fault (self->provider, i < G_N_ELEMENTS (breakdowns)
                                       ? breakdowns[i] : ILK_STAND_IN_ELSEWHERE);
      reconnect (self, PATIENCE);
      answer = ask_to_begin (self, BACK);
      answer_expect (answer, 503, "e_government.unavailable");
      g_assert_cmpint (answer->retry_after, >, 0);
    }
  ilk_stand_in_provider_set_fault (self->provider, ILK_STAND_IN_RIGHT);
  reconnect (self, 0);
  expect_finish (self, 201, NULL);
}

static void
test_nobody_there (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (Answer) answer = NULL;

  connect_to (self, "http://127.0.0.1:1", SECRET, "identity_number", 0);
  answer = ask_to_begin (self, BACK);
  answer_expect (answer, 503, "e_government.unavailable");
}

static void
test_breakdowns_at_the_end (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  reconnect (self, PATIENCE);
  for (guint i = 0; i < G_N_ELEMENTS (breakdowns); i++)
    {
      g_autoptr (Login) login = begin_and_choose (self);
      g_autoptr (Answer) answer = NULL;
      gboolean said = breakdowns[i] == ILK_STAND_IN_NO_JSON;

      ilk_stand_in_provider_set_fault (self->provider, breakdowns[i]);
      answer = finish (self, login);
      answer_expect (answer, said ? 401 : 503,
                     said ? "e_government.refused" : "e_government.unavailable");
      ilk_stand_in_provider_set_fault (self->provider, ILK_STAND_IN_RIGHT);
    }
}

static void
test_wrong_client_secret (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  connect_to (self, ilk_stand_in_provider_get_issuer (self->provider), "other", "identity_number",
              0);
  expect_finish (self, 401, "e_government.refused");
}

/* A key of a new name is looked for once more; within a minute no second time. */
static void
test_provider_changes_its_key (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  ilk_stand_in_provider_change_key (self->provider);
  expect_finish (self, 201, NULL);
  reconnect (self, 0);
  ilk_stand_in_provider_change_key (self->provider);
  expect_finish (self, 201, NULL);
  ilk_stand_in_provider_change_key (self->provider);
  expect_finish (self, 401, "e_government.refused");
}

static void
test_settings (void)
{
  static const char *const issuers[] = { "http://gateway.example", "ftp://gateway.example", "x",
                                         "http://127.0.0.1.evil.example:1" };
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("s", 1);

  for (guint i = 0; i < G_N_ELEMENTS (issuers); i++)
    {
      IlkOpenIdSettings settings = { .issuer = issuers[i], .client_id = "c",
                                     .client_secret = secret, .scope = "openid", .claim = "n" };
      g_autoptr (GError) error = NULL;

      g_assert_null (ilk_open_id_new (&settings, &error));
      g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG);
    }
}

/* The stand-in itself is no way out: it sends nobody elsewhere, and wants PKCE. */
static void
test_stand_in_is_strict (void)
{
  static const char *const wrong[] = {
    "redirect_uri=https%3A%2F%2Fevil.example%2F", "code_challenge_method=plain",
    "client_id=other", "response_type=token", "state=", "person=12345678951",
  };
  g_autoptr (Fixture) self = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (Login) login = begin (self, BACK);
      g_autofree char *address = g_strconcat (login->address, "&", wrong[i], NULL);
      gboolean person = g_str_has_prefix (wrong[i], "person");
      g_autofree char *target = choose (self, person ? login->address : address,
                                        person ? "12345678951" : AYSE);

      g_test_message ("%s", wrong[i]);
      g_assert_null (target);
    }
}

static void
test_practice (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  g_autoptr (GError) error = NULL;
  IlkStandInProvider *first = self->provider;

  self->provider = ilk_practice_gateway_start (self->server->service,
                                               ILK_CLOCK (self->server->clock), &error);
  g_assert_no_error (error);
  ilk_stand_in_provider_free (first);
  expect_finish (self, 201, NULL);
}

typedef struct {
  Fixture     *fixture;
  const Login *login;
  int          wins;
} Race;

static gpointer
run_racer (gpointer data)
{
  Race *race = data;
  g_autoptr (Answer) answer = finish (race->fixture, race->login);

  if (answer->status == 201)
    g_atomic_int_inc (&race->wins);
  return NULL;
}

static void
test_races (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  for (int round = 0; round < 5; round++)
    {
      g_autoptr (Login) login = begin_and_choose (self);
      Race race = { self, login, 0 };
      GThread *threads[4];

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new (NULL, run_racer, &race);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
      g_assert_cmpint (race.wins, ==, 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/e-government/logs-in", test_logs_in);
  g_test_add_func ("/e-government/rsa", test_rsa);
  g_test_add_func ("/e-government/portal", test_portal);
  g_test_add_func ("/e-government/address", test_address);
  g_test_add_func ("/e-government/page", test_page);
  g_test_add_func ("/e-government/addresses-refused", test_addresses_that_are_refused);
  g_test_add_func ("/e-government/requests-refused", test_requests_that_are_refused);
  g_test_add_func ("/e-government/mixed-up", test_mixed_up_returns);
  g_test_add_func ("/e-government/issuer", test_issuer_of_the_return);
  g_test_add_func ("/e-government/10-minutes", test_lives_10_minutes);
  g_test_add_func ("/e-government/unknown-person", test_unknown_person);
  g_test_add_func ("/e-government/no-number", test_no_identity_number);
  g_test_add_func ("/e-government/blocked-account", test_reopens_a_blocked_account);
  g_test_add_func ("/e-government/tokens-refused", test_tokens_that_are_refused);
  g_test_add_func ("/e-government/breakdowns-first", test_breakdowns_at_the_start);
  g_test_add_func ("/e-government/nobody-there", test_nobody_there);
  g_test_add_func ("/e-government/breakdowns-last", test_breakdowns_at_the_end);
  g_test_add_func ("/e-government/client-secret", test_wrong_client_secret);
  g_test_add_func ("/e-government/key-change", test_provider_changes_its_key);
  g_test_add_func ("/e-government/settings", test_settings);
  g_test_add_func ("/stand-in/strict", test_stand_in_is_strict);
  g_test_add_func ("/stand-in/practice", test_practice);
  g_test_add_func ("/single-use/races", test_races);
  return g_test_run ();
}
