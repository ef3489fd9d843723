/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include "server-fixture.h"
#include "virtual/ilk-practice-set.h"

/* The program itself, as it is started in practice and by an issuer. */

typedef struct {
  char             *folder;
  char             *data;
  char             *socket_path;
  GPtrArray        *holders;
  GSubprocess      *process;
  GSocket          *channel;
  GDataInputStream *lines;
  GSocketConnection *connection;
  SoupSession      *session;
} Practice;

/* Made once: it takes RSA keys. */
static char *set_folder;
static GPtrArray *set_holders;

static const char *
get_program (void)
{
  return g_getenv ("ILK_SERVICE");
}

static JsonObject *
read_line (Practice *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (self->lines, NULL, NULL, &error);
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (json_parser_load_from_data (parser, line, -1, NULL));
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static void
make_channel (Practice *self,
              int      *other)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  self->channel = g_socket_new_from_fd (ends[0], NULL);
  self->connection = g_socket_connection_factory_create_connection (self->channel);
  self->lines = g_data_input_stream_new (
    g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  *other = ends[1];
}

static void
start (Practice *self)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket_path);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) ready = NULL;
  int other;

  make_channel (self, &other);
  g_subprocess_launcher_take_fd (launcher, other, 3);
  g_subprocess_launcher_setenv (launcher, "TMPDIR", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  self->process = g_subprocess_launcher_spawn (launcher, &error, get_program (), "--practice",
                                               "--data", self->data, "--socket",
                                               self->socket_path, "--channel-fd", "3", NULL);
  g_assert_no_error (error);
  ready = read_line (self);
  g_assert_cmpstr (json_object_get_string_member (ready, "type"), ==, "ready");
  g_assert_cmpstr (json_object_get_string_member (ready, "socket"), ==, self->socket_path);
  self->session = soup_session_new_with_options ("remote-connectable", address, NULL);
}

static void
make_set (void)
{
  g_autoptr (GError) error = NULL;

  set_folder = g_dir_make_tmp ("ilk-server-XXXXXX", &error);
  g_assert_no_error (error);
  set_holders = ilk_practice_set_make (set_folder, g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
}

static void
clear_set (void)
{
  g_ptr_array_unref (set_holders);
  server_remove_folder (set_folder);
  g_free (set_folder);
}

static Practice *
practice_new (void)
{
  Practice *self = g_new0 (Practice, 1);

  self->folder = g_dir_make_tmp ("ilk-server-XXXXXX", NULL);
  self->data = g_strdup (set_folder);
  self->holders = g_ptr_array_ref (set_holders);
  self->socket_path = g_build_filename (self->folder, "socket", NULL);
  return self;
}

/* Closes the channel; returns all that the program wrote meanwhile. */
static char *
stop (Practice *self)
{
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_assert_true (g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL));
  g_subprocess_communicate_utf8 (self->process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  return output;
}

static void
practice_free (Practice *self)
{
  g_clear_object (&self->session);
  g_clear_object (&self->lines);
  g_clear_object (&self->connection);
  g_clear_object (&self->channel);
  g_clear_object (&self->process);
  g_ptr_array_unref (self->holders);
  server_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->data);
  g_free (self->socket_path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Practice, practice_free)

static JsonObject *
call (Practice   *self,
      const char *method,
      const char *path,
      const char *token,
      const char *body,
      guint       status)
{
  g_autofree char *uri = g_strconcat ("http://localhost", path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  soup_message_headers_replace (headers, "Idempotency-Key", "key");
  if (token != NULL)
    soup_message_headers_replace (headers, "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  answer = soup_session_send_and_read (self->session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, status);
  g_assert_true (json_parser_load_from_data (parser, g_bytes_get_data (answer, NULL),
                                             g_bytes_get_size (answer), NULL));
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static void
advance (Practice   *self,
         const char *seconds)
{
  g_autofree char *line = g_strdup_printf ("{\"type\":\"advance\",\"seconds\":%s}\n", seconds);
  g_autoptr (JsonObject) answer = NULL;

  g_assert_cmpint (g_socket_send (self->channel, line, strlen (line), NULL, NULL), ==,
                   (gssize) strlen (line));
  answer = read_line (self);
  g_assert_cmpstr (json_object_get_string_member (answer, "type"), ==, "advanced");
}

static void
expect_clean (const char *output,
              const char *secret)
{
  g_assert_nonnull (secret);
  g_assert_null (strstr (output, secret));
}

/* Captcha answer and code come out of the channel, the clock goes forward by it, and nothing of
 * what was secret is in the program's output with every debug message on. */
static void
test_practice (void)
{
  g_autoptr (Practice) practice = practice_new ();
  IlkPracticeHolder *holder = g_ptr_array_index (practice->holders, 0);
  g_autoptr (JsonObject) captcha = NULL;
  g_autoptr (JsonObject) seen = NULL;
  g_autoptr (JsonObject) attempt = NULL;
  g_autoptr (JsonObject) sent = NULL;
  g_autoptr (JsonObject) sms = NULL;
  g_autoptr (JsonObject) session = NULL;
  g_autoptr (JsonObject) late = NULL;
  g_autofree char *login = NULL;
  g_autofree char *code = NULL;
  g_autofree char *output = NULL;

  start (practice);
  captcha = call (practice, "POST", "/v1/captchas", NULL, "{}", 201);
  seen = read_line (practice);
  g_assert_cmpstr (json_object_get_string_member (seen, "id"), ==,
                   json_object_get_string_member (captcha, "id"));
  login = g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"%s\",\"captcha\":"
                           "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"%s\"}",
                           holder->identity_number, json_object_get_string_member (seen, "id"),
                           json_object_get_string_member (seen, "answer"),
                           holder->security_word);
  attempt = call (practice, "POST", "/v1/sessions", NULL, login, 201);
  sent = call (practice, "POST", "/v1/sessions/current/sms",
               json_object_get_string_member (attempt, "token"), "{}", 202);
  sms = read_line (practice);
  g_assert_cmpstr (json_object_get_string_member (sms, "type"), ==, "sms");
  g_assert_cmpstr (json_object_get_string_member (sms, "to"), ==, holder->phone);
  g_assert_cmpint (json_object_get_int_member (sms, "seconds"), ==, 300);
  code = g_strdup_printf ("{\"code\":\"%s\"}", json_object_get_string_member (sms, "code"));
  session = call (practice, "PUT", "/v1/sessions/current/sms",
                  json_object_get_string_member (attempt, "token"), code, 200);

  advance (practice, "900");
  late = call (practice, "GET", "/v1/cards", json_object_get_string_member (session, "token"), "",
               401);
  g_assert_cmpstr (json_object_get_string_member (late, "code"), ==, "session.expired");

  output = stop (practice);
  g_assert_nonnull (strstr (output, "POST 201"));
  expect_clean (output, holder->security_word);
  expect_clean (output, holder->identity_number);
  expect_clean (output, holder->phone);
  expect_clean (output, json_object_get_string_member (seen, "answer"));
  expect_clean (output, json_object_get_string_member (sms, "code"));
  expect_clean (output, json_object_get_string_member (attempt, "token"));
  expect_clean (output, json_object_get_string_member (session, "token"));
}

/* How many files there are besides the socket. */
static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    count += !g_str_equal (name, "socket");
  return count;
}

/* Its database has no name in the file system: it is gone even if the program is killed. */
static void
test_practice_leaves_nothing (void)
{
  g_autoptr (Practice) practice = practice_new ();
  g_autoptr (JsonObject) captcha = NULL;
  g_autofree char *output = NULL;

  start (practice);
  captcha = call (practice, "POST", "/v1/captchas", NULL, "{}", 201);
  g_assert_cmpuint (count_files (practice->folder), ==, 0);
  output = stop (practice);
  g_assert_false (g_file_test (practice->socket_path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (practice->folder), ==, 0);
}

static int
run (char       **output,
     char       **errors,
     const char  *first,
     ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list rest;

  g_strv_builder_add (builder, get_program ());
  va_start (rest, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (rest, const char *))
    g_strv_builder_add (builder, argument);
  va_end (rest);
  arguments = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) arguments,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, output, errors, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
expect_misuse (const char *first,
               const char *second,
               const char *third)
{
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;

  g_assert_cmpint (run (&output, &errors, first, second, third, NULL), ==, 2);
  g_assert_cmpstr (errors, !=, "");
}

static void
test_misuse (void)
{
  expect_misuse (NULL, NULL, NULL);
  expect_misuse ("serve", "--channel-fd", "1");
  expect_misuse ("serve", "--data", "/nonexistent");
  expect_misuse ("--practice", NULL, NULL);
  expect_misuse ("import", "file", NULL);
  expect_misuse ("--no-such-option", NULL, NULL);
}

static void
test_help (void)
{
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;

  g_assert_cmpint (run (&output, &errors, "--help", NULL), ==, 0);
  g_assert_nonnull (strstr (output, "--credentials"));
}

/* Each command says which options it takes, and with what it ends. */
static void
test_help_of_commands (void)
{
  static const char *const names[] = { "serve", "import", "unblock", "audit", "rotate-keys",
                                       "backup", "restore", "crl", "check-config", NULL };

  for (int i = 0; names[i] != NULL; i++)
    {
      g_autofree char *output = NULL;
      g_autofree char *errors = NULL;

      g_assert_cmpint (run (&output, &errors, names[i], "--help", NULL), ==, 0);
      g_assert_nonnull (strstr (output, names[i]));
      g_assert_nonnull (strstr (output, "--database"));
      g_assert_nonnull (strstr (output, "Ends with 0"));
      g_assert_null (strstr (output, "--channel-fd"));
      g_assert_cmpstr (errors, ==, "");
    }
}

static void
test_import_and_serve (void)
{
  g_autoptr (Practice) practice = practice_new ();
  g_autofree char *keys = g_build_filename (practice->data, "keys", NULL);
  g_autofree char *handover = g_build_filename (practice->data, "handover.jsonl", NULL);
  g_autofree char *database = g_build_filename (practice->folder, "store.db", NULL);
  g_autofree char *expected = g_strdup_printf ("%u imported, 0 skipped\n",
                                               practice->holders->len);
  g_autofree char *before = g_strdup_printf ("lines 1 to %u were done before: %u imported, 0 "
                                             "skipped\n0 imported, 0 skipped\n",
                                             practice->holders->len, practice->holders->len);
  g_autofree char *again = g_strdup_printf ("0 imported, %u skipped\n", practice->holders->len);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (run (&output, &errors, "import", "--database", database, "--credentials", keys,
                        handover, NULL), ==, 0);
  g_assert_cmpstr (output, ==, expected);
  g_clear_pointer (&output, g_free);
  g_clear_pointer (&errors, g_free);
  g_assert_cmpint (run (&output, &errors, "import", "--database", database, "--credentials", keys,
                        handover, NULL), ==, 0);
  g_assert_cmpstr (output, ==, before);
  g_clear_pointer (&output, g_free);
  g_clear_pointer (&errors, g_free);
  g_assert_cmpint (run (&output, &errors, "import", "--database", database, "--credentials", keys,
                        "--again", handover, NULL), ==, 3);
  g_assert_cmpstr (output, ==, again);
  g_assert_true (g_str_has_prefix (errors, "line 1: the card is known already\n"));

  practice->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, get_program (),
                                        "serve", "--listen", "127.0.0.1:0", "--database",
                                        database, "--credentials", keys, "--spool",
                                        practice->folder, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (practice->process));
  address = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_true (g_str_has_prefix (address, "127.0.0.1:"));
  g_assert_cmpstr (address, !=, "127.0.0.1:0");
  g_subprocess_send_signal (practice->process, SIGTERM);
  g_assert_true (g_subprocess_wait_check (practice->process, NULL, &error));
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program/practice", test_practice);
  g_test_add_func ("/program/practice-leaves-nothing", test_practice_leaves_nothing);
  g_test_add_func ("/program/misuse", test_misuse);
  g_test_add_func ("/program/help", test_help);
  g_test_add_func ("/program/help-of-commands", test_help_of_commands);
  g_test_add_func ("/program/import-and-serve", test_import_and_serve);
  make_set ();
  code = g_test_run ();
  clear_set ();
  return code;
}
