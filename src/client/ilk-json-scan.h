/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

gboolean   ilk_json_scan_is_valid    (const guint8 *json,
                                      gsize         length,
                                      guint         max_depth);
IlkSecret *ilk_json_scan_take_secret (guint8       *json,
                                      gsize         length,
                                      const char   *name);

G_END_DECLS
