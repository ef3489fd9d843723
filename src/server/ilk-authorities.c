/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-authorities.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>
#include "server/ilk-server-error.h"

#define RSA_BITS_MIN 2048
#define EC_BITS_MIN 256
/* ETSI EN 319 412-1, 5.1.3: personal number or passport of Türkiye; else the bare number. */
#define PERSONAL_PREFIX "PNOTR-"
#define PASSPORT_PREFIX "PASTR-"

struct _IlkAuthorities
{
  X509_STORE *store;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

static gboolean
add_certificates (IlkAuthorities *self,
                  BIO            *bio)
{
  guint count = 0;
  X509 *read;

  while ((read = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL)
    {
      g_autoptr (X509) certificate = read;

      if (X509_check_ca (certificate) == 0 || X509_STORE_add_cert (self->store, certificate) != 1)
        return FALSE;
      count++;
    }
  ERR_clear_error ();
  return count > 0;
}

/**
 * ilk_authorities_load:
 * @path: CA certificates in PEM, one behind the other
 *
 * Returns: (transfer full) (nullable): the authorities, or %NULL with %ILK_SERVER_ERROR_KEYS
 */
IlkAuthorities *
ilk_authorities_load (const char  *path,
                      GError     **error)
{
  g_autoptr (IlkAuthorities) self = g_new0 (IlkAuthorities, 1);
  g_autoptr (BIO) bio = BIO_new_file (path, "r");

  self->store = X509_STORE_new ();
  if (bio != NULL && add_certificates (self, bio))
    return g_steal_pointer (&self);

  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
               "%s has no certificates of an authority in it", path);
  return NULL;
}

void
ilk_authorities_free (IlkAuthorities *self)
{
  if (self == NULL)
    return;

  X509_STORE_free (self->store);
  g_free (self);
}

static IlkCertificateVerdict
get_verdict (int error)
{
  switch (error)
    {
    case X509_V_OK:
      return ILK_CERTIFICATE_GOOD;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ILK_CERTIFICATE_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ILK_CERTIFICATE_NOT_YET_VALID;
    default:
      return ILK_CERTIFICATE_FOREIGN;
    }
}

/* A qualified certificate has nonRepudiation alone (RFC 3739, 3.2.3). */
static gboolean
is_for_signing (X509 *certificate)
{
  guint32 usage = X509_get_key_usage (certificate);

  return usage != G_MAXUINT32 && (usage & (KU_NON_REPUDIATION | KU_DIGITAL_SIGNATURE)) != 0 &&
         X509_check_ca (certificate) == 0;
}

/**
 * ilk_authorities_check:
 * @now: seconds since 1970
 *
 * Checks the chain up to one of the authorities, validity at @now and key usage.
 */
IlkCertificateVerdict
ilk_authorities_check (IlkAuthorities *self,
                       X509           *certificate,
                       gint64          now)
{
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  X509_VERIFY_PARAM *param;

  if (!is_for_signing (certificate) ||
      X509_STORE_CTX_init (context, self->store, certificate, NULL) != 1)
    return ILK_CERTIFICATE_FOREIGN;

  param = X509_STORE_CTX_get0_param (context);
  X509_VERIFY_PARAM_set_time (param, (time_t) now);
  X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert (context) == 1)
    return ILK_CERTIFICATE_GOOD;
  if (X509_STORE_CTX_get_error_depth (context) > 0)
    return ILK_CERTIFICATE_FOREIGN;
  return get_verdict (X509_STORE_CTX_get_error (context));
}

X509 *
ilk_certificate_from_der (GBytes *der)
{
  gsize length;
  const unsigned char *data = g_bytes_get_data (der, &length);
  const unsigned char *at = data;
  g_autoptr (X509) certificate = length > 0 && length <= G_MAXINT
                                 ? d2i_X509 (NULL, &at, (long) length) : NULL;

  if (certificate != NULL && at == data + length)
    return g_steal_pointer (&certificate);
  return NULL;
}

char *
ilk_certificate_get_serial (X509 *certificate)
{
  BIGNUM *number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *hex = number != NULL ? BN_bn2hex (number) : NULL;
  char *text = g_strdup (hex != NULL ? hex : "");

  OPENSSL_free (hex);
  BN_free (number);
  return text;
}

char *
ilk_certificate_get_number (X509 *certificate)
{
  X509_NAME *subject = X509_get_subject_name (certificate);
  int at = X509_NAME_get_index_by_NID (subject, NID_serialNumber, -1);
  g_autofree char *text = NULL;
  unsigned char *utf8 = NULL;
  int length;

  if (at < 0 || X509_NAME_get_index_by_NID (subject, NID_serialNumber, at) >= 0)
    return NULL;
  length = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject,
                                                                                      at)));
  if (length > 0 && strlen ((const char *) utf8) == (gsize) length)
    text = g_strndup ((const char *) utf8, length);
  OPENSSL_free (utf8);
  if (text == NULL)
    return NULL;
  if (g_str_has_prefix (text, PERSONAL_PREFIX) || g_str_has_prefix (text, PASSPORT_PREFIX))
    return g_strdup (text + strlen (PERSONAL_PREFIX));
  return g_steal_pointer (&text);
}

static gboolean
is_strong (EVP_PKEY *key)
{
  if (EVP_PKEY_is_a (key, "RSA"))
    return EVP_PKEY_get_bits (key) >= RSA_BITS_MIN;
  return EVP_PKEY_is_a (key, "EC") && EVP_PKEY_get_bits (key) >= EC_BITS_MIN;
}

gboolean
ilk_certificate_check_signature (X509   *certificate,
                                 GBytes *data,
                                 GBytes *signature)
{
  EVP_PKEY *key = X509_get0_pubkey (certificate);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *padding = NULL;
  gboolean right;

  if (key == NULL || !is_strong (key) ||
      EVP_DigestVerifyInit (context, &padding, EVP_sha256 (), NULL, key) != 1 ||
      (EVP_PKEY_is_a (key, "RSA") && EVP_PKEY_CTX_set_rsa_padding (padding, RSA_PKCS1_PADDING) != 1))
    return FALSE;
  right = EVP_DigestVerify (context, g_bytes_get_data (signature, NULL),
                            g_bytes_get_size (signature), g_bytes_get_data (data, NULL),
                            g_bytes_get_size (data)) == 1;
  ERR_clear_error ();
  return right;
}
