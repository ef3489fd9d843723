/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <openssl/evp.h>
#include <string.h>
#include "core/ilk-identity.h"
#include "core/ilk-seal.h"

#define MAC_LENGTH 32
#define DATA_KEY_LENGTH 32
#define PIN_SCHEMA "1"

static IlkSecret *
join_parts (const char *label,
            IlkSecret  *secret,
            va_list     parts)
{
  gsize length = strlen (label) + 1 + (secret != NULL ? ilk_secret_get_length (secret) : 0);
  IlkSecret *joined;
  va_list counted;
  const char *part;

  va_copy (counted, parts);
  while ((part = va_arg (counted, const char *)) != NULL)
    length += strlen (part) + 1;
  va_end (counted);

  joined = ilk_secret_new (length);
  ilk_secret_append (joined, label, strlen (label) + 1);
  while ((part = va_arg (parts, const char *)) != NULL)
    ilk_secret_append (joined, part, strlen (part) + 1);
  if (secret != NULL)
    ilk_secret_append (joined, ilk_secret_peek (secret), ilk_secret_get_length (secret));
  return joined;
}

static GBytes *
mac_with (IlkService *self,
          int         version,
          IlkSecret  *joined,
          GError    **error)
{
  g_autoptr (IlkSecret) mac = ilk_key_store_mac (self->keys, ILK_KEY_INDEX, version, joined, error);

  return mac != NULL ? ilk_secret_to_bytes (mac) : NULL;
}

/**
 * ilk_service_mac:
 * @label: what it is for: values of one purpose never pass for another's
 * @secret: (nullable): a secret part, put last
 * @...: text parts, ended by %NULL
 *
 * HMAC-SHA-256 under the oldest index key over the parts, each ended by a zero byte.
 *
 * Returns: (transfer full) (nullable): 32 bytes; %NULL when @error is or becomes set
 */
GBytes *
ilk_service_mac (IlkService *self,
                 const char *label,
                 IlkSecret  *secret,
                 GError    **error,
                 ...)
{
  g_autoptr (IlkSecret) joined = NULL;
  va_list parts;

  if (*error != NULL)
    return NULL;

  va_start (parts, error);
  joined = join_parts (label, secret, parts);
  va_end (parts);
  return mac_with (self, MAX (ilk_key_store_find_oldest (self->keys, ILK_KEY_INDEX), 1), joined,
                   error);
}

/**
 * ilk_service_stable_mac:
 * @...: text parts, ended by %NULL
 *
 * The same under the audit key, which does not change: for what must stay recognisable when the index
 * key does.
 */
GBytes *
ilk_service_stable_mac (IlkService *self,
                        const char *label,
                        GError    **error,
                        ...)
{
  g_autoptr (IlkSecret) joined = NULL;
  g_autoptr (IlkSecret) mac = NULL;
  va_list parts;

  if (*error != NULL)
    return NULL;

  va_start (parts, error);
  joined = join_parts (label, NULL, parts);
  va_end (parts);
  mac = ilk_key_store_mac (self->keys, ILK_KEY_AUDIT, 1, joined, error);
  return mac != NULL ? ilk_secret_to_bytes (mac) : NULL;
}

/* What stands for a number that may be nobody's, where a holder's would be the index: in the audit,
 * and for its tries, which a change of the index key must not give back. */
GBytes *
ilk_service_stranger_index (IlkService *self,
                            const char *identity_number,
                            GError    **error)
{
  g_autofree char *normal = ilk_identity_normalize (identity_number);

  return ilk_service_stable_mac (self, "stranger", error, normal, NULL);
}

static IlkSecret *
join (const char *label,
      ...)
{
  IlkSecret *joined;
  va_list parts;

  va_start (parts, label);
  joined = join_parts (label, NULL, parts);
  va_end (parts);
  return joined;
}

/* By what a holder is found: no number is stored in clear. */
GBytes *
ilk_service_number_index (IlkService *self,
                          const char *identity_number,
                          GError    **error)
{
  int version = ilk_service_get_key_version (self, ILK_KEY_INDEX, error);

  return ilk_service_number_index_for (self, identity_number, version, error);
}

GBytes *
ilk_service_number_index_for (IlkService *self,
                              const char *identity_number,
                              int         version,
                              GError    **error)
{
  g_autofree char *normal = ilk_identity_normalize (identity_number);
  g_autoptr (IlkSecret) joined = NULL;

  if (*error != NULL)
    return NULL;
  joined = join ("number", normal, NULL);
  return mac_with (self, version, joined, error);
}

/* label | index: a sealed value can't be moved to another field or another holder. */
static GBytes *
field_context (const char *label,
               GBytes     *index)
{
  GByteArray *context = g_byte_array_new ();
  gsize length;
  gconstpointer data = g_bytes_get_data (index, &length);

  g_byte_array_append (context, (const guint8 *) label, strlen (label) + 1);
  g_byte_array_append (context, data, length);
  return g_byte_array_free_to_bytes (context);
}

static GBytes *
seal (IlkService *self,
      GBytes     *context,
      IlkSecret  *plain,
      GError    **error)
{
  g_autoptr (IlkSecret) key = NULL;
  int version = ilk_service_get_key_version (self, ILK_KEY_DATA, error);

  if (*error != NULL)
    return NULL;
  key = ilk_key_store_get_version (self->keys, ILK_KEY_DATA, version, error);
  if (key == NULL)
    return NULL;
  return ilk_aead_seal (key, context, plain, error);
}

GBytes *
ilk_service_seal_field (IlkService *self,
                        const char *label,
                        GBytes     *index,
                        const char *text,
                        GError    **error)
{
  g_autoptr (IlkSecret) plain = ilk_secret_new_from_data (text, strlen (text));
  g_autoptr (GBytes) context = field_context (label, index);

  return seal (self, context, plain, error);
}

/* The same for what may be a secret, or no text. */
GBytes *
ilk_service_seal_secret (IlkService *self,
                         const char *label,
                         GBytes     *index,
                         IlkSecret  *plain,
                         GError    **error)
{
  g_autoptr (GBytes) context = field_context (label, index);

  return seal (self, context, plain, error);
}

/* What was sealed does not say by which version of the data key: while it is being changed the newest
 * is tried first. A wrong key is found out by the tag. */
static IlkSecret *
open_sealed (IlkService *self,
             GBytes     *context,
             GBytes     *sealed,
             GError    **error)
{
  g_autoptr (IlkSecret) plain = NULL;
  g_autoptr (GError) local = NULL;
  int version;

  if (*error != NULL)
    return NULL;
  for (version = MAX (ilk_key_store_find_newest (self->keys, ILK_KEY_DATA), 1);
       plain == NULL && version > 0; version--)
    {
      g_autoptr (IlkSecret) key = NULL;

      if (local != NULL && !ilk_key_store_has_version (self->keys, ILK_KEY_DATA, version))
        break;
      g_clear_error (&local);
      key = ilk_key_store_get_version (self->keys, ILK_KEY_DATA, version, &local);
      plain = key != NULL ? ilk_aead_open (key, context, sealed, &local) : NULL;
    }
  if (plain == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_steal_pointer (&plain);
}

char *
ilk_service_open_field (IlkService *self,
                        const char *label,
                        GBytes     *index,
                        GBytes     *sealed,
                        GError    **error)
{
  g_autoptr (GBytes) context = field_context (label, index);
  g_autoptr (IlkSecret) plain = open_sealed (self, context, sealed, error);

  if (plain == NULL)
    return NULL;
  return g_strndup ((const char *) ilk_secret_peek (plain), ilk_secret_get_length (plain));
}

IlkSecret *
ilk_service_open_secret (IlkService *self,
                         const char *label,
                         GBytes     *index,
                         GBytes     *sealed,
                         GError    **error)
{
  g_autoptr (GBytes) context = field_context (label, index);

  return open_sealed (self, context, sealed, error);
}

gboolean
ilk_service_is_sealed_by (IlkService *self,
                          const char *label,
                          GBytes     *index,
                          GBytes     *sealed,
                          int         version)
{
  g_autoptr (IlkSecret) key = ilk_key_store_get_version (self->keys, ILK_KEY_DATA, version, NULL);
  g_autoptr (GBytes) context = field_context (label, index);
  g_autoptr (IlkSecret) plain = NULL;

  if (key != NULL)
    plain = ilk_aead_open (key, context, sealed, NULL);
  return plain != NULL;
}

char *
ilk_service_hex (GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  GString *text = g_string_sized_new (length * 2);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02X", data[i]);
  return g_string_free (text, FALSE);
}

static GBytes *
pin_context (GBytes     *index,
             const char *card_serial)
{
  g_autofree char *holder = ilk_service_hex (index);
  char *context = g_strdup_printf ("%s|%s|" PIN_SCHEMA, holder, card_serial);

  return g_bytes_new_take (context, strlen (context));
}

static GBytes *
wrap_context (gint64      epoch,
              const char *card_serial)
{
  char *context = g_strdup_printf ("kek|%" G_GINT64_FORMAT "|%s", epoch, card_serial);

  return g_bytes_new_take (context, strlen (context));
}

/* One data key per record, wrapped by the KEK of the epoch: who deletes both leaves nothing that
 * a copy of the other could open. */
gboolean
ilk_service_seal_pin (IlkService   *self,
                      GBytes       *index,
                      const char   *card_serial,
                      IlkSecret    *pin,
                      gint64        now,
                      IlkPinRecord *record,
                      GError      **error)
{
  g_autoptr (IlkSecret) data_key = ilk_secret_new_random (DATA_KEY_LENGTH);
  g_autoptr (GBytes) context = pin_context (index, card_serial);
  g_autoptr (GBytes) wrapping = NULL;

  if (!ilk_key_store_find_kek (self->keys, now, &record->epoch, error))
    return FALSE;

  wrapping = wrap_context (record->epoch, card_serial);
  record->sealed = ilk_aead_seal (data_key, context, pin, error);
  if (record->sealed == NULL)
    return FALSE;
  record->wrapped_key = ilk_key_store_wrap (self->keys, record->epoch, wrapping, data_key, error);
  return record->wrapped_key != NULL;
}

IlkSecret *
ilk_service_open_pin (IlkService         *self,
                      GBytes             *index,
                      const char         *card_serial,
                      const IlkPinRecord *record,
                      GError            **error)
{
  g_autoptr (IlkSecret) data_key = NULL;
  g_autoptr (GBytes) context = pin_context (index, card_serial);
  g_autoptr (GBytes) wrapping = wrap_context (record->epoch, card_serial);

  data_key = ilk_key_store_unwrap (self->keys, record->epoch, wrapping, record->wrapped_key, error);
  if (data_key == NULL)
    return NULL;
  return ilk_aead_open (data_key, context, record->sealed, error);
}

GBytes *
ilk_service_rewrap_pin (IlkService         *self,
                        const char         *card_serial,
                        const IlkPinRecord *record,
                        gint64              now,
                        gint64             *epoch,
                        GError            **error)
{
  g_autoptr (IlkSecret) data_key = NULL;
  g_autoptr (GBytes) old_wrapping = wrap_context (record->epoch, card_serial);
  g_autoptr (GBytes) new_wrapping = NULL;

  data_key = ilk_key_store_unwrap (self->keys, record->epoch, old_wrapping, record->wrapped_key,
                                   error);
  if (data_key == NULL || !ilk_key_store_find_kek (self->keys, now, epoch, error))
    return NULL;
  new_wrapping = wrap_context (*epoch, card_serial);
  return ilk_key_store_wrap (self->keys, *epoch, new_wrapping, data_key, error);
}

GBytes *
ilk_service_token_hash (IlkSecret *token)
{
  guint8 hash[MAC_LENGTH];
  unsigned int length = sizeof hash;

  if (EVP_Digest (ilk_secret_peek (token), ilk_secret_get_length (token), hash, &length,
                  EVP_sha256 (), NULL) != 1)
    g_error ("SHA-256 failed");
  return g_bytes_new (hash, sizeof hash);
}
