/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ILK_TYPE_PIN_CELLS (ilk_pin_cells_get_type ())
G_DECLARE_FINAL_TYPE (IlkPinCells, ilk_pin_cells, ILK, PIN_CELLS, GtkWidget)

/* The row of cells of an IlkPinEntry. Takes the focus; knows how many are filled, not by what. */
GtkWidget *ilk_pin_cells_new        (void);
void       ilk_pin_cells_set_length (IlkPinCells *self,
                                     guint        length);
void       ilk_pin_cells_set_filled (IlkPinCells *self,
                                     guint        filled);

G_END_DECLS
