/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-client-readers.h"
#include "client/ilk-json-scan.h"

#define MAX_PICTURE (160 * 1024)
#define MAX_PHONE 64

static gpointer
read_captcha (IlkClient   *client,
              IlkRequest  *request,
              IlkAnswer   *answer,
              GError     **error)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  g_autoptr (IlkCaptcha) captcha = g_new0 (IlkCaptcha, 1);
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  captcha->id = ilk_json_get_id (object, "id", &fault);
  captcha->png = ilk_json_get_base64 (object, "image", MAX_PICTURE, &fault);
  captcha->expires_in = ilk_client_read_seconds (object, "expires_in", &fault);
  if (captcha->png != NULL &&
      (g_bytes_get_size (captcha->png) < sizeof signature ||
       memcmp (g_bytes_get_data (captcha->png, NULL), signature, sizeof signature) != 0))
    ilk_json_not_understood ("image", &fault);

  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  return g_steal_pointer (&captcha);
}

/**
 * ilk_client_new_captcha_async:
 *
 * Asks for a picture that the holder has to read.
 */
void
ilk_client_new_captcha_async (IlkClient           *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));

  request = ilk_request_new ("POST", ILK_REQUEST_PLAIN, read_captcha,
                             (GDestroyNotify) ilk_captcha_free);
  ilk_request_set_path (request, "/v1/captchas", NULL);
  request->body = ilk_client_empty_body ();
  ilk_call_start (self, ilk_client_new_captcha_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_new_captcha_finish:
 *
 * Returns: (transfer full) (nullable): the picture
 */
IlkCaptcha *
ilk_client_new_captcha_finish (IlkClient     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return ilk_call_finish (self, ilk_client_new_captcha_async, result, error);
}

/* Puts the answer's token in the place of the client's, unless a later login or a logout made the
 * answer late. The token is taken out before anything parses the answer. */
static JsonNode *
take_answer_token (IlkAnswer  *answer,
                   IlkSecret **token,
                   GError    **fault)
{
  *token = ilk_json_scan_take_secret (answer->data, answer->length, "token");
  if (*token == NULL)
    {
      ilk_json_not_understood ("token", fault);
      return NULL;
    }

  return ilk_json_parse (answer->data, answer->length, fault);
}

static void
keep_token (IlkClient  *client,
            IlkRequest *request,
            IlkSecret  *token,
            const char *session_id)
{
  if (request->era != client->era)
    return;

  ilk_client_forget_session (client);
  client->token = ilk_secret_ref (token);
  client->session_id = g_strdup (session_id);
}

static gpointer
read_attempt (IlkClient   *client,
              IlkRequest  *request,
              IlkAnswer   *answer,
              GError     **error)
{
  g_autoptr (IlkLoginAttempt) attempt = g_new0 (IlkLoginAttempt, 1);
  g_autoptr (IlkSecret) token = NULL;
  GError *fault = NULL;
  g_autoptr (JsonNode) root = take_answer_token (answer, &token, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  attempt->phone = ilk_json_get_text (object, "phone", MAX_PHONE, &fault);
  attempt->expires_in = ilk_client_read_seconds (object, "expires_in", &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  keep_token (client, request, token, NULL);
  return g_steal_pointer (&attempt);
}

static GBytes *
build_login (const char *identity_number,
             const char *captcha_id,
             const char *captcha_text,
             IlkSecret  *security_word)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "kind", "password");
  ilk_json_writer_text (writer, "identity_number", identity_number);
  ilk_json_writer_begin (writer, "captcha");
  ilk_json_writer_text (writer, "id", captcha_id);
  ilk_json_writer_text (writer, "text", captcha_text);
  ilk_json_writer_end (writer);
  ilk_json_writer_secret (writer, "security_word", security_word);
  ilk_json_writer_end (writer);
  return ilk_json_writer_finish (writer);
}

/**
 * ilk_client_log_in_async:
 * @identity_number: of the holder; checked by the caller
 * @captcha_id: of the last captcha
 * @captcha_text: as the holder read it
 * @security_word: UTF-8, at most 256 bytes
 *
 * Forgets the session there was. Sent once: a wrong word counts, so it is never repeated.
 */
void
ilk_client_log_in_async (IlkClient           *self,
                         const char          *identity_number,
                         const char          *captcha_id,
                         const char          *captcha_text,
                         IlkSecret           *security_word,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (identity_number != NULL);
  g_return_if_fail (captcha_id != NULL && captcha_text != NULL);
  g_return_if_fail (security_word != NULL);

  ilk_client_forget_session (self);
  request = ilk_request_new ("POST", ILK_REQUEST_BODY, read_attempt,
                             (GDestroyNotify) ilk_login_attempt_free);
  ilk_request_set_path (request, "/v1/sessions", NULL);
  request->body = build_login (identity_number, captcha_id, captcha_text, security_word);
  ilk_call_start (self, ilk_client_log_in_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_log_in_finish:
 *
 * Returns: (transfer full) (nullable): the attempt, which an SMS code makes a session
 */
IlkLoginAttempt *
ilk_client_log_in_finish (IlkClient     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return ilk_call_finish (self, ilk_client_log_in_async, result, error);
}

/**
 * ilk_client_send_login_sms_async:
 *
 * Asks for an SMS to the phone of the login attempt.
 */
void
ilk_client_send_login_sms_async (IlkClient           *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));

  request = ilk_request_new ("POST", ILK_REQUEST_ATTEMPT | ILK_REQUEST_KEYED,
                             ilk_client_read_sms_ticket, g_free);
  ilk_request_set_path (request, "/v1/sessions/current/sms", NULL);
  request->body = ilk_client_empty_body ();
  ilk_call_start (self, ilk_client_send_login_sms_async, request, cancellable, callback,
                  user_data);
}

/**
 * ilk_client_send_login_sms_finish:
 * @ticket: (out) (optional): how long the code lives and when another may be asked for
 */
gboolean
ilk_client_send_login_sms_finish (IlkClient     *self,
                                  GAsyncResult  *result,
                                  IlkSmsTicket  *ticket,
                                  GError       **error)
{
  return ilk_client_finish_ticket (ilk_call_finish (self, ilk_client_send_login_sms_async, result,
                                                    error),
                                   ticket);
}

static gpointer
read_session (IlkClient   *client,
              IlkRequest  *request,
              IlkAnswer   *answer,
              GError     **error)
{
  g_autoptr (IlkSessionInfo) info = g_new0 (IlkSessionInfo, 1);
  g_autoptr (IlkSecret) token = NULL;
  g_autofree char *session_id = NULL;
  GError *fault = NULL;
  g_autoptr (JsonNode) root = take_answer_token (answer, &token, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  session_id = ilk_json_get_id (object, "session_id", &fault);
  info->holder = ilk_json_get_text (object, "holder", ILK_CLIENT_TEXT_MAX, &fault);
  info->idle_seconds = ilk_client_read_seconds (object, "idle_seconds", &fault);
  info->absolute_seconds = ilk_client_read_seconds (object, "absolute_seconds", &fault);
  /* A service of before there were such words does not tell. */
  if (object != NULL && json_object_has_member (object, "word_change"))
    info->word_change = ilk_json_get_flag (object, "word_change", &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  keep_token (client, request, token, session_id);
  return g_steal_pointer (&info);
}

/**
 * ilk_client_log_in_by_code_async:
 * @code: the 15 digits of a verification code, without spaces; sent once, since it is good once
 *
 * Forgets the session there was. The one that begins is enough for the list of cards and for
 * unblocking.
 */
void
ilk_client_log_in_by_code_async (IlkClient           *self,
                                 IlkSecret           *code,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (code != NULL);

  ilk_client_forget_session (self);
  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "kind", "verification-code");
  ilk_json_writer_secret (writer, "code", code);
  ilk_json_writer_end (writer);
  request = ilk_request_new ("POST", ILK_REQUEST_BODY, read_session,
                             (GDestroyNotify) ilk_session_info_free);
  ilk_request_set_path (request, "/v1/sessions", NULL);
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_log_in_by_code_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_log_in_by_code_finish:
 *
 * Returns: (transfer full) (nullable): the session that has begun
 */
IlkSessionInfo *
ilk_client_log_in_by_code_finish (IlkClient     *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return ilk_call_finish (self, ilk_client_log_in_by_code_async, result, error);
}

/**
 * ilk_client_verify_login_sms_async:
 * @code: the digits of the SMS; sent once, since a wrong code counts
 */
void
ilk_client_verify_login_sms_async (IlkClient           *self,
                                   IlkSecret           *code,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (code != NULL);

  request = ilk_request_new ("PUT", ILK_REQUEST_ATTEMPT | ILK_REQUEST_BODY, read_session,
                             (GDestroyNotify) ilk_session_info_free);
  ilk_request_set_path (request, "/v1/sessions/current/sms", NULL);
  request->body = ilk_client_code_body (code);
  ilk_call_start (self, ilk_client_verify_login_sms_async, request, cancellable, callback,
                  user_data);
}

/**
 * ilk_client_verify_login_sms_finish:
 *
 * Returns: (transfer full) (nullable): the session that has begun
 */
IlkSessionInfo *
ilk_client_verify_login_sms_finish (IlkClient     *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return ilk_call_finish (self, ilk_client_verify_login_sms_async, result, error);
}

/**
 * ilk_client_change_word_async:
 * @word: UTF-8, 8 to 256 bytes
 */
void
ilk_client_change_word_async (IlkClient           *self,
                              IlkSecret           *word,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (word != NULL);

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_secret (writer, "security_word", word);
  ilk_json_writer_end (writer);
  request = ilk_request_new ("PUT", ILK_REQUEST_SESSION | ILK_REQUEST_BODY, ilk_call_read_nothing,
                             NULL);
  ilk_request_set_path (request, "/v1/me/security-word", NULL);
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_change_word_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_change_word_finish:
 *
 * Returns: whether the word is the holder's own now; the session is good for everything then
 */
gboolean
ilk_client_change_word_finish (IlkClient     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return ilk_call_finish (self, ilk_client_change_word_async, result, error) != NULL;
}

static void
return_logged_out (IlkClient           *self,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ilk_client_log_out_async);
  g_task_return_pointer (task, GINT_TO_POINTER (TRUE), NULL);
}

/**
 * ilk_client_log_out_async:
 *
 * Drops the token at once; ending the session at the service may fail, and then it ends there by
 * its time. Without a session there is nothing to do.
 */
void
ilk_client_log_out_async (IlkClient           *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (IlkSecret) token = NULL;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));

  token = g_steal_pointer (&self->token);
  ilk_client_forget_session (self);
  if (token == NULL)
    {
      return_logged_out (self, cancellable, callback, user_data);
      return;
    }

  request = ilk_request_new ("DELETE", ILK_REQUEST_ATTEMPT, ilk_call_read_nothing, NULL);
  ilk_request_set_path (request, "/v1/sessions/current", NULL);
  request->token = g_steal_pointer (&token);
  ilk_call_start (self, ilk_client_log_out_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_log_out_finish:
 *
 * Returns: whether the service knows that the session has ended
 */
gboolean
ilk_client_log_out_finish (IlkClient     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_autoptr (GError) fault = NULL;

  if (ilk_call_finish (self, ilk_client_log_out_async, result, &fault) != NULL ||
      g_error_matches (fault, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SESSION))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}
