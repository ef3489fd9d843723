/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_PIN_ENTRY (ilk_pin_entry_get_type ())
G_DECLARE_FINAL_TYPE (IlkPinEntry, ilk_pin_entry, ILK, PIN_ENTRY, GtkWidget)

/* Cells for a number that nobody may read: digits go from the key event into an IlkSecret.
 * Properties: title (string), length (uint, 6: how many cells there are), least (uint, 0: as many as
 * there are cells), complete (boolean, read-only), keypad (boolean:
 * whether the button for the keypad on the screen is offered).
 * Signals: "changed" (), "activate" () on Enter. */
GtkWidget *ilk_pin_entry_new          (const char  *title);
void       ilk_pin_entry_set_title    (IlkPinEntry *self,
                                       const char  *title);
gboolean   ilk_pin_entry_get_complete (IlkPinEntry *self);
IlkSecret *ilk_pin_entry_get_secret   (IlkPinEntry *self);
IlkSecret *ilk_pin_entry_take         (IlkPinEntry *self);
void       ilk_pin_entry_clear        (IlkPinEntry *self);
void       ilk_pin_entry_set_fault    (IlkPinEntry *self,
                                       const char  *words);

G_END_DECLS
