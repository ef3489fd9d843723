/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ILK_TYPE_APPLICATION (ilk_application_get_type ())
G_DECLARE_FINAL_TYPE (IlkApplication, ilk_application, ILK, APPLICATION, AdwApplication)

IlkApplication *ilk_application_new          (gboolean  practice);
/* The language chosen on the welcome page, "" for the desktop's; before any window. */
char           *ilk_application_dup_language (void);
/* TRUE after a new language was chosen: the program executes itself anew. */
gboolean        ilk_application_get_restart  (IlkApplication *self);

G_END_DECLS
