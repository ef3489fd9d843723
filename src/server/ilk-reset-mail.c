/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-reset-mail.h"

#include <string.h>
#include "server/ilk-wire.h"

#define TEXT_LENGTH 4096
#define HTML_LENGTH 8192

typedef struct {
  const char *language;
  const char *subject;
  const char *greeting;   /* before the name */
  const char *lead;
  const char *button;
  const char *copy;
  const char *terms;
  const char *not_you;
  const char *closing;
  const char *call_centre;
} Words;

static const Words words[] = {
  { "en", "Set a new security word", "Dear ",
    "With the link below you can set a new security word:",
    "Set a new security word",
    "If the button does not work, copy this address into your browser:",
    "The link holds for 30 minutes and can be used once. Earlier links are void. Do not pass this "
    "message on to anyone.",
    "If you did not ask for this, you need not do anything: your security word stays as it is.",
    "Kind regards", "Call centre: " },
  { "tr", "Güvenlik Sözcüğü Güncelleme", "Sayın ",
    "Aşağıdaki bağlantıyla yeni bir Güvenlik Sözcüğü belirleyebilirsiniz:",
    "Güvenlik Sözcüğümü Güncelle",
    "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
    "Bağlantı 30 dakika geçerlidir ve bir kez kullanılabilir. Daha önce gönderilen bağlantılar "
    "geçersizdir. Bu iletiyi kimseyle paylaşmayın.",
    "Bunu siz istemediyseniz bir şey yapmanız gerekmez: Güvenlik Sözcüğünüz olduğu gibi kalır.",
    "Saygılarımızla", "Çağrı Merkezi: " },
};

static void
append_escaped (IlkSecret  *out,
                const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  ilk_wire_append (out, escaped);
}

static const Words *
get_words (const IlkResetMail *self)
{
  return &words[self->turkish ? 1 : 0];
}

const char *
ilk_reset_mail_subject (const IlkResetMail *self)
{
  return get_words (self)->subject;
}

static void
append_secret (IlkSecret *out,
               IlkSecret *link)
{
  ilk_secret_append (out, ilk_secret_peek (link), ilk_secret_get_length (link));
}

static void
append_block (IlkSecret  *out,
              const char *text)
{
  ilk_wire_append (out, text);
  ilk_wire_append (out, "\n\n");
}

/* The closing's lines, each behind the one before. */
static char *
compose_closing (const IlkResetMail *self,
                 const char         *separator)
{
  const Words *w = get_words (self);
  GString *closing = g_string_new (w->closing);

  if (self->issuer != NULL)
    g_string_append_printf (closing, ",%s%s", separator, self->issuer);
  if (self->call_centre != NULL)
    g_string_append_printf (closing, "%s%s%s", separator, w->call_centre, self->call_centre);
  return g_string_free (closing, FALSE);
}

IlkSecret *
ilk_reset_mail_text (const IlkResetMail *self)
{
  const Words *w = get_words (self);
  g_autofree char *closing = compose_closing (self, "\n");
  IlkSecret *out = ilk_secret_new (TEXT_LENGTH);

  ilk_wire_append (out, w->greeting);
  ilk_wire_append (out, self->name);
  append_block (out, ",");
  append_block (out, w->lead);
  append_secret (out, self->link);
  append_block (out, "");
  append_block (out, w->terms);
  append_block (out, w->not_you);
  ilk_wire_append (out, closing);
  ilk_wire_append (out, "\n");
  return out;
}

static void
append_paragraph (IlkSecret  *out,
                  const char *text)
{
  ilk_wire_append (out, "<p>");
  append_escaped (out, text);
  ilk_wire_append (out, "</p>\n");
}

/* The link is of our own making and holds nothing that HTML would read otherwise. */
static void
append_button (IlkSecret   *out,
               IlkSecret   *link,
               const Words *w)
{
  ilk_wire_append (out, "<p><a style=\"display:inline-block;padding:12px 20px;border-radius:6px;"
                   "background:#1a5fb4;color:#ffffff;text-decoration:none;font-weight:bold\""
                   " href=\"");
  append_secret (out, link);
  ilk_wire_append (out, "\">");
  append_escaped (out, w->button);
  ilk_wire_append (out, "</a></p>\n");
  append_paragraph (out, w->copy);
  ilk_wire_append (out, "<p style=\"word-break:break-all\">");
  append_secret (out, link);
  ilk_wire_append (out, "</p>\n");
}

static void
append_head (IlkSecret   *out,
             const Words *w)
{
  ilk_wire_append (out, "<!DOCTYPE html>\n<html lang=\"");
  ilk_wire_append (out, w->language);
  ilk_wire_append (out, "\">\n<head><meta charset=\"utf-8\"><title>");
  append_escaped (out, w->subject);
  ilk_wire_append (out, "</title></head>\n<body style=\"font-family:sans-serif;font-size:16px;"
                   "line-height:1.5;max-width:36em\">\n");
}

IlkSecret *
ilk_reset_mail_html (const IlkResetMail *self)
{
  const Words *w = get_words (self);
  g_autofree char *greeting = g_strconcat (w->greeting, self->name, ",", NULL);
  g_autofree char *closing = compose_closing (self, " ");
  IlkSecret *out = ilk_secret_new (HTML_LENGTH);

  append_head (out, w);
  append_paragraph (out, greeting);
  append_paragraph (out, w->lead);
  append_button (out, self->link, w);
  append_paragraph (out, w->terms);
  append_paragraph (out, w->not_you);
  append_paragraph (out, closing);
  ilk_wire_append (out, "</body>\n</html>\n");
  return out;
}
