/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "test-certificates.h"

struct _TestCertificate
{
  X509     *certificate;
  EVP_PKEY *key;
};

static void
add_extension (X509       *certificate,
               X509       *issuer,
               int         nid,
               const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
}

static void
set_name (X509     *certificate,
          gboolean  is_ca,
          long      serial)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  g_autofree char *text = g_strdup_printf ("%s %ld", is_ca ? "Test CA" : "Test service", serial);

  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guchar *) text, -1, -1, 0);
}

TestCertificate *
test_certificate_new (TestCertificate *issuer,
                      gboolean         is_ca,
                      const char      *address,
                      glong            begins,
                      glong            ends)
{
  static long serial = 0;
  TestCertificate *self = g_new0 (TestCertificate, 1);

  if (issuer == NULL)
    issuer = self;
  self->key = EVP_EC_gen ("P-256");
  self->certificate = X509_new ();
  X509_set_version (self->certificate, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (self->certificate), ++serial);
  X509_gmtime_adj (X509_getm_notBefore (self->certificate), begins);
  X509_gmtime_adj (X509_getm_notAfter (self->certificate), ends);
  X509_set_pubkey (self->certificate, self->key);
  set_name (self->certificate, is_ca, serial);
  X509_set_issuer_name (self->certificate, X509_get_subject_name (issuer->certificate));

  add_extension (self->certificate, issuer->certificate, NID_basic_constraints,
                 is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension (self->certificate, issuer->certificate, NID_key_usage,
                 is_ca ? "critical,keyCertSign" : "critical,digitalSignature");
  add_extension (self->certificate, issuer->certificate, NID_subject_key_identifier, "hash");
  if (address != NULL)
    {
      g_autofree char *name = g_strdup_printf ("IP:%s", address);

      add_extension (self->certificate, issuer->certificate, NID_subject_alt_name, name);
    }

  g_assert_cmpint (X509_sign (self->certificate, issuer->key, EVP_sha256 ()), >, 0);
  return self;
}

void
test_certificate_free (TestCertificate *self)
{
  X509_free (self->certificate);
  EVP_PKEY_free (self->key);
  g_free (self);
}

char *
test_certificate_get_pem (TestCertificate *self,
                          gboolean         with_key)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  char *pem;
  long length;

  PEM_write_bio_X509 (bio, self->certificate);
  if (with_key)
    PEM_write_bio_PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL);
  length = BIO_get_mem_data (bio, &data);
  pem = g_strndup (data, length);
  BIO_free (bio);
  return pem;
}
