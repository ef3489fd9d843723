/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-mail-text.h"

#include <gmime/gmime.h>
#include <openssl/crypto.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeFormatOptions, g_mime_format_options_free)

static gpointer
init_library (gpointer data)
{
  g_mime_init ();
  return NULL;
}

static InternetAddressMailbox *
get_mailbox (InternetAddressList *list)
{
  InternetAddress *first = NULL;

  if (list != NULL && internet_address_list_length (list) == 1)
    first = internet_address_list_get_address (list, 0);
  return first != NULL && INTERNET_ADDRESS_IS_MAILBOX (first) ? INTERNET_ADDRESS_MAILBOX (first)
                                                              : NULL;
}

/* A line's end in an address would be a header of somebody else's making. */
static gboolean
is_plain (const char *text)
{
  return strpbrk (text, "\r\n") == NULL;
}

char *
ilk_mail_text_get_address (const char *text)
{
  static GOnce once = G_ONCE_INIT;
  InternetAddressList *list;
  InternetAddressMailbox *mailbox;
  const char *address;
  char *found = NULL;

  g_once (&once, init_library, NULL);
  if (!is_plain (text))
    return NULL;
  list = internet_address_list_parse (NULL, text);
  mailbox = get_mailbox (list);
  address = mailbox != NULL ? internet_address_mailbox_get_idn_addr (mailbox) : NULL;
  if (address != NULL && strchr (address, '@') != NULL)
    found = g_strdup (address);
  g_clear_object (&list);
  return found;
}

static GMimeObject *
make_part (const char *subtype,
           const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);

  g_mime_text_part_set_charset (part, "UTF-8");
  g_mime_text_part_set_text (part, text);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return GMIME_OBJECT (part);
}

static GMimeObject *
make_body (const IlkMessage *message)
{
  GMimeObject *text = make_part ("plain", message->text);
  GMimeMultipart *both;
  GMimeObject *html;

  if (*message->html == '\0')
    return text;

  both = g_mime_multipart_new_with_subtype ("alternative");
  html = make_part ("html", message->html);
  g_mime_multipart_add (both, text);
  g_mime_multipart_add (both, html);
  g_object_unref (text);
  g_object_unref (html);
  return GMIME_OBJECT (both);
}

static void
add_headers (GMimeMessage     *mail,
             const IlkMessage *message,
             const char       *from,
             const char       *sender,
             gint64            now)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now);
  g_autofree char *id = g_strdup_printf ("%s@%s", message->id, strchr (sender, '@') + 1);
  InternetAddressList *froms = internet_address_list_parse (NULL, from);

  internet_address_list_append (g_mime_message_get_from (mail), froms);
  g_object_unref (froms);
  g_mime_message_add_mailbox (mail, GMIME_ADDRESS_TYPE_TO, NULL, message->to);
  g_mime_message_set_subject (mail, message->subject, "UTF-8");
  g_mime_message_set_date (mail, date);
  g_mime_message_set_message_id (mail, id);
  g_mime_object_set_header (GMIME_OBJECT (mail), "Auto-Submitted", "auto-generated", NULL);
}

/* GMime's own copies are freed by it unwiped; ours are wiped. */
static IlkSecret *
write_mail (GMimeMessage *mail)
{
  GMimeStream *stream = g_mime_stream_mem_new ();
  g_autoptr (GMimeFormatOptions) options = g_mime_format_options_new ();
  GByteArray *bytes;
  IlkSecret *text;

  g_mime_format_options_set_newline_format (options, GMIME_NEWLINE_FORMAT_DOS);
  g_mime_object_write_to_stream (GMIME_OBJECT (mail), options, stream);
  bytes = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (stream));
  text = ilk_secret_new_from_data (bytes->data, bytes->len);
  OPENSSL_cleanse (bytes->data, bytes->len);
  g_object_unref (stream);
  return text;
}

IlkSecret *
ilk_mail_text_compose (const IlkMessage *message,
                       const char       *from,
                       gint64            now)
{
  g_autofree char *sender = ilk_mail_text_get_address (from);
  g_autofree char *recipient = ilk_mail_text_get_address (message->to);
  g_autoptr (GMimeMessage) mail = NULL;
  GMimeObject *body;

  if (sender == NULL || recipient == NULL)
    return NULL;

  mail = g_mime_message_new (FALSE);
  body = make_body (message);
  add_headers (mail, message, from, sender, now);
  g_mime_message_set_mime_part (mail, body);
  g_object_unref (body);
  return write_mail (mail);
}
