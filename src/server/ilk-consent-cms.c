/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-consent-cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <string.h>

#define SET_OF 0x31

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static GBytes *
take_der (unsigned char *der,
          int            length)
{
  GBytes *bytes = length > 0 ? g_bytes_new (der, length) : NULL;

  OPENSSL_free (der);
  return bytes;
}

static GBytes *
to_der (CMS_ContentInfo *cms)
{
  unsigned char *der = NULL;
  int length = i2d_CMS_ContentInfo (cms, &der);

  return take_der (der, length);
}

static CMS_ContentInfo *
from_der (GBytes *bytes)
{
  gsize length;
  const unsigned char *der = g_bytes_get_data (bytes, &length);

  return d2i_CMS_ContentInfo (NULL, &der, (long) length);
}

static CMS_SignerInfo *
get_signer (CMS_ContentInfo *cms)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (cms);

  return signers != NULL && sk_CMS_SignerInfo_num (signers) == 1
         ? sk_CMS_SignerInfo_value (signers, 0) : NULL;
}

static gboolean
add_attributes (CMS_SignerInfo *signer,
                GBytes         *content,
                gint64          now)
{
  g_autoptr (ASN1_TIME) time = ASN1_TIME_set (NULL, (time_t) now);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length;

  return time != NULL &&
         EVP_Digest (g_bytes_get_data (content, NULL), g_bytes_get_size (content), digest, &length,
                     EVP_sha256 (), NULL) == 1 &&
         CMS_signed_add1_attr_by_NID (signer, NID_pkcs9_contentType, V_ASN1_OBJECT,
                                      OBJ_nid2obj (NID_pkcs7_data), -1) == 1 &&
         CMS_signed_add1_attr_by_NID (signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest,
                                      (int) length) == 1 &&
         CMS_signed_add1_attr_by_NID (signer, NID_pkcs9_signingTime, ASN1_STRING_type (time), time,
                                      -1) == 1;
}

GBytes *
ilk_consent_cms_prepare (X509   *certificate,
                         GBytes *content,
                         gint64  now)
{
  g_autoptr (CMS_ContentInfo) cms =
    CMS_sign (NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY);
  CMS_SignerInfo *signer = NULL;

  /* The public key stands for the private one, which signs nothing here: this is partial. */
  if (cms != NULL)
    signer = CMS_add1_signer (cms, certificate, X509_get0_pubkey (certificate), EVP_sha256 (),
                              CMS_PARTIAL | CMS_NOSMIMECAP | CMS_CADES);
  if (signer != NULL && add_attributes (signer, content, now))
    return to_der (cms);
  ERR_clear_error ();
  return NULL;
}

static GBytes *
encode_attribute (X509_ATTRIBUTE *attribute)
{
  unsigned char *der = NULL;
  int length = i2d_X509_ATTRIBUTE (attribute, &der);

  return take_der (der, length);
}

static void
append_length (GByteArray *array,
               gsize       length)
{
  guint8 octets[3] = { 0x82, (guint8) (length >> 8), (guint8) length };
  guint8 one[2] = { 0x81, (guint8) length };

  g_return_if_fail (length <= G_MAXUINT16);
  if (length < 0x80)
    g_byte_array_append (array, one + 1, 1);
  else if (length <= G_MAXUINT8)
    g_byte_array_append (array, one, sizeof one);
  else
    g_byte_array_append (array, octets, sizeof octets);
}

GBytes *
ilk_consent_cms_get_signed (GBytes *bytes)
{
  g_autoptr (CMS_ContentInfo) cms = from_der (bytes);
  CMS_SignerInfo *signer = cms != NULL ? get_signer (cms) : NULL;
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) set = g_byte_array_new ();
  guint8 tag = SET_OF;

  if (signer == NULL)
    return NULL;
  /* Out of DER they come in the order that a SET OF has. */
  for (int i = 0; i < CMS_signed_get_attr_count (signer); i++)
    {
      g_autoptr (GBytes) attribute = encode_attribute (CMS_signed_get_attr (signer, i));

      if (attribute == NULL)
        return NULL;
      g_byte_array_append (inner, g_bytes_get_data (attribute, NULL),
                           g_bytes_get_size (attribute));
    }
  g_byte_array_append (set, &tag, 1);
  append_length (set, inner->len);
  g_byte_array_append (set, inner->data, inner->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&set));
}

gboolean
ilk_consent_cms_has (GBytes *bytes,
                     GBytes *signature)
{
  g_autoptr (CMS_ContentInfo) cms = from_der (bytes);
  CMS_SignerInfo *signer = cms != NULL ? get_signer (cms) : NULL;
  const ASN1_OCTET_STRING *own = signer != NULL ? CMS_SignerInfo_get0_signature (signer) : NULL;

  return own != NULL && (gsize) ASN1_STRING_length (own) == g_bytes_get_size (signature) &&
         memcmp (ASN1_STRING_get0_data (own), g_bytes_get_data (signature, NULL),
                 g_bytes_get_size (signature)) == 0;
}

/* Whose certificate it is was looked at before, against this service's clock. */
static gboolean
verifies (GBytes *bytes,
          GBytes *content)
{
  g_autoptr (CMS_ContentInfo) cms = from_der (bytes);
  g_autoptr (BIO) data = BIO_new_mem_buf (g_bytes_get_data (content, NULL),
                                          (int) g_bytes_get_size (content));

  return cms != NULL && data != NULL &&
         CMS_verify (cms, NULL, NULL, data, NULL,
                     CMS_DETACHED | CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
}

GBytes *
ilk_consent_cms_complete (GBytes *bytes,
                          GBytes *content,
                          GBytes *signature)
{
  g_autoptr (CMS_ContentInfo) cms = from_der (bytes);
  CMS_SignerInfo *signer = cms != NULL ? get_signer (cms) : NULL;
  g_autoptr (GBytes) whole = NULL;

  if (signer != NULL &&
      ASN1_STRING_set (CMS_SignerInfo_get0_signature (signer), g_bytes_get_data (signature, NULL),
                       (int) g_bytes_get_size (signature)) == 1)
    whole = to_der (cms);
  if (whole != NULL && verifies (whole, content))
    return g_steal_pointer (&whole);
  ERR_clear_error ();
  return NULL;
}
