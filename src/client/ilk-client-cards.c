/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include <openssl/sha.h>

#include "client/ilk-client-readers.h"
#include "core/ilk-seal.h"

#define CARD_SERIAL_LENGTH 24
#define MAX_CERTIFICATE_SERIAL 64
#define MAX_CARDS 100
#define MAX_SEALED 256
#define KEY_ID_LENGTH 8
#define MIN_PIN 4
#define MAX_PIN 16
#define CENTURY ((gint64) 100 * 366 * ILK_CLIENT_DAY)

static IlkServiceCertificateState
read_state (JsonObject  *object,
            GError     **fault)
{
  static const char *names[] = {
    [ILK_SERVICE_CERTIFICATE_NOT_ACTIVATED] = "not_activated",
    [ILK_SERVICE_CERTIFICATE_ACTIVE] = "active",
    [ILK_SERVICE_CERTIFICATE_SUSPENDED] = "suspended",
    [ILK_SERVICE_CERTIFICATE_REVOKED] = "revoked",
    [ILK_SERVICE_CERTIFICATE_EXPIRED] = "expired",
    [ILK_SERVICE_CERTIFICATE_NOT_YET_VALID] = "not_yet_valid",
  };
  g_autofree char *text = ilk_json_get_text (object, "state", ILK_CLIENT_TEXT_MAX, fault);

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], text))
      return (IlkServiceCertificateState) i;

  ilk_json_not_understood ("certificate.state", fault);
  return ILK_SERVICE_CERTIFICATE_REVOKED;
}

static void
read_certificate (IlkServiceCard  *card,
                  JsonObject      *object,
                  GError         **fault)
{
  card->certificate_serial = ilk_json_get_hex (object, "serial", MAX_CERTIFICATE_SERIAL, fault);
  card->valid_in = ilk_json_get_number (object, "valid_in", -CENTURY, CENTURY, fault);
  card->state = read_state (object, fault);
}

static IlkServiceCard *
read_card (JsonObject  *object,
           GError     **fault)
{
  g_autoptr (IlkServiceCard) card = g_new0 (IlkServiceCard, 1);
  g_autofree char *state = ilk_json_get_text (object, "state", ILK_CLIENT_TEXT_MAX, fault);
  JsonObject *certificate = ilk_json_get_object (object, "certificate", fault);

  card->serial = ilk_json_get_hex (object, "serial", CARD_SERIAL_LENGTH, fault);
  card->dead = g_strcmp0 (state, "dead") == 0;
  card->pin_held = ilk_json_get_flag (object, "pin_held", fault);
  card->pin_stale = ilk_json_get_flag (object, "pin_stale", fault);
  card->unlock_profile = ilk_json_get_text_or_null (object, "profile", ILK_CLIENT_TEXT_MAX, fault);
  read_certificate (card, certificate, fault);

  if (card->serial != NULL && strlen (card->serial) != CARD_SERIAL_LENGTH)
    ilk_json_not_understood ("serial", fault);
  if (!card->dead && g_strcmp0 (state, "operation") != 0)
    ilk_json_not_understood ("state", fault);

  return *fault == NULL ? g_steal_pointer (&card) : NULL;
}

static gpointer
read_cards (IlkClient   *client,
            IlkRequest  *request,
            IlkAnswer   *answer,
            GError     **error)
{
  g_autoptr (GPtrArray) cards = NULL;
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
  JsonArray *list = ilk_json_get_list (object, "cards", &fault);
  guint count = list != NULL ? MIN (json_array_get_length (list), MAX_CARDS) : 0;

  cards = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_service_card_free);
  for (guint i = 0; i < count && fault == NULL; i++)
    {
      IlkServiceCard *card = read_card (ilk_json_list_object (list, i, &fault), &fault);

      if (card != NULL)
        g_ptr_array_add (cards, card);
    }

  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  return g_steal_pointer (&cards);
}

/**
 * ilk_client_list_cards_async:
 *
 * Asks for the cards of the holder who logged in.
 */
void
ilk_client_list_cards_async (IlkClient           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));

  request = ilk_request_new ("GET", ILK_REQUEST_SESSION, read_cards,
                             (GDestroyNotify) g_ptr_array_unref);
  ilk_request_set_path (request, "/v1/cards", NULL);
  ilk_call_start (self, ilk_client_list_cards_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_list_cards_finish:
 *
 * Returns: (transfer full) (element-type IlkServiceCard) (nullable): the cards
 */
GPtrArray *
ilk_client_list_cards_finish (IlkClient     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return ilk_call_finish (self, ilk_client_list_cards_async, result, error);
}

/**
 * ilk_client_activate_async:
 * @certificate_serial: capital hexadecimal digits
 */
void
ilk_client_activate_async (IlkClient           *self,
                           const char          *certificate_serial,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (certificate_serial != NULL);

  request = ilk_request_new ("POST", ILK_REQUEST_SESSION | ILK_REQUEST_KEYED,
                             ilk_call_read_nothing, NULL);
  ilk_request_set_path (request, "/v1/certificates/", certificate_serial, "/activation", NULL);
  request->body = ilk_client_empty_body ();
  ilk_call_start (self, ilk_client_activate_async, request, cancellable, callback, user_data);
}

gboolean
ilk_client_activate_finish (IlkClient     *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return ilk_call_finish (self, ilk_client_activate_async, result, error) != NULL;
}

typedef struct
{
  IlkSecret *private_key;
  char      *session_id;
  char      *card_serial;
} Disclosure;

typedef struct
{
  char   *operation;
  GBytes *ephemeral;
  GBytes *key_id;
  GBytes *sealed;
} SealedPin;

static void
disclosure_free (gpointer data)
{
  Disclosure *self = data;

  g_clear_pointer (&self->private_key, ilk_secret_unref);
  g_free (self->session_id);
  g_free (self->card_serial);
  g_free (self);
}

static void
sealed_pin_clear (SealedPin *self)
{
  g_clear_pointer (&self->operation, g_free);
  g_clear_pointer (&self->ephemeral, g_bytes_unref);
  g_clear_pointer (&self->key_id, g_bytes_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SealedPin, sealed_pin_clear)

static gboolean
read_sealed (SealedPin  *self,
             IlkAnswer  *answer,
             GError    **error)
{
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  self->operation = ilk_json_get_id (object, "operation", &fault);
  self->ephemeral = ilk_json_get_base64 (object, "ephemeral_key", ILK_X25519_LENGTH, &fault);
  self->key_id = ilk_json_get_base64 (object, "key_id", KEY_ID_LENGTH, &fault);
  self->sealed = ilk_json_get_base64 (object, "sealed", MAX_SEALED, &fault);
  if (fault == NULL && g_bytes_get_size (self->ephemeral) != ILK_X25519_LENGTH)
    ilk_json_not_understood ("ephemeral_key", &fault);
  if (fault == NULL)
    return TRUE;

  g_propagate_error (error, fault);
  return FALSE;
}

static gboolean
is_of_key (GBytes *key_id,
           GBytes *public_key)
{
  guint8 digest[SHA256_DIGEST_LENGTH];
  gsize length = 0;
  gconstpointer id = g_bytes_get_data (key_id, &length);

  SHA256 (g_bytes_get_data (public_key, NULL), g_bytes_get_size (public_key), digest);
  return length == KEY_ID_LENGTH && memcmp (id, digest, KEY_ID_LENGTH) == 0;
}

static gboolean
is_pin (IlkSecret *secret)
{
  gsize length = ilk_secret_get_length (secret);
  const guint8 *data = ilk_secret_peek (secret);

  if (length < MIN_PIN || length > MAX_PIN)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (data[i]))
      return FALSE;

  return TRUE;
}

static IlkSecret *
open_pin (SealedPin  *self,
          Disclosure *disclosure,
          GBytes     *static_key,
          GError    **error)
{
  g_autoptr (GBytes) context = NULL;
  g_autoptr (IlkSecret) pin = NULL;

  if (static_key != NULL && is_of_key (self->key_id, static_key))
    {
      context = ilk_seal_context (disclosure->session_id, self->operation,
                                  disclosure->card_serial);
      pin = ilk_open_disclosure (disclosure->private_key, self->ephemeral, static_key, context,
                                 self->sealed, NULL);
    }

  if (pin != NULL && is_pin (pin))
    return g_steal_pointer (&pin);

  g_set_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_SEAL,
               "The sealed PIN was not made by the issuer's service for this session and card");
  return NULL;
}

static gpointer
read_disclosure (IlkClient   *client,
                 IlkRequest  *request,
                 IlkAnswer   *answer,
                 GError     **error)
{
  Disclosure *disclosure = request->data;
  g_auto (SealedPin) sealed = { NULL };
  IlkSecret *pin = NULL;

  if (read_sealed (&sealed, answer, error))
    pin = open_pin (&sealed, disclosure, ilk_issuer_get_sealing_key (client->issuer), error);

  g_clear_pointer (&disclosure->private_key, ilk_secret_unref);
  return pin;
}

static GBytes *
build_disclosure (GBytes     *public_key,
                  const char *operation_id)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();
  g_autofree char *key = g_base64_encode (g_bytes_get_data (public_key, NULL),
                                          g_bytes_get_size (public_key));

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "public_key", key);
  ilk_json_writer_text (writer, "operation", operation_id);
  ilk_json_writer_end (writer);
  return ilk_json_writer_finish (writer);
}

/**
 * ilk_client_disclose_pin_async:
 * @card_serial: one of the holder's cards
 * @operation_id: (nullable): a confirmed operation "pin-disclosure", asked for by
 *   ILK_CLIENT_ERROR_STEP_UP
 *
 * The PIN comes sealed to a key that lives for this call only (architecture.md, "The PIN the
 * issuer holds").
 */
void
ilk_client_disclose_pin_async (IlkClient           *self,
                               const char          *card_serial,
                               const char          *operation_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GBytes) public_key = NULL;
  Disclosure *disclosure;
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (card_serial != NULL);

  disclosure = g_new0 (Disclosure, 1);
  disclosure->session_id = g_strdup (self->session_id);
  disclosure->card_serial = g_strdup (card_serial);

  request = ilk_request_new ("POST", ILK_REQUEST_SESSION | ILK_REQUEST_BODY, read_disclosure,
                             (GDestroyNotify) ilk_secret_unref);
  ilk_request_set_path (request, "/v1/cards/", card_serial, "/pin/disclosures", NULL);
  request->data = disclosure;
  request->free_data = disclosure_free;
  if (ilk_x25519_generate (&disclosure->private_key, &public_key, NULL))
    request->body = build_disclosure (public_key, operation_id);

  ilk_call_start (self, ilk_client_disclose_pin_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_disclose_pin_finish:
 *
 * Returns: (transfer full) (nullable): the PIN's digits. ILK_CLIENT_ERROR_SEAL when they are not
 *   sealed by the key in the issuer's profile
 */
IlkSecret *
ilk_client_disclose_pin_finish (IlkClient     *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return ilk_call_finish (self, ilk_client_disclose_pin_async, result, error);
}

static gpointer
read_deletion (IlkClient   *client,
               IlkRequest  *request,
               IlkAnswer   *answer,
               GError     **error)
{
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
  gint64 date = 0;

  if (!ilk_json_get_flag (object, "erased", &fault))
    ilk_json_not_understood ("erased", &fault);
  if (fault == NULL && json_object_has_member (object, "erased_everywhere"))
    date = ilk_json_get_number (object, "erased_everywhere", 0, G_MAXINT64 / 1000000, &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  return g_memdup2 (&date, sizeof date);
}

/**
 * ilk_client_delete_pin_async:
 * @operation_id: a confirmed operation "pin-deletion"
 *
 * Sent once. After a lost answer ilk_client_list_cards_async () tells whether the PIN is held.
 */
void
ilk_client_delete_pin_async (IlkClient           *self,
                             const char          *card_serial,
                             const char          *operation_id,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (card_serial != NULL);
  g_return_if_fail (operation_id != NULL);

  request = ilk_request_new ("DELETE", ILK_REQUEST_SESSION, read_deletion, g_free);
  ilk_request_set_path (request, "/v1/cards/", card_serial, "/pin?operation=", operation_id, NULL);
  ilk_call_start (self, ilk_client_delete_pin_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_delete_pin_finish:
 * @erased_everywhere: (out) (optional): seconds since 1970 from which no backup opens the PIN; 0:
 *   none given
 */
gboolean
ilk_client_delete_pin_finish (IlkClient     *self,
                              GAsyncResult  *result,
                              gint64        *erased_everywhere,
                              GError       **error)
{
  g_autofree gint64 *date = ilk_call_finish (self, ilk_client_delete_pin_async, result, error);

  if (date == NULL)
    return FALSE;

  if (erased_everywhere != NULL)
    *erased_everywhere = *date;
  return TRUE;
}

/**
 * ilk_client_report_pin_change_async:
 *
 * Tells that the PIN was changed on the card, so that the one the issuer holds is stale.
 */
void
ilk_client_report_pin_change_async (IlkClient           *self,
                                    const char          *card_serial,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (card_serial != NULL);

  request = ilk_request_new ("POST", ILK_REQUEST_SESSION | ILK_REQUEST_KEYED,
                             ilk_call_read_nothing, NULL);
  ilk_request_set_path (request, "/v1/cards/", card_serial, "/pin-changes", NULL);
  request->body = ilk_client_empty_body ();
  ilk_call_start (self, ilk_client_report_pin_change_async, request, cancellable, callback,
                  user_data);
}

gboolean
ilk_client_report_pin_change_finish (IlkClient     *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return ilk_call_finish (self, ilk_client_report_pin_change_async, result, error) != NULL;
}
