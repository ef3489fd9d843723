/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-mail-gateway.h"
#include "server/ilk-sms-gateway.h"

G_BEGIN_DECLS

#define ILK_TYPE_SPOOL_GATEWAY (ilk_spool_gateway_get_type ())
G_DECLARE_FINAL_TYPE (IlkSpoolGateway, ilk_spool_gateway, ILK, SPOOL_GATEWAY, GObject)

/* Lays each message into a folder as a file of mode 0600, NUMBER-LASTFOUR.sms, for another program
 * to send. */
IlkSpoolGateway *ilk_spool_gateway_new (const char *folder);

G_END_DECLS
