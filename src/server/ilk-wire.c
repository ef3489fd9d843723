/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-wire.h"

#include <openssl/crypto.h>
#include <string.h>

typedef struct {
  guint8     *at;
  guint8     *end;
  int         depth;
  const char *fields;    /* members of the top level to cut out, between spaces; NULL: none */
  GHashTable *values;    /* name to IlkSecret: those that were cut out */
  gboolean    refused;
} Scanner;

static void scan_value (Scanner *self);

void
ilk_wire_append (IlkSecret  *out,
                 const char *raw)
{
  ilk_secret_append (out, raw, strlen (raw));
}

/**
 * ilk_wire_append_string:
 * @length: bytes, -1: up to the terminating 0
 *
 * Appends a JSON string with its quotes.
 */
void
ilk_wire_append_string (IlkSecret  *out,
                        const char *text,
                        gssize      length)
{
  static const char digits[] = "0123456789abcdef";
  gsize count = length < 0 ? strlen (text) : (gsize) length;

  ilk_secret_append_byte (out, '"');
  for (gsize i = 0; i < count; i++)
    {
      guint8 byte = text[i];
      char escaped[7] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15], 0 };

      if (byte < 0x20 || byte == '"' || byte == '\\')
        ilk_wire_append (out, escaped);
      else
        ilk_secret_append_byte (out, byte);
    }
  ilk_secret_append_byte (out, '"');
}

void
ilk_wire_append_secret (IlkSecret *out,
                        IlkSecret *text)
{
  ilk_wire_append_string (out, (const char *) ilk_secret_peek (text),
                          ilk_secret_get_length (text));
}

void
ilk_wire_append_number (IlkSecret *out,
                        gint64     number)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  ilk_wire_append (out, text);
}

static void
skip_space (Scanner *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL && *self->at != 0)
    self->at++;
}

static gboolean
take (Scanner *self,
      char     wanted)
{
  skip_space (self);
  if (self->at >= self->end || *self->at != (guint8) wanted)
    return FALSE;

  self->at++;
  return TRUE;
}

static void
expect (Scanner *self,
        char     wanted)
{
  if (!take (self, wanted))
    self->refused = TRUE;
}

/* From behind the opening quote to behind the closing one; FALSE: no end. */
static gboolean
scan_string (Scanner *self,
             guint8 **first,
             gsize   *length)
{
  *first = self->at;
  for (; self->at < self->end; self->at++)
    {
      if (*self->at == '"')
        {
          *length = self->at++ - *first;
          return TRUE;
        }
      if (*self->at < 0x20)
        break;
      if (*self->at == '\\' && ++self->at >= self->end)
        break;
    }
  self->refused = TRUE;
  return FALSE;
}

static gint
read_hex4 (const guint8 *at,
           const guint8 *end)
{
  int value = 0;

  if (end - at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

/* at is behind "\u"; moves it behind the escape (two for a surrogate pair). */
static gboolean
append_unicode (IlkSecret     *out,
                const guint8 **at,
                const guint8  *end)
{
  char utf8[6];
  gint character = read_hex4 (*at, end);
  gint low;
  gboolean good;

  if (character < 0)
    return FALSE;
  *at += 4;
  if (character >= 0xd800 && character < 0xdc00)
    {
      low = end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? read_hex4 (*at + 2, end) : -1;
      if (low < 0xdc00 || low > 0xdfff)
        return FALSE;
      character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
      *at += 6;
    }
  if (character == 0 || !g_unichar_validate (character))
    return FALSE;

  good = ilk_secret_append (out, utf8, g_unichar_to_utf8 (character, utf8));
  OPENSSL_cleanse (utf8, sizeof utf8);
  return good;
}

static IlkSecret *
unescape (const guint8 *at,
          gsize         length)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  g_autoptr (IlkSecret) out = ilk_secret_new (length);
  const guint8 *end = at + length;

  while (at < end)
    {
      const char *found;

      if (*at != '\\')
        {
          ilk_secret_append_byte (out, *at++);
          continue;
        }
      at++;
      if (at < end && *at == 'u')
        {
          at++;
          if (!append_unicode (out, &at, end))
            return NULL;
          continue;
        }
      found = at < end ? memchr (from, *at, sizeof from - 1) : NULL;
      if (found == NULL)
        return NULL;
      ilk_secret_append_byte (out, to[found - from]);
      at++;
    }
  if (!g_utf8_validate ((const char *) ilk_secret_peek (out), ilk_secret_get_length (out), NULL))
    return NULL;
  return g_steal_pointer (&out);
}

/* The member's value goes out of the body: "word" becomes "" and spaces. Takes the name. */
static void
cut_value (Scanner *self,
           char    *name)
{
  guint8 *first;
  gsize length;
  IlkSecret *value;

  expect (self, '"');
  if (self->refused || g_hash_table_contains (self->values, name) ||
      !scan_string (self, &first, &length))
    {
      g_free (name);
      self->refused = TRUE;
      return;
    }
  value = unescape (first, length);
  if (value != NULL)
    g_hash_table_insert (self->values, g_steal_pointer (&name), value);
  else
    self->refused = TRUE;
  g_free (name);
  OPENSSL_cleanse (first, length);
  first[0] = '"';
  memset (first + 1, ' ', length);
}

/* Returns: (transfer full): the name of a member to be cut out; NULL: it stays */
static char *
find_cut (Scanner      *self,
          const guint8 *name,
          gsize         length)
{
  g_autofree char *text = NULL;
  g_autofree char *word = NULL;

  if (self->depth != 1 || self->fields == NULL || memchr (name, ' ', length) != NULL)
    return NULL;
  text = g_strndup ((const char *) name, length);
  word = g_strconcat (" ", text, " ", NULL);
  return strstr (self->fields, word) != NULL ? g_steal_pointer (&text) : NULL;
}

static void
scan_member (Scanner *self)
{
  guint8 *name;
  gsize length;
  char *cut;

  expect (self, '"');
  if (self->refused || !scan_string (self, &name, &length))
    return;

  /* A name written with escapes could hide the secret from us and not from the next reader. */
  if (memchr (name, '\\', length) != NULL)
    self->refused = TRUE;
  expect (self, ':');
  if (self->refused)
    return;
  cut = find_cut (self, name, length);
  if (cut != NULL)
    cut_value (self, cut);
  else
    scan_value (self);
}

static void
scan_items (Scanner *self,
            char     close,
            void   (*scan_item) (Scanner *self))
{
  if (++self->depth > ILK_WIRE_DEPTH)
    self->refused = TRUE;
  if (!self->refused && !take (self, close))
    {
      do
        scan_item (self);
      while (!self->refused && take (self, ','));
      if (!self->refused)
        expect (self, close);
    }
  self->depth--;
}

static void
scan_value (Scanner *self)
{
  guint8 *first;
  gsize length;

  if (take (self, '{'))
    scan_items (self, '}', scan_member);
  else if (take (self, '['))
    scan_items (self, ']', scan_value);
  else if (take (self, '"'))
    scan_string (self, &first, &length);
  else
    {
      first = self->at;
      while (self->at < self->end && (g_ascii_isalnum (*self->at) || *self->at == '-' ||
                                      *self->at == '+' || *self->at == '.'))
        self->at++;
      if (self->at == first)
        self->refused = TRUE;
    }
}

static void
unref_secret (gpointer data)
{
  ilk_secret_unref (data);
}

/**
 * ilk_wire_parse_all:
 * @body: the bytes of a request; the values of @fields are blanked in it
 * @fields: (nullable): the members of the top level that are secrets, each between spaces
 * @values: (out) (transfer full): name to #IlkSecret, for those that are there
 *
 * Returns: (transfer full): the rest, or %NULL when it is not one JSON object, is nested deeper
 *   than %ILK_WIRE_DEPTH or has one of @fields twice
 */
JsonObject *
ilk_wire_parse_all (IlkSecret   *body,
                    const char  *fields,
                    GHashTable **values)
{
  guint8 *data = ilk_secret_get_writable (body);
  Scanner scanner = { .at = data, .end = data + ilk_secret_get_length (body), .fields = fields };
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  scanner.values = *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_secret);
  if (!take (&scanner, '{'))
    return NULL;

  scan_items (&scanner, '}', scan_member);
  skip_space (&scanner);
  if (scanner.refused || scanner.at != scanner.end ||
      !json_parser_load_from_data (parser, (const char *) data, scanner.end - data, NULL))
    return NULL;
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

/**
 * ilk_wire_parse:
 * @body: the bytes of a request; the value of @field is blanked in it
 * @field: (nullable): the member of the top level that is a secret
 * @value: (out) (transfer full) (nullable): it, %NULL when it is missing
 *
 * Returns: (transfer full): the rest, or %NULL when it is not one JSON object, is nested deeper
 *   than %ILK_WIRE_DEPTH or has @field twice
 */
JsonObject *
ilk_wire_parse (IlkSecret  *body,
                const char *field,
                IlkSecret **value)
{
  g_autofree char *fields = field != NULL ? g_strconcat (" ", field, " ", NULL) : NULL;
  g_autoptr (GHashTable) values = NULL;
  JsonObject *object = ilk_wire_parse_all (body, fields, &values);
  IlkSecret *found = field != NULL ? g_hash_table_lookup (values, field) : NULL;

  if (value != NULL)
    *value = object != NULL && found != NULL ? ilk_secret_ref (found) : NULL;
  return object;
}

/**
 * ilk_wire_base64url:
 *
 * Returns: (transfer full): the text, without padding (RFC 4648, section 5)
 */
IlkSecret *
ilk_wire_base64url (IlkSecret *bytes)
{
  static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  gsize length = ilk_secret_get_length (bytes);
  const guint8 *data = ilk_secret_peek (bytes);
  IlkSecret *text = ilk_secret_new ((length * 4 + 2) / 3);
  guint32 buffer = 0;
  int bits = 0;

  for (gsize i = 0; i < length; i++)
    {
      buffer = (buffer << 8) | data[i];
      for (bits += 8; bits >= 6; bits -= 6)
        ilk_secret_append_byte (text, alphabet[(buffer >> (bits - 6)) & 63]);
    }
  if (bits > 0)
    ilk_secret_append_byte (text, alphabet[(buffer << (6 - bits)) & 63]);
  OPENSSL_cleanse (&buffer, sizeof buffer);
  return text;
}

/**
 * ilk_wire_new_id:
 *
 * Returns: (transfer full): a public name of 128 random bits
 */
char *
ilk_wire_new_id (void)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (16);
  g_autoptr (IlkSecret) text = ilk_wire_base64url (bytes);

  return g_strndup ((const char *) ilk_secret_peek (text), ilk_secret_get_length (text));
}

char *
ilk_wire_base64 (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
