/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/ilk-diagnosis.h"
#include "app/ilk-problem-log.h"

#define KEPT 10

static struct {
  const char *code;      /* static, of the table of problems */
  char       *sentence;
  gint64      when;
} kept[KEPT];
static guint n_added;

void
ilk_problem_log_add (IlkProblem *problem)
{
  guint place = n_added++ % KEPT;

  g_free (kept[place].sentence);
  kept[place].code = problem->code;
  kept[place].sentence = g_strdup (problem->sentence);
  kept[place].when = g_get_real_time () / G_USEC_PER_SEC;
}

GPtrArray *
ilk_problem_log_get (void)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func (ilk_diagnosis_problem_free);

  for (guint i = 0; i < MIN (n_added, KEPT); i++)
    {
      guint place = (n_added - 1 - i) % KEPT;
      IlkDiagnosisProblem *problem = g_new0 (IlkDiagnosisProblem, 1);

      problem->code = g_strdup (kept[place].code);
      problem->sentence = g_strdup (kept[place].sentence);
      problem->when = kept[place].when;
      g_ptr_array_add (problems, problem);
    }
  return problems;
}
