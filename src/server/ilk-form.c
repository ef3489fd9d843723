/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-form.h"

#include <string.h>

typedef struct {
  const char *at;
  gsize       length;
} Span;

/* The value of name=value among pairs that are separated by one character. */
static gboolean
find (IlkSecret  *text,
      char        separator,
      const char *name,
      Span       *value)
{
  const char *at = (const char *) ilk_secret_peek (text);
  const char *end = at + ilk_secret_get_length (text);
  gsize length = strlen (name);

  while (at < end)
    {
      const char *stop = memchr (at, separator, end - at);
      gsize size = (stop != NULL ? stop : end) - at;

      if (size > length && memcmp (at, name, length) == 0 && at[length] == '=')
        {
          value->at = at + length + 1;
          value->length = size - length - 1;
          return TRUE;
        }
      at += size + 1;
      while (separator == ';' && at < end && *at == ' ')
        at++;
    }
  return FALSE;
}

static gboolean
decode (const Span *value,
        IlkSecret  *out)
{
  for (gsize i = 0; i < value->length; i++)
    {
      char character = value->at[i];
      int high, low;

      if (character != '%')
        {
          ilk_secret_append_byte (out, character == '+' ? ' ' : (guint8) character);
          continue;
        }
      if (i + 2 >= value->length)
        return FALSE;
      high = g_ascii_xdigit_value (value->at[i + 1]);
      low = g_ascii_xdigit_value (value->at[i + 2]);
      if (high < 0 || low < 0)
        return FALSE;
      ilk_secret_append_byte (out, (guint8) (high << 4 | low));
      i += 2;
    }
  return TRUE;
}

/**
 * ilk_form_get:
 * @form: (nullable): the pairs
 *
 * Returns: (transfer full) (nullable): the decoded value
 */
IlkSecret *
ilk_form_get (IlkSecret  *form,
              const char *name)
{
  g_autoptr (IlkSecret) out = NULL;
  Span value;

  if (form == NULL || !find (form, '&', name, &value))
    return NULL;
  out = ilk_secret_new (value.length);
  return decode (&value, out) ? g_steal_pointer (&out) : NULL;
}

char *
ilk_form_get_text (IlkSecret  *form,
                   const char *name)
{
  g_autoptr (IlkSecret) value = ilk_form_get (form, name);
  const char *text;

  if (value == NULL)
    return NULL;
  text = (const char *) ilk_secret_peek (value);
  if (!g_utf8_validate (text, ilk_secret_get_length (value), NULL))
    return NULL;
  return g_strndup (text, ilk_secret_get_length (value));
}

IlkSecret *
ilk_form_get_cookie (IlkSecret  *header,
                     const char *name)
{
  Span value;

  if (header == NULL || !find (header, ';', name, &value))
    return NULL;
  return ilk_secret_new_from_data (value.at, value.length);
}
