/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/* A detached CMS signature (RFC 5652) that is made in two halves, as the key is in a card elsewhere:
 * the signed attributes first, then the card's signature over them put into it. An OpenSSL provider
 * that signs with a key outside would have to wait for the card in the middle of a call. */

/* The signature of the content without its signature: content type, digest, time and certificate
 * (RFC 5035) are in it. Returns: (transfer full) (nullable): DER */
GBytes  *ilk_consent_cms_prepare    (X509    *certificate,
                                     GBytes  *content,
                                     gint64   now);
/* What the card has to sign: the DER of the signed attributes as a SET OF (RFC 5652, 5.4).
 * Returns: (transfer full) (nullable) */
GBytes  *ilk_consent_cms_get_signed (GBytes  *cms);
/* Whether this is the signature in it. */
gboolean ilk_consent_cms_has        (GBytes  *cms,
                                     GBytes  *signature);
/* Returns: (transfer full) (nullable): the whole; it was verified as a recipient does */
GBytes  *ilk_consent_cms_complete   (GBytes  *cms,
                                     GBytes  *content,
                                     GBytes  *signature);

G_END_DECLS
