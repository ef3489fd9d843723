/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-store.h"

G_BEGIN_DECLS

/* Who answers for the issuer when it is asked about one certificate (RFC 6960). */
typedef struct _IlkOcsp IlkOcsp;

/* NULL without an error: the folder has no ocsp-signer.pem, and nobody is answered. */
IlkOcsp *ilk_ocsp_load   (const char  *credentials,
                          GError     **error);
void     ilk_ocsp_free   (IlkOcsp     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOcsp, ilk_ocsp_free)
GBytes  *ilk_ocsp_answer (IlkOcsp     *self,
                          IlkStore    *store,
                          const void  *request,
                          gsize        length,
                          gint64       now);

G_END_DECLS
