/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

/* The ways to log in without a security word, and what each of them is enough for. */

#define LABEL "ILKIMZA-LOGIN-1"
#define USAGE "critical,nonRepudiation"
#define PUBLIC_KEY "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHQ="

static const Person ayse = { AYSE, WORD_A, CARD_A, PIN_A, "active", NOW - 100, NOW + 90 * 86400,
                             "virtual-1", NULL };

static Answer *
new_challenge (ServerFixture *fixture)
{
  Answer *answer = server_call (fixture, "POST", "/v1/e-signature-challenges", NULL, "{}");

  answer_expect (answer, 201, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 300);
  g_assert_cmpuint (strlen (answer_get (answer, "challenge")), ==, 43);
  return answer;
}

static GBytes *
to_be_signed (const char *challenge)
{
  g_autofree char *base64 = g_strdelimit (g_strconcat (challenge, "=", NULL), "-", '+');
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree guchar *raw = NULL;
  gsize length;

  g_strdelimit (base64, "_", '/');
  raw = g_base64_decode (base64, &length);
  g_assert_cmpuint (length, ==, 32);
  g_byte_array_append (data, (const guint8 *) LABEL, sizeof LABEL);
  g_byte_array_append (data, raw, length);
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

static char *
sign (EVP_PKEY   *key,
      const char *challenge)
{
  g_autoptr (GBytes) data = to_be_signed (challenge);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 signature[1024];
  size_t length = sizeof signature;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &length, g_bytes_get_data (data, NULL),
                                   g_bytes_get_size (data)), ==, 1);
  EVP_MD_CTX_free (context);
  return g_base64_encode (signature, length);
}

/* Takes the certificate. */
static char *
encode (X509 *certificate)
{
  unsigned char *der = NULL;
  int length = i2d_X509 (certificate, &der);
  char *text = g_base64_encode (der, length);

  OPENSSL_free (der);
  X509_free (certificate);
  return text;
}

/* The one that was imported: certificates of one card are the same only when their bytes are, and an
 * ECDSA signature is another one each time. */
static char *
get_imported (ServerFixture *fixture,
              const char    *serial)
{
  g_autofree char *pem = server_get_certificate (serial);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  BIO_free (bio);
  return encode (certificate);
}

static Answer *
log_in_with (ServerFixture *fixture,
             const char    *challenge_id,
             const char    *certificate,
             const char    *signature)
{
  g_autofree char *body =
    g_strdup_printf ("{\"kind\":\"e-signature\",\"challenge_id\":\"%s\",\"certificate\":\"%s\","
                     "\"signature\":\"%s\"}", challenge_id, certificate, signature);

  return server_call (fixture, "POST", "/v1/sessions", NULL, body);
}

static Answer *
log_in_by_card (ServerFixture *fixture,
                const char    *serial)
{
  g_autoptr (Answer) challenge = new_challenge (fixture);
  g_autofree char *certificate = get_imported (fixture, serial);
  g_autofree char *signature = sign (server_get_card_key (serial),
                                     answer_get (challenge, "challenge"));

  return log_in_with (fixture, answer_get (challenge, "id"), certificate, signature);
}

static void
check_session (ServerFixture *fixture,
               Answer        *answer,
               const char    *assurance)
{
  answer_expect (answer, 201, NULL);
  g_assert_cmpstr (answer_get (answer, "assurance"), ==, assurance);
  g_assert_cmpstr (answer_get (answer, "holder"), ==, "Ayşe \"Deneme\" Örnek");
  g_assert_cmpint (answer_number (answer, "idle_seconds"), ==, 900);
  g_assert_cmpint (answer_number (answer, "absolute_seconds"), ==, 3600);
  g_assert_cmpuint (strlen (answer_get (answer, "session_id")), ==, 22);
  g_assert_false (json_object_get_boolean_member (answer->json, "word_change"));
  server_expect (fixture, "GET", "/v1/cards", answer_get (answer, "token"), NULL, 200, NULL);
}

static char *
signature_session (ServerFixture *fixture)
{
  g_autoptr (Answer) answer = log_in_by_card (fixture, CARD_A);

  answer_expect (answer, 201, NULL);
  return g_strdup (answer_get (answer, "token"));
}

static void
test_signature (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) answer = log_in_by_card (fixture, CARD_A);

  check_session (fixture, answer, "e-signature");
}

static void
test_signature_rsa (void)
{
  g_autoptr (ServerFixture) fixture = NULL;
  g_autoptr (Answer) answer = NULL;
  g_autoptr (Answer) weak = NULL;
  Person more = ayse;

  fixture = server_fixture_new ();
  more.serial = "100000000000000000000001";
  more.pin = NULL;
  server_set_card_key (more.serial, EVP_RSA_gen (2048));
  server_add (fixture, &more);
  answer = log_in_by_card (fixture, more.serial);
  check_session (fixture, answer, "e-signature");

  more.serial = "100000000000000000000002";
  server_set_card_key (more.serial, EVP_RSA_gen (1024));
  server_add (fixture, &more);
  weak = log_in_by_card (fixture, more.serial);
  answer_expect (weak, 401, "signature.wrong");
}

static void
test_challenge_is_good_once (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *certificate = get_imported (fixture, CARD_A);

  for (int round = 0; round < 2; round++)
    {
      g_autoptr (Answer) challenge = new_challenge (fixture);
      g_autofree char *good = sign (server_get_card_key (CARD_A),
                                    answer_get (challenge, "challenge"));
      g_autofree char *bad = sign (server_get_card_key (CARD_B),
                                   answer_get (challenge, "challenge"));
      g_autoptr (Answer) first = log_in_with (fixture, answer_get (challenge, "id"), certificate,
                                              round == 0 ? good : bad);
      g_autoptr (Answer) second = log_in_with (fixture, answer_get (challenge, "id"), certificate,
                                               good);

      answer_expect (first, round == 0 ? 201 : 401, round == 0 ? NULL : "signature.wrong");
      answer_expect (second, 410, "signature.expired");
    }
}

static void
test_challenge_lives_5_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *certificate = get_imported (fixture, CARD_A);

  for (int seconds = 299; seconds <= 300; seconds++)
    {
      g_autoptr (Answer) challenge = new_challenge (fixture);
      g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                         answer_get (challenge, "challenge"));
      g_autoptr (Answer) answer = NULL;

      ilk_manual_clock_advance (fixture->clock, seconds);
      answer = log_in_with (fixture, answer_get (challenge, "id"), certificate, signature);
      answer_expect (answer, seconds < 300 ? 201 : 410, seconds < 300 ? NULL : "signature.expired");
    }
}

/* A signature over the bare challenge, as some other service might ask for, is none for us. */
static void
test_what_is_signed (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) challenge = new_challenge (fixture);
  g_autoptr (Answer) other = new_challenge (fixture);
  g_autofree char *certificate = get_imported (fixture, CARD_A);
  g_autofree char *signature = sign (server_get_card_key (CARD_A), answer_get (other, "challenge"));
  g_autoptr (Answer) answer = log_in_with (fixture, answer_get (challenge, "id"), certificate,
                                           signature);

  answer_expect (answer, 401, "signature.wrong");
}

static void
expect_certificate (ServerFixture *fixture,
                    X509          *certificate,
                    guint          status,
                    const char    *code)
{
  g_autoptr (Answer) challenge = new_challenge (fixture);
  g_autofree char *encoded = encode (certificate);
  g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                     answer_get (challenge, "challenge"));
  g_autoptr (Answer) answer = log_in_with (fixture, answer_get (challenge, "id"), encoded,
                                           signature);

  answer_expect (answer, status, code);
}

/* The right key in each of them, and yet none is the certificate that the issuer gave out. */
static void
test_certificates_that_are_refused (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  EVP_PKEY *authority = server_get_authority_key ();
  EVP_PKEY *stranger = EVP_EC_gen ("P-256");
  Person other = ayse;

  expect_certificate (fixture, server_make_x509 (&ayse, AYSE, USAGE, stranger), 401,
                      "signature.certificate");
  expect_certificate (fixture, server_make_x509 (&ayse, AYSE, NULL, authority), 401,
                      "signature.certificate");
  expect_certificate (fixture, server_make_x509 (&ayse, AYSE, "critical,keyEncipherment",
                                                 authority), 401, "signature.certificate");
  /* Another holder's number, no number, a second certificate of the same serial number. */
  expect_certificate (fixture, server_make_x509 (&ayse, BORA, USAGE, authority), 401,
                      "signature.certificate");
  expect_certificate (fixture, server_make_x509 (&ayse, "12", USAGE, authority), 401,
                      "signature.certificate");
  expect_certificate (fixture, server_make_x509 (&ayse, AYSE, USAGE, authority), 401,
                      "signature.certificate");
  other.not_after = NOW - 1;
  expect_certificate (fixture, server_make_x509 (&other, AYSE, USAGE, authority), 409,
                      "certificate.expired");
  other.not_before = NOW + 10;
  other.not_after = NOW + 1000;
  expect_certificate (fixture, server_make_x509 (&other, AYSE, USAGE, authority), 409,
                      "certificate.not_yet_valid");
  EVP_PKEY_free (stranger);
}

static IlkCertificateVerdict
judge (IlkAuthorities *authorities,
       const Person   *person,
       const char     *usage,
       EVP_PKEY       *signer)
{
  X509 *certificate = server_make_x509 (person, AYSE, usage, signer);
  IlkCertificateVerdict verdict = ilk_authorities_check (authorities, certificate, NOW);

  X509_free (certificate);
  return verdict;
}

/* Each fault by itself, before it is asked whose the certificate is. */
static void
test_authorities (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "issuer-ca.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkAuthorities) authorities = ilk_authorities_load (path, &error);
  EVP_PKEY *signer = server_get_authority_key ();
  EVP_PKEY *stranger = EVP_EC_gen ("P-256");
  Person person = ayse;

  g_assert_no_error (error);
  g_assert_cmpint (judge (authorities, &person, USAGE, signer), ==, ILK_CERTIFICATE_GOOD);
  g_assert_cmpint (judge (authorities, &person, "digitalSignature", signer), ==,
                   ILK_CERTIFICATE_GOOD);
  g_assert_cmpint (judge (authorities, &person, USAGE, stranger), ==, ILK_CERTIFICATE_FOREIGN);
  g_assert_cmpint (judge (authorities, &person, NULL, signer), ==, ILK_CERTIFICATE_FOREIGN);
  g_assert_cmpint (judge (authorities, &person, "keyEncipherment", signer), ==,
                   ILK_CERTIFICATE_FOREIGN);
  person.not_after = NOW - 1;
  g_assert_cmpint (judge (authorities, &person, USAGE, signer), ==, ILK_CERTIFICATE_EXPIRED);
  g_assert_cmpint (judge (authorities, &person, USAGE, stranger), ==, ILK_CERTIFICATE_FOREIGN);
  person.not_before = NOW + 1;
  person.not_after = NOW + 10;
  g_assert_cmpint (judge (authorities, &person, USAGE, signer), ==, ILK_CERTIFICATE_NOT_YET_VALID);
  EVP_PKEY_free (stranger);
}

static void
test_authorities_that_are_none (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *certificate = server_get_certificate (CARD_A);
  g_autofree char *path = g_build_filename (fixture->folder, "none.pem", NULL);
  const char *const texts[] = { "", "no certificate", certificate };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_null (ilk_authorities_load (path, &error));
      g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS);
    }
}

static void
test_number_in_the_subject (void)
{
  static const struct {
    const char *text;
    const char *number;
  } rows[] = {
    { AYSE, AYSE }, { "PNOTR-" AYSE, AYSE }, { "PASTR-U12345678", "U12345678" },
    { "PNODE-" AYSE, "PNODE-" AYSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      X509 *certificate = server_make_x509 (&ayse, rows[i].text, USAGE,
                                            server_get_authority_key ());
      g_autofree char *number = ilk_certificate_get_number (certificate);

      g_assert_cmpstr (number, ==, rows[i].number);
      X509_free (certificate);
    }
}

static void
test_state_of_the_certificate (void)
{
  static const struct {
    const char *serial;
    const char *state;
    const char *code;
  } rows[] = {
    { "200000000000000000000001", "not_activated", "certificate.not_activated" },
    { "200000000000000000000002", "suspended", "certificate.suspended" },
    { "200000000000000000000003", "revoked", "certificate.revoked" },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Person person = ayse;
      g_autoptr (Answer) answer = NULL;

      person.serial = rows[i].serial;
      person.state = rows[i].state;
      server_add (fixture, &person);
      answer = log_in_by_card (fixture, person.serial);
      answer_expect (answer, 409, rows[i].code);
    }
}

static void
test_signature_requests (void)
{
  static const char *const bodies[] = {
    "{\"kind\":\"e-signature\"}",
    "{\"kind\":\"e-signature\",\"challenge_id\":\"x\",\"certificate\":\"AAAA\",\"signature\":\"AA\"}",
    "{\"kind\":\"e-signature\",\"challenge_id\":1,\"certificate\":[],\"signature\":{}}",
    "{\"kind\":\"e-signature\",\"identity_number\":\"" AYSE "\"}",
    "{\"kind\":\"e-signature\",\"ticket\":\"x\"}",
    "{\"kind\":\"verification-code\"}",
    "{\"kind\":\"verification-code\",\"code\":\"12345678901234\"}",
    "{\"kind\":\"verification-code\",\"code\":\"12345678901234x\"}",
    "{\"kind\":\"verification-code\",\"code\":123456789012345}",
    "{\"kind\":\"verification-code\",\"code\":\"123456789012345\",\"ticket\":\"a\"}",
    "{\"kind\":\"verification-ticket\"}",
    "{\"kind\":\"verification-ticket\",\"code\":\"123456789012345\"}",
    "{\"kind\":\"other\"}",
    "{}",
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    server_expect (fixture, "POST", "/v1/sessions", NULL, bodies[i], 400, "request.invalid");
  ilk_service_set_authorities (fixture->service, NULL);
  server_expect (fixture, "POST", "/v1/e-signature-challenges", NULL, "{}", 404,
                 "login.unavailable");
  server_expect (fixture, "POST", "/v1/sessions", NULL, "{\"kind\":\"e-signature\"}", 404,
                 "login.unavailable");
}

static void
block (ServerFixture *fixture)
{
  for (int i = 0; i < 3; i++)
    answer_free (server_log_in (fixture, AYSE, "yanlış sözcük"));
}

static void
test_blocked_account_stays_outside (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autoptr (Answer) code = server_call (fixture, "POST", "/v1/verification-codes", token, "{}");
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"verification-code\",\"code\":\"%s\"}",
                                           answer_get (code, "code"));
  g_autoptr (Answer) answer = NULL;

  block (fixture);
  answer = log_in_by_card (fixture, CARD_A);
  answer_expect (answer, 423, "account.blocked");
  server_expect (fixture, "POST", "/v1/sessions", NULL, body, 423, "account.blocked");
}

static Answer *
new_code (ServerFixture *fixture,
          const char    *token)
{
  Answer *answer = server_call (fixture, "POST", "/v1/verification-codes", token, "{}");

  answer_expect (answer, 201, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 240);
  g_assert_cmpint (answer_number (answer, "handle_expires_in"), ==, 60);
  g_assert_cmpuint (strlen (answer_get (answer, "code")), ==, 15);
  g_assert_cmpuint (strspn (answer_get (answer, "code"), "0123456789"), ==, 15);
  return answer;
}

static Answer *
log_in_by_code (ServerFixture *fixture,
                const char    *code)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"verification-code\",\"code\":\"%s\"}",
                                           code);

  return server_call (fixture, "POST", "/v1/sessions", NULL, body);
}

static Answer *
log_in_by_ticket (ServerFixture *fixture,
                  const char    *ticket)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"verification-ticket\",\"ticket\":\"%s\"}",
                                           ticket);

  return server_call (fixture, "POST", "/v1/sessions", NULL, body);
}

static Answer *
trade_handle (ServerFixture *fixture,
              const char    *handle)
{
  g_autofree char *body = g_strdup_printf ("{\"handle\":\"%s\"}", handle);

  return server_call (fixture, "POST", "/v1/verification-codes/handles", NULL, body);
}

static char *
code_session (ServerFixture *fixture)
{
  g_autofree char *token = signature_session (fixture);
  g_autoptr (Answer) code = new_code (fixture, token);
  g_autoptr (Answer) answer = log_in_by_code (fixture, answer_get (code, "code"));

  answer_expect (answer, 201, NULL);
  return g_strdup (answer_get (answer, "token"));
}

static void
test_code (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) code = new_code (fixture, token);
  g_autoptr (Answer) first = log_in_by_code (fixture, answer_get (code, "code"));
  g_autoptr (Answer) second = log_in_by_code (fixture, answer_get (code, "code"));
  g_autoptr (Answer) handle = trade_handle (fixture, answer_get (code, "handle"));

  check_session (fixture, first, "verification-code");
  answer_expect (second, 401, "code.refused");
  answer_expect (handle, 401, "code.refused");
}

static void
test_code_lives_240_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (int seconds = 239; seconds <= 240; seconds++)
    {
      g_autofree char *token = signature_session (fixture);
      g_autoptr (Answer) code = new_code (fixture, token);
      g_autoptr (Answer) answer = NULL;

      ilk_manual_clock_advance (fixture->clock, seconds);
      answer = log_in_by_code (fixture, answer_get (code, "code"));
      answer_expect (answer, seconds < 240 ? 201 : 401, seconds < 240 ? NULL : "code.refused");
    }
}

static void
test_another_code_cancels_the_first (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autoptr (Answer) first = new_code (fixture, token);
  g_autoptr (Answer) traded = trade_handle (fixture, answer_get (first, "handle"));
  g_autoptr (Answer) second = new_code (fixture, token);
  g_autoptr (Answer) old_code = log_in_by_code (fixture, answer_get (first, "code"));
  g_autoptr (Answer) old_ticket = log_in_by_ticket (fixture, answer_get (traded, "ticket"));
  g_autoptr (Answer) new_one = log_in_by_code (fixture, answer_get (second, "code"));

  answer_expect (old_code, 401, "code.refused");
  answer_expect (old_ticket, 401, "code.refused");
  answer_expect (new_one, 201, NULL);
}

static void
test_link (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autoptr (Answer) code = new_code (fixture, token);
  g_autoptr (Answer) traded = trade_handle (fixture, answer_get (code, "handle"));
  g_autoptr (Answer) again = trade_handle (fixture, answer_get (code, "handle"));
  g_autoptr (Answer) first = log_in_by_ticket (fixture, answer_get (traded, "ticket"));
  g_autoptr (Answer) second = log_in_by_ticket (fixture, answer_get (traded, "ticket"));
  g_autoptr (Answer) by_code = log_in_by_code (fixture, answer_get (code, "code"));

  answer_expect (traded, 200, NULL);
  g_assert_cmpstr (answer_get (traded, "holder"), ==, "A** \"** Ö**");
  g_assert_cmpint (answer_number (traded, "expires_in"), ==, 60);
  answer_expect (again, 401, "code.refused");
  check_session (fixture, first, "verification-code");
  answer_expect (second, 401, "code.refused");
  answer_expect (by_code, 401, "code.refused");
}

static void
test_link_lives_60_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);

  for (int seconds = 59; seconds <= 60; seconds++)
    {
      g_autoptr (Answer) code = new_code (fixture, token);
      g_autoptr (Answer) traded = NULL;
      g_autoptr (Answer) answer = NULL;

      ilk_manual_clock_advance (fixture->clock, seconds);
      traded = trade_handle (fixture, answer_get (code, "handle"));
      answer_expect (traded, seconds < 60 ? 200 : 401, seconds < 60 ? NULL : "code.refused");
      if (seconds == 60)
        continue;
      ilk_manual_clock_advance (fixture->clock, 60);
      answer = log_in_by_ticket (fixture, answer_get (traded, "ticket"));
      answer_expect (answer, 401, "code.refused");
    }
}

/* Codes that begin alike have twenty wrong tries together; others are not shut out. */
static void
test_wrong_codes_end (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autoptr (Answer) code = new_code (fixture, token);
  g_autofree char *wrong = g_strdup (answer_get (code, "code"));
  g_autofree char *elsewhere = NULL;
  g_autoptr (Answer) limited = NULL;
  g_autoptr (Answer) other = NULL;
  g_autoptr (Answer) later = NULL;

  wrong[14] = wrong[14] == '9' ? '0' : wrong[14] + 1;
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (Answer) answer = log_in_by_code (fixture, wrong);

      answer_expect (answer, 401, "code.refused");
    }
  limited = log_in_by_code (fixture, answer_get (code, "code"));
  answer_expect (limited, 429, "code.limit");
  g_assert_cmpint (limited->retry_after, ==, 240);

  elsewhere = g_strdup (wrong);
  elsewhere[0] = elsewhere[0] == '9' ? '0' : elsewhere[0] + 1;
  other = log_in_by_code (fixture, elsewhere);
  answer_expect (other, 401, "code.refused");

  ilk_manual_clock_advance (fixture->clock, 240);
  later = log_in_by_code (fixture, wrong);
  answer_expect (later, 401, "code.refused");
}

/* What a verification code is enough for, and what not. */
static void
test_code_opens_cards_and_unlocking_alone (void)
{
  static const struct {
    const char *method;
    const char *path;
    const char *body;
  } rows[] = {
    { "GET", "/v1/certificates", NULL },
    { "GET", "/v1/certificates/" CARD_A, NULL },
    { "POST", "/v1/certificates/" CARD_N "/activation", "{}" },
    { "POST", "/v1/certificates/" CARD_A "/suspension", "{}" },
    { "DELETE", "/v1/certificates/" CARD_A "/suspension", NULL },
    { "POST", "/v1/certificates/" CARD_A "/revocation", "{}" },
    { "POST", "/v1/cards/" CARD_A "/pin/disclosures", "{}" },
    { "DELETE", "/v1/cards/" CARD_A "/pin", NULL },
    { "POST", "/v1/operations", "{\"kind\":\"pin-disclosure\",\"card_serial\":\"" CARD_A "\"}" },
    { "POST", "/v1/verification-codes", "{}" },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = code_session (fixture);
  g_autofree char *unlock = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    server_expect (fixture, rows[i].method, rows[i].path, token, rows[i].body, 403,
                   "assurance.too_low");

  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  server_expect (fixture, "POST", "/v1/cards/" CARD_A "/pin-changes", token, "{}", 204, NULL);
  unlock = server_begin_unlock (fixture, token, CARD_A);
  server_confirm (fixture, token, unlock);
  path = g_strdup_printf ("/v1/unlocks/%s/cryptograms", unlock);
  server_expect (fixture, "POST", path, token,
                 "{\"challenge\":\"000102030405060708090A0B0C0D0E0F\"}", 200, NULL);
  g_free (path);
  path = g_strdup_printf ("/v1/unlocks/%s/result", unlock);
  server_expect (fixture, "PUT", path, token,
                 "{\"outcome\":\"done\",\"step\":\"verify\",\"status_word\":\"9000\"}", 204, NULL);
  server_expect (fixture, "DELETE", "/v1/sessions/current", token, NULL, 204, NULL);
}

static void
test_activation_needs_a_password (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *by_card = signature_session (fixture);
  g_autofree char *by_word = server_session (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", "/v1/certificates/" CARD_N "/activation", by_card, "{}", 403,
                 "assurance.password");
  server_expect (fixture, "POST", "/v1/certificates/" CARD_N "/activation", by_word, "{}", 200,
                 NULL);
}

/* Only a login by SMS has a young code: the others confirm the showing itself. */
static void
test_signature_needs_a_confirmation_for_the_pin (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autofree char *operation = server_begin (fixture, token, "pin-disclosure", CARD_A);
  const char *bare = "{\"public_key\":\"" PUBLIC_KEY "\"}";
  g_autofree char *confirmed =
    g_strdup_printf ("{\"public_key\":\"" PUBLIC_KEY "\",\"operation\":\"%s\"}", operation);

  server_expect (fixture, "POST", "/v1/cards/" CARD_A "/pin/disclosures", token, bare, 403,
                 "step_up.required");
  server_confirm (fixture, token, operation);
  server_expect (fixture, "POST", "/v1/cards/" CARD_A "/pin/disclosures", token, confirmed, 200,
                 NULL);
}

/* Several threads with one single-use thing: exactly one wins. */
typedef struct {
  ServerFixture *fixture;
  const char    *path;
  const char    *body;
  int            wins;
} Race;

static gpointer
run_racer (gpointer data)
{
  Race *race = data;
  g_autoptr (Answer) answer = server_call (race->fixture, "POST", race->path, NULL, race->body);

  if (answer->status < 300)
    g_atomic_int_inc (&race->wins);
  return NULL;
}

static void
race (ServerFixture *fixture,
      const char    *path,
      const char    *body)
{
  Race data = { fixture, path, body, 0 };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, run_racer, &data);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (data.wins, ==, 1);
}

static void
test_races (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = signature_session (fixture);
  g_autofree char *certificate = get_imported (fixture, CARD_A);

  for (int round = 0; round < 10; round++)
    {
      g_autoptr (Answer) challenge = new_challenge (fixture);
      g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                         answer_get (challenge, "challenge"));
      g_autofree char *signing =
        g_strdup_printf ("{\"kind\":\"e-signature\",\"challenge_id\":\"%s\",\"certificate\":\"%s\","
                         "\"signature\":\"%s\"}", answer_get (challenge, "id"), certificate,
                         signature);
      g_autoptr (Answer) first = new_code (fixture, token);
      g_autofree char *by_code = g_strdup_printf ("{\"kind\":\"verification-code\",\"code\":\"%s\"}",
                                                  answer_get (first, "code"));
      g_autoptr (Answer) second = NULL;
      g_autofree char *handle = NULL;

      race (fixture, "/v1/sessions", signing);
      race (fixture, "/v1/sessions", by_code);
      second = new_code (fixture, token);
      handle = g_strdup_printf ("{\"handle\":\"%s\"}", answer_get (second, "handle"));
      race (fixture, "/v1/verification-codes/handles", handle);
    }
}

static void
expect_audit (ServerFixture *fixture,
              const char    *what,
              const char    *outcome,
              const char    *assurance)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  ilk_store_begin (fixture->store);
  for (gint64 chain = ilk_store_audit_next_chain (fixture->store, -1, &error); chain >= 0 && !found;
       chain = ilk_store_audit_next_chain (fixture->store, chain, &error))
    {
      g_clear_pointer (&entries, g_ptr_array_unref);
      entries = ilk_store_audit_list (fixture->store, chain, 0, 500, &error);
      for (guint i = 0; i < entries->len && !found; i++)
        {
          const IlkAuditRecord *entry = g_ptr_array_index (entries, i);

          found = g_str_equal (entry->what, what) && g_str_equal (entry->outcome, outcome) &&
                  g_str_equal (entry->assurance, assurance);
        }
    }
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_test_message ("%s %s %s", what, outcome, assurance);
  g_assert_true (found);
}

static void
test_audit_names_the_assurance (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *by_word = server_session (fixture, AYSE, WORD_A);
  g_autofree char *by_card = signature_session (fixture);
  g_autofree char *by_code = code_session (fixture);
  g_autofree char *unlock = server_begin_unlock (fixture, by_code, CARD_A);

  expect_audit (fixture, "login.sms", "done", "password+sms");
  expect_audit (fixture, "login.e-signature", "done", "e-signature");
  expect_audit (fixture, "verification-code", "done", "e-signature");
  expect_audit (fixture, "login.verification-code", "done", "verification-code");
  expect_audit (fixture, "unlock", "begun", "verification-code");
  expect_audit (fixture, "sms.send", "done", "password");
}

static void
test_refusals_are_in_the_audit (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) wrong = log_in_by_code (fixture, "000000000000000");

  answer_expect (wrong, 401, "code.refused");
  expect_certificate (fixture, server_make_x509 (&ayse, BORA, USAGE, server_get_authority_key ()),
                      401, "signature.certificate");
  expect_audit (fixture, "login.verification-code", "refused", "none");
  expect_audit (fixture, "login.e-signature", "refused", "none");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signature/logs-in", test_signature);
  g_test_add_func ("/signature/rsa", test_signature_rsa);
  g_test_add_func ("/signature/challenge-once", test_challenge_is_good_once);
  g_test_add_func ("/signature/challenge-5-minutes", test_challenge_lives_5_minutes);
  g_test_add_func ("/signature/what-is-signed", test_what_is_signed);
  g_test_add_func ("/signature/certificates", test_certificates_that_are_refused);
  g_test_add_func ("/signature/authorities", test_authorities);
  g_test_add_func ("/signature/authorities-none", test_authorities_that_are_none);
  g_test_add_func ("/signature/number", test_number_in_the_subject);
  g_test_add_func ("/signature/states", test_state_of_the_certificate);
  g_test_add_func ("/signature/requests", test_signature_requests);
  g_test_add_func ("/signature/blocked-account", test_blocked_account_stays_outside);
  g_test_add_func ("/code/logs-in-once", test_code);
  g_test_add_func ("/code/240-seconds", test_code_lives_240_seconds);
  g_test_add_func ("/code/another-cancels", test_another_code_cancels_the_first);
  g_test_add_func ("/code/link", test_link);
  g_test_add_func ("/code/link-60-seconds", test_link_lives_60_seconds);
  g_test_add_func ("/code/wrong-ones-end", test_wrong_codes_end);
  g_test_add_func ("/assurance/code", test_code_opens_cards_and_unlocking_alone);
  g_test_add_func ("/assurance/activation", test_activation_needs_a_password);
  g_test_add_func ("/assurance/pin", test_signature_needs_a_confirmation_for_the_pin);
  g_test_add_func ("/assurance/audit", test_audit_names_the_assurance);
  g_test_add_func ("/assurance/refusals", test_refusals_are_in_the_audit);
  g_test_add_func ("/single-use/races", test_races);
  return g_test_run ();
}
