/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* Called for each bad line; message names no value of it. */
typedef void (*IlkHandoverFault) (guint       line,
                                  const char *message,
                                  gpointer    user_data);

gboolean ilk_handover_import (IlkService       *service,
                              GInputStream     *stream,
                              IlkHandoverFault  fault,
                              gpointer          user_data,
                              guint            *imported,
                              guint            *skipped,
                              GError          **error);

G_END_DECLS
