/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include "server/ilk-sqlite-store.h"

G_BEGIN_DECLS

/* The three files of the SQLite store share these. A format names the bound values in their order:
 * "t" text (NULL: null), "i" gint64, "b" GBytes (NULL: null). */
sqlite3_stmt *ilk_sqlite_query    (IlkSqliteStore *self,
                                   GError        **error,
                                   const char     *sql,
                                   const char     *format,
                                   ...);
gboolean      ilk_sqlite_next     (IlkSqliteStore *self,
                                   sqlite3_stmt   *statement,
                                   GError        **error);
gint64        ilk_sqlite_run      (IlkSqliteStore *self,
                                   GError        **error,
                                   const char     *sql,
                                   const char     *format,
                                   ...);
gint64        ilk_sqlite_number   (IlkSqliteStore *self,
                                   GError        **error,
                                   gint64          otherwise,
                                   const char     *sql,
                                   const char     *format,
                                   ...);
gint64        ilk_sqlite_last_row (IlkSqliteStore *self);

char         *ilk_sqlite_text     (sqlite3_stmt   *statement,
                                   int             column);
GBytes       *ilk_sqlite_blob     (sqlite3_stmt   *statement,
                                   int             column);

void          ilk_sqlite_login_init  (IlkStoreInterface *iface);
void          ilk_sqlite_cards_init  (IlkStoreInterface *iface);
void          ilk_sqlite_acts_init   (IlkStoreInterface *iface);

/* Called when a transaction that erased something is through: nothing of it may stay in the
 * write-ahead log. */
void          ilk_sqlite_want_checkpoint (IlkSqliteStore *self);

G_END_DECLS
