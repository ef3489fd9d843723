/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-handover-entry.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include "core/ilk-identity.h"
#include "core/ilk-pin-rules.h"
#include "core/ilk-seal.h"
#include "server/ilk-inbound.h"
#include "core/ilk-unlock-crypto.h"
#include "server/ilk-server-error.h"
#include "server/ilk-wire.h"
#include "server/ilk-word-hash.h"

#define PHONE_LIMIT 24
#define TEXT_LIMIT 256

void
ilk_handover_entry_free (IlkHandoverEntry *self)
{
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->birth_year, g_free);
  g_clear_pointer (&self->certificate_serial, g_free);
  g_clear_pointer (&self->word, ilk_secret_unref);
  g_clear_pointer (&self->hash, g_free);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_free (self);
}

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
  const char *text = ilk_json_get_string (object, name);

  return text != NULL && strlen (text) <= limit ? text : NULL;
}

static gboolean
is_true (JsonObject *object,
         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
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
  const char *text = get_string (line, name, ILK_HANDOVER_LINE_LIMIT);
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
read_certificate (IlkHandoverEntry  *self,
                  JsonObject        *object,
                  GError           **error)
{
  static const char *const states[] = { "not_activated", "active", "suspended", "revoked", NULL };
  BIO *bio;
  X509 *certificate;

  self->pem = object != NULL ? get_string (object, "pem", ILK_HANDOVER_LINE_LIMIT) : NULL;
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
read_holder (IlkHandoverEntry  *self,
             JsonObject        *object,
             GError           **error)
{
  if (object == NULL)
    return refuse (error, "the holder is missing");

  self->number = get_string (object, "identity_number", 16);
  self->name = get_string (object, "name", TEXT_LIMIT);
  self->phone = get_string (object, "phone", PHONE_LIMIT);
  self->email = get_string (object, "email", TEXT_LIMIT);
  self->birth_year = g_strdup_printf ("%d", (int)
    json_object_get_int_member_with_default (object, "birth_year", 0));
  self->word_is_printed = is_true (object, "word_is_printed");
  if (self->number == NULL || ilk_identity_check (self->number, NULL) == ILK_IDENTITY_NONE)
    return refuse (error, "the identity number is wrong");
  if (self->name == NULL || self->phone == NULL || strlen (self->phone) < 6 ||
      self->email == NULL)
    return refuse (error, "name, phone or mail of the holder is missing");
  return TRUE;
}

static gboolean
read_card (IlkHandoverEntry  *self,
           JsonObject        *object,
           GError           **error)
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
read_word (IlkHandoverEntry  *self,
           JsonObject        *line,
           IlkSecret         *key,
           GError           **error)
{
  g_autofree char *context = g_strconcat ("security-word:", self->card.serial, NULL);
  gsize length;

  self->word = open_member (line, "security_word", key, context);
  length = self->word != NULL ? ilk_secret_get_length (self->word) : 0;
  if (length < ILK_WORD_MIN_BYTES || length > ILK_WORD_MAX_BYTES)
    return refuse (error, "the security word does not open or is too short or too long");
  return TRUE;
}

/* Who prints the word may hash it, too, so that a million of them need not be hashed here. */
static gboolean
read_hash (IlkHandoverEntry  *self,
           JsonObject        *line,
           IlkSecret         *key,
           GError           **error)
{
  g_autofree char *context = g_strconcat ("security-word-hash:", self->card.serial, NULL);
  g_autoptr (IlkSecret) opened = open_member (line, "security_word_hash", key, context);

  if (json_object_has_member (line, "security_word"))
    return refuse (error, "there are both a security word and a hash of one");
  if (opened != NULL)
    self->hash = g_strndup ((const char *) ilk_secret_peek (opened),
                            ilk_secret_get_length (opened));
  if (self->hash == NULL || !ilk_word_is_ready_hash (self->hash))
    return refuse (error, "the hash of the security word does not open or is none that is taken");
  return TRUE;
}

static gboolean
read_secrets (IlkHandoverEntry  *self,
              JsonObject        *line,
              IlkSecret         *key,
              GError           **error)
{
  g_autofree char *pin_context = g_strconcat ("pin:", self->card.serial, NULL);

  if (json_object_has_member (line, "security_word_hash") ? !read_hash (self, line, key, error)
                                                         : !read_word (self, line, key, error))
    return FALSE;
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

/**
 * ilk_handover_entry_read:
 * @text: the line
 * @key: the service's hand-over key
 *
 * Returns: (transfer full): what the line says, or %NULL with %ILK_SERVER_ERROR_HANDOVER, whose
 *   message names no value of it
 */
IlkHandoverEntry *
ilk_handover_entry_read (IlkSecret  *text,
                         IlkSecret  *key,
                         GError    **error)
{
  g_autoptr (JsonObject) line = ilk_wire_parse (text, NULL, NULL);
  g_autoptr (IlkHandoverEntry) self = g_new0 (IlkHandoverEntry, 1);

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
