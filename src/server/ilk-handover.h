/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* Called for each bad line, in their order; message names no value of it. */
typedef void (*IlkHandoverFault) (guint       line,
                                  const char *message,
                                  gpointer    user_data);

typedef struct {
  guint imported;
  guint skipped;
  guint lines_before;      /* done by an earlier run over the same file */
  guint imported_before;
  guint skipped_before;
} IlkHandoverCounts;

/* Reads a stream to its end; nothing is remembered of it. */
gboolean ilk_handover_import      (IlkService         *service,
                                   GInputStream       *stream,
                                   IlkHandoverFault    fault,
                                   gpointer            user_data,
                                   guint              *imported,
                                   guint              *skipped,
                                   GError            **error);
/* Goes on where an earlier run over a file of the same content ended, and tells of the lines that
 * were bad then, too; again: from its first line. */
gboolean ilk_handover_import_file (IlkService         *service,
                                   const char         *path,
                                   gboolean            again,
                                   IlkHandoverFault    fault,
                                   gpointer            user_data,
                                   IlkHandoverCounts  *counts,
                                   GError            **error);

G_END_DECLS
