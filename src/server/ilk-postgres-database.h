/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-database.h"

G_BEGIN_DECLS

#define ILK_TYPE_POSTGRES_DATABASE (ilk_postgres_database_get_type ())
G_DECLARE_FINAL_TYPE (IlkPostgresDatabase, ilk_postgres_database, ILK, POSTGRES_DATABASE, GObject)

gboolean     ilk_postgres_database_is_address (const char *database);
IlkDatabase *ilk_postgres_database_open       (const char *address,
                                               GError    **error);

G_END_DECLS
