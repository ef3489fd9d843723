/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "server/ilk-file-key-store.h"
#include "server/ilk-handover.h"
#include "server/ilk-http-server.h"
#include "server/ilk-operator.h"
#include "server/ilk-practice-channel.h"
#include "server/ilk-spool-gateway.h"
#include "server/ilk-server-error.h"

#define EXIT_USAGE 2
#define THREADS 4
#define QUEUE 64
#define DRAIN_SECONDS 30

typedef struct {
  gboolean  practice;
  gboolean  anywhere;
  char     *listen;
  char     *socket;
  char     *database;
  char     *credentials;
  char     *metrics_socket;
  char     *spool;
  char     *data;
  int       channel_fd;
  char    **rest;
} Options;

typedef struct {
  GMainLoop          *loop;
  IlkStore           *store;
  IlkFileKeyStore    *keys;
  IlkService         *service;
  IlkHttpServer      *server;
  IlkPracticeChannel *channel;
  IlkSmsGateway      *sms;
  IlkMailGateway     *mail;
  IlkClock           *clock;
  guint               term;
  guint               interrupt;
} Program;

static int
complain (const GError *error)
{
  g_printerr ("ilkimza-service: %s\n", error->message);
  return EXIT_FAILURE;
}

static int
misuse (const char *message)
{
  g_printerr ("ilkimza-service: %s\nSee ilkimza-service --help.\n", message);
  return EXIT_USAGE;
}

static void
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  ilk_http_server_drain (program->server, DRAIN_SECONDS, quit, program->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_channel_closed (gpointer user_data)
{
  on_signal (user_data);
}

static void
on_bad_line (guint       line,
             const char *message,
             gpointer    user_data)
{
  g_printerr ("line %u: %s\n", line, message);
}

static gboolean
open_parts (Program    *program,
            const char *database,
            const char *credentials,
            GError    **error)
{
  GError *local = NULL;

  program->keys = ilk_file_key_store_new (credentials, error);
  if (program->keys == NULL)
    return FALSE;
  program->store = ilk_store_open (database, error);
  if (program->store == NULL)
    return FALSE;

  program->service = ilk_service_new (program->store,
                                      ILK_KEY_STORE (program->keys), program->sms,
                                      program->clock);
  ilk_service_set_mail_gateway (program->service, program->mail);
  ilk_service_set_ocsp (program->service, ilk_ocsp_load (credentials, &local));
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
import_file (Program    *program,
             const char *path,
             guint      *imported,
             guint      *skipped,
             GError    **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  if (stream == NULL)
    return FALSE;
  return ilk_handover_import (program->service, G_INPUT_STREAM (stream), on_bad_line, NULL,
                              imported, skipped, error);
}

static gboolean
start_listening (Program       *program,
                 const Options *options,
                 char         **address,
                 GError       **error)
{
  const char *colon;
  guint16 port;

  program->server = ilk_http_server_new (program->service, THREADS, QUEUE);
  if (options->socket != NULL &&
      !ilk_http_server_listen_path (program->server, options->socket, error))
    return FALSE;
  if (options->listen != NULL)
    {
      if (!ilk_http_server_listen_port (program->server, options->listen, options->anywhere,
                                        &port, error))
        return FALSE;
      colon = strrchr (options->listen, ':');
      *address = g_strdup_printf ("%.*s:%u",
                                  (int) (colon != NULL ? colon - options->listen
                                                       : (gssize) strlen (options->listen)),
                                  options->listen, port);
    }
  if (options->practice || options->metrics_socket != NULL)
    return ilk_http_server_serve_health (program->server, options->metrics_socket, error);
  return TRUE;
}

/* Before anyone is told that it runs: a signal that comes right then must drain too. */
static void
watch_signals (Program *program)
{
  program->loop = g_main_loop_new (NULL, FALSE);
  program->term = g_unix_signal_add (SIGTERM, on_signal, program);
  program->interrupt = g_unix_signal_add (SIGINT, on_signal, program);
}

static void
run_until_told (Program *program)
{
  if (program->channel != NULL)
    ilk_practice_channel_start (program->channel, on_channel_closed, program);
  g_main_loop_run (program->loop);
  g_source_remove (program->term);
  g_source_remove (program->interrupt);
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
program_clear (Program *program)
{
  g_clear_object (&program->server);
  g_clear_object (&program->service);
  g_clear_object (&program->store);
  g_clear_object (&program->keys);
  g_clear_object (&program->channel);
  g_clear_object (&program->sms);
  g_clear_object (&program->mail);
  g_clear_object (&program->clock);
  g_clear_pointer (&program->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Program, program_clear)

static gboolean
start_practice (Program       *program,
                const Options *options,
                GError       **error)
{
  IlkManualClock *clock = ilk_manual_clock_new (g_get_real_time () / G_USEC_PER_SEC, TRUE);
  g_autofree char *credentials = g_build_filename (options->data, "keys", NULL);
  g_autofree char *handover = g_build_filename (options->data, "handover.jsonl", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *database = NULL;
  guint imported;
  guint skipped;
  gboolean opened;

  program->clock = ILK_CLOCK (clock);
  program->channel = ilk_practice_channel_new (options->channel_fd, clock);
  program->sms = ILK_SMS_GATEWAY (g_object_ref (program->channel));
  program->mail = ILK_MAIL_GATEWAY (g_object_ref (program->channel));
  folder = g_dir_make_tmp ("ilkimza-store-XXXXXX", error);
  if (folder == NULL)
    return FALSE;

  database = g_build_filename (folder, "store.db", NULL);
  opened = open_parts (program, database, credentials, error);
  remove_practice_database (folder);
  if (!opened || !import_file (program, handover, &imported, &skipped, error))
    return FALSE;
  ilk_service_set_captcha_watch (program->service, ilk_practice_channel_watch,
                                 program->channel);
  return TRUE;
}

static int
practice (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  if (options->data == NULL || options->channel_fd < 3 ||
      (options->socket == NULL && options->listen == NULL))
    return misuse ("--practice needs --data, --channel-fd and --socket or --listen");
  if (fcntl (options->channel_fd, F_SETFD, FD_CLOEXEC) != 0)
    return misuse ("--channel-fd is not an open file descriptor");
  if (!start_practice (&program, options, &error) ||
      !start_listening (&program, options, &address, &error))
    return complain (error);

  watch_signals (&program);
  ilk_practice_channel_ready (program.channel, options->socket, address);
  run_until_told (&program);
  return EXIT_SUCCESS;
}

static int
serve (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  if (options->database == NULL || options->credentials == NULL || options->spool == NULL ||
      (options->socket == NULL && options->listen == NULL))
    return misuse ("serve needs --database, --credentials, --spool and --socket or --listen");

  program.clock = ilk_clock_get_system ();
  program.sms = ILK_SMS_GATEWAY (ilk_spool_gateway_new (options->spool));
  program.mail = ILK_MAIL_GATEWAY (g_object_ref (program.sms));
  if (!open_parts (&program, options->database, options->credentials, &error) ||
      !start_listening (&program, options, &address, &error))
    return complain (error);

  watch_signals (&program);
  if (address != NULL)
    g_print ("%s\n", address);
  run_until_told (&program);
  return EXIT_SUCCESS;
}

static int
import (const Options *options,
        const char    *path)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  guint imported;
  guint skipped;

  if (options->database == NULL || options->credentials == NULL || path == NULL)
    return misuse ("import needs --database, --credentials and a hand-over file");

  program.clock = ilk_clock_get_system ();
  if (!open_parts (&program, options->database, options->credentials, &error) ||
      !import_file (&program, path, &imported, &skipped, &error))
    return complain (error);

  g_print ("%u imported, %u skipped\n", imported, skipped);
  return skipped == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Opens what an operator's command works on; a running service goes on meanwhile. */
static gboolean
open_for_operator (Program        *program,
                   const Options  *options,
                   GError        **error)
{
  program->clock = ilk_clock_get_system ();
  if (!g_file_test (options->database, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "there is no database %s",
                   options->database);
      return FALSE;
    }
  return open_parts (program, options->database, options->credentials, error);
}

/* The number comes in on standard input: a command line is there for all to see. */
static int
unblock (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  char number[64] = "";

  if (fgets (number, sizeof number, stdin) == NULL)
    return misuse ("unblock wants the identity number on standard input");
  if (!open_for_operator (&program, options, &error) ||
      !ilk_operator_unblock (program.service, g_strstrip (number), &error))
    return complain (error);

  g_print ("unblocked\n");
  return EXIT_SUCCESS;
}

static int
verify_audit (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;
  guint count;

  if (!open_for_operator (&program, options, &error))
    return complain (error);
  good = ilk_operator_verify_audit (program.service, &count, &error);
  if (error != NULL)
    return complain (error);

  if (good)
    g_print ("%u entries, the chain is whole\n", count);
  else
    g_print ("the chain is broken at entry %u\n", count);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
rotate_keys (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  guint rewrapped, destroyed;

  if (!open_for_operator (&program, options, &error) ||
      !ilk_operator_rotate_keks (program.service, &rewrapped, &destroyed, &error))
    return complain (error);

  g_print ("%u wrapped anew, %u keys destroyed\n", rewrapped, destroyed);
  return EXIT_SUCCESS;
}

static int
back_up (const Options *options,
         const char    *path)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return misuse ("backup wants the file that the copy is written to");
  if (!open_for_operator (&program, options, &error) ||
      !ilk_store_back_up (program.store, path, &error))
    return complain (error);
  return EXIT_SUCCESS;
}

/* Nothing is written over: whoever restores has put the old database aside. */
static gboolean
copy_backup (const char *from,
             const char *to,
             GError    **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS | G_FILE_COPY_ALL_METADATA, NULL,
                      NULL, NULL, error) && g_chmod (to, 0600) == 0;
}

static int
restore (const Options *options,
         const char    *path)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) closed = NULL;

  if (path == NULL)
    return misuse ("restore wants the backup");
  if (!copy_backup (path, options->database, &error) ||
      !open_for_operator (&program, options, &error) ||
      !ilk_store_check (program.store, &error))
    return complain (error);
  closed = ilk_operator_list_closed (program.service, &error);
  if (closed == NULL)
    return complain (error);

  for (guint i = 0; i < closed->len; i++)
    g_print ("the PIN of card %s can't be opened any more\n",
             (const char *) g_ptr_array_index (closed, i));
  g_print ("restored; %u held PINs can't be opened any more, as their key was destroyed\n",
           closed->len);
  return EXIT_SUCCESS;
}

static int
write_crl (const Options *options,
           const char    *path)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return misuse ("crl wants the file that the list is written to");
  if (!open_for_operator (&program, options, &error) ||
      !ilk_operator_write_crl (program.service, options->credentials, path, &error))
    return complain (error);
  return EXIT_SUCCESS;
}

/* Everything that "serve" would open, and nothing served. */
static int
check_config (const Options *options)
{
  g_auto (Program) program = { 0 };
  g_autoptr (GError) error = NULL;

  if (!open_for_operator (&program, options, &error))
    return complain (error);

  g_print ("database and keys can be opened\n");
  return EXIT_SUCCESS;
}

/* Commands that work on the database, beside a service that may be running. */
static int
operate (const Options *options,
         const char    *command)
{
  if (options->database == NULL || options->credentials == NULL)
    return misuse ("this needs --database and --credentials");
  if (g_strcmp0 (command, "unblock") == 0)
    return unblock (options);
  if (g_strcmp0 (command, "audit") == 0 && g_strcmp0 (options->rest[1], "verify") == 0)
    return verify_audit (options);
  if (g_strcmp0 (command, "backup") == 0)
    return back_up (options, options->rest[1]);
  if (g_strcmp0 (command, "restore") == 0)
    return restore (options, options->rest[1]);
  if (g_strcmp0 (command, "rotate-keys") == 0)
    return rotate_keys (options);
  if (g_strcmp0 (command, "crl") == 0)
    return write_crl (options, options->rest[1]);
  if (g_strcmp0 (command, "check-config") == 0)
    return check_config (options);
  return misuse ("there is no such command");
}

static int
dispatch (Options *options)
{
  const char *command = options->rest != NULL ? options->rest[0] : NULL;

  if (options->credentials == NULL)
    options->credentials = g_strdup (g_getenv ("CREDENTIALS_DIRECTORY"));
  if (!options->practice && (options->channel_fd >= 0 || options->data != NULL))
    return misuse ("--channel-fd and --data are for --practice only");
  if (options->practice)
    return practice (options);
  if (g_strcmp0 (command, "serve") == 0)
    return serve (options);
  if (g_strcmp0 (command, "import") == 0)
    return import (options, options->rest[1]);
  if (command != NULL)
    return operate (options, command);
  return misuse ("tell it what to do");
}

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->listen, g_free);
  g_clear_pointer (&options->socket, g_free);
  g_clear_pointer (&options->database, g_free);
  g_clear_pointer (&options->credentials, g_free);
  g_clear_pointer (&options->metrics_socket, g_free);
  g_clear_pointer (&options->spool, g_free);
  g_clear_pointer (&options->data, g_free);
  g_clear_pointer (&options->rest, g_strfreev);
}

static gboolean
parse_options (Options  *options,
               int      *argc,
               char   ***argv,
               GError  **error)
{
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
      "Listen on this computer; port 0: any, told on standard output", "127.0.0.1:PORT" },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket,
      "Listen on a Unix socket", "PATH" },
    { "database", 0, 0, G_OPTION_ARG_FILENAME, &options->database,
      "The SQLite database; made when missing", "FILE" },
    { "credentials", 0, 0, G_OPTION_ARG_FILENAME, &options->credentials,
      "Folder of the key files (else $CREDENTIALS_DIRECTORY)", "DIR" },
    { "metrics-socket", 0, 0, G_OPTION_ARG_FILENAME, &options->metrics_socket,
      "Unix socket for /healthz, /readyz and /metrics", "PATH" },
    { "spool", 0, 0, G_OPTION_ARG_FILENAME, &options->spool,
      "Folder that text messages are laid into", "DIR" },
    { "expose-without-tls-to-the-network", 0, 0, G_OPTION_ARG_NONE, &options->anywhere,
      "Accept a --listen address that others can reach. Codes and tokens then travel in clear",
      NULL },
    { "practice", 0, 0, G_OPTION_ARG_NONE, &options->practice,
      "Made-up holders from --data, on a fresh temporary database", NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data,
      "Folder of a practice set", "DIR" },
    { "channel-fd", 0, 0, G_OPTION_ARG_INT, &options->channel_fd,
      "Open socket that messages and picture texts go to in practice", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL,
      "COMMAND" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary
    (context, "The card service of an e-signature issuer.\n\n"
     "Commands:\n"
     "  serve                     Serve; ends at SIGTERM when what runs has ended\n"
     "  import HANDOVER.jsonl     Take over holders, cards and PINs from the card maker\n"
     "  unblock                   Give a blocked account its tries back; the identity number\n"
     "                            comes in on standard input\n"
     "  audit verify              Walk the chain of the audit log\n"
     "  rotate-keys               Wrap the held PINs by this week's key and destroy the older\n"
     "                            keys; to be run each hour\n"
     "  backup FILE               Copy the database while it is in use, without the keys\n"
     "  restore FILE              Make the database from a backup, and say which held PINs its\n"
     "                            week's key was destroyed for\n"
     "  crl FILE                  Write the list of suspended and revoked certificates,\n"
     "                            signed with crl-signer.pem and crl-signer-key.pem of\n"
     "                            --credentials\n"
     "  check-config              Say whether database and keys can be opened\n\n"
     "Where --credentials has ocsp-signer.pem, ocsp-signer-key.pem and ocsp-issuer.pem, questions\n"
     "about certificates (OCSP) are answered at /ocsp.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

int
main (int    argc,
      char **argv)
{
  const struct rlimit no_core = { 0, 0 };
  g_auto (Options) options = { .channel_fd = -1 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  setrlimit (RLIMIT_CORE, &no_core);
  signal (SIGPIPE, SIG_IGN);
  if (!parse_options (&options, &argc, &argv, &error))
    return misuse (error->message);
  return dispatch (&options);
}
