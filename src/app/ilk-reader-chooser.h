/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "host/ilk-host-verdict.h"
#include "host/ilk-known-reader.h"

G_BEGIN_DECLS

#define ILK_TYPE_READER_CHOOSER (ilk_reader_chooser_get_type ())
G_DECLARE_FINAL_TYPE (IlkReaderChooser, ilk_reader_chooser, ILK, READER_CHOOSER, AdwWindow)

/* The readers of the issuers' papers by name and picture, for those whose reader is not recognised.
 * Signal "chosen" (IlkReaderVerdict, gboolean sure): as if the reader's driver were missing; sure:
 * readers of that name are of one model only. The window closes. */
GtkWidget *ilk_reader_chooser_new (GtkWindow     *parent,
                                   IlkReaderList *list);

G_END_DECLS
