/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One BER-TLV object in bytes that somebody else owns. */
typedef struct {
  guint         tag;    /* up to three bytes, as written */
  const guint8 *value;
  gsize         length;
} IlkTlv;

/* A walk over the objects that lie one after the other in some bytes. */
typedef struct {
  const guint8 *next;
  gsize         left;
} IlkTlvReader;

void     ilk_tlv_reader_init       (IlkTlvReader *self,
                                    const guint8 *bytes,
                                    gsize         length);
void     ilk_tlv_reader_init_value (IlkTlvReader *self,
                                    const IlkTlv *outer);
gboolean ilk_tlv_reader_next       (IlkTlvReader *self,
                                    IlkTlv       *out);
gboolean ilk_tlv_find              (const guint8 *bytes,
                                    gsize         length,
                                    guint         tag,
                                    IlkTlv       *out);

G_END_DECLS
