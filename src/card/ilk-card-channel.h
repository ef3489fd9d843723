/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-apdu.h"
#include "card/ilk-pin-pad.h"
#include "card/ilk-status-word.h"
#include "card/ilk-transport.h"

G_BEGIN_DECLS

/* One connection to one card: sends commands and keeps what the last one came to. All functions
 * block. */
typedef struct _IlkCardChannel IlkCardChannel;

/* The answer to one command. It may hold anything: it lives on the stack and is wiped by clear. */
typedef struct {
  guint8  bytes[ILK_APDU_MAX_ANSWER];
  gsize   length; /* of the data, without the status word */
  guint16 sw;
} IlkCardReply;

void ilk_card_reply_clear (IlkCardReply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IlkCardReply, ilk_card_reply_clear)

IlkCardChannel *ilk_card_channel_open             (IlkTransport    *transport,
                                                   const char      *reader,
                                                   GCancellable    *cancellable,
                                                   GError         **error);
void            ilk_card_channel_close            (IlkCardChannel  *self,
                                                   gboolean         reset);
GBytes         *ilk_card_channel_get_atr          (IlkCardChannel  *self);
gboolean        ilk_card_channel_send             (IlkCardChannel  *self,
                                                   IlkApduCommand  *command,
                                                   IlkCardReply    *reply,
                                                   GError         **error);
gboolean        ilk_card_channel_find_pad         (IlkCardChannel  *self,
                                                   IlkPinPad       *pad);
gboolean        ilk_card_channel_send_by_pad      (IlkCardChannel  *self,
                                                   guint32          code,
                                                   GBytes          *request,
                                                   IlkCardReply    *reply,
                                                   GError         **error);
guint16         ilk_card_channel_get_status_word  (IlkCardChannel  *self);
gboolean        ilk_card_channel_get_unanswered   (IlkCardChannel  *self);

G_END_DECLS
