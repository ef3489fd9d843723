/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include "client-fixture.h"
#include "core/ilk-unlock-crypto.h"
#include "real-service.h"

/* The client and the service itself, over the practice socket: that both mean the same. */

static PracticeData *practice;

typedef struct
{
  RealService       *service;
  IlkClient         *client;
  IlkPracticeHolder *holder;
  IlkServiceCard    *card;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  self->service = real_service_start (practice);
  self->client = ilk_client_new (practice->issuer, real_service_get_socket (self->service), "tr",
                                 &error);
  g_assert_no_error (error);
  self->holder = practice_data_get_holder (practice, data);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_pointer (&self->card, ilk_service_card_free);
  g_assert_finalize_object (self->client);
  real_service_stop (self->service);
}

#define assert_problem(error, number, problem) \
  G_STMT_START { \
    g_assert_error (error, ILK_CLIENT_ERROR, number); \
    g_assert_cmpstr (ilk_client_error_get_problem (error), ==, problem); \
  } G_STMT_END

/* Each helper runs one call; *error is set when it fails. */
static char *
get_captcha (Fixture  *self,
             char    **text)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkCaptcha) captcha = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (GError) error = NULL;

  ilk_client_new_captcha_async (self->client, WAIT_FOR (&wait));
  captcha = ilk_client_new_captcha_finish (self->client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpint (captcha->expires_in, ==, 300);
  message = real_service_wait (self->service, "captcha");
  g_assert_cmpstr (json_object_get_string_member (message, "id"), ==, captcha->id);
  *text = g_strdup (json_object_get_string_member (message, "answer"));
  return g_strdup (captcha->id);
}

static IlkLoginAttempt *
log_in_with (Fixture     *self,
             const char  *number,
             const char  *captcha_id,
             const char  *captcha_text,
             const char  *word,
             GError     **error)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSecret) secret = fixture_secret (word);

  ilk_client_log_in_async (self->client, number, captcha_id, captcha_text, secret,
                           WAIT_FOR (&wait));
  return ilk_client_log_in_finish (self->client, wait_run (&wait), error);
}

static IlkLoginAttempt *
log_in (Fixture     *self,
        const char  *number,
        const char  *word,
        GError     **error)
{
  g_autofree char *text = NULL;
  g_autofree char *id = get_captcha (self, &text);

  return log_in_with (self, number, id, text, word, error);
}

static void
begin_login (Fixture *self)
{
  g_autoptr (IlkLoginAttempt) attempt = NULL;
  g_autoptr (GError) error = NULL;

  attempt = log_in (self, self->holder->identity_number, self->holder->security_word, &error);
  g_assert_no_error (error);
  g_assert_cmpint (attempt->expires_in, ==, 600);
  g_assert_true (g_str_has_prefix (attempt->phone, "05"));
  g_assert_null (strstr (attempt->phone, self->holder->phone));
}

static gboolean
send_sms (Fixture       *self,
          IlkSmsTicket  *ticket,
          GError       **error)
{
  g_auto (Wait) wait = { NULL };

  ilk_client_send_login_sms_async (self->client, WAIT_FOR (&wait));
  return ilk_client_send_login_sms_finish (self->client, wait_run (&wait), ticket, error);
}

static gboolean
verify_sms (Fixture    *self,
            IlkSecret  *code,
            GError    **error)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSessionInfo) info = NULL;

  ilk_client_verify_login_sms_async (self->client, code, WAIT_FOR (&wait));
  info = ilk_client_verify_login_sms_finish (self->client, wait_run (&wait), error);
  if (info == NULL)
    return FALSE;

  g_assert_cmpstr (info->holder, ==, self->holder->name);
  g_assert_cmpint (info->idle_seconds, ==, 900);
  g_assert_cmpint (info->absolute_seconds, ==, 3600);
  return TRUE;
}

static IlkSecret *
get_wrong_code (IlkSecret *code)
{
  IlkSecret *wrong = ilk_secret_copy (code);
  guint8 *digit = ilk_secret_get_writable (wrong);

  *digit = *digit == '9' ? '0' : *digit + 1;
  return wrong;
}

static gboolean
load_cards (Fixture  *self,
            GError  **error)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GPtrArray) cards = NULL;

  ilk_client_list_cards_async (self->client, WAIT_FOR (&wait));
  cards = ilk_client_list_cards_finish (self->client, wait_run (&wait), error);
  if (cards == NULL)
    return FALSE;

  g_assert_cmpuint (cards->len, ==, 1);
  g_clear_pointer (&self->card, ilk_service_card_free);
  g_ptr_array_set_free_func (cards, NULL);
  self->card = g_ptr_array_index (cards, 0);
  g_assert_cmpstr (self->card->serial, ==, self->holder->card_serial);
  return TRUE;
}

static void
refresh (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  load_cards (self, &error);
  g_assert_no_error (error);
}

static void
get_session (Fixture *self)
{
  g_autoptr (IlkSecret) code = NULL;
  g_autoptr (GError) error = NULL;

  begin_login (self);
  send_sms (self, NULL, &error);
  g_assert_no_error (error);
  code = real_service_wait_code (self->service);
  verify_sms (self, code, &error);
  g_assert_no_error (error);
  g_assert_true (ilk_client_has_session (self->client));
  refresh (self);
}

static GError *
activate (Fixture *self)
{
  g_auto (Wait) wait = { NULL };
  GError *error = NULL;

  ilk_client_activate_async (self->client, self->card->certificate_serial, WAIT_FOR (&wait));
  ilk_client_activate_finish (self->client, wait_run (&wait), &error);
  return error;
}

static IlkSecret *
disclose (Fixture     *self,
          const char  *serial,
          const char  *operation,
          GError     **error)
{
  g_auto (Wait) wait = { NULL };

  ilk_client_disclose_pin_async (self->client, serial, operation, WAIT_FOR (&wait));
  return ilk_client_disclose_pin_finish (self->client, wait_run (&wait), error);
}

static IlkOperation *
begin_operation (Fixture     *self,
                 const char  *kind,
                 const char  *serial,
                 const char  *phrase,
                 GError     **error)
{
  g_auto (Wait) wait = { NULL };

  ilk_client_begin_operation_async (self->client, kind, serial, phrase, WAIT_FOR (&wait));
  return ilk_client_begin_operation_finish (self->client, wait_run (&wait), error);
}

static IlkOperation *
begin_unlock (Fixture     *self,
              const char  *serial,
              const char  *profile,
              GError     **error)
{
  g_auto (Wait) wait = { NULL };
  g_autofree char *atr = practice_data_get_atr (practice, serial);

  ilk_client_begin_unlock_async (self->client, serial, atr, profile, WAIT_FOR (&wait));
  return ilk_client_begin_unlock_finish (self->client, wait_run (&wait), error);
}

static GError *
confirm_with (Fixture    *self,
              const char *id,
              IlkSecret  *code)
{
  g_auto (Wait) wait = { NULL };
  GError *error = NULL;

  ilk_client_confirm_operation_async (self->client, id, code, WAIT_FOR (&wait));
  ilk_client_confirm_operation_finish (self->client, wait_run (&wait), &error);
  return error;
}

static IlkSecret *
send_operation_sms (Fixture    *self,
                    const char *id)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;
  IlkSmsTicket ticket;

  ilk_client_send_operation_sms_async (self->client, id, WAIT_FOR (&wait));
  ilk_client_send_operation_sms_finish (self->client, wait_run (&wait), &ticket, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ticket.expires_in, ==, 300);
  return real_service_wait_code (self->service);
}

static void
confirm (Fixture    *self,
         const char *id)
{
  g_autoptr (IlkSecret) code = send_operation_sms (self, id);
  g_autoptr (GError) error = confirm_with (self, id, code);

  g_assert_no_error (error);
}

static GError *
delete_pin (Fixture    *self,
            const char *operation,
            gint64     *date)
{
  g_auto (Wait) wait = { NULL };
  GError *error = NULL;

  ilk_client_delete_pin_async (self->client, self->card->serial, operation, WAIT_FOR (&wait));
  ilk_client_delete_pin_finish (self->client, wait_run (&wait), date, &error);
  return error;
}

static GBytes *
get_cryptogram (Fixture     *self,
                const char  *id,
                guint8       first,
                GError     **error)
{
  g_auto (Wait) wait = { NULL };
  guint8 challenge_data[ILK_UNLOCK_CHALLENGE_LENGTH] = { first, 1, 2, 0xfe };
  g_autoptr (GBytes) challenge = g_bytes_new (challenge_data, sizeof challenge_data);

  ilk_client_get_cryptogram_async (self->client, id, challenge, WAIT_FOR (&wait));
  return ilk_client_get_cryptogram_finish (self->client, wait_run (&wait), error);
}

static GBytes *
compute_cryptogram (const char *serial_text,
                    guint8      first)
{
  g_autoptr (IlkSecret) master = practice_data_get_key (practice, "card-master-key-1");
  g_autoptr (IlkSecret) key = NULL;
  guint8 challenge[ILK_UNLOCK_CHALLENGE_LENGTH] = { first, 1, 2, 0xfe };
  guint8 serial[ILK_CARD_SERIAL_LENGTH];
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];

  g_assert_true (ilk_card_serial_from_text (serial_text, serial));
  key = ilk_unlock_derive_card_key (master, serial, 1, NULL);
  g_assert_true (ilk_unlock_cryptogram (key, challenge, serial, cryptogram, NULL));
  return g_bytes_new (cryptogram, sizeof cryptogram);
}

static GError *
report_unlock (Fixture    *self,
               const char *id)
{
  g_auto (Wait) wait = { NULL };
  GError *error = NULL;

  ilk_client_report_unlock_async (self->client, id, "done", "verify", 0x9000, WAIT_FOR (&wait));
  ilk_client_report_unlock_finish (self->client, wait_run (&wait), &error);
  return error;
}

static GError *
report_pin_change (Fixture    *self,
                   const char *serial)
{
  g_auto (Wait) wait = { NULL };
  GError *error = NULL;

  ilk_client_report_pin_change_async (self->client, serial, WAIT_FOR (&wait));
  ilk_client_report_pin_change_finish (self->client, wait_run (&wait), &error);
  return error;
}

static void
log_out (Fixture *self)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (GError) error = NULL;

  ilk_client_log_out_async (self->client, WAIT_FOR (&wait));
  ilk_client_log_out_finish (self->client, wait_run (&wait), &error);
  g_assert_no_error (error);
}

static void
assert_right_pin (Fixture   *self,
                  IlkSecret *pin)
{
  g_autoptr (IlkSecret) right = practice_data_get_pin (practice, self->card->serial);

  g_assert_nonnull (pin);
  g_assert_true (ilk_secret_equal (pin, right));
}

static void
test_whole_road (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (IlkSecret) pin = NULL;
  g_autoptr (IlkOperation) deletion = NULL;
  g_autoptr (GError) activated = NULL, error = NULL, deleted = NULL, none = NULL, again = NULL;
  gint64 date = 0;

  get_session (self);
  g_assert_cmpint (self->card->state, ==, ILK_SERVICE_CERTIFICATE_NOT_ACTIVATED);
  g_assert_true (self->card->pin_held);
  g_assert_false (self->card->pin_stale || self->card->dead);
  g_assert_cmpstr (self->card->unlock_profile, ==, "virtual-1");

  activated = activate (self);
  g_assert_no_error (activated);
  refresh (self);
  g_assert_cmpint (self->card->state, ==, ILK_SERVICE_CERTIFICATE_ACTIVE);
  again = activate (self);
  assert_problem (again, ILK_CLIENT_ERROR_CERTIFICATE, "certificate.state");

  pin = disclose (self, self->card->serial, NULL, &error);
  g_assert_no_error (error);
  assert_right_pin (self, pin);

  deletion = begin_operation (self, "pin-deletion", self->card->serial, "SİL", &error);
  g_assert_no_error (error);
  real_service_advance (self->service, 60);
  confirm (self, deletion->id);
  deleted = delete_pin (self, deletion->id, &date);
  g_assert_no_error (deleted);
  g_assert_cmpint (date, >, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpint (date, <=, g_get_real_time () / G_USEC_PER_SEC + 60 + 7 * 86400 + 7200);
  g_assert_cmpint (date % (7 * 86400), ==, 7200);

  refresh (self);
  g_assert_false (self->card->pin_held);
  g_assert_null (disclose (self, self->card->serial, NULL, &none));
  assert_problem (none, ILK_CLIENT_ERROR_NO_PIN, "pin.none");
  log_out (self);
  g_assert_false (ilk_client_has_session (self->client));
}

static void
test_unlock (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (IlkOperation) unlock = NULL;
  g_autoptr (GBytes) expected = NULL, first = NULL, same = NULL;
  g_autoptr (GError) error = NULL, exhausted = NULL, reported = NULL;

  get_session (self);
  unlock = begin_unlock (self, self->card->serial, "virtual-1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (unlock->expires_in, ==, 600);
  real_service_advance (self->service, 60);
  confirm (self, unlock->id);

  expected = compute_cryptogram (self->card->serial, 1);
  first = get_cryptogram (self, unlock->id, 1, &error);
  g_assert_no_error (error);
  same = get_cryptogram (self, unlock->id, 1, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, expected));
  g_assert_true (g_bytes_equal (first, same));

  for (guint8 challenge = 2; challenge <= 3; challenge++)
    {
      g_autoptr (GBytes) wanted = compute_cryptogram (self->card->serial, challenge);
      g_autoptr (GBytes) got = get_cryptogram (self, unlock->id, challenge, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (wanted, got));
    }
  g_assert_null (get_cryptogram (self, unlock->id, 4, &exhausted));
  assert_problem (exhausted, ILK_CLIENT_ERROR_OPERATION, "unlock.exhausted");

  reported = report_unlock (self, unlock->id);
  g_assert_no_error (reported);
  refresh (self);
  g_assert_true (self->card->pin_stale);
}

/* A report that waited in the queue is taken in a later session. */
static void
test_late_report (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (IlkOperation) unlock = NULL;
  g_autoptr (GBytes) cryptogram = NULL;
  g_autoptr (GError) error = NULL, reported = NULL;

  get_session (self);
  unlock = begin_unlock (self, self->card->serial, "virtual-1", &error);
  g_assert_no_error (error);
  real_service_advance (self->service, 60);
  confirm (self, unlock->id);
  cryptogram = get_cryptogram (self, unlock->id, 1, &error);
  g_assert_no_error (error);
  log_out (self);
  real_service_advance (self->service, 7200);
  get_session (self);
  reported = report_unlock (self, unlock->id);
  g_assert_no_error (reported);
}

static void
test_unlock_limits (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (IlkOperation) refused = NULL;
  g_autoptr (GError) profile = NULL, unconfirmed = NULL, limit = NULL;

  get_session (self);
  refused = begin_unlock (self, self->card->serial, "akis-2", &profile);
  assert_problem (profile, ILK_CLIENT_ERROR_REFUSED, "unlock.profile");

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IlkOperation) unlock = begin_unlock (self, self->card->serial, "virtual-1",
                                                      &error);

      g_assert_no_error (error);
      g_clear_error (&unconfirmed);
      g_assert_null (get_cryptogram (self, unlock->id, 1, &unconfirmed));
      assert_problem (unconfirmed, ILK_CLIENT_ERROR_OPERATION, "operation.unconfirmed");
    }
  g_assert_null (begin_unlock (self, self->card->serial, "virtual-1", &limit));
  assert_problem (limit, ILK_CLIENT_ERROR_UNLOCK_LIMIT, "unlock.limit");
}

static void
test_captchas (Fixture       *self,
               gconstpointer  data)
{
  g_autofree char *text = NULL, *used_text = NULL, *old_text = NULL;
  g_autofree char *id = get_captcha (self, &text), *used = NULL, *old = NULL;
  g_autoptr (IlkLoginAttempt) attempt = NULL;
  g_autoptr (GError) wrong = NULL, again = NULL, late = NULL, error = NULL;
  const char *number = self->holder->identity_number;
  const char *word = self->holder->security_word;

  g_assert_null (log_in_with (self, number, id, "ZZZZZZ", word, &wrong));
  g_assert_error (wrong, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_CAPTCHA);
  g_assert_cmpint (ilk_client_error_get_attempts_left (wrong), ==, -1);

  used = get_captcha (self, &used_text);
  attempt = log_in_with (self, number, used, used_text, word, &error);
  g_assert_no_error (error);
  g_assert_null (log_in_with (self, number, used, used_text, word, &again));
  g_assert_error (again, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_CAPTCHA);

  old = get_captcha (self, &old_text);
  real_service_advance (self->service, 301);
  g_assert_null (log_in_with (self, number, old, old_text, word, &late));
  assert_problem (late, ILK_CLIENT_ERROR_CAPTCHA, "captcha.expired");
}

/* Three wrong words block the account, and an unknown number looks just the same. */
static void
assert_blocks (Fixture    *self,
               const char *number)
{
  g_autoptr (GError) third = NULL, right = NULL;

  for (int left = 2; left > 0; left--)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (log_in (self, number, "yanlış sözcük", &error));
      assert_problem (error, ILK_CLIENT_ERROR_CREDENTIALS, "login.refused");
      g_assert_cmpint (ilk_client_error_get_attempts_left (error), ==, left);
    }

  g_assert_null (log_in (self, number, "yanlış sözcük", &third));
  g_assert_true (g_error_matches (third, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_BLOCKED) ||
                 ilk_client_error_get_attempts_left (third) == 0);
  g_assert_null (log_in (self, number, self->holder->security_word, &right));
  assert_problem (right, ILK_CLIENT_ERROR_BLOCKED, "account.blocked");
}

static void
test_blocked (Fixture       *self,
              gconstpointer  data)
{
  assert_blocks (self, self->holder->identity_number);
}

static void
test_blocked_unknown (Fixture       *self,
                      gconstpointer  data)
{
  assert_blocks (self, "19000000088");
}

static void
test_sms_too_soon (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (IlkSecret) none = fixture_secret ("123456"), old = NULL, fresh = NULL;
  g_autoptr (GError) error = NULL, before = NULL, soon = NULL;
  IlkSmsTicket ticket;

  begin_login (self);
  g_assert_false (verify_sms (self, none, &before));
  assert_problem (before, ILK_CLIENT_ERROR_CODE_EXPIRED, "sms.none");

  send_sms (self, &ticket, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ticket.expires_in, ==, 300);
  g_assert_cmpint (ticket.resend_in, ==, 60);
  g_assert_cmpint (ticket.sends_left, ==, 5);
  old = real_service_wait_code (self->service);
  g_assert_false (send_sms (self, NULL, &soon));
  assert_problem (soon, ILK_CLIENT_ERROR_SMS_LIMIT, "sms.too_soon");
  g_assert_cmpint (ilk_client_error_get_retry_after (soon), >, 0);
  g_assert_cmpint (ilk_client_error_get_retry_after (soon), <=, 60);

  real_service_advance (self->service, 60);
  g_assert_true (send_sms (self, &ticket, &error));
  g_assert_cmpint (ticket.sends_left, ==, 4);
  fresh = real_service_wait_code (self->service);
  g_assert_true (verify_sms (self, fresh, &error));
  g_assert_no_error (error);
}

static void
test_sms_wrong (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (IlkSecret) code = NULL, wrong = NULL, second = NULL;
  g_autoptr (GError) error = NULL, third = NULL, right = NULL;

  begin_login (self);
  send_sms (self, NULL, &error);
  g_assert_no_error (error);
  code = real_service_wait_code (self->service);
  wrong = get_wrong_code (code);
  for (int left = 2; left > 0; left--)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_false (verify_sms (self, wrong, &refused));
      assert_problem (refused, ILK_CLIENT_ERROR_CODE_WRONG, "sms.wrong");
      g_assert_cmpint (ilk_client_error_get_attempts_left (refused), ==, left);
    }
  g_assert_false (verify_sms (self, wrong, &third));
  assert_problem (third, ILK_CLIENT_ERROR_CODE_EXPIRED, "sms.exhausted");
  g_assert_false (verify_sms (self, code, &right));
  g_assert_error (right, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_CODE_EXPIRED);

  real_service_advance (self->service, 60);
  send_sms (self, NULL, &error);
  g_assert_no_error (error);
  second = real_service_wait_code (self->service);
  g_assert_true (verify_sms (self, second, &error));
}

static void
test_sms_expired (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (IlkSecret) code = NULL;
  g_autoptr (GError) error = NULL, late = NULL, ended = NULL;

  begin_login (self);
  send_sms (self, NULL, &error);
  g_assert_no_error (error);
  code = real_service_wait_code (self->service);
  real_service_advance (self->service, 301);
  g_assert_false (verify_sms (self, code, &late));
  assert_problem (late, ILK_CLIENT_ERROR_CODE_EXPIRED, "sms.expired");

  real_service_advance (self->service, 300);
  g_assert_false (send_sms (self, NULL, &ended));
  g_assert_error (ended, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION);
}

static void
test_session_idle (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  get_session (self);
  real_service_advance (self->service, 901);
  g_assert_false (load_cards (self, &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION);
  g_assert_false (ilk_client_has_session (self->client));
}

static void
test_others_card (Fixture       *self,
                  gconstpointer  data)
{
  const char *other = practice_data_get_holder (practice, "pinless")->card_serial;
  g_autoptr (GError) shown = NULL, deleted = NULL, unlocked = NULL, changed = NULL;

  get_session (self);
  g_assert_null (disclose (self, other, NULL, &shown));
  assert_problem (shown, ILK_CLIENT_ERROR_NOT_YOURS, "card.unknown");
  g_assert_null (begin_operation (self, "pin-deletion", other, "SİL", &deleted));
  assert_problem (deleted, ILK_CLIENT_ERROR_NOT_YOURS, "card.unknown");
  g_assert_null (begin_unlock (self, other, "virtual-1", &unlocked));
  assert_problem (unlocked, ILK_CLIENT_ERROR_NOT_YOURS, "card.unknown");
  changed = report_pin_change (self, other);
  assert_problem (changed, ILK_CLIENT_ERROR_NOT_YOURS, "card.unknown");
}

static void
test_deletion_refused (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (IlkOperation) deletion = NULL, late = NULL;
  g_autoptr (IlkSecret) code = NULL, wrong = NULL;
  g_autoptr (GError) phrase = NULL, error = NULL, unconfirmed = NULL, refused = NULL;
  g_autoptr (GError) unknown = NULL, over = NULL;

  get_session (self);
  g_assert_null (begin_operation (self, "pin-deletion", self->card->serial, "sil ", &phrase));
  assert_problem (phrase, ILK_CLIENT_ERROR_OPERATION, "operation.phrase");

  deletion = begin_operation (self, "pin-deletion", self->card->serial, "DELETE", &error);
  g_assert_no_error (error);
  unconfirmed = delete_pin (self, deletion->id, NULL);
  assert_problem (unconfirmed, ILK_CLIENT_ERROR_OPERATION, "operation.unconfirmed");
  unknown = delete_pin (self, "no-such-operation", NULL);
  assert_problem (unknown, ILK_CLIENT_ERROR_OPERATION, "operation.unknown");

  real_service_advance (self->service, 60);
  code = send_operation_sms (self, deletion->id);
  wrong = get_wrong_code (code);
  refused = confirm_with (self, deletion->id, wrong);
  assert_problem (refused, ILK_CLIENT_ERROR_CODE_WRONG, "sms.wrong");
  g_assert_cmpint (ilk_client_error_get_attempts_left (refused), ==, 2);

  real_service_advance (self->service, 601);
  over = confirm_with (self, deletion->id, code);
  g_assert_error (over, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OPERATION);
  refresh (self);
  g_assert_true (self->card->pin_held);
}

/* A confirmation holds for two minutes. */
static void
test_authorization_ends (Fixture       *self,
                         gconstpointer  data)
{
  g_autoptr (IlkOperation) deletion = NULL;
  g_autoptr (GError) error = NULL, late = NULL;

  get_session (self);
  deletion = begin_operation (self, "pin-deletion", self->card->serial, "SİL", &error);
  g_assert_no_error (error);
  real_service_advance (self->service, 60);
  confirm (self, deletion->id);
  real_service_advance (self->service, 121);
  late = delete_pin (self, deletion->id, NULL);
  g_assert_error (late, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OPERATION);
  refresh (self);
  g_assert_true (self->card->pin_held);
}

static void
test_step_up (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (IlkSecret) pin = NULL;
  g_autoptr (IlkOperation) operation = NULL;
  g_autoptr (GError) old = NULL, error = NULL;

  get_session (self);
  real_service_advance (self->service, 301);
  g_assert_null (disclose (self, self->card->serial, NULL, &old));
  assert_problem (old, ILK_CLIENT_ERROR_STEP_UP, "step_up.required");

  operation = begin_operation (self, "pin-disclosure", self->card->serial, NULL, &error);
  g_assert_no_error (error);
  confirm (self, operation->id);
  pin = disclose (self, self->card->serial, operation->id, &error);
  g_assert_no_error (error);
  assert_right_pin (self, pin);
}

static void
test_not_yet_valid (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (IlkOperation) unlock = NULL;
  g_autoptr (GError) shown = NULL, unlocked = NULL;

  get_session (self);
  g_assert_cmpint (self->card->state, ==, ILK_SERVICE_CERTIFICATE_NOT_YET_VALID);
  g_assert_cmpint (self->card->valid_in, >, 86000);
  g_assert_null (disclose (self, self->card->serial, NULL, &shown));
  assert_problem (shown, ILK_CLIENT_ERROR_CERTIFICATE, "certificate.not_yet_valid");
  g_assert_cmpint (ilk_client_error_get_retry_after (shown), >, 86000);
  unlock = begin_unlock (self, self->card->serial, "virtual-1", &unlocked);
  assert_problem (unlocked, ILK_CLIENT_ERROR_CERTIFICATE, "certificate.not_yet_valid");
}

static void
test_expired (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (GError) shown = NULL, unlocked = NULL;

  get_session (self);
  g_assert_cmpint (self->card->state, ==, ILK_SERVICE_CERTIFICATE_EXPIRED);
  g_assert_null (disclose (self, self->card->serial, NULL, &shown));
  assert_problem (shown, ILK_CLIENT_ERROR_CERTIFICATE, "certificate.expired");
  g_assert_null (begin_unlock (self, self->card->serial, "virtual-1", &unlocked));
  assert_problem (unlocked, ILK_CLIENT_ERROR_CERTIFICATE, "certificate.expired");
}

static void
test_pin_change (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (GError) changed = NULL;

  get_session (self);
  g_assert_false (self->card->pin_stale);
  changed = report_pin_change (self, self->card->serial);
  g_assert_no_error (changed);
  refresh (self);
  g_assert_true (self->card->pin_stale);
  g_assert_true (self->card->pin_held);
}

static void
test_no_pin (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  get_session (self);
  g_assert_false (self->card->pin_held);
  g_assert_null (disclose (self, self->card->serial, NULL, &error));
  assert_problem (error, ILK_CLIENT_ERROR_NO_PIN, "pin.none");
}

/* The answer to an activation is lost twice: it was done once, and the second request, with the
 * same key, got the same answer. */
static void
test_lost_activation (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (GError) lost = NULL;

  get_session (self);
  g_assert_true (ilk_client_fail_call (self->client, 1, "answer-lost"));
  lost = activate (self);
  g_assert_error (lost, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
  refresh (self);
  g_assert_cmpint (self->card->state, ==, ILK_SERVICE_CERTIFICATE_ACTIVE);
}

/* One SMS goes out, although the request for it went out twice. */
static void
test_lost_sms_answer (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (IlkSecret) code = NULL;
  g_autoptr (GError) lost = NULL, soon = NULL, error = NULL;

  begin_login (self);
  g_assert_true (ilk_client_fail_call (self->client, 1, "answer-lost"));
  g_assert_false (send_sms (self, NULL, &lost));
  g_assert_error (lost, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
  g_assert_false (send_sms (self, NULL, &soon));
  assert_problem (soon, ILK_CLIENT_ERROR_SMS_LIMIT, "sms.too_soon");
  code = real_service_wait_code (self->service);
  g_assert_true (verify_sms (self, code, &error));
  g_assert_no_error (error);
}

static void
test_lost_deletion (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (IlkOperation) deletion = NULL;
  g_autoptr (GError) error = NULL, lost = NULL;

  get_session (self);
  deletion = begin_operation (self, "pin-deletion", self->card->serial, "SİL", &error);
  g_assert_no_error (error);
  real_service_advance (self->service, 60);
  confirm (self, deletion->id);
  g_assert_true (ilk_client_fail_call (self->client, 1, "answer-lost"));
  lost = delete_pin (self, deletion->id, NULL);
  g_assert_error (lost, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
  refresh (self);
  g_assert_false (self->card->pin_held);
}

/* After a logout the old token opens nothing: another login with its own is needed. */
static void
test_logout (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  get_session (self);
  log_out (self);
  g_assert_false (load_cards (self, &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION);
  real_service_advance (self->service, 60);
  get_session (self);
}

#define add(name, holder, func) \
  g_test_add ("/contract/" name, Fixture, holder, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  add ("whole-road", "not-activated", test_whole_road);
  add ("unlock", "blocked", test_unlock);
  add ("late-report", "blocked", test_late_report);
  add ("unlock-limits", "blocked", test_unlock_limits);
  add ("captchas", "ready", test_captchas);
  add ("blocked", "ready", test_blocked);
  add ("blocked-unknown", "ready", test_blocked_unknown);
  add ("sms-too-soon", "ready", test_sms_too_soon);
  add ("sms-wrong", "ready", test_sms_wrong);
  add ("sms-expired", "ready", test_sms_expired);
  add ("session-idle", "ready", test_session_idle);
  add ("others-card", "ready", test_others_card);
  add ("deletion-refused", "ready", test_deletion_refused);
  add ("authorization-ends", "ready", test_authorization_ends);
  add ("step-up", "ready", test_step_up);
  add ("not-yet-valid", "not-yet-valid", test_not_yet_valid);
  add ("expired", "expired", test_expired);
  add ("pin-change", "ready", test_pin_change);
  add ("no-pin", "pinless", test_no_pin);
  add ("lost-activation", "not-activated", test_lost_activation);
  add ("lost-sms-answer", "ready", test_lost_sms_answer);
  add ("lost-deletion", "ready", test_lost_deletion);
  add ("logout", "ready", test_logout);

  practice = practice_data_new ();
  status = g_test_run ();
  practice_data_free (practice);
  return status;
}
