/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ILK_TYPE_DRAWING (ilk_drawing_get_type ())
G_DECLARE_FINAL_TYPE (IlkDrawing, ilk_drawing, ILK, DRAWING, GtkWidget)

/* A picture of our own in the colours of the theme. Names: "prepare-chip", "insert-chip",
 * "reader", "card", "envelope", "done"; readers by their form: "stick", "stick-clear",
 * "stick-white", "stick-red", "desktop", "keyboard", "builtin".
 * Property: name of the picture is "picture" (string). */
GtkWidget  *ilk_drawing_new         (const char *name);
GtkWidget  *ilk_drawing_new_small   (const char *name);
const char *ilk_drawing_get_picture (IlkDrawing *self);
void        ilk_drawing_set_picture (IlkDrawing *self,
                                     const char *name);

G_END_DECLS
