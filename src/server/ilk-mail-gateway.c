/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-mail-gateway.h"

G_DEFINE_INTERFACE (IlkMailGateway, ilk_mail_gateway, G_TYPE_OBJECT)

static void
ilk_mail_gateway_default_init (IlkMailGatewayInterface *iface)
{
}

gboolean
ilk_mail_gateway_send (IlkMailGateway    *self,
                       const IlkMessage  *message,
                       GError           **error)
{
  return ILK_MAIL_GATEWAY_GET_IFACE (self)->send_mail (self, message, error);
}
