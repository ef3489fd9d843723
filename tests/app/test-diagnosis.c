/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report about a computer: what is concluded, what is said, and what is kept out of it. */
#include "config.h"

#include <string.h>

#include <json-glib/json-glib.h>

#include "app/ilk-diagnosis-programs.h"
#include "app/ilk-diagnosis-sections.h"
#include "app/ilk-diagnosis-words.h"
#include "app/ilk-diagnosis.h"
#include "app/ilk-problem-log.h"
#include "card/ilk-card-error.h"
#include "widget-test.h"

#define SERIAL "43211234567890ABCDEF1234"
#define IDENTITY "10000000146"
#define NOW 1790000000

/* --- made-up computers --- */

static IlkCertificate *
make_certificate (gint64 begin,
                  gint64 end)
{
  IlkCertificate *certificate = g_new0 (IlkCertificate, 1);

  certificate->holder = g_strdup ("Ayşe Nur İnanmaz");
  certificate->identity_number = g_strdup (IDENTITY);
  certificate->issuer = g_strdup ("Practice Issuer");
  certificate->serial = g_strdup ("0A0B0C0D");
  certificate->not_before = NOW + begin;
  certificate->not_after = NOW + end;
  certificate->signing = TRUE;
  return certificate;
}

static IlkCardInfo *
make_card (void)
{
  IlkCardInfo *card = ilk_card_info_new ();

  card->kind = ILK_CARD_KIND_AKIS_V1;
  card->reach = ILK_CARD_REACH_APDU;
  card->reader = g_strdup ("Reader 00 00");
  card->atr = g_strdup ("3BBA11008131FE4D55454B41452056312E30AE");
  card->name = g_strdup ("AKİS 1.0");
  card->serial = g_strdup (SERIAL);
  card->pin_state = ILK_PIN_STATE_SET;
  card->tries_left = 3;
  return card;
}

static void
set_state (IlkDiagnosis *diagnosis)
{
  diagnosis->when = NOW;
  diagnosis->answer = ILK_DIAGNOSIS_ANSWER_YES;
  diagnosis->service = ILK_SERVICE_REACH_YES;
  diagnosis->service_host = g_strdup ("service.example.org");
  diagnosis->distribution = g_strdup ("Debian GNU/Linux 12 (bookworm)");
}

static IlkDiagnosisReader *
add_reader (IlkDiagnosis   *diagnosis,
            IlkHostVerdict  verdict)
{
  IlkDiagnosisReader *reader = ilk_diagnosis_reader_new ();

  reader->verdict = verdict;
  reader->name = g_strdup ("ACS ACR39U");
  reader->listed_name = g_strdup ("ACS ACR39U [CCID] 00 00");
  g_ptr_array_add (diagnosis->readers, reader);
  return reader;
}

/* With a card in its reader; begin and end of the certificate in seconds from now, 0 and 0: none. */
static IlkDiagnosisReader *
add_card (IlkDiagnosis *diagnosis,
          IlkCardInfo  *card,
          gint64        begin,
          gint64        end)
{
  IlkDiagnosisReader *reader = add_reader (diagnosis, ILK_HOST_VERDICT_WORKS);

  if (end != 0)
    g_ptr_array_add (card->certificates, make_certificate (begin, end));
  reader->present = TRUE;
  reader->atr = g_strdup (card->atr);
  ilk_diagnosis_reader_take_card (reader, card, NULL, NOW);
  return reader;
}

static IlkDiagnosis *
make_good (void)
{
  IlkDiagnosis *diagnosis = ilk_diagnosis_new ();
  g_autoptr(IlkCardInfo) card = make_card ();

  set_state (diagnosis);
  add_card (diagnosis, card, -1000, 1000);
  return diagnosis;
}

/* --- what is concluded --- */

static const struct {
  IlkHostVerdict     verdict;
  IlkDiagnosisResult result;
} verdicts[] = {
  { ILK_HOST_VERDICT_UNKNOWN, ILK_DIAGNOSIS_UNKNOWN },
  { ILK_HOST_VERDICT_WORKS, ILK_DIAGNOSIS_NO_CARD },
  { ILK_HOST_VERDICT_NO_READER, ILK_DIAGNOSIS_NO_READER },
  { ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED, ILK_DIAGNOSIS_CARD_SERVICE },
  { ILK_HOST_VERDICT_SERVICE_OFF, ILK_DIAGNOSIS_CARD_SERVICE },
  { ILK_HOST_VERDICT_SERVICE_REFUSES, ILK_DIAGNOSIS_CARD_SERVICE },
  { ILK_HOST_VERDICT_SERVICE_VERSION, ILK_DIAGNOSIS_CARD_SERVICE },
  { ILK_HOST_VERDICT_DRIVER_MISSING, ILK_DIAGNOSIS_DRIVER },
  { ILK_HOST_VERDICT_DRIVER_TOO_OLD, ILK_DIAGNOSIS_DRIVER },
  { ILK_HOST_VERDICT_RESTART_NEEDED, ILK_DIAGNOSIS_DRIVER },
  { ILK_HOST_VERDICT_NOT_OPENED, ILK_DIAGNOSIS_DRIVER },
  { ILK_HOST_VERDICT_TAKEN_BY_KERNEL, ILK_DIAGNOSIS_DRIVER },
  { ILK_HOST_VERDICT_IN_USE, ILK_DIAGNOSIS_IN_USE },
  { ILK_HOST_VERDICT_CARD_SILENT, ILK_DIAGNOSIS_CARD },
  { ILK_HOST_VERDICT_FAULTY_COMBINATION, ILK_DIAGNOSIS_DRIVER },
};

/* A sentence in the language of the person: capital letter, full stop, and Turkish under Turkish. */
static void
assert_sentence (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_unichar_isupper (g_utf8_get_char (text)));
  g_assert_true (g_str_has_suffix (text, "."));
  if (widget_test_is_turkish ())
    {
      g_assert_null (strstr (text, "The "));
      g_assert_null (strstr (text, " the "));
      g_assert_null (strstr (text, " is "));
    }
}

static void
assert_conclusion (IlkDiagnosis       *diagnosis,
                   IlkDiagnosisResult  expected)
{
  g_autofree char *headline = ilk_diagnosis_dup_headline (diagnosis);
  g_autofree char *help = ilk_diagnosis_dup_help (diagnosis);

  g_test_message ("%s %s", headline, help);
  g_assert_cmpint (ilk_diagnosis_conclude (diagnosis, NULL), ==, expected);
  assert_sentence (headline);
  if (help != NULL)
    assert_sentence (help);
  else
    g_assert_cmpint (expected, ==, ILK_DIAGNOSIS_WORKS);
}

static void
test_verdicts (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_new ();
      const char *word = ilk_diagnosis_verdict_word (verdicts[i].verdict);

      g_assert_cmpuint (verdicts[i].verdict, ==, i);
      set_state (diagnosis);
      add_reader (diagnosis, verdicts[i].verdict);
      g_assert_true (g_hash_table_add (seen, (gpointer) word));
      assert_sentence (ilk_diagnosis_verdict_sentence (verdicts[i].verdict));
      assert_conclusion (diagnosis, verdicts[i].result);
    }
}

typedef void (*Change) (IlkDiagnosis *diagnosis);

static IlkDiagnosisReader *
first (IlkDiagnosis *diagnosis)
{
  return g_ptr_array_index (diagnosis->readers, 0);
}

static void
change_nothing (IlkDiagnosis *diagnosis)
{
}

static void
make_dead (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->dead = TRUE;
}

static void
make_empty (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->empty = TRUE;
}

static void
make_unknown_card (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->kind = ILK_CARD_KIND_UNKNOWN;
  first (diagnosis)->reach = "none";
}

static void
make_out_of_reach (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->kind = ILK_CARD_KIND_AKIS;
  first (diagnosis)->reach = "none";
}

static void
make_national (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->kind = ILK_CARD_KIND_NATIONAL_ID;
  first (diagnosis)->reach = "none";
}

static void
make_held (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->card_error = "card.in-use";
}

static IlkDiagnosisCertificate *
certificate (IlkDiagnosis *diagnosis)
{
  return g_ptr_array_index (first (diagnosis)->certificates, 0);
}

static void
make_expired (IlkDiagnosis *diagnosis)
{
  certificate (diagnosis)->validity = ILK_VALIDITY_EXPIRED;
}

static void
make_early (IlkDiagnosis *diagnosis)
{
  certificate (diagnosis)->validity = ILK_VALIDITY_NOT_YET;
}

static void
make_other_certificate (IlkDiagnosis *diagnosis)
{
  certificate (diagnosis)->signing = FALSE;
}

static void
make_blocked (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->pin_state = ILK_PIN_STATE_BLOCKED;
}

static void
make_pinless (IlkDiagnosis *diagnosis)
{
  first (diagnosis)->pin_state = ILK_PIN_STATE_NOT_SET;
}

static void
make_offline (IlkDiagnosis *diagnosis)
{
  diagnosis->service = ILK_SERVICE_REACH_OFFLINE;
}

static void
make_unsafe (IlkDiagnosis *diagnosis)
{
  diagnosis->service = ILK_SERVICE_REACH_TLS;
}

static void
make_guided (IlkDiagnosis *diagnosis)
{
  diagnosis->service = ILK_SERVICE_REACH_NONE;
}

static void
add_empty_reader (IlkDiagnosis *diagnosis)
{
  add_reader (diagnosis, ILK_HOST_VERDICT_WORKS);
}

/* A laptop's own reader holds another card, and the one that was plugged in has no driver. */
static void
make_two (IlkDiagnosis *diagnosis)
{
  make_unknown_card (diagnosis);
  add_reader (diagnosis, ILK_HOST_VERDICT_DRIVER_MISSING);
}

static const struct {
  const char         *name;
  Change              change;
  IlkDiagnosisResult  result;
} computers[] = {
  { "all well", change_nothing, ILK_DIAGNOSIS_WORKS },
  { "card closed for good", make_dead, ILK_DIAGNOSIS_CARD },
  { "empty card", make_empty, ILK_DIAGNOSIS_CARD },
  { "unknown card", make_unknown_card, ILK_DIAGNOSIS_CARD },
  { "card out of reach", make_out_of_reach, ILK_DIAGNOSIS_CARD },
  { "national identity card", make_national, ILK_DIAGNOSIS_CARD },
  { "card held by another program", make_held, ILK_DIAGNOSIS_IN_USE },
  { "expired", make_expired, ILK_DIAGNOSIS_CERTIFICATE },
  { "not valid yet", make_early, ILK_DIAGNOSIS_CERTIFICATE },
  { "no certificate for signing", make_other_certificate, ILK_DIAGNOSIS_CERTIFICATE },
  { "blocked", make_blocked, ILK_DIAGNOSIS_PIN },
  { "without a PIN", make_pinless, ILK_DIAGNOSIS_PIN },
  { "service offline", make_offline, ILK_DIAGNOSIS_ISSUER_SERVICE },
  { "service not to be trusted", make_unsafe, ILK_DIAGNOSIS_ISSUER_SERVICE },
  { "no service", make_guided, ILK_DIAGNOSIS_WORKS },
  { "a second reader without a card", add_empty_reader, ILK_DIAGNOSIS_WORKS },
  { "a second reader without a driver", make_two, ILK_DIAGNOSIS_DRIVER },
};

static void
test_computers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (computers); i++)
    {
      g_autoptr(IlkDiagnosis) diagnosis = make_good ();

      g_test_message ("%s", computers[i].name);
      computers[i].change (diagnosis);
      assert_conclusion (diagnosis, computers[i].result);
    }
}

/* Scripts rely on these numbers. */
static void
test_exit_statuses (void)
{
  static const struct {
    IlkDiagnosisResult result;
    int                status;
    const char        *word;
  } rows[] = {
    { ILK_DIAGNOSIS_WORKS, 0, "works" },
    { ILK_DIAGNOSIS_UNKNOWN, 1, "unknown" },
    { ILK_DIAGNOSIS_NO_READER, 10, "no-reader" },
    { ILK_DIAGNOSIS_CARD_SERVICE, 11, "card-service" },
    { ILK_DIAGNOSIS_DRIVER, 12, "driver" },
    { ILK_DIAGNOSIS_NO_CARD, 13, "no-card" },
    { ILK_DIAGNOSIS_CARD, 14, "card" },
    { ILK_DIAGNOSIS_CERTIFICATE, 15, "certificate" },
    { ILK_DIAGNOSIS_ISSUER_SERVICE, 16, "issuer-service" },
    { ILK_DIAGNOSIS_IN_USE, 17, "in-use" },
    { ILK_DIAGNOSIS_PIN, 18, "pin" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (rows[i].result, ==, rows[i].status);
      g_assert_cmpstr (ilk_diagnosis_result_word (rows[i].result), ==, rows[i].word);
    }
  g_assert_cmpint (ILK_CHECK_USAGE, ==, 2);
}

/* --- what is said --- */

/* Neither form of the report may hold it. */
static void
assert_absent (IlkDiagnosis *diagnosis,
               const char   *text)
{
  g_autofree char *words = ilk_diagnosis_to_text (diagnosis);
  g_autofree char *json = ilk_diagnosis_to_json (diagnosis);

  g_assert_null (strstr (words, text));
  g_assert_null (strstr (json, text));
}

static void
assert_present (IlkDiagnosis *diagnosis,
                const char   *text)
{
  g_autofree char *words = ilk_diagnosis_to_text (diagnosis);
  g_autofree char *json = ilk_diagnosis_to_json (diagnosis);

  g_assert_nonnull (strstr (words, text));
  g_assert_nonnull (strstr (json, text));
}

static void
test_masks (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = make_good ();

  assert_absent (diagnosis, SERIAL);
  assert_absent (diagnosis, IDENTITY);
  assert_absent (diagnosis, "0A0B0C0D");
  assert_absent (diagnosis, "Ayşe");
  assert_absent (diagnosis, "Nur");
  assert_absent (diagnosis, "İnanmaz");
  assert_absent (diagnosis, "211234567890ABCDEF12");
  assert_present (diagnosis, "43••••••••••••••••••••34");
  assert_present (diagnosis, "10•••••••46");
  assert_present (diagnosis, "A. N. İ.");
}

static void
test_own_folder (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_new ();
  g_autoptr(IlkCardInfo) card = make_card ();

  card->reach = ILK_CARD_REACH_PKCS11;
  card->module = g_build_filename (g_get_home_dir (), "lib", "libakisp11.so", NULL);
  set_state (diagnosis);
  add_card (diagnosis, card, -1000, 1000);
  assert_present (diagnosis, "~/lib/libakisp11.so");
  assert_absent (diagnosis, card->module);
}

static void
test_text (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = make_good ();
  g_autofree char *text = NULL;

  g_free (first (diagnosis)->card_name);
  first (diagnosis)->card_name = g_strdup ("two\nlines\033[2J");
  ilk_diagnosis_add_item (diagnosis->packages, "pcscd", "1.9.9-2");
  ilk_diagnosis_add_item (diagnosis->packages, "scdaemon", NULL);
  text = ilk_diagnosis_to_text (diagnosis);

  g_assert_nonnull (strstr (text, "two lines [2J"));
  g_assert_nonnull (strstr (text, "1.9.9-2"));
  g_assert_nonnull (strstr (text, "service.example.org"));
  if (widget_test_is_turkish ())
    {
      g_assert_true (g_str_has_prefix (text, "Her şey çalışıyor"));
      g_assert_nonnull (strstr (text, "Kart Seri Numarası"));
      g_assert_nonnull (strstr (text, "Kart Okuyucu: ACS ACR39U"));
      g_assert_nonnull (strstr (text, "kurulu değil"));
      g_assert_null (strstr (text, "installed"));
    }
  else
    {
      g_assert_true (g_str_has_prefix (text, "Everything works"));
      g_assert_nonnull (strstr (text, "Card serial number"));
      g_assert_nonnull (strstr (text, "Card Reader: ACS ACR39U"));
      g_assert_nonnull (strstr (text, "not installed"));
    }
}

static void
test_command (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_new ();
  IlkDiagnosisReader *reader;
  g_autofree char *command = NULL;

  set_state (diagnosis);
  reader = add_reader (diagnosis, ILK_HOST_VERDICT_DRIVER_MISSING);
  reader->command = g_strdup ("sudo apt install libacsccid1");
  command = ilk_diagnosis_dup_command (diagnosis);
  g_assert_cmpstr (command, ==, "sudo apt install libacsccid1");
  assert_present (diagnosis, "sudo apt install libacsccid1");
}

/* The words for programs are the same in every language. */
static void
test_json (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = make_good ();
  g_autofree char *text = ilk_diagnosis_to_json (diagnosis);
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  JsonObject *root, *card, *certificate;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (root, "format"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (
                     json_object_get_object_member (root, "result"), "word"), ==, "works");
  card = json_object_get_object_member (
    json_array_get_object_element (json_object_get_array_member (root, "readers"), 0), "card");
  g_assert_cmpstr (json_object_get_string_member (card, "reach"), ==, "apdu");
  g_assert_cmpstr (json_object_get_string_member (card, "pin"), ==, "set");
  certificate = json_array_get_object_element (
    json_object_get_array_member (card, "certificates"), 0);
  g_assert_cmpstr (json_object_get_string_member (certificate, "validity"), ==, "valid");
  g_assert_cmpstr (json_object_get_string_member (certificate, "not_after"), ==,
                   "2026-09-21T14:30:00Z");
}

/* --- what other programs print --- */

static const char *
get_version (GPtrArray  *items,
             const char *name)
{
  for (guint i = 0; i < items->len; i++)
    {
      const IlkDiagnosisItem *item = g_ptr_array_index (items, i);

      if (g_str_equal (item->name, name))
        return item->version;
    }
  g_error ("no item %s", name);
}

static void
check_packages (const char *database,
                const char *output,
                const char *there,
                const char *version,
                const char *not_there)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("ilk-packages-XXXXXX", &error);
  g_autofree char *path = g_strconcat (root, database, NULL);
  g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_new ();
  const IlkPackageQuestion *question;

  g_assert_no_error (error);
  g_assert_null (ilk_package_question_find (root));
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  question = ilk_package_question_find (root);
  g_assert_nonnull (question);
  ilk_package_question_read (question, output, diagnosis->packages);
  g_assert_cmpstr (get_version (diagnosis->packages, there), ==, version);
  g_assert_null (get_version (diagnosis->packages, not_there));
}

static void
test_packages (void)
{
  check_packages ("/var/lib/dpkg/status",
                  "libccid 1.5.2-1 installed\npcscd 1.9.9-2 config-files\n",
                  "libccid", "1.5.2-1", "pcscd");
  check_packages ("/usr/lib/sysimage/rpm",
                  "pcsc-lite 2.3.0-1.fc41 installed\npackage opensc is not installed\n",
                  "pcsc-lite", "2.3.0-1.fc41", "opensc");
  check_packages ("/var/lib/pacman/local", "pcsclite 2.3.1-1\n", "pcsclite", "2.3.1-1", "ccid");
}

static void
test_pcscd_version (void)
{
  g_autofree char *bookworm = ilk_pcscd_version_read ("pcsc-lite version 1.9.9.\nCopyright …\n");
  g_autofree char *trixie = ilk_pcscd_version_read ("pcsc-lite version 2.3.3\n");

  g_assert_cmpstr (bookworm, ==, "1.9.9");
  g_assert_cmpstr (trixie, ==, "2.3.3");
  g_assert_null (ilk_pcscd_version_read ("what?"));
  g_assert_null (ilk_pcscd_version_read ("pcsc-lite version .\n"));
}

/* The newest first, and only so many; nothing but the table's own words. */
static void
test_last_problems (void)
{
  g_autoptr(IlkDiagnosis) diagnosis = make_good ();
  IlkDiagnosisProblem *newest;

  for (guint i = 0; i < 12; i++)
    {
      g_autoptr(GError) error = g_error_new (ILK_CARD_ERROR,
                                             i < 11 ? ILK_CARD_ERROR_NO_CARD
                                                    : ILK_CARD_ERROR_IN_USE,
                                             "about %s", SERIAL);
      g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

      ilk_problem_log_add (problem);
    }
  g_ptr_array_unref (diagnosis->problems);
  diagnosis->problems = ilk_problem_log_get ();
  g_assert_cmpuint (diagnosis->problems->len, ==, 10);
  newest = g_ptr_array_index (diagnosis->problems, 0);
  g_assert_cmpstr (newest->code, ==, "card.in-use");
  newest = g_ptr_array_index (diagnosis->problems, 1);
  g_assert_cmpstr (newest->code, ==, "card.no-card");
  assert_present (diagnosis, "card.in-use");
  assert_absent (diagnosis, SERIAL);
}

static void
test_unit_states (void)
{
  static const char *const output =
    "Id=pcscd.socket\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n"
    "Id=pcscd.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=\n";
  g_autofree char *socket = ilk_unit_state_read (output, "pcscd.socket");
  g_autofree char *service = ilk_unit_state_read (output, "pcscd.service");

  g_assert_cmpstr (socket, ==, "active, enabled");
  g_assert_cmpstr (service, ==, "inactive");
  g_assert_null (ilk_unit_state_read ("Id=pcscd.socket\nLoadState=not-found\n"
                                      "ActiveState=inactive\nUnitFileState=\n", "pcscd.socket"));
  g_assert_null (ilk_unit_state_read ("System has not been booted\n", "pcscd.socket"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  widget_test_use_catalogue ();

  g_test_add_func ("/diagnosis/verdicts", test_verdicts);
  g_test_add_func ("/diagnosis/computers", test_computers);
  g_test_add_func ("/diagnosis/exit-statuses", test_exit_statuses);
  g_test_add_func ("/diagnosis/masks", test_masks);
  g_test_add_func ("/diagnosis/own-folder", test_own_folder);
  g_test_add_func ("/diagnosis/text", test_text);
  g_test_add_func ("/diagnosis/command", test_command);
  g_test_add_func ("/diagnosis/json", test_json);
  g_test_add_func ("/diagnosis/packages", test_packages);
  g_test_add_func ("/diagnosis/pcscd-version", test_pcscd_version);
  g_test_add_func ("/diagnosis/unit-states", test_unit_states);
  g_test_add_func ("/diagnosis/last-problems", test_last_problems);

  return g_test_run ();
}
