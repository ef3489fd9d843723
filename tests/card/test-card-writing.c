/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-test.h"

/* What a person is told when the card answers a writing command, or the proof that follows it,
 * with anything but 9000. */
#define OLD_PIN     "123456"
#define NEW_PIN     "654321"
#define CHANGE      "002401010E0631323334353606363534333231"
#define VERIFY_NEW  "0020000106363534333231"
#define CRYPTOGRAM  "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"
#define RESET       "002C020106363534333231"

typedef struct {
  ScriptedTransport *transport;
  IlkCardSession    *session;
} Run;

static Run
run_begin (void)
{
  g_autoptr (GError) error = NULL;
  Run run = { scripted_transport_new (SCRIPTED_ATR_V1), NULL };

  scripted_transport_expect_identify (run.transport, TRUE);
  run.session = card_test_open (run.transport, SCRIPTED_SERIAL, NULL, &error);
  g_assert_no_error (error);
  scripted_transport_expect (run.transport, "00200001", "63C3");
  scripted_transport_expect (run.transport, "00820001", "63CA");
  return run;
}

/* The script has come to its end: nothing is sent after the answer in question. */
static void
run_end (Run          *run,
         GError       *error,
         IlkCardError  code,
         IlkCardStep   step)
{
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (ilk_card_session_get_step (run->session), ==, step);
  if (code == ILK_CARD_ERROR_UNCERTAIN)
    {
      g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, -1);
      g_assert_cmphex (ilk_card_error_get_status_word (error), ==,
                       ilk_card_session_get_status_word (run->session));
    }

  scripted_transport_assert_done (run->transport);
  card_test_close (run->session);
  g_object_unref (run->session);
  g_object_unref (run->transport);
  g_error_free (error);
}

static void
check_change (const char   *change,
              const char   *proof,
              IlkCardError  code,
              IlkCardStep   step)
{
  Run run = run_begin ();
  GError *error = NULL;

  scripted_transport_expect (run.transport, CHANGE, change);
  if (proof != NULL)
    scripted_transport_expect (run.transport, VERIFY_NEW, proof);
  g_assert_false (card_test_change (run.session, OLD_PIN, NEW_PIN, FALSE, NULL, &error));
  run_end (&run, error, code, step);
}

static void
check_unlock (const char   *reset,
              const char   *proof,
              IlkCardError  code,
              IlkCardStep   step)
{
  Run run = run_begin ();
  g_autoptr (GBytes) random = NULL;
  GError *error = NULL;

  scripted_transport_expect (run.transport, "0084000010", CRYPTOGRAM "9000");
  random = card_test_get_challenge (run.session, NULL, &error);
  g_assert_no_error (error);
  scripted_transport_expect (run.transport, "0082000110" CRYPTOGRAM, "9000");
  scripted_transport_expect (run.transport, RESET, reset);
  if (proof != NULL)
    scripted_transport_expect (run.transport, VERIFY_NEW, proof);
  g_assert_false (card_test_unlock (run.session, CRYPTOGRAM, NEW_PIN, NULL, &error));
  run_end (&run, error, code, step);
}

/* The card has said that the new PIN is written. Whatever is wrong with the proof, the person is
 * not told of a wrong PIN: trying the old one again would cost a try. */
static void
test_failed_proofs (void)
{
  static const char *const proofs[] = { "63C2", "63C0", "6300", "6983", "6984", "6982", "6700",
                                        "6D00", "6F00", "6110", "6581", "90" };

  for (gsize i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      check_change ("9000", proofs[i], ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_PROVE);
      check_unlock ("9000", proofs[i], ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_STEP_PROVE);
    }
}

/* Only an answer that ISO 7816-4 gives before a command is done says that the PIN is the old one
 * still. */
static void
test_answers (void)
{
  static const struct {
    const char   *sw;
    IlkCardError  change;
    IlkCardError  reset;
  } rows[] = {
    { "6110", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6200", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6300", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6381", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6400", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6581", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6600", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6F00", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "6FFF", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "9001", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "0000", ILK_CARD_ERROR_UNCERTAIN, ILK_CARD_ERROR_UNCERTAIN },
    { "63C2", ILK_CARD_ERROR_WRONG_PIN, ILK_CARD_ERROR_UNLOCK_REFUSED },
    { "63C0", ILK_CARD_ERROR_PIN_BLOCKED, ILK_CARD_ERROR_UNLOCK_REFUSED },
    { "6982", ILK_CARD_ERROR_NOT_ALLOWED, ILK_CARD_ERROR_NOT_ALLOWED },
    { "6983", ILK_CARD_ERROR_PIN_BLOCKED, ILK_CARD_ERROR_UNLOCK_REFUSED },
    { "6984", ILK_CARD_ERROR_PIN_NOT_SET, ILK_CARD_ERROR_UNLOCK_REFUSED },
    { "6985", ILK_CARD_ERROR_NOT_ALLOWED, ILK_CARD_ERROR_NOT_ALLOWED },
    { "6700", ILK_CARD_ERROR_ANSWER, ILK_CARD_ERROR_ANSWER },
    { "6A80", ILK_CARD_ERROR_ANSWER, ILK_CARD_ERROR_ANSWER },
    { "6C10", ILK_CARD_ERROR_ANSWER, ILK_CARD_ERROR_ANSWER },
    { "6D00", ILK_CARD_ERROR_NOT_SUPPORTED, ILK_CARD_ERROR_NOT_SUPPORTED },
    { "6E00", ILK_CARD_ERROR_NOT_SUPPORTED, ILK_CARD_ERROR_NOT_SUPPORTED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      check_change (rows[i].sw, NULL, rows[i].change, ILK_CARD_STEP_CHANGE);
      check_unlock (rows[i].sw, NULL, rows[i].reset, ILK_CARD_STEP_RESET);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/card-writing/answers", test_answers);
  g_test_add_func ("/card-writing/failed-proofs", test_failed_proofs);

  return g_test_run ();
}
