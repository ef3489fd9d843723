/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>
#include "server/ilk-operator-keys.h"

#define CONSENTS "/v1/consents"

static Answer *
prepare (ServerFixture *fixture,
         const char    *token,
         const char    *serial)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"wet-signature-waiver\",\"card_serial\":"
                                           "\"%s\"}", serial);

  return server_call (fixture, "POST", CONSENTS, token, body);
}

/* What a card does with the DER it is given: SHA-256, and its key. Base64. */
static char *
sign (EVP_PKEY   *key,
      const char *signed_attributes)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 signature[1024];
  size_t length = sizeof signature;
  gsize data_length;
  g_autofree guchar *data = g_base64_decode (signed_attributes, &data_length);

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &length, data, data_length), ==, 1);
  EVP_MD_CTX_free (context);
  return g_base64_encode (signature, length);
}

static void
give (ServerFixture *fixture,
      const char    *token,
      const char    *id,
      const char    *signature,
      guint          status,
      const char    *code)
{
  g_autofree char *path = g_strdup_printf (CONSENTS "/%s", id);
  g_autofree char *body = g_strdup_printf ("{\"signature\":\"%s\"}", signature);

  server_expect (fixture, "PUT", path, token, body, status, code);
}

/* The id of a consent that was given. */
static char *
consent_with (ServerFixture *fixture,
              const char    *token,
              const char    *serial)
{
  g_autoptr (Answer) answer = prepare (fixture, token, serial);
  g_autofree char *signature = NULL;

  answer_expect (answer, 201, NULL);
  g_assert_cmpint (answer_number (answer, "expires_in"), ==, 600);
  signature = sign (server_get_card_key (serial), answer_get (answer, "signed_attributes"));
  give (fixture, token, answer_get (answer, "id"), signature, 204, NULL);
  return g_strdup (answer_get (answer, "id"));
}

static Answer *
get_consent (ServerFixture *fixture,
             const char    *token,
             const char    *id)
{
  g_autofree char *path = g_strdup_printf (CONSENTS "/%s", id);
  Answer *answer = server_call (fixture, "GET", path, token, NULL);

  answer_expect (answer, 200, NULL);
  return answer;
}

static char *
write_file (ServerFixture *fixture,
            const char    *name,
            const char    *data,
            gssize         length)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
  return path;
}

/* As somebody does who has the two files and the authority's certificate, and no part of this
 * program. */
static gboolean
openssl_verifies (ServerFixture *fixture,
                  const char    *text,
                  const char    *cms)
{
  gsize length;
  g_autofree guchar *der = g_base64_decode (cms, &length);
  g_autofree char *content = write_file (fixture, "consent.txt", text, -1);
  g_autofree char *signature = write_file (fixture, "consent.p7s", (const char *) der, length);
  g_autofree char *authority_pem = server_get_authority ();
  g_autofree char *authority = write_file (fixture, "authority.pem", authority_pem, -1);
  g_autofree char *now = g_strdup_printf ("%d", NOW);
  const char *command[] = {
    "openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", signature, "-content",
    content, "-CAfile", authority, "-partial_chain", "-purpose", "any", "-attime", now, "-out",
    "/dev/null", NULL
  };
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  gboolean good;

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status,
                &error);
  g_assert_no_error (error);
  good = g_spawn_check_wait_status (status, NULL);
  if (!good)
    g_test_message ("%s", said);
  return good;
}

static void
expect_verified (ServerFixture *fixture,
                 const char    *token,
                 const char    *serial)
{
  g_autofree char *id = consent_with (fixture, token, serial);
  g_autoptr (Answer) answer = get_consent (fixture, token, id);
  const char *text = answer_get (answer, "text");
  g_autofree char *other = g_strconcat (text, " ", NULL);

  g_assert_nonnull (strstr (text, "Ayşe \"Deneme\" Örnek"));
  g_assert_nonnull (strstr (text, answer_get (answer, "certificate_serial")));
  g_assert_true (openssl_verifies (fixture, text, answer_get (answer, "cms")));
  g_assert_false (openssl_verifies (fixture, other, answer_get (answer, "cms")));
}

static void
test_openssl_verifies_ecdsa (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  expect_verified (fixture, token, CARD_A);
}

static void
test_openssl_verifies_rsa (void)
{
  const Person person = { AYSE, WORD_A, "00112233445566778899AACC", NULL, "active", NOW - 3600,
                          NOW + 86400, "virtual-1" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  server_set_card_key (person.serial, EVP_RSA_gen (2048));
  server_add (fixture, &person);
  expect_verified (fixture, token, person.serial);
}

static void
test_list (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *bora = server_session (fixture, BORA, WORD_B);
  g_autoptr (Answer) waiting = prepare (fixture, token, CARD_A);
  g_autoptr (Answer) none = server_call (fixture, "GET", CONSENTS, token, NULL);
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  g_autoptr (Answer) one = NULL;
  g_autoptr (Answer) others = NULL;

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (none->json, "consents")),
                    ==, 0);
  id = consent_with (fixture, token, CARD_A);
  one = server_call (fixture, "GET", CONSENTS, token, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (one->json, "consents")),
                    ==, 1);
  g_assert_nonnull (strstr (fixture->phone->text, "an e-consent was given"));

  others = server_call (fixture, "GET", CONSENTS, bora, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (others->json, "consents")),
                    ==, 0);
  path = g_strdup_printf (CONSENTS "/%s", id);
  server_expect (fixture, "GET", path, bora, NULL, 404, "consent.unknown");
}

static void
test_wrong_signature_changes_nothing (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) answer = prepare (fixture, token, CARD_A);
  const char *attributes = answer_get (answer, "signed_attributes");
  const char *id = answer_get (answer, "id");
  g_autofree char *of_other = sign (server_get_card_key (CARD_B), attributes);
  g_autofree char *of_less = sign (server_get_card_key (CARD_A), "AAAA");
  g_autofree char *right = sign (server_get_card_key (CARD_A), attributes);
  g_autofree char *path = g_strdup_printf (CONSENTS "/%s", id);

  give (fixture, token, id, of_other, 422, "consent.signature");
  give (fixture, token, id, of_less, 422, "consent.signature");
  give (fixture, token, id, "AAAA", 422, "consent.signature");
  give (fixture, token, id, "", 400, "request.invalid");
  server_expect (fixture, "GET", path, token, NULL, 404, "consent.unknown");
  give (fixture, token, id, right, 204, NULL);
}

static void
test_once (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) answer = prepare (fixture, token, CARD_A);
  g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                     answer_get (answer, "signed_attributes"));
  g_autoptr (Answer) again = NULL;

  give (fixture, token, answer_get (answer, "id"), signature, 204, NULL);
  g_string_truncate (fixture->phone->said, 0);
  /* The answer may have been lost: the same again is answered the same, and nobody is told twice. */
  give (fixture, token, answer_get (answer, "id"), signature, 204, NULL);
  g_assert_cmpstr (fixture->phone->said->str, ==, "");
  give (fixture, token, answer_get (answer, "id"), "AAAA", 409, "consent.given");
  again = prepare (fixture, token, CARD_A);
  answer_expect (again, 409, "consent.given");
}

static void
test_lives_600_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) late = prepare (fixture, token, CARD_A);
  g_autofree char *late_signature = sign (server_get_card_key (CARD_A),
                                          answer_get (late, "signed_attributes"));
  g_autoptr (Answer) in_time = NULL;
  g_autofree char *signature = NULL;

  ilk_manual_clock_advance (fixture->clock, 600);
  give (fixture, token, answer_get (late, "id"), late_signature, 410, "consent.expired");
  in_time = prepare (fixture, token, CARD_A);
  signature = sign (server_get_card_key (CARD_A), answer_get (in_time, "signed_attributes"));
  /* A newer one makes what was prepared before void. */
  give (fixture, token, answer_get (late, "id"), late_signature, 404, "consent.unknown");
  ilk_manual_clock_advance (fixture->clock, 599);
  give (fixture, token, answer_get (in_time, "id"), signature, 204, NULL);
}

static void
test_of_another_holder (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *bora = server_session (fixture, BORA, WORD_B);
  g_autoptr (Answer) answer = prepare (fixture, token, CARD_A);
  g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                     answer_get (answer, "signed_attributes"));
  g_autoptr (Answer) others_card = prepare (fixture, token, CARD_B);

  answer_expect (others_card, 404, "card.unknown");
  give (fixture, bora, answer_get (answer, "id"), signature, 404, "consent.unknown");
}

static void
test_state_of_the_certificate (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) asleep = prepare (fixture, token, CARD_N);
  g_autoptr (Answer) answer = prepare (fixture, token, CARD_A);
  g_autoptr (Answer) listed = server_call (fixture, "GET", "/v1/certificates", token, NULL);
  JsonArray *certificates = json_object_get_array_member (listed->json, "certificates");
  g_autofree char *signature = sign (server_get_card_key (CARD_A),
                                     answer_get (answer, "signed_attributes"));

  answer_expect (asleep, 409, "certificate.not_activated");
  for (guint i = 0; i < json_array_get_length (certificates); i++)
    {
      JsonObject *one = json_array_get_object_element (certificates, i);
      g_autofree char *path = g_strdup_printf ("/v1/certificates/%s/suspension",
                                               json_object_get_string_member (one, "serial"));

      if (g_str_equal (json_object_get_string_member (one, "state"), "active"))
        server_expect (fixture, "POST", path, token, "{}", 200, NULL);
    }
  give (fixture, token, answer_get (answer, "id"), signature, 409, "certificate.suspended");
}

/* It has to be shown years later, when the key of today is long gone. */
static void
test_survives_a_change_of_the_key (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *id = consent_with (fixture, token, CARD_A);
  g_autoptr (Answer) answer = NULL;
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  g_assert_true (ilk_operator_rotate_data (fixture->service, &rotation, &error));
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  g_assert_true (ilk_operator_rotate_data (fixture->service, &rotation, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rotation.destroyed, ==, 1);
  answer = get_consent (fixture, token, id);
  g_assert_true (openssl_verifies (fixture, answer_get (answer, "text"),
                                   answer_get (answer, "cms")));
}

/* By mail as well as by text message. */
static void
test_notices (void)
{
  static const struct { gboolean turkish; const char *words; } rows[] = {
    { TRUE, ": e-onay verildi. Siz yapmadıysanız" }, { FALSE, ": an e-consent was given." }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ServerFixture) fixture = server_fixture_new ();
      g_autofree char *token = server_session (fixture, AYSE, WORD_A);
      const char *first;

      fixture->turkish = rows[i].turkish;
      g_free (consent_with (fixture, token, CARD_A));
      first = strstr (fixture->phone->said->str, rows[i].words);
      g_assert_nonnull (first);
      g_assert_nonnull (strstr (first + 1, rows[i].words));
    }
}

static void
test_runs_out_meanwhile (void)
{
  const Person person = { AYSE, WORD_A, "00112233445566778899AADD", NULL, "active", NOW - 3600,
                          NOW + 300, "virtual-1" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (Answer) answer = NULL;
  g_autofree char *signature = NULL;

  server_add (fixture, &person);
  answer = prepare (fixture, token, person.serial);
  answer_expect (answer, 201, NULL);
  signature = sign (server_get_card_key (person.serial), answer_get (answer, "signed_attributes"));
  ilk_manual_clock_advance (fixture->clock, 301);
  give (fixture, token, answer_get (answer, "id"), signature, 409, "certificate.expired");
}

static void
test_requests (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", CONSENTS, NULL, "{}", 401, "session.missing");
  server_expect (fixture, "POST", CONSENTS, token, "{}", 404, "card.unknown");
  server_expect (fixture, "POST", CONSENTS, token,
                 "{\"kind\":\"everything\",\"card_serial\":\"" CARD_A "\"}", 400,
                 "request.invalid");
  server_expect (fixture, "GET", CONSENTS "/none", token, NULL, 404, "consent.unknown");
  ilk_service_set_authorities (fixture->service, NULL);
  server_expect (fixture, "POST", CONSENTS, token,
                 "{\"kind\":\"wet-signature-waiver\",\"card_serial\":\"" CARD_A "\"}", 404,
                 "consent.unavailable");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/consents/openssl-verifies-ecdsa", test_openssl_verifies_ecdsa);
  g_test_add_func ("/consents/openssl-verifies-rsa", test_openssl_verifies_rsa);
  g_test_add_func ("/consents/list", test_list);
  g_test_add_func ("/consents/wrong-signature-changes-nothing",
                   test_wrong_signature_changes_nothing);
  g_test_add_func ("/consents/once", test_once);
  g_test_add_func ("/consents/lives-600-seconds", test_lives_600_seconds);
  g_test_add_func ("/consents/of-another-holder", test_of_another_holder);
  g_test_add_func ("/consents/state-of-the-certificate", test_state_of_the_certificate);
  g_test_add_func ("/consents/survives-a-change-of-the-key", test_survives_a_change_of_the_key);
  g_test_add_func ("/consents/notices", test_notices);
  g_test_add_func ("/consents/runs-out-meanwhile", test_runs_out_meanwhile);
  g_test_add_func ("/consents/requests", test_requests);
  return g_test_run ();
}
