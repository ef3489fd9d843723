/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-session.h"

G_BEGIN_DECLS

/* The steps of a session with one card, in their order. All functions but the two getters block
 * and are for one worker thread at a time; a session sees to that. */
typedef struct _IlkCardProcedure IlkCardProcedure;

IlkCardProcedure *ilk_card_procedure_open            (IlkTransport      *transport,
                                                      const char        *reader,
                                                      const char        *expected_serial,
                                                      GBytes            *expected_certificate,
                                                      GCancellable      *cancellable,
                                                      GError           **error);
void              ilk_card_procedure_close           (IlkCardProcedure  *self);
gboolean          ilk_card_procedure_verify          (IlkCardProcedure  *self,
                                                      IlkSecret         *pin,
                                                      gboolean           allow_last_try,
                                                      GCancellable      *cancellable,
                                                      GError           **error);
gboolean          ilk_card_procedure_change          (IlkCardProcedure  *self,
                                                      IlkSecret         *old_pin,
                                                      IlkSecret         *new_pin,
                                                      gboolean           allow_last_try,
                                                      GCancellable      *cancellable,
                                                      GError           **error);
GBytes           *ilk_card_procedure_sign            (IlkCardProcedure  *self,
                                                      GBytes            *certificate,
                                                      GBytes            *data,
                                                      IlkSecret         *pin,
                                                      gboolean           allow_last_try,
                                                      GCancellable      *cancellable,
                                                      GError           **error);
GBytes           *ilk_card_procedure_get_challenge   (IlkCardProcedure  *self,
                                                      GCancellable      *cancellable,
                                                      GError           **error);
gboolean          ilk_card_procedure_unlock          (IlkCardProcedure  *self,
                                                      GBytes            *cryptogram,
                                                      IlkSecret         *new_pin,
                                                      GCancellable      *cancellable,
                                                      GError           **error);

/* From any thread. */
IlkCardStep       ilk_card_procedure_get_step        (IlkCardProcedure  *self);
guint16           ilk_card_procedure_get_status_word (IlkCardProcedure  *self);

G_END_DECLS
