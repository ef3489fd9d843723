/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-info.h"
#include "card/ilk-pkcs11-registry.h"

G_BEGIN_DECLS

/* Asks the modules of this computer for the card in a reader and adds what they say to what its
 * ATR said. No PIN command. FALSE only when cancelled: a module that fails is told of in info.
 * Blocks: for worker threads. */
gboolean ilk_pkcs11_read (IlkPkcs11Registry  *modules,
                          gboolean            only_card,
                          IlkCardInfo        *info,
                          GCancellable       *cancellable,
                          GError            **error);

G_END_DECLS
