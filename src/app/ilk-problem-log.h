/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-problem.h"

G_BEGIN_DECLS

/* The last problems that this run of the program has shown, for the report about this computer.
 * Only the name of each and its first sentence are kept, which hold nothing of the person. For the
 * main thread. */
void       ilk_problem_log_add (IlkProblem *problem);
/* Returns (transfer full): IlkDiagnosisProblem, newest first. */
GPtrArray *ilk_problem_log_get (void);

G_END_DECLS
