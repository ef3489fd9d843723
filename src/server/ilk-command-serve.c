/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>
#include "server/ilk-handover.h"
#include "server/ilk-http-server.h"
#include "server/ilk-outbox.h"
#include "server/ilk-practice-channel.h"
#include "server/ilk-practice-gateway.h"
#include "server/ilk-supervisor.h"

#define THREADS 4
#define QUEUE 64
#define SMS_THREADS 4
#define DRAIN_SECONDS 30

typedef struct {
  IlkProgram          program;
  const IlkOptions   *options;
  GMainLoop          *loop;
  IlkHttpServer      *server;
  IlkOutbox          *outbox;
  IlkPracticeChannel *channel;   /* NULL: in earnest */
  IlkStandInProvider *gateway;   /* of practice; NULL: none */
  guint               term;
  guint               interrupt;
  GPtrArray          *passed;    /* sockets of whoever started it; NULL: not asked for */
} Serving;

static void
serving_clear (Serving *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->outbox);
  g_clear_object (&self->channel);
  g_clear_pointer (&self->gateway, ilk_stand_in_provider_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->passed, g_ptr_array_unref);
  ilk_program_clear (&self->program);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Serving, serving_clear)

static void
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static gboolean
on_signal (gpointer user_data)
{
  Serving *self = user_data;

  ilk_supervisor_tell ("STOPPING=1");
  ilk_http_server_drain (self->server,
                         (guint) ilk_config_get_number (self->options->config, "Service",
                                                        "drain-seconds", DRAIN_SECONDS),
                         quit, self->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_channel_closed (gpointer user_data)
{
  on_signal (user_data);
}

static gboolean
listen_on_port (Serving     *self,
                char       **address,
                GError     **error)
{
  const char *listen = self->options->listen;
  const char *colon = strrchr (listen, ':');
  guint16 port;

  if (!ilk_http_server_listen_port (self->server, listen, self->options->anywhere, &port, error))
    return FALSE;
  *address = g_strdup_printf ("%.*s:%u",
                              (int) (colon != NULL ? colon - listen : (gssize) strlen (listen)),
                              listen, port);
  return TRUE;
}

/* The one named "metrics" is for /healthz, /readyz and /metrics. */
static gboolean
listen_on_passed (Serving  *self,
                  GError  **error)
{
  for (guint i = 0; self->passed != NULL && i < self->passed->len; i++)
    {
      IlkPassedSocket *passed = g_ptr_array_index (self->passed, i);
      int fd = passed->fd;

      passed->fd = -1;
      if (!ilk_http_server_listen_fd (self->server, fd, g_str_equal (passed->name, "metrics"),
                                      self->options->anywhere, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
start_listening (Serving     *self,
                 char       **address,
                 GError     **error)
{
  const IlkOptions *options = self->options;

  self->server = ilk_http_server_new
    (self->program.service,
     (guint) ilk_config_get_number (options->config, "Service", "threads", THREADS),
     (guint) ilk_config_get_number (options->config, "Service", "queue", QUEUE));
  ilk_http_server_set_limiter (self->server, ilk_limiter_new (options->config),
                               self->program.clock,
                               ilk_config_get_flag (options->config, "Proxy",
                                                    "sets-x-forwarded-for", FALSE));
  if (options->socket != NULL &&
      !ilk_http_server_listen_path (self->server, options->socket, error))
    return FALSE;
  if (options->listen != NULL && !listen_on_port (self, address, error))
    return FALSE;
  if (!listen_on_passed (self, error))
    return FALSE;
  if (options->practice || options->metrics_socket != NULL)
    return ilk_http_server_serve_health (self->server, options->metrics_socket, error);
  return TRUE;
}

/* Before anyone is told that it runs: a signal that comes right then must drain too. */
static void
watch_signals (Serving *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->term = g_unix_signal_add (SIGTERM, on_signal, self);
  self->interrupt = g_unix_signal_add (SIGINT, on_signal, self);
}

static void
run_until_told (Serving *self)
{
  self->outbox = ilk_outbox_new (self->program.service);
  ilk_outbox_start (self->outbox, self->channel != NULL ? 1 : SMS_THREADS);
  if (self->channel != NULL)
    ilk_practice_channel_start (self->channel, on_channel_closed, self);
  g_main_loop_run (self->loop);
  g_source_remove (self->term);
  g_source_remove (self->interrupt);
}

/* The open files live on without their names, and go with the program however it ends. */
static void
remove_practice_database (const char *folder)
{
  static const char *const names[] = { "store.db", "store.db-wal", "store.db-shm", NULL };

  for (int i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      unlink (path);
    }
  rmdir (folder);
}

static void
on_bad_line (guint       line,
             const char *message,
             gpointer    user_data)
{
  g_printerr ("line %u: %s\n", line, message);
}

/* Several instances may practise on one database, as long as nobody else is in it: whoever moves
 * the clock and reads codes must never do so among real holders. */
static gboolean
check_practice_holders (Serving     *self,
                        const char  *handover,
                        GError     **error)
{
  GError *local = NULL;
  g_autofree char *text = NULL;
  gint64 holders;
  guint lines = 0;

  if (!g_file_get_contents (handover, &text, NULL, error))
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    lines += *c == '\n';

  ilk_store_begin (self->program.store);
  holders = ilk_store_holder_count (self->program.store, &local);
  ilk_store_end (self->program.store, &local);
  if (local == NULL && holders <= (gint64) lines)
    return TRUE;

  if (local == NULL)
    local = g_error_new_literal (ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                                 "the database has others in it than the practice set's holders");
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
import_practice_set (Serving     *self,
                     const char  *path,
                     GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  guint imported;
  guint skipped;

  return stream != NULL && check_practice_holders (self, path, error) &&
         ilk_handover_import (self->program.service, G_INPUT_STREAM (stream), on_bad_line, NULL,
                              &imported, &skipped, error);
}

/* A database of its own, which goes with the program. */
static gboolean
open_fresh (Serving     *self,
            IlkOptions  *options,
            GError     **error)
{
  g_autofree char *folder = g_dir_make_tmp ("ilkimza-store-XXXXXX", error);
  g_autofree char *database = NULL;
  gboolean opened;

  if (folder == NULL)
    return FALSE;
  database = g_build_filename (folder, "store.db", NULL);
  options->database = database;
  opened = ilk_program_open (&self->program, options, error);
  remove_practice_database (folder);
  return opened;
}

/* The authority that issued the practice set's certificates, unless the configuration names others. */
static gboolean
set_practice_authority (Serving  *self,
                        GError  **error)
{
  g_autofree char *path = g_build_filename (self->options->data, "ca", "ca.pem", NULL);
  IlkAuthorities *authorities;

  if (ilk_config_get_text (self->options->config, "E-Signature", "authorities") != NULL ||
      !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  authorities = ilk_authorities_load (path, error);
  ilk_service_set_authorities (self->program.service, authorities);
  return authorities != NULL;
}

static gboolean
start_practice (Serving  *self,
                GError  **error)
{
  const char *data = self->options->data;
  IlkManualClock *clock = ilk_manual_clock_new (g_get_real_time () / G_USEC_PER_SEC, TRUE);
  g_autofree char *credentials = g_build_filename (data, "keys", NULL);
  g_autofree char *handover = g_build_filename (data, "handover.jsonl", NULL);
  IlkOptions options = *self->options;
  gboolean opened;

  self->program.clock = ILK_CLOCK (clock);
  self->channel = ilk_practice_channel_new (self->options->channel_fd, clock);
  self->program.sms = ILK_SMS_GATEWAY (g_object_ref (self->channel));
  self->program.mail = ILK_MAIL_GATEWAY (g_object_ref (self->channel));
  options.credentials = credentials;
  opened = options.database != NULL ? ilk_program_open (&self->program, &options, error)
                                    : open_fresh (self, &options, error);
  if (!opened || !import_practice_set (self, handover, error))
    return FALSE;
  ilk_service_set_captcha_watch (self->program.service, ilk_practice_channel_watch,
                                 self->channel);
  return set_practice_authority (self, error);
}

/* Unless the configuration names a gateway. After the portal's address is known. */
static gboolean
start_practice_gateway (Serving  *self,
                        GError  **error)
{
  if (ilk_config_get_text (self->options->config, "E-Government", "issuer") != NULL)
    return TRUE;
  self->gateway = ilk_practice_gateway_start (self->program.service, self->program.clock, error);
  return self->gateway != NULL;
}

static int
practice (const IlkOptions *options)
{
  g_auto (Serving) self = { .options = options };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  g_autofree char *portal = NULL;

  if (!options->practice || options->data == NULL || options->channel_fd < 3 ||
      (options->socket == NULL && options->listen == NULL))
    return ilk_program_misuse ("--practice needs --data, --channel-fd and --socket or --listen");
  if (fcntl (options->channel_fd, F_SETFD, FD_CLOEXEC) != 0)
    return ilk_program_misuse ("--channel-fd is not an open file descriptor");
  if (!start_practice (&self, &error) || !start_listening (&self, &address, &error))
    return ilk_program_complain (error);
  if (ilk_config_get_text (options->config, "Portal", "address") == NULL)
    {
      portal = g_strconcat ("http://", address != NULL ? address : "localhost", NULL);
      ilk_service_set_portal (self.program.service, portal);
    }
  if (!start_practice_gateway (&self, &error))
    return ilk_program_complain (error);

  watch_signals (&self);
  ilk_practice_channel_ready (self.channel, options->socket, address);
  run_until_told (&self);
  return ILK_EXIT_DONE;
}

static int
serve (const IlkOptions *options)
{
  g_auto (Serving) self = { .options = options };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  self.passed = ilk_supervisor_take_sockets ();
  if (options->database == NULL || options->credentials == NULL ||
      (options->socket == NULL && options->listen == NULL && self.passed->len == 0))
    return ilk_program_misuse ("serve needs --database, --credentials and --socket or --listen, or a "
                               "socket of whoever starts it");

  self.program.clock = ilk_clock_get_system ();
  if (!ilk_program_open_gateways (&self.program, options, &error) ||
      !ilk_program_open (&self.program, options, &error) ||
      !start_listening (&self, &address, &error))
    return ilk_program_complain (error);

  watch_signals (&self);
  if (address != NULL)
    g_print ("%s\n", address);
  ilk_supervisor_tell ("READY=1");
  run_until_told (&self);
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_serve[] = {
  { "serve", NULL, "Serve; ends at SIGTERM when what runs has ended",
    "Serves holders' programs on --socket or --listen, or on a socket that systemd opened for it\n"
    "(one named \"metrics\" is the --metrics-socket), behind a proxy that ends TLS. SIGTERM or\n"
    "SIGINT: no new work is taken, what runs ends, after 30 seconds at the latest.\n\n"
    "Where the credentials have ocsp-signer.pem, ocsp-signer-key.pem and ocsp-issuer.pem,\n"
    "questions about certificates (OCSP) are answered at /ocsp.\n\n"
    "Ends with 0: told to end; 1: database, keys or socket can't be had; 2: an option is missing\n"
    "or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_SERVING, serve },
  { "practice", NULL, "What ilkimza --practice starts; --practice alone means the same",
    "Serves made-up holders from --data on a fresh temporary database, or on --database when\n"
    "nobody else is in it. Messages, picture texts and the clock go through --channel-fd; when it\n"
    "is closed, the service ends.",
    ILK_OPTIONS_PRACTICE, practice },
  { NULL }
};
