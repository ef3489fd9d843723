/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The historical bytes of an ATR; FALSE when it is cut off or has none. */
gboolean ilk_historical_bytes_find     (const guint8  *atr,
                                        gsize          length,
                                        const guint8 **bytes,
                                        gsize         *n_bytes);
/* The value of one object in them, where they are of category 80; FALSE: it is not there. */
gboolean ilk_historical_bytes_get      (const guint8  *bytes,
                                        gsize          n_bytes,
                                        guint8         tag,
                                        const guint8 **value,
                                        gsize         *length);
/* Whether the card's maker says that it is an AKİS card. */
gboolean ilk_historical_bytes_are_akis (const guint8  *atr,
                                        gsize          length);

G_END_DECLS
