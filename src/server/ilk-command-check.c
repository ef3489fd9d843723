/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/ilk-credential.h"
#include "server/ilk-operator.h"
#include "server/ilk-server-error.h"

#define CONNECT_SECONDS 10

/* Every check is done, whatever the one before found. */
typedef struct {
  const IlkOptions *options;
  guint             faults;
} Check;

static void
tell (Check      *self,
      const char *what,
      GError     *fault)
{
  if (fault == NULL)
    {
      g_print ("ok     %s\n", what);
      return;
    }
  g_print ("FAULT  %s: %s\n", what, fault->message);
  g_error_free (fault);
  self->faults++;
}

static void
fail (GError    **error,
      const char *message)
{
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG, message);
}

/* A folder of the service's own: it can write there, and others can't. closed: nor read. */
static void
check_folder (Check      *self,
              const char *what,
              const char *path,
              gboolean    closed)
{
  GError *fault = NULL;
  struct stat status;

  if (stat (path, &status) != 0 || !S_ISDIR (status.st_mode))
    fail (&fault, "it is no folder");
  else if (access (path, W_OK | X_OK) != 0)
    fail (&fault, "the service can't write there");
  else if (status.st_mode & (closed ? 077 : 022))
    fail (&fault, closed ? "others can read it; it must have mode 0700"
                         : "others can write there");
  tell (self, what, fault);
}

/* Certificates and public halves are for all to see. */
static gboolean
is_secret (const char *name)
{
  return g_str_has_suffix (name, "-key.pem") ||
         !(g_str_has_suffix (name, ".pem") || g_str_has_suffix (name, ".pub"));
}

static void
check_credentials (Check *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->options->credentials, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->options->credentials, name, NULL);
      GError *fault = NULL;

      if (is_secret (name) && !ilk_credential_check (path, &fault))
        tell (self, name, fault);
    }
}

/* What was deleted is out of the backups at the end of the week only if each week has a key. */
static void
check_week (Check      *self,
            IlkProgram *program)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GError *fault = NULL;
  gint64 epoch;

  if (ilk_key_store_find_kek (program->keys, now, &epoch, &fault) &&
      epoch != now / ILK_KEK_EPOCH_SECONDS)
    fail (&fault, "it can't be made where the keys are: the date that a holder is told at a deletion "
                  "would not be kept");
  tell (self, "this week's key", fault);
}

static gboolean
check_keys (Check *self)
{
  g_auto (IlkProgram) program = { 0 };
  GError *fault = NULL;
  gboolean there = ilk_program_open_keys (&program, self->options, FALSE, &fault);

  tell (self, "keys", fault);
  check_credentials (self);
  if (there)
    check_week (self, &program);
  return there;
}

/* It is made at the first start. */
static void
check_place (Check *self)
{
  g_autofree char *folder = g_path_get_dirname (self->options->database);

  check_folder (self, "folder of the database, which is not there yet", folder, FALSE);
}

static void
check_pins (Check      *self,
            IlkProgram *program)
{
  GError *fault = NULL;
  g_autoptr (GPtrArray) closed = ilk_operator_list_closed (program->service, &fault);

  for (guint i = 0; closed != NULL && i < closed->len; i++)
    g_print ("the PIN of card %s can't be opened any more\n",
             (const char *) g_ptr_array_index (closed, i));
  if (closed != NULL && closed->len > 0)
    fail (&fault, "some can't be opened any more");
  tell (self, "held PINs", fault);
}

static void
check_service (Check *self)
{
  g_auto (IlkProgram) program = { 0 };
  GError *fault = NULL;

  if (!ilk_store_exists (self->options->database))
    {
      check_place (self);
      return;
    }
  if (ilk_program_open_existing (&program, self->options, &fault) &&
      !ilk_service_check_store (program.service))
    fail (&fault, "the database does not answer");
  tell (self, "database, portal, authorities, OCSP", fault);
  if (self->options->held_pins && program.service != NULL)
    check_pins (self, &program);
}

static void
check_gateways (Check *self)
{
  g_auto (IlkProgram) program = { .clock = ilk_clock_get_system () };
  GError *fault = NULL;

  ilk_program_open_gateways (&program, self->options, &fault);
  tell (self, "gateways for messages", fault);
  if (self->options->spool != NULL)
    check_folder (self, "spool", self->options->spool, TRUE);
}

static void
check_socket (Check      *self,
              const char *what,
              const char *path)
{
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (folder != NULL)
    check_folder (self, what, folder, FALSE);
}

static void
check_crl (Check *self)
{
  g_autofree char *path = g_build_filename (self->options->credentials, "crl-signer.pem", NULL);
  GError *fault = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  ilk_operator_check_crl (self->options->credentials, &fault);
  tell (self, "signer of the revocation list", fault);
}

/* The authorities that the gateway itself would believe. */
static void
on_event (GSocketClient      *client,
          GSocketClientEvent  event,
          GSocketConnectable *connectable,
          GIOStream          *connection,
          gpointer            authorities)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && authorities != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), authorities);
}

static GTlsDatabase *
load_authorities (Check       *self,
                  const char  *group,
                  GError     **error)
{
  const char *path = ilk_config_get_text (self->options->config, group, "ca-file");

  return path != NULL ? g_tls_file_database_new (path, error) : NULL;
}

/* Reaches the other side and, where the address says so, begins TLS; nothing is sent. */
static void
check_reach (Check      *self,
             const char *group,
             const char *key,
             guint16     port)
{
  const char *address = ilk_config_get_text (self->options->config, group, key);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GTlsDatabase) authorities = NULL;
  g_autofree char *what = g_strdup_printf ("[%s] %s: %s", group, key, address);
  GError *fault = NULL;

  if (address == NULL)
    return;
  authorities = load_authorities (self, group, &fault);
  g_signal_connect (client, "event", G_CALLBACK (on_event), authorities);
  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  g_socket_client_set_tls (client, g_str_has_prefix (address, "https:") ||
                                   g_str_has_prefix (address, "smtps:"));
  if (fault == NULL)
    connection = g_socket_client_connect_to_uri (client, address, port, NULL, &fault);
  tell (self, what, fault);
}

static int
check_config (const IlkOptions *options)
{
  Check self = { .options = options };

  if (options->database == NULL || options->credentials == NULL)
    return ilk_program_misuse ("check-config needs --database and --credentials");

  check_folder (&self, "credentials", options->credentials, FALSE);
  if (check_keys (&self))
    check_service (&self);
  check_gateways (&self);
  check_socket (&self, "folder of the socket", options->socket);
  check_socket (&self, "folder of the metrics socket", options->metrics_socket);
  check_crl (&self);
  if (options->network)
    {
      check_reach (&self, "Sms", "address", 443);
      check_reach (&self, "Mail", "server", 25);
      check_reach (&self, "E-Government", "issuer", 443);
    }
  return self.faults == 0 ? ILK_EXIT_DONE : ILK_EXIT_FAILED;
}

const IlkCommand ilk_commands_check[] = {
  { "check-config", NULL, "Say whether what is configured can be had",
    "Tries everything that is configured, and says of each what it found: keys and who can read them,\n"
    "this week's key, database, portal, folders, gateways, signers. It serves nothing and sends\n"
    "nothing; as the service would, it makes this week's key and brings the tables of a database to\n"
    "its own version.\n\n"
    "Ends with 0: all is well; 1: there are faults; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_CHECK, check_config },
  { NULL }
};
