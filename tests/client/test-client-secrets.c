/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include "client-fixture.h"
#include "client/ilk-client-private.h"
#include "client/ilk-client-readers.h"
#include "client/ilk-json-scan.h"

static const char *secrets[] = { FIXTURE_WORD, FIXTURE_CODE, FIXTURE_TOKEN_1, FIXTURE_TOKEN_2 };

static void
print_call (const char *method,
            const char *path,
            guint       status,
            const char *problem,
            gpointer    user_data)
{
  g_print ("recorded %s %s %u %s\n", method, path, status, problem != NULL ? problem : "-");
}

static void
print_error (GError *error)
{
  g_assert_nonnull (error);
  g_print ("error %s %s\n", error->message, ilk_client_error_get_problem (error));
}

/* Each call that carries a secret, with each kind of end. */
static void
fail_login (IlkClient   *client,
            FakeService *service)
{
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Wait) wait = { NULL };
      g_autoptr (IlkSecret) word = fixture_secret (FIXTURE_WORD);
      g_autoptr (GError) error = NULL;

      if (i == 0)
        fake_service_problem (service, 401, "login.refused", "");
      else if (i == 1)
        fake_service_answer (service, 201, "{\"token\":\"" FIXTURE_TOKEN_1 "\"}");
      else
        fake_service_fail (service, FAKE_CLOSES);
      ilk_client_log_in_async (client, "10000000146", "C1", "A", word, WAIT_FOR (&wait));
      g_assert_null (ilk_client_log_in_finish (client, wait_run (&wait), &error));
      print_error (error);
    }
}

static void
fail_code (IlkClient   *client,
           FakeService *service)
{
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Wait) wait = { NULL };
      g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
      g_autoptr (GError) error = NULL;

      if (i == 0)
        fake_service_problem (service, 422, "sms.wrong", "");
      else if (i == 1)
        fake_service_answer (service, 200, "{\"token\":\"" FIXTURE_TOKEN_2 "\",\"holder\":{}}");
      else
        fake_service_fail (service, FAKE_CLOSES);
      ilk_client_verify_login_sms_async (client, code, WAIT_FOR (&wait));
      g_assert_null (ilk_client_verify_login_sms_finish (client, wait_run (&wait), &error));
      print_error (error);
    }
}

static void
test_road_with_debug_output (void)
{
  g_autoptr (FakeService) service = fake_service_new_unix ();
  g_autoptr (IlkClient) client = fixture_client_new (fake_service_get_socket (service), NULL);
  g_auto (Wait) wait = { NULL };

  ilk_client_set_recorder (client, print_call, NULL);
  fail_login (client, service);
  fixture_log_in (client, service);
  fail_code (client, service);
  fixture_get_session (client, service);
  fake_service_answer (service, 204, "");
  ilk_client_log_out_async (client, WAIT_FOR (&wait));
  wait_run (&wait);
}

static void
test_output (void)
{
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  g_setenv ("SOUP_DEBUG", "all", TRUE);
  g_test_trap_subprocess ("/client-secrets/output/subprocess", 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*GLib-GIO-DEBUG*");
  g_test_trap_assert_stdout ("*recorded POST /v1/sessions 401 login.refused*");
  g_test_trap_assert_stdout ("*error *");
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("*%s*", secrets[i]);

      g_test_trap_assert_stdout_unmatched (pattern);
      g_test_trap_assert_stderr_unmatched (pattern);
    }
}

/* A code's body lies in wiped memory, and it is gone from there with the last reference. */
static void
test_body_is_in_the_arena (void)
{
  g_autoptr (IlkSecret) code = fixture_secret (FIXTURE_CODE);
  g_autoptr (GBytes) body = ilk_client_code_body (code);
  gsize length;
  gconstpointer data = g_bytes_get_data (body, &length);

  g_assert_true (ilk_secret_arena_contains (data));
  g_assert_cmpmem (data, length, "{\"code\":\"493817\"}", 17);
}

static void
test_token_is_in_the_arena (void)
{
  g_autoptr (FakeService) service = fake_service_new_unix ();
  g_autoptr (IlkClient) client = fixture_client_new (fake_service_get_socket (service), NULL);

  fixture_get_session (client, service);
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (client->token)));
  g_assert_cmpuint (ilk_secret_get_length (client->token), ==, strlen (FIXTURE_TOKEN_2));
}

/* What json-glib gets to see of an answer has asterisks in the token's place. */
static void
test_parser_sees_no_token (void)
{
  char answer[] = "{\"token\":\"" FIXTURE_TOKEN_2 "\",\"session_id\":\"S\"}";
  g_autoptr (IlkSecret) token = NULL;
  g_autoptr (JsonNode) root = NULL;
  GError *fault = NULL;

  token = ilk_json_scan_take_secret ((guint8 *) answer, strlen (answer), "token");
  g_assert_nonnull (token);
  g_assert_null (strstr (answer, FIXTURE_TOKEN_2));
  root = ilk_json_parse ((guint8 *) answer, strlen (answer), &fault);
  g_assert_no_error (fault);
  g_assert_true (g_str_has_prefix (json_object_get_string_member (json_node_get_object (root),
                                                                  "token"), "****"));
}

/* Nothing about a call is in a property, where debuggers and inspectors look. */
static void
test_no_properties (void)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (ILK_TYPE_CLIENT);
  guint count = 0;

  g_free (g_object_class_list_properties (G_OBJECT_CLASS (klass), &count));
  g_assert_cmpuint (count, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client-secrets/output", test_output);
  g_test_add_func ("/client-secrets/output/subprocess", test_road_with_debug_output);
  g_test_add_func ("/client-secrets/body-is-in-the-arena", test_body_is_in_the_arena);
  g_test_add_func ("/client-secrets/token-is-in-the-arena", test_token_is_in_the_arena);
  g_test_add_func ("/client-secrets/parser-sees-no-token", test_parser_sees_no_token);
  g_test_add_func ("/client-secrets/no-properties", test_no_properties);
  return g_test_run ();
}
