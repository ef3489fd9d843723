/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../card/card-test.h"
#include "card/ilk-apdu.h"
#include "card/ilk-card-recorder.h"
#include "virtual-test.h"
#include "virtual/ilk-virtual-transport.h"

#define OLD_PIN TEST_PIN
#define NEW_PIN "918273"

/* RESET RETRY COUNTER with the new PIN only, as it would follow an authentication. */
#define RESET_COMMAND "002C020106393138323733"

/* The holder's card as it was handed out, and how to get back to it. */
typedef struct {
  TestCard  card;
  char     *state;
  gsize     state_length;
} Fixture;

/* One run of an operation: a card fresh from its file, in a reader, behind a recorder. */
typedef struct {
  IlkTransport    *transport;
  IlkCardRecorder *recorder;
  IlkVirtualCard  *card;
  IlkCardStep      step;
  GError          *error;
} Run;

typedef void (*Operation) (Fixture *fixture,
                           Run     *run);

static void
set_up (Fixture       *fixture,
        gconstpointer  condition)
{
  g_autoptr (GError) error = NULL;

  test_card_set_up (&fixture->card, condition);
  g_file_get_contents (fixture->card.card_file, &fixture->state, &fixture->state_length, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  condition)
{
  g_free (fixture->state);
  test_card_tear_down (&fixture->card, NULL);
}

static void
run_begin (Fixture *fixture,
           Run     *run)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->card.card_file, fixture->state,
                            (gssize) fixture->state_length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                            &error);
  g_assert_no_error (error);
  run->card = ilk_virtual_card_new_from_file (fixture->card.card_file, &error);
  g_assert_no_error (error);

  run->transport = ilk_virtual_transport_new ();
  ilk_virtual_transport_add_reader (ILK_VIRTUAL_TRANSPORT (run->transport), SCRIPTED_READER);
  ilk_virtual_transport_insert (ILK_VIRTUAL_TRANSPORT (run->transport), SCRIPTED_READER,
                                run->card);
  run->recorder = ilk_card_recorder_new (run->transport);
  run->step = ILK_CARD_STEP_OPEN;
  run->error = NULL;
}

static void
run_end (Run *run)
{
  g_clear_error (&run->error);
  g_object_unref (run->recorder);
  g_object_unref (run->transport);
  g_object_unref (run->card);
}

/* The service's part: the answer to the card's challenge. */
static char *
make_cryptogram (Fixture *fixture,
                 GBytes  *challenge)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) key = ilk_unlock_derive_card_key (fixture->card.master_key,
                                                          fixture->card.order->serial,
                                                          ILK_CARD_ORDER_KEY_VERSION, &error);
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];

  g_assert_no_error (error);
  g_assert_true (ilk_unlock_cryptogram (key, g_bytes_get_data (challenge, NULL),
                                        fixture->card.order->serial, cryptogram, &error));
  g_assert_no_error (error);
  return test_hex_from_bytes (cryptogram, sizeof cryptogram);
}

static IlkCardSession *
open_session (Run *run)
{
  return card_test_open (run->recorder, ilk_virtual_card_get_serial (run->card), NULL,
                         &run->error);
}

static void
unlock (Fixture *fixture,
        Run     *run)
{
  g_autoptr (IlkCardSession) session = open_session (run);
  g_autoptr (GBytes) challenge = NULL;

  if (session == NULL)
    return;

  challenge = card_test_get_challenge (session, NULL, &run->error);
  if (challenge != NULL)
    {
      g_autofree char *cryptogram = make_cryptogram (fixture, challenge);

      card_test_unlock (session, cryptogram, NEW_PIN, NULL, &run->error);
    }

  run->step = ilk_card_session_get_step (session);
  card_test_close (session);
}

static void
change (Fixture *fixture,
        Run     *run)
{
  g_autoptr (IlkCardSession) session = open_session (run);

  if (session == NULL)
    return;

  card_test_change (session, OLD_PIN, NEW_PIN, FALSE, NULL, &run->error);
  run->step = ilk_card_session_get_step (session);
  card_test_close (session);
}

static gboolean
has_pin (Run        *run,
         const char *pin)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (pin, strlen (pin));

  return ilk_virtual_card_check_pin (run->card, secret);
}

static gboolean
is_writing (const IlkRecordedCommand *command)
{
  return command->lc > 0
         && (command->ins == ILK_INS_VERIFY || command->ins == ILK_INS_CHANGE_PIN
             || command->ins == ILK_INS_RESET_RETRY);
}

/* No PIN command and no cryptogram goes out twice, whatever happens. */
static void
assert_nothing_resent (Run *run)
{
  g_autoptr (GArray) commands = ilk_card_recorder_get (run->recorder);
  guint sent[256] = { 0 };

  for (guint i = 0; i < commands->len; i++)
    {
      const IlkRecordedCommand *command = &g_array_index (commands, IlkRecordedCommand, i);

      if (is_writing (command) || (command->ins == ILK_INS_EXTERNAL_AUTH && command->lc > 0))
        g_assert_cmpuint (++sent[command->ins], ==, 1);
    }
}

static const struct {
  guint8      ins;
  IlkCardStep step;
} writing_steps[] = {
  { ILK_INS_RESET_RETRY, ILK_CARD_STEP_RESET },
  { ILK_INS_CHANGE_PIN, ILK_CARD_STEP_CHANGE },
  { ILK_INS_VERIFY, ILK_CARD_STEP_PROVE },
};

/* What the caller is told: the plain error while nothing is written, "uncertain" and the step from
 * there on. */
static void
assert_told (Run                      *run,
             const IlkRecordedCommand *failed,
             IlkCardError              injected)
{
  if (!is_writing (failed))
    {
      g_assert_error (run->error, ILK_CARD_ERROR, (int) injected);
      return;
    }

  g_assert_error (run->error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN);
  for (gsize i = 0; i < G_N_ELEMENTS (writing_steps); i++)
    {
      if (writing_steps[i].ins == failed->ins)
        g_assert_cmpint (run->step, ==, writing_steps[i].step);
    }
}

/* What is true on the card: the new PIN is there from the first writing command on, once the card
 * got it. */
static gboolean
is_written (const IlkRecordedCommand *failed,
            IlkFaultPoint             point)
{
  if (failed->ins == ILK_INS_VERIFY)
    return is_writing (failed);

  return is_writing (failed) && point == ILK_FAULT_AFTER;
}

/* The card forgot the authentication with its power: the PIN can't be reset by whoever is next. */
static void
assert_state_dropped (Run *run)
{
  g_autoptr (GBytes) command = test_bytes_from_hex (RESET_COMMAND);
  g_autoptr (GError) error = NULL;
  guint8 answer[ILK_APDU_MAX_ANSWER];
  gpointer card = ilk_transport_connect (run->transport, SCRIPTED_READER, NULL, &error);
  gssize length;

  g_assert_no_error (error);
  length = ilk_transport_transmit (run->transport, card, g_bytes_get_data (command, NULL),
                                   g_bytes_get_size (command), answer, sizeof answer, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (answer, (gsize) length, "\x69\x82", 2);
  ilk_transport_disconnect (run->transport, card, TRUE);
}

/* A new session and one VERIFY tells the person the truth. */
static void
assert_truth_is_found (Run      *run,
                       gboolean  written)
{
  g_autoptr (IlkCardSession) session = NULL;
  gboolean proved;

  ilk_card_recorder_set_fault (run->recorder, 0, ILK_FAULT_BEFORE, 0);
  g_clear_error (&run->error);
  session = open_session (run);
  g_assert_no_error (run->error);
  proved = card_test_verify (session, NEW_PIN, FALSE, NULL, &run->error);
  g_assert_cmpint (proved, ==, written);
  card_test_close (session);
}

static void
try_fault (Fixture                  *fixture,
           Operation                 operation,
           guint                     index,
           const IlkRecordedCommand *failed,
           IlkFaultPoint             point,
           IlkCardError              injected)
{
  gboolean had_old_pin;
  gboolean written = is_written (failed, point);
  Run run;

  run_begin (fixture, &run);
  had_old_pin = has_pin (&run, OLD_PIN);
  ilk_card_recorder_set_fault (run.recorder, index + 1, point, injected);
  operation (fixture, &run);

  assert_told (&run, failed, injected);
  assert_nothing_resent (&run);
  g_assert_cmpint (has_pin (&run, NEW_PIN), ==, written);
  g_assert_cmpint (has_pin (&run, OLD_PIN), ==, had_old_pin && !written);
  assert_state_dropped (&run);
  assert_truth_is_found (&run, written);
  run_end (&run);
}

/* Records one good run, then fails at each of its commands, before and after, in every way a
 * card can go. */
static void
walk_faults (Fixture    *fixture,
             Operation   operation,
             const char *expected_record)
{
  static const IlkCardError errors[] = {
    ILK_CARD_ERROR_CARD_REMOVED, ILK_CARD_ERROR_CARD_RESET, ILK_CARD_ERROR_CARD_MUTE,
    ILK_CARD_ERROR_NO_READER, ILK_CARD_ERROR_SERVICE_OFF,
  };
  g_autofree char *text = NULL;
  g_autoptr (GArray) commands = NULL;
  Run run;

  run_begin (fixture, &run);
  operation (fixture, &run);
  g_assert_no_error (run.error);
  g_assert_cmpint (run.step, ==, ILK_CARD_STEP_DONE);
  g_assert_true (has_pin (&run, NEW_PIN));
  text = ilk_card_recorder_to_text (run.recorder);
  g_assert_cmpstr (text, ==, expected_record);
  commands = ilk_card_recorder_get (run.recorder);
  assert_state_dropped (&run);
  run_end (&run);

  for (guint i = 0; i < commands->len; i++)
    {
      const IlkRecordedCommand *command = &g_array_index (commands, IlkRecordedCommand, i);

      for (gsize j = 0; j < G_N_ELEMENTS (errors); j++)
        {
          try_fault (fixture, operation, i, command, ILK_FAULT_BEFORE, errors[j]);
          try_fault (fixture, operation, i, command, ILK_FAULT_AFTER, errors[j]);
        }
    }
}

static void
test_unlock (Fixture       *fixture,
             gconstpointer  condition)
{
  walk_faults (fixture, unlock,
               "00 CA 01 06 [0] -> 9000\n"
               "00 CA 01 04 [0] -> 9000\n"
               "00 CA 01 7E [0] -> 9000\n"
               "00 20 00 01 [0] -> 6983\n"
               "00 82 00 01 [0] -> 63CA\n"
               "00 84 00 00 [0] -> 9000\n"
               "00 82 00 01 [16] -> 9000\n"
               "00 2C 02 01 [6] -> 9000\n"
               "00 20 00 01 [6] -> 9000\n");
}

static void
test_change (Fixture       *fixture,
             gconstpointer  condition)
{
  walk_faults (fixture, change,
               "00 CA 01 06 [0] -> 9000\n"
               "00 CA 01 04 [0] -> 9000\n"
               "00 CA 01 7E [0] -> 9000\n"
               "00 20 00 01 [0] -> 63C3\n"
               "00 82 00 01 [0] -> 63CA\n"
               "00 24 01 01 [14] -> 9000\n"
               "00 20 00 01 [6] -> 9000\n");
}

/* Wrong PINs on the real rules of the card: the last one only with leave, and then it is over. */
static void
test_last_try (Fixture       *fixture,
               gconstpointer  condition)
{
  g_autoptr (IlkCardSession) session = NULL;
  static const struct {
    gboolean     allow_last_try;
    IlkCardError code;
    int          tries_left;
  } rows[] = {
    { FALSE, ILK_CARD_ERROR_WRONG_PIN, 2 },
    { FALSE, ILK_CARD_ERROR_WRONG_PIN, 1 },
    { FALSE, ILK_CARD_ERROR_LAST_TRY, 1 },
    { FALSE, ILK_CARD_ERROR_LAST_TRY, 1 },
    { TRUE, ILK_CARD_ERROR_PIN_BLOCKED, 0 },
    { TRUE, ILK_CARD_ERROR_PIN_BLOCKED, 0 },
  };
  Run run;

  run_begin (fixture, &run);
  session = open_session (&run);
  g_assert_no_error (run.error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (card_test_change (session, "000000", NEW_PIN, rows[i].allow_last_try, NULL,
                                        &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) rows[i].code);
      g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, rows[i].tries_left);
    }

  card_test_close (session);
  run_end (&run);
}

/* Wrong cryptograms spend the unlock key down to its last try, which is never spent. */
static void
test_unlock_key (Fixture       *fixture,
                 gconstpointer  condition)
{
  g_autoptr (IlkCardSession) session = NULL;
  g_autoptr (GError) error = NULL;
  Run run;

  run_begin (fixture, &run);
  session = open_session (&run);
  g_assert_no_error (run.error);
  for (int tries = 9; tries >= 1; tries--)
    {
      g_autoptr (GError) refused = NULL;
      g_autoptr (GBytes) challenge = card_test_get_challenge (session, NULL, &refused);

      g_assert_no_error (refused);
      g_assert_false (card_test_unlock (session, "00000000000000000000000000000000", NEW_PIN,
                                        NULL, &refused));
      g_assert_error (refused, ILK_CARD_ERROR, ILK_CARD_ERROR_UNLOCK_REFUSED);
      g_assert_cmpint (ilk_card_error_get_tries_left (refused), ==, tries);
    }

  g_assert_null (card_test_get_challenge (session, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNLOCK_KEY_LOW);
  g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, 1);
  card_test_close (session);
  run_end (&run);
}

/* What is read of the cards: the holder's certificate with the name as it was written. */
static void
test_read (Fixture       *fixture,
           gconstpointer  condition)
{
  g_autoptr (IlkCardInfo) info = NULL;
  const IlkCertificate *certificate;
  gboolean blocked = GPOINTER_TO_INT (condition) == ILK_CARD_CONDITION_BLOCKED;
  gboolean dead = GPOINTER_TO_INT (condition) == ILK_CARD_CONDITION_DEAD;
  Run run;

  run_begin (fixture, &run);
  info = card_test_read (run.recorder, &run.error);
  g_assert_no_error (run.error);
  g_assert_cmpstr (info->serial, ==, ilk_virtual_card_get_serial (run.card));
  g_assert_cmpint (info->dead, ==, dead);
  g_assert_cmpstr (info->unlock_profile, ==, "virtual-1");
  g_assert_cmpint (info->pin_state, ==,
                   blocked || dead ? ILK_PIN_STATE_BLOCKED : ILK_PIN_STATE_SET);
  g_assert_cmpint (info->tries_left, ==, blocked || dead ? 0 : 3);
  g_assert_cmpint (info->unlock_tries_left, ==, dead ? 0 : 10);

  certificate = ilk_card_info_get_certificate (info);
  g_assert_nonnull (certificate);
  g_assert_cmpstr (certificate->holder, ==, "Deneme Öğretmen");
  g_assert_cmpstr (certificate->identity_number, ==, "10000000146");
  g_assert_cmpint (certificate->not_after, ==, fixture->card.order->not_after);

  if (dead)
    {
      g_autoptr (IlkCardSession) session = open_session (&run);

      g_assert_null (session);
      g_assert_error (run.error, ILK_CARD_ERROR, ILK_CARD_ERROR_DEAD);
    }

  run_end (&run);
}

#define FRESH   GINT_TO_POINTER (ILK_CARD_CONDITION_FRESH)
#define BLOCKED GINT_TO_POINTER (ILK_CARD_CONDITION_BLOCKED)
#define DEAD    GINT_TO_POINTER (ILK_CARD_CONDITION_DEAD)
#define ADD(path, condition, function) \
  g_test_add ("/unlock-faults/" path, Fixture, condition, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("unlock", BLOCKED, test_unlock);
  ADD ("change", FRESH, test_change);
  ADD ("last-try", FRESH, test_last_try);
  ADD ("unlock-key", BLOCKED, test_unlock_key);
  ADD ("read/fresh", FRESH, test_read);
  ADD ("read/blocked", BLOCKED, test_read);
  ADD ("read/dead", DEAD, test_read);

  return g_test_run ();
}
