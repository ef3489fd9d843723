/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-transport.h"
#include "core/ilk-issuer.h"

G_BEGIN_DECLS

/* The PKCS#11 modules that an issuer's profile names for its cards. */
void ilk_modules_add (IlkTransport *transport,
                      IlkIssuer    *issuer);

G_END_DECLS
