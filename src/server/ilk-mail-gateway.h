/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-message.h"

G_BEGIN_DECLS

#define ILK_TYPE_MAIL_GATEWAY (ilk_mail_gateway_get_type ())
G_DECLARE_INTERFACE (IlkMailGateway, ilk_mail_gateway, ILK, MAIL_GATEWAY, GObject)

/* Sends e-mails; called from the outbox's threads. TRUE: the mail is the next server's now. */
struct _IlkMailGatewayInterface
{
  GTypeInterface parent;

  gboolean (*send_mail) (IlkMailGateway    *self,
                         const IlkMessage  *message,
                         GError           **error);
};

gboolean ilk_mail_gateway_send (IlkMailGateway    *self,
                                const IlkMessage  *message,
                                GError           **error);

G_END_DECLS
