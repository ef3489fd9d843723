/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include "client-fixture.h"

void
wait_done (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Wait *wait = user_data;

  g_assert_null (wait->result);
  wait->result = g_object_ref (result);
}

/* Returns: (transfer none): the result, which lives until wait_clear () or the next wait_run (). */
GAsyncResult *
wait_run (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return wait->result;
}

void
wait_clear (Wait *wait)
{
  g_clear_object (&wait->result);
}

IlkIssuer *
fixture_issuer_new (const char *address,
                    const char *ca_file,
                    GBytes     *sealing_key)
{
  static const guint8 some_key[32] = { 9 };
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  g_autofree char *ca_line = NULL;
  g_autofree char *text = NULL;
  IlkIssuer *issuer;

  key = sealing_key != NULL ? g_base64_encode (g_bytes_get_data (sealing_key, NULL),
                                               g_bytes_get_size (sealing_key))
                            : g_base64_encode (some_key, sizeof some_key);
  ca_line = ca_file != NULL ? g_strdup_printf ("CaFile=%s\n", ca_file) : g_strdup ("");
  text = g_strdup_printf ("[Issuer]\nId=test\nName=Test\n"
                          "[Contact]\nCallCentre=0312 000 00 00\nEmail=test@example.com\n"
                          "[Service]\nAddress=%s\n%sSealingKey=%s\nUnlock=true\n"
                          "[Words]\nDeleteMeaning=a\nParcelAdvice=b\nPukWarning=c\n",
                          address, ca_line, key);
  issuer = ilk_issuer_new_from_data (text, NULL, &error);
  g_assert_no_error (error);
  return issuer;
}

IlkSecret *
fixture_secret (const char *text)
{
  return ilk_secret_new_from_data (text, strlen (text));
}

IlkClient *
fixture_client_new (const char *socket_path,
                    GBytes     *sealing_key)
{
  g_autoptr (IlkIssuer) issuer = fixture_issuer_new ("https://service.example.com", NULL,
                                                     sealing_key);
  g_autoptr (GError) error = NULL;
  IlkClient *client = ilk_client_new (issuer, socket_path, "tr", &error);

  g_assert_no_error (error);
  return client;
}

void
fixture_log_in (IlkClient   *client,
                FakeService *service)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSecret) word = fixture_secret (FIXTURE_WORD);
  g_autoptr (IlkLoginAttempt) attempt = NULL;
  g_autoptr (GError) error = NULL;

  fake_service_answer (service, 201,
                       "{\"attempt_id\":\"A1\",\"token\":\"" FIXTURE_TOKEN_1 "\","
                       "\"phone\":\"05•• ••• •• 67\",\"expires_in\":600}");
  ilk_client_log_in_async (client, "10000000146", "C1", "ACDEFH", word, WAIT_FOR (&wait));
  attempt = ilk_client_log_in_finish (client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (attempt->phone, ==, "05•• ••• •• 67");
  g_assert_cmpint (attempt->expires_in, ==, 600);
}

void
fixture_get_session (IlkClient   *client,
                     FakeService *service)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
  g_autoptr (IlkSessionInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  fixture_log_in (client, service);
  fake_service_answer (service, 200,
                       "{\"token\":\"" FIXTURE_TOKEN_2 "\",\"session_id\":\"" FIXTURE_SESSION_ID
                       "\",\"holder\":\"Işıl Örnek\",\"idle_seconds\":900,"
                       "\"absolute_seconds\":3600}");
  ilk_client_verify_login_sms_async (client, code, WAIT_FOR (&wait));
  info = ilk_client_verify_login_sms_finish (client, wait_run (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->holder, ==, "Işıl Örnek");
  g_assert_cmpint (info->idle_seconds, ==, 900);
  g_assert_cmpint (info->absolute_seconds, ==, 3600);
  g_assert_true (ilk_client_has_session (client));
}
