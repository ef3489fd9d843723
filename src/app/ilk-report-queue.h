/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-client.h"

G_BEGIN_DECLS

/* What the service should still be told of unlocks and PIN changes. Kept in the person's data
 * folder, without secrets, until the service has taken it. */
typedef struct _IlkReportQueue IlkReportQueue;

IlkReportQueue *ilk_report_queue_new            (const char     *path);
void            ilk_report_queue_free           (IlkReportQueue *self);
guint           ilk_report_queue_get_length     (IlkReportQueue *self);
void            ilk_report_queue_add_unlock     (IlkReportQueue *self,
                                                 const char     *unlock_id,
                                                 const char     *card_serial,
                                                 const char     *outcome,
                                                 const char     *step,
                                                 guint16         status_word);
void            ilk_report_queue_add_pin_change (IlkReportQueue *self,
                                                 const char     *card_serial);
/* Whether something about this card waits. */
gboolean        ilk_report_queue_has            (IlkReportQueue *self,
                                                 const char     *card_serial);
/* The cards (IlkServiceCard) of the holder who is logged in: only reports about them are sent, so
 * that another holder's are not refused and lost. NULL: nobody is. */
void            ilk_report_queue_set_cards      (IlkReportQueue *self,
                                                 GPtrArray      *cards);
void            ilk_report_queue_send           (IlkReportQueue *self,
                                                 IlkClient      *client);

G_END_DECLS
