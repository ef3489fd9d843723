/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <string.h>
#include "core/ilk-seal.h"

#define DISCLOSE_A "/v1/cards/" CARD_A "/pin/disclosures"

typedef struct {
  IlkSecret *private_key;
  GBytes    *public_key;
  char      *base64;
} AppKey;

static AppKey *
app_key_new (void)
{
  AppKey *self = g_new0 (AppKey, 1);

  g_assert_true (ilk_x25519_generate (&self->private_key, &self->public_key, NULL));
  self->base64 = g_base64_encode (g_bytes_get_data (self->public_key, NULL), 32);
  return self;
}

static void
app_key_free (AppKey *self)
{
  ilk_secret_unref (self->private_key);
  g_bytes_unref (self->public_key);
  g_free (self->base64);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppKey, app_key_free)

static Answer *
disclose (ServerFixture *fixture,
          const char    *token,
          const char    *serial,
          const char    *operation,
          AppKey        *key)
{
  g_autofree char *path = g_strdup_printf ("/v1/cards/%s/pin/disclosures", serial);
  g_autofree char *quoted = operation != NULL ? g_strdup_printf ("\"%s\"", operation)
                                              : g_strdup ("null");
  g_autofree char *body = g_strdup_printf ("{\"public_key\":\"%s\",\"operation\":%s}",
                                           key->base64, quoted);

  return server_call (fixture, "POST", path, token, body);
}

static void
expect_disclosure (ServerFixture *fixture,
                   const char    *token,
                   const char    *serial,
                   const char    *operation,
                   guint          status,
                   const char    *code)
{
  g_autoptr (AppKey) key = app_key_new ();
  g_autoptr (Answer) answer = disclose (fixture, token, serial, operation, key);

  answer_expect (answer, status, code);
}

static GBytes *
decode (Answer     *answer,
        const char *name)
{
  gsize length;
  guchar *data = g_base64_decode (answer_get (answer, name), &length);

  return g_bytes_new_take (data, length);
}

static void
test_sealing_opens (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (AppKey) key = app_key_new ();
  g_autoptr (Answer) answer = disclose (fixture, token, CARD_A, NULL, key);
  g_autoptr (IlkSecret) sealing_key =
    ilk_key_store_get (ILK_KEY_STORE (fixture->keys), ILK_KEY_SEALING, NULL);
  g_autoptr (GBytes) pinned = ilk_x25519_get_public (sealing_key, NULL);
  g_autoptr (GBytes) ephemeral = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GBytes) key_id = NULL;
  g_autoptr (GBytes) context = NULL;
  g_autoptr (GBytes) other_context = NULL;
  g_autoptr (IlkSecret) pin = NULL;
  g_autoptr (IlkSecret) none = NULL;
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pinned);
  g_autofree char *id_hex = NULL;

  answer_expect (answer, 200, NULL);
  ephemeral = decode (answer, "ephemeral_key");
  sealed = decode (answer, "sealed");
  key_id = decode (answer, "key_id");
  context = ilk_seal_context (fixture->session_id, answer_get (answer, "operation"), CARD_A);
  pin = ilk_open_disclosure (key->private_key, ephemeral, pinned, context, sealed, NULL);
  g_assert_nonnull (pin);
  g_assert_cmpmem (ilk_secret_peek (pin), ilk_secret_get_length (pin), PIN_A, 6);

  g_assert_cmpuint (g_bytes_get_size (key_id), ==, 8);
  for (gsize i = 0; i < 8; i++)
    g_assert_cmpuint (((const guint8 *) g_bytes_get_data (key_id, NULL))[i], ==,
                      g_ascii_xdigit_value (digest[2 * i]) * 16 +
                      g_ascii_xdigit_value (digest[2 * i + 1]));

  other_context = ilk_seal_context (fixture->session_id, answer_get (answer, "operation"), CARD_N);
  none = ilk_open_disclosure (key->private_key, ephemeral, pinned, other_context, sealed, NULL);
  g_assert_null (none);
}

static void
test_bad_public_keys (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  server_expect (fixture, "POST", DISCLOSE_A, token, "{\"operation\":null}", 400,
                 "request.invalid");
  server_expect (fixture, "POST", DISCLOSE_A, token, "{\"public_key\":\"AAAA\",\"operation\":null}",
                 400, "request.invalid");
  /* All zero: a point of order one, which any secret would meet in the same result. */
  server_expect (fixture, "POST", DISCLOSE_A, token,
                 "{\"public_key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
                 "\"operation\":null}", 400, "request.invalid");
}

static void
test_step_up_after_5_minutes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = NULL;

  ilk_manual_clock_advance (fixture->clock, 299);
  expect_disclosure (fixture, token, CARD_A, NULL, 200, NULL);
  ilk_manual_clock_advance (fixture->clock, 1);
  expect_disclosure (fixture, token, CARD_A, NULL, 403, "step_up.required");

  operation = server_begin (fixture, token, "pin-disclosure", CARD_A);
  expect_disclosure (fixture, token, CARD_A, operation, 403, "operation.unconfirmed");
  server_confirm (fixture, token, operation);
  expect_disclosure (fixture, token, CARD_N, operation, 404, "operation.unknown");
  expect_disclosure (fixture, token, CARD_A, operation, 200, NULL);
  expect_disclosure (fixture, token, CARD_A, operation, 410, "operation.expired");
}

static void
test_confirmation_lasts_120_seconds (void)
{
  for (int seconds = 119; seconds <= 120; seconds++)
    {
      g_autoptr (ServerFixture) fixture = server_fixture_new ();
      g_autofree char *token = server_session (fixture, AYSE, WORD_A);
      g_autofree char *operation = server_begin (fixture, token, "pin-disclosure", CARD_A);

      server_confirm (fixture, token, operation);
      ilk_manual_clock_advance (fixture->clock, seconds);
      expect_disclosure (fixture, token, CARD_A, operation, seconds < 120 ? 200 : 410,
                         seconds < 120 ? NULL : "operation.expired");
    }
}

static void
test_operation_lives_600_seconds (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-disclosure", CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations", operation);

  ilk_manual_clock_advance (fixture->clock, 599);
  server_expect (fixture, "POST", path, token, "{\"method\":\"sms\"}", 202, NULL);
  ilk_manual_clock_advance (fixture->clock, 1);
  server_expect (fixture, "PUT", path, token, "{\"code\":\"123456\"}", 410, "operation.expired");
  server_expect (fixture, "POST", path, token, "{\"method\":\"sms\"}", 410, "operation.expired");
}

/* An operation belongs to the session it was begun in. */
static void
test_operation_of_another_session (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *first = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, first, "pin-deletion", CARD_A);
  g_autofree char *second = server_session (fixture, AYSE, WORD_A);
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations", operation);

  server_expect (fixture, "POST", path, second, "{\"method\":\"sms\"}", 404, "operation.unknown");
}

static void
test_other_holders_card_looks_unknown (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  expect_disclosure (fixture, token, CARD_B, NULL, 404, "card.unknown");
  expect_disclosure (fixture, token, "FFFFFFFFFFFFFFFFFFFFFFFF", NULL, 404, "card.unknown");
  server_expect (fixture, "POST", "/v1/operations", token,
                 "{\"kind\":\"pin-disclosure\",\"card_serial\":\"" CARD_B "\"}", 404,
                 "card.unknown");
  server_expect (fixture, "POST", "/v1/cards/" CARD_B "/pin-changes", token, "{}", 404,
                 "card.unknown");
  server_expect (fixture, "GET", "/v1/certificates/" CARD_B, token, NULL, 404,
                 "certificate.unknown");
}

static void
test_phrase (void)
{
  static const char *const wrong[] = { "", ",\"phrase\":\"\"", ",\"phrase\":\"sil\"",
                                       ",\"phrase\":\"SIL\"", ",\"phrase\":\"delete\"" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"kind\":\"pin-deletion\",\"card_serial\":\""
                                               CARD_A "\"%s}", wrong[i]);

      server_expect (fixture, "POST", "/v1/operations", token, body, 422, "operation.phrase");
    }
  server_expect (fixture, "POST", "/v1/operations", token,
                 "{\"kind\":\"pin-deletion\",\"card_serial\":\"" CARD_A "\",\"phrase\":\"DELETE\"}",
                 201, NULL);
  server_expect (fixture, "POST", "/v1/operations", token,
                 "{\"kind\":\"unlock\",\"card_serial\":\"" CARD_A "\"}", 400, "request.invalid");
}

static gboolean
file_contains (const char *path,
               GBytes     *bytes)
{
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL))
    return FALSE;
  return memmem (data, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) != NULL;
}

static IlkPinRecord *
get_record (ServerFixture *fixture,
            const char    *serial)
{
  g_autoptr (GError) error = NULL;
  IlkPinRecord *record;

  ilk_store_begin (fixture->store);
  record = ilk_store_pin_get (fixture->store, serial, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  return record;
}

/* In PostgreSQL's own files a deleted row stays for a while, its key wrapped by the week's. */
static gboolean
stored (ServerFixture *fixture,
        GBytes        *bytes)
{
  g_autofree char *log = g_strconcat (fixture->database, "-wal", NULL);
  g_autoptr (IlkPinRecord) record = NULL;

  if (fixture->database_name == NULL)
    return file_contains (fixture->database, bytes) || file_contains (log, bytes);

  record = get_record (fixture, CARD_A);
  return record != NULL && (g_bytes_equal (record->sealed, bytes) ||
                            g_bytes_equal (record->wrapped_key, bytes));
}

static void
test_delete_really_removes (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/cards/" CARD_A "/pin?operation=%s", operation);
  g_autoptr (IlkPinRecord) record = get_record (fixture, CARD_A);
  g_autoptr (Answer) erased = NULL;
  g_autoptr (Answer) again = NULL;

  g_assert_true (stored (fixture, record->sealed));
  g_assert_true (stored (fixture, record->wrapped_key));
  server_expect (fixture, "DELETE", path, token, NULL, 403, "operation.unconfirmed");
  server_expect (fixture, "DELETE", "/v1/cards/" CARD_A "/pin", token, NULL, 404,
                 "operation.unknown");
  server_confirm (fixture, token, operation);

  erased = server_call (fixture, "DELETE", path, token, NULL);
  answer_expect (erased, 200, NULL);
  g_assert_true (json_object_get_boolean_member (erased->json, "erased"));
  /* The holder is told by phone and by mail. */
  g_assert_nonnull (strstr (fixture->phone->text, "deleted for good"));
  g_assert_nonnull (strstr (fixture->phone->mail_to, "@"));
  g_assert_cmpstr (fixture->phone->mail_text, ==, fixture->phone->text);
  g_assert_cmpint (answer_number (erased, "erased_everywhere"), ==,
                   (NOW / 604800 + 1) * (gint64) 604800 + 7200);
  g_assert_false (stored (fixture, record->sealed));
  g_assert_false (stored (fixture, record->wrapped_key));
  expect_disclosure (fixture, token, CARD_A, NULL, 404, "pin.none");
  expect_disclosure (fixture, token, CARD_N, NULL, 200, NULL);

  /* Its answer may have been lost on the way. */
  again = server_call (fixture, "DELETE", path, token, NULL);
  answer_expect (again, 200, NULL);
}

static void
test_deletion_of_another_card (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autofree char *operation = server_begin (fixture, token, "pin-deletion", CARD_A);
  g_autofree char *path = g_strdup_printf ("/v1/cards/" CARD_N "/pin?operation=%s", operation);

  server_confirm (fixture, token, operation);
  server_expect (fixture, "DELETE", path, token, NULL, 404, "operation.unknown");
  expect_disclosure (fixture, token, CARD_N, NULL, 200, NULL);
}

/* A record moved to another card's row, or wrapped by another epoch's key, opens to nothing. */
static void
test_record_is_bound_to_its_card (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (IlkPinRecord) record = get_record (fixture, CARD_N);
  g_autoptr (GError) error = NULL;

  ilk_store_begin (fixture->store);
  ilk_store_pin_set (fixture->store, CARD_A, record, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*");
  expect_disclosure (fixture, token, CARD_A, NULL, 500, "internal");
  g_test_assert_expected_messages ();
}

static void
test_pin_change_marks_stale (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  g_autoptr (IlkPinRecord) before = get_record (fixture, CARD_A);
  g_autoptr (IlkPinRecord) after = NULL;

  server_expect (fixture, "POST", "/v1/cards/" CARD_A "/pin-changes", token, "{}", 204, NULL);
  after = get_record (fixture, CARD_A);
  g_assert_false (before->stale);
  g_assert_true (after->stale);
  expect_disclosure (fixture, token, CARD_A, NULL, 200, NULL);
}

typedef struct {
  const char *serial;
  const char *state;
  int         not_before;
  int         not_after;
  guint       status;
  const char *code;
} CertificateRule;

static void
test_certificate_rules (void)
{
  static const CertificateRule rules[] = {
    { "000000000000000000000001", "active", 0, 100, 200, NULL },
    { "000000000000000000000002", "active", -100, 0, 200, NULL },
    { "000000000000000000000003", "not_activated", -100, 100, 200, NULL },
    { "000000000000000000000004", "active", 1, 100, 409, "certificate.not_yet_valid" },
    { "000000000000000000000005", "active", -100, -1, 409, "certificate.expired" },
    { "000000000000000000000006", "revoked", -100, 100, 409, "certificate.revoked" },
    { "000000000000000000000007", "suspended", -100, 100, 409, "certificate.state" },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, BORA, WORD_B);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const Person person = { BORA, WORD_B, rules[i].serial, "736401", rules[i].state,
                              NOW + rules[i].not_before, NOW + rules[i].not_after, "virtual-1" };

      server_add (fixture, &person);
      expect_disclosure (fixture, token, person.serial, NULL, rules[i].status, rules[i].code);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disclosure/sealing-opens", test_sealing_opens);
  g_test_add_func ("/disclosure/bad-public-keys", test_bad_public_keys);
  g_test_add_func ("/disclosure/step-up-after-5-minutes", test_step_up_after_5_minutes);
  g_test_add_func ("/disclosure/certificate-rules", test_certificate_rules);
  g_test_add_func ("/disclosure/record-is-bound-to-its-card", test_record_is_bound_to_its_card);
  g_test_add_func ("/operation/confirmation-120-seconds", test_confirmation_lasts_120_seconds);
  g_test_add_func ("/operation/lives-600-seconds", test_operation_lives_600_seconds);
  g_test_add_func ("/operation/of-another-session", test_operation_of_another_session);
  g_test_add_func ("/operation/phrase", test_phrase);
  g_test_add_func ("/cards/other-holders-looks-unknown", test_other_holders_card_looks_unknown);
  g_test_add_func ("/deletion/really-removes", test_delete_really_removes);
  g_test_add_func ("/deletion/of-another-card", test_deletion_of_another_card);
  g_test_add_func ("/pin-change/marks-stale", test_pin_change_marks_stale);
  return g_test_run ();
}
