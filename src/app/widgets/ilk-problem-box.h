/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "app/ilk-problem.h"

G_BEGIN_DECLS

#define ILK_TYPE_PROBLEM_BOX (ilk_problem_box_get_type ())
G_DECLARE_FINAL_TYPE (IlkProblemBox, ilk_problem_box, ILK, PROBLEM_BOX, GtkWidget)

/* What went wrong, why, and what to do; hidden without a problem. */
GtkWidget  *ilk_problem_box_new         (void);
void        ilk_problem_box_set_problem (IlkProblemBox *self,
                                         IlkProblem    *problem);
IlkProblem *ilk_problem_box_get_problem (IlkProblemBox *self);

G_END_DECLS
