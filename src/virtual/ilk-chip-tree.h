/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_CHIP_MF          0x3F00
#define ILK_CHIP_EF_DIR      0x2F00
#define ILK_CHIP_APPLICATION 0x3D00
#define ILK_CHIP_MAX_KEYS    4

/* One file of the card. */
typedef struct {
  guint16  id;
  guint16  parent;
  gboolean folder;
  GBytes  *name;     /* the application's AID, or NULL */
  GBytes  *content;  /* NULL for a folder */
} IlkChipFile;

/* The card's file system: MF, EF(DIR) and the PKCS#15 application. */
typedef struct _IlkChipTree IlkChipTree;

IlkChipTree       *ilk_chip_tree_new         (const guint8      *serial,
                                              gsize              serial_length,
                                              GPtrArray         *certificates);
void               ilk_chip_tree_free        (IlkChipTree       *self);
const IlkChipFile *ilk_chip_tree_get_root    (IlkChipTree       *self);
const IlkChipFile *ilk_chip_tree_find_child  (IlkChipTree       *self,
                                              const IlkChipFile *folder,
                                              guint16            id,
                                              gboolean           wants_folder);
const IlkChipFile *ilk_chip_tree_find_path   (IlkChipTree       *self,
                                              const guint8      *path,
                                              gsize              length);
const IlkChipFile *ilk_chip_tree_find_name   (IlkChipTree       *self,
                                              const guint8      *name,
                                              gsize              length);
const IlkChipFile *ilk_chip_tree_get_parent  (IlkChipTree       *self,
                                              const IlkChipFile *file);
GByteArray        *ilk_chip_tree_list        (IlkChipTree       *self,
                                              const IlkChipFile *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkChipTree, ilk_chip_tree_free)

G_END_DECLS
