/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include "server/ilk-operator-keys.h"
#include "server/ilk-store-private.h"

#include <string.h>

#define ME "/v1/me"
#define NEW_PHONE "05420000077"
#define NEW_EMAIL "yeni.adres@posta.example"

static char *
get_etag (ServerFixture *fixture,
          const char    *token)
{
  g_autoptr (Answer) answer = server_call (fixture, "GET", ME, token, NULL);

  answer_expect (answer, 200, NULL);
  g_assert_nonnull (answer->etag);
  return g_strdup (answer->etag);
}

static Answer *
patch (ServerFixture *fixture,
       const char    *token,
       const char    *etag,
       const char    *field,
       const char    *value)
{
  g_autofree char *body = g_strdup_printf ("{\"%s\":\"%s\"}", field, value);
  Answer *answer;

  fixture->if_match = etag;
  answer = server_call (fixture, "PATCH", ME, token, body);
  fixture->if_match = NULL;
  return answer;
}

static void
expect_patch (ServerFixture *fixture,
              const char    *token,
              const char    *etag,
              const char    *field,
              const char    *value,
              guint          status,
              const char    *code)
{
  g_autoptr (Answer) answer = patch (fixture, token, etag, field, value);

  answer_expect (answer, status, code);
}

static char *
begin (ServerFixture *fixture,
       const char    *token,
       const char    *field,
       const char    *value)
{
  g_autofree char *etag = get_etag (fixture, token);
  g_autoptr (Answer) answer = patch (fixture, token, etag, field, value);

  answer_expect (answer, 201, NULL);
  g_assert_cmpstr (answer_get (answer, "kind"), ==, "contact-change");
  return g_strdup (answer_get (answer, "id"));
}

static void
send_code (ServerFixture *fixture,
           const char    *token,
           const char    *id,
           guint          status,
           const char    *code)
{
  g_autofree char *path = g_strdup_printf (ME "/changes/%s/codes", id);

  server_expect (fixture, "POST", path, token, "{}", status, code);
}

static void
submit (ServerFixture *fixture,
        const char    *token,
        const char    *id,
        const char    *digits,
        guint          status,
        const char    *code)
{
  g_autofree char *path = g_strdup_printf (ME "/changes/%s", id);
  g_autofree char *body = g_strdup_printf ("{\"code\":\"%s\"}", digits);

  server_expect (fixture, "PUT", path, token, body, status, code);
}

static void
expect_me (ServerFixture *fixture,
           const char    *token,
           const char    *field,
           const char    *masked)
{
  g_autoptr (Answer) answer = server_call (fixture, "GET", ME, token, NULL);

  answer_expect (answer, 200, NULL);
  g_assert_cmpstr (answer_get (answer, field), ==, masked);
}

/* The six digits in a mail. */
static char *
find_code (const char *text)
{
  g_autoptr (GRegex) digits = g_regex_new ("(?<![0-9])[0-9]{6}(?![0-9])", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (digits, text, 0, &match));
  return g_match_info_fetch (match, 0);
}

static void
test_what_is_known (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) answer = server_call (fixture, "GET", ME, token, NULL);

  answer_expect (answer, 200, NULL);
  g_assert_cmpstr (answer_get (answer, "phone"), ==, "05•• ••• •• 67");
  g_assert_nonnull (strstr (answer_get (answer, "email"), "•••@"));
  g_assert_false (json_object_get_boolean_member (answer->json, "web_password"));
  server_expect (fixture, "GET", ME, NULL, NULL, 401, "session.missing");
}

static void
test_phone (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *other = server_session (fixture, AYSE, WORD_A);
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;
  guint before;

  ilk_manual_clock_advance (fixture->clock, 60);
  token = server_session (fixture, AYSE, WORD_A);
  id = begin (fixture, token, "phone", "0542 000 00 77");
  send_code (fixture, token, id, 403, "operation.unconfirmed");
  server_confirm (fixture, token, id);
  g_assert_cmpstr (fixture->phone->to, ==, PHONE_A);
  send_code (fixture, token, id, 202, NULL);
  g_assert_cmpstr (fixture->phone->to, ==, NEW_PHONE);
  expect_me (fixture, token, "phone", "05•• ••• •• 67");

  before = fixture->phone->count;
  submit (fixture, token, id, fixture->phone->code, 204, NULL);
  /* Both are told. */
  g_assert_cmpuint (fixture->phone->count, ==, before + 2);
  expect_me (fixture, token, "phone", "05•• ••• •• 77");
  server_expect (fixture, "GET", ME, other, NULL, 401, "session.missing");
  g_free (server_session (fixture, AYSE, WORD_A));
  g_assert_cmpstr (fixture->phone->to, ==, NEW_PHONE);
}

static void
test_email (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "email", NEW_EMAIL);
  g_autofree char *code = NULL;
  int before;

  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  g_assert_cmpstr (fixture->phone->mail_to, ==, NEW_EMAIL);
  code = find_code (fixture->phone->mail_text);
  before = g_atomic_int_get (&fixture->phone->mails);
  submit (fixture, token, id, code, 204, NULL);
  g_assert_cmpint (g_atomic_int_get (&fixture->phone->mails), ==, before + 2);
  g_assert_cmpstr (fixture->phone->to, ==, PHONE_A);
  g_assert_nonnull (strstr (fixture->phone->text, "e-mail address on record was changed"));
  expect_me (fixture, token, "email", "y•••@posta.example");
}

static void
test_wrong_code_changes_nothing (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "phone", NEW_PHONE);
  g_autofree char *right = NULL;
  const char *wrong;

  server_confirm (fixture, token, id);
  submit (fixture, token, id, "123456", 409, "sms.none");
  send_code (fixture, token, id, 202, NULL);
  right = g_strdup (fixture->phone->code);
  wrong = g_str_equal (right, "123456") ? "654321" : "123456";
  submit (fixture, token, id, wrong, 422, "sms.wrong");
  submit (fixture, token, id, wrong, 422, "sms.wrong");
  submit (fixture, token, id, wrong, 410, "sms.exhausted");
  submit (fixture, token, id, right, 410, "sms.exhausted");
  expect_me (fixture, token, "phone", "05•• ••• •• 67");
  /* Another code is another three tries. */
  ilk_manual_clock_advance (fixture->clock, 60);
  send_code (fixture, token, id, 202, NULL);
  submit (fixture, token, id, fixture->phone->code, 204, NULL);
  submit (fixture, token, id, fixture->phone->code, 410, "operation.expired");
}

/* The old number's code is not the new one's. */
static void
test_old_code_is_not_enough (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "phone", NEW_PHONE);
  g_autofree char *old = NULL;

  server_confirm (fixture, token, id);
  old = g_strdup (fixture->phone->code);
  send_code (fixture, token, id, 202, NULL);
  if (!g_str_equal (old, fixture->phone->code))
    submit (fixture, token, id, old, 422, "sms.wrong");
}

static void
test_times (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *late = begin (fixture, token, "phone", NEW_PHONE);
  g_autofree char *id = NULL;

  server_confirm (fixture, token, late);
  ilk_manual_clock_advance (fixture->clock, 120);
  send_code (fixture, token, late, 410, "operation.expired");

  id = begin (fixture, token, "phone", NEW_PHONE);
  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  ilk_manual_clock_advance (fixture->clock, 300);
  submit (fixture, token, id, fixture->phone->code, 410, "sms.expired");
  send_code (fixture, token, id, 202, NULL);
  ilk_manual_clock_advance (fixture->clock, 299);
  submit (fixture, token, id, fixture->phone->code, 204, NULL);
}

static void
test_revision (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *etag = get_etag (fixture, token);
  g_autofree char *anew = NULL;
  g_autofree char *id = NULL;

  expect_patch (fixture, token, NULL, "phone", NEW_PHONE, 428, "me.revision_required");
  expect_patch (fixture, token, "\"77\"", "phone", NEW_PHONE, 412, "me.changed");
  id = begin (fixture, token, "phone", NEW_PHONE);
  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  submit (fixture, token, id, fixture->phone->code, 204, NULL);
  anew = get_etag (fixture, token);
  g_assert_cmpstr (anew, !=, etag);
  expect_patch (fixture, token, etag, "phone", "05420000078", 412, "me.changed");
}

static void
test_what_may_be_typed (void)
{
  static const struct { const char *field; const char *value; const char *code; } rows[] = {
    { "phone", "0212 345 67 89", "me.phone" },
    { "phone", "0542 000 00", "me.phone" },
    { "phone", "+0 542 000 00 77", "me.phone" },
    { "phone", "0542 000 00 7x", "me.phone" },
    { "phone", "٠٥٤٢٠٠٠٠٠٧٧", "me.phone" },
    { "phone", PHONE_A, "me.same" },
    { "phone", "+90 532 123 45 67", "me.same" },
    { "email", "", "me.email" },
    { "email", "kimse", "me.email" },
    { "email", "kimse@yerel", "me.email" },
    { "email", "a@b.example, c@d.example", "me.email" },
    { "email", "a@b.example\\r\\nBcc: c@d.example", "me.email" },
    { "email", "<a@b.example>", "me.email" },
    { "name", "Başka", "request.invalid" },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *etag = get_etag (fixture, token);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].value);
      expect_patch (fixture, token, etag, rows[i].field, rows[i].value,
                    g_str_equal (rows[i].code, "request.invalid") ? 400 : 422, rows[i].code);
    }
  expect_patch (fixture, token, etag, "phone", "+49 151 000 000 01", 201, NULL);
}

/* What another session or another holder began is unknown here. */
static void
test_of_this_session_alone (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *bora = server_session (fixture, BORA, WORD_B);
  g_autofree char *again = NULL;
  g_autofree char *id = begin (fixture, token, "phone", NEW_PHONE);

  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  again = server_session (fixture, AYSE, WORD_A);
  submit (fixture, bora, id, fixture->phone->code, 404, "operation.unknown");
  submit (fixture, again, id, fixture->phone->code, 404, "operation.unknown");
}

/* A newer change makes the one before void. */
static void
test_one_at_a_time (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *first = begin (fixture, token, "phone", NEW_PHONE);
  g_autofree char *second = NULL;

  server_confirm (fixture, token, first);
  second = begin (fixture, token, "email", NEW_EMAIL);
  send_code (fixture, token, first, 410, "operation.expired");
  send_code (fixture, token, second, 403, "operation.unconfirmed");
}

/* Both addresses are told, each what concerns it, in the holder's language. */
static void
change (ServerFixture *fixture,
        const char    *field,
        const char    *value)
{
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, field, value);
  g_autofree char *code = NULL;

  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  code = g_str_equal (field, "phone") ? g_strdup (fixture->phone->code)
                                      : find_code (fixture->phone->mail_text);
  g_string_truncate (fixture->phone->said, 0);
  submit (fixture, token, id, code, 204, NULL);
}

static void
test_notices (void)
{
  static const struct { gboolean turkish; const char *field, *value, *old, *changed, *now; } rows[] = {
    { TRUE, "phone", NEW_PHONE, PHONE_A, ": kayıtlı telefon numaranız değiştirildi.",
      NEW_PHONE ": Bu numara artık e-imza kartınızın SMS’leri için kayıtlı.\n" },
    { FALSE, "phone", NEW_PHONE, PHONE_A, ": the phone number on record was changed.",
      NEW_PHONE ": This number is now on record for the SMS about your e-signature card.\n" },
    { TRUE, "email", NEW_EMAIL, PHONE_A, ": kayıtlı e-posta adresiniz değiştirildi.",
      NEW_EMAIL ": Bu adres artık e-imza kartınızın bildirimleri için kayıtlı.\n" },
    { FALSE, "email", NEW_EMAIL, PHONE_A, ": the e-mail address on record was changed.",
      NEW_EMAIL ": This address is now on record for notices about your e-signature card.\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ServerFixture) fixture = server_fixture_new ();
      const char *said;
      const char *changed;

      fixture->turkish = rows[i].turkish;
      change (fixture, rows[i].field, rows[i].value);
      said = fixture->phone->said->str;
      g_assert_true (g_str_has_prefix (said, rows[i].old) || strstr (said, "\n" PHONE_A ": "));
      /* By text message and by mail, to what was on record before. */
      changed = strstr (said, rows[i].changed);
      g_assert_nonnull (changed);
      g_assert_nonnull (strstr (changed + 1, rows[i].changed));
      g_assert_nonnull (strstr (said, rows[i].now));
    }
}

/* What the answer shows is what its ETag stands for. */
static void
test_etag_is_strong (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *before = get_etag (fixture, token);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  ilk_store_begin (fixture->store);
  ilk_store_web_password_set (fixture->store, 1, "made up", &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  after = get_etag (fixture, token);
  g_assert_cmpstr (before, !=, after);
  expect_patch (fixture, token, before, "phone", NEW_PHONE, 412, "me.changed");
  expect_patch (fixture, token, after, "phone", NEW_PHONE, 201, NULL);
}

/* Of two changes that were begun from one state the second finds another one. */
static void
test_two_sessions_at_once (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "phone", NEW_PHONE);
  GError *error = NULL;

  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  ilk_store_begin (fixture->store);
  {
    g_autoptr (IlkHolderRecord) holder = ilk_store_holder_get (fixture->store, 1, &error);

    g_assert_true (ilk_store_holder_change_contact (fixture->store, 1, "phone", holder->phone, 0,
                                                    &error));
  }
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_string_truncate (fixture->phone->said, 0);
  submit (fixture, token, id, fixture->phone->code, 412, "me.changed");
  /* And nobody is told of what was not done. */
  g_assert_cmpstr (fixture->phone->said->str, ==, "");
}

/* The codes count among the holder's other ones. */
static void
test_limits (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "email", NEW_EMAIL);

  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  send_code (fixture, token, id, 429, "sms.too_soon");
  for (int sent = 3; sent < 6; sent++)
    {
      ilk_manual_clock_advance (fixture->clock, 60);
      send_code (fixture, token, id, 202, NULL);
    }
  ilk_manual_clock_advance (fixture->clock, 60);
  send_code (fixture, token, id, 429, "sms.limit");
}

/* What waits is gone when it was used, and when its time is over. */
static void
test_erasure (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;
  GError *error = NULL;
  gint64 left;

  change (fixture, "phone", NEW_PHONE);
  ilk_manual_clock_advance (fixture->clock, 900);
  token = server_session (fixture, AYSE, WORD_A);
  ilk_store_begin (fixture->store);
  left = ilk_store_number (fixture->store, &error, -1, "SELECT count (*) FROM contact_changes", "");
  g_assert_cmpint (left, ==, 0);
  ilk_store_end (fixture->store, &error);

  id = begin (fixture, token, "email", NEW_EMAIL);
  ilk_manual_clock_advance (fixture->clock, 600);
  ilk_store_begin (fixture->store);
  ilk_store_purge (fixture->store, NOW + 900 + 600, &error);
  left = ilk_store_number (fixture->store, &error, -1, "SELECT count (*) FROM contact_changes", "");
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (left, ==, 0);
}

static void
rotate_data (ServerFixture *fixture,
             guint          destroyed)
{
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  g_assert_true (ilk_operator_rotate_data (fixture->service, &rotation, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rotation.destroyed, ==, destroyed);
}

/* What waits is sealed anew with all the rest, or it would be lost with the older key. */
static void
test_survives_a_change_of_the_key (gconstpointer data)
{
  const char *field = data;
  gboolean phone = g_str_equal (field, "phone");
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, field, phone ? NEW_PHONE : NEW_EMAIL);
  g_autofree char *code = NULL;

  rotate_data (fixture, 0);
  ilk_manual_clock_advance (fixture->clock, 50);
  server_confirm (fixture, token, id);
  send_code (fixture, token, id, 202, NULL);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS - 50);
  rotate_data (fixture, 1);
  send_code (fixture, token, id, 202, NULL);
  code = phone ? g_strdup (fixture->phone->code) : find_code (fixture->phone->mail_text);
  submit (fixture, token, id, code, 204, NULL);
  expect_me (fixture, token, field, phone ? "05•• ••• •• 77" : "y•••@posta.example");
}

/* A web password can't let anybody move the codes to another phone. */
static void
test_needs_an_sms_code (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = begin (fixture, token, "phone", NEW_PHONE);
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations/web-password", id);

  server_expect (fixture, "PUT", path, token, "{\"web_password\":\"ne olursa olsun\"}", 403,
                 "web_password.not_enough");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/what-is-known", test_what_is_known);
  g_test_add_func ("/account/phone", test_phone);
  g_test_add_func ("/account/email", test_email);
  g_test_add_func ("/account/wrong-code-changes-nothing", test_wrong_code_changes_nothing);
  g_test_add_func ("/account/old-code-is-not-enough", test_old_code_is_not_enough);
  g_test_add_func ("/account/times", test_times);
  g_test_add_func ("/account/revision", test_revision);
  g_test_add_func ("/account/what-may-be-typed", test_what_may_be_typed);
  g_test_add_func ("/account/of-this-session-alone", test_of_this_session_alone);
  g_test_add_func ("/account/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/account/notices", test_notices);
  g_test_add_func ("/account/etag-is-strong", test_etag_is_strong);
  g_test_add_func ("/account/two-sessions-at-once", test_two_sessions_at_once);
  g_test_add_func ("/account/limits", test_limits);
  g_test_add_func ("/account/erasure", test_erasure);
  g_test_add_data_func ("/account/phone-survives-a-key", "phone",
                        test_survives_a_change_of_the_key);
  g_test_add_data_func ("/account/email-survives-a-key", "email",
                        test_survives_a_change_of_the_key);
  g_test_add_func ("/account/needs-an-sms-code", test_needs_an_sms_code);
  return g_test_run ();
}
