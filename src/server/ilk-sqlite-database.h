/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-database.h"

G_BEGIN_DECLS

#define ILK_TYPE_SQLITE_DATABASE (ilk_sqlite_database_get_type ())
G_DECLARE_FINAL_TYPE (IlkSqliteDatabase, ilk_sqlite_database, ILK, SQLITE_DATABASE, GObject)

IlkDatabase *ilk_sqlite_database_open (const char *path,
                                       GError    **error);

G_END_DECLS
