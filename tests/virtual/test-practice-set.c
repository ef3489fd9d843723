/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <openssl/ec.h>
#include <string.h>

#include "card/ilk-card-info.h"
#include "core/ilk-identity.h"
#include "core/ilk-issuer.h"
#include "core/ilk-seal.h"
#include "virtual/ilk-practice-ca.h"
#include "virtual/ilk-practice-set.h"
#include "virtual-test.h"

/* One set for all tests of this file: it takes a second or two to make. */
static char *folder;
static GPtrArray *holders;
static gint64 now;

static IlkPracticeHolder *
find_holder (const char *id)
{
  for (guint i = 0; i < holders->len; i++)
    {
      IlkPracticeHolder *holder = g_ptr_array_index (holders, i);

      if (g_str_equal (holder->id, id))
        return holder;
    }
  g_error ("no holder %s", id);
}

static IlkSecret *
load_secret (const char *name)
{
  g_autofree char *path = g_build_filename (folder, "keys", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return ilk_secret_new_from_data (data, length);
}

/* Finds the hand-over line of a card; gives its sealed members out. */
static JsonObject *
find_line (const char  *serial,
           JsonObject **data)
{
  g_autofree char *path = g_build_filename (folder, "handover.jsonl", NULL);
  g_autoptr (IlkSecret) key = load_secret ("handover-key");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; *lines[i] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *line = json_node_get_object (node);
      const char *sealed_text = json_object_get_string_member (line, "data");
      gsize length;
      guint8 *bytes = g_base64_decode (sealed_text, &length);
      g_autoptr (GBytes) sealed = g_bytes_new_take (bytes, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (IlkSecret) plain = ilk_open_sealed (key, "data", sealed, &error);
      g_autofree char *json = NULL;
      g_autoptr (JsonNode) inner = NULL;
      JsonObject *card;

      g_assert_no_error (error);
      json = g_strndup ((const char *) ilk_secret_peek (plain), ilk_secret_get_length (plain));
      inner = json_from_string (json, NULL);
      card = json_object_get_object_member (json_node_get_object (inner), "card");
      if (g_str_equal (json_object_get_string_member (card, "serial"), serial))
        {
          *data = json_object_ref (json_node_get_object (inner));
          return json_object_ref (line);
        }
    }
  g_error ("no line for %s", serial);
}

static IlkSecret *
open_member (JsonObject *line,
             const char *member,
             const char *prefix,
             const char *serial)
{
  g_autoptr (IlkSecret) key = load_secret ("handover-key");
  g_autofree char *context = g_strconcat (prefix, serial, NULL);
  const char *text = json_object_get_string_member (line, member);
  gsize length;
  guint8 *bytes = g_base64_decode (text, &length);
  g_autoptr (GBytes) sealed = g_bytes_new_take (bytes, length);
  g_autoptr (GError) error = NULL;
  IlkSecret *plain = ilk_open_sealed (key, context, sealed, &error);

  g_assert_no_error (error);
  return plain;
}

static void
test_holders_are_made_up (void)
{
  static const char *const ids[] = { "ready", "not-activated", "pinless", "blocked",
                                     "not-yet-valid", "expired", "dead", "several", "several-2",
                                     "printed-word" };

  g_assert_cmpuint (holders->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < holders->len; i++)
    {
      IlkPracticeHolder *holder = g_ptr_array_index (holders, i);

      g_assert_cmpstr (holder->id, ==, ids[i]);
      g_assert_true (g_str_has_prefix (holder->name, "Deneme "));
      g_assert_cmpint (ilk_identity_check (holder->identity_number, NULL), ==, ILK_IDENTITY_TCKN);
      g_assert_true (g_str_has_prefix (holder->identity_number, "1000000"));
      g_assert_true (g_str_has_prefix (holder->phone, "050000000"));
      g_assert_cmpuint (strlen (holder->phone), ==, 11);
      g_assert_true (g_str_has_suffix (holder->email, "@example.org"));
      g_assert_cmpuint (strlen (holder->security_word), >=, 12);
      g_assert_cmpuint (strlen (holder->card_serial), ==, 24);
    }
}

static void
test_cards_are_as_named (void)
{
  static const struct { const char *id, *verify, *life_cycle; } rows[] = {
    { "ready", "63C3", "000000000000A50000009000" },
    { "not-activated", "63C3", "000000000000A50000009000" },
    { "pinless", "6984", "000000000000A50000009000" },
    { "blocked", "6983", "000000000000A50000009000" },
    { "dead", "6983", "000000000000AA0000009000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IlkPracticeHolder *holder = find_holder (rows[i].id);
      g_autoptr (GError) error = NULL;
      g_autoptr (IlkVirtualCard) card = ilk_virtual_card_new_from_file (holder->card_file, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (ilk_virtual_card_get_serial (card), ==, holder->card_serial);
      assert_answer (card, "00 20 00 01", rows[i].verify);
      assert_answer (card, "00 CA 01 04 0A", rows[i].life_cycle);
    }
}

static void
test_hand_over_opens_the_card (void)
{
  IlkPracticeHolder *holder = find_holder ("ready");
  g_autoptr (JsonObject) data = NULL;
  g_autoptr (JsonObject) line = find_line (holder->card_serial, &data);
  g_autoptr (IlkSecret) pin = open_member (line, "pin", "pin:", holder->card_serial);
  g_autoptr (IlkSecret) word = open_member (line, "security_word", "security-word:",
                                            holder->card_serial);
  g_autoptr (IlkVirtualCard) card = ilk_virtual_card_new_from_file (holder->card_file, NULL);
  JsonObject *person = json_object_get_object_member (data, "holder");
  JsonObject *certificate = json_object_get_object_member (data, "certificate");

  g_assert_true (ilk_virtual_card_check_pin (card, pin));
  g_assert_cmpmem (ilk_secret_peek (word), ilk_secret_get_length (word),
                   holder->security_word, strlen (holder->security_word));
  g_assert_cmpint (json_object_get_int_member (line, "schema"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (person, "identity_number"), ==,
                   holder->identity_number);
  g_assert_cmpstr (json_object_get_string_member (certificate, "state"), ==, "active");
  g_assert_true (g_str_has_prefix (json_object_get_string_member (certificate, "pem"),
                                   "-----BEGIN CERTIFICATE-----\n"));
}

static void
test_pinless_card_has_no_pin_at_the_issuer (void)
{
  IlkPracticeHolder *holder = find_holder ("pinless");
  g_autoptr (JsonObject) data = NULL;
  g_autoptr (JsonObject) line = find_line (holder->card_serial, &data);

  g_assert_true (json_object_get_null_member (line, "pin"));
}

static void
test_several_is_one_holder (void)
{
  IlkPracticeHolder *first = find_holder ("several");
  IlkPracticeHolder *second = find_holder ("several-2");

  g_assert_cmpstr (first->identity_number, ==, second->identity_number);
  g_assert_cmpstr (first->security_word, ==, second->security_word);
  g_assert_cmpstr (first->card_serial, !=, second->card_serial);
}

static void
test_keys_are_private (void)
{
  g_autofree char *kek = g_strdup_printf ("kek-%" G_GINT64_FORMAT, now / 604800);
  const char *names[] = { "card-master-key-1", kek, "pepper", "index-key", "data-key",
                          "sealing-key", "handover-key", "audit-key" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, "keys", names[i], NULL);
      GStatBuf facts;

      g_assert_cmpint (g_stat (path, &facts), ==, 0);
      g_assert_cmpint (facts.st_size, ==, 32);
      g_assert_cmpint (facts.st_mode & 0777, ==, 0600);
    }
}

static void
test_profile_pins_the_sealing_key (void)
{
  g_autofree char *path = g_build_filename (folder, "issuer.ini", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_file (path, &error);
  g_autoptr (IlkSecret) key = load_secret ("sealing-key");
  g_autoptr (GBytes) public_key = ilk_x25519_get_public (key, NULL);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (ilk_issuer_get_sealing_key (issuer), public_key));
  g_assert_true (ilk_issuer_get_has_unlock (issuer));
}

/* The certificate on each card was issued by the authority that the profile names. */
static void
test_profile_names_the_authority (void)
{
  g_autofree char *path = g_build_filename (folder, "issuer.ini", NULL);
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_file (path, NULL);
  g_autofree char *name = g_build_filename (folder, "ca", NULL);
  g_autoptr (IlkPracticeCa) ca = ilk_practice_ca_open (name, now, NULL);
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  g_autoptr (GBytes) der = ilk_practice_ca_issue (ca, key, "Deneme", "10000000146", now,
                                                  now + 1000, NULL);
  g_autoptr (IlkCertificate) certificate = ilk_certificate_new_from_der (der, NULL);

  g_assert_cmpint (ilk_certificate_check_chain (certificate, ilk_issuer_get_authorities (issuer)),
                   ==, ILK_CHAIN_TRUSTED);
  EVP_PKEY_free (key);
}

static void
test_folder_must_be_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) again = ilk_practice_set_make (folder, now, &error);

  g_assert_null (again);
  g_assert_nonnull (error);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  int result;

  g_test_init (&argc, &argv, NULL);
  now = g_get_real_time () / G_USEC_PER_SEC;
  folder = g_dir_make_tmp ("ilk-practice-XXXXXX", &error);
  g_assert_no_error (error);
  holders = ilk_practice_set_make (folder, now, &error);
  g_assert_no_error (error);
  g_test_message ("made in %.2f s", (g_get_monotonic_time () - start) / 1e6);

  g_test_add_func ("/practice-set/holders", test_holders_are_made_up);
  g_test_add_func ("/practice-set/cards", test_cards_are_as_named);
  g_test_add_func ("/practice-set/hand-over", test_hand_over_opens_the_card);
  g_test_add_func ("/practice-set/pinless", test_pinless_card_has_no_pin_at_the_issuer);
  g_test_add_func ("/practice-set/several", test_several_is_one_holder);
  g_test_add_func ("/practice-set/keys", test_keys_are_private);
  g_test_add_func ("/practice-set/profile", test_profile_pins_the_sealing_key);
  g_test_add_func ("/practice-set/authority", test_profile_names_the_authority);
  g_test_add_func ("/practice-set/not-empty", test_folder_must_be_empty);
  result = g_test_run ();

  g_ptr_array_unref (holders);
  test_remove_folder (folder);
  g_free (folder);
  return result;
}
