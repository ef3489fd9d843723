/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The tables, version by version. A step only adds: a program that knows the version before goes
 * on with what it knows while the newer one serves already. */
int         ilk_sqlite_schema_get_version (void);
/* The SQL that leads from this version to the next one. */
const char *ilk_sqlite_schema_get_step    (int version);

G_END_DECLS
