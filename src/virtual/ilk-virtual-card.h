/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_VIRTUAL_CARD (ilk_virtual_card_get_type ())
G_DECLARE_FINAL_TYPE (IlkVirtualCard, ilk_virtual_card, ILK, VIRTUAL_CARD, GObject)

/* A virtual AKİS v1.0 card whose state lives in a file (mode 0600) and survives power-off. */
IlkVirtualCard *ilk_virtual_card_new_from_file (const char      *path,
                                                GError         **error);
const char     *ilk_virtual_card_get_path      (IlkVirtualCard  *self);
const char     *ilk_virtual_card_get_serial    (IlkVirtualCard  *self);
GBytes         *ilk_virtual_card_get_atr       (IlkVirtualCard  *self); /* transfer none */
void            ilk_virtual_card_power_on      (IlkVirtualCard  *self);
/* Power-off and on: drops the security state. */
void            ilk_virtual_card_reset         (IlkVirtualCard  *self);
/* One command; returns data + status word. The state file is written (fsync) before the answer. */
GBytes         *ilk_virtual_card_transmit      (IlkVirtualCard  *self,
                                                const guint8    *command,
                                                gsize            length);
/* Asks the state about a PIN without spending a try. */
gboolean        ilk_virtual_card_check_pin     (IlkVirtualCard  *self,
                                                IlkSecret       *pin);

G_END_DECLS
