/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-sms-gateway.h"

#include "server/ilk-wire.h"

#define LINE_LENGTH 1024

G_DEFINE_INTERFACE (IlkSmsGateway, ilk_sms_gateway, G_TYPE_OBJECT)

static void
ilk_sms_gateway_default_init (IlkSmsGatewayInterface *iface)
{
}

gboolean
ilk_sms_gateway_send (IlkSmsGateway *self,
                      const char    *to,
                      IlkSecret     *text,
                      IlkSecret     *code,
                      int            seconds,
                      GError       **error)
{
  return ILK_SMS_GATEWAY_GET_IFACE (self)->send (self, to, text, code, seconds, error);
}

/**
 * ilk_sms_to_line:
 * @code: (nullable): the code in it
 *
 * Returns: (transfer full): the line
 */
IlkSecret *
ilk_sms_to_line (const char *to,
                 IlkSecret  *text,
                 IlkSecret  *code,
                 int         seconds)
{
  IlkSecret *line = ilk_secret_new (LINE_LENGTH);

  ilk_wire_append (line, "{\"type\":\"sms\",\"to\":");
  ilk_wire_append_string (line, to, -1);
  ilk_wire_append (line, ",\"text\":");
  ilk_wire_append_secret (line, text);
  ilk_wire_append (line, ",\"code\":");
  if (code != NULL)
    ilk_wire_append_secret (line, code);
  else
    ilk_wire_append (line, "null");
  ilk_wire_append (line, ",\"seconds\":");
  ilk_wire_append_number (line, seconds);
  ilk_wire_append (line, "}\n");
  return line;
}
