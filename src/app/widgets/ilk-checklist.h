/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-pin-rules.h"

G_BEGIN_DECLS

#define ILK_TYPE_CHECKLIST (ilk_checklist_get_type ())
G_DECLARE_FINAL_TYPE (IlkChecklist, ilk_checklist, ILK, CHECKLIST, GtkWidget)

/* One row per PIN rule. relevant: the rules shown; broken: those that fail now; typed: whether
 * anything was typed, before which no rule is called kept or broken. */
GtkWidget *ilk_checklist_new       (void);
void       ilk_checklist_set_state (IlkChecklist *self,
                                    IlkPinRules   relevant,
                                    IlkPinRules   broken,
                                    gboolean      typed);

G_END_DECLS
