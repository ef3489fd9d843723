/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <stdlib.h>
#include <string.h>

#include "client-fixture.h"
#include "real-service.h"

/* The client, a real nginx that ends TLS, and the service. The program runs twice: first it makes
 * a practice set and starts tests/e2e/service-tls, and that starts it again beside the service. */

#define SKIPPED 77

typedef struct
{
  RealService *service;
  char        *number;
  char        *word;
  GBytes      *sealing_key;
} Shared;

static Shared shared;

static IlkClient *
connect_with (const char *ca_file)
{
  g_autoptr (IlkIssuer) issuer = fixture_issuer_new (g_getenv ("ILK_TLS_ADDRESS"), ca_file,
                                                     shared.sealing_key);
  g_autoptr (GError) error = NULL;
  IlkClient *client = ilk_client_new (issuer, NULL, "tr", &error);

  g_assert_no_error (error);
  return client;
}

static IlkCaptcha *
get_captcha (IlkClient  *client,
             GError    **error)
{
  g_auto (Wait) wait = { NULL };

  ilk_client_new_captcha_async (client, WAIT_FOR (&wait));
  return ilk_client_new_captcha_finish (client, wait_run (&wait), error);
}

static void
log_in (IlkClient *client)
{
  g_auto (Wait) login = { NULL }, sms = { NULL }, verification = { NULL };
  g_autoptr (IlkCaptcha) captcha = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (IlkSecret) word = fixture_secret (shared.word), code = NULL;
  g_autoptr (IlkLoginAttempt) attempt = NULL;
  g_autoptr (IlkSessionInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  captcha = get_captcha (client, &error);
  g_assert_no_error (error);
  message = real_service_wait (shared.service, "captcha");
  ilk_client_log_in_async (client, shared.number, captcha->id,
                           json_object_get_string_member (message, "answer"), word,
                           WAIT_FOR (&login));
  attempt = ilk_client_log_in_finish (client, wait_run (&login), &error);
  g_assert_no_error (error);

  ilk_client_send_login_sms_async (client, WAIT_FOR (&sms));
  ilk_client_send_login_sms_finish (client, wait_run (&sms), NULL, &error);
  g_assert_no_error (error);
  code = real_service_wait_code (shared.service);
  ilk_client_verify_login_sms_async (client, code, WAIT_FOR (&verification));
  info = ilk_client_verify_login_sms_finish (client, wait_run (&verification), &error);
  g_assert_no_error (error);
}

static void
test_road (void)
{
  g_autoptr (IlkClient) client = connect_with (g_getenv ("ILK_TLS_CA"));
  g_auto (Wait) listed = { NULL }, shown = { NULL }, ended = { NULL };
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (IlkSecret) pin = NULL;
  g_autoptr (GError) error = NULL;
  IlkServiceCard *card;

  log_in (client);
  ilk_client_list_cards_async (client, WAIT_FOR (&listed));
  cards = ilk_client_list_cards_finish (client, wait_run (&listed), &error);
  g_assert_no_error (error);
  card = g_ptr_array_index (cards, 0);

  ilk_client_disclose_pin_async (client, card->serial, NULL, WAIT_FOR (&shown));
  pin = ilk_client_disclose_pin_finish (client, wait_run (&shown), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ilk_secret_get_length (pin), ==, 6);

  ilk_client_log_out_async (client, WAIT_FOR (&ended));
  g_assert_true (ilk_client_log_out_finish (client, wait_run (&ended), &error));
  g_assert_no_error (error);
}

/* nginx's certificate is of nobody that the system knows. */
static void
test_without_ca (void)
{
  g_autoptr (IlkClient) client = connect_with (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (get_captcha (client, &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);
}

static char *
make_profile_key (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "issuer.ini", NULL);
  g_autoptr (GKeyFile) profile = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (profile, path, G_KEY_FILE_NONE, NULL));
  return g_key_file_get_string (profile, "Service", "SealingKey", NULL);
}

static int
run_beside_service (void)
{
  g_autofree char *key = make_profile_key (g_getenv ("ILK_TEST_DATA"));
  guchar *data;
  gsize length;
  int status;

  data = g_base64_decode (key, &length);
  shared.sealing_key = g_bytes_new_take (data, length);
  shared.number = g_strdup (g_getenv ("ILK_TEST_NUMBER"));
  shared.word = g_strdup (g_getenv ("ILK_TEST_WORD"));
  shared.service = real_service_adopt (atoi (g_getenv ("ILK_CHANNEL_FD")));

  g_test_add_func ("/behind-nginx/road", test_road);
  g_test_add_func ("/behind-nginx/without-ca", test_without_ca);
  status = g_test_run ();

  g_bytes_unref (shared.sealing_key);
  g_free (shared.number);
  g_free (shared.word);
  return status;
}

/* The word and the number are of a made-up person, and public within practice. */
static int
run_service (void)
{
  PracticeData *data = practice_data_new ();
  IlkPracticeHolder *holder = practice_data_get_holder (data, "ready");
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "ILK_TEST_DATA", data->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "ILK_TEST_NUMBER", holder->identity_number, TRUE);
  g_subprocess_launcher_setenv (launcher, "ILK_TEST_WORD", holder->security_word, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("ILK_TEST_SERVICE_TLS"),
                                         "--service", g_getenv ("ILK_TEST_SERVICE"), "--data",
                                         data->folder, program, NULL);
  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  practice_data_free (data);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                              : EXIT_FAILURE;
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("ILK_TLS_ADDRESS") != NULL)
    return run_beside_service ();

  status = run_service ();
  if (status == SKIPPED)
    g_print ("1..0 # SKIP nginx or openssl is not installed\n");
  return status == SKIPPED ? EXIT_SUCCESS : status;
}
