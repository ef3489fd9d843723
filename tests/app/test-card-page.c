/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/ec.h>

#include "app/widgets/ilk-countdown-private.h"
#include "card/ilk-card-error.h"
#include "page-fixture.h"
#include "virtual/ilk-practice-ca.h"

/* The pages before the login: what computer, reader and card are like, each with what to do. */

static gboolean
can_go_on (PageFixture *f)
{
  return gtk_widget_is_sensitive (page_find_button (f->window, "Next"));
}

static void
test_readers (PageFixture   *f,
              gconstpointer  data)
{
  g_assert_nonnull (page_find_label (f->window, "Waiting for a card reader…"));
  g_assert_false (can_go_on (f));

  fake_controller_add_reader (f->controller, "Çok Güzel Okuyucu 00 00", TRUE, FALSE, FALSE);
  fake_controller_add_reader (f->controller, "Other 01 00", TRUE, TRUE, FALSE);
  fake_controller_add_usb (f->controller, "ACS ACR39U", ILK_HOST_VERDICT_DRIVER_MISSING);
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "Waiting for a card reader…"));
  g_assert_nonnull (page_find_label (f->window, "Çok Güzel Okuyucu 00 00"));
  g_assert_nonnull (page_find_label (f->window, "Ready, a card is inserted"));
  g_assert_nonnull (page_find_label (f->window, "The card does not answer."));
  g_assert_nonnull (page_find_label (f->window, "Plugged in, but its driver is missing"));

  g_ptr_array_set_size (f->controller->readers, 0);
  g_ptr_array_set_size (f->controller->verdicts, 0);
  g_ptr_array_set_size (f->controller->usb_readers, 0);
  f->controller->facts.reader_seen = FALSE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Waiting for a card reader…"));
}

static void
test_tries_always (PageFixture   *f,
                   gconstpointer  data)
{
  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "PIN tries left"));
  g_assert_nonnull (page_find_label (f->window, "AYŞE IŞIK ÇAĞLAYAN"));
  g_assert_nonnull (page_find_label (f->window, "Valid from 11 November 2026 to"));
  g_assert_true (can_go_on (f));

  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 1);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "one more wrong entry blocks the card"));

  fake_controller_insert_card (f->controller, ILK_PIN_STATE_BLOCKED, 0);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Blocked; you unblock it here"));
}

static void
test_errors (PageFixture   *f,
             gconstpointer  data)
{
  const struct { IlkCardError code; const char *words; } expected[] = {
    { ILK_CARD_ERROR_CARD_MUTE, "The card does not answer" },
    { ILK_CARD_ERROR_IN_USE, "Another program is using the card" },
    { ILK_CARD_ERROR_DEAD, "This card can’t be used any more" },
    { ILK_CARD_ERROR_SERVICE_OFF, "The card service of this computer does not answer" },
    { ILK_CARD_ERROR_NO_CARD, "Waiting for your card…" },
    { ILK_CARD_ERROR_FAILED, "The card could not be read" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_clear_error (&f->controller->card_error);
      f->controller->card_error = ilk_card_error_new (expected[i].code, -1, 0, 0, "made up");
      f->controller->facts.card = ILK_CARD_FACT_UNUSABLE;
      fake_controller_changed (f->controller);
      g_assert_nonnull (page_find_label (f->window, expected[i].words));
      g_assert_false (can_go_on (f));
    }
}

/* Who has the card is named, as far as it can be seen. */
static void
test_in_use (PageFixture   *f,
             gconstpointer  data)
{
  IlkReaderVerdict *verdict;

  f->controller->card_error = ilk_card_error_new (ILK_CARD_ERROR_IN_USE, -1, 0, 0, "made up");
  f->controller->facts.card = ILK_CARD_FACT_UNUSABLE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "Probably it is"));

  verdict = fake_controller_add_usb (f->controller, "ACS ACR39U", ILK_HOST_VERDICT_IN_USE);
  g_strfreev (verdict->users);
  verdict->users = g_strsplit ("firefox,imzager", ",", -1);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "when the card is free. Probably it is firefox, "
                                                "imzager."));
}

static void
test_kinds (PageFixture   *f,
            gconstpointer  data)
{
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_UNKNOWN, -1);

  f->controller->facts.card = ILK_CARD_FACT_UNUSABLE;
  card->reach = ILK_CARD_REACH_NONE;
  card->kind = ILK_CARD_KIND_AKIS;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "the software of its maker is missing"));
  g_assert_nonnull (page_find_label (f->window, "libakisp11"));
  g_assert_false (can_go_on (f));

  card->kind = ILK_CARD_KIND_AKIS_PROBABLE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Probably an AKİS card"));

  card->kind = ILK_CARD_KIND_NATIONAL_ID;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "This is an identity card"));

  card->kind = ILK_CARD_KIND_OTHER_ISSUER;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "A card of another issuer"));

  card->kind = ILK_CARD_KIND_UNKNOWN;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Not an e-signature card"));

  card->kind = ILK_CARD_KIND_AKIS_V1;
  card->reach = ILK_CARD_REACH_APDU;
  card->dead = TRUE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "This card can’t be used any more"));

  card->dead = FALSE;
  g_ptr_array_set_size (card->certificates, 0);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "There is no certificate on this card"));
}

/* Why the software of a card's maker does not reach it: each cause has its own words. */
static void
test_modules (PageFixture   *f,
              gconstpointer  data)
{
  const struct { const char *problem; const char *words; } expected[] = {
    { ILK_MODULE_PROBLEM_NONE, "the software of its maker is missing" },
    { ILK_MODULE_PROBLEM_ARCHITECTURE, "does not fit this computer" },
    { ILK_MODULE_PROBLEM_HANGS, "gave no answer in time" },
    { ILK_MODULE_PROBLEM_CRASHES, "ended unexpectedly" },
    { ILK_MODULE_PROBLEM_REFUSES, "it refuses to work" },
  };
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_UNKNOWN, -1);

  f->controller->facts.card = ILK_CARD_FACT_UNUSABLE;
  card->kind = ILK_CARD_KIND_AKIS;
  card->reach = ILK_CARD_REACH_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_free (card->module_problem);
      card->module_problem = g_strdup (expected[i].problem);
      fake_controller_changed (f->controller);
      g_assert_nonnull (page_find_label (f->window, expected[i].words));
    }
}

/* A card that is reached through a module goes on without a login, as long as its PIN works. */
static void
test_change_only (PageFixture   *f,
                  gconstpointer  data)
{
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, -1);

  card->kind = ILK_CARD_KIND_AKIS;
  card->reach = ILK_CARD_REACH_PKCS11;
  card->module = g_strdup ("/usr/lib/libakisp11.so");
  card->pin_count_low = TRUE;
  f->controller->facts.change_only = TRUE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "You can change the PIN of this card here"));
  g_assert_null (page_find_button (f->window, "Check This Computer"));
  g_assert_nonnull (page_find_label (f->window, "libakisp11.so"));
  g_assert_nonnull (page_find_label (f->window, "a wrong PIN was typed before"));
  g_assert_true (can_go_on (f));

  card->pin_final_try = TRUE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "one more wrong entry blocks the card"));

  card->pin_state = ILK_PIN_STATE_BLOCKED;
  f->controller->facts.card = ILK_CARD_FACT_UNUSABLE;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The PIN of this card is blocked"));
  g_assert_false (can_go_on (f));

  card->pin_state = ILK_PIN_STATE_NOT_SET;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "This card has no PIN yet"));
}

static void
test_certificate (PageFixture   *f,
                  gconstpointer  data)
{
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  IlkCertificate *certificate = (IlkCertificate *) ilk_card_info_get_certificate (card);

  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The certificate does not say so"));
  g_assert_nonnull (page_find_label (f->window, "Example"));

  certificate->qualified = TRUE;
  certificate->on_card = TRUE;
  certificate->issuer_organization = g_strdup ("Örnek A.Ş.");
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Yes, with its key on the card"));
  g_assert_nonnull (page_find_label (f->window, "Example (Örnek A.Ş.)"));
}

/* A card with a certificate by a made-up authority in this folder; forged: with another signature
 * than the authority's. */
static void
insert_issued (PageFixture *f,
               const char  *folder,
               gboolean     forged)
{
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  g_autoptr (IlkPracticeCa) ca = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = NULL;
  EVP_PKEY *key = EVP_EC_gen ("P-256");

  ca = ilk_practice_ca_open (folder, FAKE_NOW - 86400, &error);
  g_assert_no_error (error);
  der = ilk_practice_ca_issue (ca, key, "AYŞE IŞIK", "10000000146", FAKE_NOW - 3600,
                               FAKE_NOW + 86400, &error);
  g_assert_no_error (error);
  EVP_PKEY_free (key);
  if (forged)
    {
      gsize length;
      guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&der), &length);

      bytes[length - 1] ^= 1;
      der = g_bytes_new_take (bytes, length);
    }
  g_ptr_array_set_size (card->certificates, 0);
  g_ptr_array_add (card->certificates, ilk_certificate_new_from_der (der, NULL));
  fake_controller_changed (f->controller);
}

static void
remove_authority (const char *folder)
{
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* What the issuer's certificates in its profile say of the one on the card. */
static void
test_chain (PageFixture   *f,
            gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("ilk-card-page-XXXXXX", NULL);
  g_autofree char *profile = NULL;
  g_autoptr (GError) error = NULL;

  insert_issued (f, folder, FALSE);
  g_assert_null (page_find_label (f->window, "signature checked"));

  g_clear_object (&f->controller->issuer);
  profile = g_strdup_printf
    ("[Issuer]\nId=a\nName=A\n[Contact]\nCallCentre=1\nEmail=a@b.example\n"
     "[Words]\nDeleteMeaning=D\nParcelAdvice=P\nPukWarning=W\n"
     "[Cards]\nAuthorities=%s/ca.pem\n", folder);
  f->controller->issuer = ilk_issuer_new_from_data (profile, NULL, &error);
  g_assert_no_error (error);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "– signature checked"));
  g_assert_null (page_find_label (f->window, "is not from the issuer"));

  insert_issued (f, folder, TRUE);
  g_assert_null (page_find_label (f->window, "signature checked"));
  g_assert_nonnull (page_find_label (f->window, "The certificate is not from the issuer that it "
                                                "names"));
  remove_authority (folder);
}

/* The one that is on the screen, or NULL. */
static IlkCountdown *
find_countdown (gpointer root)
{
  IlkCountdown *found = NULL;

  if (ILK_IS_COUNTDOWN (root) && gtk_widget_get_mapped (root))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_countdown (child);
  return found;
}

/* To the second, and on by itself. */
static void
test_begins_soon (PageFixture   *f,
                  gconstpointer  data)
{
  IlkCountdown *countdown;
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  IlkCertificate *certificate = (IlkCertificate *) ilk_card_info_get_certificate (card);

  certificate->not_before = FAKE_NOW + 90;
  fake_controller_changed (f->controller);
  countdown = find_countdown (f->window);
  g_assert_cmpint (ilk_countdown_get_seconds_left (countdown), ==, 90);
  g_assert_nonnull (page_find_label (f->window, "00:01:30, valid to"));

  ilk_manual_clock_advance (f->controller->clock, 90);
  ilk_countdown_tick (countdown);
  page_fixture_spin ();
  g_assert_null (page_find_label (f->window, "Your certificate is not valid yet"));
  g_assert_null (find_countdown (f->window));
}

/* Where this program can't, the issuer's own way is shown, as its profile has it. */
static void
test_guide (PageFixture   *f,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "The Way to the PIN"));

  g_clear_object (&f->controller->issuer);
  f->controller->issuer = ilk_issuer_new_from_data
    ("[Issuer]\nId=guided\nName=A & B\n[Contact]\nCallCentre=1\nEmail=a@b.example\n"
     "[Words]\nDeleteMeaning=D\nParcelAdvice=P\nPukWarning=W\n"
     "[Guide]\nEntry=https://a.example\nMenu=“This” > “that”\n", NULL, &error);
  g_assert_no_error (error);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The Way to the PIN: A & B"));
  g_assert_nonnull (page_find_label (f->window, "“This” > “that”"));
  g_assert_null (page_find_label (f->window, "4. Create the PIN"));
}

static void
test_validity (PageFixture   *f,
               gconstpointer  data)
{
  IlkCardInfo *card = fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 3);
  IlkCertificate *certificate = (IlkCertificate *) ilk_card_info_get_certificate (card);

  certificate->not_before = FAKE_NOW + 9 * 86400 + 43200;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Your certificate is not valid yet"));
  g_assert_nonnull (page_find_label (f->window, "Begins on 30 November 2026"));

  certificate->not_before = FAKE_NOW - 900 * 86400;
  certificate->not_after = FAKE_NOW - 86400 + 43200;
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Your certificate has expired"));
  g_assert_nonnull (page_find_label (f->window, "Expired on 20 November 2026"));
}

/* What a try costs is said before the press. */
static void
test_uncertain (PageFixture   *f,
                gconstpointer  data)
{
  g_assert_nonnull (page_find_label (f->window, "No card is in the reader."));
  g_assert_nonnull (page_find_label (f->window, "one try is used up"));

  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 2);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The card is in the reader."));
  g_assert_nonnull (page_find_label (f->window, "2 tries are left"));

  fake_controller_insert_card (f->controller, ILK_PIN_STATE_SET, 1);
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "it is used up and the card is blocked"));
  page_press (f->window, "Try the New PIN Once");
  page_assert_calls (f, "press PROVE\n");
}

static void
test_setting (PageFixture   *f,
              gconstpointer  data)
{
  f->controller->step_name = "challenge";
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "The issuer answers it"));
  g_assert_null (page_find_label (f->window, "Exchanging the old PIN"));

  f->controller->facts.old_pin_given = TRUE;
  f->controller->step_name = "change";
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, "Exchanging the old PIN"));
  g_assert_null (page_find_label (f->window, "The issuer answers it"));
}

static void
add (void)
{
  page_add_test ("/reader-page/live", ILK_STATE_READER, test_readers);
  page_add_test ("/card-page/tries-always", ILK_STATE_CARD, test_tries_always);
  page_add_test ("/card-page/errors", ILK_STATE_CARD, test_errors);
  page_add_test ("/card-page/kinds", ILK_STATE_CARD, test_kinds);
  page_add_test ("/card-page/modules", ILK_STATE_CARD, test_modules);
  page_add_test ("/card-page/change-only", ILK_STATE_CARD, test_change_only);
  page_add_test ("/card-page/certificate", ILK_STATE_CARD, test_certificate);
  page_add_test ("/card-page/begins-soon", ILK_STATE_CARD, test_begins_soon);
  page_add_test ("/card-page/chain", ILK_STATE_CARD, test_chain);
  page_add_test ("/card-page/in-use", ILK_STATE_CARD, test_in_use);
  page_add_test ("/card-page/guide", ILK_STATE_CARD, test_guide);
  page_add_test ("/card-page/validity", ILK_STATE_CARD, test_validity);
  page_add_test ("/uncertain-page/cost", ILK_STATE_UNCERTAIN, test_uncertain);
  page_add_test ("/setting-page/steps", ILK_STATE_SETTING, test_setting);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
