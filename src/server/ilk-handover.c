/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-handover.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include "core/ilk-identity.h"
#include "core/ilk-pin-rules.h"
#include "core/ilk-seal.h"
#include "core/ilk-unlock-crypto.h"
#include "server/ilk-service-private.h"
#include "server/ilk-server-error.h"
#include "server/ilk-wire.h"
#include "server/ilk-word-hash.h"

/* A hand-over file has one holder with a card on each line: {"schema":1,"data","security_word",
 * "pin"}, each sealed to the service's hand-over key. */

#define LINE_LIMIT (256 * 1024)
#define PHONE_LIMIT 24
#define TEXT_LIMIT 256
#define ANCHOR_LENGTH 32

typedef struct {
  JsonObject    *data;
  const char    *number;
  const char    *name;
  const char    *phone;
  const char    *email;
  char          *birth_year;
  const char    *pem;
  IlkCardRecord  card;
  char          *certificate_serial;
  IlkSecret     *word;
  IlkSecret     *pin;
  GBytes        *index;   /* what is sealed is bound to */
} Entry;

static void
entry_free (Entry *self)
{
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->birth_year, g_free);
  g_clear_pointer (&self->certificate_serial, g_free);
  g_clear_pointer (&self->word, ilk_secret_unref);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_clear_pointer (&self->index, g_bytes_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, entry_free)

static gboolean
refuse (GError    **error,
        const char *message)
{
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_HANDOVER, message);
  return FALSE;
}

static const char *
get_string (JsonObject *object,
            const char *name,
            gsize       limit)
{
  const char *text = json_object_get_string_member_with_default (object, name, NULL);

  return text != NULL && strlen (text) <= limit ? text : NULL;
}

static JsonObject *
get_object (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static IlkSecret *
open_member (JsonObject *line,
             const char *name,
             IlkSecret  *key,
             const char *context)
{
  const char *text = get_string (line, name, LINE_LIMIT);
  g_autoptr (GBytes) sealed = NULL;
  gsize length;
  guchar *data;

  if (text == NULL)
    return NULL;
  data = g_base64_decode (text, &length);
  sealed = g_bytes_new_take (data, length);
  return ilk_open_sealed (key, context, sealed, NULL);
}

static gint64
to_unix (const ASN1_TIME *time)
{
  struct tm parts;
  g_autoptr (GDateTime) date = NULL;

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    return -1;
  date = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                              parts.tm_hour, parts.tm_min, parts.tm_sec);
  return date != NULL ? g_date_time_to_unix (date) : -1;
}

static char *
get_certificate_serial (X509 *certificate)
{
  BIGNUM *number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *hex = number != NULL ? BN_bn2hex (number) : NULL;
  char *text = g_strdup (hex);

  OPENSSL_free (hex);
  BN_free (number);
  return text;
}

static gboolean
read_certificate (Entry      *self,
                  JsonObject *object,
                  GError    **error)
{
  static const char *const states[] = { "not_activated", "active", "suspended", "revoked", NULL };
  BIO *bio;
  X509 *certificate;

  self->pem = object != NULL ? get_string (object, "pem", LINE_LIMIT) : NULL;
  self->card.certificate_state = object != NULL ? (char *) get_string (object, "state", 16) : NULL;
  if (self->pem == NULL || self->card.certificate_state == NULL ||
      !g_strv_contains (states, self->card.certificate_state))
    return refuse (error, "the certificate or its state is missing");

  bio = BIO_new_mem_buf (self->pem, -1);
  certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  BIO_free (bio);
  if (certificate == NULL)
    return refuse (error, "the certificate can't be read");

  self->certificate_serial = get_certificate_serial (certificate);
  self->card.certificate_serial = self->certificate_serial;
  self->card.not_before = to_unix (X509_get0_notBefore (certificate));
  self->card.not_after = to_unix (X509_get0_notAfter (certificate));
  X509_free (certificate);
  if (self->certificate_serial == NULL || self->card.not_before < 0 || self->card.not_after < 0)
    return refuse (error, "the certificate can't be read");
  return TRUE;
}

static gboolean
read_holder (Entry      *self,
             JsonObject *object,
             GError    **error)
{
  if (object == NULL)
    return refuse (error, "the holder is missing");

  self->number = get_string (object, "identity_number", 16);
  self->name = get_string (object, "name", TEXT_LIMIT);
  self->phone = get_string (object, "phone", PHONE_LIMIT);
  self->email = get_string (object, "email", TEXT_LIMIT);
  self->birth_year = g_strdup_printf ("%d", (int)
    json_object_get_int_member_with_default (object, "birth_year", 0));
  if (self->number == NULL || ilk_identity_check (self->number, NULL) == ILK_IDENTITY_NONE)
    return refuse (error, "the identity number is wrong");
  if (self->name == NULL || self->phone == NULL || strlen (self->phone) < 6 ||
      self->email == NULL)
    return refuse (error, "name, phone or mail of the holder is missing");
  return TRUE;
}

static gboolean
read_card (Entry      *self,
           JsonObject *object,
           GError    **error)
{
  guint8 serial[ILK_CARD_SERIAL_LENGTH];

  if (object == NULL)
    return refuse (error, "the card is missing");

  self->card.serial = (char *) get_string (object, "serial", 2 * ILK_CARD_SERIAL_LENGTH);
  self->card.atr = (char *) get_string (object, "atr", 80);
  self->card.profile = (char *) get_string (object, "profile", 32);
  self->card.key_version = (int) json_object_get_int_member_with_default (object, "key_version",
                                                                          1);
  if (self->card.serial == NULL || !ilk_card_serial_from_text (self->card.serial, serial) ||
      self->card.atr == NULL || self->card.key_version < 1 || self->card.key_version > 255)
    return refuse (error, "the card's serial number, ATR or key version is wrong");
  return TRUE;
}

static gboolean
is_pin (IlkSecret *pin)
{
  const guint8 *digits = ilk_secret_peek (pin);

  if (ilk_secret_get_length (pin) != ILK_PIN_LENGTH)
    return FALSE;
  for (int i = 0; i < ILK_PIN_LENGTH; i++)
    if (!g_ascii_isdigit (digits[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_secrets (Entry      *self,
              JsonObject *line,
              IlkSecret  *key,
              GError    **error)
{
  g_autofree char *word_context = g_strconcat ("security-word:", self->card.serial, NULL);
  g_autofree char *pin_context = g_strconcat ("pin:", self->card.serial, NULL);
  gsize length;

  self->word = open_member (line, "security_word", key, word_context);
  length = self->word != NULL ? ilk_secret_get_length (self->word) : 0;
  if (length < ILK_WORD_MIN_BYTES || length > ILK_WORD_MAX_BYTES)
    return refuse (error, "the security word does not open or is too short or too long");
  if (json_object_get_null_member (line, "pin"))
    return TRUE;

  self->pin = open_member (line, "pin", key, pin_context);
  if (self->pin == NULL || !is_pin (self->pin))
    return refuse (error, "the PIN does not open or is no PIN");
  return TRUE;
}

static JsonObject *
open_data (JsonObject *line,
           IlkSecret  *key)
{
  g_autoptr (IlkSecret) plain = open_member (line, "data", key, "data");

  return plain != NULL ? ilk_wire_parse (plain, NULL, NULL) : NULL;
}

static Entry *
read_entry (IlkSecret  *text,
            IlkSecret  *key,
            GError    **error)
{
  g_autoptr (JsonObject) line = ilk_wire_parse (text, NULL, NULL);
  g_autoptr (Entry) self = g_new0 (Entry, 1);

  if (line == NULL || !json_object_has_member (line, "pin") ||
      json_object_get_int_member_with_default (line, "schema", 0) != 1)
    {
      refuse (error, "it is not JSON of schema 1");
      return NULL;
    }
  self->data = open_data (line, key);
  if (self->data == NULL)
    {
      refuse (error, "its data does not open with this hand-over key");
      return NULL;
    }
  if (!read_holder (self, get_object (self->data, "holder"), error) ||
      !read_card (self, get_object (self->data, "card"), error) ||
      !read_certificate (self, get_object (self->data, "certificate"), error) ||
      !read_secrets (self, line, key, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gint64
add_holder (IlkService *service,
            Entry      *entry,
            GBytes     *number_index,
            const char *word,
            GError    **error)
{
  g_autoptr (IlkHolderRecord) record = g_new0 (IlkHolderRecord, 1);
  GBytes *index = entry->index;

  record->index = g_bytes_ref (index);
  record->number_index = g_bytes_ref (number_index);
  record->number = ilk_service_seal_field (service, "number", index, entry->number, error);
  record->name = ilk_service_seal_field (service, "name", index, entry->name, error);
  record->phone = ilk_service_seal_field (service, "phone", index, entry->phone, error);
  record->email = ilk_service_seal_field (service, "email", index, entry->email, error);
  record->birth_year = ilk_service_seal_field (service, "birth-year", index, entry->birth_year,
                                               error);
  record->word = g_strdup (word);
  return ilk_store_holder_add (service->store, record, error);
}

static void
store_pin (IlkService *service,
           Entry      *entry,
           GError    **error)
{
  g_autoptr (IlkPinRecord) record = g_new0 (IlkPinRecord, 1);

  if (entry->pin == NULL || *error != NULL)
    return;
  if (ilk_service_seal_pin (service, entry->index, entry->card.serial, entry->pin,
                            ilk_clock_get_wall (service->clock), record, error))
    ilk_store_pin_set (service->store, entry->card.serial, record, error);
}

/* A new holder gets an anchor of chance: what is sealed is bound to it. */
static void
find_holder (IlkService *service,
             Entry      *entry,
             GBytes     *number_index,
             GError    **error)
{
  g_autoptr (IlkHolderRecord) known = NULL;
  g_autoptr (IlkSecret) anchor = ilk_secret_new_random (ANCHOR_LENGTH);

  ilk_store_begin (service->store);
  known = ilk_store_holder_find (service->store, number_index, error);
  ilk_store_end (service->store, error);
  entry->card.holder = known != NULL ? known->id : 0;
  entry->index = known != NULL ? g_bytes_ref (known->index) : ilk_secret_to_bytes (anchor);
}

/* A holder who is known keeps the word and the contact data that may have been changed since. The
 * slow hash is made outside of the transaction, and only for a new holder. */
static void
store_entry (IlkService *service,
             Entry      *entry,
             GError    **error)
{
  g_autoptr (GBytes) number_index = NULL;
  g_autoptr (GBytes) certificate = NULL;
  g_autofree char *word = NULL;

  number_index = ilk_service_number_index (service, entry->number, error);
  if (*error != NULL)
    return;
  find_holder (service, entry, number_index, error);
  if (entry->card.holder == 0)
    word = ilk_service_hash_word (service, entry->word, error);
  certificate = ilk_service_seal_field (service, "certificate", entry->index, entry->pem, error);

  ilk_store_begin (service->store);
  if (ilk_store_card_exists (service->store, entry->card.serial, error))
    refuse (error, "the card is known already");
  if (*error == NULL && word != NULL)
    entry->card.holder = add_holder (service, entry, number_index, word, error);
  ilk_store_card_add (service->store, &entry->card, certificate, error);
  store_pin (service, entry, error);
  ilk_store_end (service->store, error);
}

static gboolean
import_line (IlkService *service,
             IlkSecret  *key,
             char       *line,
             gsize       length,
             GError    **error)
{
  g_autoptr (IlkSecret) text = NULL;
  g_autoptr (Entry) entry = NULL;
  g_autoptr (GError) local = NULL;

  if (length > LINE_LIMIT)
    return refuse (error, "it is too long");
  text = ilk_secret_new_from_data (line, length);
  entry = read_entry (text, key, error);
  if (entry == NULL)
    return FALSE;

  store_entry (service, entry, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * ilk_handover_import:
 * @stream: a hand-over file, read line by line
 * @fault: told of every line that was skipped
 *
 * Returns: %TRUE when the file was read to its end; @error: the hand-over key or the file can't be
 *   read
 */
gboolean
ilk_handover_import (IlkService       *service,
                     GInputStream     *stream,
                     IlkHandoverFault  fault,
                     gpointer          user_data,
                     guint            *imported,
                     guint            *skipped,
                     GError          **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (stream);
  g_autoptr (IlkSecret) key = ilk_key_store_get (service->keys, ILK_KEY_HANDOVER, error);
  g_autoptr (GError) broken = NULL;
  gsize length;
  char *line;

  *imported = 0;
  *skipped = 0;
  if (key == NULL)
    return FALSE;
  for (guint number = 1;
       (line = g_data_input_stream_read_line (lines, &length, NULL, &broken)) != NULL; number++)
    {
      g_autofree char *owned = line;
      g_autoptr (GError) local = NULL;

      if (length == 0)
        continue;
      if (import_line (service, key, owned, length, &local))
        ++*imported;
      else
        {
          ++*skipped;
          fault (number, local->message, user_data);
        }
    }
  if (broken == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}
