/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-test.h"

#define ASK_PIN     "00200001"
#define ASK_KEY     "00820001"
#define VERIFY_OLD  "0020000106313233343536"
#define VERIFY_NEW  "0020000106363534333231"
#define CHANGE      "002401010E0631323334353606363534333231"
#define CHALLENGE   "0084000010"
#define RANDOM      "000102030405060708090A0B0C0D0E0F"
#define CRYPTOGRAM  "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"
#define AUTH        "0082000110" CRYPTOGRAM
#define RESET       "002C020106363534333231"
#define OLD_PIN     "123456"
#define NEW_PIN     "654321"

typedef struct {
  ScriptedTransport *transport;
  IlkCardSession    *session;
  GCancellable      *cancellable;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->transport = scripted_transport_new (SCRIPTED_ATR_V1);
  fixture->cancellable = g_cancellable_new ();
  scripted_transport_expect_identify (fixture->transport, TRUE);
  fixture->session = card_test_open (fixture->transport, SCRIPTED_SERIAL, NULL, &error);
  g_assert_no_error (error);
}

/* A session that is dropped resets the card all the same. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  scripted_transport_assert_done (fixture->transport);
  g_object_unref (fixture->session);
  scripted_transport_await_closed (fixture->transport);
  g_assert_cmpuint (scripted_transport_get_resets (fixture->transport), ==, 1);
  g_clear_object (&fixture->cancellable);
  g_object_unref (fixture->transport);
}

static void
expect_tries (Fixture    *fixture,
              const char *pin,
              const char *key)
{
  scripted_transport_expect (fixture->transport, ASK_PIN, pin);
  scripted_transport_expect (fixture->transport, ASK_KEY, key);
}

static void
assert_refused (Fixture      *fixture,
                const char   *serial,
                IlkCardError  code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (card_test_open (fixture->transport, serial, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
}

static void
test_open_other_card (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (ScriptedTransport) unread = scripted_transport_new ("3B00");
  Fixture fixture = { transport };

  scripted_transport_expect_identify (transport, TRUE);
  assert_refused (&fixture, "FFFFFFFFFFFFFFFFFFFFFFFF", ILK_CARD_ERROR_OTHER_CARD);
  scripted_transport_assert_done (transport);
  g_assert_cmpuint (scripted_transport_get_connected (transport), ==, 0);
  g_assert_cmpuint (scripted_transport_get_resets (transport), ==, 0);

  fixture.transport = unread;
  assert_refused (&fixture, SCRIPTED_SERIAL, ILK_CARD_ERROR_OTHER_CARD);
  g_assert_cmpuint (scripted_transport_get_connected (unread), ==, 0);
}

static void
test_open_errors (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Fixture fixture = { transport };

  scripted_transport_expect_error (transport, "00CA01064D", ILK_CARD_ERROR_CARD_RESET);
  assert_refused (&fixture, SCRIPTED_SERIAL, ILK_CARD_ERROR_CARD_RESET);

  scripted_transport_expect_identify (transport, TRUE);
  scripted_transport_cancel_after (transport, 4, cancellable);
  g_assert_null (card_test_open (transport, SCRIPTED_SERIAL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (scripted_transport_get_connected (transport), ==, 0);

  scripted_transport_set_connect_error (transport, ILK_CARD_ERROR_IN_USE);
  assert_refused (&fixture, SCRIPTED_SERIAL, ILK_CARD_ERROR_IN_USE);
}

static void
assert_step (Fixture     *fixture,
             IlkCardStep  step,
             guint16      sw)
{
  g_assert_cmpint (ilk_card_session_get_step (fixture->session), ==, step);
  g_assert_cmphex (ilk_card_session_get_status_word (fixture->session), ==, sw);
}

static void
test_verify (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  assert_step (fixture, ILK_CARD_STEP_OPEN, 0x9000);
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "9000");
  g_assert_true (card_test_verify (fixture->session, OLD_PIN, FALSE, NULL, &error));
  g_assert_no_error (error);
  assert_step (fixture, ILK_CARD_STEP_DONE, 0x9000);
}

static void
assert_verify_error (Fixture      *fixture,
                     gboolean      allow_last_try,
                     IlkCardError  code,
                     int           tries_left)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (card_test_verify (fixture->session, OLD_PIN, allow_last_try, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, tries_left);
}

/* Wrong, wrong, and then nothing is sent until the person was asked. */
static void
test_verify_wrong (Fixture       *fixture,
                   gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "63C2");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_WRONG_PIN, 2);
  assert_step (fixture, ILK_CARD_STEP_PROVE, 0x63C2);

  expect_tries (fixture, "63C2", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "63C1");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_WRONG_PIN, 1);

  expect_tries (fixture, "63C1", "63CA");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_LAST_TRY, 1);
  scripted_transport_assert_done (fixture->transport);

  expect_tries (fixture, "63C1", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "6983");
  assert_verify_error (fixture, TRUE, ILK_CARD_ERROR_PIN_BLOCKED, 0);

  expect_tries (fixture, "6983", "63CA");
  assert_verify_error (fixture, TRUE, ILK_CARD_ERROR_PIN_BLOCKED, 0);
  expect_tries (fixture, "6984", "63CA");
  assert_verify_error (fixture, TRUE, ILK_CARD_ERROR_PIN_NOT_SET, -1);
}

/* A VERIFY without an answer: nothing more is sent on this connection, not even a question. */
static void
test_verify_unanswered (Fixture       *fixture,
                        gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect_error (fixture->transport, VERIFY_OLD, ILK_CARD_ERROR_CARD_REMOVED);
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_UNCERTAIN, -1);
  assert_step (fixture, ILK_CARD_STEP_PROVE, 0);
  assert_verify_error (fixture, TRUE, ILK_CARD_ERROR_CARD_REMOVED, -1);
}

/* An answer that is none leaves the truth as unknown as no answer. */
static void
test_verify_garbled (Fixture       *fixture,
                     gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "90");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_UNCERTAIN, -1);
}

/* 6CXX and 61XX never make a PIN command go out a second time. */
static void
test_verify_never_resent (Fixture       *fixture,
                          gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "6C10");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_ANSWER, -1);
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, VERIFY_OLD, "6110");
  assert_verify_error (fixture, FALSE, ILK_CARD_ERROR_ANSWER, -1);
}

static void
test_bad_pins (Fixture       *fixture,
               gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  expect_tries (fixture, "63C3", "63CA");
  g_assert_false (card_test_verify (fixture->session, "", FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  expect_tries (fixture, "63C3", "63CA");
  g_assert_false (card_test_change (fixture->session, OLD_PIN, "12345678901234567", FALSE, NULL,
                                    &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_ALLOWED);
}

static void
test_change (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, CHANGE, "9000");
  scripted_transport_expect (fixture->transport, VERIFY_NEW, "9000");
  g_assert_true (card_test_change (fixture->session, OLD_PIN, NEW_PIN, FALSE, NULL, &error));
  g_assert_no_error (error);
  assert_step (fixture, ILK_CARD_STEP_DONE, 0x9000);
}

static void
assert_change_error (Fixture      *fixture,
                     gboolean      allow_last_try,
                     IlkCardError  code,
                     IlkCardStep   step)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (card_test_change (fixture->session, OLD_PIN, NEW_PIN, allow_last_try, NULL,
                                    &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_session_get_step (fixture->session), ==, step);
}

static void
test_change_wrong (Fixture       *fixture,
                   gconstpointer  user_data)
{
  expect_tries (fixture, "63C2", "63CA");
  scripted_transport_expect (fixture->transport, CHANGE, "63C1");
  assert_change_error (fixture, FALSE, ILK_CARD_ERROR_WRONG_PIN, ILK_CARD_STEP_CHANGE);
  expect_tries (fixture, "63C1", "63CA");
  assert_change_error (fixture, FALSE, ILK_CARD_ERROR_LAST_TRY, ILK_CARD_STEP_CHANGE);
  expect_tries (fixture, "63C1", "63CA");
  scripted_transport_expect (fixture->transport, CHANGE, "63C0");
  assert_change_error (fixture, TRUE, ILK_CARD_ERROR_PIN_BLOCKED, ILK_CARD_STEP_CHANGE);
}

static void
test_change_unanswered (Fixture       *fixture,
                        gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect_error (fixture->transport, CHANGE, ILK_CARD_ERROR_CARD_MUTE);
  assert_change_error (fixture, FALSE, ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_CHANGE);
}

static void
test_change_unproved (Fixture       *fixture,
                      gconstpointer  user_data)
{
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, CHANGE, "9000");
  scripted_transport_expect_error (fixture->transport, VERIFY_NEW, ILK_CARD_ERROR_CARD_REMOVED);
  assert_change_error (fixture, FALSE, ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_PROVE);
}

/* A question without an answer has changed nothing: that is not uncertain. */
static void
test_change_pulled_before (Fixture       *fixture,
                           gconstpointer  user_data)
{
  scripted_transport_expect_error (fixture->transport, ASK_PIN, ILK_CARD_ERROR_CARD_REMOVED);
  assert_change_error (fixture, FALSE, ILK_CARD_ERROR_CARD_REMOVED, ILK_CARD_STEP_CHANGE);
}

/* A cancellation counts until the writing command goes out, and not any more after it. */
static void
test_change_cancelled (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_cancel_after (fixture->transport, 5, fixture->cancellable);
  g_assert_false (card_test_change (fixture->session, OLD_PIN, NEW_PIN, FALSE,
                                    fixture->cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_cancellable_reset (fixture->cancellable);
  expect_tries (fixture, "63C3", "63CA");
  scripted_transport_expect (fixture->transport, CHANGE, "9000");
  scripted_transport_expect (fixture->transport, VERIFY_NEW, "9000");
  scripted_transport_cancel_after (fixture->transport, 8, fixture->cancellable);
  g_assert_true (card_test_change (fixture->session, OLD_PIN, NEW_PIN, FALSE,
                                   fixture->cancellable, &error));
  g_assert_no_error (error);
}

static void
challenge (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) random = NULL;
  g_autoptr (GBytes) expected = scripted_from_hex (RANDOM);

  expect_tries (fixture, "6983", "63CA");
  scripted_transport_expect (fixture->transport, CHALLENGE, RANDOM "9000");
  random = card_test_get_challenge (fixture->session, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (random, expected));
  g_assert_cmpint (ilk_card_session_get_step (fixture->session), ==, ILK_CARD_STEP_CHALLENGE);
}

static void
test_unlock (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_expect (fixture->transport, RESET, "9000");
  scripted_transport_expect (fixture->transport, VERIFY_NEW, "9000");
  g_assert_true (card_test_unlock (fixture->session, CRYPTOGRAM, NEW_PIN, NULL, &error));
  g_assert_no_error (error);
  assert_step (fixture, ILK_CARD_STEP_DONE, 0x9000);
}

static void
assert_unlock_error (Fixture      *fixture,
                     const char   *cryptogram,
                     IlkCardError  code,
                     IlkCardStep   step)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (card_test_unlock (fixture->session, cryptogram, NEW_PIN, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_session_get_step (fixture->session), ==, step);
}

static void
assert_challenge_error (Fixture      *fixture,
                        IlkCardError  code,
                        int           tries_left)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (card_test_get_challenge (fixture->session, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, tries_left);
  g_assert_cmpint (ilk_card_session_get_step (fixture->session), ==, ILK_CARD_STEP_CHALLENGE);
}

static void
test_challenge_refused (Fixture       *fixture,
                        gconstpointer  user_data)
{
  expect_tries (fixture, "6983", "63C1");
  assert_challenge_error (fixture, ILK_CARD_ERROR_UNLOCK_KEY_LOW, 1);
  expect_tries (fixture, "6983", "6983");
  assert_challenge_error (fixture, ILK_CARD_ERROR_UNLOCK_KEY_LOW, 0);
  expect_tries (fixture, "6983", "6D00");
  assert_challenge_error (fixture, ILK_CARD_ERROR_ANSWER, -1);
  expect_tries (fixture, "6983", "63CA");
  scripted_transport_expect (fixture->transport, CHALLENGE, "00019000");
  assert_challenge_error (fixture, ILK_CARD_ERROR_ANSWER, -1);
  expect_tries (fixture, "6983", "63C2");
  scripted_transport_expect (fixture->transport, CHALLENGE, "6985");
  assert_challenge_error (fixture, ILK_CARD_ERROR_NOT_ALLOWED, -1);
}

/* A refused cryptogram ends its challenge, and so does every other end: it is not sent again. */
static void
test_unlock_refused (Fixture       *fixture,
                     gconstpointer  user_data)
{
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_NOT_ALLOWED,
                       ILK_CARD_STEP_AUTHENTICATE);
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "63C9");
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_UNLOCK_REFUSED,
                       ILK_CARD_STEP_AUTHENTICATE);
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_NOT_ALLOWED,
                       ILK_CARD_STEP_AUTHENTICATE);
  challenge (fixture);
  assert_unlock_error (fixture, "F0F1", ILK_CARD_ERROR_UNLOCK_REFUSED,
                       ILK_CARD_STEP_AUTHENTICATE);
}

static void
test_unlock_reset_refused (Fixture       *fixture,
                           gconstpointer  user_data)
{
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_expect (fixture->transport, RESET, "6982");
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_NOT_ALLOWED, ILK_CARD_STEP_RESET);
  assert_step (fixture, ILK_CARD_STEP_RESET, 0x6982);
}

/* Pulled at each of the three commands: before A6 nothing was written, after it nobody knows. */
static void
test_unlock_auth_unanswered (Fixture       *fixture,
                             gconstpointer  user_data)
{
  challenge (fixture);
  scripted_transport_expect_error (fixture->transport, AUTH, ILK_CARD_ERROR_CARD_REMOVED);
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_CARD_REMOVED,
                       ILK_CARD_STEP_AUTHENTICATE);
}

static void
test_unlock_reset_unanswered (Fixture       *fixture,
                              gconstpointer  user_data)
{
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_expect_error (fixture->transport, RESET, ILK_CARD_ERROR_CARD_RESET);
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_RESET);
}

static void
test_unlock_proof_unanswered (Fixture       *fixture,
                              gconstpointer  user_data)
{
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_expect (fixture->transport, RESET, "9000");
  scripted_transport_expect_error (fixture->transport, VERIFY_NEW, ILK_CARD_ERROR_CARD_REMOVED);
  assert_unlock_error (fixture, CRYPTOGRAM, ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_PROVE);
}

static void
test_unlock_cancelled (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  /* After EXTERNAL AUTHENTICATE there is still a way back ... */
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_cancel_after (fixture->transport, 7, fixture->cancellable);
  g_assert_false (card_test_unlock (fixture->session, CRYPTOGRAM, NEW_PIN, fixture->cancellable,
                                    &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* ... after RESET RETRY COUNTER there is none. */
  g_cancellable_reset (fixture->cancellable);
  challenge (fixture);
  scripted_transport_expect (fixture->transport, AUTH, "9000");
  scripted_transport_expect (fixture->transport, RESET, "9000");
  scripted_transport_expect (fixture->transport, VERIFY_NEW, "9000");
  scripted_transport_cancel_after (fixture->transport, 12, fixture->cancellable);
  g_assert_true (card_test_unlock (fixture->session, CRYPTOGRAM, NEW_PIN, fixture->cancellable,
                                   &error));
  g_assert_no_error (error);
}

/* A v1.0 card without the marker: no unlock, and a PIN command only when its folder does not say
 * that the last try has come. */
static void
test_unmarked (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkCardSession) session = NULL;
  Fixture fixture = { transport };

  scripted_transport_expect_identify (transport, FALSE);
  session = card_test_open (transport, SCRIPTED_SERIAL, NULL, &error);
  g_assert_no_error (error);
  fixture.session = session;

  assert_challenge_error (&fixture, ILK_CARD_ERROR_NOT_SUPPORTED, -1);
  assert_unlock_error (&fixture, CRYPTOGRAM, ILK_CARD_ERROR_NOT_SUPPORTED,
                       ILK_CARD_STEP_AUTHENTICATE);

  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "6F039001C09000");
  assert_verify_error (&fixture, FALSE, ILK_CARD_ERROR_LAST_TRY, 1);
  scripted_transport_expect (transport, "00A40000023F0000", "9000");
  scripted_transport_expect (transport, "00A40000023D0000", "6F039001409000");
  scripted_transport_expect (transport, VERIFY_OLD, "9000");
  g_assert_true (card_test_verify (session, OLD_PIN, FALSE, NULL, &error));
  g_assert_no_error (error);
  scripted_transport_assert_done (transport);
  card_test_close (session);
}

static void
test_closed (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (IlkCardSession) session = NULL;
  Fixture fixture = { transport };

  scripted_transport_expect_identify (transport, TRUE);
  session = card_test_open (transport, SCRIPTED_SERIAL, NULL, NULL);
  fixture.session = session;
  expect_tries (&fixture, "63C3", "63CA");
  scripted_transport_expect (transport, VERIFY_OLD, "63C2");
  assert_verify_error (&fixture, FALSE, ILK_CARD_ERROR_WRONG_PIN, 2);

  card_test_close (session);
  card_test_close (session);
  g_assert_cmpuint (scripted_transport_get_resets (transport), ==, 1);
  g_assert_cmpuint (scripted_transport_get_connected (transport), ==, 0);
  assert_step (&fixture, ILK_CARD_STEP_PROVE, 0x63C2);
  assert_verify_error (&fixture, TRUE, ILK_CARD_ERROR_NOT_ALLOWED, -1);
}

static void
test_dead (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (GString) serial = g_string_new (NULL);
  Fixture fixture = { transport };

  for (guint i = 0; i < 77; i++)
    g_string_append (serial, i >= 55 && i < 67 ? "FF" : "00");
  g_string_append (serial, "9000");
  scripted_transport_expect (transport, "00CA01064D", serial->str);
  scripted_transport_expect (transport, "00CA01040A", "000000000000AA0000009000");
  scripted_transport_expect (transport, "00CA017E00", "6A88");
  assert_refused (&fixture, "FFFFFFFFFFFFFFFFFFFFFFFF", ILK_CARD_ERROR_DEAD);
}

static void
test_step_names (void)
{
  for (IlkCardStep step = ILK_CARD_STEP_OPEN; step <= ILK_CARD_STEP_DONE; step++)
    {
      g_assert_nonnull (ilk_card_step_get_name (step));
      for (IlkCardStep other = ILK_CARD_STEP_OPEN; other < step; other++)
        g_assert_cmpstr (ilk_card_step_get_name (step), !=, ilk_card_step_get_name (other));
    }
}

#define ADD(path, function) \
  g_test_add ("/card-session/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/card-session/open/other-card", test_open_other_card);
  g_test_add_func ("/card-session/open/errors", test_open_errors);
  g_test_add_func ("/card-session/open/dead", test_dead);
  ADD ("verify/right", test_verify);
  ADD ("verify/wrong", test_verify_wrong);
  ADD ("verify/unanswered", test_verify_unanswered);
  ADD ("verify/garbled", test_verify_garbled);
  ADD ("verify/never-resent", test_verify_never_resent);
  ADD ("bad-pins", test_bad_pins);
  ADD ("change/right", test_change);
  ADD ("change/wrong", test_change_wrong);
  ADD ("change/unanswered", test_change_unanswered);
  ADD ("change/unproved", test_change_unproved);
  ADD ("change/pulled-before", test_change_pulled_before);
  ADD ("change/cancelled", test_change_cancelled);
  ADD ("unlock/right", test_unlock);
  ADD ("unlock/challenge-refused", test_challenge_refused);
  ADD ("unlock/refused", test_unlock_refused);
  ADD ("unlock/reset-refused", test_unlock_reset_refused);
  ADD ("unlock/auth-unanswered", test_unlock_auth_unanswered);
  ADD ("unlock/reset-unanswered", test_unlock_reset_unanswered);
  ADD ("unlock/proof-unanswered", test_unlock_proof_unanswered);
  ADD ("unlock/cancelled", test_unlock_cancelled);
  g_test_add_func ("/card-session/unmarked", test_unmarked);
  g_test_add_func ("/card-session/closed", test_closed);
  g_test_add_func ("/card-session/step-names", test_step_names);

  return g_test_run ();
}
