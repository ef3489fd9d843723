/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-pin-sheet-drawing.h"

G_BEGIN_DECLS

GBytes  *ilk_pin_sheet_encrypt   (const IlkWipedBuffer  *pdf,
                                  IlkSecret             *password,
                                  GError               **error);
gboolean ilk_pin_sheet_write_file (const char            *path,
                                   GBytes                *bytes,
                                   GCancellable          *cancellable,
                                   GError               **error);

G_END_DECLS
