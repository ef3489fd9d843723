/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/x509.h>

#include "server/ilk-store.h"

G_BEGIN_DECLS

int     ilk_crl_get_reason (const IlkOffRecord *record);
/* The revocation list of the certificates that must not be used now. */
GBytes *ilk_crl_make (IlkStore  *store,
                      X509      *signer,
                      EVP_PKEY  *key,
                      gint64     now,
                      gint64     lifetime,
                      GError   **error);

G_END_DECLS
