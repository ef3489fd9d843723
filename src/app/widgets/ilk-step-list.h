/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-flow.h"

G_BEGIN_DECLS

#define ILK_TYPE_STEP_LIST (ilk_step_list_get_type ())
G_DECLARE_FINAL_TYPE (IlkStepList, ilk_step_list, ILK, STEP_LIST, GtkWidget)

/* Where one is on the road: all steps with their marks, or, compact, one line
 * "Step 3 of 12 – Card reader" for windows under 600 pixels.
 * Property: compact (boolean). */
GtkWidget  *ilk_step_list_new         (void);
void        ilk_step_list_set_view    (IlkStepList   *self,
                                       const IlkView *view);
gboolean    ilk_step_list_get_compact (IlkStepList   *self);
void        ilk_step_list_set_compact (IlkStepList   *self,
                                       gboolean       compact);
const char *ilk_step_get_title        (IlkStep        step);

G_END_DECLS
