/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking whether the service is there: only the service itself may say yes. */
#include "client-fixture.h"

static const struct {
  const char *name;
  guint       status;
  const char *code;     /* NULL: an answer that is no problem */
  int         error;    /* -1: reached */
} rows[] = {
  { "service", 405, "method", -1 },
  { "busy", 503, "busy", ILK_CLIENT_ERROR_BUSY },
  { "another-service", 404, "not_found", ILK_CLIENT_ERROR_REFUSED },
  { "fault", 500, "internal", ILK_CLIENT_ERROR_FAILED },
  { "says-yes-to-all", 200, NULL, ILK_CLIENT_ERROR_FAILED },
};

static gboolean
reach (IlkClient  *client,
       GError    **error)
{
  g_auto (Wait) wait = { NULL };

  ilk_client_reach_async (client, WAIT_FOR (&wait));
  return ilk_client_reach_finish (client, wait_run (&wait), error);
}

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FakeService) service = fake_service_new_unix ();
      g_autoptr (IlkClient) client = fixture_client_new (fake_service_get_socket (service), NULL);
      g_autoptr (GError) error = NULL;
      gboolean reached;

      g_test_message ("%s", rows[i].name);
      if (rows[i].code != NULL)
        fake_service_problem (service, rows[i].status, rows[i].code, "");
      else
        fake_service_answer (service, rows[i].status, "{}");
      reached = reach (client, &error);
      if (rows[i].error < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, ILK_CLIENT_ERROR, rows[i].error);
      g_assert_cmpint (reached, ==, rows[i].error < 0);
    }
}

static void
test_sends_nothing (void)
{
  g_autoptr (FakeService) service = fake_service_new_unix ();
  g_autoptr (IlkClient) client = fixture_client_new (fake_service_get_socket (service), NULL);
  g_autoptr (GError) error = NULL;
  FakeRequest *request;
  guint before;

  fixture_get_session (client, service);
  before = fake_service_get_count (service);
  fake_service_problem (service, 405, "method", "");
  g_assert_true (reach (client, &error));
  g_assert_cmpuint (fake_service_get_count (service), ==, before + 1);
  request = fake_service_get_request (service, before);
  g_assert_cmpstr (request->method, ==, "GET");
  g_assert_null (fake_request_get_header (request, "authorization"));
  g_assert_cmpstr (request->body != NULL ? request->body : "", ==, "");
}

static void
test_offline (void)
{
  g_autoptr (FakeService) service = fake_service_new_unix ();
  g_autoptr (IlkClient) client = fixture_client_new (fake_service_get_socket (service), NULL);
  g_autoptr (GError) error = NULL;

  fake_service_fail (service, FAKE_CLOSES);
  fake_service_fail (service, FAKE_CLOSES);
  g_assert_false (reach (client, &error));
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client-reach/answers", test_answers);
  g_test_add_func ("/client-reach/sends-nothing", test_sends_nothing);
  g_test_add_func ("/client-reach/offline", test_offline);
  return g_test_run ();
}
