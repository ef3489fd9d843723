/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every failure has words of its own: what happened, why, what to do; in English and Turkish. */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/ilk-problem-texts.h"
#include "app/ilk-problem.h"
#include "card/ilk-card-error.h"
#include "client/ilk-client-error.h"
#include "core/ilk-error.h"
#include "host/ilk-repair.h"
#include "widget-test.h"

typedef struct {
  GQuark      domain;
  int         last;
  const char *prefix;
} Domain;

static void
get_domains (Domain *domains)
{
  domains[0] = (Domain) { ILK_CARD_ERROR, ILK_CARD_ERROR_KEYPAD_DIFFERENT, "card." };
  domains[1] = (Domain) { ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED, "client." };
  domains[2] = (Domain) { ILK_APP_ERROR, ILK_APP_ERROR_PIN_NOT_SET_BY_US, "app." };
  domains[3] = (Domain) { ILK_ERROR, ILK_ERROR_FILE, "core." };
  domains[4] = (Domain) { ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_FAILED, "repair." };
}

/* A sentence begins with a capital letter and ends with a full stop. */
static void
assert_sentence (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_unichar_isupper (g_utf8_get_char (text)));
  g_assert_true (g_str_has_suffix (text, "."));
  g_assert_null (strchr (text, '%'));
}

/* Turkish where there should be Turkish. "PIN" and the like are the same in both. */
static void
assert_language (const char *shown,
                 const char *english)
{
  if (widget_test_is_turkish ())
    {
      g_assert_cmpstr (shown, !=, english);
      g_assert_null (strstr (shown, " the "));
      g_assert_null (strstr (shown, "The "));
      g_assert_null (strstr (shown, " is "));
    }
  else
    {
      g_assert_true (g_str_has_prefix (shown, english));
    }
}

static void
check_code (GHashTable   *seen,
            const Domain *domain,
            int           code)
{
  g_autoptr(GError) error = g_error_new (domain->domain, code, "a message for logs, %d", code);
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);
  const IlkProblemText *text = ilk_problem_text_find (error);

  g_test_message ("%s", problem->code);
  g_assert_true (g_str_has_prefix (problem->code, domain->prefix));
  g_assert_cmpstr (problem->code, !=, "app.failed");
  g_assert_true (g_hash_table_add (seen, (gpointer) problem->code));
  assert_sentence (problem->sentence);
  assert_sentence (problem->cause);
  assert_sentence (problem->action);
  assert_language (problem->sentence, text->sentence);
  assert_language (problem->cause, text->cause);
  assert_language (problem->action, text->action);
  g_assert_null (strstr (problem->sentence, "a message for logs"));
}

static void
test_every_code (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Domain domains[5];
  guint count = 0;

  get_domains (domains);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      for (int code = 0; code <= domains[i].last; code++, count++)
        check_code (seen, &domains[i], code);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, count);
}

/* The ends of the enumerations, so that a new code can't be forgotten here. */
static void
test_ends (void)
{
  Domain domains[5];

  get_domains (domains);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      g_autoptr(GError) error = g_error_new (domains[i].domain, domains[i].last + 1, "%s", "new");
      g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

      g_assert_cmpstr (problem->code, ==, "app.failed");
    }
}

static void
test_other_domains (void)
{
  static const struct {
    int         code;
    const char *name;
  } expected[] = {
    { G_IO_ERROR_CANCELLED, "io.cancelled" },
    { G_IO_ERROR_NO_SPACE, "io.no-space" },
    { G_IO_ERROR_PERMISSION_DENIED, "io.permission-denied" },
    { G_IO_ERROR_BUSY, "app.failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr(GError) error = g_error_new (G_IO_ERROR, expected[i].code, "%s", "log");
      g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);
      const IlkProblemText *text = ilk_problem_text_find (error);

      g_assert_cmpstr (problem->code, ==, expected[i].name);
      assert_sentence (problem->sentence);
      assert_language (problem->action, text->action);
    }
}

static void
assert_contains (const char *text,
                 const char *english,
                 const char *turkish)
{
  const char *expected = widget_test_is_turkish () ? turkish : english;

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, expected));
}

static void
test_tries_left (void)
{
  for (int tries = 0; tries < 3; tries++)
    {
      g_autoptr(GError) error = ilk_card_error_new (ILK_CARD_ERROR_WRONG_PIN, tries, 0x63c0, 0,
                                                    "log");
      g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);
      g_autofree char *english = g_strdup_printf ("You have %d %s left.", tries,
                                                  tries == 1 ? "try" : "tries");
      g_autofree char *turkish = g_strdup_printf ("%d deneme hakkınız kaldı.", tries);

      g_assert_cmpstr (problem->code, ==, "card.wrong-pin");
      assert_contains (problem->cause, english, turkish);
    }
}

static void
test_attempts_left (void)
{
  g_autoptr(GError) login = ilk_client_error_new_problem (401, "login.refused", 1, -1);
  g_autoptr(GError) code = ilk_client_error_new_problem (422, "sms.wrong", 2, -1);
  g_autoptr(IlkProblem) login_problem = ilk_problem_new_from_error (login, NULL);
  g_autoptr(IlkProblem) code_problem = ilk_problem_new_from_error (code, NULL);

  g_assert_cmpstr (login_problem->code, ==, "client.credentials");
  assert_contains (login_problem->cause, "You have 1 try left before the account is blocked.",
                   "Hesabınız bloke edilmeden önce 1 deneme hakkınız kaldı.");
  g_assert_cmpstr (code_problem->code, ==, "client.code-wrong");
  assert_contains (code_problem->cause, "You have 2 tries left for this code.",
                   "Bu kod için 2 deneme hakkınız kaldı.");
}

static void
test_wait (void)
{
  static const struct {
    int         seconds;
    const char *english;
    const char *turkish;
  } expected[] = {
    { 1, "Try again in 1 second.", "1 saniye sonra yeniden deneyin." },
    { 59, "Try again in 59 seconds.", "59 saniye sonra yeniden deneyin." },
    { 91, "Try again in 2 minutes.", "2 dakika sonra yeniden deneyin." },
    { 900, "Try again in 15 minutes.", "15 dakika sonra yeniden deneyin." },
    { 3601, "Try again in 2 hours.", "2 saat sonra yeniden deneyin." },
    { 200000, "Try again in 3 days.", "3 gün sonra yeniden deneyin." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr(GError) error = ilk_client_error_new_problem (429, "sms.limit", -1,
                                                              expected[i].seconds);
      g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

      g_assert_cmpstr (problem->code, ==, "client.sms-limit");
      assert_contains (problem->action, expected[i].english, expected[i].turkish);
    }
}

static void
test_certificate (void)
{
  g_autoptr(GError) error = ilk_client_error_new_problem (409, "certificate.expired", -1, -1);
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

  g_assert_cmpstr (problem->code, ==, "client.certificate");
  g_assert_cmpstr (problem->cause, ==, widget_test_is_turkish () ? "Sertifikanın süresi dolmuş."
                                                                 : "The certificate has expired.");
}

/* An installer's own words are shown, as such. */
static void
test_quote (void)
{
  g_autoptr(GError) error = g_error_new_literal (ILK_REPAIR_ERROR, ILK_REPAIR_ERROR_FAILED,
                                                 "dpkg was interrupted");
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

  g_assert_cmpstr (problem->code, ==, "repair.failed");
  assert_contains (problem->cause, "It says: “dpkg was interrupted”.",
                   "Verdiği yanıt: “dpkg was interrupted”.");
}

static void
test_call_centre (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", "issuers",
                                            "example.ini", NULL);
  g_autoptr(GError) failure = NULL;
  g_autoptr(IlkIssuer) issuer = ilk_issuer_new_from_file (path, &failure);
  g_autoptr(GError) error = ilk_client_error_new_problem (423, "account.blocked", -1, -1);
  g_autoptr(IlkProblem) with = NULL;
  g_autoptr(IlkProblem) without = ilk_problem_new_from_error (error, NULL);

  g_assert_no_error (failure);
  with = ilk_problem_new_from_error (error, issuer);
  g_assert_cmpstr (with->code, ==, "client.blocked");
  g_assert_nonnull (strstr (with->action, ilk_issuer_get_phone (issuer)));
  g_assert_nonnull (strstr (with->action, ilk_issuer_get_name (issuer)));
  assert_contains (without->action, "Ask the call centre of your issuer.",
                   "Sertifika sağlayıcınızın Çağrı Merkezi’ni arayın.");
}

int
main (int    argc,
      char **argv)
{
  widget_test_use_catalogue ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/every-code", test_every_code);
  g_test_add_func ("/problem/ends", test_ends);
  g_test_add_func ("/problem/other-domains", test_other_domains);
  g_test_add_func ("/problem/tries-left", test_tries_left);
  g_test_add_func ("/problem/attempts-left", test_attempts_left);
  g_test_add_func ("/problem/wait", test_wait);
  g_test_add_func ("/problem/certificate", test_certificate);
  g_test_add_func ("/problem/quote", test_quote);
  g_test_add_func ("/problem/call-centre", test_call_centre);
  return g_test_run ();
}
