/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "fake-service.h"

#define CHUNK 4096

struct _FakeService
{
  GSocketService  *listener;
  GTlsCertificate *certificate; /* NULL: plain */
  GCancellable    *stop;
  char            *folder;      /* NULL: TCP */
  char            *socket;
  guint16          port;
  GQueue           answers;
  GPtrArray       *requests;
  FakeAnswerer     answerer;
  gpointer         answerer_data;
};

typedef struct
{
  FakeManner  manner;
  GString    *bytes;
} Answer;

/* One connection; it lives as long as its last operation. */
typedef struct
{
  FakeService  *service;
  GCancellable *stop;
  GIOStream    *stream;
  GString      *received;
  Answer       *answer;
  char          chunk[CHUNK];
} Visit;

static void
request_free (gpointer data)
{
  FakeRequest *self = data;

  g_free (self->method);
  g_free (self->path);
  g_free (self->body);
  g_hash_table_unref (self->headers);
  g_free (self);
}

static void
answer_free (gpointer data)
{
  Answer *self = data;

  g_string_free (self->bytes, TRUE);
  g_free (self);
}

static void
visit_free (Visit *self)
{
  g_io_stream_close (self->stream, NULL, NULL);
  g_object_unref (self->stream);
  g_object_unref (self->stop);
  g_string_free (self->received, TRUE);
  g_clear_pointer (&self->answer, answer_free);
  g_free (self);
}

static void write_answer (Visit *self);

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Visit *self = user_data;
  gboolean written = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
                                                       NULL);

  if (written && self->answer->manner == FAKE_NEVER_ENDS)
    {
      g_string_truncate (self->answer->bytes, 0);
      for (guint i = 0; i < CHUNK; i++)
        g_string_append_c (self->answer->bytes, ' ');
      write_answer (self);
      return;
    }

  visit_free (self);
}

static void
write_answer (Visit *self)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream),
                                   self->answer->bytes->str, self->answer->bytes->len,
                                   G_PRIORITY_DEFAULT, self->stop, on_written, self);
}

static void on_received (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data);

static void
receive (Visit *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream), self->chunk,
                             sizeof self->chunk, G_PRIORITY_DEFAULT, self->stop, on_received,
                             self);
}

/* NULL: not all of it is there. */
static FakeRequest *
parse_request (GString *received)
{
  const char *end = strstr (received->str, "\r\n\r\n");
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) words = NULL;
  FakeRequest *request;
  const char *length;

  if (end == NULL)
    return NULL;

  request = g_new0 (FakeRequest, 1);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lines = g_strsplit (received->str, "\r\n", -1);
  words = g_strsplit (lines[0], " ", 3);
  request->method = g_strdup (words[0]);
  request->path = g_strdup (words[1]);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (lines[i], ": ", 2);

      g_hash_table_insert (request->headers, g_ascii_strdown (pair[0], -1), g_strdup (pair[1]));
    }
  request->body = g_strdup (end + 4);

  length = fake_request_get_header (request, "content-length");
  if (length != NULL && strlen (request->body) < g_ascii_strtoull (length, NULL, 10))
    {
      request_free (request);
      return NULL;
    }

  return request;
}

static void
on_received (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Visit *self = user_data;
  gssize count = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  FakeRequest *request;

  if (count <= 0)
    {
      visit_free (self);
      return;
    }

  g_string_append_len (self->received, self->chunk, count);
  if (self->answer != NULL || (request = parse_request (self->received)) == NULL)
    {
      receive (self);
      return;
    }

  g_ptr_array_add (self->service->requests, request);
  if (self->service->answerer != NULL)
    self->service->answerer (request, self->service->answerer_data);
  self->answer = g_queue_pop_head (&self->service->answers);
  if (self->answer == NULL || self->answer->manner == FAKE_CLOSES)
    visit_free (self);
  else if (self->answer->manner == FAKE_NEVER_ANSWERS)
    receive (self);
  else
    write_answer (self);
}

static gboolean
on_incoming (FakeService       *self,
             GSocketConnection *connection)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->service = self;
  visit->stop = g_object_ref (self->stop);
  visit->received = g_string_new (NULL);
  visit->stream = self->certificate == NULL
    ? G_IO_STREAM (g_object_ref (connection))
    : g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  receive (visit);
  return TRUE;
}

static FakeService *
fake_service_new (void)
{
  FakeService *self = g_new0 (FakeService, 1);

  self->listener = g_socket_service_new ();
  self->stop = g_cancellable_new ();
  self->requests = g_ptr_array_new_with_free_func (request_free);
  g_queue_init (&self->answers);
  g_signal_connect_swapped (self->listener, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

FakeService *
fake_service_new_unix (void)
{
  FakeService *self = fake_service_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("ilk-client-XXXXXX", &error);
  g_assert_no_error (error);
  self->socket = g_build_filename (self->folder, "service", NULL);
  address = g_unix_socket_address_new (self->socket);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->listener), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  return self;
}

FakeService *
fake_service_new_tcp (void)
{
  FakeService *self = fake_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (G_SOCKET_LISTENER (self->listener), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, &got, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  return self;
}

FakeService *
fake_service_new_tls (GTlsCertificate *certificate)
{
  FakeService *self = fake_service_new_tcp ();

  self->certificate = g_object_ref (certificate);
  return self;
}

void
fake_service_free (FakeService *self)
{
  g_socket_service_stop (self->listener);
  g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
  g_cancellable_cancel (self->stop);
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  g_object_unref (self->listener);
  g_clear_object (&self->certificate);
  g_object_unref (self->stop);
  if (self->folder != NULL)
    {
      g_remove (self->socket);
      g_rmdir (self->folder);
    }
  g_free (self->folder);
  g_free (self->socket);
  g_queue_clear_full (&self->answers, answer_free);
  g_ptr_array_unref (self->requests);
  g_free (self);
}

const char *
fake_service_get_socket (FakeService *self)
{
  return self->socket;
}

guint16
fake_service_get_port (FakeService *self)
{
  return self->port;
}

/* headers: lines that end with CR LF. */
void
fake_service_answer_full (FakeService *self,
                          FakeManner   manner,
                          guint        status,
                          const char  *headers,
                          const char  *body)
{
  Answer *answer = g_new0 (Answer, 1);
  gsize length = strlen (body);

  answer->manner = manner;
  answer->bytes = g_string_new (NULL);
  if (manner == FAKE_SPEAKS_NO_HTTP)
    {
      g_string_append (answer->bytes, "220 mail.example.com ESMTP\r\n\r\n");
    }
  else
    {
      g_string_append_printf (answer->bytes, "HTTP/1.1 %u Status\r\nConnection: close\r\n%s",
                              status, headers);
      if (manner != FAKE_NEVER_ENDS && status != 204)
        g_string_append_printf (answer->bytes, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
      g_string_append (answer->bytes, "\r\n");
      g_string_append_len (answer->bytes, body,
                           manner == FAKE_CLOSES_MID_ANSWER ? length / 2 : length);
    }

  g_queue_push_tail (&self->answers, answer);
}

void
fake_service_answer (FakeService *self,
                     guint        status,
                     const char  *body)
{
  fake_service_answer_full (self, FAKE_ANSWER, status, "Content-Type: application/json\r\n", body);
}

/* extra: more members, with a comma before each. */
void
fake_service_problem (FakeService *self,
                      guint        status,
                      const char  *code,
                      const char  *extra)
{
  g_autofree char *body = NULL;

  body = g_strdup_printf ("{\"type\":\"about:blank\",\"status\":%u,\"code\":\"%s\"%s}", status,
                          code, extra);
  fake_service_answer_full (self, FAKE_ANSWER, status,
                            "Content-Type: application/problem+json; charset=utf-8\r\n", body);
}

void
fake_service_fail (FakeService *self,
                   FakeManner   manner)
{
  fake_service_answer_full (self, manner, 200, "Content-Type: application/json\r\n",
                            "{\"cards\":[],\"next\":null}");
}

void
fake_service_forget_answers (FakeService *self)
{
  g_queue_clear_full (&self->answers, answer_free);
}

void
fake_service_set_answerer (FakeService  *self,
                           FakeAnswerer  answerer,
                           gpointer      user_data)
{
  self->answerer = answerer;
  self->answerer_data = user_data;
}

guint
fake_service_get_count (FakeService *self)
{
  return self->requests->len;
}

FakeRequest *
fake_service_get_request (FakeService *self,
                          guint        index)
{
  g_assert_cmpuint (index, <, self->requests->len);
  return g_ptr_array_index (self->requests, index);
}

const char *
fake_request_get_header (FakeRequest *self,
                         const char  *name)
{
  return g_hash_table_lookup (self->headers, name);
}
