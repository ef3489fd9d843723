/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-call.h"
#include "client/ilk-client-error.h"
#include "client/ilk-json-read.h"

#define MAX_PROBLEM 64
#define MAX_ATTEMPTS 100
#define KEY_BYTES 16

/* A call is what its caller sees: one request, sent a second time only where that is safe, within
 * one limit of time. */
typedef struct
{
  IlkRequest   *request;
  char         *key;         /* Idempotency-Key, the same for both tries */
  GCancellable *attempt;     /* of the exchange that runs; the caller's or the deadline ends it */
  GSource      *deadline;
  GSource      *cancelled;
  gboolean      timed_out;
  guint         tries;
  guint         status;
  gboolean      answer_lost; /* the fault that a test asked for */
} Call;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
call_free (Call *self)
{
  clear_source (&self->deadline);
  clear_source (&self->cancelled);
  g_clear_object (&self->attempt);
  g_clear_pointer (&self->request, ilk_request_free);
  g_free (self->key);
  g_free (self);
}

static void
record (IlkClient    *client,
        Call         *self,
        const GError *error)
{
  if (client->recorder != NULL)
    client->recorder (self->request->method, self->request->path, self->status,
                      ilk_client_error_get_problem (error), client->recorder_data);
}

/* A session that the service says is gone is gone; but not one that was made meanwhile. */
static void
forget_ended_session (IlkClient    *client,
                      Call         *self,
                      const GError *error)
{
  if (self->request->era == client->era && self->request->token != NULL &&
      g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION))
    ilk_client_forget_session (client);
}

/* Takes @error and ends the task. */
static void
fail (GTask  *task,
      GError *error)
{
  IlkClient *client = g_task_get_source_object (task);
  Call *self = g_task_get_task_data (task);

  record (client, self, error);
  forget_ended_session (client, self, error);
  clear_source (&self->deadline);
  clear_source (&self->cancelled);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
succeed (GTask     *task,
         IlkAnswer *answer)
{
  IlkClient *client = g_task_get_source_object (task);
  Call *self = g_task_get_task_data (task);
  GError *error = NULL;
  gpointer result;

  /* Of a call that was given up nothing may be kept, least of all a token. */
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      fail (task, error);
      return;
    }

  result = self->request->read (client, self->request, answer, &error);
  if (result == NULL)
    {
      fail (task, error);
      return;
    }

  record (client, self, NULL);
  clear_source (&self->deadline);
  clear_source (&self->cancelled);
  g_task_return_pointer (task, result, self->request->free_result);
  g_object_unref (task);
}

static gboolean
has_type (IlkAnswer  *answer,
          const char *type)
{
  return answer->content_type != NULL && g_ascii_strcasecmp (answer->content_type, type) == 0;
}

static int
get_extra (JsonObject *object,
           const char *name,
           int         max)
{
  g_autoptr (GError) fault = NULL;
  int value;

  if (!json_object_has_member (object, name))
    return -1;

  value = (int) ilk_json_get_number (object, name, 0, max, &fault);
  return fault == NULL ? value : -1;
}

static GError *
read_problem (IlkAnswer *answer)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *problem = NULL;
  int retry_after = answer->retry_after;
  int attempts_left = -1;

  if (has_type (answer, "application/problem+json"))
    root = ilk_json_parse (answer->data, answer->length, &fault);

  if (root != NULL)
    {
      JsonObject *object = json_node_get_object (root);
      int seconds = get_extra (object, "retry_after", G_MAXINT);

      problem = ilk_json_get_text (object, "code", MAX_PROBLEM, &fault);
      attempts_left = get_extra (object, "attempts_left", MAX_ATTEMPTS);
      retry_after = seconds >= 0 ? seconds : retry_after;
    }

  return ilk_client_error_new_problem (answer->status, problem, attempts_left, retry_after);
}

static GError *
judge (IlkAnswer *answer)
{
  if (answer->status >= 400)
    return read_problem (answer);

  if (answer->status < 200 || answer->status > 299)
    return g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                        "The service answered %u, which is not followed", answer->status);

  if (answer->length > 0 && !has_type (answer, "application/json"))
    return g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                        "The service's answer is not application/json");

  return NULL;
}

static void send_request (GTask *task);

static gboolean
may_repeat (Call         *self,
            const GError *error)
{
  gboolean safe = g_str_equal (self->request->method, "GET") ||
                  (self->request->flags & ILK_REQUEST_KEYED) != 0;

  return safe && self->tries == 1 &&
         g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE);
}

static GError *
get_fault (Call         *self,
           const GError *error)
{
  if (self->timed_out)
    return g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TIMEOUT,
                        "The service did not answer in time");

  return ilk_client_error_new_fault (error);
}

static void
on_exchanged (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GTask *task = user_data;
  Call *self = g_task_get_task_data (task);
  g_autoptr (GError) raw = NULL;
  g_autoptr (IlkAnswer) answer = NULL;
  GError *error;

  answer = ilk_exchange_finish (SOUP_SESSION (source), result, &raw);
  if (answer != NULL && self->answer_lost)
    {
      g_clear_pointer (&answer, ilk_answer_free);
      raw = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The answer was lost");
    }

  if (answer != NULL)
    self->status = answer->status;

  error = answer != NULL ? judge (answer) : get_fault (self, raw);
  if (error == NULL)
    {
      succeed (task, answer);
    }
  else if (may_repeat (self, error))
    {
      g_error_free (error);
      send_request (task);
    }
  else
    {
      fail (task, error);
    }
}

static void
set_authorization (SoupMessageHeaders *headers,
                   IlkSecret          *token)
{
  g_autoptr (IlkSecret) value = ilk_secret_new (sizeof "Bearer " + ilk_secret_get_length (token));

  ilk_secret_append (value, "Bearer ", strlen ("Bearer "));
  ilk_secret_append (value, ilk_secret_peek (token), ilk_secret_get_length (token));
  soup_message_headers_replace (headers, "Authorization", (const char *) ilk_secret_peek (value));
}

/* Every request has its own connection: libsoup would send PUT and DELETE again by itself when a
 * connection that was used before breaks, and a code or a deletion is never sent twice. */
static SoupMessage *
build_message (IlkClient *client,
               Call      *self)
{
  g_autofree char *address = g_strconcat (client->base, self->request->path, NULL);
  SoupMessage *message = soup_message_new (self->request->method, address);
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION |
                          SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept", "application/json, application/problem+json");
  soup_message_headers_replace (headers, "Connection", "close");
  if (self->key != NULL)
    soup_message_headers_replace (headers, "Idempotency-Key", self->key);
  if (self->request->token != NULL)
    set_authorization (headers, self->request->token);
  if (self->request->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", self->request->body);

  return message;
}

static void
send_request (GTask *task)
{
  IlkClient *client = g_task_get_source_object (task);
  Call *self = g_task_get_task_data (task);
  g_autoptr (SoupMessage) message = build_message (client, self);

  if (message == NULL)
    {
      fail (task, g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_REFUSED,
                               "No request can be made of this path"));
      return;
    }

  self->tries++;
  g_clear_object (&self->attempt);
  self->attempt = g_cancellable_new ();
  ilk_exchange_async (client->session, message, self->attempt, on_exchanged, task);
}

static gboolean
on_deadline (gpointer user_data)
{
  Call *self = user_data;

  self->timed_out = TRUE;
  g_cancellable_cancel (self->attempt);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Call *self = user_data;

  g_cancellable_cancel (self->attempt);
  return G_SOURCE_REMOVE;
}

/* A source and not the signal "cancelled": a call may end from within g_cancellable_cancel (),
 * where disconnecting from the signal would wait for itself. */
static void
watch (GTask *task,
       guint  timeout)
{
  Call *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->deadline = g_timeout_source_new (timeout);
  g_source_set_callback (self->deadline, on_deadline, self, NULL);
  g_source_attach (self->deadline, g_task_get_context (task));

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }
}

/* The fault that ilk_client_fail_call () asked for, when it is this call's turn. */
static GError *
take_fault (IlkClient *client,
            Call      *self)
{
  if (client->fault_in == 0 || --client->fault_in > 0)
    return NULL;

  switch (client->fault)
    {
    case ILK_CLIENT_FAULT_OFFLINE:
      return g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OFFLINE, "Offline, as asked for");
    case ILK_CLIENT_FAULT_TIMEOUT:
      return g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TIMEOUT, "Timeout, as asked for");
    case ILK_CLIENT_FAULT_BUSY:
      return ilk_client_error_new_problem (503, "busy", -1, 1);
    case ILK_CLIENT_FAULT_ANSWER_LOST:
      self->answer_lost = TRUE;
      return NULL;
    case ILK_CLIENT_FAULT_NONE:
    default:
      return NULL;
    }
}

static char *
make_key (void)
{
  g_autoptr (IlkSecret) random = ilk_secret_new_random (KEY_BYTES);
  GString *key = g_string_sized_new (2 * KEY_BYTES);

  for (gsize i = 0; i < KEY_BYTES; i++)
    g_string_append_printf (key, "%02x", ilk_secret_peek (random)[i]);

  return g_string_free (key, FALSE);
}

static gboolean
take_token (IlkClient  *client,
            IlkRequest *request)
{
  if ((request->flags & (ILK_REQUEST_ATTEMPT | ILK_REQUEST_SESSION)) == 0 || request->token != NULL)
    return TRUE;

  if (client->token == NULL ||
      ((request->flags & ILK_REQUEST_SESSION) != 0 && client->session_id == NULL))
    return FALSE;

  request->token = ilk_secret_ref (client->token);
  return TRUE;
}

/**
 * ilk_call_start:
 * @source_tag: the public function that the call is made by
 * @request: (transfer full): what is sent and how the answer is read
 *
 * Sends @request; ilk_call_finish () gives what its reader made of the answer.
 */
void
ilk_call_start (IlkClient           *client,
                gpointer             source_tag,
                IlkRequest          *request,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  Call *self = g_new0 (Call, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, self, (GDestroyNotify) call_free);
  self->request = request;
  request->era = client->era;
  if ((request->flags & ILK_REQUEST_KEYED) != 0)
    self->key = make_key ();

  if (g_cancellable_set_error_if_cancelled (cancellable, &error))
    {
      fail (task, error);
      return;
    }

  if ((request->flags & ILK_REQUEST_BODY) != 0 && request->body == NULL)
    error = g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_REFUSED, "No such request can be made");
  else if (!take_token (client, request))
    error = g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION, "There is no session");
  else
    error = take_fault (client, self);

  if (error != NULL)
    {
      fail (task, error);
      return;
    }

  watch (task, client->timeout);
  send_request (task);
}

/**
 * ilk_call_finish:
 *
 * Returns: (transfer full) (nullable): the reader's result
 */
gpointer
ilk_call_finish (IlkClient     *client,
                 gpointer       source_tag,
                 GAsyncResult  *result,
                 GError       **error)
{
  g_return_val_if_fail (ILK_IS_CLIENT (client), NULL);
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, source_tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ilk_call_read_nothing:
 *
 * The reader of calls whose answer says only yes.
 */
gpointer
ilk_call_read_nothing (IlkClient   *client,
                       IlkRequest  *request,
                       IlkAnswer   *answer,
                       GError     **error)
{
  return GINT_TO_POINTER (TRUE);
}
