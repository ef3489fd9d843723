/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_SMS_GATEWAY (ilk_sms_gateway_get_type ())
G_DECLARE_INTERFACE (IlkSmsGateway, ilk_sms_gateway, ILK, SMS_GATEWAY, GObject)

/* Sends text messages; called from worker threads. */
struct _IlkSmsGatewayInterface
{
  GTypeInterface parent;

  gboolean (*send) (IlkSmsGateway *self,
                    const char    *to,
                    IlkSecret     *text,
                    IlkSecret     *code,
                    int            seconds,
                    GError       **error);
};

/* text holds the code; code: by itself, NULL in a notice; seconds: the code's life. */
gboolean   ilk_sms_gateway_send (IlkSmsGateway *self,
                                 const char    *to,
                                 IlkSecret     *text,
                                 IlkSecret     *code,
                                 int            seconds,
                                 GError       **error);

/* One message as a JSON line with its end: {"type":"sms","to",…,"code","seconds"}. */
IlkSecret *ilk_sms_to_line      (const char    *to,
                                 IlkSecret     *text,
                                 IlkSecret     *code,
                                 int            seconds);

G_END_DECLS
