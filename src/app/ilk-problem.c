/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/ilk-problem.h"

G_DEFINE_QUARK (ilk-app-error-quark, ilk_app_error)
G_DEFINE_BOXED_TYPE (IlkProblem, ilk_problem, ilk_problem_ref, ilk_problem_unref)

IlkProblem *
ilk_problem_ref (IlkProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_problem_unref (IlkProblem *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->sentence);
  g_free (self->cause);
  g_free (self->action);
  g_free (self);
}
