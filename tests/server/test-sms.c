/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <string.h>

#define SMS "/v1/sessions/current/sms"

static char *
code_body (const char *code)
{
  return g_strdup_printf ("{\"code\":\"%s\"}", code);
}

/* A code that is surely not the one sent. */
static char *
wrong_body (ServerFixture *fixture)
{
  g_autofree char *code = g_strdup (fixture->phone->code);

  code[0] = code[0] == '9' ? '0' : code[0] + 1;
  return code_body (code);
}

static void
test_text (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  g_assert_cmpstr (fixture->phone->to, ==, PHONE_A);
  g_assert_cmpuint (strspn (fixture->phone->code, "0123456789"), ==, 6);
  g_assert_cmpuint (strlen (fixture->phone->code), ==, 6);
  g_assert_nonnull (strstr (fixture->phone->text, fixture->phone->code));
  g_assert_nonnull (strstr (fixture->phone->text, "AABB"));
  g_assert_nonnull (strstr (fixture->phone->text, "logging in"));
}

static void
test_none_sent (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  server_expect (fixture, "PUT", SMS, token, "{\"code\":\"123456\"}", 409, "sms.none");
}

static void
test_malformed_codes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  server_expect (fixture, "PUT", SMS, token, "{\"code\":\"12345\"}", 400, "request.invalid");
  server_expect (fixture, "PUT", SMS, token, "{\"code\":123456}", 400, "request.invalid");
  server_expect (fixture, "PUT", SMS, token, "{}", 400, "request.invalid");
}

static void
test_three_tries (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
  g_autofree char *wrong = NULL;
  g_autofree char *right = NULL;

  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  wrong = wrong_body (fixture);
  right = code_body (fixture->phone->code);
  for (int left = 2; left >= 1; left--)
    {
      g_autoptr (Answer) answer = server_call (fixture, "PUT", SMS, token, wrong);

      answer_expect (answer, 422, "sms.wrong");
      g_assert_cmpint (answer->attempts_left, ==, left);
    }
  server_expect (fixture, "PUT", SMS, token, wrong, 410, "sms.exhausted");
  server_expect (fixture, "PUT", SMS, token, right, 410, "sms.exhausted");
}

static void
test_expires_after_300_seconds (void)
{
  for (int seconds = 299; seconds <= 300; seconds++)
    {
      g_autoptr (ServerFixture) fixture = server_fixture_new ();
      g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
      g_autofree char *body = NULL;

      server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
      body = code_body (fixture->phone->code);
      ilk_manual_clock_advance (fixture->clock, seconds);
      server_expect (fixture, "PUT", SMS, token, body, seconds < 300 ? 200 : 410,
                     seconds < 300 ? NULL : "sms.expired");
    }
}

static void
test_again_after_60_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (Answer) soon = NULL;

  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  first = code_body (fixture->phone->code);
  ilk_manual_clock_advance (fixture->clock, 59);
  soon = server_call (fixture, "POST", SMS, token, "{}");
  answer_expect (soon, 429, "sms.too_soon");
  g_assert_cmpint (soon->retry_after, ==, 1);
  g_assert_cmpuint (fixture->phone->count, ==, 1);

  ilk_manual_clock_advance (fixture->clock, 1);
  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  second = code_body (fixture->phone->code);
  if (strcmp (first, second) != 0)
    server_expect (fixture, "PUT", SMS, token, first, 422, "sms.wrong");
  server_expect (fixture, "PUT", SMS, token, second, 200, NULL);
}

static void
send_from_new_attempt (ServerFixture *fixture,
                       guint          status,
                       const char    *code)
{
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", SMS, token, "{}", status, code);
}

/* The limit is the holder's: a new login does not get around it. */
static void
test_six_in_15_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autoptr (Answer) limit = NULL;

  for (int i = 0; i < 6; i++)
    send_from_new_attempt (fixture, 202, NULL);
  ilk_manual_clock_advance (fixture->clock, 899);
  token = server_attempt (fixture, AYSE, WORD_A);
  limit = server_call (fixture, "POST", SMS, token, "{}");
  answer_expect (limit, 429, "sms.limit");
  g_assert_cmpint (limit->retry_after, ==, 1);
  ilk_manual_clock_advance (fixture->clock, 1);
  send_from_new_attempt (fixture, 202, NULL);
}

static void
test_twenty_a_day (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int i = 0; i < 20; i++)
    {
      send_from_new_attempt (fixture, 202, NULL);
      if (i % 6 == 5)
        ilk_manual_clock_advance (fixture->clock, 900);
    }
  ilk_manual_clock_advance (fixture->clock, 900);
  send_from_new_attempt (fixture, 429, "sms.limit");
  ilk_manual_clock_advance (fixture->clock, 86400 - 4 * 900 - 1);
  send_from_new_attempt (fixture, 429, "sms.limit");
  ilk_manual_clock_advance (fixture->clock, 1);
  send_from_new_attempt (fixture, 202, NULL);
}

static void
test_single_use (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations", operation);
  g_autofree char *body = NULL;

  server_expect (fixture, "POST", path, token, "{\"method\":\"sms\"}", 202, NULL);
  body = code_body (fixture->phone->code);
  server_expect (fixture, "PUT", path, token, body, 200, NULL);
  server_expect (fixture, "PUT", path, token, body, 410, "operation.expired");
}

/* The answer to the confirmation got lost: whatever its caller sends next, it is told to begin
 * anew, before and after the operation is used. */
static void
test_confirmed_already (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations", operation);
  g_autofree char *deletion = g_strdup_printf ("/v1/cards/" CARD_A "/pin?operation=%s", operation);

  server_confirm (fixture, token, operation);
  for (int used = 0; used <= 1; used++)
    {
      server_expect (fixture, "PUT", path, token, "{\"code\":\"123456\"}", 410,
                     "operation.expired");
      ilk_manual_clock_advance (fixture->clock, 60);
      server_expect (fixture, "POST", path, token, "{\"method\":\"sms\"}", 410,
                     "operation.expired");
      if (!used)
        server_expect (fixture, "DELETE", deletion, token, NULL, 200, NULL);
    }
}

/* A code sent for one act confirms no other. */
static void
test_bound_to_its_operation (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *one = server_begin (fixture, token, "pin-disclosure", CARD_A);
  g_autofree char *other = server_begin (fixture, token, "pin-deletion", CARD_A);
  g_autofree char *one_path = g_strdup_printf ("/v1/operations/%s/confirmations", one);
  g_autofree char *other_path = g_strdup_printf ("/v1/operations/%s/confirmations", other);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  server_expect (fixture, "POST", one_path, token, "{\"method\":\"sms\"}", 202, NULL);
  first = code_body (fixture->phone->code);
  server_expect (fixture, "POST", other_path, token, "{\"method\":\"sms\"}", 202, NULL);
  second = code_body (fixture->phone->code);
  g_assert_nonnull (strstr (fixture->phone->text, "deleting the PIN"));
  if (strcmp (first, second) != 0)
    server_expect (fixture, "PUT", other_path, token, first, 422, "sms.wrong");
  server_expect (fixture, "PUT", other_path, token, second, 200, NULL);
}

/* A provider that is down delays the code, and no login fails for it. */
static void
test_gateway_down (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
  g_autofree char *body = NULL;

  fixture->phone->broken = TRUE;
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*again in 5 s*broken*");
  server_expect (fixture, "POST", SMS, token, "{}", 202, NULL);
  g_test_assert_expected_messages ();
  g_assert_null (fixture->phone->code);

  fixture->phone->broken = FALSE;
  ilk_manual_clock_advance (fixture->clock, 4);
  g_assert_cmpuint (ilk_outbox_run_due (fixture->outbox), ==, 0);
  ilk_manual_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (ilk_outbox_run_due (fixture->outbox), ==, 1);
  body = g_strdup_printf ("{\"code\":\"%s\"}", fixture->phone->code);
  server_expect (fixture, "PUT", SMS, token, body, 200, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sms/text", test_text);
  g_test_add_func ("/sms/none-sent", test_none_sent);
  g_test_add_func ("/sms/malformed-codes", test_malformed_codes);
  g_test_add_func ("/sms/three-tries", test_three_tries);
  g_test_add_func ("/sms/expires-after-300-seconds", test_expires_after_300_seconds);
  g_test_add_func ("/sms/again-after-60-seconds", test_again_after_60_seconds);
  g_test_add_func ("/sms/six-in-15-minutes", test_six_in_15_minutes);
  g_test_add_func ("/sms/twenty-a-day", test_twenty_a_day);
  g_test_add_func ("/sms/single-use", test_single_use);
  g_test_add_func ("/sms/confirmed-already", test_confirmed_already);
  g_test_add_func ("/sms/bound-to-its-operation", test_bound_to_its_operation);
  g_test_add_func ("/sms/gateway-down", test_gateway_down);
  return g_test_run ();
}
