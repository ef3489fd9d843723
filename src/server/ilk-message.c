/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-message.h"

#include <string.h>
#include "server/ilk-wire.h"

/* Packed, a message is four texts, each ended by a zero byte. */
#define FIELDS 4
#define ROOM 256

void
ilk_message_free (IlkMessage *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->words, ilk_secret_unref);
  g_free (self);
}

static gsize
length_of (IlkSecret *secret)
{
  return secret != NULL ? ilk_secret_get_length (secret) : 0;
}

static void
append_text (IlkSecret  *words,
             const char *text)
{
  ilk_secret_append (words, text, strlen (text) + 1);
}

static void
append_secret (IlkSecret *words,
               IlkSecret *text)
{
  if (text != NULL)
    ilk_secret_append (words, ilk_secret_peek (text), ilk_secret_get_length (text));
  ilk_secret_append_byte (words, '\0');
}

IlkSecret *
ilk_message_pack_sms (const char *to,
                      IlkSecret  *text,
                      IlkSecret  *code,
                      int         seconds)
{
  IlkSecret *words = ilk_secret_new (strlen (to) + length_of (text) + length_of (code) + ROOM);
  g_autofree char *life = g_strdup_printf ("%d", seconds);

  append_text (words, to);
  append_secret (words, text);
  append_secret (words, code);
  append_text (words, life);
  return words;
}

/**
 * ilk_message_pack_mail:
 * @html: (nullable): the same as @text, in HTML
 */
IlkSecret *
ilk_message_pack_mail (const char *to,
                       const char *subject,
                       IlkSecret  *text,
                       IlkSecret  *html)
{
  IlkSecret *words = ilk_secret_new (strlen (to) + strlen (subject) + length_of (text) +
                                     length_of (html) + ROOM);

  append_text (words, to);
  append_text (words, subject);
  append_secret (words, text);
  append_secret (words, html);
  return words;
}

/* Points fields into the words; FALSE when there are not as many texts as there must be. */
static gboolean
find_fields (IlkSecret  *words,
             const char *fields[FIELDS])
{
  const char *at = (const char *) ilk_secret_peek (words);
  const char *end = at + ilk_secret_get_length (words);

  for (int i = 0; i < FIELDS; i++)
    {
      const char *zero = memchr (at, '\0', (gsize) (end - at));

      if (zero == NULL)
        return FALSE;
      fields[i] = at;
      at = zero + 1;
    }
  return at == end;
}

IlkMessage *
ilk_message_unpack (const char *id,
                    gint64      number,
                    gboolean    mail,
                    IlkSecret  *words)
{
  const char *fields[FIELDS];
  IlkMessage *self;

  if (!find_fields (words, fields))
    return NULL;

  self = g_new0 (IlkMessage, 1);
  self->id = g_strdup (id);
  self->number = number;
  self->mail = mail;
  self->words = ilk_secret_ref (words);
  self->to = fields[0];
  self->subject = mail ? fields[1] : "";
  self->text = fields[mail ? 2 : 1];
  self->html = mail ? fields[3] : "";
  self->code = mail ? "" : fields[2];
  self->seconds = mail ? 0 : (int) g_ascii_strtoll (fields[3], NULL, 10);
  return self;
}

static void
append_member (IlkSecret  *line,
               const char *name,
               const char *value)
{
  ilk_wire_append (line, name);
  ilk_wire_append_string (line, value, -1);
}

IlkSecret *
ilk_message_to_line (const IlkMessage *self)
{
  /* A character may take six in JSON. */
  IlkSecret *line = ilk_secret_new (6 * ilk_secret_get_length (self->words) + ROOM);

  append_member (line, self->mail ? "{\"type\":\"mail\",\"message\":" : "{\"type\":\"sms\",\"message\":",
                 self->id);
  append_member (line, ",\"to\":", self->to);
  if (self->mail)
    append_member (line, ",\"subject\":", self->subject);
  append_member (line, ",\"text\":", self->text);
  if (self->mail)
    append_member (line, ",\"html\":", self->html);
  else
    {
      ilk_wire_append (line, ",\"code\":");
      if (*self->code != '\0')
        ilk_wire_append_string (line, self->code, -1);
      else
        ilk_wire_append (line, "null");
      ilk_wire_append (line, ",\"seconds\":");
      ilk_wire_append_number (line, self->seconds);
    }
  ilk_wire_append (line, "}\n");
  return line;
}
