/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-handover-entry.h"
#include "server/ilk-service.h"

G_BEGIN_DECLS

/* Lines of a hand-over file that are taken in together: opened, hashed and sealed by as many
 * threads as there are processors, stored in one transaction. */
typedef struct _IlkHandoverBatch IlkHandoverBatch;

/* digest: of the file, under which it is remembered how far it was read; NULL: it is not. */
IlkHandoverBatch *ilk_handover_batch_new        (IlkService        *service,
                                                 const char        *digest,
                                                 GError           **error);
void              ilk_handover_batch_free       (IlkHandoverBatch  *self);
/* text NULL: it was too long. position: of the byte behind it. */
void              ilk_handover_batch_add        (IlkHandoverBatch  *self,
                                                 GBytes            *text,
                                                 guint              number,
                                                 gint64             position);
guint             ilk_handover_batch_get_length (IlkHandoverBatch  *self);
/* FALSE: the database or the keys can't be had; nothing more should be tried. */
gboolean          ilk_handover_batch_take       (IlkHandoverBatch  *self,
                                                 GError           **error);
/* After it was taken: why a line was skipped; NULL: it was imported. */
const char       *ilk_handover_batch_get_fault  (IlkHandoverBatch  *self,
                                                 guint              index,
                                                 guint             *number);
void              ilk_handover_batch_clear      (IlkHandoverBatch  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkHandoverBatch, ilk_handover_batch_free)

G_END_DECLS
