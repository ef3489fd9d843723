/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a holder agrees to. A text that was signed once is never changed: a new version gets a new
 * number. */

/* kind: "wet-signature-waiver". issuer: NULL: not told. Returns: (transfer full) (nullable): UTF-8;
 * NULL: there is no such kind */
char *ilk_consent_text_write (const char *kind,
                              gboolean    turkish,
                              const char *issuer,
                              const char *holder,
                              const char *certificate_serial);

G_END_DECLS
