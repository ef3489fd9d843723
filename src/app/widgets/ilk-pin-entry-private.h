/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/widgets/ilk-pin-entry.h"

G_BEGIN_DECLS

/* What the entry does with a pressed key; TRUE: it was for the entry. GTK 4 has no made-up key
 * events, so tests come in here. */
gboolean   ilk_pin_entry_handle_key (IlkPinEntry     *self,
                                     guint            keyval,
                                     GdkModifierType  state);
/* The widget that takes the focus and speaks to assistive tools. */
GtkWidget *ilk_pin_entry_get_cells  (IlkPinEntry     *self);

G_END_DECLS
