/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-client.h"

G_BEGIN_DECLS

GError *ilk_client_error_new_problem (guint         status,
                                      const char   *problem,
                                      int           attempts_left,
                                      int           retry_after);
GError *ilk_client_error_new_fault   (const GError *fault);

G_END_DECLS
