/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What leads from one version of the tables to the next. A step only adds: a program that knows the
 * version before goes on with what it knows while the newer one serves already. */
typedef struct {
  const char *sql;        /* with the words INTEGER, TEXT, BLOB, and INTEGER PRIMARY KEY for ids */
  const char *sqlite;     /* what only SQLite understands; NULL: nothing */
  const char *postgres;
} IlkSchemaStep;

int                  ilk_store_schema_get_version (void);
/* The step that leads from this version to the next one. */
const IlkSchemaStep *ilk_store_schema_get_step    (int version);

G_END_DECLS
