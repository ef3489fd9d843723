/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include <openssl/crypto.h>

#include "client/ilk-client.h"
#include "client/ilk-exchange.h"

#define ANSWER_MAX (256 * 1024)
#define FIRST_CAPACITY 4096

typedef struct
{
  SoupMessage  *message;
  GCancellable *cancellable;
  GInputStream *stream;
  IlkAnswer    *answer;
  gboolean      weak_tls;
} Exchange;

/**
 * ilk_answer_free:
 *
 * Wipes the answer's bytes: a token may have been among them.
 */
void
ilk_answer_free (IlkAnswer *self)
{
  if (self->data != NULL)
    OPENSSL_cleanse (self->data, self->capacity);
  g_free (self->data);
  g_free (self->content_type);
  g_free (self);
}

/* realloc () could leave the old bytes behind. */
static void
answer_reserve (IlkAnswer *self)
{
  gsize capacity = self->capacity > 0 ? 2 * self->capacity : FIRST_CAPACITY;
  guint8 *data;

  if (self->length < self->capacity)
    return;

  data = g_malloc (capacity);
  if (self->data != NULL)
    {
      memcpy (data, self->data, self->length);
      OPENSSL_cleanse (self->data, self->capacity);
      g_free (self->data);
    }
  self->data = data;
  self->capacity = capacity;
}

static void
exchange_free (Exchange *self)
{
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_object_unref (self->message);
  g_object_unref (self->cancellable);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->answer, ilk_answer_free);
  g_free (self);
}

static gboolean
is_weak (GTlsProtocolVersion version)
{
  return version < G_TLS_PROTOCOL_VERSION_TLS_1_2;
}

/* The handshake's end comes before the first byte of the request, which may carry a token. */
static void
on_network_event (Exchange           *self,
                  GSocketClientEvent  event,
                  GIOStream          *connection)
{
  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKED || !G_IS_TLS_CONNECTION (connection))
    return;

  if (is_weak (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection))))
    {
      self->weak_tls = TRUE;
      g_cancellable_cancel (self->cancellable);
    }
}

/* Takes @error. */
static void
fail (GTask  *task,
      GError *error)
{
  Exchange *self = g_task_get_task_data (task);

  if (self->weak_tls)
    {
      g_error_free (error);
      error = g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS,
                           "The service speaks only TLS before 1.2");
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

/* libsoup 3.2 ends a body that is cut off like one that is complete. */
static gboolean
is_cut_off (Exchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
         (gsize) soup_message_headers_get_content_length (headers) != self->answer->length;
}

static void read_more (GTask *task);

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Exchange *self = g_task_get_task_data (task);
  GError *error = NULL;
  gssize count;

  count = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  if (count < 0)
    {
      fail (task, error);
      return;
    }

  self->answer->length += count;
  if (self->answer->length > ANSWER_MAX)
    {
      fail (task, g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                               "The service's answer is larger than %d bytes", ANSWER_MAX));
    }
  else if (count > 0)
    {
      read_more (task);
    }
  else if (is_cut_off (self))
    {
      fail (task, g_error_new (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The answer was cut off"));
    }
  else
    {
      g_task_return_pointer (task, g_steal_pointer (&self->answer),
                             (GDestroyNotify) ilk_answer_free);
      g_object_unref (task);
    }
}

static void
read_more (GTask *task)
{
  Exchange *self = g_task_get_task_data (task);

  answer_reserve (self->answer);
  g_input_stream_read_async (self->stream, self->answer->data + self->answer->length,
                             self->answer->capacity - self->answer->length, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, task);
}

static int
get_retry_after (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  guint64 seconds;

  /* The other form of the header, a date, would need a clock that agrees with the service's. */
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &seconds, NULL))
    return -1;

  return (int) seconds;
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Exchange *self = g_task_get_task_data (task);
  SoupMessageHeaders *headers;
  GError *error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    {
      fail (task, error);
      return;
    }

  headers = soup_message_get_response_headers (self->message);
  self->answer->status = soup_message_get_status (self->message);
  self->answer->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  self->answer->retry_after = get_retry_after (headers);
  read_more (task);
}

/**
 * ilk_exchange_async:
 * @message: sent as it is, once; nothing is sent when the handshake ends below TLS 1.2
 * @cancellable: of this exchange alone: a weak handshake cancels it
 *
 * Reads the whole answer, at most 256 KiB. Fails with the errors of GIO and libsoup, and with
 * ILK_CLIENT_ERROR_TLS or ILK_CLIENT_ERROR_FAILED for what is refused here.
 */
void
ilk_exchange_async (SoupSession         *session,
                    SoupMessage         *message,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Exchange *self = g_new0 (Exchange, 1);

  g_task_set_source_tag (task, ilk_exchange_async);
  g_task_set_check_cancellable (task, FALSE);
  self->message = g_object_ref (message);
  self->cancellable = g_object_ref (cancellable);
  self->answer = g_new0 (IlkAnswer, 1);
  g_task_set_task_data (task, self, (GDestroyNotify) exchange_free);

  g_signal_connect_swapped (message, "network-event", G_CALLBACK (on_network_event), self);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, on_sent, task);
}

/**
 * ilk_exchange_finish:
 *
 * Returns: (transfer full) (nullable): the answer, whatever its status
 */
IlkAnswer *
ilk_exchange_finish (SoupSession   *session,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
