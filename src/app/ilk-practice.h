/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"
#include "core/ilk-issuer.h"
#include "virtual/ilk-practice-set.h"

G_BEGIN_DECLS

#define ILK_TYPE_PRACTICE (ilk_practice_get_type ())
G_DECLARE_FINAL_TYPE (IlkPractice, ilk_practice, ILK, PRACTICE, GObject)

/* The practice world, without widgets: a practice set in a temporary 0700 folder, the service as a
 * child on a Unix socket with its channel, an in-process reader with virtual cards.
 * Signals:
 *   "sms" (char *to, char *text): a message came to the practice phone
 *   "mail" (char *to, char *subject, char *text)
 *   "captcha" (char *answer): what the newest captcha says
 *   "changed" (): reader plugged in or out, card in or out, holder chosen
 *   "advanced" (): the service's clock was moved
 *   "ended" (): the service ended by itself */
IlkPractice       *ilk_practice_new                (void);
void               ilk_practice_start_async        (IlkPractice         *self,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
gboolean           ilk_practice_start_finish       (IlkPractice         *self,
                                                    GAsyncResult        *result,
                                                    GError             **error);
/* Ends the child and removes the folder. */
void               ilk_practice_stop               (IlkPractice *self);
IlkTransport      *ilk_practice_get_transport      (IlkPractice *self); /* transfer none */
IlkIssuer         *ilk_practice_get_issuer         (IlkPractice *self); /* transfer none */
const char        *ilk_practice_get_socket_path    (IlkPractice *self);
const char        *ilk_practice_get_report_file    (IlkPractice *self); /* goes with the practice folder */
GPtrArray         *ilk_practice_get_holders        (IlkPractice *self); /* IlkPracticeHolder */
IlkPracticeHolder *ilk_practice_get_holder         (IlkPractice *self);
/* Pulls the card first. */
void               ilk_practice_choose_holder      (IlkPractice *self, guint index);
gboolean           ilk_practice_get_reader_plugged (IlkPractice *self);
void               ilk_practice_set_reader_plugged (IlkPractice *self, gboolean plugged);
gboolean           ilk_practice_get_card_inserted  (IlkPractice *self);
void               ilk_practice_set_card_inserted  (IlkPractice *self, gboolean inserted);
void               ilk_practice_advance_clock      (IlkPractice *self, gint64 seconds);

G_END_DECLS
