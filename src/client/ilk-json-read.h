/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Strict getters for answers. Each fails with ILK_CLIENT_ERROR_FAILED when the member is missing
 * or of another kind, and does nothing when *fault is set already, so a reader may ask for all
 * members and look at the fault once. */
JsonNode   *ilk_json_parse        (const guint8 *data,
                                   gsize         length,
                                   GError      **fault);
char       *ilk_json_get_text     (JsonObject   *object,
                                   const char   *name,
                                   gsize         max,
                                   GError      **fault);
char       *ilk_json_get_text_or_null (JsonObject *object,
                                   const char   *name,
                                   gsize         max,
                                   GError      **fault);
char       *ilk_json_get_id       (JsonObject   *object,
                                   const char   *name,
                                   GError      **fault);
char       *ilk_json_get_hex      (JsonObject   *object,
                                   const char   *name,
                                   gsize         max,
                                   GError      **fault);
GBytes     *ilk_json_get_base64   (JsonObject   *object,
                                   const char   *name,
                                   gsize         max,
                                   GError      **fault);
gint64      ilk_json_get_number   (JsonObject   *object,
                                   const char   *name,
                                   gint64        min,
                                   gint64        max,
                                   GError      **fault);
gboolean    ilk_json_get_flag     (JsonObject   *object,
                                   const char   *name,
                                   GError      **fault);
JsonObject *ilk_json_get_object   (JsonObject   *object,
                                   const char   *name,
                                   GError      **fault);
JsonArray  *ilk_json_get_list     (JsonObject   *object,
                                   const char   *name,
                                   GError      **fault);
JsonObject *ilk_json_list_object  (JsonArray    *list,
                                   guint         index,
                                   GError      **fault);
void        ilk_json_not_understood (const char *what,
                                   GError      **fault);

G_END_DECLS
