/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A reader with keys of its own (PC/SC part 10): the PIN goes from them to the card and never
 * reaches the computer. The codes are what the reader's driver gives them; 0: it can't. */
typedef struct {
  guint32 verify_code;  /* FEATURE_VERIFY_PIN_DIRECT */
  guint32 modify_code;  /* FEATURE_MODIFY_PIN_DIRECT */
} IlkPinPad;

/* A command with room for PINs of one certain length, which the reader fills in. Offsets are
 * those of the old and of the new PIN in the command's data. */
typedef struct {
  const guint8 *command;
  gsize         length;
  guint8        old_offset;
  guint8        new_offset;
  guint8        digits;
} IlkPinPadTemplate;

/* The control code that asks a reader what it can do. */
guint32   ilk_pin_pad_get_question     (void);
gboolean  ilk_pin_pad_parse            (IlkPinPad               *self,
                                        const guint8            *features,
                                        gsize                    length);
GBytes   *ilk_pin_pad_new_verification (const IlkPinPadTemplate *template);
GBytes   *ilk_pin_pad_new_modification (const IlkPinPadTemplate *template);
/* NULL: the status word is the card's own. */
GError   *ilk_pin_pad_dup_error        (guint16                  sw);

G_END_DECLS
