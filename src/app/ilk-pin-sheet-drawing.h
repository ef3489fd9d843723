/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* What the sheet says. */
typedef struct {
  char      *holder;
  char      *issuer;
  char      *card_serial;
  gint64     when; /* seconds since 1970 */
  IlkSecret *pin;
} IlkPinSheetContent;

/* Bytes that are wiped before they go. */
typedef struct {
  guint8 *data;
  gsize   length;
  gsize   capacity;
} IlkWipedBuffer;

void     ilk_wiped_buffer_clear     (IlkWipedBuffer            *self);
gboolean ilk_pin_sheet_draw         (const IlkPinSheetContent  *content,
                                     IlkWipedBuffer            *pdf,
                                     GError                   **error);

G_END_DECLS
