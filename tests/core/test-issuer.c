/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-issuer.h"

#define KEY "/v1hfZXa32H4tJIDTijj6dJkMsQd6AL81jDflJ4Snl8="

#define ISSUER "[Issuer]\nId=test\nName=Test\nName[tr]=Deneme\n"
#define CONTACT "[Contact]\nCallCentre=0212 000 00 00\nEmail=a@b.example\n"
#define SERVICE "[Service]\nAddress=https://cards.example:8443/base\nUnlock=true\n" \
                "SealingKey=" KEY "\n"
#define WORDS "[Words]\nDeleteMeaning=D\nParcelAdvice=P\nPukWarning=W\n"

static void
test_complete (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer =
    ilk_issuer_new_from_data (ISSUER CONTACT "Website=https://b.example/a?b=c\n" SERVICE WORDS
                              "[Cards]\nModules=/opt/a.so;/opt/b.so;\n"
                              "[Guide]\nEntry=Go there\nMenu[tr]=Şuradan\nMenu=There\n",
                              NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (ilk_issuer_get_id (issuer), ==, "test");
  g_assert_cmpstr (ilk_issuer_get_phone (issuer), ==, "0212 000 00 00");
  g_assert_cmpstr (ilk_issuer_get_email (issuer), ==, "a@b.example");
  g_assert_cmpstr (ilk_issuer_get_website (issuer), ==, "https://b.example/a?b=c");
  g_assert_cmpstr (ilk_issuer_get_service_address (issuer), ==, "https://cards.example:8443/base");
  g_assert_null (ilk_issuer_get_ca_file (issuer));
  g_assert_cmpuint (g_bytes_get_size (ilk_issuer_get_sealing_key (issuer)), ==, 32);
  g_assert_cmphex (*(const guint8 *) g_bytes_get_data (ilk_issuer_get_sealing_key (issuer), NULL),
                   ==, 0xfe);
  g_assert_true (ilk_issuer_get_has_unlock (issuer));
  g_assert_cmpuint (g_strv_length ((char **) ilk_issuer_get_modules (issuer)), ==, 2);
  g_assert_cmpstr (ilk_issuer_get_modules (issuer)[1], ==, "/opt/b.so");
  g_assert_cmpstr (ilk_issuer_get_delete_meaning (issuer), ==, "D");
  g_assert_cmpstr (ilk_issuer_get_parcel_advice (issuer), ==, "P");
  g_assert_cmpstr (ilk_issuer_get_puk_warning (issuer), ==, "W");
  g_assert_cmpstr (ilk_issuer_get_guide (issuer, "Entry"), ==, "Go there");
  g_assert_null (ilk_issuer_get_guide (issuer, "Nothing"));
}

static void
test_guided_only (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_data (ISSUER CONTACT WORDS, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (ilk_issuer_get_service_address (issuer));
  g_assert_null (ilk_issuer_get_sealing_key (issuer));
  g_assert_null (ilk_issuer_get_website (issuer));
  g_assert_false (ilk_issuer_get_has_unlock (issuer));
  g_assert_null (ilk_issuer_get_modules (issuer)[0]);
}

/* LANGUAGE alone decides, as after a change on the welcome page; it is read once by GLib, so each
 * language needs a process of its own. */
static void
in_language (const char *language,
             const char *name,
             const char *guide)
{
  if (g_test_subprocess ())
    {
      g_autoptr (IlkIssuer) issuer = NULL;

      g_setenv ("LANGUAGE", language, TRUE);
      issuer = ilk_issuer_new_from_data (ISSUER CONTACT WORDS
                                         "[Guide]\nMenu=There\nMenu[tr]=Şuradan\n",
                                         NULL, NULL);
      g_assert_cmpstr (ilk_issuer_get_name (issuer), ==, name);
      g_assert_cmpstr (ilk_issuer_get_guide (issuer, "Menu"), ==, guide);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_turkish (void)
{
  in_language ("tr", "Deneme", "Şuradan");
}

static void
test_english (void)
{
  in_language ("en", "Test", "There");
}

typedef struct
{
  const char *text;
  const char *message;
} Fault;

static const Fault faults[] = {
  { "", "issuer profile: [Issuer] Id: is missing" },
  { "Id=x\n" ISSUER, "issuer profile: *" },
  { "[Issuer]\nName=Test\n" CONTACT WORDS, "issuer profile: [Issuer] Id: is missing" },
  { "[Issuer]\nId=Test\nName=T\n" CONTACT WORDS, "issuer profile: [Issuer] Id: must be *" },
  { "[Issuer]\nId=a/b\nName=T\n" CONTACT WORDS, "issuer profile: [Issuer] Id: must be *" },
  { "[Issuer]\nId=test\n" CONTACT WORDS, "issuer profile: [Issuer] Name: is missing" },
  { "[Issuer]\nId=test\nName= \n" CONTACT WORDS, "issuer profile: [Issuer] Name: is empty" },
  { "[Issuer]\nId=test\nName=a\\qb\n" CONTACT WORDS,
    "issuer profile: [Issuer] Name: there is a wrong escape in the text" },
  { ISSUER CONTACT WORDS "[Guide]\nA=a\nA[tr]=b\\\n",
    "issuer profile: [Guide] A[tr]: there is a wrong escape in the text" },
  { ISSUER CONTACT WORDS "[Cards]\nModules=/opt/a.so;b.so\n",
    "issuer profile: [Cards] Modules: must be absolute paths" },
  { "[Issuer]\nId=test\nName=\xff\n" CONTACT WORDS, "issuer profile: is not UTF-8 text" },
  { ISSUER WORDS, "issuer profile: [Contact] CallCentre: is missing" },
  { ISSUER "[Contact]\nCallCentre=call us\nEmail=a@b.example\n" WORDS,
    "issuer profile: [Contact] CallCentre: must be a phone number" },
  { ISSUER "[Contact]\nCallCentre=1\n" WORDS, "issuer profile: [Contact] Email: is missing" },
  { ISSUER "[Contact]\nCallCentre=1\nEmail=nobody\n" WORDS,
    "issuer profile: [Contact] Email: must be one e-mail address" },
  { ISSUER "[Contact]\nCallCentre=1\nEmail=a@b.c, d@e.f\n" WORDS,
    "issuer profile: [Contact] Email: must be one e-mail address" },
  { ISSUER CONTACT "Website=http://b.example\n" WORDS,
    "issuer profile: [Contact] Website: must be an https:// address" },
  { ISSUER CONTACT "Adress=x\n" WORDS, "issuer profile: [Contact] Adress: there is no such key" },
  { ISSUER CONTACT "Phone[tr]=x\n" WORDS,
    "issuer profile: [Contact] Phone[tr]: there is no such key" },
  { ISSUER CONTACT WORDS "[Servce]\nUnlock=true\n",
    "issuer profile: [Servce]: there is no such group" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=http://b.example\nSealingKey=" KEY "\n",
    "issuer profile: [Service] Address: must be an https:// address *" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://\nSealingKey=" KEY "\n",
    "issuer profile: [Service] Address: must be an https:// address *" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://me:pw@b.example\nSealingKey=" KEY "\n",
    "issuer profile: [Service] Address: must be an https:// address *" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://b.example/?a\nSealingKey=" KEY "\n",
    "issuer profile: [Service] Address: must be an https:// address *" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://b.example\n",
    "issuer profile: [Service] SealingKey: is missing, and there is an Address" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://b.example\nSealingKey=AAAA\n",
    "issuer profile: [Service] SealingKey: must be 32 bytes in base64" },
  { ISSUER CONTACT WORDS "[Service]\nAddress=https://b.example\nSealingKey=!" KEY "\n",
    "issuer profile: [Service] SealingKey: must be 32 bytes in base64" },
  { ISSUER CONTACT WORDS "[Service]\nUnlock=maybe\n",
    "issuer profile: [Service] Unlock: must be true or false" },
  { ISSUER CONTACT WORDS "[Service]\nUnlock=true\n",
    "issuer profile: [Service] Unlock: needs an Address" },
  { ISSUER CONTACT WORDS "[Service]\nCaFile=ca.pem\n",
    "issuer profile: [Service] CaFile: must be an absolute path" },
  { ISSUER CONTACT WORDS "[Cards]\nAuthorities=ca.pem\n",
    "issuer profile: [Cards] Authorities: must be an absolute path" },
  { ISSUER CONTACT WORDS "[Cards]\nAuthorities=/nowhere/ca.pem\n",
    "issuer profile: [Cards] Authorities: there is no such file" },
  { ISSUER CONTACT WORDS "[Cards]\nAuthorities=/etc/passwd\n",
    "issuer profile: [Cards] Authorities: there is no certificate in PEM in it" },
  { ISSUER CONTACT WORDS "[Service]\nCaFile=/nowhere/ca.pem\n",
    "issuer profile: [Service] CaFile: there is no such file" },
  { ISSUER CONTACT "[Words]\nParcelAdvice=P\nPukWarning=W\n",
    "issuer profile: [Words] DeleteMeaning: is missing" },
  { ISSUER CONTACT "[Words]\nDeleteMeaning=D\nPukWarning=W\n",
    "issuer profile: [Words] ParcelAdvice: is missing" },
  { ISSUER CONTACT "[Words]\nDeleteMeaning=D\nParcelAdvice=P\n",
    "issuer profile: [Words] PukWarning: is missing" },
  { ISSUER CONTACT WORDS "[Guide]\nEntry=\n", "issuer profile: [Guide] Entry: is empty" },
  { "nonsense\n", "issuer profile: *" },
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_data (fault->text, NULL, &error);

  g_assert_null (issuer);
  g_assert_error (error, ILK_ERROR, ILK_ERROR_PROFILE);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple (fault->message, error->message));
}

static char *
write_file (const char *folder,
            const char *name,
            const char *text)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_ca_file_beside_profile (void)
{
  g_autofree char *folder = g_dir_make_tmp ("ilk-issuer-XXXXXX", NULL);
  g_autofree char *ca_file = write_file (folder, "ca.pem", "x");
  g_autofree char *path = write_file (folder, "a.ini",
                                      ISSUER CONTACT SERVICE "CaFile=ca.pem\n" WORDS);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_file (path, &error);
  g_autoptr (IlkIssuer) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (ilk_issuer_get_ca_file (issuer), ==, ca_file);

  /* Without it the program would trust the system's authorities instead: a fault. */
  g_assert_cmpint (g_unlink (ca_file), ==, 0);
  again = ilk_issuer_new_from_file (path, &error);
  g_assert_null (again);
  g_assert_error (error, ILK_ERROR, ILK_ERROR_PROFILE);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_true (g_str_has_suffix (error->message, "[Service] CaFile: there is no such file"));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_file ("/nowhere/issuer.ini", &error);

  g_assert_null (issuer);
  g_assert_error (error, ILK_ERROR, ILK_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "/nowhere/issuer.ini"));
}

static char *
data_folder (void)
{
  return g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", NULL);
}

/* Every profile that is shipped can be read; the guided one asks for no login anywhere. */
static void
test_shipped (void)
{
  g_autofree char *data = data_folder ();
  g_autofree char *kamusm_path = g_build_filename (data, "issuers", "kamusm.ini", NULL);
  g_autofree char *example_path = g_build_filename (data, "issuers", "example.ini", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) kamusm = ilk_issuer_new_from_file (kamusm_path, &error);
  g_autoptr (IlkIssuer) example = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (ilk_issuer_get_id (kamusm), ==, "kamusm");
  g_assert_cmpstr (ilk_issuer_get_phone (kamusm), ==, "444 5 576");
  g_assert_null (ilk_issuer_get_service_address (kamusm));
  g_assert_false (ilk_issuer_get_has_unlock (kamusm));
  g_assert_nonnull (ilk_issuer_get_guide (kamusm, "Entry"));

  example = ilk_issuer_new_from_file (example_path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (ilk_issuer_get_service_address (example));
  g_assert_nonnull (ilk_issuer_get_sealing_key (example));
}

static void
test_default_is_named_by_environment (void)
{
  g_autofree char *folder = g_dir_make_tmp ("ilk-issuer-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "a.ini", ISSUER CONTACT WORDS);
  g_autofree char *data = data_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = NULL;
  g_autoptr (IlkIssuer) faulty = NULL;

  g_setenv ("ILKIMZA_ISSUER", path, TRUE);
  issuer = ilk_issuer_load_default (data, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ilk_issuer_get_id (issuer), ==, "test");

  /* A faulty choice is said, not passed over for another issuer. */
  g_assert_true (g_file_set_contents (path, ISSUER, -1, NULL));
  faulty = ilk_issuer_load_default (data, &error);
  g_assert_null (faulty);
  g_assert_error (error, ILK_ERROR, ILK_ERROR_PROFILE);
  g_unsetenv ("ILKIMZA_ISSUER");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_default_is_shipped (void)
{
  g_autofree char *data = data_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkIssuer) issuer = NULL;

  g_unsetenv ("ILKIMZA_ISSUER");
  issuer = ilk_issuer_load_default (data, &error);
  g_assert_no_error (error);
  /* A computer with profiles of its own in /etc has another default; then there is one anyway. */
  if (!g_file_test ("/etc/ilkimza/issuers.d", G_FILE_TEST_IS_DIR))
    g_assert_cmpstr (ilk_issuer_get_id (issuer), ==, "kamusm");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/issuer/complete", test_complete);
  g_test_add_func ("/issuer/guided-only", test_guided_only);
  g_test_add_func ("/issuer/turkish", test_turkish);
  g_test_add_func ("/issuer/english", test_english);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/issuer/fault/%u", i);

      g_test_add_data_func (path, &faults[i], test_fault);
    }
  g_test_add_func ("/issuer/ca-file-beside-profile", test_ca_file_beside_profile);
  g_test_add_func ("/issuer/no-file", test_no_file);
  g_test_add_func ("/issuer/shipped", test_shipped);
  g_test_add_func ("/issuer/default-is-named-by-environment", test_default_is_named_by_environment);
  g_test_add_func ("/issuer/default-is-shipped", test_default_is_shipped);
  return g_test_run ();
}
