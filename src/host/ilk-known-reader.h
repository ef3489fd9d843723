/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A reader of data/readers.json. */
typedef struct {
  guint16     vendor_id;
  guint16     product_id;
  const char *name;
  const char *package;   /* Debian package with its driver, or NULL when there is none */
} IlkKnownReader;

extern const IlkKnownReader ilk_known_readers[];
extern const unsigned int   ilk_n_known_readers;

const IlkKnownReader *ilk_known_reader_find (guint16 vendor_id,
                                             guint16 product_id);

G_END_DECLS
