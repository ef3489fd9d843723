/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A certificate with its key, made for one test. */
typedef struct _TestCertificate TestCertificate;

/* issuer: NULL for a self-signed one. address: an IP address, NULL: none. Times in seconds from now. */
TestCertificate *test_certificate_new       (TestCertificate *issuer,
                                             gboolean         is_ca,
                                             const char      *address,
                                             glong            begins,
                                             glong            ends);
void             test_certificate_free      (TestCertificate *self);
char            *test_certificate_get_pem   (TestCertificate *self,
                                             gboolean         with_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCertificate, test_certificate_free)

G_END_DECLS
