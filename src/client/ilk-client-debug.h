/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-client.h"

G_BEGIN_DECLS

/* What one call was and how it ended. status is 0 and problem NULL when no answer came. Bodies,
 * tokens and keys are not told. */
typedef void (*IlkClientRecorder) (const char *method,
                                   const char *path,
                                   guint       status,
                                   const char *problem,
                                   gpointer    user_data);

void     ilk_client_set_recorder (IlkClient         *self,
                                  IlkClientRecorder  recorder,
                                  gpointer           user_data);
gboolean ilk_client_fail_call    (IlkClient         *self,
                                  guint              number,
                                  const char        *fault);
void     ilk_client_set_timeout  (IlkClient         *self,
                                  guint              milliseconds);

G_END_DECLS
