/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>
#include "server-fixture.h"

/* A forgotten security word: link by mail, new word, and the SMS code of a blocked account. */

#define RESETS "/v1/security-word-resets"
#define CURRENT RESETS "/current"
#define SMS CURRENT "/sms"
#define NEW_WORD "dört mor gergedan"
#define NEW_BODY "{\"security_word\":\"" NEW_WORD "\"}"

/* Returns: (transfer full): the answer's body */
static Answer *
ask (ServerFixture *self,
     const char    *number)
{
  g_autofree char *body = NULL;

  server_new_captcha (self);
  body = g_strdup_printf ("{\"identity_number\":\"%s\",\"captcha\":{\"id\":\"%s\",\"text\":\"%s\"}}",
                          number, self->captcha_id, self->captcha_answer);
  return server_call (self, "POST", RESETS, NULL, body);
}

static void
ask_well (ServerFixture *self,
          const char    *number)
{
  g_autoptr (Answer) answer = ask (self, number);

  answer_expect (answer, 202, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 1800);
  g_assert_cmpuint (json_object_get_size (answer->json), ==, 1);
}

/* The token in the link of the last mail. */
static char *
read_link (ServerFixture *self)
{
  const char *prefix = "https://card.example/guvenlik-sozcugu/";
  const char *at = strstr (self->phone->mail_text, prefix);
  const char *token = at != NULL ? at + strlen (prefix) : NULL;

  g_assert_nonnull (token);
  g_assert_cmpuint (strcspn (token, "?"), ==, 43);
  return g_strndup (token, 43);
}

static char *
get_link (ServerFixture *self,
          const char    *number)
{
  ask_well (self, number);
  return read_link (self);
}

static void
block (ServerFixture *self,
       const char    *number)
{
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (Answer) answer = server_log_in (self, number, "yanlış sözcük");

      g_assert_cmpuint (answer->status, ==, i < 2 ? 401 : 423);
    }
}

static void
expect_login (ServerFixture *self,
              const char    *word,
              guint          status,
              const char    *code)
{
  g_autoptr (Answer) answer = server_log_in (self, AYSE, word);

  answer_expect (answer, status, code);
}

static void
expect_state (ServerFixture *self,
              const char    *token,
              gboolean       sms_required)
{
  g_autoptr (Answer) answer = server_call (self, "GET", CURRENT, token, NULL);

  answer_expect (answer, 200, NULL);
  g_assert_cmpint (json_object_get_boolean_member (answer->json, "sms_required"), ==,
                   sms_required);
  g_assert_cmpstr (answer_get (answer, "phone"), ==, "05•• ••• •• 67");
}

static void
test_whole_road (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);
  guint sent = self->phone->count;

  g_assert_cmpstr (self->phone->mail_to, ==, "ayse@example.org");
  expect_state (self, token, FALSE);
  expect_state (self, token, FALSE);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);

  g_assert_cmpuint (self->phone->count, ==, sent + 1);
  g_assert_nonnull (strstr (self->phone->text, "your security word was changed"));
  g_assert_nonnull (strstr (self->phone->mail_text, "your security word was changed"));
  g_assert_null (strstr (self->phone->text, NEW_WORD));
  g_assert_null (strstr (self->phone->mail_text, NEW_WORD));
  expect_login (self, WORD_A, 401, "login.refused");
  expect_login (self, NEW_WORD, 201, NULL);
}

/* What was asked for with a token is no login: nothing of the session's is open to it. */
static void
test_no_session (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);

  server_expect (self, "GET", "/v1/cards", token, NULL, 401, "session.missing");
  server_expect (self, "POST", "/v1/sessions/current/sms", token, "{}", 401, "session.missing");
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
  server_expect (self, "GET", "/v1/cards", token, NULL, 401, "session.missing");
}

static void
test_sessions_end (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *ayse = server_session (self, AYSE, WORD_A);
  g_autofree char *attempt = server_attempt (self, AYSE, WORD_A);
  g_autofree char *bora = server_session (self, BORA, WORD_B);
  g_autofree char *token = get_link (self, AYSE);

  server_expect (self, "GET", "/v1/cards", ayse, NULL, 200, NULL);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
  server_expect (self, "GET", "/v1/cards", ayse, NULL, 401, "session.missing");
  server_expect (self, "POST", "/v1/sessions/current/sms", attempt, "{}", 401, "session.missing");
  server_expect (self, "GET", "/v1/cards", bora, NULL, 200, NULL);
}

/* A code that was made before is no way around the new word. */
static void
test_codes_end (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *session = server_session (self, AYSE, WORD_A);
  g_autoptr (Answer) code = server_call (self, "POST", "/v1/verification-codes", session, "{}");
  g_autofree char *token = get_link (self, AYSE);
  g_autofree char *body = NULL;

  answer_expect (code, 201, NULL);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
  body = g_strdup_printf ("{\"kind\":\"verification-code\",\"code\":\"%s\"}",
                          answer_get (code, "code"));
  server_expect (self, "POST", "/v1/sessions", NULL, body, 401, "code.refused");
}

/* Used, run out, replaced, never sent and no token at all: one answer. */
static void
test_gone (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *first = get_link (self, AYSE);
  g_autofree char *second = get_link (self, AYSE);
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, !=, second);
  server_expect (self, "GET", CURRENT, first, NULL, 410, "reset.gone");
  server_expect (self, "PUT", CURRENT, first, NEW_BODY, 410, "reset.gone");
  server_expect (self, "PUT", CURRENT, second, NEW_BODY, 204, NULL);
  server_expect (self, "GET", CURRENT, second, NULL, 410, "reset.gone");
  server_expect (self, "PUT", CURRENT, second, NEW_BODY, 410, "reset.gone");
  server_expect (self, "POST", SMS, second, "{}", 410, "reset.gone");
  server_expect (self, "PUT", SMS, second, "{\"code\":\"123456\"}", 410, "reset.gone");
  server_expect (self, "GET", CURRENT, "never-sent", NULL, 410, "reset.gone");
  server_expect (self, "GET", CURRENT, NULL, NULL, 410, "reset.gone");

  third = get_link (self, AYSE);
  ilk_manual_clock_advance (self->clock, 1799);
  expect_state (self, third, FALSE);
  ilk_manual_clock_advance (self->clock, 1);
  server_expect (self, "GET", CURRENT, third, NULL, 410, "reset.gone");
  server_expect (self, "PUT", CURRENT, third, NEW_BODY, 410, "reset.gone");
}

/* A refused word leaves the link good for the next try. */
static void
test_word_rules (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);
  const struct { const char *word; const char *code; } rows[] = {
    { "kısa", "word.length" },
    { "galatasaray1905", "word.common" },
    { "AyşeÖrnek1985", "word.personal" },
    { "12345678950", "word.personal" },
    { "05321234567", "word.personal" },
    { "mor\\tgergedan", "word.text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"security_word\":\"%s\"}", rows[i].word);

      server_expect (self, "PUT", CURRENT, token, body, 422, rows[i].code);
    }
  server_expect (self, "PUT", CURRENT, token, "{}", 400, "request.invalid");
  expect_login (self, WORD_A, 201, NULL);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
}

static void
test_unknown_number (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();

  ask_well (self, NOBODY);
  g_assert_null (self->phone->mail_to);
  g_assert_cmpuint (self->phone->count, ==, 0);
  block (self, NOBODY);
  ask_well (self, NOBODY);
  g_assert_null (self->phone->mail_to);
}

static void
test_captcha (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *body = NULL;

  server_new_captcha (self);
  body = g_strdup_printf ("{\"identity_number\":\"" AYSE "\",\"captcha\":{\"id\":\"%s\","
                          "\"text\":\"WRONG!\"}}", self->captcha_id);
  server_expect (self, "POST", RESETS, NULL, body, 422, "captcha.wrong");
  server_expect (self, "POST", RESETS, NULL, body, 410, "captcha.expired");
  server_expect (self, "POST", RESETS, NULL, "{\"identity_number\":\"" AYSE "\"}", 400,
                 "request.invalid");
  server_expect (self, "POST", RESETS, NULL, "{\"identity_number\":\"12345678951\"}", 400,
                 "request.invalid");
  g_assert_null (self->phone->mail_to);
}

/* Nobody's mailbox is filled: the sixth of a day is answered alike and sends nothing; the link
 * before it stays good. */
static void
test_daily_limit (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autofree char *later = NULL;

  for (int i = 0; i < 5; i++)
    {
      g_clear_pointer (&token, g_free);
      token = get_link (self, AYSE);
    }
  g_clear_pointer (&self->phone->mail_text, g_free);
  ask_well (self, AYSE);
  g_assert_null (self->phone->mail_text);
  expect_state (self, token, FALSE);

  ilk_manual_clock_advance (self->clock, 86400);
  later = get_link (self, AYSE);
  expect_state (self, later, FALSE);
}

static void
test_blocked (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autofree char *code = NULL;
  g_autofree char *wrong = NULL;

  block (self, AYSE);
  token = get_link (self, AYSE);
  expect_state (self, token, TRUE);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 403, "reset.code_required");
  server_expect (self, "PUT", SMS, token, "{\"code\":\"123456\"}", 409, "sms.none");
  expect_login (self, WORD_A, 423, "account.blocked");

  server_expect (self, "POST", SMS, token, "{}", 202, NULL);
  g_assert_nonnull (strstr (self->phone->text, "code for setting a new security word: "));
  server_expect (self, "POST", SMS, token, "{}", 429, "sms.too_soon");
  wrong = g_strdup_printf ("{\"code\":\"%s\"}",
                           g_str_equal (self->phone->code, "000000") ? "000001" : "000000");
  server_expect (self, "PUT", SMS, token, wrong, 422, "sms.wrong");
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 403, "reset.code_required");
  code = g_strdup_printf ("{\"code\":\"%s\"}", self->phone->code);
  server_expect (self, "PUT", SMS, token, code, 204, NULL);
  expect_state (self, token, FALSE);
  expect_login (self, WORD_A, 423, "account.blocked");
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
  expect_login (self, NEW_WORD, 201, NULL);
}

/* The code is bound to its link: a newer link wants a code of its own. */
static void
test_blocked_other_link (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autofree char *newer = NULL;
  g_autofree char *code = NULL;

  block (self, AYSE);
  token = get_link (self, AYSE);
  server_expect (self, "POST", SMS, token, "{}", 202, NULL);
  code = g_strdup_printf ("{\"code\":\"%s\"}", self->phone->code);
  server_expect (self, "PUT", SMS, token, code, 204, NULL);
  newer = get_link (self, AYSE);
  expect_state (self, newer, TRUE);
  server_expect (self, "PUT", SMS, newer, code, 409, "sms.none");
  server_expect (self, "PUT", CURRENT, newer, NEW_BODY, 403, "reset.code_required");
}

/* Whoever blocks the account after the link was sent takes nothing from its holder but a code. */
static void
test_blocked_later (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);

  expect_state (self, token, FALSE);
  block (self, AYSE);
  expect_state (self, token, TRUE);
  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 403, "reset.code_required");
}

typedef struct {
  ServerFixture *fixture;
  const char    *token;
  int            index;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autofree char *body = g_strdup_printf ("{\"security_word\":\"mor gergedan sürüsü %d!\"}",
                                           racer->index);
  g_autoptr (Answer) answer = server_call (racer->fixture, "PUT", CURRENT, racer->token, body);

  g_assert_true (answer->status == 204 || g_strcmp0 (answer->code, "reset.gone") == 0);
  return GUINT_TO_POINTER (answer->status);
}

/* Eight at once: one wins, and it is the winner's word that holds. */
static void
test_race (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);
  Racer racers[8];
  GThread *threads[G_N_ELEMENTS (racers)];
  int winner = -1;

  for (guint i = 0; i < G_N_ELEMENTS (racers); i++)
    {
      racers[i] = (Racer) { self, token, (int) i };
      threads[i] = g_thread_new ("racer", race, &racers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (racers); i++)
    if (GPOINTER_TO_UINT (g_thread_join (threads[i])) == 204)
      {
        g_assert_cmpint (winner, ==, -1);
        winner = (int) i;
      }
  g_assert_cmpint (winner, >=, 0);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *word = g_strdup_printf ("mor gergedan sürüsü %d!",
                                               i == 0 ? (winner + 1) % 8 : winner);

      expect_login (self, word, i == 0 ? 401 : 201, i == 0 ? "login.refused" : NULL);
    }
}

static void
test_portal_address (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  static const char *const bad[] = {
    "", "card.example", "ftp://card.example", "http://card.example", "https://", "https:///x",
    "https://card.example/path", "https://card.example?q", "https://card.example#f",
    "https://me@card.example", NULL
  };

  for (int i = 0; bad[i] != NULL; i++)
    g_assert_false (ilk_service_set_portal (self->service, bad[i]));
  g_assert_true (ilk_service_set_portal (self->service, "http://127.0.0.1:8080"));
  g_assert_true (ilk_service_set_portal (self->service, "https://card.example/"));
  g_free (get_link (self, AYSE));
}

static void
test_audit (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autofree char *token = get_link (self, AYSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  const IlkAuditRecord *last;

  server_expect (self, "PUT", CURRENT, token, NEW_BODY, 204, NULL);
  ilk_store_begin (self->store);
  entries = ilk_store_audit_list (self->store, 0, 0, 500, &error);
  ilk_store_end (self->store, &error);
  g_assert_no_error (error);
  last = g_ptr_array_index (entries, entries->len - 1);
  g_assert_cmpstr (last->what, ==, "security-word.reset");
  g_assert_cmpstr (last->outcome, ==, "done");
  last = g_ptr_array_index (entries, entries->len - 2);
  g_assert_cmpstr (last->what, ==, "security-word.reset-request");
  g_assert_cmpstr (last->reason, ==, "known");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resets/whole-road", test_whole_road);
  g_test_add_func ("/resets/no-session", test_no_session);
  g_test_add_func ("/resets/sessions-end", test_sessions_end);
  g_test_add_func ("/resets/codes-end", test_codes_end);
  g_test_add_func ("/resets/gone", test_gone);
  g_test_add_func ("/resets/word-rules", test_word_rules);
  g_test_add_func ("/resets/unknown-number", test_unknown_number);
  g_test_add_func ("/resets/captcha", test_captcha);
  g_test_add_func ("/resets/daily-limit", test_daily_limit);
  g_test_add_func ("/resets/blocked", test_blocked);
  g_test_add_func ("/resets/blocked-other-link", test_blocked_other_link);
  g_test_add_func ("/resets/blocked-later", test_blocked_later);
  g_test_add_func ("/resets/race", test_race);
  g_test_add_func ("/resets/portal-address", test_portal_address);
  g_test_add_func ("/resets/audit", test_audit);
  return g_test_run ();
}
