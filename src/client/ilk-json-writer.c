/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-json-writer.h"

/* A word of 256 bytes grows to 1536 at worst, when every byte is escaped; the rest is short. */
#define CAPACITY 4096

struct _IlkJsonWriter
{
  IlkSecret *out;
  gboolean   follows; /* a member was written before in this object */
  gboolean   failed;
};

static void
put (IlkJsonWriter *self,
     gconstpointer  data,
     gsize          length)
{
  if (!self->failed && !ilk_secret_append (self->out, data, length))
    self->failed = TRUE;
}

static void
put_escaped (IlkJsonWriter *self,
             guint8         byte)
{
  static const char hex[] = "0123456789abcdef";

  if (byte == '"' || byte == '\\')
    {
      put (self, "\\", 1);
      put (self, &byte, 1);
    }
  else if (byte < 0x20)
    {
      put (self, "\\u00", 4);
      put (self, &hex[byte >> 4], 1);
      put (self, &hex[byte & 0xf], 1);
    }
  else
    {
      put (self, &byte, 1);
    }
}

static void
put_string (IlkJsonWriter *self,
            const guint8  *data,
            gsize          length)
{
  if (!g_utf8_validate_len ((const char *) data, length, NULL))
    self->failed = TRUE;

  put (self, "\"", 1);
  for (gsize i = 0; i < length && !self->failed; i++)
    put_escaped (self, data[i]);
  put (self, "\"", 1);
}

static void
put_name (IlkJsonWriter *self,
          const char    *name)
{
  if (self->follows)
    put (self, ",", 1);
  self->follows = TRUE;

  if (name != NULL)
    {
      put_string (self, (const guint8 *) name, strlen (name));
      put (self, ":", 1);
    }
}

/**
 * ilk_json_writer_new:
 *
 * Returns: (transfer full): a writer with nothing written
 */
IlkJsonWriter *
ilk_json_writer_new (void)
{
  IlkJsonWriter *self = g_new0 (IlkJsonWriter, 1);

  self->out = ilk_secret_new (CAPACITY);
  return self;
}

void
ilk_json_writer_free (IlkJsonWriter *self)
{
  g_clear_pointer (&self->out, ilk_secret_unref);
  g_free (self);
}

/**
 * ilk_json_writer_begin:
 * @name: (nullable): the member whose value the object is; %NULL for the outermost
 */
void
ilk_json_writer_begin (IlkJsonWriter *self,
                       const char    *name)
{
  g_return_if_fail (self != NULL);

  put_name (self, name);
  put (self, "{", 1);
  self->follows = FALSE;
}

void
ilk_json_writer_end (IlkJsonWriter *self)
{
  g_return_if_fail (self != NULL);

  put (self, "}", 1);
  self->follows = TRUE;
}

/**
 * ilk_json_writer_text:
 * @value: (nullable): %NULL is written as null
 */
void
ilk_json_writer_text (IlkJsonWriter *self,
                      const char    *name,
                      const char    *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  put_name (self, name);
  if (value != NULL)
    put_string (self, (const guint8 *) value, strlen (value));
  else
    put (self, "null", 4);
}

void
ilk_json_writer_secret (IlkJsonWriter *self,
                        const char    *name,
                        IlkSecret     *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  put_name (self, name);
  put_string (self, ilk_secret_peek (value), ilk_secret_get_length (value));
}

/**
 * ilk_json_writer_finish:
 *
 * Returns: (transfer full) (nullable): the bytes, wiped when freed; %NULL when a value was not
 *   UTF-8 or all of it was too long
 */
GBytes *
ilk_json_writer_finish (IlkJsonWriter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->failed ? NULL : ilk_secret_to_bytes (self->out);
}
