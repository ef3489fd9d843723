/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/* The certificate authorities whose certificates count here, and what is asked of a certificate
 * that somebody signs with. */
typedef struct _IlkAuthorities IlkAuthorities;

typedef enum {
  ILK_CERTIFICATE_GOOD,
  ILK_CERTIFICATE_FOREIGN,       /* of nobody here, or not for signing */
  ILK_CERTIFICATE_EXPIRED,
  ILK_CERTIFICATE_NOT_YET_VALID
} IlkCertificateVerdict;

IlkAuthorities        *ilk_authorities_load            (const char      *path,
                                                        GError         **error);
void                   ilk_authorities_free            (IlkAuthorities  *self);
IlkCertificateVerdict  ilk_authorities_check           (IlkAuthorities  *self,
                                                        X509            *certificate,
                                                        gint64           now);

/* NULL: it is no certificate, or has something behind it. */
X509                  *ilk_certificate_from_der        (GBytes          *der);
/* As the store has it: capital hex, an even number of digits. */
char                  *ilk_certificate_get_serial      (X509            *certificate);
/* The identity number in the subject's serialNumber; NULL: none. */
char                  *ilk_certificate_get_number      (X509            *certificate);
/* Whether signature is one of its key over data, with SHA-256: RSASSA-PKCS1-v1_5, or ECDSA in
 * DER. */
gboolean               ilk_certificate_check_signature (X509            *certificate,
                                                        GBytes          *data,
                                                        GBytes          *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkAuthorities, ilk_authorities_free)

G_END_DECLS
