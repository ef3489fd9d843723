/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-clock.h"
#include "server/ilk-mail-gateway.h"
#include "server/ilk-service.h"
#include "server/ilk-sms-gateway.h"

G_BEGIN_DECLS

#define ILK_TYPE_PRACTICE_CHANNEL (ilk_practice_channel_get_type ())
G_DECLARE_FINAL_TYPE (IlkPracticeChannel, ilk_practice_channel, ILK, PRACTICE_CHANNEL, GObject)

/* The pipe to whoever started the service in practice mode: messages and captcha answers go out,
 * the clock is moved through it. It is an IlkSmsGateway and an
 * IlkMailGateway. */
IlkPracticeChannel *ilk_practice_channel_new   (int                  fd,
                                                IlkManualClock      *clock);
/* Begins to read; closed is called once, when the other end is gone. */
void                ilk_practice_channel_start (IlkPracticeChannel  *self,
                                                void               (*closed) (gpointer user_data),
                                                gpointer             user_data);
void                ilk_practice_channel_ready (IlkPracticeChannel  *self,
                                                const char          *socket,
                                                const char          *address);
void                ilk_practice_channel_watch (const char          *id,
                                                const char          *answer,
                                                gpointer             channel);

G_END_DECLS
