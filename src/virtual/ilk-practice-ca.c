/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/ilk-error.h"
#include "virtual/ilk-practice-ca.h"
#include "virtual/ilk-private-file.h"

#define CERTIFICATE_FILE "ca.pem"
#define KEY_FILE         "ca-key.pem"
#define MAX_FILE_SIZE    (16 * 1024)
#define CA_NAME          "ilkimza Deneme Kök Sertifikası"
#define CA_ORGANIZATION  "ilkimza (deneme)"
#define YEAR             (G_GINT64_CONSTANT (365) * 24 * 60 * 60)
#define SERIAL_BITS      127

struct _IlkPracticeCa
{
  EVP_PKEY *key;
  X509     *certificate;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)

static gboolean
fail (GError **error)
{
  g_set_error (error, ILK_ERROR, ILK_ERROR_CRYPTO, "The certificate cannot be made.");
  return FALSE;
}

static gboolean
add_name (X509_NAME  *name,
          const char *field,
          const char *text)
{
  return X509_NAME_add_entry_by_txt (name, field, MBSTRING_UTF8, (const guint8 *) text, -1, -1,
                                     0) == 1;
}

/* A qualified certificate, its key in a signature device: QcCompliance and QcSSCD.
 * Source: ETSI EN 319 412-5, 4.2; the extension is given byte by byte, as OpenSSL has no words for it. */
#define QC_STATEMENTS \
  "DER:30:14:30:08:06:06:04:00:8E:46:01:01:30:08:06:06:04:00:8E:46:01:04"

static gboolean
add_extension (X509       *certificate,
               X509       *issuer,
               int         nid,
               const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;
  gboolean ok;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  ok = extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
  X509_EXTENSION_free (extension);
  return ok;
}

static gboolean
set_random_serial (X509 *certificate)
{
  BIGNUM *number = BN_new ();
  gboolean ok = BN_rand (number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;

  BN_free (number);
  return ok;
}

/* What every certificate has: version 3, a serial number, validity, its key. */
static X509 *
begin_certificate (EVP_PKEY *key,
                   gint64    not_before,
                   gint64    not_after)
{
  g_autoptr (X509) certificate = X509_new ();

  if (certificate == NULL ||
      X509_set_version (certificate, X509_VERSION_3) != 1 ||
      !set_random_serial (certificate) ||
      ASN1_TIME_set (X509_getm_notBefore (certificate), not_before) == NULL ||
      ASN1_TIME_set (X509_getm_notAfter (certificate), not_after) == NULL ||
      X509_set_pubkey (certificate, key) != 1)
    return NULL;
  return g_steal_pointer (&certificate);
}

static X509 *
make_root (EVP_PKEY *key,
           gint64    now)
{
  g_autoptr (X509) root = begin_certificate (key, now - 10 * YEAR, now + 20 * YEAR);
  X509_NAME *name;

  if (root == NULL)
    return NULL;
  name = X509_get_subject_name (root);
  if (!add_name (name, "C", "TR") ||
      !add_name (name, "O", CA_ORGANIZATION) ||
      !add_name (name, "CN", CA_NAME) ||
      X509_set_issuer_name (root, name) != 1 ||
      !add_extension (root, root, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension (root, root, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension (root, root, NID_subject_key_identifier, "hash") ||
      X509_sign (root, key, EVP_sha256 ()) == 0)
    return NULL;
  return g_steal_pointer (&root);
}

static gboolean
write_bio (BIO         *bio,
           const char  *folder,
           const char  *name,
           GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *data;
  long length = BIO_get_mem_data (bio, &data);

  return ilk_private_file_write (path, data, length, error);
}

static gboolean
write_files (IlkPracticeCa  *self,
             const char     *folder,
             GError        **error)
{
  g_autoptr (BIO) certificate = BIO_new (BIO_s_mem ());
  g_autoptr (BIO) key = BIO_new (BIO_s_secmem ());

  if (PEM_write_bio_X509 (certificate, self->certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey (key, self->key, NULL, NULL, 0, NULL, NULL) != 1)
    return fail (error);
  return write_bio (key, folder, KEY_FILE, error) &&
         write_bio (certificate, folder, CERTIFICATE_FILE, error);
}

static gboolean
make (IlkPracticeCa  *self,
      const char     *folder,
      gint64          now,
      GError        **error)
{
  self->key = EVP_EC_gen ("P-256");
  if (self->key != NULL)
    self->certificate = make_root (self->key, now);
  if (self->certificate == NULL)
    return fail (error);
  return write_files (self, folder, error);
}

static BIO *
open_bio (const char  *folder,
          const char  *name,
          IlkSecret  **content,
          GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  *content = ilk_private_file_read (path, MAX_FILE_SIZE, error);
  if (*content == NULL)
    return NULL;
  return BIO_new_mem_buf (ilk_secret_peek (*content), ilk_secret_get_length (*content));
}

static gboolean
load (IlkPracticeCa  *self,
      const char     *folder,
      GError        **error)
{
  g_autoptr (IlkSecret) key_text = NULL;
  g_autoptr (IlkSecret) certificate_text = NULL;
  g_autoptr (BIO) key = open_bio (folder, KEY_FILE, &key_text, error);
  g_autoptr (BIO) certificate = NULL;

  if (key == NULL)
    return FALSE;
  certificate = open_bio (folder, CERTIFICATE_FILE, &certificate_text, error);
  if (certificate == NULL)
    return FALSE;

  self->key = PEM_read_bio_PrivateKey (key, NULL, NULL, NULL);
  self->certificate = PEM_read_bio_X509 (certificate, NULL, NULL, NULL);
  if (self->key == NULL || self->certificate == NULL ||
      X509_check_private_key (self->certificate, self->key) != 1)
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_INVALID,
                   "“%s” holds no practice certificate authority.", folder);
      return FALSE;
    }
  return TRUE;
}

/**
 * ilk_practice_ca_open:
 * @folder: an existing folder
 * @now: seconds since 1970, UTC
 * @error: ILK_ERROR
 *
 * Opens the certificate authority of a folder, or makes one there when the folder has none.
 *
 * Returns: (transfer full): the authority, or %NULL
 */
IlkPracticeCa *
ilk_practice_ca_open (const char  *folder,
                      gint64       now,
                      GError     **error)
{
  g_autoptr (IlkPracticeCa) self = g_new0 (IlkPracticeCa, 1);
  g_autofree char *path = g_build_filename (folder, CERTIFICATE_FILE, NULL);
  gboolean ok = g_file_test (path, G_FILE_TEST_EXISTS) ? load (self, folder, error)
                                                       : make (self, folder, now, error);

  return ok ? g_steal_pointer (&self) : NULL;
}

void
ilk_practice_ca_free (IlkPracticeCa *self)
{
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  g_free (self);
}

static gboolean
fill_certificate (IlkPracticeCa *self,
                  X509          *certificate,
                  const char    *holder,
                  const char    *identity_number)
{
  X509_NAME *name = X509_get_subject_name (certificate);

  return add_name (name, "C", "TR") &&
         add_name (name, "CN", holder) &&
         (identity_number == NULL || add_name (name, "serialNumber", identity_number)) &&
         X509_set_issuer_name (certificate, X509_get_subject_name (self->certificate)) == 1 &&
         add_extension (certificate, self->certificate, NID_basic_constraints,
                        "critical,CA:FALSE") &&
         add_extension (certificate, self->certificate, NID_key_usage,
                        "critical,nonRepudiation") &&
         add_extension (certificate, self->certificate, NID_qcStatements, QC_STATEMENTS) &&
         add_extension (certificate, self->certificate, NID_subject_key_identifier, "hash") &&
         add_extension (certificate, self->certificate, NID_authority_key_identifier, "keyid");
}

/**
 * ilk_practice_ca_issue:
 * @self: the authority
 * @key: the holder's key
 * @holder: the holder's name, UTF-8
 * @identity_number: (nullable): the serialNumber of the subject
 * @not_before: seconds since 1970, UTC
 * @not_after: seconds since 1970, UTC
 * @error: ILK_ERROR_CRYPTO
 *
 * Issues a certificate with the key usage of a qualified one. May be called from several threads.
 *
 * Returns: (transfer full): the certificate in DER, or %NULL
 */
GBytes *
ilk_practice_ca_issue (IlkPracticeCa  *self,
                       EVP_PKEY       *key,
                       const char     *holder,
                       const char     *identity_number,
                       gint64          not_before,
                       gint64          not_after,
                       GError        **error)
{
  g_autoptr (X509) certificate = begin_certificate (key, not_before, not_after);
  guint8 *der = NULL;
  int length;
  GBytes *bytes;

  if (certificate == NULL ||
      !fill_certificate (self, certificate, holder, identity_number) ||
      X509_sign (certificate, self->key, EVP_sha256 ()) == 0 ||
      (length = i2d_X509 (certificate, &der)) <= 0)
    {
      fail (error);
      return NULL;
    }
  bytes = g_bytes_new (der, length);
  OPENSSL_free (der);
  return bytes;
}
