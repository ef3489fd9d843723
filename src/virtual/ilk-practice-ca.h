/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

G_BEGIN_DECLS

/* A made-up certificate authority in a folder: ca.pem and ca-key.pem. */
typedef struct _IlkPracticeCa IlkPracticeCa;

IlkPracticeCa *ilk_practice_ca_open  (const char     *folder,
                                      gint64          now,
                                      GError        **error);
GBytes        *ilk_practice_ca_issue (IlkPracticeCa  *self,
                                      EVP_PKEY       *key,
                                      const char     *holder,
                                      const char     *identity_number,
                                      gint64          not_before,
                                      gint64          not_after,
                                      GError        **error);
void           ilk_practice_ca_free  (IlkPracticeCa  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkPracticeCa, ilk_practice_ca_free)

G_END_DECLS
