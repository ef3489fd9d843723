/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_PKCS15_MAX_PATH 16

/* Where something lies on a card: file ids, two bytes each, and a part of the file. */
typedef struct {
  guint8 bytes[ILK_PKCS15_MAX_PATH];
  gsize  length;
  gsize  offset;
  gsize  count;  /* 0: all of it */
} IlkPkcs15Path;

GArray *ilk_pkcs15_parse_odf (const guint8 *bytes,
                              gsize         length);
GArray *ilk_pkcs15_parse_cdf (const guint8 *bytes,
                              gsize         length);

G_END_DECLS
