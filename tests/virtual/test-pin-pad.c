/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "../card/card-test.h"
#include "pin-pad.h"
#include "virtual/ilk-virtual-transport.h"
#include "virtual-test.h"

/* PINs that are typed on the reader: a virtual card in a reader with keys. */
#define READER  "Reader With Keys 00 00"
#define NEW_PIN "581926"

typedef struct {
  TestCard         card;
  IlkTransport    *readers;
  PinPadTransport *transport;
  char            *serial;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  condition)
{
  IlkVirtualTransport *readers;

  test_card_set_up (&self->card, condition);
  self->readers = ilk_virtual_transport_new ();
  readers = ILK_VIRTUAL_TRANSPORT (self->readers);
  ilk_virtual_transport_add_reader (readers, READER);
  ilk_virtual_transport_insert (readers, READER, self->card.card);
  self->transport = pin_pad_transport_new (self->readers);
  self->serial = ilk_card_serial_to_text (self->card.order->serial);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  /* A worker's task may hold the transport for a moment after its result is here. */
  ilk_virtual_transport_remove (ILK_VIRTUAL_TRANSPORT (self->readers), READER);
  g_clear_object (&self->transport);
  g_clear_object (&self->readers);
  g_free (self->serial);
  test_card_tear_down (&self->card, NULL);
}

static IlkCardInfo *
read_card (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardInfo *info = card_test_read_in (self->transport, READER, NULL, &error);

  g_assert_no_error (error);
  return info;
}

static IlkCardSession *
open_session (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = card_test_open_in (self->transport, READER, self->serial, NULL, &error);

  g_assert_no_error (error);
  return session;
}

static void
close_session (IlkCardSession *session)
{
  card_test_close (session);
  g_object_unref (session);
}

static void
assert_tries (Fixture *self,
              int      tries)
{
  g_autoptr (IlkCardInfo) info = read_card (self);

  g_assert_cmpint (info->tries_left, ==, tries);
}

static gboolean
accepts (Fixture    *self,
         const char *pin)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (pin, strlen (pin));

  return ilk_virtual_card_check_pin (self->card.card, secret);
}

#define TYPE(...) (const char *const[]) { __VA_ARGS__, NULL }

/* Old PIN, new PIN twice, and once more for the proof. */
static void
test_change (Fixture       *self,
             gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  g_autoptr (GError) error = NULL;

  pin_pad_transport_type (self->transport, TYPE (TEST_PIN, NEW_PIN, NEW_PIN, NEW_PIN));
  g_assert_true (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ilk_card_session_get_step (session), ==, ILK_CARD_STEP_DONE);
  g_assert_cmpuint (pin_pad_transport_get_typed (self->transport), ==, 4);
  close_session (session);
  g_assert_true (accepts (self, NEW_PIN));
}

/* What the reader ends itself never reaches the card. */
static const struct {
  const char   *entries[4];
  IlkCardError  error;
} ends[] = {
  { { PIN_PAD_CANCEL }, ILK_CARD_ERROR_KEYPAD_CANCELLED },
  { { TEST_PIN, PIN_PAD_CANCEL }, ILK_CARD_ERROR_KEYPAD_CANCELLED },
  { { PIN_PAD_NOTHING }, ILK_CARD_ERROR_KEYPAD_TIMEOUT },
  { { TEST_PIN, NEW_PIN, "581927" }, ILK_CARD_ERROR_KEYPAD_DIFFERENT },
  { { "12345" }, ILK_CARD_ERROR_PIN_LENGTH },
  { { TEST_PIN, "1234567" }, ILK_CARD_ERROR_PIN_LENGTH },
};

static void
test_ended_at_the_reader (Fixture       *self,
                          gconstpointer  unused)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      IlkCardSession *session = open_session (self);
      g_autoptr (GError) error = NULL;

      pin_pad_transport_type (self->transport, ends[i].entries);
      g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) ends[i].error);
      close_session (session);
      assert_tries (self, 3);
    }
  g_assert_true (accepts (self, TEST_PIN));
}

static void
test_wrong_pin (Fixture       *self,
                gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) last = NULL;

  pin_pad_transport_type (self->transport, TYPE ("999998", NEW_PIN, NEW_PIN, "999998"));
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (error), ==, 2);
  g_assert_false (card_test_verify (session, NULL, FALSE, NULL, &again));
  g_assert_error (again, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (again), ==, 1);

  /* The person is not even asked to type. */
  g_assert_false (card_test_verify (session, NULL, FALSE, NULL, &last));
  g_assert_error (last, ILK_CARD_ERROR, ILK_CARD_ERROR_LAST_TRY);
  g_assert_cmpuint (pin_pad_transport_get_typed (self->transport), ==, 4);
  close_session (session);
  g_assert_true (accepts (self, TEST_PIN));
}

/* The new PIN is on the card; only the proof was given up. It can be made later. */
static void
test_proof_given_up (Fixture       *self,
                     gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) proof = NULL;

  pin_pad_transport_type (self->transport,
                          TYPE (TEST_PIN, NEW_PIN, NEW_PIN, PIN_PAD_CANCEL, NEW_PIN));
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN);
  g_assert_cmpint (ilk_card_session_get_step (session), ==, ILK_CARD_STEP_PROVE);

  g_assert_true (card_test_verify (session, NULL, FALSE, NULL, &proof));
  g_assert_no_error (proof);
  close_session (session);
  g_assert_true (accepts (self, NEW_PIN));
}

/* PC/SC part 10, 2.5: one byte wrong there, and a PIN would go to a wrong place of the command. */
static void
test_requests (Fixture       *self,
               gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  gboolean turkish = g_str_has_prefix (g_get_language_names ()[0], "tr");
  g_autofree char *modify = g_strdup_printf
    ("3C1E8206000108" "0606" "03" "02" "03" "%s" "000102" "000000" "13000000"
     "002401010E" "06FFFFFFFFFFFF" "06FFFFFFFFFFFF", turkish ? "1F04" : "0904");
  g_autofree char *verify = g_strdup_printf
    ("3C1E820600" "0606" "0201" "%s" "00" "000000" "0B000000" "0020000106FFFFFFFFFFFF",
     turkish ? "1F04" : "0904");

  pin_pad_transport_type (self->transport, TYPE (PIN_PAD_CANCEL, PIN_PAD_CANCEL));
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, NULL));
  g_assert_cmpstr (pin_pad_transport_get_request (self->transport), ==, modify);
  g_assert_false (card_test_verify (session, NULL, FALSE, NULL, NULL));
  g_assert_cmpstr (pin_pad_transport_get_request (self->transport), ==, verify);
  close_session (session);
}

/* What a reader can be asked for, and what the card's page then offers. */
static const struct {
  const char *features;
  IlkCardPad  pad;
} features[] = {
  { "060442330006070442330007", ILK_CARD_PAD_OFFERED },
  { "0A04423300120604423300060704423300071204423300", ILK_CARD_PAD_NONE }, /* cut off */
  { "0A0442330012060442330006070442330007", ILK_CARD_PAD_OFFERED },
  { "060442330006", ILK_CARD_PAD_NONE },                /* proofs alone */
  { "070442330007", ILK_CARD_PAD_NONE },                /* changes that nobody could prove */
  { "060342330006070442330007", ILK_CARD_PAD_NONE },    /* a wrong length */
  { "", ILK_CARD_PAD_NONE },
};

static void
test_features (Fixture       *self,
               gconstpointer  unused)
{
  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    {
      g_autoptr (IlkCardInfo) info = NULL;

      pin_pad_transport_set_features (self->transport, features[i].features);
      info = read_card (self);
      g_assert_cmpint (info->pad, ==, features[i].pad);
      g_assert_cmpint (info->tries_left, ==, 3);
    }
}

/* A reader that has the feature and does not take the request: nothing was done, and that is
 * certain. */
static void
test_refusal (Fixture       *self,
              gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) typed = NULL;

  pin_pad_transport_set_refusal (self->transport, TRUE);
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_SUPPORTED);

  /* The keyboard still does. */
  g_assert_true (card_test_change (session, TEST_PIN, NEW_PIN, FALSE, NULL, &typed));
  g_assert_no_error (typed);
  close_session (session);
}

static void
test_no_keys (Fixture       *self,
              gconstpointer  unused)
{
  IlkCardSession *session = open_session (self);
  g_autoptr (GError) error = NULL;

  pin_pad_transport_set_features (self->transport, "");
  g_assert_false (card_test_verify (session, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_SUPPORTED);
  close_session (session);
  assert_tries (self, 3);
}

/* The certificate is compared, too: a chip with the same number and another holder is left alone. */
static void
test_certificate (Fixture       *self,
                  gconstpointer  unused)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (GBytes) another = g_bytes_new_static ("another", 7);
  const IlkCertificate *certificate = ilk_card_info_get_certificate (info);
  g_autoptr (GError) error = NULL;
  IlkCardSession *session;

  g_assert_null (card_test_open_certificate (self->transport, READER, self->serial, another,
                                             &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_OTHER_CARD);
  g_clear_error (&error);

  session = card_test_open_certificate (self->transport, READER, self->serial, certificate->der,
                                        &error);
  g_assert_no_error (error);
  g_assert_true (card_test_change (session, TEST_PIN, NEW_PIN, FALSE, NULL, &error));
  g_assert_no_error (error);
  close_session (session);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add ("/pin-pad/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("change", test_change);
  ADD ("ended-at-the-reader", test_ended_at_the_reader);
  ADD ("wrong-pin", test_wrong_pin);
  ADD ("proof-given-up", test_proof_given_up);
  ADD ("requests", test_requests);
  ADD ("features", test_features);
  ADD ("refusal", test_refusal);
  ADD ("no-keys", test_no_keys);
  ADD ("certificate", test_certificate);

  return g_test_run ();
}
