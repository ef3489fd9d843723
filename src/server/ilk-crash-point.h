/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "config.h"

#include <glib.h>

G_BEGIN_DECLS

/* Named places between two writes, at which a test has the service killed. Only a build with tests
 * knows them. */
#ifdef ILK_CRASH_POINTS
/* Kills this process when $ILK_CRASH_POINT is "name" or "name: METHOD path", or the same with "#2"
 * behind it for the second time that it comes by. */
void ilk_crash_point_in (const char *name,
                         const char *method,
                         const char *path);
#define ilk_crash_point(name) ilk_crash_point_in (name, NULL, NULL)
#else
#define ilk_crash_point_in(name, method, path) G_STMT_START { } G_STMT_END
#define ilk_crash_point(name) G_STMT_START { } G_STMT_END
#endif

G_END_DECLS
