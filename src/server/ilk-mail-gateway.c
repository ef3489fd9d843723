/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-mail-gateway.h"

#include <json-glib/json-glib.h>

G_DEFINE_INTERFACE (IlkMailGateway, ilk_mail_gateway, G_TYPE_OBJECT)

static void
ilk_mail_gateway_default_init (IlkMailGatewayInterface *iface)
{
}

gboolean
ilk_mail_gateway_send (IlkMailGateway *self,
                       const char     *to,
                       const char     *subject,
                       const char     *text,
                       GError        **error)
{
  return ILK_MAIL_GATEWAY_GET_IFACE (self)->send_mail (self, to, subject, text, error);
}

/**
 * ilk_mail_to_line:
 *
 * Returns: (transfer full): the line
 */
char *
ilk_mail_to_line (const char *to,
                  const char *subject,
                  const char *text)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *json = NULL;

  json_object_set_string_member (object, "type", "mail");
  json_object_set_string_member (object, "to", to);
  json_object_set_string_member (object, "subject", subject);
  json_object_set_string_member (object, "text", text);
  json_node_set_object (node, object);
  json = json_to_string (node, FALSE);
  return g_strconcat (json, "\n", NULL);
}
