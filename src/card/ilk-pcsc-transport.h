/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"

G_BEGIN_DECLS

#define ILK_TYPE_PCSC_TRANSPORT (ilk_pcsc_transport_get_type ())
G_DECLARE_FINAL_TYPE (IlkPcscTransport, ilk_pcsc_transport, ILK, PCSC_TRANSPORT, GObject)

/* only_prefix: readers whose name does not begin so are neither listed nor opened (tests pass
 * "Virtual PCD"); NULL: all. */
IlkTransport *ilk_pcsc_transport_new (const char *only_prefix);

G_END_DECLS
