/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sms-gateway.h"

G_DEFINE_INTERFACE (IlkSmsGateway, ilk_sms_gateway, G_TYPE_OBJECT)

static void
ilk_sms_gateway_default_init (IlkSmsGatewayInterface *iface)
{
}

gboolean
ilk_sms_gateway_send (IlkSmsGateway     *self,
                      const IlkMessage  *message,
                      GError           **error)
{
  return ILK_SMS_GATEWAY_GET_IFACE (self)->send (self, message, error);
}
