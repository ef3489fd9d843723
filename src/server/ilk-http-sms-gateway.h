/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-config.h"
#include "server/ilk-sms-gateway.h"

G_BEGIN_DECLS

#define ILK_TYPE_HTTP_SMS_GATEWAY (ilk_http_sms_gateway_get_type ())
G_DECLARE_FINAL_TYPE (IlkHttpSmsGateway, ilk_http_sms_gateway, ILK, HTTP_SMS_GATEWAY, GObject)

/* A provider that takes text messages by HTTP, as [Sms] of the configuration says. */
IlkHttpSmsGateway *ilk_http_sms_gateway_new (const IlkConfig  *config,
                                             const char       *credentials,
                                             GError          **error);

G_END_DECLS
