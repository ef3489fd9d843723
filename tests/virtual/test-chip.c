/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <glib/gstdio.h>
#include <string.h>

#include "virtual-test.h"
#include "virtual/ilk-chip-image.h"

/* Every rule of the virtual card, as commands and answers. "41..." are ASCII digits. */
#define VERIFY_RIGHT   "00 20 00 01 06 343037313832"
#define VERIFY_WRONG   "00 20 00 01 06 393939393938"
#define VERIFY_NEW     "00 20 00 01 06 353831393236"
#define CHANGE         "00 24 01 01 0E 06 343037313832 06 353831393236"
#define CHANGE_WRONG   "00 24 01 01 0E 06 393939393938 06 353831393236"
#define ASK_PIN        "00 20 00 01"
#define ASK_KEY        "00 82 00 01"
#define GET_CHALLENGE  "00 84 00 00 10"
#define RESET_NEW      "00 2C 02 01 06 353831393236"
#define RESET_PUK      "00 2C 00 01 0E"
#define PUK_ONLY       "00 2C 01 01 08"
#define WRONG_PUK      "3030303030303030"
#define NEW_PIN        "353831393236"
#define LIFE_CYCLE     "00 CA 01 04 0A"
#define IN_OPERATION   "000000000000A50000009000"
#define DEATH          "000000000000AA0000009000"
#define SIGN           "00 2A 9E 9A"

typedef struct {
  const char *command;
  const char *answer;
} Step;

static void
run_steps (TestCard   *test,
           const Step *steps,
           gsize       n)
{
  for (gsize i = 0; i < n; i++)
    assert_answer (test->card, steps[i].command, steps[i].answer);
}

#define run(test, ...) \
  G_STMT_START { \
    const Step steps_[] = { __VA_ARGS__ }; \
    run_steps (test, steps_, G_N_ELEMENTS (steps_)); \
  } G_STMT_END

/* --- PIN --- */

static void
test_verify_counts_to_blocked (TestCard *test, gconstpointer unused)
{
  run (test,
       { ASK_PIN, "63C3" }, { VERIFY_RIGHT, "9000" },
       { VERIFY_WRONG, "63C2" }, { VERIFY_WRONG, "63C1" }, { ASK_PIN, "63C1" },
       { VERIFY_WRONG, "63C0" }, { VERIFY_WRONG, "6983" }, { VERIFY_RIGHT, "6983" },
       { ASK_PIN, "6983" }, { CHANGE, "6983" });
}

static void
test_right_pin_resets_the_counter (TestCard *test, gconstpointer unused)
{
  run (test,
       { VERIFY_WRONG, "63C2" }, { VERIFY_WRONG, "63C1" }, { VERIFY_RIGHT, "9000" },
       { ASK_PIN, "63C3" });
}

static void
test_pinless_card (TestCard *test, gconstpointer unused)
{
  run (test,
       { ASK_PIN, "6984" }, { VERIFY_RIGHT, "6984" }, { CHANGE, "6984" }, { ASK_PIN, "6984" });
}

static void
test_malformed_pin_commands_spend_nothing (TestCard *test, gconstpointer unused)
{
  run (test,
       { "00 20 00 02 06 393939393939", "6A88" },
       { "00 20 01 01 06 393939393939", "6A86" },
       { "00 20 00 01 11 3939393939393939393939393939393939", "6700" },
       { "00 24 01 01 0C 343037313832 353831393236", "6A80" },
       { "00 24 01 01 0E 06 393939393938 05 353831393236", "6A80" },
       { "00 24 01 01 0D 06 393939393938 05 3538313932", "6A80" },
       { "00 24 01 01 0E 06 393939393938 06 35383139324A", "6A80" },
       { "00 24 01 01 01 06", "6700" },
       { "00 24 01 02 0E 06 393939393938 06 353831393236", "6A88" },
       { "00 24 02 01 0E 06 393939393938 06 353831393236", "6A86" },
       { ASK_PIN, "63C3" });
}

static void
test_change_pin (TestCard *test, gconstpointer unused)
{
  run (test,
       { CHANGE_WRONG, "63C2" }, { CHANGE, "9000" }, { ASK_PIN, "63C3" },
       { VERIFY_NEW, "9000" }, { VERIFY_RIGHT, "63C2" });
}

static void
test_wrong_change_blocks (TestCard *test, gconstpointer unused)
{
  run (test,
       { CHANGE_WRONG, "63C2" }, { CHANGE_WRONG, "63C1" }, { CHANGE_WRONG, "63C0" },
       { CHANGE, "6983" });
}

static void
test_fci_tells_about_wrong_tries (TestCard *test, gconstpointer unused)
{
  run (test,
       { "00 A4 00 00 02 3F00 00", "6F0C" "820138" "83023F00" "8500" "900112" "9000" },
       { VERIFY_WRONG, "63C2" },
       { "00 A4 00 00 02 3F00 00", "6F0C" "820138" "83023F00" "8500" "900152" "9000" },
       { VERIFY_WRONG, "63C1" },
       { "00 A4 00 00 02 3F00 00", "6F0C" "820138" "83023F00" "8500" "9001D2" "9000" });
}

/* --- state --- */

static void
test_state_survives_restart (TestCard *test, gconstpointer unused)
{
  run (test, { VERIFY_WRONG, "63C2" }, { ASK_KEY, "63CA" });
  test_card_restart (test);
  run (test, { ASK_PIN, "63C2" }, { CHANGE, "9000" });
  test_card_restart (test);
  run (test, { VERIFY_RIGHT, "63C2" }, { VERIFY_NEW, "9000" });
}

static void
test_blocked_card_stays_blocked (TestCard *test, gconstpointer unused)
{
  run (test, { VERIFY_RIGHT, "6983" });
  test_card_restart (test);
  run (test, { VERIFY_RIGHT, "6983" }, { LIFE_CYCLE, IN_OPERATION });
}

static void
test_file_is_private_and_holds_no_pin (TestCard *test, gconstpointer unused)
{
  g_autofree char *content = NULL;
  GStatBuf facts;

  run (test, { CHANGE, "9000" });
  g_assert_cmpint (g_stat (test->card_file, &facts), ==, 0);
  g_assert_cmpint (facts.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (test->card_file, &content, NULL, NULL));
  g_assert_null (strstr (content, TEST_PIN));
  g_assert_null (strstr (content, "581926"));
  g_assert_null (strstr (content, "343037313832"));
  g_assert_null (strstr (content, "353831393236"));
}

static void
test_check_pin_spends_nothing (TestCard *test, gconstpointer unused)
{
  g_autoptr (IlkSecret) right = ilk_secret_new_from_data (TEST_PIN, 6);
  g_autoptr (IlkSecret) wrong = ilk_secret_new_from_data ("999998", 6);

  for (int i = 0; i < 5; i++)
    g_assert_false (ilk_virtual_card_check_pin (test->card, wrong));
  g_assert_true (ilk_virtual_card_check_pin (test->card, right));
  run (test, { ASK_PIN, "63C3" });
}

static void
test_unwritable_state_is_a_failed_command (TestCard *test, gconstpointer unused)
{
  g_autofree char *moved = g_strconcat (test->folder, "-moved", NULL);

  /* With the folder gone nothing can be written: the change is not done, the try is spent. */
  g_assert_cmpint (g_rename (test->folder, moved), ==, 0);
  run (test, { CHANGE, "6581" }, { VERIFY_WRONG, "6581" });
  g_assert_cmpint (g_rename (moved, test->folder), ==, 0);
  run (test, { ASK_PIN, "63C2" }, { VERIFY_NEW, "63C1" }, { VERIFY_RIGHT, "9000" });
}

static void
test_damaged_file_is_refused (TestCard *test, gconstpointer unused)
{
  static const char *const texts[] = {
    "", "something else", "# State of a practice card of ilkimza, format 1\n",
    "# State of a practice card of ilkimza, format 1\nSerial=00\n",
    "# State of a practice card of ilkimza, format 1\nUnknown=00\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_build_filename (test->folder, "damaged.card", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_null (ilk_virtual_card_new_from_file (path, &error));
      g_assert_nonnull (error);
    }
}

/* --- PUK --- */

/* Nobody knows a card's PUK; the test puts one of its own into the file. */
static void
set_puk (TestCard *test)
{
  g_autoptr (GError) error = NULL;
  IlkChipImage *image = ilk_chip_image_load (test->card_file, &error);

  g_assert_no_error (error);
  ilk_chip_reference_set (&image->memory.puk, (const guint8 *) "27182818", 8);
  g_assert_true (ilk_chip_image_save (image, &error));
  ilk_chip_image_free (image);
  test_card_restart (test);
}

static void
test_puk_sets_a_new_pin (TestCard *test, gconstpointer unused)
{
  set_puk (test);
  run (test,
       { RESET_PUK WRONG_PUK NEW_PIN, "63C2" },
       { RESET_PUK "3237313832383138" NEW_PIN, "9000" }, { VERIFY_NEW, "9000" },
       { RESET_PUK WRONG_PUK NEW_PIN, "63C2" });
}

static void
test_puk_alone_keeps_the_pin (TestCard *test, gconstpointer unused)
{
  set_puk (test);
  run (test,
       { VERIFY_RIGHT, "6983" }, { PUK_ONLY "3237313832383138", "9000" },
       { VERIFY_RIGHT, "9000" });
}

static void
test_used_up_puk_is_death (TestCard *test, gconstpointer unused)
{
  run (test,
       { VERIFY_RIGHT, "9000" }, { "00 22 C3 01", "9000" },
       { RESET_PUK WRONG_PUK NEW_PIN, "63C2" }, { PUK_ONLY WRONG_PUK, "63C1" },
       { LIFE_CYCLE, IN_OPERATION },
       { RESET_PUK WRONG_PUK NEW_PIN, "63C0" }, { LIFE_CYCLE, DEATH });
  test_card_restart (test);
  run (test,
       { LIFE_CYCLE, DEATH }, { VERIFY_RIGHT, "6983" }, { ASK_PIN, "6983" }, { CHANGE, "6983" },
       { RESET_PUK WRONG_PUK NEW_PIN, "6983" }, { PUK_ONLY WRONG_PUK, "6983" },
       { RESET_NEW, "6983" }, { ASK_KEY, "6983" },
       { "00 82 00 01 10 00112233445566778899AABBCCDDEEFF", "6983" },
       { "00 22 C3 01", "6983" }, { SIGN "04 01020304 00", "6983" },
       { "80 09 00 01", "6982" });
}

static void
test_malformed_puk_spends_nothing (TestCard *test, gconstpointer unused)
{
  run (test,
       { "00 2C 00 01 08" WRONG_PUK, "6700" },
       { "00 2C 00 01 0E" WRONG_PUK "35383139324A", "6A80" },
       { "00 2C 03 01", "6A86" }, { "00 2C 00 02 0E" WRONG_PUK NEW_PIN, "6A88" },
       { PUK_ONLY WRONG_PUK, "63C2" });
}

/* --- the unlock: profile virtual-1 --- */

static char *
make_cryptogram (TestCard *test,
                 GBytes   *challenge)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) key = NULL;
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];
  g_autofree char *hex = NULL;

  key = ilk_unlock_derive_card_key (test->master_key, test->order->serial, 1, &error);
  g_assert_no_error (error);
  g_assert_true (ilk_unlock_cryptogram (key, g_bytes_get_data (challenge, NULL),
                                        test->order->serial, cryptogram, &error));
  hex = test_hex_from_bytes (cryptogram, sizeof cryptogram);
  return g_strconcat ("00 82 00 01 10 ", hex, NULL);
}

/* GET CHALLENGE, and the EXTERNAL AUTHENTICATE that answers it. */
static char *
challenge_card (TestCard *test)
{
  g_autofree char *answer = test_card_send (test->card, GET_CHALLENGE);
  g_autoptr (GBytes) challenge = NULL;

  g_assert_cmpuint (strlen (answer), ==, 36);
  g_assert_true (g_str_has_suffix (answer, "9000"));
  answer[32] = '\0';
  challenge = test_bytes_from_hex (answer);
  return make_cryptogram (test, challenge);
}

static void
test_unlock (TestCard *test, gconstpointer unused)
{
  g_autofree char *authenticate = challenge_card (test);

  run (test,
       { RESET_NEW, "6982" }, { authenticate, "9000" },
       { "00 2C 02 01 06 35383139324A", "6A80" }, { "00 2C 02 01 05 3538313932", "6700" },
       { RESET_NEW, "9000" }, { VERIFY_NEW, "9000" },
       { RESET_NEW, "6982" });
}

static void
test_reset_drops_the_authentication (TestCard *test, gconstpointer unused)
{
  g_autofree char *authenticate = challenge_card (test);

  run (test, { authenticate, "9000" });
  ilk_virtual_card_reset (test->card);
  run (test, { RESET_NEW, "6982" }, { authenticate, "6985" });
}

static void
test_logout_drops_what_was_proved (TestCard *test, gconstpointer unused)
{
  g_autofree char *authenticate = challenge_card (test);

  run (test,
       { authenticate, "9000" }, { VERIFY_RIGHT, "9000" }, { "80 1A 00 00", "9000" },
       { RESET_NEW, "6982" }, { "00 22 C3 01", "9000" }, { SIGN "04 01020304 00", "6982" });
}

static void
test_only_the_last_challenge_counts (TestCard *test, gconstpointer unused)
{
  g_autofree char *first = challenge_card (test);
  g_autofree char *second = challenge_card (test);

  run (test, { first, "63C9" }, { second, "6985" }, { ASK_KEY, "63C9" });
}

static void
test_a_challenge_is_good_once (TestCard *test, gconstpointer unused)
{
  g_autofree char *authenticate = challenge_card (test);

  run (test, { authenticate, "9000" }, { authenticate, "6985" }, { ASK_KEY, "63CA" });
}

static void
test_wrong_cryptograms_use_the_key_up (TestCard *test, gconstpointer unused)
{
  for (guint left = 10; left-- > 0;)
    {
      g_autofree char *challenge = test_card_send (test->card, GET_CHALLENGE);
      g_autofree char *expected = g_strdup_printf ("63C%X", left);

      assert_answer (test->card, "00 82 00 01 10 00112233445566778899AABBCCDDEEFF", expected);
    }
  run (test, { ASK_KEY, "6983" });
  test_card_restart (test);
  {
    g_autofree char *authenticate = challenge_card (test);

    run (test, { authenticate, "6983" }, { VERIFY_RIGHT, "9000" });
  }
}

static void
test_success_resets_the_key (TestCard *test, gconstpointer unused)
{
  g_autofree char *challenge = test_card_send (test->card, GET_CHALLENGE);
  g_autofree char *authenticate = NULL;

  run (test, { "00 82 00 01 10 00112233445566778899AABBCCDDEEFF", "63C9" });
  authenticate = challenge_card (test);
  run (test, { authenticate, "9000" }, { ASK_KEY, "63CA" });
}

static void
test_malformed_authentication_spends_nothing (TestCard *test, gconstpointer unused)
{
  g_autofree char *challenge = test_card_send (test->card, GET_CHALLENGE);

  run (test,
       { "00 82 00 01 08 0011223344556677", "6700" },
       { "00 82 00 02 10 00112233445566778899AABBCCDDEEFF", "6A88" },
       { "00 82 01 01 10 00112233445566778899AABBCCDDEEFF", "6A86" },
       { "00 84 00 00", "6700" }, { "00 84 01 00 10", "6A86" }, { ASK_KEY, "63CA" });
}

static void
test_other_challenge_lengths_cannot_be_answered (TestCard *test, gconstpointer unused)
{
  g_autofree char *authenticate = challenge_card (test);
  g_autofree char *eight = test_card_send (test->card, "00 84 00 00 08");

  g_assert_cmpuint (strlen (eight), ==, 20);
  run (test, { authenticate, "6985" });
}

/* --- data and files --- */

static void
test_get_data (TestCard *test, gconstpointer unused)
{
  g_autofree char *serial = test_hex_from_bytes (test->order->serial, 12);
  g_autofree char *object = test_card_send (test->card, "00 CA 01 06 4D");

  g_assert_cmpuint (strlen (object), ==, 2 * (0x4D + 2));
  g_assert_true (g_str_has_prefix (object + 2 * 55, serial));
  g_assert_cmpstr (ilk_virtual_card_get_serial (test->card), ==, serial);
  run (test,
       { LIFE_CYCLE, IN_OPERATION },
       { "00 CA 01 04 00", IN_OPERATION },
       { "00 CA 01 04 05", "6C0A" },
       { "00 CA 01 7E 00", "696C6B696D7A61207669727475616C2D31" "9000" },
       { "00 CA 01 05 00", "6A88" }, { "00 CA 00 04 00", "6A88" });
}

static void
test_life_cycle_stays_operation (TestCard *test, gconstpointer unused)
{
  run (test,
       { "80 09 00 02", "6982" }, { "80 09 00 01", "9000" }, { "80 09 00 03", "6A86" },
       { "80 10 00 B0 02 1234", "6982" }, { "80 15 80 B0 02 1234", "6982" },
       { "80 16 02 00 02 2F00", "6982" }, { "00 D6 00 00 01 00", "6982" },
       { LIFE_CYCLE, IN_OPERATION });
}

static void
test_select (TestCard *test, gconstpointer unused)
{
  const char *dir = "6F10" "8002001F" "820101" "83022F00" "8500" "900116" "9000";
  const char *application = "6F1A" "820138" "83023D00" "840CA000000063504B43532D3135" "8500"
                            "900112" "9000";

  run (test,
       { "00 A4 08 00 04 3F002F00 00", dir }, { "00 A4 08 00 02 2F00 00", dir },
       { "00 A4 00 00 02 3D00 00", application },
       { "00 A4 04 00 0C A000000063504B43532D3135 00", application },
       { "00 A4 08 00 04 3F003D00 00", application },
       /* EF and DF are kept apart when selected by file id. */
       { "00 A4 02 00 02 2F00 00", "6A82" }, { "00 A4 00 00 02 5031 00", "6A82" },
       { "00 A4 02 00 02 5031 0C", "6C12" },
       { "00 A4 02 0C 02 5032", "9000" },
       { "00 A4 02 00 02 3D00 00", "6A82" }, { "00 A4 04 00 02 A000 00", "6A82" },
       { "00 A4 08 00 04 3F009999 00", "6A82" }, { "00 A4 08 00 06 3F002F001111 00", "6A82" },
       { "00 A4 03 00 02 3F00 00", "6A86" }, { "00 A4 00 04 02 3F00 00", "6A86" },
       { "00 A4 00 00 03 3F0000 00", "6700" });
}

static void
test_read_binary (TestCard *test, gconstpointer unused)
{
  const char *dir = "611D4F0CA000000063504B43532D31355007696C6B696D7A6151043F003D00" "9000";

  run (test,
       { "00 B0 00 00 00", "6986" },
       { "00 A4 08 0C 04 3F002F00", "9000" },
       { "00 B0 00 00 00", dir }, { "00 B0 00 00 1F", dir },
       { "00 B0 00 1D 02", "3D009000" }, { "00 B0 00 1D 04", "3D006282" },
       { "00 B0 00 1F 01", "6B00" }, { "00 B0 80 00 01", "6A86" }, { "00 B0 00 00", "6700" });
}

static void
test_directory (TestCard *test, gconstpointer unused)
{
  const char *zeros = "0000000000000000000000000000000000";
  g_autofree char *root = g_strconcat ("2F2F00", zeros, "3D3D00", zeros, "9000", NULL);
  g_autofree char *application = NULL;

  run (test, { "80 18 00 00 00", root }, { "00 A4 00 0C 02 3D00", "9000" });
  application = test_card_send (test->card, "80 18 00 00 00");
  g_assert_true (g_str_has_prefix (application, "2F5031"));
  g_assert_cmpuint (strlen (application), ==, 2 * (6 * 20 + 2));
}

static void
test_unknown_commands (TestCard *test, gconstpointer unused)
{
  run (test,
       { "00 01 00 00", "6D00" }, { "80 20 00 01", "6D00" }, { "A0 A4 00 00 02 3F00", "6E00" },
       { "10 20 00 01 06 343037313832", "6884" }, { "0C 20 00 01 06 343037313832", "6882" },
       { "01 20 00 01 06 343037313832", "6881" }, { "00 20 00", "6700" },
       { "00 20 00 01 07 343037313832", "6700" });
}

/* --- signing --- */

static EVP_PKEY *
load_public_key (TestCard *test)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkChipImage) image = ilk_chip_image_load (test->card_file, &error);
  gsize length;
  const guint8 *der = g_bytes_get_data (g_ptr_array_index (image->certificates, 0), &length);
  X509 *certificate = d2i_X509 (NULL, &der, length);
  EVP_PKEY *key = X509_get_pubkey (certificate);

  X509_free (certificate);
  return key;
}

static void
assert_signature (TestCard   *test,
                  const char *answer,
                  int         padding,
                  const char *digest_hex)
{
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GBytes) digest = test_bytes_from_hex (digest_hex);
  g_autofree char *hex = g_strdup (answer);
  EVP_PKEY *key = load_public_key (test);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);

  g_assert_cmpuint (strlen (hex), ==, 2 * (256 + 2));
  hex[512] = '\0';
  signature = test_bytes_from_hex (hex);
  g_assert_cmpint (EVP_PKEY_verify_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (context, padding), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()), ==, 1);
  g_assert_cmpint (EVP_PKEY_verify (context, g_bytes_get_data (signature, NULL), 256,
                                    g_bytes_get_data (digest, NULL), 32), ==, 1);
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
}

#define DIGEST "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"
#define SHA256_INFO "3031300D060960864801650304020105000420"

static void
test_signs_after_verify (TestCard *test, gconstpointer unused)
{
  g_autofree char *answer = NULL;

  run (test,
       { SIGN "33" SHA256_INFO DIGEST "00", "6982" }, { VERIFY_RIGHT, "9000" },
       { SIGN "33" SHA256_INFO DIGEST "00", "6985" },
       { "00 22 C3 02", "6A88" }, { "00 22 C3 01", "9000" });
  answer = test_card_send (test->card, SIGN "33" SHA256_INFO DIGEST "00");
  assert_signature (test, answer, RSA_PKCS1_PADDING, DIGEST);
}

static void
test_signs_with_pss (TestCard *test, gconstpointer unused)
{
  g_autofree char *answer = NULL;

  run (test,
       { VERIFY_RIGHT, "9000" }, { "00 22 41 B6 06 800105 840101", "9000" },
       { SIGN "04 01020304 00", "6A80" });
  answer = test_card_send (test->card, SIGN "20" DIGEST "00");
  assert_signature (test, answer, RSA_PKCS1_PSS_PADDING, DIGEST);
}

/* What OpenSC does: it pads by itself and sends the block in two parts. */
static void
test_signs_a_chained_block (TestCard *test, gconstpointer unused)
{
  g_autoptr (GString) fill = g_string_new ("10 2A 9E 9A CC 0001");
  g_autofree char *answer = NULL;

  for (guint i = 0; i < 202; i++)
    g_string_append (fill, "FF");
  run (test,
       { VERIFY_RIGHT, "9000" }, { "00 22 C3 01", "9000" }, { fill->str, "9000" },
       /* Another command between drops the chain. */
       { ASK_PIN, "63C3" }, { fill->str, "9000" },
       /* Told the right Le, only the last part comes again. */
       { SIGN "34 00" SHA256_INFO DIGEST "F4", "6C00" });
  answer = test_card_send (test->card, SIGN "34 00" SHA256_INFO DIGEST "00");
  assert_signature (test, answer, RSA_PKCS1_PADDING, DIGEST);
}

static void
test_chains_have_an_end (TestCard *test, gconstpointer unused)
{
  g_autoptr (GString) part = g_string_new ("10 2A 9E 9A C8 ");

  for (guint i = 0; i < 200; i++)
    g_string_append (part, "FF");
  run (test,
       { VERIFY_RIGHT, "9000" }, { "00 22 C3 01", "9000" },
       { part->str, "9000" }, { part->str, "9000" }, { part->str, "6700" },
       { SIGN "01 00 00", "6A80" });
}

static void
test_wrong_pin_ends_signing (TestCard *test, gconstpointer unused)
{
  run (test,
       { VERIFY_RIGHT, "9000" }, { "00 22 C3 01", "9000" }, { VERIFY_WRONG, "63C2" },
       { SIGN "33" SHA256_INFO DIGEST "00", "6982" });
}

static void
test_malformed_signing (TestCard *test, gconstpointer unused)
{
  run (test,
       { "00 22 41 B6 03 800199", "6A80" }, { "00 22 41 B6 02 8001", "6A80" },
       { "00 22 41 B6 03 810101", "6A80" }, { "00 22 00 00", "6A86" },
       { "00 2A 9E 9B 01 00 00", "6A86" }, { SIGN, "6700" });
}

#define FRESH   GINT_TO_POINTER (ILK_CARD_CONDITION_FRESH)
#define BLOCKED GINT_TO_POINTER (ILK_CARD_CONDITION_BLOCKED)

static void
add_test (const char     *path,
          void          (*function) (TestCard *, gconstpointer))
{
  g_test_add (path, TestCard, FRESH, test_card_set_up, function, test_card_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/chip/pin/blocks", test_verify_counts_to_blocked);
  add_test ("/chip/pin/right-resets", test_right_pin_resets_the_counter);
  g_test_add ("/chip/pin/not-set", TestCard, NULL, test_card_set_up_pinless, test_pinless_card,
              test_card_tear_down);
  add_test ("/chip/pin/malformed", test_malformed_pin_commands_spend_nothing);
  add_test ("/chip/pin/change", test_change_pin);
  add_test ("/chip/pin/wrong-change", test_wrong_change_blocks);
  add_test ("/chip/pin/fci", test_fci_tells_about_wrong_tries);
  add_test ("/chip/state/restart", test_state_survives_restart);
  g_test_add ("/chip/state/blocked", TestCard, BLOCKED, test_card_set_up,
              test_blocked_card_stays_blocked, test_card_tear_down);
  add_test ("/chip/state/private", test_file_is_private_and_holds_no_pin);
  add_test ("/chip/state/check-pin", test_check_pin_spends_nothing);
  add_test ("/chip/state/unwritable", test_unwritable_state_is_a_failed_command);
  add_test ("/chip/state/damaged", test_damaged_file_is_refused);
  add_test ("/chip/puk/new-pin", test_puk_sets_a_new_pin);
  g_test_add ("/chip/puk/alone", TestCard, BLOCKED, test_card_set_up,
              test_puk_alone_keeps_the_pin, test_card_tear_down);
  add_test ("/chip/puk/death", test_used_up_puk_is_death);
  add_test ("/chip/puk/malformed", test_malformed_puk_spends_nothing);
  g_test_add ("/chip/unlock/blocked", TestCard, BLOCKED, test_card_set_up, test_unlock,
              test_card_tear_down);
  g_test_add ("/chip/unlock/pinless", TestCard, NULL, test_card_set_up_pinless, test_unlock,
              test_card_tear_down);
  add_test ("/chip/unlock/reset", test_reset_drops_the_authentication);
  add_test ("/chip/unlock/logout", test_logout_drops_what_was_proved);
  add_test ("/chip/unlock/last-challenge", test_only_the_last_challenge_counts);
  add_test ("/chip/unlock/once", test_a_challenge_is_good_once);
  add_test ("/chip/unlock/used-up", test_wrong_cryptograms_use_the_key_up);
  add_test ("/chip/unlock/success-resets", test_success_resets_the_key);
  add_test ("/chip/unlock/malformed", test_malformed_authentication_spends_nothing);
  add_test ("/chip/unlock/other-length", test_other_challenge_lengths_cannot_be_answered);
  add_test ("/chip/data/objects", test_get_data);
  add_test ("/chip/data/life-cycle", test_life_cycle_stays_operation);
  add_test ("/chip/files/select", test_select);
  add_test ("/chip/files/read", test_read_binary);
  add_test ("/chip/files/directory", test_directory);
  add_test ("/chip/unknown", test_unknown_commands);
  add_test ("/chip/sign/pkcs1", test_signs_after_verify);
  add_test ("/chip/sign/pss", test_signs_with_pss);
  add_test ("/chip/sign/chained", test_signs_a_chained_block);
  add_test ("/chip/sign/chain-end", test_chains_have_an_end);
  add_test ("/chip/sign/wrong-pin", test_wrong_pin_ends_signing);
  add_test ("/chip/sign/malformed", test_malformed_signing);

  return g_test_run ();
}
