/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-message.h"

G_BEGIN_DECLS

#define ILK_TYPE_SMS_GATEWAY (ilk_sms_gateway_get_type ())
G_DECLARE_INTERFACE (IlkSmsGateway, ilk_sms_gateway, ILK, SMS_GATEWAY, GObject)

/* Sends text messages; called from the outbox's threads. TRUE: the message is the provider's now. The
 * same message, by its id, may come again when it was not known that it got through. */
struct _IlkSmsGatewayInterface
{
  GTypeInterface parent;

  gboolean (*send) (IlkSmsGateway     *self,
                    const IlkMessage  *message,
                    GError           **error);
};

gboolean ilk_sms_gateway_send (IlkSmsGateway     *self,
                               const IlkMessage  *message,
                               GError           **error);

G_END_DECLS
