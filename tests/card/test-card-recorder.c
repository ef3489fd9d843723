/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-card-recorder.h"

#include "card-test.h"

#define VERIFY "0020000106313233343536"

static IlkCardSession *
open_recorded (ScriptedTransport *transport,
               IlkCardRecorder   *recorder)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session;

  scripted_transport_expect_identify (transport, TRUE);
  session = card_test_open (recorder, SCRIPTED_SERIAL, NULL, &error);
  g_assert_no_error (error);
  return session;
}

/* What is kept tells the commands and their ends, and never what was in them. */
static void
test_record (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (IlkCardRecorder) recorder = ilk_card_recorder_new (ILK_TRANSPORT (transport));
  g_autoptr (IlkCardSession) session = open_recorded (transport, recorder);
  g_autofree char *text = NULL;

  scripted_transport_expect (transport, "00200001", "63C3");
  scripted_transport_expect (transport, "00820001", "63CA");
  scripted_transport_expect (transport, VERIFY, "63C2");
  g_assert_false (card_test_verify (session, "123456", FALSE, NULL, NULL));
  text = ilk_card_recorder_to_text (recorder);
  g_assert_cmpstr (text, ==,
                   "00 CA 01 06 [0] -> 9000\n"
                   "00 CA 01 04 [0] -> 9000\n"
                   "00 CA 01 7E [0] -> 9000\n"
                   "00 20 00 01 [0] -> 63C3\n"
                   "00 82 00 01 [0] -> 63CA\n"
                   "00 20 00 01 [6] -> 63C2\n");

  ilk_card_recorder_clear (recorder);
  g_clear_pointer (&text, g_free);
  text = ilk_card_recorder_to_text (recorder);
  g_assert_cmpstr (text, ==, "");
  card_test_close (session);
}

/* Before: the card does not get the command. After: it does it, and the answer is lost. */
static void
test_fault (gconstpointer user_data)
{
  IlkFaultPoint point = GPOINTER_TO_INT (user_data);
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (SCRIPTED_ATR_V1);
  g_autoptr (IlkCardRecorder) recorder = ilk_card_recorder_new (ILK_TRANSPORT (transport));
  g_autoptr (IlkCardSession) session = open_recorded (transport, recorder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) commands = NULL;

  ilk_card_recorder_set_fault (recorder, 6, point, ILK_CARD_ERROR_CARD_REMOVED);
  scripted_transport_expect (transport, "00200001", "63C3");
  scripted_transport_expect (transport, "00820001", "63CA");
  if (point == ILK_FAULT_AFTER)
    scripted_transport_expect (transport, VERIFY, "9000");
  g_assert_false (card_test_verify (session, "123456", FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN);
  scripted_transport_assert_done (transport);

  commands = ilk_card_recorder_get (recorder);
  g_assert_cmpuint (commands->len, ==, 6);
  g_assert_cmphex (g_array_index (commands, IlkRecordedCommand, 5).sw, ==, 0);
  g_assert_cmpuint (g_array_index (commands, IlkRecordedCommand, 5).lc, ==, 6);
  card_test_close (session);
  g_assert_cmpuint (scripted_transport_get_resets (transport), ==, 1);
}

static void
test_passes_on (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new ("3B00");
  g_autoptr (IlkCardRecorder) recorder = ilk_card_recorder_new (ILK_TRANSPORT (transport));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) readers = ilk_transport_wait (ILK_TRANSPORT (recorder), NULL, NULL,
                                                      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (readers->len, ==, 1);
  ilk_transport_relist (ILK_TRANSPORT (recorder));

  scripted_transport_set_connect_error (transport, ILK_CARD_ERROR_IN_USE);
  g_assert_null (ilk_transport_connect (ILK_TRANSPORT (recorder), SCRIPTED_READER, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_IN_USE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/card-recorder/record", test_record);
  g_test_add_data_func ("/card-recorder/fault/before", GINT_TO_POINTER (ILK_FAULT_BEFORE),
                        test_fault);
  g_test_add_data_func ("/card-recorder/fault/after", GINT_TO_POINTER (ILK_FAULT_AFTER),
                        test_fault);
  g_test_add_func ("/card-recorder/passes-on", test_passes_on);

  return g_test_run ();
}
