/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-html.h"

#include <string.h>

#define FIRST_CAPACITY (16 * 1024)

struct _IlkHtml
{
  IlkSecret *page;
};

static void
append (IlkHtml    *self,
        const char *data,
        gsize       length)
{
  gsize needed = ilk_secret_get_length (self->page) + length;

  if (needed > ilk_secret_get_capacity (self->page))
    {
      IlkSecret *larger = ilk_secret_new (needed * 2);

      ilk_secret_append (larger, ilk_secret_peek (self->page), ilk_secret_get_length (self->page));
      ilk_secret_unref (self->page);
      self->page = larger;
    }
  ilk_secret_append (self->page, data, length);
}

static void
append_raw (IlkHtml    *self,
            const char *text)
{
  append (self, text, strlen (text));
}

static const char *
get_reference (char character)
{
  switch (character)
    {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return NULL;
    }
}

static void
append_escaped (IlkHtml    *self,
                const char *text,
                gsize       length)
{
  gsize from = 0;

  for (gsize i = 0; i < length; i++)
    {
      const char *reference = get_reference (text[i]);

      if (reference == NULL)
        continue;
      append (self, text + from, i - from);
      append_raw (self, reference);
      from = i + 1;
    }
  append (self, text + from, length - from);
}

static void
append_tag (IlkHtml    *self,
            const char *element,
            va_list     attributes)
{
  const char *name;

  append_raw (self, "<");
  append_raw (self, element);
  while ((name = va_arg (attributes, const char *)) != NULL)
    {
      const char *value = va_arg (attributes, const char *);

      if (value == NULL)
        continue;
      append_raw (self, " ");
      append_raw (self, name);
      append_raw (self, "=\"");
      append_escaped (self, value, strlen (value));
      append_raw (self, "\"");
    }
  append_raw (self, ">");
}

void
ilk_html_open (IlkHtml    *self,
               const char *element,
               ...)
{
  va_list attributes;

  va_start (attributes, element);
  append_tag (self, element, attributes);
  va_end (attributes);
}

void
ilk_html_close (IlkHtml    *self,
                const char *element)
{
  append_raw (self, "</");
  append_raw (self, element);
  append_raw (self, ">\n");
}

void
ilk_html_void (IlkHtml    *self,
               const char *element,
               ...)
{
  va_list attributes;

  va_start (attributes, element);
  append_tag (self, element, attributes);
  va_end (attributes);
  append_raw (self, "\n");
}

void
ilk_html_leaf (IlkHtml    *self,
               const char *element,
               const char *text,
               ...)
{
  va_list attributes;

  va_start (attributes, text);
  append_tag (self, element, attributes);
  va_end (attributes);
  ilk_html_text (self, text);
  ilk_html_close (self, element);
}

void
ilk_html_text (IlkHtml    *self,
               const char *text)
{
  append_escaped (self, text, strlen (text));
}

void
ilk_html_secret (IlkHtml   *self,
                 IlkSecret *text)
{
  append_escaped (self, (const char *) ilk_secret_peek (text), ilk_secret_get_length (text));
}

/**
 * ilk_html_new:
 *
 * Returns: (transfer full): a writer that has written the document type
 */
IlkHtml *
ilk_html_new (void)
{
  IlkHtml *self = g_new0 (IlkHtml, 1);

  self->page = ilk_secret_new (FIRST_CAPACITY);
  append_raw (self, "<!DOCTYPE html>\n");
  return self;
}

void
ilk_html_free (IlkHtml *self)
{
  g_clear_pointer (&self->page, ilk_secret_unref);
  g_free (self);
}

GBytes *
ilk_html_finish (IlkHtml *self)
{
  GBytes *bytes = ilk_secret_to_bytes (self->page);

  ilk_secret_truncate (self->page, 0);
  return bytes;
}
