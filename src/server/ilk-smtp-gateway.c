/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-smtp-gateway.h"

#include <string.h>
#include "server/ilk-gateway-link.h"
#include "server/ilk-mail-text.h"
#include "server/ilk-server-error.h"

#define PASSWORD "mail-password"

struct _IlkSmtpGateway
{
  GObject    parent_instance;

  char      *address;    /* smtp://host:port or smtps://host:port */
  char      *ca_file;
  char      *from;
  char      *sender;     /* the address in it */
  char      *user;       /* NULL: no login */
  IlkSecret *password;   /* ended by a zero byte */
  IlkClock  *clock;
};

static void ilk_smtp_gateway_iface_init (IlkMailGatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSmtpGateway, ilk_smtp_gateway, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_MAIL_GATEWAY,
                                                      ilk_smtp_gateway_iface_init))

typedef struct {
  IlkSecret *text;
  gsize      read;
} Upload;

static size_t
give (char   *buffer,
      size_t  size,
      size_t  count,
      void   *user_data)
{
  Upload *upload = user_data;
  gsize length = MIN (size * count, ilk_secret_get_length (upload->text) - upload->read);

  memcpy (buffer, ilk_secret_peek (upload->text) + upload->read, length);
  upload->read += length;
  return length;
}

static gboolean
hand_in (IlkSmtpGateway  *self,
         const char      *recipient,
         IlkSecret       *text,
         GError         **error)
{
  g_autoptr (IlkCurl) link = ilk_gateway_link_new (self->address, self->ca_file);
  g_autoptr (IlkCurlList) recipients = curl_slist_append (NULL, recipient);
  Upload upload = { .text = text };

  curl_easy_setopt (link, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (link, CURLOPT_USE_SSL, (long) CURLUSESSL_ALL);
  curl_easy_setopt (link, CURLOPT_MAIL_FROM, self->sender);
  curl_easy_setopt (link, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (link, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (link, CURLOPT_READFUNCTION, give);
  curl_easy_setopt (link, CURLOPT_READDATA, &upload);
  curl_easy_setopt (link, CURLOPT_INFILESIZE_LARGE, (curl_off_t) ilk_secret_get_length (text));
  if (self->user != NULL)
    {
      curl_easy_setopt (link, CURLOPT_USERNAME, self->user);
      curl_easy_setopt (link, CURLOPT_PASSWORD, (const char *) ilk_secret_peek (self->password));
    }
  return ilk_gateway_link_perform (link, error);
}

static gboolean
ilk_smtp_gateway_send_mail (IlkMailGateway    *gateway,
                            const IlkMessage  *message,
                            GError           **error)
{
  IlkSmtpGateway *self = ILK_SMTP_GATEWAY (gateway);
  g_autofree char *recipient = ilk_mail_text_get_address (message->to);
  g_autoptr (IlkSecret) text = ilk_mail_text_compose (message, self->from,
                                                      ilk_clock_get_wall (self->clock));

  if (text != NULL)
    return hand_in (self, recipient, text, error);
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY,
                       "the holder's e-mail address is none");
  return FALSE;
}

static void
ilk_smtp_gateway_finalize (GObject *object)
{
  IlkSmtpGateway *self = ILK_SMTP_GATEWAY (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_pointer (&self->from, g_free);
  g_clear_pointer (&self->sender, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->password, ilk_secret_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (ilk_smtp_gateway_parent_class)->finalize (object);
}

static void
ilk_smtp_gateway_class_init (IlkSmtpGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_smtp_gateway_finalize;
}

static void
ilk_smtp_gateway_iface_init (IlkMailGatewayInterface *iface)
{
  iface->send_mail = ilk_smtp_gateway_send_mail;
}

static void
ilk_smtp_gateway_init (IlkSmtpGateway *self)
{
}

static gboolean
refuse (const char  *message,
        GError     **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG, "[Mail] %s", message);
  return FALSE;
}

static gboolean
check (IlkSmtpGateway  *self,
       GError         **error)
{
  if (!g_str_has_prefix (self->address, "smtp://") &&
      !g_str_has_prefix (self->address, "smtps://"))
    return refuse ("server: smtp://HOST:PORT or smtps://HOST:PORT is wanted", error);
  self->sender = self->from != NULL ? ilk_mail_text_get_address (self->from) : NULL;
  if (self->sender == NULL)
    return refuse ("from: an address is wanted, as in “Issuer <no-reply@example.org>”", error);
  return TRUE;
}

/**
 * ilk_smtp_gateway_new:
 * @credentials: the folder that has the file “mail-password” when [Mail] names a user
 *
 * Returns: (transfer full): the gateway, or %NULL with %ILK_SERVER_ERROR_CONFIG
 */
IlkSmtpGateway *
ilk_smtp_gateway_new (const IlkConfig  *config,
                      const char       *credentials,
                      IlkClock         *clock,
                      GError          **error)
{
  g_autoptr (IlkSmtpGateway) self = g_object_new (ILK_TYPE_SMTP_GATEWAY, NULL);

  self->address = g_strdup (ilk_config_get_text (config, "Mail", "server"));
  self->ca_file = g_strdup (ilk_config_get_text (config, "Mail", "ca-file"));
  self->from = g_strdup (ilk_config_get_text (config, "Mail", "from"));
  self->user = g_strdup (ilk_config_get_text (config, "Mail", "user"));
  self->clock = g_object_ref (clock);
  if (!check (self, error))
    return NULL;
  if (self->user != NULL)
    {
      self->password = ilk_gateway_link_read_credential (credentials, PASSWORD, error);
      if (self->password == NULL)
        return NULL;
      ilk_secret_append_byte (self->password, '\0');
    }
  return g_steal_pointer (&self);
}
