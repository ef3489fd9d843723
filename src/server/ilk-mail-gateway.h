/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ILK_TYPE_MAIL_GATEWAY (ilk_mail_gateway_get_type ())
G_DECLARE_INTERFACE (IlkMailGateway, ilk_mail_gateway, ILK, MAIL_GATEWAY, GObject)

/* Sends e-mails; called from worker threads. No code and no secret goes by mail. */
struct _IlkMailGatewayInterface
{
  GTypeInterface parent;

  gboolean (*send_mail) (IlkMailGateway *self,
                         const char     *to,
                         const char     *subject,
                         const char     *text,
                         GError        **error);
};

gboolean ilk_mail_gateway_send (IlkMailGateway *self,
                                const char     *to,
                                const char     *subject,
                                const char     *text,
                                GError        **error);

/* One mail as a JSON line with its end: {"type":"mail","to","subject","text"}. */
char    *ilk_mail_to_line      (const char     *to,
                                const char     *subject,
                                const char     *text);

G_END_DECLS
