/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "card/ilk-card-info.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static X509 *
parse (GBytes *der)
{
  gsize length;
  const unsigned char *bytes = g_bytes_get_data (der, &length);

  return d2i_X509 (NULL, &bytes, (long) length);
}

/* An authority below the root is trusted as it stands: a profile need not have the root, too. */
static X509_STORE *
new_store (GBytes *authorities)
{
  g_autoptr (BIO) pem = BIO_new_mem_buf (g_bytes_get_data (authorities, NULL),
                                         (int) g_bytes_get_size (authorities));
  X509_STORE *store = X509_STORE_new ();
  X509 *authority;

  while ((authority = PEM_read_bio_X509 (pem, NULL, NULL, NULL)) != NULL)
    {
      X509_STORE_add_cert (store, authority);
      X509_free (authority);
    }
  X509_STORE_set_flags (store, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

static IlkChain
judge (int error)
{
  switch (error)
    {
    case X509_V_OK:
      return ILK_CHAIN_TRUSTED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return ILK_CHAIN_UNKNOWN;
    default:
      return ILK_CHAIN_BROKEN;
    }
}

/**
 * ilk_certificate_check_chain:
 * @authorities: (nullable): certificates of the issuer, one PEM after the other
 *
 * Follows the signatures up to one of @authorities. Whether they hold is asked for the moment at
 * which the certificate begins: an authority may end before what it has signed, and a certificate
 * that has not begun is no broken one. Revocation is not looked at; the issuer's service knows it.
 *
 * Returns: what they say of it
 */
IlkChain
ilk_certificate_check_chain (const IlkCertificate *self,
                             GBytes               *authorities)
{
  g_autoptr (X509) x509 = NULL;
  g_autoptr (X509_STORE) store = NULL;
  g_autoptr (X509_STORE_CTX) context = NULL;

  g_return_val_if_fail (self != NULL, ILK_CHAIN_UNKNOWN);

  if (authorities == NULL || self->der == NULL)
    return ILK_CHAIN_UNKNOWN;

  x509 = parse (self->der);
  store = new_store (authorities);
  context = X509_STORE_CTX_new ();
  if (x509 == NULL || !X509_STORE_CTX_init (context, store, x509, NULL))
    return ILK_CHAIN_UNKNOWN;

  X509_STORE_CTX_set_time (context, 0, (time_t) self->not_before);
  X509_verify_cert (context);
  g_debug ("chain: %s", X509_verify_cert_error_string (X509_STORE_CTX_get_error (context)));
  return judge (X509_STORE_CTX_get_error (context));
}
