/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "ilkimza --check": looks, prints, and returns the exit status (IlkDiagnosisResult). Needs no
 * display and opens none. */
int ilk_check (gboolean practice,
               gboolean json);

G_END_DECLS
