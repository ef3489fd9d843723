/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include <openssl/sha.h>

#include "client-fixture.h"
#include "client/ilk-client-private.h"
#include "core/ilk-seal.h"

typedef struct
{
  FakeService *service;
  IlkClient   *client;
  IlkSecret   *sealing_key; /* private half of the service's */
  GBytes      *sealing_public;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_assert_true (ilk_x25519_generate (&self->sealing_key, &self->sealing_public, NULL));
  self->service = fake_service_new_unix ();
  self->client = fixture_client_new (fake_service_get_socket (self->service),
                                     self->sealing_public);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_assert_finalize_object (self->client);
  fake_service_free (self->service);
  ilk_secret_unref (self->sealing_key);
  g_bytes_unref (self->sealing_public);
}

static FakeRequest *
get_last (Fixture *self)
{
  return fake_service_get_request (self->service, fake_service_get_count (self->service) - 1);
}

static void
assert_sent (Fixture    *self,
             const char *method,
             const char *path,
             const char *body)
{
  FakeRequest *request = get_last (self);

  g_assert_cmpstr (request->method, ==, method);
  g_assert_cmpstr (request->path, ==, path);
  g_assert_cmpstr (request->body, ==, body);
}

#define assert_header(self, name, value) \
  g_assert_cmpstr (fake_request_get_header (get_last (self), name), ==, value)

static void
test_captcha (Fixture       *self,
              gconstpointer  data)
{
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3 };
  g_autofree char *image = g_base64_encode (png, sizeof png);
  g_autofree char *body = g_strdup_printf ("{\"id\":\"C1\",\"image\":\"%s\",\"expires_in\":300}",
                                           image);
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkCaptcha) captcha = NULL;
  g_autoptr (GError) error = NULL;

  fake_service_answer (self->service, 201, body);
  ilk_client_new_captcha_async (self->client, WAIT_FOR (&wait));
  captcha = ilk_client_new_captcha_finish (self->client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (captcha->id, ==, "C1");
  g_assert_cmpint (captcha->expires_in, ==, 300);
  g_assert_cmpmem (g_bytes_get_data (captcha->png, NULL), g_bytes_get_size (captcha->png), png,
                   sizeof png);

  assert_sent (self, "POST", "/v1/captchas", "{}");
  assert_header (self, "accept-language", "tr");
  assert_header (self, "content-type", "application/json");
  assert_header (self, "user-agent", "ilkimza");
  assert_header (self, "accept-encoding", NULL);
  assert_header (self, "cookie", NULL);
  assert_header (self, "authorization", NULL);
}

static void
test_login (Fixture       *self,
            gconstpointer  data)
{
  g_assert_false (ilk_client_has_session (self->client));
  fixture_log_in (self->client, self->service);
  g_assert_false (ilk_client_has_session (self->client));
  assert_sent (self, "POST", "/v1/sessions",
               "{\"kind\":\"password\",\"identity_number\":\"10000000146\","
               "\"captcha\":{\"id\":\"C1\",\"text\":\"ACDEFH\"},"
               "\"security_word\":\"" FIXTURE_WORD "\"}");
  assert_header (self, "idempotency-key", NULL);
  assert_header (self, "authorization", NULL);

  fixture_get_session (self->client, self->service);
  assert_sent (self, "PUT", "/v1/sessions/current/sms", "{\"code\":\"" FIXTURE_CODE "\"}");
  assert_header (self, "authorization", "Bearer " FIXTURE_TOKEN_1);
}

/* The printed word opens a session that is for another word; the word goes nowhere but there. */
static void
test_change_word (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_from_data (FIXTURE_CODE, strlen (FIXTURE_CODE));
  g_autoptr (IlkSecret) word = ilk_secret_new_from_data ("\"göl\" kıyısı", strlen ("\"göl\" kıyısı"));
  g_auto (Wait) verified = { NULL };
  g_auto (Wait) refused = { NULL };
  g_auto (Wait) changed = { NULL };
  g_autoptr (IlkSessionInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  fixture_log_in (self->client, self->service);
  fake_service_answer (self->service, 200,
                       "{\"token\":\"a-token\",\"session_id\":\"S\",\"holder\":\"A\","
                       "\"word_change\":true,\"idle_seconds\":900,\"absolute_seconds\":3600}");
  ilk_client_verify_login_sms_async (self->client, code, WAIT_FOR (&verified));
  info = ilk_client_verify_login_sms_finish (self->client, wait_run (&verified), &error);
  g_assert_no_error (error);
  g_assert_true (info->word_change);

  fake_service_problem (self->service, 422, "word.same", "");
  ilk_client_change_word_async (self->client, word, WAIT_FOR (&refused));
  g_assert_false (ilk_client_change_word_finish (self->client, wait_run (&refused), &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_WORD);
  g_clear_error (&error);

  fake_service_answer (self->service, 204, "");
  ilk_client_change_word_async (self->client, word, WAIT_FOR (&changed));
  g_assert_true (ilk_client_change_word_finish (self->client, wait_run (&changed), &error));
  g_assert_no_error (error);
  assert_sent (self, "PUT", "/v1/me/security-word",
               "{\"security_word\":\"\\\"göl\\\" kıyısı\"}");
  assert_header (self, "authorization", "Bearer a-token");
}

static void
test_log_in_by_code (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_from_data ("123456789012345", 15);
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSessionInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  fake_service_answer (self->service, 201,
                       "{\"token\":\"" FIXTURE_TOKEN_1 "\",\"session_id\":\"S\",\"holder\":\"A\","
                       "\"assurance\":\"verification-code\",\"idle_seconds\":900,"
                       "\"absolute_seconds\":3600}");
  ilk_client_log_in_by_code_async (self->client, code, WAIT_FOR (&wait));
  info = ilk_client_log_in_by_code_finish (self->client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->holder, ==, "A");
  g_assert_true (ilk_client_has_session (self->client));
  assert_sent (self, "POST", "/v1/sessions",
               "{\"kind\":\"verification-code\",\"code\":\"123456789012345\"}");
  assert_header (self, "authorization", NULL);
}

static void
test_login_sms (Fixture       *self,
                gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  IlkSmsTicket ticket = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_log_in (self->client, self->service);
  fake_service_answer (self->service, 202,
                       "{\"expires_in\":300,\"resend_in\":60,\"sends_left\":5}");
  ilk_client_send_login_sms_async (self->client, WAIT_FOR (&wait));
  g_assert_true (ilk_client_send_login_sms_finish (self->client, wait_run (&wait), &ticket,
                                                   &error));
  g_assert_no_error (error);
  g_assert_cmpint (ticket.expires_in, ==, 300);
  g_assert_cmpint (ticket.resend_in, ==, 60);
  g_assert_cmpint (ticket.sends_left, ==, 5);
  assert_sent (self, "POST", "/v1/sessions/current/sms", "{}");
  g_assert_cmpuint (strlen (fake_request_get_header (get_last (self), "idempotency-key")), ==, 32);
}

/* Without a session nothing is sent that needs one. */
static void
test_needs_session (Fixture       *self,
                    gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  fixture_log_in (self->client, self->service);
  before = fake_service_get_count (self->service);
  ilk_client_list_cards_async (self->client, WAIT_FOR (&wait));
  cards = ilk_client_list_cards_finish (self->client, wait_run (&wait), &error);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION);
  g_assert_null (cards);
  g_assert_cmpuint (fake_service_get_count (self->service), ==, before);
}

static void
test_cards (Fixture       *self,
            gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (GError) error = NULL;
  IlkServiceCard *card;

  fixture_get_session (self->client, self->service);
  fake_service_answer (self->service, 200,
    "{\"cards\":["
    "{\"serial\":\"0102030405060708090a0b0c\",\"state\":\"operation\",\"profile\":\"virtual-1\","
    "\"pin_held\":true,\"pin_stale\":false,\"certificate\":{\"serial\":\"00ab\","
    "\"state\":\"not_activated\",\"not_before\":1,\"not_after\":2,\"valid_in\":-5}},"
    "{\"serial\":\"FF02030405060708090A0B0C\",\"state\":\"dead\",\"profile\":null,"
    "\"pin_held\":false,\"pin_stale\":true,\"certificate\":{\"serial\":\"CD\","
    "\"state\":\"not_yet_valid\",\"not_before\":1,\"not_after\":2,\"valid_in\":86400}}],"
    "\"next\":null}");
  ilk_client_list_cards_async (self->client, WAIT_FOR (&wait));
  cards = ilk_client_list_cards_finish (self->client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cards->len, ==, 2);

  card = g_ptr_array_index (cards, 0);
  g_assert_cmpstr (card->serial, ==, FIXTURE_CARD);
  g_assert_cmpstr (card->certificate_serial, ==, "00AB");
  g_assert_cmpint (card->state, ==, ILK_SERVICE_CERTIFICATE_NOT_ACTIVATED);
  g_assert_cmpint (card->valid_in, ==, -5);
  g_assert_true (card->pin_held);
  g_assert_false (card->pin_stale);
  g_assert_false (card->dead);
  g_assert_cmpstr (card->unlock_profile, ==, "virtual-1");

  card = g_ptr_array_index (cards, 1);
  g_assert_cmpint (card->state, ==, ILK_SERVICE_CERTIFICATE_NOT_YET_VALID);
  g_assert_true (card->dead);
  g_assert_null (card->unlock_profile);
  assert_sent (self, "GET", "/v1/cards", "");
  assert_header (self, "authorization", "Bearer " FIXTURE_TOKEN_2);
}

static void
test_activate (Fixture       *self,
               gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;

  fixture_get_session (self->client, self->service);
  fake_service_answer (self->service, 200, "{\"serial\":\"00AB\",\"state\":\"active\"}");
  ilk_client_activate_async (self->client, "00AB/../x", WAIT_FOR (&wait));
  g_assert_true (ilk_client_activate_finish (self->client, wait_run (&wait), &error));
  g_assert_no_error (error);
  assert_sent (self, "POST", "/v1/certificates/00AB%2F..%2Fx/activation", "{}");
}

static void
test_operations (Fixture       *self,
                 gconstpointer  data)
{
  g_auto (Wait) begun = { NULL }, sent = { NULL }, confirmed = { NULL }, deleted = { NULL };
  g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
  g_autoptr (IlkOperation) operation = NULL;
  g_autoptr (GError) error = NULL;
  IlkSmsTicket ticket;
  gint64 date = 0;

  fixture_get_session (self->client, self->service);
  fake_service_answer (self->service, 201, "{\"id\":\"op-1\",\"kind\":\"pin-deletion\","
                       "\"phone\":\"05•• ••• •• 67\",\"expires_in\":600}");
  ilk_client_begin_operation_async (self->client, "pin-deletion", FIXTURE_CARD, "SİL",
                                    WAIT_FOR (&begun));
  operation = ilk_client_begin_operation_finish (self->client, wait_run (&begun), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (operation->id, ==, "op-1");
  assert_sent (self, "POST", "/v1/operations", "{\"kind\":\"pin-deletion\",\"card_serial\":\""
               FIXTURE_CARD "\",\"phrase\":\"SİL\"}");

  fake_service_answer (self->service, 202, "{\"expires_in\":1,\"resend_in\":2,\"sends_left\":3}");
  ilk_client_send_operation_sms_async (self->client, "op-1", WAIT_FOR (&sent));
  g_assert_true (ilk_client_send_operation_sms_finish (self->client, wait_run (&sent), &ticket,
                                                       &error));
  assert_sent (self, "POST", "/v1/operations/op-1/confirmations", "{\"method\":\"sms\"}");

  fake_service_answer (self->service, 200, "{\"authorized_for\":120}");
  ilk_client_confirm_operation_async (self->client, "op-1", code, WAIT_FOR (&confirmed));
  g_assert_true (ilk_client_confirm_operation_finish (self->client, wait_run (&confirmed),
                                                      &error));
  assert_sent (self, "PUT", "/v1/operations/op-1/confirmations", "{\"code\":\"493817\"}");

  fake_service_answer (self->service, 200, "{\"erased\":true,\"erased_everywhere\":1800000000}");
  ilk_client_delete_pin_async (self->client, FIXTURE_CARD, "op-1", WAIT_FOR (&deleted));
  g_assert_true (ilk_client_delete_pin_finish (self->client, wait_run (&deleted), &date, &error));
  g_assert_no_error (error);
  g_assert_cmpint (date, ==, 1800000000);
  assert_sent (self, "DELETE", "/v1/cards/" FIXTURE_CARD "/pin?operation=op-1", "");
}

static void
test_unlock (Fixture       *self,
             gconstpointer  data)
{
  static const guint8 challenge_data[16] = { 0xab, 1, 2 };
  static const guint8 cryptogram_data[16] = { 0x0f, 0xf0 };
  g_autoptr (GBytes) challenge = g_bytes_new_static (challenge_data, sizeof challenge_data);
  g_auto (Wait) begun = { NULL }, made = { NULL }, told = { NULL }, changed = { NULL };
  g_autoptr (IlkOperation) unlock = NULL;
  g_autoptr (GBytes) cryptogram = NULL;
  g_autoptr (GError) error = NULL;

  fixture_get_session (self->client, self->service);
  fake_service_answer (self->service, 201, "{\"id\":\"u-1\",\"kind\":\"unlock\","
                       "\"phone\":\"05•• ••• •• 67\",\"expires_in\":600}");
  ilk_client_begin_unlock_async (self->client, FIXTURE_CARD, "3B9F", "virtual-1",
                                 WAIT_FOR (&begun));
  unlock = ilk_client_begin_unlock_finish (self->client, wait_run (&begun), &error);
  g_assert_no_error (error);
  assert_sent (self, "POST", "/v1/unlocks", "{\"card_serial\":\"" FIXTURE_CARD "\",\"atr\":"
               "\"3B9F\",\"profile\":\"virtual-1\"}");

  fake_service_answer (self->service, 200, "{\"cryptogram\":\"0ff00000000000000000000000000000\"}");
  ilk_client_get_cryptogram_async (self->client, "u-1", challenge, WAIT_FOR (&made));
  cryptogram = ilk_client_get_cryptogram_finish (self->client, wait_run (&made), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (cryptogram, NULL), g_bytes_get_size (cryptogram),
                   cryptogram_data, sizeof cryptogram_data);
  assert_sent (self, "POST", "/v1/unlocks/u-1/cryptograms",
               "{\"challenge\":\"AB010200000000000000000000000000\"}");

  fake_service_answer (self->service, 204, "");
  ilk_client_report_unlock_async (self->client, "u-1", "done", "verify", 0x63c2,
                                  WAIT_FOR (&told));
  g_assert_true (ilk_client_report_unlock_finish (self->client, wait_run (&told), &error));
  g_assert_no_error (error);
  assert_sent (self, "PUT", "/v1/unlocks/u-1/result",
               "{\"outcome\":\"done\",\"step\":\"verify\",\"status_word\":\"63C2\"}");

  fake_service_answer (self->service, 204, "");
  ilk_client_report_pin_change_async (self->client, FIXTURE_CARD, WAIT_FOR (&changed));
  g_assert_true (ilk_client_report_pin_change_finish (self->client, wait_run (&changed), &error));
  assert_sent (self, "POST", "/v1/cards/" FIXTURE_CARD "/pin-changes", "{}");
}

typedef struct
{
  const char *name;
  const char *session_id;
  const char *operation;
  const char *card;
  const char *pin;
  gboolean    other_key;     /* sealed by somebody else's static key */
  gboolean    claims_pinned; /* … who names the pinned key */
  int         expected;      /* -1: the PIN opens */
} SealRow;

static const SealRow seal_rows[] = {
  { "right", FIXTURE_SESSION_ID, "d-1", FIXTURE_CARD, "482915", FALSE, FALSE, -1 },
  { "other-session", "S-2", "d-1", FIXTURE_CARD, "482915", FALSE, FALSE, ILK_CLIENT_ERROR_SEAL },
  { "other-operation", FIXTURE_SESSION_ID, "d-2", FIXTURE_CARD, "482915", FALSE, FALSE,
    ILK_CLIENT_ERROR_SEAL },
  { "other-card", FIXTURE_SESSION_ID, "d-1", "FF02030405060708090A0B0C", "482915", FALSE, FALSE,
    ILK_CLIENT_ERROR_SEAL },
  { "other-key", FIXTURE_SESSION_ID, "d-1", FIXTURE_CARD, "482915", TRUE, FALSE,
    ILK_CLIENT_ERROR_SEAL },
  { "other-key-hidden", FIXTURE_SESSION_ID, "d-1", FIXTURE_CARD, "482915", TRUE, TRUE,
    ILK_CLIENT_ERROR_SEAL },
  { "no-digits", FIXTURE_SESSION_ID, "d-1", FIXTURE_CARD, "abc915", FALSE, FALSE,
    ILK_CLIENT_ERROR_SEAL },
};

typedef struct
{
  Fixture       *fixture;
  const SealRow *row;
} Sealing;

static char *
get_key_id (GBytes *public_key)
{
  guint8 digest[SHA256_DIGEST_LENGTH];

  SHA256 (g_bytes_get_data (public_key, NULL), g_bytes_get_size (public_key), digest);
  return g_base64_encode (digest, 8);
}

static char *
encode (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What the service would answer to the public key of the request. */
static void
answer_sealed (Fixture       *self,
               const SealRow *row,
               const char    *request_body)
{
  g_autoptr (IlkSecret) other = NULL, pin = fixture_secret (row->pin);
  g_autoptr (GBytes) other_public = NULL, app = NULL, ephemeral = NULL, sealed = NULL;
  g_autoptr (GBytes) context = ilk_seal_context (row->session_id, row->operation, row->card);
  g_autofree char *key = NULL, *id = NULL, *ephemeral_text = NULL, *sealed_text = NULL;
  g_autofree char *body = NULL;
  guchar *data;
  gsize length;

  key = g_strndup (request_body + strlen ("{\"public_key\":\""), 44);
  data = g_base64_decode (key, &length);
  app = g_bytes_new_take (data, length);
  g_assert_cmpuint (length, ==, 32);
  g_assert_true (ilk_x25519_generate (&other, &other_public, NULL));

  sealed = ilk_seal_disclosure (app, row->other_key ? other : self->sealing_key, context, pin,
                                &ephemeral, NULL);
  g_assert_nonnull (sealed);
  id = get_key_id (row->other_key && !row->claims_pinned ? other_public : self->sealing_public);
  ephemeral_text = encode (ephemeral);
  sealed_text = encode (sealed);
  body = g_strdup_printf ("{\"operation\":\"d-1\",\"ephemeral_key\":\"%s\",\"key_id\":\"%s\","
                          "\"sealed\":\"%s\"}", ephemeral_text, id, sealed_text);
  fake_service_answer (self->service, 200, body);
}

/* The answer depends on the request, so the service gets it when the request is there. */
static void
on_disclosure_asked (FakeRequest *request,
                     gpointer     user_data)
{
  Sealing *sealing = user_data;

  answer_sealed (sealing->fixture, sealing->row, request->body);
}

static void
test_disclosure (Fixture       *self,
                 gconstpointer  data)
{
  Sealing sealing = { self, data };
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSecret) pin = NULL;
  g_autoptr (GError) error = NULL;

  fixture_get_session (self->client, self->service);
  fake_service_set_answerer (self->service, on_disclosure_asked, &sealing);
  ilk_client_disclose_pin_async (self->client, FIXTURE_CARD, NULL, WAIT_FOR (&wait));
  pin = ilk_client_disclose_pin_finish (self->client, wait_run (&wait), &error);
  g_assert_true (g_str_has_suffix (get_last (self)->body, "\",\"operation\":null}"));
  g_assert_cmpstr (get_last (self)->path, ==, "/v1/cards/" FIXTURE_CARD "/pin/disclosures");

  if (sealing.row->expected >= 0)
    {
      g_assert_error (error, ILK_CLIENT_ERROR, sealing.row->expected);
      g_assert_null (pin);
    }
  else
    {
      g_assert_no_error (error);
      g_assert_cmpmem (ilk_secret_peek (pin), ilk_secret_get_length (pin), "482915", 6);
    }
}

/* No two disclosures use the same key. */
static void
test_disclosure_keys_differ (Fixture       *self,
                             gconstpointer  data)
{
  g_auto (Wait) first = { NULL }, second = { NULL };
  g_autofree char *first_body = NULL;

  fixture_get_session (self->client, self->service);
  fake_service_problem (self->service, 404, "pin.none", "");
  fake_service_problem (self->service, 404, "pin.none", "");
  ilk_client_disclose_pin_async (self->client, FIXTURE_CARD, "op-1", WAIT_FOR (&first));
  g_assert_null (ilk_client_disclose_pin_finish (self->client, wait_run (&first), NULL));
  first_body = g_strdup (get_last (self)->body);
  g_assert_true (g_str_has_suffix (first_body, "\",\"operation\":\"op-1\"}"));
  ilk_client_disclose_pin_async (self->client, FIXTURE_CARD, "op-1", WAIT_FOR (&second));
  g_assert_null (ilk_client_disclose_pin_finish (self->client, wait_run (&second), NULL));
  g_assert_cmpstr (get_last (self)->body, !=, first_body);
}

static void
test_logout (Fixture       *self,
             gconstpointer  data)
{
  g_auto (Wait) wait = { NULL }, again = { NULL };
  g_autoptr (GError) error = NULL;
  guint count;

  fixture_get_session (self->client, self->service);
  fake_service_answer (self->service, 204, "");
  ilk_client_log_out_async (self->client, WAIT_FOR (&wait));
  g_assert_false (ilk_client_has_session (self->client));
  g_assert_true (ilk_client_log_out_finish (self->client, wait_run (&wait), &error));
  g_assert_no_error (error);
  assert_sent (self, "DELETE", "/v1/sessions/current", "");
  assert_header (self, "authorization", "Bearer " FIXTURE_TOKEN_2);

  count = fake_service_get_count (self->service);
  ilk_client_log_out_async (self->client, WAIT_FOR (&again));
  g_assert_true (ilk_client_log_out_finish (self->client, wait_run (&again), &error));
  g_assert_cmpuint (fake_service_get_count (self->service), ==, count);
}

/* A session that the service has ended is no session here either. */
static void
test_ended_session (Fixture       *self,
                    gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;

  fixture_get_session (self->client, self->service);
  fake_service_problem (self->service, 401, "session.expired", "");
  ilk_client_list_cards_async (self->client, WAIT_FOR (&wait));
  g_assert_null (ilk_client_list_cards_finish (self->client, wait_run (&wait), &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION);
  g_assert_false (ilk_client_has_session (self->client));
}

/* The answer to a login that was given up by a logout makes no session. */
static void
test_late_login (Fixture       *self,
                 gconstpointer  data)
{
  g_auto (Wait) late = { NULL }, out = { NULL };
  g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
  g_autoptr (IlkSessionInfo) info = NULL;

  fixture_log_in (self->client, self->service);
  fake_service_answer (self->service, 200,
                       "{\"token\":\"late-token\",\"session_id\":\"S\",\"holder\":\"A\","
                       "\"idle_seconds\":900,\"absolute_seconds\":3600}");
  fake_service_answer (self->service, 204, "");
  ilk_client_verify_login_sms_async (self->client, code, WAIT_FOR (&late));
  ilk_client_log_out_async (self->client, WAIT_FOR (&out));
  wait_run (&out);
  info = ilk_client_verify_login_sms_finish (self->client, wait_run (&late), NULL);
  g_assert_false (ilk_client_has_session (self->client));
}

/* Each code of the contract, with its status, and what it means for the person. */
static const struct
{
  const char *code;
  guint       status;
  int         error;
} problem_rows[] = {
  { "captcha.wrong", 422, ILK_CLIENT_ERROR_CAPTCHA },
  { "captcha.expired", 410, ILK_CLIENT_ERROR_CAPTCHA },
  { "word.change_required", 403, ILK_CLIENT_ERROR_WORD_CHANGE },
  { "word.not_printed", 409, ILK_CLIENT_ERROR_WORD },
  { "word.same", 422, ILK_CLIENT_ERROR_WORD },
  { "captcha.no_sound", 404, ILK_CLIENT_ERROR_REFUSED },
  { "login.refused", 401, ILK_CLIENT_ERROR_CREDENTIALS },
  { "account.blocked", 423, ILK_CLIENT_ERROR_BLOCKED },
  { "reset.gone", 410, ILK_CLIENT_ERROR_OPERATION },
  { "reset.code_required", 403, ILK_CLIENT_ERROR_STEP_UP },
  { "word.length", 422, ILK_CLIENT_ERROR_WORD },
  { "word.text", 422, ILK_CLIENT_ERROR_WORD },
  { "word.common", 422, ILK_CLIENT_ERROR_WORD },
  { "word.personal", 422, ILK_CLIENT_ERROR_WORD },
  { "consent.unavailable", 404, ILK_CLIENT_ERROR_REFUSED },
  { "consent.unknown", 404, ILK_CLIENT_ERROR_OPERATION },
  { "consent.expired", 410, ILK_CLIENT_ERROR_OPERATION },
  { "consent.given", 409, ILK_CLIENT_ERROR_REFUSED },
  { "consent.signature", 422, ILK_CLIENT_ERROR_REFUSED },
  { "me.revision_required", 428, ILK_CLIENT_ERROR_REFUSED },
  { "me.changed", 412, ILK_CLIENT_ERROR_OPERATION },
  { "me.phone", 422, ILK_CLIENT_ERROR_REFUSED },
  { "me.email", 422, ILK_CLIENT_ERROR_REFUSED },
  { "me.same", 422, ILK_CLIENT_ERROR_REFUSED },
  { "web_password.none", 409, ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.wrong", 422, ILK_CLIENT_ERROR_CODE_WRONG },
  { "web_password.exhausted", 409, ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.not_enough", 403, ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.same", 422, ILK_CLIENT_ERROR_REFUSED },
  { "session.missing", 401, ILK_CLIENT_ERROR_SESSION },
  { "session.expired", 401, ILK_CLIENT_ERROR_SESSION },
  { "attempt.expired", 401, ILK_CLIENT_ERROR_SESSION },
  { "sms.wrong", 422, ILK_CLIENT_ERROR_CODE_WRONG },
  { "sms.expired", 410, ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.exhausted", 410, ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.none", 409, ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.too_soon", 429, ILK_CLIENT_ERROR_SMS_LIMIT },
  { "sms.limit", 429, ILK_CLIENT_ERROR_SMS_LIMIT },
  { "assurance.too_low", 403, ILK_CLIENT_ERROR_STEP_UP },
  { "assurance.password", 403, ILK_CLIENT_ERROR_STEP_UP },
  { "login.unavailable", 404, ILK_CLIENT_ERROR_REFUSED },
  { "signature.expired", 410, ILK_CLIENT_ERROR_OPERATION },
  { "signature.wrong", 401, ILK_CLIENT_ERROR_REFUSED },
  { "signature.certificate", 401, ILK_CLIENT_ERROR_NOT_YOURS },
  { "certificate.not_activated", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.suspended", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "e_government.expired", 410, ILK_CLIENT_ERROR_OPERATION },
  { "e_government.refused", 401, ILK_CLIENT_ERROR_REFUSED },
  { "e_government.unknown", 403, ILK_CLIENT_ERROR_NOT_YOURS },
  { "e_government.unavailable", 503, ILK_CLIENT_ERROR_BUSY },
  { "code.refused", 401, ILK_CLIENT_ERROR_VERIFICATION_CODE },
  { "code.limit", 429, ILK_CLIENT_ERROR_BUSY },
  { "step_up.required", 403, ILK_CLIENT_ERROR_STEP_UP },
  { "operation.unknown", 404, ILK_CLIENT_ERROR_OPERATION },
  { "operation.expired", 410, ILK_CLIENT_ERROR_OPERATION },
  { "operation.unconfirmed", 403, ILK_CLIENT_ERROR_OPERATION },
  { "operation.phrase", 422, ILK_CLIENT_ERROR_OPERATION },
  { "card.unknown", 404, ILK_CLIENT_ERROR_NOT_YOURS },
  { "card.dead", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.unknown", 404, ILK_CLIENT_ERROR_NOT_YOURS },
  { "certificate.state", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.not_yet_valid", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.expired", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.revoked", 409, ILK_CLIENT_ERROR_CERTIFICATE },
  { "pin.none", 404, ILK_CLIENT_ERROR_NO_PIN },
  { "unlock.limit", 429, ILK_CLIENT_ERROR_UNLOCK_LIMIT },
  { "unlock.profile", 409, ILK_CLIENT_ERROR_REFUSED },
  { "unlock.exhausted", 429, ILK_CLIENT_ERROR_OPERATION },
  { "request.invalid", 400, ILK_CLIENT_ERROR_REFUSED },
  { "request.too_large", 413, ILK_CLIENT_ERROR_REFUSED },
  { "request.idempotency", 422, ILK_CLIENT_ERROR_REFUSED },
  { "not_found", 404, ILK_CLIENT_ERROR_REFUSED },
  { "method", 405, ILK_CLIENT_ERROR_REFUSED },
  { "rate.limited", 429, ILK_CLIENT_ERROR_BUSY },
  { "busy", 503, ILK_CLIENT_ERROR_BUSY },
  { "internal", 500, ILK_CLIENT_ERROR_FAILED },
  { "some.later_code", 503, ILK_CLIENT_ERROR_BUSY },
  { "some.later_code", 422, ILK_CLIENT_ERROR_REFUSED },
  { "some.later_code", 418, ILK_CLIENT_ERROR_FAILED },
};

static GError *
ask_captcha (Fixture *self)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkCaptcha) captcha = NULL;
  GError *error = NULL;

  ilk_client_new_captcha_async (self->client, WAIT_FOR (&wait));
  captcha = ilk_client_new_captcha_finish (self->client, wait_run (&wait), &error);
  g_assert_true ((captcha == NULL) == (error != NULL));
  return error;
}

static void
test_problems (Fixture       *self,
               gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (problem_rows); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_problem (self->service, problem_rows[i].status, problem_rows[i].code, "");
      error = ask_captcha (self);
      g_test_message ("%s", problem_rows[i].code);
      g_assert_error (error, ILK_CLIENT_ERROR, problem_rows[i].error);
      g_assert_cmpstr (ilk_client_error_get_problem (error), ==, problem_rows[i].code);
      g_assert_cmpint (ilk_client_error_get_attempts_left (error), ==, -1);
      g_assert_cmpint (ilk_client_error_get_retry_after (error), ==, -1);
    }
}

static void
test_problem_extras (Fixture       *self,
                     gconstpointer  data)
{
  static const struct
  {
    const char *extra;
    int         attempts_left;
    int         retry_after;
  } rows[] = {
    { ",\"attempts_left\":2", 2, -1 },
    { ",\"retry_after\":57", -1, 57 },
    { ",\"attempts_left\":0,\"retry_after\":0", 0, 0 },
    { ",\"attempts_left\":\"2\",\"retry_after\":1.5", -1, -1 },
    { ",\"attempts_left\":-7,\"retry_after\":-1", 0, 0 },
    { ",\"attempts_left\":999999,\"retry_after\":9000000000000", 100, G_MAXINT },
    { ",\"attempts_left\":null,\"retry_after\":[]", -1, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL, copy = NULL;

      fake_service_problem (self->service, 401, "login.refused", rows[i].extra);
      error = ask_captcha (self);
      copy = g_error_copy (error);
      g_assert_error (copy, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_CREDENTIALS);
      g_assert_cmpint (ilk_client_error_get_attempts_left (copy), ==, rows[i].attempts_left);
      g_assert_cmpint (ilk_client_error_get_retry_after (copy), ==, rows[i].retry_after);
    }
}

/* Refusals that are no problem documents: of a proxy, or worse. */
static void
test_foreign_refusals (Fixture       *self,
                       gconstpointer  data)
{
  static const struct
  {
    guint       status;
    const char *headers;
    const char *body;
    int         error;
    int         retry_after;
  } rows[] = {
    { 502, "Content-Type: text/html\r\n", "<h1>Bad gateway</h1>", ILK_CLIENT_ERROR_BUSY, -1 },
    { 503, "Content-Type: text/html\r\nRetry-After: 12\r\n", "", ILK_CLIENT_ERROR_BUSY, 12 },
    { 429, "Retry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\n", "", ILK_CLIENT_ERROR_BUSY, -1 },
    { 413, "Content-Type: text/html\r\n", "<p>too large", ILK_CLIENT_ERROR_REFUSED, -1 },
    { 423, "Content-Type: application/problem+json\r\n", "{not json", ILK_CLIENT_ERROR_BLOCKED, -1 },
    { 500, "Content-Type: application/problem+json\r\n", "{\"code\":5}", ILK_CLIENT_ERROR_FAILED, -1 },
    { 500, "Content-Type: text/plain\r\n", "{\"code\":\"busy\"}", ILK_CLIENT_ERROR_FAILED, -1 },
    { 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "", ILK_CLIENT_ERROR_SESSION, -1 },
    { 407, "Proxy-Authenticate: Basic realm=\"x\"\r\n", "", ILK_CLIENT_ERROR_FAILED, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_answer_full (self->service, FAKE_ANSWER, rows[i].status, rows[i].headers,
                                rows[i].body);
      error = ask_captcha (self);
      g_test_message ("%u %s", rows[i].status, rows[i].headers);
      g_assert_error (error, ILK_CLIENT_ERROR, rows[i].error);
      g_assert_null (ilk_client_error_get_problem (error));
      g_assert_cmpint (ilk_client_error_get_retry_after (error), ==, rows[i].retry_after);
      g_assert_cmpuint (fake_service_get_count (self->service), ==, i + 1);
    }
}

/* Answers that say yes and mean nothing. */
static void
test_hostile_answers (Fixture       *self,
                      gconstpointer  data)
{
  static const char *bodies[] = {
    "", "{}", "[]", "null", "\"x\"", "{\"id\":1,\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":\"300\"}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":1.5}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":null}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":true}",
    "{\"id\":\"C1\",\"image\":\"R0lGODlhAQABAAAAACw=\",\"expires_in\":300}",
    "{\"id\":\"C1\",\"image\":\"!!!\",\"expires_in\":300}",
    "{\"id\":\"C1\",\"image\":\"\",\"expires_in\":300}",
    "{\"id\":\"../../x\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}",
    "{\"id\":\"\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}",
    "{\"id\":\"C1\\u0000\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}",
    "{\"id\":\"C1\\ud800\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}",
    "{\"id\":{},\"image\":[],\"expires_in\":{}}", "{\"id\":\"C1\"", "\xff\xfe{}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300}}",
    "{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":300,\"x\":[[[[[[[[[1]]]]]]]]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_service_answer (self->service, 201, bodies[i]);
      error = ask_captcha (self);
      g_test_message ("answer %u", i);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
    }
}

static void
test_hostile_numbers (Fixture       *self,
                      gconstpointer  data)
{
  static const char *numbers[] = { "-1", "0", "86401", "9223372036854775807",
                                   "-9223372036854775808" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_auto (Wait) wait = { NULL };
      g_autoptr (IlkCaptcha) captcha = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *body = NULL;

      body = g_strdup_printf ("{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":%s}",
                              numbers[i]);
      fake_service_answer (self->service, 201, body);
      ilk_client_new_captcha_async (self->client, WAIT_FOR (&wait));
      captcha = ilk_client_new_captcha_finish (self->client, wait_run (&wait), &error);
      g_assert_no_error (error);
      g_assert_cmpint (captcha->expires_in, >=, 0);
      g_assert_cmpint (captcha->expires_in, <=, 86400);
    }
}

/* Numbers beyond 64 bits are no numbers of ours; what they are read as does not matter, that the
 * program goes on does. */
static void
test_huge_numbers (Fixture       *self,
                   gconstpointer  data)
{
  static const char *numbers[] = { "99999999999999999999999999", "1e999", "-1e-999", "0e0" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *body = NULL;

      body = g_strdup_printf ("{\"id\":\"C1\",\"image\":\"iVBORw0KGgo=\",\"expires_in\":%s}",
                              numbers[i]);
      fake_service_answer (self->service, 201, body);
      error = ask_captcha (self);
      if (error != NULL)
        g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
    }
}

static void
test_hostile_cards (Fixture       *self,
                    gconstpointer  data)
{
  static const char card[] =
    "{\"serial\":\"0102030405060708090A0B0C\",\"state\":\"operation\",\"profile\":null,"
    "\"pin_held\":true,\"pin_stale\":false,\"certificate\":{\"serial\":\"AB\","
    "\"state\":\"active\",\"not_before\":1,\"not_after\":2,\"valid_in\":0}}";
  static const char *changes[][2] = {
    { "\"0102030405060708090A0B0C\"", "\"01\"" }, { "\"AB\"", "\"G1\"" },
    { "\"operation\"", "\"alive\"" }, { "\"active\"", "\"super\"" }, { "true", "1" },
    { "\"profile\":null,", "" }, { "\"valid_in\":0", "\"valid_in\":\"0\"" },
    { "{\"serial\":\"AB\"", "7,\"x\":{\"serial\":\"AB\"" }, { "\"certificate\"", "\"cert\"" },
  };

  fixture_get_session (self->client, self->service);
  for (guint i = 0; i <= G_N_ELEMENTS (changes); i++)
    {
      g_auto (Wait) wait = { NULL };
      g_autoptr (GPtrArray) cards = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) text = g_string_new (card);
      g_autofree char *body = NULL;

      if (i < G_N_ELEMENTS (changes))
        g_assert_cmpuint (g_string_replace (text, changes[i][0], changes[i][1], 1), ==, 1);
      body = g_strdup_printf ("{\"cards\":[%s],\"next\":null}", text->str);
      fake_service_answer (self->service, 200, body);
      ilk_client_list_cards_async (self->client, WAIT_FOR (&wait));
      cards = ilk_client_list_cards_finish (self->client, wait_run (&wait), &error);
      if (i < G_N_ELEMENTS (changes))
        g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
      else
        g_assert_no_error (error);
    }
}

/* What stays of an answer with a token after the token was taken holds no token. */
static void
test_doubtful_tokens (Fixture       *self,
                      gconstpointer  data)
{
  static const char *bodies[] = {
    "{\"phone\":\"05\",\"expires_in\":600}", "{\"token\":7,\"phone\":\"05\",\"expires_in\":600}",
    "{\"token\":\"a\",\"token\":\"b\",\"phone\":\"05\",\"expires_in\":600}",
    "{\"token\":\"a\",\"phone\":null,\"expires_in\":600}", "{\"token\":\"a\"", "token",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_auto (Wait) wait = { NULL };
      g_autoptr (IlkSecret) word = fixture_secret (FIXTURE_WORD);
      g_autoptr (IlkLoginAttempt) attempt = NULL;
      g_autoptr (GError) error = NULL;

      fake_service_answer (self->service, 201, bodies[i]);
      ilk_client_log_in_async (self->client, "10000000146", "C1", "A", word, WAIT_FOR (&wait));
      attempt = ilk_client_log_in_finish (self->client, wait_run (&wait), &error);
      g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
      g_assert_null (self->client->token);
    }
}

static void
test_word_that_is_no_text (Fixture       *self,
                           gconstpointer  data)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSecret) word = fixture_secret ("\xff\xff");
  g_autoptr (GError) error = NULL;

  ilk_client_log_in_async (self->client, "10000000146", "C1", "A", word, WAIT_FOR (&wait));
  g_assert_null (ilk_client_log_in_finish (self->client, wait_run (&wait), &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_REFUSED);
  g_assert_cmpuint (fake_service_get_count (self->service), ==, 0);
}

static void
test_addresses (void)
{
  static const char *refused[] = {
    "http://service.example.com", "ftp://service.example.com", "service.example.com", "https:///x",
    "https://user@service.example.com", "https://service.example.com/?a=b", "",
    "https://service.example.com/#a", "file:///etc/passwd",
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) fault = NULL;

      g_test_message ("%s", refused[i]);
      g_assert_false (ilk_client_check_address (refused[i], &fault));
      g_assert_error (fault, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);
    }

  g_assert_true (ilk_client_check_address ("https://service.example.com:8443/card/", &error));
  g_assert_no_error (error);
  g_assert_false (ilk_client_check_address (NULL, &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
}

static void
test_sockets (void)
{
  g_autoptr (IlkIssuer) issuer = fixture_issuer_new ("https://service.example.com", NULL, NULL);
  g_autofree char *filler = g_strnfill (120, 'a');
  g_autofree char *path = g_strconcat ("/", filler, NULL);
  g_autoptr (GError) relative = NULL, long_path = NULL;

  g_assert_null (ilk_client_new (issuer, "service", "tr", &relative));
  g_assert_error (relative, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
  g_assert_null (ilk_client_new (issuer, path, "tr", &long_path));
  g_assert_error (long_path, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED);
}

#define add(name, func) \
  g_test_add ("/client/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("captcha", test_captcha);
  add ("login", test_login);
  add ("change-word", test_change_word);
  add ("log-in-by-code", test_log_in_by_code);
  add ("login-sms", test_login_sms);
  add ("needs-session", test_needs_session);
  add ("cards", test_cards);
  add ("activate", test_activate);
  add ("operations", test_operations);
  add ("unlock", test_unlock);
  for (guint i = 0; i < G_N_ELEMENTS (seal_rows); i++)
    {
      g_autofree char *name = g_strconcat ("/client/disclosure/", seal_rows[i].name, NULL);

      g_test_add (name, Fixture, &seal_rows[i], set_up, test_disclosure, tear_down);
    }
  add ("disclosure-keys-differ", test_disclosure_keys_differ);
  add ("logout", test_logout);
  add ("ended-session", test_ended_session);
  add ("late-login", test_late_login);
  add ("problems", test_problems);
  add ("problem-extras", test_problem_extras);
  add ("foreign-refusals", test_foreign_refusals);
  add ("hostile-answers", test_hostile_answers);
  add ("hostile-numbers", test_hostile_numbers);
  add ("huge-numbers", test_huge_numbers);
  add ("hostile-cards", test_hostile_cards);
  add ("doubtful-tokens", test_doubtful_tokens);
  add ("word-that-is-no-text", test_word_that_is_no_text);
  g_test_add_func ("/client/addresses", test_addresses);
  g_test_add_func ("/client/sockets", test_sockets);
  return g_test_run ();
}
