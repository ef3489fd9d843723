/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_SECRET_GLYPHS (ilk_secret_glyphs_get_type ())
G_DECLARE_FINAL_TYPE (IlkSecretGlyphs, ilk_secret_glyphs, ILK, SECRET_GLYPHS, GtkWidget)

/* Draws the characters of a secret (0–9, a–z and "-"), or a dot for each of them. */
GtkWidget *ilk_secret_glyphs_new        (void);
void       ilk_secret_glyphs_set_secret (IlkSecretGlyphs *self,
                                         IlkSecret       *secret);
void       ilk_secret_glyphs_set_shown  (IlkSecretGlyphs *self,
                                         gboolean         shown);

G_END_DECLS
