/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-key-store.h"

G_BEGIN_DECLS

#define ILK_TYPE_FILE_KEY_STORE (ilk_file_key_store_get_type ())
G_DECLARE_FINAL_TYPE (IlkFileKeyStore, ilk_file_key_store, ILK, FILE_KEY_STORE, GObject)

/* A folder of credential files (as systemd's LoadCredential= lays them out), 32 raw bytes each. */
IlkFileKeyStore *ilk_file_key_store_new (const char *folder,
                                         GError    **error);

/* The same, for making keys that are missing. */
IlkFileKeyStore *ilk_file_key_store_open (const char *folder);

G_END_DECLS
