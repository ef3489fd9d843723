/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#define WEB "/v1/me/web-password"
#define PASSWORD "göl kıyısında 7 ördek"

static char *
begin (ServerFixture *fixture,
       const char    *token)
{
  g_autoptr (Answer) answer = server_call (fixture, "POST", WEB, token, "{}");

  answer_expect (answer, 201, NULL);
  g_assert_cmpstr (answer_get (answer, "kind"), ==, "web-password");
  return g_strdup (answer_get (answer, "id"));
}

static void
set (ServerFixture *fixture,
     const char    *token,
     const char    *operation,
     const char    *password,
     guint          status,
     const char    *code)
{
  g_autofree char *body = g_strdup_printf ("{\"operation\":\"%s\",\"web_password\":\"%s\"}",
                                           operation, password);

  server_expect (fixture, "PUT", WEB, token, body, status, code);
}

static void
set_confirmed (ServerFixture *fixture,
               const char    *token)
{
  g_autofree char *operation = begin (fixture, token);

  server_confirm (fixture, token, operation);
  set (fixture, token, operation, PASSWORD, 204, NULL);
}

static Answer *
confirm (ServerFixture *fixture,
         const char    *token,
         const char    *operation,
         const char    *password)
{
  g_autofree char *path =
    g_strdup_printf ("/v1/operations/%s/confirmations/web-password", operation);
  g_autofree char *body = g_strdup_printf ("{\"web_password\":\"%s\"}", password);

  return server_call (fixture, "PUT", path, token, body);
}

static void
expect_confirmation (ServerFixture *fixture,
                     const char    *token,
                     const char    *operation,
                     const char    *password,
                     guint          status,
                     const char    *code)
{
  g_autoptr (Answer) answer = confirm (fixture, token, operation, password);

  answer_expect (answer, status, code);
}

static void
test_confirms_an_unlock (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  g_autoptr (Answer) answer = NULL;
  guint messages;

  expect_confirmation (fixture, token, unlock, PASSWORD, 409, "web_password.none");
  set_confirmed (fixture, token);
  messages = fixture->phone->count;
  answer = confirm (fixture, token, unlock, PASSWORD);
  answer_expect (answer, 200, NULL);
  g_assert_cmpint (answer_number (answer, "authorized_for"), ==, 120);
  g_assert_cmpuint (fixture->phone->count, ==, messages);
  /* Once is enough, and all there is. */
  expect_confirmation (fixture, token, unlock, PASSWORD, 410, "operation.expired");
}

static void
test_tells_the_holder (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  set_confirmed (fixture, token);
  g_assert_cmpstr (fixture->phone->to, ==, PHONE_A);
  g_assert_nonnull (g_strstr_len (fixture->phone->text, -1, "web password was set"));
  g_assert_null (g_strstr_len (fixture->phone->text, -1, PASSWORD));
  g_assert_cmpint (g_atomic_int_get (&fixture->phone->mails), >, 0);
}

static void
test_needs_an_sms_code (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *other = server_session (fixture, BORA, WORD_B);
  g_autofree char *operation = begin (fixture, token);
  g_autofree char *wrong_kind = server_begin (fixture, token, "pin-disclosure", CARD_A);

  set (fixture, token, operation, PASSWORD, 403, "operation.unconfirmed");
  server_confirm (fixture, token, wrong_kind);
  set (fixture, token, wrong_kind, PASSWORD, 404, "operation.unknown");
  server_confirm (fixture, token, operation);
  set (fixture, other, operation, PASSWORD, 404, "operation.unknown");
  set (fixture, token, operation, PASSWORD, 204, NULL);
  set (fixture, token, operation, PASSWORD, 410, "operation.expired");
}

/* A word that is refused spends nothing: the same confirmation is good for a better one. */
static void
test_rules (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = begin (fixture, token);

  server_confirm (fixture, token, operation);
  server_expect (fixture, "PUT", WEB, token, "{}", 400, "request.invalid");
  set (fixture, token, operation, "kısa", 422, "word.length");
  set (fixture, token, operation, AYSE, 422, "word.personal");
  set (fixture, token, operation, WORD_A, 422, "web_password.same");
  set (fixture, token, operation, PASSWORD, 204, NULL);
}

static void
test_three_tries_then_sms (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = NULL;
  g_autofree char *again = NULL;
  g_autoptr (Answer) first = NULL;
  g_autoptr (Answer) second = NULL;

  set_confirmed (fixture, token);
  operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  first = confirm (fixture, token, operation, "yanlış parola 1");
  answer_expect (first, 422, "web_password.wrong");
  g_assert_cmpint (first->attempts_left, ==, 2);
  second = confirm (fixture, token, operation, "yanlış parola 2");
  answer_expect (second, 422, "web_password.wrong");
  g_assert_cmpint (second->attempts_left, ==, 1);
  expect_confirmation (fixture, token, operation, "yanlış parola 3", 409, "web_password.exhausted");
  expect_confirmation (fixture, token, operation, PASSWORD, 409, "web_password.exhausted");
  /* SMS codes go on as before, and set a new one. */
  server_confirm (fixture, token, operation);
  ilk_manual_clock_advance (fixture->clock, 60);
  set_confirmed (fixture, token);
  again = server_begin (fixture, token, "pin-deletion", CARD_N);
  expect_confirmation (fixture, token, again, PASSWORD, 200, NULL);
}

static void
test_a_right_one_gives_the_tries_back (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  set_confirmed (fixture, token);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *operation = server_begin (fixture, token, "pin-deletion", CARD_A);

      expect_confirmation (fixture, token, operation, "yanlış parola 1", 422, "web_password.wrong");
      expect_confirmation (fixture, token, operation, "yanlış parola 2", 422, "web_password.wrong");
      expect_confirmation (fixture, token, operation, PASSWORD, 200, NULL);
    }
}

/* Wrong tries are counted for the holder, not for the operation or the session. */
static void
test_tries_are_the_holders (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *later = NULL;
  g_autofree char *operation = NULL;

  set_confirmed (fixture, token);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *wrong = server_begin (fixture, token, "pin-deletion", CARD_A);

      expect_confirmation (fixture, token, wrong, "yanlış parola", 422, "web_password.wrong");
    }
  later = server_session (fixture, AYSE, WORD_A);
  operation = server_begin (fixture, later, "pin-deletion", CARD_A);
  expect_confirmation (fixture, later, operation, "yanlış parola", 409, "web_password.exhausted");
}

static void
test_does_not_confirm_itself (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = NULL;

  set_confirmed (fixture, token);
  operation = begin (fixture, token);
  expect_confirmation (fixture, token, operation, PASSWORD, 403, "web_password.not_enough");
  set (fixture, token, operation, "başka parola 99", 403, "operation.unconfirmed");
}

static void
test_removal (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *removal = NULL;
  g_autofree char *path = NULL;
  g_autofree char *operation = NULL;

  server_expect (fixture, "DELETE", WEB, token, NULL, 409, "web_password.none");
  set_confirmed (fixture, token);
  removal = begin (fixture, token);
  path = g_strdup_printf (WEB "?operation=%s", removal);
  server_expect (fixture, "DELETE", path, token, NULL, 403, "operation.unconfirmed");
  ilk_manual_clock_advance (fixture->clock, 60);
  server_confirm (fixture, token, removal);
  server_expect (fixture, "DELETE", path, token, NULL, 204, NULL);
  /* Asked again after an answer that was lost. */
  server_expect (fixture, "DELETE", path, token, NULL, 204, NULL);
  server_expect (fixture, "DELETE", WEB, token, NULL, 409, "web_password.none");
  operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  expect_confirmation (fixture, token, operation, PASSWORD, 409, "web_password.none");
}

/* The pepper of a web password must not be thrown away as unused. */
static void
test_is_counted_among_the_hashes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (GError) error = NULL;
  gint64 before;
  gint64 after;

  ilk_store_begin (fixture->store);
  before = ilk_store_word_count (fixture->store, "%", &error);
  ilk_store_end (fixture->store, &error);
  set_confirmed (fixture, token);
  ilk_store_begin (fixture->store);
  after = ilk_store_word_count (fixture->store, "%", &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (after, ==, before + 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web-password/confirms-an-unlock", test_confirms_an_unlock);
  g_test_add_func ("/web-password/tells-the-holder", test_tells_the_holder);
  g_test_add_func ("/web-password/needs-an-sms-code", test_needs_an_sms_code);
  g_test_add_func ("/web-password/rules", test_rules);
  g_test_add_func ("/web-password/three-tries-then-sms", test_three_tries_then_sms);
  g_test_add_func ("/web-password/right-one-gives-tries-back", test_a_right_one_gives_the_tries_back);
  g_test_add_func ("/web-password/tries-are-the-holders", test_tries_are_the_holders);
  g_test_add_func ("/web-password/does-not-confirm-itself", test_does_not_confirm_itself);
  g_test_add_func ("/web-password/removal", test_removal);
  g_test_add_func ("/web-password/is-counted", test_is_counted_among_the_hashes);
  return g_test_run ();
}
