/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-store.h"

G_BEGIN_DECLS

#define ILK_SERVER_ERROR (ilk_server_error_quark ())
GQuark ilk_server_error_quark (void);

/* Errors of this room: for the operator's log, never for the holder. */
typedef enum {
  ILK_SERVER_ERROR_STORE,
  ILK_SERVER_ERROR_KEYS,
  ILK_SERVER_ERROR_GATEWAY,
  ILK_SERVER_ERROR_HANDOVER,
  ILK_SERVER_ERROR_LISTEN,
  ILK_SERVER_ERROR_FAILED,
} IlkServerError;

#define ILK_TYPE_SQLITE_STORE (ilk_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (IlkSqliteStore, ilk_sqlite_store, ILK, SQLITE_STORE, GObject)

IlkSqliteStore *ilk_sqlite_store_new (const char *path,
                                      GError    **error);

/* A copy of the database as it is now, while it is in use; path must not be there yet. */
gboolean        ilk_sqlite_store_back_up (IlkSqliteStore *self,
                                          const char     *path,
                                          GError        **error);
/* Whether SQLite finds the file whole. */
gboolean        ilk_sqlite_store_check   (IlkSqliteStore *self,
                                          GError        **error);

G_END_DECLS
