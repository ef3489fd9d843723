/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "server-fixture.h"
#include "server/ilk-operator.h"

/* Suspending, resuming and revoking certificates, and what the rest of the world gets to know. */

static char *
find_certificate (ServerFixture *fixture,
                  const char    *token,
                  const char    *card_serial)
{
  g_autoptr (Answer) list = server_call (fixture, "GET", "/v1/certificates", token, NULL);
  JsonArray *certificates = json_object_get_array_member (list->json, "certificates");

  for (guint i = 0; i < json_array_get_length (certificates); i++)
    {
      JsonObject *one = json_array_get_object_element (certificates, i);

      if (g_str_equal (json_object_get_string_member (one, "card_serial"), card_serial))
        return g_strdup (json_object_get_string_member (one, "serial"));
    }
  g_error ("no certificate on %s", card_serial);
}

typedef struct {
  ServerFixture *fixture;
  char          *token;
  char          *serial;       /* of the certificate on CARD_A */
  char          *suspension;
  char          *revocation;
} Road;

static void
set_up (Road          *road,
        gconstpointer  card)
{
  road->fixture = server_fixture_new ();
  road->token = server_session (road->fixture, AYSE, WORD_A);
  road->serial = find_certificate (road->fixture, road->token, card != NULL ? card : CARD_A);
  road->suspension = g_strdup_printf ("/v1/certificates/%s/suspension", road->serial);
  road->revocation = g_strdup_printf ("/v1/certificates/%s/revocation", road->serial);
}

static void
tear_down (Road          *road,
           gconstpointer  card)
{
  g_free (road->token);
  g_free (road->serial);
  g_free (road->suspension);
  g_free (road->revocation);
  server_fixture_free (road->fixture);
}

static Answer *
look (Road *road)
{
  g_autofree char *path = g_strdup_printf ("/v1/certificates/%s", road->serial);

  return server_call (road->fixture, "GET", path, road->token, NULL);
}

static void
assert_state (Road       *road,
              const char *state)
{
  g_autoptr (Answer) answer = look (road);

  g_assert_cmpstr (answer_get (answer, "state"), ==, state);
}

static void
suspend (Road *road)
{
  server_expect (road->fixture, "POST", road->suspension, road->token, "{}", 200, NULL);
}

/* Returns: (transfer full): a confirmed operation */
static char *
confirm (Road       *road,
         const char *kind,
         const char *card,
         const char *phrase)
{
  g_autofree char *body = phrase != NULL
    ? g_strdup_printf ("{\"kind\":\"%s\",\"card_serial\":\"%s\",\"phrase\":\"%s\"}", kind, card, phrase)
    : g_strdup_printf ("{\"kind\":\"%s\",\"card_serial\":\"%s\"}", kind, card);
  g_autoptr (Answer) answer = server_call (road->fixture, "POST", "/v1/operations", road->token,
                                           body);
  char *id;

  answer_expect (answer, 201, NULL);
  id = g_strdup (answer_get (answer, "id"));
  server_confirm (road->fixture, road->token, id);
  return id;
}

static void
resume (Road       *road,
        const char *operation,
        guint       status,
        const char *code)
{
  g_autofree char *path = g_strdup_printf ("%s?operation=%s", road->suspension, operation);

  server_expect (road->fixture, "DELETE", path, road->token, NULL, status, code);
}

static void
revoke_it (Road       *road,
        const char *operation,
        const char *reason,
        guint       status,
        const char *code)
{
  g_autofree char *body = g_strdup_printf ("{\"operation\":\"%s\",\"reason\":\"%s\"}", operation,
                                           reason);

  server_expect (road->fixture, "POST", road->revocation, road->token, body, status, code);
}

/* At once, without a code; told on the phone and by mail; and the card is not unblocked meanwhile. */
static void
test_suspend (Road          *road,
              gconstpointer  card)
{
  g_autofree char *unlock = g_strdup_printf
    ("{\"card_serial\":\"%s\",\"atr\":\"%s\",\"profile\":\"virtual-1\"}", CARD_A, ATR);
  g_autoptr (Answer) before = look (road);
  g_autoptr (Answer) after = NULL;

  g_assert_true (json_object_get_null_member (before->json, "off_since"));
  suspend (road);
  g_assert_nonnull (strstr (road->fixture->phone->text, "was suspended"));
  g_assert_nonnull (strstr (road->fixture->phone->mail_text, "was suspended"));
  after = look (road);
  g_assert_cmpstr (answer_get (after, "state"), ==, "suspended");
  g_assert_cmpint (answer_number (after, "off_since"), >=, NOW);
  server_expect (road->fixture, "POST", "/v1/unlocks", road->token, unlock, 409,
                 "certificate.state");
}

/* Asked twice it is suspended all the same, and nobody is told a second time. */
static void
test_suspend_twice (Road          *road,
                    gconstpointer  card)
{
  guint told;

  suspend (road);
  told = road->fixture->phone->count;
  suspend (road);
  g_assert_cmpuint (road->fixture->phone->count, ==, told);
  assert_state (road, "suspended");
}

static void
test_resume (Road          *road,
             gconstpointer  card)
{
  g_autofree char *operation = NULL;

  suspend (road);
  operation = confirm (road, "certificate-resumption", CARD_A, NULL);
  resume (road, operation, 200, NULL);
  assert_state (road, "active");
  /* The answer was lost: it is the same again, and the operation works once. */
  resume (road, operation, 200, NULL);
  suspend (road);
  resume (road, operation, 410, "operation.expired");
  assert_state (road, "suspended");
}

/* One that was never activated is not activated by the way round. */
static void
test_resume_not_activated (Road          *road,
                           gconstpointer  card)
{
  g_autofree char *operation = NULL;

  assert_state (road, "not_activated");
  suspend (road);
  operation = confirm (road, "certificate-resumption", CARD_N, NULL);
  resume (road, operation, 200, NULL);
  assert_state (road, "not_activated");
}

static void
test_resume_refused (Road          *road,
                     gconstpointer  card)
{
  g_autofree char *begin = g_strdup_printf
    ("{\"kind\":\"certificate-resumption\",\"card_serial\":\"%s\"}", CARD_A);
  g_autofree char *other = NULL;
  g_autofree char *unconfirmed = NULL;

  server_expect (road->fixture, "POST", "/v1/operations", road->token, begin, 409,
                 "certificate.state");
  suspend (road);
  unconfirmed = server_begin (road->fixture, road->token, "certificate-resumption", CARD_A);
  resume (road, unconfirmed, 403, "operation.unconfirmed");
  /* Confirmed for another act. */
  other = confirm (road, "certificate-revocation", CARD_A, "REVOKE");
  resume (road, other, 404, "operation.unknown");
  resume (road, "nonsense", 404, "operation.unknown");
  assert_state (road, "suspended");
}

static void
test_revoke (Road          *road,
             gconstpointer  card)
{
  g_autofree char *operation = confirm (road, "certificate-revocation", CARD_A, "İPTAL");
  g_autoptr (Answer) after = NULL;

  revoke_it (road, operation, "theCatDidIt", 400, "request.invalid");
  revoke_it (road, operation, "keyCompromise", 200, NULL);
  g_assert_nonnull (strstr (road->fixture->phone->text, "was revoked"));
  after = look (road);
  g_assert_cmpstr (answer_get (after, "state"), ==, "revoked");
  g_assert_cmpstr (answer_get (after, "reason"), ==, "keyCompromise");

  /* For good. */
  revoke_it (road, operation, "keyCompromise", 409, "certificate.revoked");
  server_expect (road->fixture, "POST", road->suspension, road->token, "{}", 409,
                 "certificate.revoked");
}

static void
test_revoke_wants_its_word (Road          *road,
                            gconstpointer  card)
{
  static const char *const words[] = { "", "SİL", "iptal", "IPTAL", "revoke" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *body = g_strdup_printf
        ("{\"kind\":\"certificate-revocation\",\"card_serial\":\"%s\",\"phrase\":\"%s\"}", CARD_A,
         words[i]);

      server_expect (road->fixture, "POST", "/v1/operations", road->token, body, 422,
                     "operation.phrase");
    }
}

/* Another holder's certificate looks like none. */
static void
test_others (Road          *road,
             gconstpointer  card)
{
  g_autofree char *bora = server_session (road->fixture, BORA, WORD_B);

  server_expect (road->fixture, "POST", road->suspension, bora, "{}", 404, "certificate.unknown");
  server_expect (road->fixture, "POST", road->revocation, bora,
                 "{\"operation\":\"x\",\"reason\":\"superseded\"}", 404, "certificate.unknown");
  server_expect (road->fixture, "POST", road->suspension, NULL, "{}", 401, "session.missing");
  assert_state (road, "active");
}

/* --- without a session --- */

/* Returns: (transfer full): the ticket */
static char *
ask_for_suspension (ServerFixture *fixture,
                    const char    *number)
{
  g_autofree char *body = NULL;
  g_autoptr (Answer) answer = NULL;

  server_new_captcha (fixture);
  body = g_strdup_printf ("{\"identity_number\":\"%s\",\"captcha\":{\"id\":\"%s\",\"text\":\"%s\"}}",
                          number, fixture->captcha_id, fixture->captcha_answer);
  answer = server_call (fixture, "POST", "/v1/suspensions", NULL, body);
  answer_expect (answer, 202, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 300);
  g_assert_cmpuint (json_object_get_size (answer->json), ==, 2);
  return g_strdup (answer_get (answer, "ticket"));
}

static Answer *
confirm_suspension (ServerFixture *fixture,
                    const char    *ticket,
                    const char    *code)
{
  g_autofree char *body = g_strdup_printf ("{\"ticket\":\"%s\",\"code\":\"%s\"}", ticket, code);

  return server_call (fixture, "PUT", "/v1/suspensions", NULL, body);
}

static const char *
wrong_code (ServerFixture *fixture)
{
  return g_strcmp0 (fixture->phone->code, "000000") == 0 ? "000001" : "000000";
}

static void
test_without_session (Road          *road,
                      gconstpointer  card)
{
  g_autofree char *ticket = ask_for_suspension (road->fixture, AYSE);
  g_autofree char *code = g_strdup (road->fixture->phone->code);
  g_autoptr (Answer) wrong = NULL;
  g_autoptr (Answer) done = NULL;
  g_autoptr (Answer) again = NULL;
  guint told;

  g_assert_cmpstr (road->fixture->phone->to, ==, PHONE_A);
  g_assert_nonnull (strstr (road->fixture->phone->text, "suspending your certificates"));
  wrong = confirm_suspension (road->fixture, ticket, wrong_code (road->fixture));
  answer_expect (wrong, 422, "sms.wrong");
  g_assert_cmpint (wrong->attempts_left, ==, 2);
  assert_state (road, "active");

  told = road->fixture->phone->count;
  done = confirm_suspension (road->fixture, ticket, code);
  answer_expect (done, 200, NULL);
  g_assert_cmpint (answer_number (done, "suspended"), ==, 2);
  g_assert_cmpuint (road->fixture->phone->count, ==, told + 2);
  assert_state (road, "suspended");

  /* Once. */
  again = confirm_suspension (road->fixture, ticket, code);
  answer_expect (again, 409, "sms.none");
}

/* A number that nobody has gets the same answers, up to the last try. */
static void
test_without_session_unknown (Road          *road,
                              gconstpointer  card)
{
  static const char *const numbers[] = { AYSE, NOBODY };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint before = road->fixture->phone->count;
      g_autofree char *ticket = ask_for_suspension (road->fixture, numbers[i]);

      g_assert_cmpuint (strlen (ticket), ==, 184);
      g_assert_cmpuint (road->fixture->phone->count, ==, before + (i == 0 ? 1 : 0));
      for (int left = 2; left >= 0; left--)
        {
          g_autoptr (Answer) answer = confirm_suspension (road->fixture, ticket,
                                                          wrong_code (road->fixture));

          answer_expect (answer, left > 0 ? 422 : 410, left > 0 ? "sms.wrong" : "sms.exhausted");
        }
    }
  assert_state (road, "active");
}

static void
test_without_session_ends (Road          *road,
                           gconstpointer  card)
{
  g_autofree char *ticket = ask_for_suspension (road->fixture, AYSE);
  g_autofree char *code = g_strdup (road->fixture->phone->code);
  g_autofree char *forged = g_strdup (ticket);
  g_autoptr (Answer) not_ours = NULL;
  g_autoptr (Answer) late = NULL;

  forged[20] = forged[20] == 'A' ? 'B' : 'A';
  not_ours = confirm_suspension (road->fixture, forged, code);
  answer_expect (not_ours, 410, "operation.expired");
  ilk_manual_clock_advance (road->fixture->clock, 300);
  late = confirm_suspension (road->fixture, ticket, code);
  answer_expect (late, 410, "operation.expired");
  g_clear_pointer (&late, answer_free);
  late = confirm_suspension (road->fixture, "zz", code);
  answer_expect (late, 410, "operation.expired");
}

/* Nobody floods a phone: three a day, and then the same answer and no message. Codes for a login
 * are counted apart. */
static void
test_without_session_limit (Road          *road,
                            gconstpointer  card)
{
  guint before = road->fixture->phone->count;
  g_autofree char *token = NULL;

  for (guint i = 0; i < 5; i++)
    g_free (ask_for_suspension (road->fixture, AYSE));
  g_assert_cmpuint (road->fixture->phone->count, ==, before + 3);
  token = server_session (road->fixture, AYSE, WORD_A);
  g_assert_nonnull (token);
}

/* --- the list of what is off --- */

static char *
run (const char *format,
     ...) G_GNUC_PRINTF (1, 2);

/* What a command prints on both its outputs; it has to end well. */
static char *
run (const char *format,
     ...)
{
  va_list arguments;
  g_autofree char *command = NULL;
  g_autofree char *both = NULL;
  g_autofree char *shell = NULL;
  g_autofree char *quoted = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  va_start (arguments, format);
  command = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  both = g_strdup_printf ("{ %s; } 2>&1", command);
  quoted = g_shell_quote (both);
  shell = g_strdup_printf ("sh -c %s", quoted);
  g_assert_true (g_spawn_command_line_sync (shell, &output, NULL, &status, &error));
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", command, output);
  return output;
}

static void
make_signer (const char *keys)
{
  g_free (run ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 "
               "-subj '/CN=Deneme ESHS' -addext keyUsage=critical,keyCertSign,cRLSign "
               "-keyout '%s/crl-signer-key.pem' -out '%s/crl-signer.pem'", keys, keys));
}

/* The openssl command finds the signature right and reads of it what was done. */
static void
test_list (Road          *road,
           gconstpointer  card)
{
  g_autofree char *keys = g_build_filename (road->fixture->folder, "keys", NULL);
  g_autofree char *path = g_build_filename (road->fixture->folder, "list.crl", NULL);
  g_autofree char *waiting = find_certificate (road->fixture, road->token, CARD_N);
  g_autofree char *operation = NULL;
  g_autofree char *empty = NULL;
  g_autofree char *full = NULL;
  g_autofree char *upper = g_ascii_strup (road->serial, -1);
  g_autoptr (GError) error = NULL;

  g_assert_false (ilk_operator_write_crl (road->fixture->service, keys, path, &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  make_signer (keys);
  g_assert_true (ilk_operator_write_crl (road->fixture->service, keys, path, &error));
  g_assert_no_error (error);
  empty = run ("openssl crl -inform DER -in '%s' -CAfile '%s/crl-signer.pem' -noout -text", path,
               keys);
  g_assert_nonnull (strstr (empty, "verify OK"));
  g_assert_nonnull (strstr (empty, "No Revoked Certificates"));

  operation = confirm (road, "certificate-revocation", CARD_A, "REVOKE");
  revoke_it (road, operation, "keyCompromise", 200, NULL);
  g_free (road->suspension);
  road->suspension = g_strdup_printf ("/v1/certificates/%s/suspension", waiting);
  suspend (road);
  g_assert_true (ilk_operator_write_crl (road->fixture->service, keys, path, &error));
  g_assert_no_error (error);
  full = run ("openssl crl -inform DER -in '%s' -CAfile '%s/crl-signer.pem' -noout -text", path,
              keys);
  g_assert_nonnull (strstr (full, "verify OK"));
  g_assert_nonnull (strstr (full, upper));
  g_assert_nonnull (strstr (full, "Key Compromise"));
  g_assert_nonnull (strstr (full, "Certificate Hold"));
  g_assert_nonnull (strstr (full, "Authority Key Identifier"));
}

/* --- answers about one --- */

/* An issuer, and one who answers for it. */
static void
make_responder (const char *keys)
{
  g_free (run ("cd '%s' && "
               "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 "
               "-subj '/CN=Deneme ESHS' -keyout issuer-key.pem -out ocsp-issuer.pem && "
               "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=OCSP' "
               "-keyout ocsp-signer-key.pem -out ocsp.csr && "
               "printf 'extendedKeyUsage=OCSPSigning\\nkeyUsage=digitalSignature\\n' >ocsp.ext && "
               "openssl x509 -req -in ocsp.csr -CA ocsp-issuer.pem -CAkey issuer-key.pem "
               "-set_serial 7 -days 3650 -extfile ocsp.ext -out ocsp-signer.pem", keys));
}

/* Through the service, as a request comes in. */
static void
ask_responder (ServerFixture *fixture,
               const char    *question,
               const char    *answer)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", "/ocsp");
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (question, &bytes, &length, NULL));
  request->body = ilk_secret_new_from_data (bytes, length);
  ilk_service_handle (fixture->service, request, reply);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->type, ==, "application/ocsp-response");
  g_assert_true (g_file_set_contents (answer, g_bytes_get_data (reply->body, NULL),
                                      (gssize) g_bytes_get_size (reply->body), NULL));
}

/* What the openssl command makes of the answer about one serial number. */
static char *
look_up (ServerFixture *fixture,
         const char    *keys,
         const char    *issuer,
         const char    *serial)
{
  g_autofree char *question = g_build_filename (keys, "question.der", NULL);
  g_autofree char *answer = g_build_filename (keys, "answer.der", NULL);

  g_free (run ("openssl ocsp -issuer '%s/%s' -serial 0x%s -reqout '%s'", keys, issuer, serial,
               question));
  ask_responder (fixture, question, answer);
  /* The fixture's clock stands in another year. */
  return run ("openssl ocsp -issuer '%s/ocsp-issuer.pem' -reqin '%s' -respin '%s' -resp_text "
              "-CAfile '%s/ocsp-issuer.pem' -validity_period 1000000000 || true", keys, question,
              answer, keys);
}

static void
test_responder (Road          *road,
                gconstpointer  card)
{
  g_autofree char *keys = g_build_filename (road->fixture->folder, "keys", NULL);
  g_autofree char *question = g_build_filename (keys, "rubbish", NULL);
  g_autofree char *answer = g_build_filename (keys, "rubbish.answer", NULL);
  g_autofree char *operation = NULL;
  g_autofree char *good = NULL;
  g_autofree char *held = NULL;
  g_autofree char *revoked = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *malformed = NULL;
  g_autoptr (GError) error = NULL;

  server_expect (road->fixture, "POST", "/ocsp", NULL, "{}", 404, "not_found");
  g_assert_null (ilk_ocsp_load (keys, &error));
  g_assert_no_error (error);
  make_responder (keys);
  ilk_service_set_ocsp (road->fixture->service, ilk_ocsp_load (keys, &error));
  g_assert_no_error (error);

  good = look_up (road->fixture, keys, "ocsp-issuer.pem", road->serial);
  g_assert_nonnull (strstr (good, "Response verify OK"));
  g_assert_nonnull (strstr (good, "Cert Status: good"));
  suspend (road);
  held = look_up (road->fixture, keys, "ocsp-issuer.pem", road->serial);
  g_assert_nonnull (strstr (held, "certificateHold"));
  operation = confirm (road, "certificate-revocation", CARD_A, "REVOKE");
  revoke_it (road, operation, "superseded", 200, NULL);
  revoked = look_up (road->fixture, keys, "ocsp-issuer.pem", road->serial);
  g_assert_nonnull (strstr (revoked, "Response verify OK"));
  g_assert_nonnull (strstr (revoked, "superseded"));
  g_assert_nonnull (strstr (held, "Response verify OK"));
  unknown = look_up (road->fixture, keys, "ocsp-issuer.pem", "0123456789");
  g_assert_nonnull (strstr (unknown, "Cert Status: unknown"));

  g_assert_true (g_file_set_contents (question, "what?", -1, NULL));
  ask_responder (road->fixture, question, answer);
  malformed = run ("openssl ocsp -respin '%s' || true", answer);
  g_assert_nonnull (strstr (malformed, "malformedrequest"));
}

/* Another issuer's certificate with the same number is not ours to speak of. */
static void
test_responder_of_another (Road          *road,
                           gconstpointer  card)
{
  g_autofree char *keys = g_build_filename (road->fixture->folder, "keys", NULL);
  g_autofree char *others = NULL;
  g_autoptr (GError) error = NULL;

  make_responder (keys);
  ilk_service_set_ocsp (road->fixture->service, ilk_ocsp_load (keys, &error));
  g_free (run ("cd '%s' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
               "-subj '/CN=Another' -keyout /dev/null -out another.pem", keys));
  others = look_up (road->fixture, keys, "another.pem", road->serial);
  g_assert_nonnull (strstr (others, "unauthorized"));
}

/* --- what operators do --- */

static void
expect_login (ServerFixture *fixture,
              const char    *word,
              guint          status,
              const char    *code)
{
  g_autoptr (Answer) answer = server_log_in (fixture, BORA, word);

  answer_expect (answer, status, code);
}

static void
test_unblock (Road          *road,
              gconstpointer  card)
{
  ServerFixture *fixture = road->fixture;
  g_autoptr (GError) error = NULL;
  guint count;

  for (guint i = 0; i < 3; i++)
    expect_login (fixture, "kesinlikle yanlış", i < 2 ? 401 : 423,
                  i < 2 ? "login.refused" : "account.blocked");
  expect_login (fixture, WORD_B, 423, "account.blocked");

  g_assert_false (ilk_operator_unblock (fixture->service, NOBODY, &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  g_clear_error (&error);
  g_assert_false (ilk_operator_unblock (fixture->service, "12345678951", &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
  g_clear_error (&error);

  g_assert_true (ilk_operator_unblock (fixture->service, BORA, &error));
  g_assert_no_error (error);
  expect_login (fixture, WORD_B, 201, NULL);
  g_assert_true (ilk_operator_verify_audit (fixture->service, &count, &error));
  g_assert_cmpuint (count, >, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, card, function) \
  g_test_add ("/states/" path, Road, card, set_up, function, tear_down)
  ADD ("suspend", NULL, test_suspend);
  ADD ("suspend-twice", NULL, test_suspend_twice);
  ADD ("resume", NULL, test_resume);
  ADD ("resume-not-activated", CARD_N, test_resume_not_activated);
  ADD ("resume-refused", NULL, test_resume_refused);
  ADD ("revoke", NULL, test_revoke);
  ADD ("revoke-wants-its-word", NULL, test_revoke_wants_its_word);
  ADD ("others", NULL, test_others);
  ADD ("without-session", NULL, test_without_session);
  ADD ("without-session-unknown", NULL, test_without_session_unknown);
  ADD ("without-session-ends", NULL, test_without_session_ends);
  ADD ("without-session-limit", NULL, test_without_session_limit);
  ADD ("list", NULL, test_list);
  ADD ("responder", NULL, test_responder);
  ADD ("responder-of-another", NULL, test_responder_of_another);
  ADD ("unblock", NULL, test_unblock);
  return g_test_run ();
}
