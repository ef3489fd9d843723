/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_WORD_ROW (ilk_word_row_get_type ())
G_DECLARE_FINAL_TYPE (IlkWordRow, ilk_word_row, ILK, WORD_ROW, AdwPreferencesRow)

/* A row for a secret word, for boxed lists. The title is the property of AdwPreferencesRow.
 * Signals: "changed" (), "activate" () on Enter. */
GtkWidget *ilk_word_row_new          (const char *title);
gboolean   ilk_word_row_get_complete (IlkWordRow *self);
IlkSecret *ilk_word_row_take         (IlkWordRow *self);
void       ilk_word_row_clear        (IlkWordRow *self);
/* The widget that takes the focus and speaks to assistive tools. */
GtkWidget *ilk_word_row_get_field    (IlkWordRow *self);

G_END_DECLS
