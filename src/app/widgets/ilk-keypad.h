/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ILK_TYPE_KEYPAD (ilk_keypad_get_type ())
G_DECLARE_FINAL_TYPE (IlkKeypad, ilk_keypad, ILK, KEYPAD, GtkWidget)

/* Keys for fingers and mice. Its keys take no focus: the accessibility bus tells every listener
 * where the focus goes, and would so spell the number.
 * Signal: "key" (uint keyval): GDK_KEY_0 … GDK_KEY_9 or GDK_KEY_BackSpace. */
GtkWidget *ilk_keypad_new (void);

G_END_DECLS
