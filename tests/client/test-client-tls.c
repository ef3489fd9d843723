/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <glib/gstdio.h>

#include "client-fixture.h"
#include "client/ilk-client-private.h"
#include "test-certificates.h"

#define HOST "127.0.0.1"
#define DAY ((glong) 24 * 60 * 60)
#define PRIORITY "G_TLS_GNUTLS_PRIORITY"
#define ONLY_TLS_1_1 "NORMAL:%COMPAT:-VERS-ALL:+VERS-TLS1.1:+SHA1:+SIGN-ALL"

typedef enum {
  TRUST_RIGHT_CA,
  TRUST_OTHER_CA,
  TRUST_SYSTEM,
} Trust;

typedef struct
{
  const char *name;
  Trust       trust;
  const char *address; /* in the certificate */
  glong       begins;
  glong       ends;
  gboolean    self_signed;
  gboolean    accepted;
} Row;

static const Row rows[] = {
  { "right-ca", TRUST_RIGHT_CA, HOST, -DAY, DAY, FALSE, TRUE },
  { "unknown-ca", TRUST_OTHER_CA, HOST, -DAY, DAY, FALSE, FALSE },
  { "system-store", TRUST_SYSTEM, HOST, -DAY, DAY, FALSE, FALSE },
  { "wrong-host", TRUST_RIGHT_CA, "127.0.0.2", -DAY, DAY, FALSE, FALSE },
  { "no-host", TRUST_RIGHT_CA, NULL, -DAY, DAY, FALSE, FALSE },
  { "expired", TRUST_RIGHT_CA, HOST, -2 * DAY, -DAY, FALSE, FALSE },
  { "not-yet-valid", TRUST_RIGHT_CA, HOST, DAY, 2 * DAY, FALSE, FALSE },
  { "self-signed", TRUST_RIGHT_CA, HOST, -DAY, DAY, TRUE, FALSE },
};

typedef struct
{
  TestCertificate *ca;
  TestCertificate *other_ca;
  char            *folder;
  char            *ca_path;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  self->ca = test_certificate_new (NULL, TRUE, NULL, -10 * DAY, 10 * DAY);
  self->other_ca = test_certificate_new (NULL, TRUE, NULL, -10 * DAY, 10 * DAY);
  self->folder = g_dir_make_tmp ("ilk-tls-XXXXXX", &error);
  g_assert_no_error (error);
  self->ca_path = g_build_filename (self->folder, "ca.pem", NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_remove (self->ca_path);
  g_rmdir (self->folder);
  test_certificate_free (self->ca);
  test_certificate_free (self->other_ca);
  g_free (self->folder);
  g_free (self->ca_path);
}

static FakeService *
serve (TestCertificate *certificate)
{
  g_autofree char *pem = test_certificate_get_pem (certificate, TRUE);
  g_autoptr (GTlsCertificate) tls = NULL;
  g_autoptr (GError) error = NULL;

  tls = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  return fake_service_new_tls (tls);
}

static IlkClient *
connect_to (Fixture         *self,
            guint16          port,
            TestCertificate *trusted)
{
  g_autofree char *address = g_strdup_printf ("https://" HOST ":%u", port);
  g_autoptr (IlkIssuer) issuer = NULL;
  g_autoptr (GError) error = NULL;
  IlkClient *client;

  if (trusted != NULL)
    {
      g_autofree char *pem = test_certificate_get_pem (trusted, FALSE);

      g_assert_true (g_file_set_contents (self->ca_path, pem, -1, NULL));
    }
  issuer = fixture_issuer_new (address, trusted != NULL ? self->ca_path : NULL, NULL);
  client = ilk_client_new (issuer, NULL, "en", &error);
  g_assert_no_error (error);
  return client;
}

static GError *
ask (IlkClient *client)
{
  g_auto (Wait) wait = { NULL };
  g_autoptr (IlkCaptcha) captcha = NULL;
  GError *error = NULL;

  ilk_client_new_captcha_async (client, WAIT_FOR (&wait));
  captcha = ilk_client_new_captcha_finish (client, wait_run (&wait), &error);
  return error;
}

static TestCertificate *
get_trusted (Fixture   *self,
             const Row *row)
{
  switch (row->trust)
    {
    case TRUST_RIGHT_CA:
      return self->ca;
    case TRUST_OTHER_CA:
      return self->other_ca;
    case TRUST_SYSTEM:
    default:
      return NULL;
    }
}

/* What is not to be trusted gets no request. */
static void
test_certificates (Fixture       *self,
                   gconstpointer  data)
{
  const Row *row = data;
  g_autoptr (TestCertificate) certificate = NULL;
  g_autoptr (FakeService) service = NULL;
  g_autoptr (IlkClient) client = NULL;
  g_autoptr (GError) error = NULL;

  certificate = test_certificate_new (row->self_signed ? NULL : self->ca, FALSE, row->address,
                                      row->begins, row->ends);
  service = serve (certificate);
  fake_service_problem (service, 503, "busy", "");
  client = connect_to (self, fake_service_get_port (service),
                       get_trusted (self, row));
  error = ask (client);
  if (row->accepted)
    g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_BUSY);
  else
    g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);
  g_assert_cmpuint (fake_service_get_count (service), ==, row->accepted ? 1 : 0);
}

static void
test_no_tls (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (FakeService) service = fake_service_new_tcp ();
  g_autoptr (IlkClient) client = connect_to (self, fake_service_get_port (service), self->ca);
  g_autoptr (GError) error = NULL;

  ilk_client_set_timeout (client, 200);
  error = ask (client);
  g_assert_nonnull (error);
  g_assert_cmpuint (fake_service_get_count (service), ==, 0);
}

static void
test_unusable_ca_file (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (IlkIssuer) issuer = NULL;
  g_autoptr (IlkClient) client = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->ca_path, "x", -1, NULL));
  issuer = fixture_issuer_new ("https://" HOST, self->ca_path, NULL);
  g_remove (self->ca_path);
  client = ilk_client_new (issuer, NULL, "en", &error);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);
  g_assert_null (client);
}

/* In the subprocess both sides speak only TLS 1.1, as if the library's own rule were gone. */
static void
test_weak_tls_alone (void)
{
  Fixture self = { NULL };
  g_autoptr (TestCertificate) certificate = NULL;
  g_autoptr (FakeService) service = NULL;
  g_autoptr (IlkClient) client = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&self, NULL);
  certificate = test_certificate_new (self.ca, FALSE, HOST, -DAY, DAY);
  service = serve (certificate);
  fake_service_problem (service, 503, "busy", "");
  client = connect_to (&self, fake_service_get_port (service), self.ca);
  error = ask (client);
  g_assert_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);
  g_assert_cmpuint (fake_service_get_count (service), ==, 0);
  g_printerr ("refused: %s\n", error->message);
  tear_down (&self, NULL);
}

static void
test_weak_tls (void)
{
  g_setenv (PRIORITY, ONLY_TLS_1_1, TRUE);
  g_test_trap_subprocess ("/client-tls/weak-tls/subprocess", 0, 0);
  g_unsetenv (PRIORITY);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*refused: The service speaks only TLS before 1.2*");
}

static gboolean
on_input_gone (GIOChannel   *input,
               GIOCondition  condition,
               gpointer      user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

/* The server alone speaks TLS 1.1: it is another process, this program with its path as argument. */
static int
serve_weakly (const char *pem_path)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (pem_path, NULL);
  g_autoptr (FakeService) service = fake_service_new_tls (certificate);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_print ("port %u\n", fake_service_get_port (service));
  g_io_add_watch (input, G_IO_HUP, on_input_gone, loop);
  g_main_loop_run (loop);
  return fake_service_get_count (service) == 0 ? 0 : 1;
}

static guint
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  guint port = 0;

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  while (port == 0 && (line = g_data_input_stream_read_line (output, NULL, NULL, NULL)) != NULL)
    {
      sscanf (line, "port %u", &port);
      g_clear_pointer (&line, g_free);
    }

  g_assert_cmpuint (port, !=, 0);
  return port;
}

static void
test_weak_service (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (TestCertificate) certificate = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (IlkClient) client = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autofree char *pem = NULL, *path = NULL;

  certificate = test_certificate_new (self->ca, FALSE, HOST, -DAY, DAY);
  pem = test_certificate_get_pem (certificate, TRUE);
  path = g_build_filename (self->folder, "service.pem", NULL);
  g_assert_true (g_file_set_contents (path, pem, -1, NULL));

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, PRIORITY, ONLY_TLS_1_1, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "/proc/self/exe", "--serve-weakly",
                                         path, NULL);
  g_assert_no_error (error);
  client = connect_to (self, read_port (process), self->ca);
  refused = ask (client);
  g_assert_error (refused, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS);

  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
  g_remove (path);
}

#define add(name, func) \
  g_test_add ("/client-tls/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--serve-weakly"))
    return serve_weakly (argv[2]);

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/client-tls/", rows[i].name, NULL);

      g_test_add (path, Fixture, &rows[i], set_up, test_certificates, tear_down);
    }
  add ("no-tls", test_no_tls);
  add ("unusable-ca-file", test_unusable_ca_file);
  g_test_add_func ("/client-tls/weak-tls", test_weak_tls);
  g_test_add_func ("/client-tls/weak-tls/subprocess", test_weak_tls_alone);
  add ("weak-service", test_weak_service);
  return g_test_run ();
}
