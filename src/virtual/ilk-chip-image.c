/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "core/ilk-error.h"
#include "virtual/ilk-chip-image.h"
#include "virtual/ilk-private-file.h"

/* The state file is lines of "Name=hex", read and written by hand because it holds keys: buffers
 * of a general parser could not be wiped. */
#define HEADER         "# State of a practice card of ilkimza, format 1"
#define MAX_FILE_SIZE  (64 * 1024)

/* About 5 ms: enough to keep the digits out of the file, cheap enough for many tests. A hash of
 * six digits can be searched by anybody who has the file; real PINs have no place in it. */
#define HASH_ROUNDS    10000

static void
hash_value (const guint8 *value,
            gsize         length,
            const guint8 *salt,
            guint8       *out)
{
  if (PKCS5_PBKDF2_HMAC ((const char *) value, length, salt, ILK_CHIP_SALT_LENGTH, HASH_ROUNDS,
                         EVP_sha256 (), ILK_CHIP_HASH_LENGTH, out) != 1)
    g_error ("OpenSSL cannot compute PBKDF2");
}

/* Keeps a new reference value, with a salt of its own. */
void
ilk_chip_reference_set (IlkChipReference *self,
                        const guint8     *value,
                        gsize             length)
{
  if (RAND_bytes (self->salt, sizeof self->salt) != 1)
    g_error ("OpenSSL has no random numbers");
  hash_value (value, length, self->salt, self->hash);
}

gboolean
ilk_chip_reference_equals (const IlkChipReference *self,
                           const guint8           *value,
                           gsize                   length)
{
  guint8 hash[ILK_CHIP_HASH_LENGTH];

  hash_value (value, length, self->salt, hash);
  return CRYPTO_memcmp (hash, self->hash, sizeof hash) == 0;
}

/**
 * ilk_chip_image_new:
 * @path: where the state file will be
 *
 * Returns: (transfer full): a card without serial number, PIN, keys or certificates; nothing is
 *   written yet
 */
IlkChipImage *
ilk_chip_image_new (const char *path)
{
  IlkChipImage *self = g_new0 (IlkChipImage, 1);

  self->path = g_strdup (path);
  self->memory.pin_tries = ILK_CHIP_PIN_TRIES;
  self->memory.puk_tries = ILK_CHIP_PUK_TRIES;
  self->memory.key_tries = ILK_CHIP_KEY_TRIES;
  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_secret_unref);
  return self;
}

void
ilk_chip_image_free (IlkChipImage *self)
{
  g_free (self->path);
  g_clear_pointer (&self->unlock_key, ilk_secret_unref);
  g_ptr_array_unref (self->certificates);
  g_ptr_array_unref (self->keys);
  OPENSSL_cleanse (&self->memory, sizeof self->memory);
  g_free (self);
}

/* --- reading --- */

/* Decodes at most size bytes of hex digits; returns their number, or -1. */
static gssize
decode_hex (const char *text,
            guint8     *out,
            gsize       size)
{
  gsize digits = strspn (text, "0123456789ABCDEF");

  if (text[digits] != '\0' || digits % 2 != 0 || digits / 2 > size)
    return -1;
  for (gsize i = 0; i < digits / 2; i++)
    out[i] = g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]);
  return digits / 2;
}

static IlkSecret *
decode_secret (const char *text)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new (strlen (text) / 2 + 1);
  gssize length = decode_hex (text, ilk_secret_get_writable (secret), strlen (text) / 2);

  if (length <= 0)
    return NULL;
  ilk_secret_set_length (secret, length);
  return g_steal_pointer (&secret);
}

static gboolean
read_secret_list (GPtrArray  *list,
                  const char *value)
{
  IlkSecret *secret = decode_secret (value);

  if (secret != NULL)
    g_ptr_array_add (list, secret);
  return secret != NULL;
}

static gboolean
read_certificate (GPtrArray  *list,
                  const char *value)
{
  gsize size = strlen (value) / 2;
  g_autofree guint8 *der = g_malloc (size + 1);

  if (decode_hex (value, der, size) <= 0)
    return FALSE;
  g_ptr_array_add (list, g_bytes_new (der, size));
  return TRUE;
}

static gboolean
read_unlock_key (IlkChipImage *self,
                 const char   *value)
{
  g_clear_pointer (&self->unlock_key, ilk_secret_unref);
  self->unlock_key = decode_secret (value);
  return self->unlock_key != NULL;
}

static gboolean
read_line (IlkChipImage *self,
           const char   *name,
           const char   *value)
{
  IlkChipMemory *memory = &self->memory;
  struct { const char *name; guint8 *bytes; gssize length; } fields[] = {
    { "Serial", self->serial, sizeof self->serial },
    { "Dead", &memory->dead, 1 },
    { "PinSet", &memory->pin_set, 1 },
    { "PinTries", &memory->pin_tries, 1 },
    { "PukTries", &memory->puk_tries, 1 },
    { "UnlockTries", &memory->key_tries, 1 },
    { "PinSalt", memory->pin.salt, ILK_CHIP_SALT_LENGTH },
    { "PinHash", memory->pin.hash, ILK_CHIP_HASH_LENGTH },
    { "PukSalt", memory->puk.salt, ILK_CHIP_SALT_LENGTH },
    { "PukHash", memory->puk.hash, ILK_CHIP_HASH_LENGTH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (name, fields[i].name))
      return decode_hex (value, fields[i].bytes, fields[i].length) == fields[i].length;

  if (g_str_equal (name, "UnlockKey"))
    return read_unlock_key (self, value);
  if (g_str_equal (name, "Certificate"))
    return read_certificate (self->certificates, value);
  if (g_str_equal (name, "PrivateKey"))
    return read_secret_list (self->keys, value);
  return FALSE;
}

static gboolean
is_complete (IlkChipImage *self)
{
  const IlkChipMemory *memory = &self->memory;

  return self->unlock_key != NULL &&
         ilk_secret_get_length (self->unlock_key) == 32 &&
         self->certificates->len == self->keys->len &&
         self->keys->len >= 1 && self->keys->len <= 4 &&
         memory->pin_tries <= ILK_CHIP_PIN_TRIES &&
         memory->puk_tries <= ILK_CHIP_PUK_TRIES &&
         memory->key_tries <= ILK_CHIP_KEY_TRIES;
}

static gboolean
read_lines (IlkChipImage *self,
            char         *text)
{
  char *rest = text;
  char *line = strsep (&rest, "\n");

  if (!g_str_equal (line, HEADER))
    return FALSE;

  while ((line = strsep (&rest, "\n")) != NULL)
    {
      char *value = strchr (line, '=');

      if (*line == '\0')
        continue;
      if (value == NULL)
        return FALSE;
      *value++ = '\0';
      if (!read_line (self, line, value))
        return FALSE;
    }
  return is_complete (self);
}

/**
 * ilk_chip_image_load:
 * @path: a state file made by ilk_chip_image_save ()
 * @error: ILK_ERROR_FILE when it cannot be read, ILK_ERROR_INVALID when it is not a card
 *
 * Returns: (transfer full): the card, or %NULL
 */
IlkChipImage *
ilk_chip_image_load (const char  *path,
                     GError     **error)
{
  g_autoptr (IlkChipImage) self = ilk_chip_image_new (path);
  g_autoptr (IlkSecret) text = ilk_private_file_read (path, MAX_FILE_SIZE, error);

  if (text == NULL)
    return NULL;

  ilk_secret_append_byte (text, '\0');
  if (!read_lines (self, (char *) ilk_secret_get_writable (text)))
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_INVALID,
                   "“%s” is not the state file of a practice card.", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* --- writing --- */

static void
write_hex (IlkSecret    *out,
           const char   *name,
           const guint8 *bytes,
           gsize         length)
{
  static const char digits[] = "0123456789ABCDEF";

  ilk_secret_append (out, name, strlen (name));
  ilk_secret_append_byte (out, '=');
  for (gsize i = 0; i < length; i++)
    {
      ilk_secret_append_byte (out, digits[bytes[i] >> 4]);
      ilk_secret_append_byte (out, digits[bytes[i] & 0x0F]);
    }
  ilk_secret_append_byte (out, '\n');
}

static void
write_secret (IlkSecret  *out,
              const char *name,
              IlkSecret  *secret)
{
  write_hex (out, name, ilk_secret_peek (secret), ilk_secret_get_length (secret));
}

static void
write_memory (IlkSecret           *out,
              const IlkChipMemory *memory)
{
  write_hex (out, "Dead", &memory->dead, 1);
  write_hex (out, "PinSet", &memory->pin_set, 1);
  write_hex (out, "PinTries", &memory->pin_tries, 1);
  write_hex (out, "PukTries", &memory->puk_tries, 1);
  write_hex (out, "UnlockTries", &memory->key_tries, 1);
  write_hex (out, "PinSalt", memory->pin.salt, sizeof memory->pin.salt);
  write_hex (out, "PinHash", memory->pin.hash, sizeof memory->pin.hash);
  write_hex (out, "PukSalt", memory->puk.salt, sizeof memory->puk.salt);
  write_hex (out, "PukHash", memory->puk.hash, sizeof memory->puk.hash);
}

static gsize
get_size (IlkChipImage *self)
{
  gsize size = 1024;

  for (guint i = 0; i < self->keys->len; i++)
    {
      size += 2 * ilk_secret_get_length (g_ptr_array_index (self->keys, i));
      size += 2 * g_bytes_get_size (g_ptr_array_index (self->certificates, i));
      size += 64;
    }
  return size;
}

/**
 * ilk_chip_image_save:
 * @self: a card
 * @error: ILK_ERROR_FILE
 *
 * Writes the state file anew, mode 0600, and puts it in the old one's place only when it is on
 * the disk: a reader of the file sees the state before or after, never between.
 *
 * Returns: whether it is written
 */
gboolean
ilk_chip_image_save (IlkChipImage  *self,
                     GError       **error)
{
  g_autoptr (IlkSecret) out = ilk_secret_new (get_size (self));

  ilk_secret_append (out, HEADER "\n", strlen (HEADER "\n"));
  write_hex (out, "Serial", self->serial, sizeof self->serial);
  write_memory (out, &self->memory);
  write_secret (out, "UnlockKey", self->unlock_key);
  for (guint i = 0; i < self->certificates->len; i++)
    {
      gsize length;
      const guint8 *der = g_bytes_get_data (g_ptr_array_index (self->certificates, i), &length);

      write_hex (out, "Certificate", der, length);
      write_secret (out, "PrivateKey", g_ptr_array_index (self->keys, i));
    }
  return ilk_private_file_write (self->path, ilk_secret_peek (out), ilk_secret_get_length (out),
                                 error);
}
