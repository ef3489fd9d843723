/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "card/ilk-card-info.h"

/* Seconds since 1970: the year 2025, and what lies around it. */
#define YEAR   (365 * 24 * 60 * 60)
#define LEAF   1736933400
#define BEFORE (LEAF - YEAR)
#define AFTER  (LEAF + YEAR)

typedef struct {
  EVP_PKEY *key;
  X509     *x509;
} Authority;

static void
set_name (X509_NAME  *name,
          const char *text)
{
  g_assert_true (X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guchar *) text, -1,
                                             -1, 0));
}

static void
add_extension (X509       *x509,
               int         nid,
               const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_true (X509_add_ext (x509, extension, -1));
  X509_EXTENSION_free (extension);
}

/* by: NULL for one that signs itself. */
static Authority
issue (const char      *name,
       const Authority *by,
       gboolean         authority,
       gint64           not_before,
       gint64           not_after)
{
  Authority made = { EVP_EC_gen ("P-256"), X509_new () };

  if (by == NULL)
    by = &made;
  g_assert_true (X509_set_version (made.x509, X509_VERSION_3));
  g_assert_true (ASN1_INTEGER_set (X509_get_serialNumber (made.x509), 7));
  set_name (X509_get_subject_name (made.x509), name);
  g_assert_true (X509_set_issuer_name (made.x509, X509_get_subject_name (by->x509)));
  g_assert_nonnull (ASN1_TIME_set (X509_getm_notBefore (made.x509), not_before));
  g_assert_nonnull (ASN1_TIME_set (X509_getm_notAfter (made.x509), not_after));
  add_extension (made.x509, NID_basic_constraints,
                 authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension (made.x509, NID_key_usage,
                 authority ? "critical,keyCertSign,cRLSign" : "critical,nonRepudiation");
  g_assert_true (X509_set_pubkey (made.x509, made.key));
  g_assert_cmpint (X509_sign (made.x509, by->key, EVP_sha256 ()), >, 0);
  return made;
}

static void
authority_clear (Authority *self)
{
  EVP_PKEY_free (self->key);
  X509_free (self->x509);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Authority, authority_clear)

static IlkCertificate *
to_certificate (const Authority *made)
{
  unsigned char *der = NULL;
  int length = i2d_X509 (made->x509, &der);
  g_autoptr (GBytes) bytes = g_bytes_new (der, (gsize) length);
  IlkCertificate *certificate = ilk_certificate_new_from_der (bytes, NULL);

  OPENSSL_free (der);
  g_assert_nonnull (certificate);
  return certificate;
}

static GBytes *
to_pem (const Authority *first,
        const Authority *second)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  GBytes *bytes;
  char *text;
  long length;

  BIO_puts (bio, "A comment, as such files have them.\n");
  PEM_write_bio_X509 (bio, first->x509);
  if (second != NULL)
    PEM_write_bio_X509 (bio, second->x509);
  length = BIO_get_mem_data (bio, &text);
  bytes = g_bytes_new (text, (gsize) length);
  BIO_free (bio);
  return bytes;
}

static void
test_chains (void)
{
  g_auto (Authority) root = issue ("Root", NULL, TRUE, BEFORE, AFTER);
  g_auto (Authority) between = issue ("Between", &root, TRUE, BEFORE, AFTER);
  g_auto (Authority) leaf = issue ("Leaf", &between, FALSE, LEAF, AFTER + YEAR);
  g_auto (Authority) stranger = issue ("Stranger", NULL, TRUE, BEFORE, AFTER);
  g_autoptr (IlkCertificate) certificate = to_certificate (&leaf);
  g_autoptr (GBytes) both = to_pem (&root, &between);
  g_autoptr (GBytes) only_between = to_pem (&between, NULL);
  g_autoptr (GBytes) only_root = to_pem (&root, NULL);
  g_autoptr (GBytes) another = to_pem (&stranger, NULL);
  g_autoptr (GBytes) rubbish = g_bytes_new ("-----BEGIN CERTIFICATE-----\n", 28);

  /* The leaf outlives its authorities, and all of them have ended: that is no fault of the leaf. */
  g_assert_cmpint (ilk_certificate_check_chain (certificate, both), ==, ILK_CHAIN_TRUSTED);
  g_assert_cmpint (ilk_certificate_check_chain (certificate, only_between), ==, ILK_CHAIN_TRUSTED);
  g_assert_cmpint (ilk_certificate_check_chain (certificate, only_root), ==, ILK_CHAIN_UNKNOWN);
  g_assert_cmpint (ilk_certificate_check_chain (certificate, another), ==, ILK_CHAIN_UNKNOWN);
  g_assert_cmpint (ilk_certificate_check_chain (certificate, rubbish), ==, ILK_CHAIN_UNKNOWN);
  g_assert_cmpint (ilk_certificate_check_chain (certificate, NULL), ==, ILK_CHAIN_UNKNOWN);
}

/* The issuer's name on a certificate that the issuer has not signed. */
static void
test_forged (void)
{
  g_auto (Authority) real = issue ("Issuer", NULL, TRUE, BEFORE, AFTER);
  g_auto (Authority) forger = issue ("Issuer", NULL, TRUE, BEFORE, AFTER);
  g_auto (Authority) leaf = issue ("Leaf", &forger, FALSE, LEAF, AFTER);
  g_autoptr (IlkCertificate) certificate = to_certificate (&leaf);
  g_autoptr (GBytes) authorities = to_pem (&real, NULL);

  g_assert_cmpint (ilk_certificate_check_chain (certificate, authorities), ==, ILK_CHAIN_BROKEN);
}

/* Signed by one who was only given a certificate to sign documents with. */
static void
test_no_authority (void)
{
  g_auto (Authority) root = issue ("Root", NULL, TRUE, BEFORE, AFTER);
  g_auto (Authority) holder = issue ("Holder", &root, FALSE, BEFORE, AFTER);
  g_auto (Authority) leaf = issue ("Leaf", &holder, FALSE, LEAF, AFTER);
  g_autoptr (IlkCertificate) certificate = to_certificate (&leaf);
  g_autoptr (GBytes) authorities = to_pem (&root, &holder);

  g_assert_cmpint (ilk_certificate_check_chain (certificate, authorities), !=, ILK_CHAIN_TRUSTED);
}

/* The authority had ended when it "signed". */
static void
test_ended (void)
{
  g_auto (Authority) root = issue ("Root", NULL, TRUE, BEFORE, LEAF - 1);
  g_auto (Authority) leaf = issue ("Leaf", &root, FALSE, LEAF, AFTER);
  g_autoptr (IlkCertificate) certificate = to_certificate (&leaf);
  g_autoptr (GBytes) authorities = to_pem (&root, NULL);

  g_assert_cmpint (ilk_certificate_check_chain (certificate, authorities), ==, ILK_CHAIN_BROKEN);
}

static void
test_self_signed (void)
{
  g_auto (Authority) leaf = issue ("Leaf", NULL, FALSE, LEAF, AFTER);
  g_auto (Authority) root = issue ("Root", NULL, TRUE, BEFORE, AFTER);
  g_autoptr (IlkCertificate) certificate = to_certificate (&leaf);
  g_autoptr (GBytes) authorities = to_pem (&root, NULL);

  g_assert_cmpint (ilk_certificate_check_chain (certificate, authorities), ==, ILK_CHAIN_UNKNOWN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate-chain/chains", test_chains);
  g_test_add_func ("/certificate-chain/forged", test_forged);
  g_test_add_func ("/certificate-chain/no-authority", test_no_authority);
  g_test_add_func ("/certificate-chain/ended", test_ended);
  g_test_add_func ("/certificate-chain/self-signed", test_self_signed);

  return g_test_run ();
}
