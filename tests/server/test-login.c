/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"
#include "server/ilk-service-private.h"
#include "server/ilk-store-private.h"

#include <string.h>
#include "server/ilk-captcha-picture.h"

static char *
login_body (const char *id,
            const char *text)
{
  return g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":"
                          "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"" WORD_A "\"}",
                          id, text);
}

static void
test_captcha_alphabet (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autofree char *text = ilk_captcha_new_text ();

      g_assert_cmpuint (strlen (text), ==, 6);
      g_assert_cmpuint (strspn (text, "ACDEFHJKLMNPRTUVWXY34679"), ==, 6);
    }
}

static void
test_captcha_picture (void)
{
  g_autoptr (GBytes) first = ilk_captcha_draw ("ACDEFH");
  g_autoptr (GBytes) second = ilk_captcha_draw ("ACDEFH");

  g_assert_cmpint (memcmp (g_bytes_get_data (first, NULL), "\x89PNG", 4), ==, 0);
  g_assert_false (g_bytes_equal (first, second));
}

static void
test_captcha_single_use (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *right = NULL;
  g_autofree char *wrong = NULL;

  server_new_captcha (fixture);
  wrong = login_body (fixture->captcha_id, "AAAAAA");
  right = login_body (fixture->captcha_id, fixture->captcha_answer);
  server_expect (fixture, "POST", "/v1/sessions", NULL, wrong, 422, "captcha.wrong");
  server_expect (fixture, "POST", "/v1/sessions", NULL, right, 410, "captcha.expired");

  g_free (right);
  server_new_captcha (fixture);
  right = login_body (fixture->captcha_id, fixture->captcha_answer);
  server_expect (fixture, "POST", "/v1/sessions", NULL, right, 201, NULL);
  server_expect (fixture, "POST", "/v1/sessions", NULL, right, 410, "captcha.expired");
}

static void
test_captcha_expires_after_5_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int seconds = 299; seconds <= 300; seconds++)
    {
      g_autofree char *body = NULL;

      server_new_captcha (fixture);
      body = login_body (fixture->captcha_id, fixture->captcha_answer);
      ilk_manual_clock_advance (fixture->clock, seconds);
      server_expect (fixture, "POST", "/v1/sessions", NULL, body, seconds < 300 ? 201 : 410,
                     seconds < 300 ? NULL : "captcha.expired");
    }
}

static void
test_captcha_ignores_case (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *lower = NULL;
  g_autofree char *body = NULL;

  server_new_captcha (fixture);
  lower = g_ascii_strdown (fixture->captcha_answer, -1);
  body = login_body (fixture->captcha_id, lower);
  server_expect (fixture, "POST", "/v1/sessions", NULL, body, 201, NULL);
}

/* Anyone could block anyone's account by number, if tries without the picture counted. */
static void
test_wrong_captcha_costs_no_try (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) answer = NULL;

  for (int i = 0; i < 5; i++)
    {
      g_autofree char *body = NULL;

      server_new_captcha (fixture);
      body = login_body (fixture->captcha_id, "AAAAAA");
      server_expect (fixture, "POST", "/v1/sessions", NULL, body, 422, "captcha.wrong");
    }
  answer = server_log_in (fixture, AYSE, "yanlış sözcük");
  answer_expect (answer, 401, "login.refused");
  g_assert_cmpint (answer->attempts_left, ==, 2);
}

static void
test_three_wrong_words_block (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int i = 0; i < 4; i++)
    {
      g_autoptr (Answer) answer = server_log_in (fixture, AYSE, i < 3 ? "yanlış sözcük" : WORD_A);

      if (i < 2)
        {
          answer_expect (answer, 401, "login.refused");
          g_assert_cmpint (answer->attempts_left, ==, 2 - i);
        }
      else
        answer_expect (answer, 423, "account.blocked");
    }
}

static void
test_right_word_clears_the_tries (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int round = 0; round < 3; round++)
    {
      g_autoptr (Answer) wrong = server_log_in (fixture, AYSE, "yanlış sözcük");
      g_autoptr (Answer) right = server_log_in (fixture, AYSE, WORD_A);

      g_assert_cmpint (wrong->attempts_left, ==, 2);
      answer_expect (right, 201, NULL);
    }
}

static void
test_unknown_numbers_look_alike (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int i = 0; i < 4; i++)
    {
      g_autoptr (Answer) known = server_log_in (fixture, AYSE, "yanlış sözcük");
      g_autoptr (Answer) unknown = server_log_in (fixture, NOBODY, "yanlış sözcük");

      g_assert_cmpuint (known->status, ==, unknown->status);
      g_assert_cmpstr (known->code, ==, unknown->code);
      g_assert_cmpint (known->attempts_left, ==, unknown->attempts_left);
      g_assert_cmpstr (answer_get (known, "title"), ==, answer_get (unknown, "title"));
      g_assert_cmpuint (json_object_get_size (known->json), ==,
                        json_object_get_size (unknown->json));
    }
}

/* "ü" as one character or as "u" with a mark: the same word to its writer. */
static void
test_word_is_normalized (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *decomposed = g_utf8_normalize (WORD_A, -1, G_NORMALIZE_NFD);
  g_autoptr (Answer) answer = server_log_in (fixture, AYSE, decomposed);

  g_assert_cmpstr (decomposed, !=, WORD_A);
  answer_expect (answer, 201, NULL);
}

static void
test_login_answers (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) attempt = server_log_in (fixture, AYSE, WORD_A);
  g_autofree char *body = NULL;
  g_autoptr (Answer) sms = NULL;
  g_autoptr (Answer) session = NULL;
  const char *token;

  answer_expect (attempt, 201, NULL);
  token = answer_get (attempt, "token");
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpstr (answer_get (attempt, "phone"), ==, "05•• ••• •• 67");
  g_assert_cmpint (answer_number (attempt, "expires_in"), ==, 600);

  sms = server_call (fixture, "POST", "/v1/sessions/current/sms", token, "{}");
  answer_expect (sms, 202, NULL);
  g_assert_cmpint (answer_number (sms, "expires_in"), ==, 300);
  g_assert_cmpint (answer_number (sms, "resend_in"), ==, 60);
  g_assert_cmpint (answer_number (sms, "sends_left"), ==, 5);

  body = g_strdup_printf ("{\"code\":\"%s\"}", fixture->phone->code);
  session = server_call (fixture, "PUT", "/v1/sessions/current/sms", token, body);
  answer_expect (session, 200, NULL);
  g_assert_cmpstr (answer_get (session, "holder"), ==, "Ayşe \"Deneme\" Örnek");
  g_assert_cmpint (answer_number (session, "idle_seconds"), ==, 900);
  g_assert_cmpint (answer_number (session, "absolute_seconds"), ==, 3600);
  g_assert_cmpstr (answer_get (session, "token"), !=, token);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 401, "session.missing");
  server_expect (fixture, "POST", "/v1/sessions/current/sms", token, "{}", 401,
                 "session.missing");
}

static void
test_attempt_is_good_for_the_sms_only (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  server_expect (fixture, "GET", "/v1/cards", token, NULL, 401, "session.missing");
  server_expect (fixture, "DELETE", "/v1/sessions/current", token, NULL, 204, NULL);
  server_expect (fixture, "POST", "/v1/sessions/current/sms", token, "{}", 401,
                 "session.missing");
}

/* A code that ran out does not throw the person back to the start; ten minutes do. */
static void
test_attempt_lives_10_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  ilk_manual_clock_advance (fixture->clock, 599);
  server_expect (fixture, "POST", "/v1/sessions/current/sms", token, "{}", 202, NULL);
  ilk_manual_clock_advance (fixture->clock, 1);
  server_expect (fixture, "PUT", "/v1/sessions/current/sms", token, "{\"code\":\"123456\"}", 401,
                 "attempt.expired");
}

static void
test_session_ends_after_15_idle_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  ilk_manual_clock_advance (fixture->clock, 899);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  ilk_manual_clock_advance (fixture->clock, 899);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  ilk_manual_clock_advance (fixture->clock, 900);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 401, "session.expired");
}

static void
test_session_ends_after_60_minutes_of_use (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  for (int i = 0; i < 5; i++)
    {
      ilk_manual_clock_advance (fixture->clock, 600);
      server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
    }
  ilk_manual_clock_advance (fixture->clock, 599);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  ilk_manual_clock_advance (fixture->clock, 1);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 401, "session.expired");
}

static void
test_log_out_ends_the_session (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  server_expect (fixture, "DELETE", "/v1/sessions/current", token, NULL, 204, NULL);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 401, "session.missing");
}

static void
test_requests_that_are_refused (void)
{
  static const char *const bodies[] = {
    "",
    "[]",
    "{\"kind\":\"password\"}",
    "{\"kind\":\"password\",\"identity_number\":1,\"captcha\":{\"id\":\"a\",\"text\":\"b\"},"
      "\"security_word\":\"uzunca bir\"}",
    "{\"kind\":\"password\",\"identity_number\":\"12345678951\",\"captcha\":{\"id\":\"a\","
      "\"text\":\"b\"},\"security_word\":\"uzunca bir\"}",
    "{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":{\"id\":\"a\",\"text\":"
      "\"b\",\"more\":1},\"security_word\":\"uzunca bir\"}",
    "{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":{\"id\":\"a\",\"text\":"
      "\"b\"},\"security_word\":\"uzunca bir\",\"more\":1}",
    "{\"kind\":\"password\",\"identity_number\":\"" AYSE "\",\"captcha\":{\"id\":\"a\",\"text\":"
      "\"b\"},\"security_word\":\"\"}",
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    server_expect (fixture, "POST", "/v1/sessions", NULL, bodies[i], 400, "request.invalid");
  server_expect (fixture, "GET", "/v1/sessions", NULL, NULL, 405, "method");
  server_expect (fixture, "GET", "/v1/session", NULL, NULL, 404, "not_found");
  server_expect (fixture, "GET", "/v1/cards", NULL, NULL, 401, "session.missing");
  server_expect (fixture, "GET", "/v1/cards", "kısa", NULL, 401, "session.missing");
}

static void
mark_printed (ServerFixture *fixture,
              const char    *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) index = ilk_service_number_index (fixture->service, number, &error);

  ilk_store_begin (fixture->store);
  ilk_store_run (fixture->store, &error, "UPDATE holders SET word_initial = 1 WHERE number_index = ?",
                 "b", index);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
}

#define WORD_PATH "/v1/me/security-word"
#define NEW_WORD "denizkenarı-kestane-8"

/* The printed word opens nothing but the way to a word of one's own. */
static void
test_printed_word (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *other = NULL;
  g_autofree char *token = NULL;
  g_autofree char *later = NULL;

  mark_printed (fixture, AYSE);
  other = server_session (fixture, AYSE, WORD_A);
  ilk_manual_clock_advance (fixture->clock, 61);
  token = server_session (fixture, AYSE, WORD_A);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 403, "word.change_required");
  server_expect (fixture, "POST", "/v1/verification-codes", token, "{}", 403,
                 "word.change_required");
  server_expect (fixture, "PUT", WORD_PATH, token, "{\"security_word\":\"" WORD_A "\"}", 422,
                 "word.same");
  server_expect (fixture, "PUT", WORD_PATH, token, "{\"security_word\":\"kısa\"}", 422,
                 "word.length");
  server_expect (fixture, "PUT", WORD_PATH, token, "{}", 400, "request.invalid");
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 403, "word.change_required");

  server_expect (fixture, "PUT", WORD_PATH, token, "{\"security_word\":\"" NEW_WORD "\"}", 204,
                 NULL);
  g_assert_nonnull (strstr (fixture->phone->text, "security word was changed"));
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  server_expect (fixture, "GET", "/v1/cards", other, NULL, 401, "session.missing");
  server_expect (fixture, "PUT", WORD_PATH, token, "{\"security_word\":\"başka-bir-sözcük-9\"}", 409,
                 "word.not_printed");

  ilk_manual_clock_advance (fixture->clock, 61);
  later = server_session (fixture, AYSE, NEW_WORD);
  server_expect (fixture, "GET", "/v1/cards", later, NULL, 200, NULL);
}

/* Who has to change the word may also log out; who has chosen it has nothing to change. */
static void
test_printed_word_ends (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autofree char *chosen = server_session (fixture, BORA, WORD_B);

  server_expect (fixture, "PUT", WORD_PATH, chosen, "{\"security_word\":\"" NEW_WORD "\"}", 409,
                 "word.not_printed");
  server_expect (fixture, "PUT", WORD_PATH, NULL, "{\"security_word\":\"" NEW_WORD "\"}", 401,
                 "session.missing");
  mark_printed (fixture, AYSE);
  token = server_session (fixture, AYSE, WORD_A);
  server_expect (fixture, "DELETE", "/v1/sessions/current", token, NULL, 204, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/captcha/alphabet", test_captcha_alphabet);
  g_test_add_func ("/captcha/picture", test_captcha_picture);
  g_test_add_func ("/captcha/single-use", test_captcha_single_use);
  g_test_add_func ("/captcha/expires-after-5-minutes", test_captcha_expires_after_5_minutes);
  g_test_add_func ("/captcha/ignores-case", test_captcha_ignores_case);
  g_test_add_func ("/captcha/wrong-costs-no-try", test_wrong_captcha_costs_no_try);
  g_test_add_func ("/login/three-wrong-words-block", test_three_wrong_words_block);
  g_test_add_func ("/login/right-word-clears-the-tries", test_right_word_clears_the_tries);
  g_test_add_func ("/login/printed-word", test_printed_word);
  g_test_add_func ("/login/printed-word-ends", test_printed_word_ends);
  g_test_add_func ("/login/unknown-numbers-look-alike", test_unknown_numbers_look_alike);
  g_test_add_func ("/login/word-is-normalized", test_word_is_normalized);
  g_test_add_func ("/login/answers", test_login_answers);
  g_test_add_func ("/login/attempt-is-for-sms-only", test_attempt_is_good_for_the_sms_only);
  g_test_add_func ("/login/attempt-lives-10-minutes", test_attempt_lives_10_minutes);
  g_test_add_func ("/session/15-idle-minutes", test_session_ends_after_15_idle_minutes);
  g_test_add_func ("/session/60-minutes-of-use", test_session_ends_after_60_minutes_of_use);
  g_test_add_func ("/session/log-out", test_log_out_ends_the_session);
  g_test_add_func ("/requests/refused", test_requests_that_are_refused);
  return g_test_run ();
}
