/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-client.h"
#include "client/ilk-json-read.h"
#include "client/ilk-json-scan.h"

#define MAX_DEPTH 8
#define MAX_ID 128

/**
 * ilk_json_not_understood:
 * @what: the member that is not as the contract says
 */
void
ilk_json_not_understood (const char  *what,
                         GError     **fault)
{
  if (*fault == NULL)
    g_set_error (fault, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                 "The service's answer was not understood (%s)", what);
}

/**
 * ilk_json_parse:
 *
 * Returns: (transfer full) (nullable): a node that holds an object
 */
JsonNode *
ilk_json_parse (const guint8  *data,
                gsize          length,
                GError       **fault)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;

  if (*fault != NULL)
    return NULL;

  parser = json_parser_new ();
  if (!ilk_json_scan_is_valid (data, length, MAX_DEPTH) ||
      !json_parser_load_from_data (parser, (const char *) data, length, NULL))
    {
      ilk_json_not_understood ("no JSON", fault);
      return NULL;
    }

  root = json_parser_steal_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      ilk_json_not_understood ("no object", fault);
      g_clear_pointer (&root, json_node_unref);
    }

  return root;
}

static JsonNode *
get_value (JsonObject  *object,
           const char  *name,
           GType        type,
           GError     **fault)
{
  JsonNode *node;

  if (*fault != NULL)
    return NULL;

  node = json_object_get_member (object, name);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    {
      ilk_json_not_understood (name, fault);
      return NULL;
    }

  return node;
}

static gboolean
is_readable (const char *text,
             gsize       max)
{
  if (*text == '\0' || strlen (text) > max || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;

  return TRUE;
}

/**
 * ilk_json_get_text:
 * @max: the most bytes; longer, empty, or with control characters is refused
 *
 * Returns: (transfer full) (nullable): the text
 */
char *
ilk_json_get_text (JsonObject  *object,
                   const char  *name,
                   gsize        max,
                   GError     **fault)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING, fault);

  if (node == NULL)
    return NULL;

  if (!is_readable (json_node_get_string (node), max))
    {
      ilk_json_not_understood (name, fault);
      return NULL;
    }

  return json_node_dup_string (node);
}

/**
 * ilk_json_get_text_or_null:
 *
 * Returns: (transfer full) (nullable): the text; %NULL without a fault for null
 */
char *
ilk_json_get_text_or_null (JsonObject  *object,
                           const char  *name,
                           gsize        max,
                           GError     **fault)
{
  JsonNode *node;

  if (*fault != NULL)
    return NULL;

  node = json_object_get_member (object, name);
  if (node != NULL && JSON_NODE_HOLDS_NULL (node))
    return NULL;

  return ilk_json_get_text (object, name, max, fault);
}

static char *
get_of_set (JsonObject  *object,
            const char  *name,
            const char  *set,
            gsize        max,
            GError     **fault)
{
  g_autofree char *text = ilk_json_get_text (object, name, max, fault);

  if (text != NULL && strspn (text, set) != strlen (text))
    {
      ilk_json_not_understood (name, fault);
      return NULL;
    }

  return g_steal_pointer (&text);
}

/**
 * ilk_json_get_id:
 *
 * Returns: (transfer full) (nullable): a name that the service gave, fit for a path
 */
char *
ilk_json_get_id (JsonObject  *object,
                 const char  *name,
                 GError     **fault)
{
  return get_of_set (object, name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_", MAX_ID, fault);
}

/**
 * ilk_json_get_hex:
 *
 * Returns: (transfer full) (nullable): capital hexadecimal digits
 */
char *
ilk_json_get_hex (JsonObject  *object,
                  const char  *name,
                  gsize        max,
                  GError     **fault)
{
  char *text = get_of_set (object, name, G_CSET_DIGITS "abcdefABCDEF", max, fault);

  for (char *at = text; at != NULL && *at != '\0'; at++)
    *at = g_ascii_toupper (*at);

  return text;
}

/**
 * ilk_json_get_base64:
 * @max: the most bytes after decoding
 *
 * Returns: (transfer full) (nullable): the bytes, at least one
 */
GBytes *
ilk_json_get_base64 (JsonObject  *object,
                     const char  *name,
                     gsize        max,
                     GError     **fault)
{
  g_autofree char *text = NULL;
  g_autofree guchar *data = NULL;
  gsize length = 0;

  text = get_of_set (object, name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/=",
                     4 * (max / 3 + 1), fault);
  if (text == NULL)
    return NULL;

  data = g_base64_decode (text, &length);
  if (length == 0 || length > max)
    {
      ilk_json_not_understood (name, fault);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&data), length);
}

/**
 * ilk_json_get_number:
 *
 * Returns: the whole number, brought between @min and @max; 0 with a fault
 */
gint64
ilk_json_get_number (JsonObject  *object,
                     const char  *name,
                     gint64       min,
                     gint64       max,
                     GError     **fault)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64, fault);
  gint64 number;

  if (node == NULL)
    return 0;

  number = json_node_get_int (node);
  return CLAMP (number, min, max);
}

gboolean
ilk_json_get_flag (JsonObject  *object,
                   const char  *name,
                   GError     **fault)
{
  JsonNode *node = get_value (object, name, G_TYPE_BOOLEAN, fault);

  return node != NULL && json_node_get_boolean (node);
}

/**
 * ilk_json_get_object:
 *
 * Returns: (transfer none) (nullable): the object, owned by @object
 */
JsonObject *
ilk_json_get_object (JsonObject  *object,
                     const char  *name,
                     GError     **fault)
{
  JsonNode *node;

  if (*fault != NULL)
    return NULL;

  node = json_object_get_member (object, name);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  ilk_json_not_understood (name, fault);
  return NULL;
}

/**
 * ilk_json_get_list:
 *
 * Returns: (transfer none) (nullable): the array, owned by @object
 */
JsonArray *
ilk_json_get_list (JsonObject  *object,
                   const char  *name,
                   GError     **fault)
{
  JsonNode *node;

  if (*fault != NULL)
    return NULL;

  node = json_object_get_member (object, name);
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);

  ilk_json_not_understood (name, fault);
  return NULL;
}

/**
 * ilk_json_list_object:
 *
 * Returns: (transfer none) (nullable): the object at @index, owned by @list
 */
JsonObject *
ilk_json_list_object (JsonArray  *list,
                      guint       index,
                      GError    **fault)
{
  JsonNode *node;

  if (*fault != NULL)
    return NULL;

  node = json_array_get_element (list, index);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  ilk_json_not_understood ("list", fault);
  return NULL;
}
