/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "server-fixture.h"
#include "server/ilk-operator.h"

/* check-config finds each fault, and says which. */

typedef struct {
  ServerFixture *fixture;
  char          *keys;
  char          *spool;
  char          *config;
  char          *output;
} Setting;

static void
write_config (Setting    *self,
              const char *more)
{
  g_autofree char *text = g_strdup_printf ("[Store]\ndatabase=%s\n[Service]\ncredentials=%s\n"
                                           "spool=%s\n%s", self->fixture->database, self->keys,
                                           self->spool, more);

  g_assert_true (g_file_set_contents (self->config, text, -1, NULL));
}

static Setting *
setting_new (void)
{
  Setting *self = g_new0 (Setting, 1);

  self->fixture = server_fixture_new ();
  self->keys = g_build_filename (self->fixture->folder, "keys", NULL);
  self->spool = g_build_filename (self->fixture->folder, "spool", NULL);
  self->config = g_build_filename (self->fixture->folder, "service.conf", NULL);
  g_assert_cmpint (g_mkdir (self->spool, 0700), ==, 0);
  write_config (self, "");
  return self;
}

static void
setting_free (Setting *self)
{
  server_fixture_free (self->fixture);
  g_free (self->keys);
  g_free (self->spool);
  g_free (self->config);
  g_free (self->output);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Setting, setting_free)

static int
check (Setting    *self,
       const char *option)
{
  const char *argv[] = { g_getenv ("ILK_SERVICE"), "check-config", "--config", self->config, option,
                         NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_clear_pointer (&self->output, g_free);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &self->output,
                NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
expect_fault (Setting    *self,
              const char *option,
              const char *line)
{
  g_assert_cmpint (check (self, option), ==, 1);
  if (strstr (self->output, line) == NULL)
    g_error ("“%s” is not in:\n%s", line, self->output);
}

static void
test_well (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *certificate = g_build_filename (self->keys, "made.pub", NULL);

  g_assert_true (g_file_set_contents (certificate, "public", -1, NULL));
  g_assert_cmpint (g_chmod (certificate, 0644), ==, 0);
  g_assert_cmpint (check (self, NULL), ==, 0);
  g_assert_null (strstr (self->output, "FAULT"));
  g_assert_nonnull (strstr (self->output, "ok     keys\n"));
  g_assert_nonnull (strstr (self->output, "ok     database"));
  g_assert_nonnull (strstr (self->output, "ok     this week's key\n"));
}

/* Each is found although others are there as well. */
static void
test_faults (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *signer = g_build_filename (self->keys, "crl-signer-key.pem", NULL);
  g_autofree char *pem = g_build_filename (self->keys, "crl-signer.pem", NULL);
  g_autofree char *card = g_build_filename (self->keys, "card-master-key-1", NULL);

  g_assert_cmpint (g_chmod (self->spool, 0755), ==, 0);
  g_assert_true (g_file_set_contents (signer, "no key", -1, NULL));
  g_assert_cmpint (g_chmod (signer, 0640), ==, 0);
  g_assert_true (g_file_set_contents (pem, "no certificate", -1, NULL));
  g_assert_cmpint (g_chmod (card, 0604), ==, 0);
  expect_fault (self, NULL, "FAULT  spool: others can read it");
  expect_fault (self, NULL, "FAULT  crl-signer-key.pem: ");
  expect_fault (self, NULL, "FAULT  card-master-key-1: ");
  expect_fault (self, NULL, "FAULT  signer of the revocation list: ");
}

static void
test_keys_and_database (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *pepper = g_build_filename (self->keys, "pepper", NULL);

  g_assert_cmpint (g_chmod (pepper, 0644), ==, 0);
  expect_fault (self, NULL, "FAULT  keys: ");
  g_assert_cmpint (g_chmod (pepper, 0600), ==, 0);
  write_config (self, "[Portal]\naddress=http://card.example\n");
  expect_fault (self, NULL, "FAULT  database, portal, authorities, OCSP: [Portal] address");
  g_free (self->fixture->database);
  self->fixture->database = g_strdup ("/nonexistent/store.db");
  write_config (self, "");
  expect_fault (self, NULL, "FAULT  folder of the database, which is not there yet: ");
}

/* Before the first start there is no database, and that is well. */
static void
test_before_the_first_start (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *path = g_build_filename (self->fixture->folder, "new.db", NULL);

  g_free (self->fixture->database);
  self->fixture->database = g_steal_pointer (&path);
  write_config (self, "");
  g_assert_cmpint (check (self, NULL), ==, 0);
  g_assert_false (g_file_test (self->fixture->database, G_FILE_TEST_EXISTS));
}

/* Nobody is reached unless it is asked for; port 9 of this computer refuses. */
static void
test_network (void)
{
  g_autoptr (Setting) self = setting_new ();

  write_config (self, "[Mail]\nserver=smtp://127.0.0.1:9\nfrom=a@example.org\n");
  g_assert_cmpint (check (self, NULL), ==, 0);
  expect_fault (self, "--network", "FAULT  [Mail] server: smtp://127.0.0.1:9: ");
}

static void
make_certificate (const char *certificate,
                  const char *key)
{
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                         "-days", "1", "-subj", "/CN=test", "-addext",
                         "subjectAltName=IP:127.0.0.1", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

typedef struct {
  GSocketListener *listener;
  GTlsCertificate *certificate;
} Peer;

/* Two callers: one who believes, one who does not. */
static gpointer
shake_hands (gpointer data)
{
  Peer *self = data;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GSocketConnection) plain = g_socket_listener_accept (self->listener, NULL, NULL,
                                                                      NULL);
      g_autoptr (GIOStream) secure = g_tls_server_connection_new (G_IO_STREAM (plain),
                                                                  self->certificate, NULL);

      g_tls_connection_handshake (G_TLS_CONNECTION (secure), NULL, NULL);
      g_io_stream_close (secure, NULL, NULL);
    }
  return NULL;
}

/* A gateway behind TLS is believed by the configured authorities alone. */
static void
test_tls (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *certificate = g_build_filename (self->fixture->folder, "peer.pem", NULL);
  g_autofree char *key = g_build_filename (self->fixture->folder, "peer-key.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *believed = NULL;
  g_autofree char *unknown = NULL;
  Peer peer;
  GThread *thread;
  guint16 port;

  make_certificate (certificate, key);
  peer.certificate = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);
  peer.listener = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (peer.listener, NULL, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("peer", shake_hands, &peer);

  believed = g_strdup_printf ("[Mail]\nserver=smtps://127.0.0.1:%u\nfrom=a@example.org\nca-file=%s\n",
                              port, certificate);
  write_config (self, believed);
  g_assert_cmpint (check (self, "--network"), ==, 0);
  g_assert_nonnull (strstr (self->output, "ok     [Mail] server: smtps://127.0.0.1:"));
  unknown = g_strdup_printf ("[Mail]\nserver=smtps://127.0.0.1:%u\nfrom=a@example.org\n", port);
  write_config (self, unknown);
  expect_fault (self, "--network", "FAULT  [Mail] server: smtps://127.0.0.1:");
  g_thread_join (thread);
  g_object_unref (peer.listener);
  g_object_unref (peer.certificate);
}

static void
test_held_pins (void)
{
  g_autoptr (Setting) self = setting_new ();
  g_autofree char *kek = g_strdup_printf ("%s/kek-%d", self->keys, NOW / ILK_KEK_EPOCH_SECONDS);

  g_assert_cmpint (check (self, "--held-pins"), ==, 0);
  g_assert_cmpint (g_unlink (kek), ==, 0);
  g_assert_cmpint (check (self, NULL), ==, 0);
  expect_fault (self, "--held-pins", "the PIN of card " CARD_A " can't be opened any more\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/well", test_well);
  g_test_add_func ("/check/faults", test_faults);
  g_test_add_func ("/check/keys-and-database", test_keys_and_database);
  g_test_add_func ("/check/before-the-first-start", test_before_the_first_start);
  g_test_add_func ("/check/network", test_network);
  g_test_add_func ("/check/tls", test_tls);
  g_test_add_func ("/check/held-pins", test_held_pins);
  return g_test_run ();
}
