/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_WORD_ROW (ilk_word_row_get_type ())
G_DECLARE_FINAL_TYPE (IlkWordRow, ilk_word_row, ILK, WORD_ROW, GtkWidget)

/* A password row for words (the security word). A GtkListBoxRow of its own boxed list: put it into
 * a page as it is. Signals: "changed" (), "activate" () on Enter. */
GtkWidget *ilk_word_row_new          (const char *title);
void       ilk_word_row_set_title    (IlkWordRow *self,
                                      const char *title);
gboolean   ilk_word_row_get_complete (IlkWordRow *self);
IlkSecret *ilk_word_row_take         (IlkWordRow *self);
void       ilk_word_row_clear        (IlkWordRow *self);

G_END_DECLS
