/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-clock.h"
#include "server/ilk-config.h"
#include "server/ilk-mail-gateway.h"

G_BEGIN_DECLS

#define ILK_TYPE_SMTP_GATEWAY (ilk_smtp_gateway_get_type ())
G_DECLARE_FINAL_TYPE (IlkSmtpGateway, ilk_smtp_gateway, ILK, SMTP_GATEWAY, GObject)

/* A mail server that takes mails by SMTP, as [Mail] of the configuration says; with TLS always
 * (STARTTLS, or from the first byte with smtps://). */
IlkSmtpGateway *ilk_smtp_gateway_new (const IlkConfig  *config,
                                      const char       *credentials,
                                      IlkClock         *clock,
                                      GError          **error);

G_END_DECLS
