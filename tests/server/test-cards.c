/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include "core/ilk-unlock-crypto.h"

#define R1 "000102030405060708090A0B0C0D0E0F"
#define R2 "101112131415161718191A1B1C1D1E1F"
#define R3 "202122232425262728292A2B2C2D2E2F"
#define R4 "303132333435363738393A3B3C3D3E3F"

static JsonObject *
find_card (Answer     *answer,
           const char *serial)
{
  JsonArray *cards = json_object_get_array_member (answer->json, "cards");

  for (guint i = 0; i < json_array_get_length (cards); i++)
    {
      JsonObject *card = json_array_get_object_element (cards, i);

      if (g_str_equal (json_object_get_string_member (card, "serial"), serial))
        return card;
    }
  return NULL;
}

static void
test_own_cards_only (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) answer = server_call (fixture, "GET", "/v1/cards", token, NULL);
  JsonObject *card;
  JsonObject *certificate;

  answer_expect (answer, 200, NULL);
  g_assert_null (find_card (answer, CARD_B));
  g_assert_true (json_object_get_null_member (answer->json, "next"));
  card = find_card (answer, CARD_A);
  g_assert_nonnull (card);
  g_assert_cmpstr (json_object_get_string_member (card, "state"), ==, "operation");
  g_assert_cmpstr (json_object_get_string_member (card, "profile"), ==, "virtual-1");
  g_assert_true (json_object_get_boolean_member (card, "pin_held"));
  g_assert_false (json_object_get_boolean_member (card, "pin_stale"));
  certificate = json_object_get_object_member (card, "certificate");
  g_assert_cmpstr (json_object_get_string_member (certificate, "state"), ==, "active");
  g_assert_cmpint (json_object_get_int_member (certificate, "not_before"), ==, NOW - 100);
  g_assert_cmpint (json_object_get_int_member (certificate, "not_after"), ==, NOW + 90 * 86400);
  g_assert_true (json_object_get_null_member (find_card (answer, CARD_N), "profile"));
}

typedef struct {
  const char *serial;
  int         not_before;
  int         not_after;
  const char *recorded;
  const char *state;
  int         valid_in;
} StateCase;

static void
test_certificate_states (void)
{
  static const StateCase cases[] = {
    { "000000000000000000000001", -100, 100, "active", "active", 0 },
    { "000000000000000000000002", -100, 100, "not_activated", "not_activated", 0 },
    { "000000000000000000000003", -100, 100, "suspended", "suspended", 0 },
    { "000000000000000000000004", 50, 100, "active", "not_yet_valid", 50 },
    { "000000000000000000000005", -100, -1, "active", "expired", 0 },
    { "000000000000000000000006", -100, -1, "revoked", "revoked", 0 },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, BORA, WORD_B);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Person person = { BORA, WORD_B, cases[i].serial, NULL, cases[i].recorded,
                              NOW + cases[i].not_before, NOW + cases[i].not_after, NULL };
      g_autoptr (Answer) answer = NULL;
      JsonObject *card;
      JsonObject *certificate;

      server_add (fixture, &person);
      answer = server_call (fixture, "GET", "/v1/cards", token, NULL);
      card = find_card (answer, person.serial);
      certificate = json_object_get_object_member (card, "certificate");
      g_assert_cmpstr (json_object_get_string_member (certificate, "state"), ==, cases[i].state);
      g_assert_cmpint (json_object_get_int_member (certificate, "valid_in"), ==,
                       cases[i].valid_in);
      g_assert_false (json_object_get_boolean_member (card, "pin_held"));
    }
}

static void
test_activation (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) list = server_call (fixture, "GET", "/v1/certificates", token, NULL);
  JsonArray *certificates = json_object_get_array_member (list->json, "certificates");
  JsonObject *first = json_array_get_object_element (certificates, 0);
  JsonObject *second = json_array_get_object_element (certificates, 1);
  JsonObject *waiting =
    g_str_equal (json_object_get_string_member (first, "state"), "active") ? second : first;
  const char *serial = json_object_get_string_member (waiting, "serial");
  g_autofree char *path = g_strdup_printf ("/v1/certificates/%s/activation", serial);
  g_autofree char *get = g_strdup_printf ("/v1/certificates/%s", serial);
  g_autoptr (Answer) active = NULL;

  g_assert_cmpstr (json_object_get_string_member (waiting, "card_serial"), ==, CARD_N);
  g_assert_cmpstr (json_object_get_string_member (waiting, "holder"), ==,
                   "Ayşe \"Deneme\" Örnek");
  server_expect (fixture, "POST", path, token, "{}", 200, NULL);
  active = server_call (fixture, "GET", get, token, NULL);
  g_assert_cmpstr (answer_get (active, "state"), ==, "active");
  server_expect (fixture, "POST", path, token, "{}", 409, "certificate.state");
}

static void
test_activation_waits_for_validity (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  const Person person = { BORA, WORD_B, "999999999999999999999999", NULL, "not_activated",
                          NOW + 60, NOW + 600, NULL };
  g_autofree char *token = NULL;
  g_autoptr (Answer) early = NULL;
  const char *path = "/v1/certificates/999999999999999999999999/activation";

  server_add (fixture, &person);
  token = server_session (fixture, BORA, WORD_B);
  early = server_call (fixture, "POST", path, token, "{}");
  answer_expect (early, 409, "certificate.not_yet_valid");
  g_assert_cmpint (early->retry_after, ==, 60);
  ilk_manual_clock_advance (fixture->clock, 60);
  server_expect (fixture, "POST", path, token, "{}", 200, NULL);
}

static void
test_idempotency (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  const char *body = "{\"kind\":\"pin-disclosure\",\"card_serial\":\"" CARD_A "\"}";
  const char *other = "{\"kind\":\"pin-disclosure\",\"card_serial\":\"" CARD_N "\"}";
  g_autoptr (Answer) first = server_call_with_key (fixture, "POST", "/v1/operations", token, "k",
                                                   body);
  g_autoptr (Answer) same = server_call_with_key (fixture, "POST", "/v1/operations", token, "k",
                                                  body);
  g_autoptr (Answer) differs = server_call_with_key (fixture, "POST", "/v1/operations", token,
                                                     "k", other);
  g_autoptr (Answer) fresh = server_call_with_key (fixture, "POST", "/v1/operations", token, "l",
                                                   body);
  g_autoptr (Answer) none = server_call_with_key (fixture, "POST", "/v1/operations", token, NULL,
                                                  body);

  answer_expect (first, 201, NULL);
  answer_expect (same, 201, NULL);
  g_assert_cmpstr (answer_get (first, "id"), ==, answer_get (same, "id"));
  answer_expect (differs, 422, "request.idempotency");
  g_assert_cmpstr (answer_get (first, "id"), !=, answer_get (fresh, "id"));
  answer_expect (none, 400, "request.invalid");
}

/* A repeated "send" whose answer got lost sends no second message. */
static void
test_idempotent_sms (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_attempt (fixture, AYSE, WORD_A);
  guint before = fixture->phone->count;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (Answer) answer = server_call_with_key (fixture, "POST",
                                                        "/v1/sessions/current/sms", token, "k",
                                                        "{}");

      answer_expect (answer, 202, NULL);
    }
  g_assert_cmpuint (fixture->phone->count, ==, before + 1);
}

static Answer *
get_cryptogram (ServerFixture *fixture,
                const char    *token,
                const char    *unlock,
                const char    *challenge)
{
  g_autofree char *path = g_strdup_printf ("/v1/unlocks/%s/cryptograms", unlock);
  g_autofree char *body = g_strdup_printf ("{\"challenge\":\"%s\"}", challenge);

  return server_call (fixture, "POST", path, token, body);
}

static void
expect_cryptogram (ServerFixture *fixture,
                   const char    *token,
                   const char    *unlock,
                   const char    *challenge,
                   guint          status,
                   const char    *code)
{
  g_autoptr (Answer) answer = get_cryptogram (fixture, token, unlock, challenge);

  answer_expect (answer, status, code);
}

static void
test_cryptogram_is_cores (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  g_autoptr (IlkSecret) master =
    ilk_key_store_get_card_key (ILK_KEY_STORE (fixture->keys), 1, NULL);
  g_autoptr (IlkSecret) key = NULL;
  g_autoptr (Answer) answer = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  const guint8 challenge[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
  guint8 serial[12];
  guint8 cryptogram[16];

  g_assert_true (ilk_card_serial_from_text (CARD_A, serial));
  key = ilk_unlock_derive_card_key (master, serial, 1, NULL);
  g_assert_true (ilk_unlock_cryptogram (key, challenge, serial, cryptogram, NULL));
  for (int i = 0; i < 16; i++)
    g_string_append_printf (expected, "%02X", cryptogram[i]);

  server_confirm (fixture, token, unlock);
  answer = get_cryptogram (fixture, token, unlock, R1);
  answer_expect (answer, 200, NULL);
  g_assert_cmpstr (answer_get (answer, "cryptogram"), ==, expected->str);
}

static void
test_three_challenges (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  g_autoptr (Answer) first = NULL;
  g_autoptr (Answer) again = NULL;

  expect_cryptogram (fixture, token, unlock, R1, 403, "operation.unconfirmed");
  server_confirm (fixture, token, unlock);
  expect_cryptogram (fixture, token, unlock, "00", 400, "request.invalid");
  expect_cryptogram (fixture, token, unlock, R1 "00", 400, "request.invalid");
  first = get_cryptogram (fixture, token, unlock, R1);
  expect_cryptogram (fixture, token, unlock, R2, 200, NULL);
  expect_cryptogram (fixture, token, unlock, R3, 200, NULL);
  expect_cryptogram (fixture, token, unlock, R4, 429, "unlock.exhausted");
  again = get_cryptogram (fixture, token, unlock, R1);
  g_assert_cmpstr (answer_get (first, "cryptogram"), ==, answer_get (again, "cryptogram"));
}

static void
test_first_cryptogram_marks_the_pin (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  g_autoptr (Answer) before = NULL;
  g_autoptr (Answer) after = NULL;

  server_confirm (fixture, token, unlock);
  before = server_call (fixture, "GET", "/v1/cards", token, NULL);
  expect_cryptogram (fixture, token, unlock, R1, 200, NULL);
  after = server_call (fixture, "GET", "/v1/cards", token, NULL);
  g_assert_false (json_object_get_boolean_member (find_card (before, CARD_A), "pin_stale"));
  g_assert_true (json_object_get_boolean_member (find_card (after, CARD_A), "pin_stale"));
}

static gboolean
has_code (const char *text)
{
  return g_regex_match_simple ("(?<![0-9])[0-9]{6}(?![0-9])", text, 0, 0);
}

/* An unlock may be the work of a thief whose program never reports it: the holder is told when it
 * begins, and once. */
static void
test_first_cryptogram_is_told (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  guint before;

  server_confirm (fixture, token, unlock);
  before = fixture->phone->count;
  expect_cryptogram (fixture, token, unlock, "00", 400, "request.invalid");
  g_assert_cmpuint (fixture->phone->count, ==, before);

  expect_cryptogram (fixture, token, unlock, R1, 200, NULL);
  g_assert_cmpuint (fixture->phone->count, ==, before + 1);
  g_assert_cmpstr (fixture->phone->text, ==, "Card AABB: it is being unblocked. If this was not "
                   "you, call the call centre.");
  g_assert_null (fixture->phone->code);
  g_assert_false (has_code (fixture->phone->text));
  g_assert_cmpstr (fixture->phone->mail_text, ==, fixture->phone->text);

  expect_cryptogram (fixture, token, unlock, R1, 200, NULL);
  expect_cryptogram (fixture, token, unlock, R2, 200, NULL);
  g_assert_cmpuint (fixture->phone->count, ==, before + 1);
}

/* The word of warning is not what the unlock depends on. */
static void
test_untold_unlock_goes_on (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);

  server_confirm (fixture, token, unlock);
  fixture->phone->broken = TRUE;
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*not sent*broken*");
  expect_cryptogram (fixture, token, unlock, R1, 200, NULL);
  g_test_assert_expected_messages ();
}

static void
test_unlock_authorized_for_120_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);

  server_confirm (fixture, token, unlock);
  ilk_manual_clock_advance (fixture->clock, 119);
  expect_cryptogram (fixture, token, unlock, R1, 200, NULL);
  ilk_manual_clock_advance (fixture->clock, 1);
  expect_cryptogram (fixture, token, unlock, R1, 410, "operation.expired");
}

static void
test_three_unlocks_a_day (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  const char *body = "{\"card_serial\":\"" CARD_A "\",\"atr\":\"" ATR
                     "\",\"profile\":\"virtual-1\"}";
  g_autoptr (Answer) limit = NULL;

  for (int i = 0; i < 3; i++)
    server_expect (fixture, "POST", "/v1/unlocks", token, body, 201, NULL);
  limit = server_call (fixture, "POST", "/v1/unlocks", token, body);
  answer_expect (limit, 429, "unlock.limit");
  g_assert_cmpint (limit->retry_after, ==, 86400);

  g_clear_pointer (&token, g_free);
  ilk_manual_clock_advance (fixture->clock, 86399);
  token = server_session (fixture, AYSE, WORD_A);
  server_expect (fixture, "POST", "/v1/unlocks", token, body, 429, "unlock.limit");
  ilk_manual_clock_advance (fixture->clock, 1);
  server_expect (fixture, "POST", "/v1/unlocks", token, body, 201, NULL);
}

static void
expect_unlock (ServerFixture *fixture,
               const char    *token,
               const char    *serial,
               const char    *atr,
               const char    *profile,
               guint          status,
               const char    *code)
{
  g_autofree char *body =
    g_strdup_printf ("{\"card_serial\":\"%s\",\"atr\":\"%s\",\"profile\":\"%s\"}", serial, atr,
                     profile);

  server_expect (fixture, "POST", "/v1/unlocks", token, body, status, code);
}

static void
test_unlock_rules (void)
{
  const Person late = { AYSE, WORD_A, "888888888888888888888888", NULL, "active", NOW - 100,
                        NOW - 1, "virtual-1" };
  const Person revoked = { AYSE, WORD_A, "777777777777777777777777", NULL, "revoked", NOW - 100,
                           NOW + 100, "virtual-1" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  server_add (fixture, &late);
  server_add (fixture, &revoked);
  expect_unlock (fixture, token, CARD_B, ATR, "virtual-1", 404, "card.unknown");
  expect_unlock (fixture, token, CARD_A, "3B00", "virtual-1", 409, "unlock.profile");
  expect_unlock (fixture, token, CARD_A, ATR, "akis-2", 409, "unlock.profile");
  expect_unlock (fixture, token, CARD_N, ATR, "virtual-1", 409, "unlock.profile");
  expect_unlock (fixture, token, late.serial, ATR, "virtual-1", 409, "certificate.expired");
  expect_unlock (fixture, token, revoked.serial, ATR, "virtual-1", 409, "certificate.revoked");
  expect_unlock (fixture, token, CARD_A, ATR, "virtual-1", 201, NULL);
}

static void
test_late_results (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *unlock = server_begin_unlock (fixture, token, CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/unlocks/%s/result", unlock);
  g_autofree char *other = NULL;
  const char *uncertain =
    "{\"outcome\":\"uncertain\",\"step\":\"reset\",\"status_word\":\"0000\"}";
  const char *done = "{\"outcome\":\"done\",\"step\":\"verify\",\"status_word\":\"9000\"}";
  guint before;

  server_expect (fixture, "PUT", path, token, "{\"outcome\":\"fine\",\"step\":\"x\","
                 "\"status_word\":\"9000\"}", 400, "request.invalid");
  server_expect (fixture, "PUT", path, token, "{\"outcome\":\"done\",\"step\":\"x\","
                 "\"status_word\":\"9000 \"}", 400, "request.invalid");
  server_expect (fixture, "PUT", path, token, uncertain, 204, NULL);

  ilk_manual_clock_advance (fixture->clock, 3 * 86400);
  other = server_session (fixture, BORA, WORD_B);
  server_expect (fixture, "PUT", path, other, done, 404, "operation.unknown");
  g_clear_pointer (&token, g_free);
  token = server_session (fixture, AYSE, WORD_A);
  before = fixture->phone->count;
  server_expect (fixture, "PUT", path, token, done, 204, NULL);
  server_expect (fixture, "PUT", path, token, done, 204, NULL);
  g_assert_cmpuint (fixture->phone->count, ==, before + 1);
  g_assert_null (fixture->phone->code);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cards/own-only", test_own_cards_only);
  g_test_add_func ("/cards/certificate-states", test_certificate_states);
  g_test_add_func ("/activation/once", test_activation);
  g_test_add_func ("/activation/waits-for-validity", test_activation_waits_for_validity);
  g_test_add_func ("/idempotency/same-answer", test_idempotency);
  g_test_add_func ("/idempotency/sms", test_idempotent_sms);
  g_test_add_func ("/unlock/cryptogram-is-cores", test_cryptogram_is_cores);
  g_test_add_func ("/unlock/three-challenges", test_three_challenges);
  g_test_add_func ("/unlock/first-marks-the-pin", test_first_cryptogram_marks_the_pin);
  g_test_add_func ("/unlock/first-is-told", test_first_cryptogram_is_told);
  g_test_add_func ("/unlock/untold-goes-on", test_untold_unlock_goes_on);
  g_test_add_func ("/unlock/authorized-for-120-seconds", test_unlock_authorized_for_120_seconds);
  g_test_add_func ("/unlock/three-a-day", test_three_unlocks_a_day);
  g_test_add_func ("/unlock/rules", test_unlock_rules);
  g_test_add_func ("/unlock/late-results", test_late_results);
  return g_test_run ();
}
