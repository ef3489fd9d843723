/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"

/* Around another transport: its readers have keys (PC/SC part 10), on which a made-up person types.
 * It reads the requests by the specification alone. Entries are used up in order. */
#define PIN_PAD_CANCEL  "red key"
#define PIN_PAD_NOTHING "" /* until the reader's time is over */

#define PIN_PAD_FEATURES    "060442330006070442330007"
#define PIN_PAD_NO_FEATURES ""

#define PIN_PAD_TYPE_TRANSPORT (pin_pad_transport_get_type ())
G_DECLARE_FINAL_TYPE (PinPadTransport, pin_pad_transport, PIN_PAD, TRANSPORT, GObject)

PinPadTransport *pin_pad_transport_new        (IlkTransport      *inner);
void             pin_pad_transport_type       (PinPadTransport   *self,
                                               const char *const *entries);
guint            pin_pad_transport_get_typed  (PinPadTransport   *self);
/* What the last entry was asked with, in hex, without the PINs that it has not got. */
const char      *pin_pad_transport_get_request (PinPadTransport  *self);
/* What it answers when asked for its features; and whether it takes requests at all. */
void             pin_pad_transport_set_features (PinPadTransport *self,
                                                 const char      *hex);
void             pin_pad_transport_set_refusal  (PinPadTransport *self,
                                                 gboolean         refuses);
