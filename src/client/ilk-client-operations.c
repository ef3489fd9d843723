/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-client-readers.h"

#define MAX_PHONE 64
#define CHALLENGE_LENGTH 16
#define CRYPTOGRAM_LENGTH 16

static gpointer
read_operation (IlkClient   *client,
                IlkRequest  *request,
                IlkAnswer   *answer,
                GError     **error)
{
  g_autoptr (IlkOperation) operation = g_new0 (IlkOperation, 1);
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  operation->id = ilk_json_get_id (object, "id", &fault);
  operation->phone = ilk_json_get_text (object, "phone", MAX_PHONE, &fault);
  operation->expires_in = ilk_client_read_seconds (object, "expires_in", &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  return g_steal_pointer (&operation);
}

static IlkRequest *
new_operation_request (const char *path)
{
  IlkRequest *request;

  request = ilk_request_new ("POST", ILK_REQUEST_SESSION | ILK_REQUEST_KEYED | ILK_REQUEST_BODY,
                             read_operation, (GDestroyNotify) ilk_operation_free);
  ilk_request_set_path (request, path, NULL);
  return request;
}

/**
 * ilk_client_begin_operation_async:
 * @kind: "pin-disclosure" or "pin-deletion"
 * @phrase: (nullable): what the holder typed to delete: "SİL" or "DELETE"
 */
void
ilk_client_begin_operation_async (IlkClient           *self,
                                  const char          *kind,
                                  const char          *card_serial,
                                  const char          *phrase,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = NULL;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (kind != NULL && card_serial != NULL);

  writer = ilk_json_writer_new ();
  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "kind", kind);
  ilk_json_writer_text (writer, "card_serial", card_serial);
  if (phrase != NULL)
    ilk_json_writer_text (writer, "phrase", phrase);
  ilk_json_writer_end (writer);

  request = new_operation_request ("/v1/operations");
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_begin_operation_async, request, cancellable, callback,
                  user_data);
}

/**
 * ilk_client_begin_operation_finish:
 *
 * Returns: (transfer full) (nullable): an operation that waits for its confirmation
 */
IlkOperation *
ilk_client_begin_operation_finish (IlkClient     *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return ilk_call_finish (self, ilk_client_begin_operation_async, result, error);
}

/**
 * ilk_client_begin_unlock_async:
 * @atr: of the card in the reader, hexadecimal digits
 * @profile: the card's unlock profile, "virtual-1"
 */
void
ilk_client_begin_unlock_async (IlkClient           *self,
                               const char          *card_serial,
                               const char          *atr,
                               const char          *profile,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = NULL;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (card_serial != NULL && atr != NULL && profile != NULL);

  writer = ilk_json_writer_new ();
  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "card_serial", card_serial);
  ilk_json_writer_text (writer, "atr", atr);
  ilk_json_writer_text (writer, "profile", profile);
  ilk_json_writer_end (writer);

  request = new_operation_request ("/v1/unlocks");
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_begin_unlock_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_begin_unlock_finish:
 *
 * Returns: (transfer full) (nullable): an operation; its id is the unlock's too
 */
IlkOperation *
ilk_client_begin_unlock_finish (IlkClient     *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return ilk_call_finish (self, ilk_client_begin_unlock_async, result, error);
}

static GBytes *
build_sms (void)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "method", "sms");
  ilk_json_writer_end (writer);
  return ilk_json_writer_finish (writer);
}

/**
 * ilk_client_send_operation_sms_async:
 *
 * Asks for an SMS that confirms this one operation.
 */
void
ilk_client_send_operation_sms_async (IlkClient           *self,
                                     const char          *operation_id,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (operation_id != NULL);

  request = ilk_request_new ("POST",
                             ILK_REQUEST_SESSION | ILK_REQUEST_KEYED | ILK_REQUEST_BODY,
                             ilk_client_read_sms_ticket, g_free);
  ilk_request_set_path (request, "/v1/operations/", operation_id, "/confirmations", NULL);
  request->body = build_sms ();
  ilk_call_start (self, ilk_client_send_operation_sms_async, request, cancellable, callback,
                  user_data);
}

/**
 * ilk_client_send_operation_sms_finish:
 * @ticket: (out) (optional): how long the code lives and when another may be asked for
 */
gboolean
ilk_client_send_operation_sms_finish (IlkClient     *self,
                                      GAsyncResult  *result,
                                      IlkSmsTicket  *ticket,
                                      GError       **error)
{
  return ilk_client_finish_ticket (ilk_call_finish (self, ilk_client_send_operation_sms_async,
                                                    result, error),
                                   ticket);
}

/**
 * ilk_client_confirm_operation_async:
 * @code: the digits of the SMS; sent once, since a wrong code counts
 */
void
ilk_client_confirm_operation_async (IlkClient           *self,
                                    const char          *operation_id,
                                    IlkSecret           *code,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (operation_id != NULL);
  g_return_if_fail (code != NULL);

  request = ilk_request_new ("PUT", ILK_REQUEST_SESSION | ILK_REQUEST_BODY, ilk_call_read_nothing,
                             NULL);
  ilk_request_set_path (request, "/v1/operations/", operation_id, "/confirmations", NULL);
  request->body = ilk_client_code_body (code);
  ilk_call_start (self, ilk_client_confirm_operation_async, request, cancellable, callback,
                  user_data);
}

gboolean
ilk_client_confirm_operation_finish (IlkClient     *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return ilk_call_finish (self, ilk_client_confirm_operation_async, result, error) != NULL;
}

static char *
to_hex (GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  GString *hex = g_string_sized_new (2 * length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02X", data[i]);

  return g_string_free (hex, FALSE);
}

static gpointer
read_cryptogram (IlkClient   *client,
                 IlkRequest  *request,
                 IlkAnswer   *answer,
                 GError     **error)
{
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
  g_autofree char *hex = ilk_json_get_hex (object, "cryptogram", 2 * CRYPTOGRAM_LENGTH, &fault);
  guint8 data[CRYPTOGRAM_LENGTH];

  if (hex != NULL && strlen (hex) != 2 * CRYPTOGRAM_LENGTH)
    ilk_json_not_understood ("cryptogram", &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]);

  return g_bytes_new (data, sizeof data);
}

/**
 * ilk_client_get_cryptogram_async:
 * @challenge: 16 bytes of the card
 *
 * The service gives the same cryptogram for the same challenge, so this may be sent twice.
 */
void
ilk_client_get_cryptogram_async (IlkClient           *self,
                                 const char          *unlock_id,
                                 GBytes              *challenge,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = NULL;
  g_autofree char *hex = NULL;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (unlock_id != NULL);
  g_return_if_fail (challenge != NULL && g_bytes_get_size (challenge) == CHALLENGE_LENGTH);

  hex = to_hex (challenge);
  writer = ilk_json_writer_new ();
  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "challenge", hex);
  ilk_json_writer_end (writer);

  request = ilk_request_new ("POST",
                             ILK_REQUEST_SESSION | ILK_REQUEST_KEYED | ILK_REQUEST_BODY,
                             read_cryptogram, (GDestroyNotify) g_bytes_unref);
  ilk_request_set_path (request, "/v1/unlocks/", unlock_id, "/cryptograms", NULL);
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_get_cryptogram_async, request, cancellable, callback,
                  user_data);
}

/**
 * ilk_client_get_cryptogram_finish:
 *
 * Returns: (transfer full) (nullable): 16 bytes for the card
 */
GBytes *
ilk_client_get_cryptogram_finish (IlkClient     *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return ilk_call_finish (self, ilk_client_get_cryptogram_async, result, error);
}

/**
 * ilk_client_report_unlock_async:
 * @outcome: "done", "failed" or "uncertain"
 * @step: the card's step that it ended in
 * @status_word: of the card
 */
void
ilk_client_report_unlock_async (IlkClient           *self,
                                const char          *unlock_id,
                                const char          *outcome,
                                const char          *step,
                                guint16              status_word,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (IlkJsonWriter) writer = NULL;
  g_autofree char *word = NULL;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (unlock_id != NULL && outcome != NULL && step != NULL);

  word = g_strdup_printf ("%04X", status_word);
  writer = ilk_json_writer_new ();
  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "outcome", outcome);
  ilk_json_writer_text (writer, "step", step);
  ilk_json_writer_text (writer, "status_word", word);
  ilk_json_writer_end (writer);

  request = ilk_request_new ("PUT", ILK_REQUEST_SESSION | ILK_REQUEST_BODY, ilk_call_read_nothing,
                             NULL);
  ilk_request_set_path (request, "/v1/unlocks/", unlock_id, "/result", NULL);
  request->body = ilk_json_writer_finish (writer);
  ilk_call_start (self, ilk_client_report_unlock_async, request, cancellable, callback,
                  user_data);
}

gboolean
ilk_client_report_unlock_finish (IlkClient     *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return ilk_call_finish (self, ilk_client_report_unlock_async, result, error) != NULL;
}
