/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* The sheet of paper with the PIN: an encrypted PDF that only its password opens. */

/* Four words of a–z joined by "-", drawn at random. */
IlkSecret *ilk_pin_sheet_new_password (void);

/* path: the file to make; an older one is replaced. when: seconds since 1970. holder, issuer and
 * card_serial are printed. Copies of pin and password live until the end of the writing only. */
void       ilk_pin_sheet_write_async  (const char           *path,
                                       const char           *holder,
                                       const char           *issuer,
                                       const char           *card_serial,
                                       gint64                when,
                                       IlkSecret            *pin,
                                       IlkSecret            *password,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean   ilk_pin_sheet_write_finish (GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
