/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-error.h"
#include "card/ilk-transport.h"

/* A reader with a card that follows a script: it expects certain commands, in order, and ends the
 * test at any other one. */
#define SCRIPTED_READER "Scripted Reader 00 00"
#define SCRIPTED_ATR_V1 "3BBA11008131FE4D55454B41452056312E30AE"
#define SCRIPTED_SERIAL "0102030405060708090A0B0C"

#define SCRIPTED_TYPE_TRANSPORT (scripted_transport_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedTransport, scripted_transport, SCRIPTED, TRANSPORT, GObject)

ScriptedTransport *scripted_transport_new             (const char         *atr);
void               scripted_transport_set_name        (ScriptedTransport  *self,
                                                       const char         *name);
GBytes            *scripted_from_hex                  (const char         *hex);

/* The script: what comes next, and what the card does. */
void               scripted_transport_expect          (ScriptedTransport  *self,
                                                       const char         *command,
                                                       const char         *answer);
void               scripted_transport_expect_error    (ScriptedTransport  *self,
                                                       const char         *command,
                                                       IlkCardError        error);
void               scripted_transport_expect_identify (ScriptedTransport  *self,
                                                       gboolean            virtual_card);
void               scripted_transport_assert_done     (ScriptedTransport  *self);
/* Called on the worker's thread once the card has done this many commands. */
void               scripted_transport_cancel_after    (ScriptedTransport  *self,
                                                       guint               commands,
                                                       GCancellable       *cancellable);
guint              scripted_transport_get_resets      (ScriptedTransport  *self);
guint              scripted_transport_get_connected   (ScriptedTransport  *self);
guint              scripted_transport_get_connections (ScriptedTransport  *self);
void               scripted_transport_await_closed    (ScriptedTransport  *self);

/* What wait () tells. */
void               scripted_transport_set_present     (ScriptedTransport  *self,
                                                       gboolean            present);
void               scripted_transport_set_mute        (ScriptedTransport  *self);
void               scripted_transport_set_exclusive    (ScriptedTransport  *self);
void               scripted_transport_set_wait_error  (ScriptedTransport  *self,
                                                       int                 error);
void               scripted_transport_set_deaf         (ScriptedTransport  *self,
                                                       gboolean            deaf);
void               scripted_transport_set_connect_error (ScriptedTransport *self,
                                                       int                 error);
guint              scripted_transport_get_waits       (ScriptedTransport  *self);
void               scripted_transport_await_waiting   (ScriptedTransport  *self,
                                                       guint               waits);
