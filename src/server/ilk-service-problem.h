/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the service can answer instead of doing it: one stable code, one status, one sentence in
 * each language (RFC 9457, application/problem+json). */
typedef struct {
  const char *code;
  guint       status;
  const char *english;
  const char *turkish;
} IlkServiceProblem;

const IlkServiceProblem *ilk_service_problem_find    (const char              *code);
const IlkServiceProblem *ilk_service_problem_get_all (guint                   *count);

/* attempts_left, retry_after: -1: not told. */
GBytes                  *ilk_service_problem_to_json (const IlkServiceProblem *self,
                                                      gboolean                 turkish,
                                                      int                      attempts_left,
                                                      int                      retry_after);

G_END_DECLS
