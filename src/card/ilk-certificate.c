/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include <time.h>

#include <openssl/bn.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "card/ilk-card-error.h"
#include "card/ilk-card-info.h"

/* Source: ETSI EN 319 412-5, 4.2. */
#define QC_COMPLIANCE "0.4.0.1862.1.1"
#define QC_SSCD "0.4.0.1862.1.4"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)

/* The first entry of this kind as UTF-8. A NUL byte within would let the name end early. */
static char *
get_name_entry (const X509_NAME *name,
                int              nid)
{
  int index = X509_NAME_get_index_by_NID (name, nid, -1);
  const ASN1_STRING *string;
  unsigned char *utf8 = NULL;
  char *text = NULL;
  int length;

  if (index < 0)
    return NULL;

  string = X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, index));
  length = ASN1_STRING_to_UTF8 (&utf8, string);
  if (length >= 0 && g_utf8_validate_len ((const char *) utf8, length, NULL))
    text = g_strndup ((const char *) utf8, length);

  OPENSSL_free (utf8);
  return text;
}

/* ASN1_TIME is UTC; the difference to 1970 is counted in days and seconds, without time zones. */
static gboolean
get_seconds (const ASN1_TIME *moment,
             gint64          *seconds)
{
  g_autoptr (GDateTime) date = NULL;
  struct tm parts;

  if (!ASN1_TIME_to_tm (moment, &parts))
    return FALSE;

  date = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                              parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (date == NULL)
    return FALSE;

  *seconds = g_date_time_to_unix (date);
  return TRUE;
}

static char *
get_serial (const X509 *x509)
{
  g_autoptr (BIGNUM) number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (x509), NULL);
  char *hex = number != NULL ? BN_bn2hex (number) : NULL;
  char *serial = g_strdup (hex != NULL ? hex : "");

  OPENSSL_free (hex);
  return serial;
}

/* Without the extension X509_get_key_usage() answers "all uses"; a qualified certificate always
 * has it (RFC 3739, 3.2.3), so one without is not taken for the signing one. */
static gboolean
is_signing (X509 *x509)
{
  return (X509_get_extension_flags (x509) & EXFLAG_KUSAGE) != 0
         && (X509_get_key_usage (x509) & KU_NON_REPUDIATION) != 0;
}

/* Source: RFC 3739, 3.2.6, and ETSI EN 319 412-5: a sequence of statements, each with its number
 * and perhaps more, which is passed over here. */
static gboolean
has_qc_statement (const X509 *x509,
                  const char *wanted)
{
  int index = X509_get_ext_by_NID (x509, NID_qcStatements, -1);
  const ASN1_OCTET_STRING *value = index >= 0
                                   ? X509_EXTENSION_get_data (X509_get_ext (x509, index)) : NULL;
  const unsigned char *bytes = value != NULL ? ASN1_STRING_get0_data (value) : NULL;
  ASN1_SEQUENCE_ANY *statements = value != NULL
    ? d2i_ASN1_SEQUENCE_ANY (NULL, &bytes, ASN1_STRING_length (value)) : NULL;
  gboolean found = FALSE;

  for (int i = 0; i < sk_ASN1_TYPE_num (statements) && !found; i++)
    {
      const ASN1_TYPE *statement = sk_ASN1_TYPE_value (statements, i);
      const unsigned char *inner;
      ASN1_SEQUENCE_ANY *parts;
      char number[64];

      if (statement->type != V_ASN1_SEQUENCE)
        continue;
      inner = ASN1_STRING_get0_data (statement->value.sequence);
      parts = d2i_ASN1_SEQUENCE_ANY (NULL, &inner,
                                     ASN1_STRING_length (statement->value.sequence));
      if (sk_ASN1_TYPE_num (parts) > 0 && sk_ASN1_TYPE_value (parts, 0)->type == V_ASN1_OBJECT &&
          OBJ_obj2txt (number, sizeof number, sk_ASN1_TYPE_value (parts, 0)->value.object, 1) > 0)
        found = g_str_equal (number, wanted);
      sk_ASN1_TYPE_pop_free (parts, ASN1_TYPE_free);
    }

  sk_ASN1_TYPE_pop_free (statements, ASN1_TYPE_free);
  return found;
}

/**
 * ilk_certificate_new_from_der:
 * @der: a certificate; bytes behind it, as a card's file may have, are left out
 *
 * Returns: (transfer full): its parts; %NULL with %ILK_CARD_ERROR_ANSWER when it is none
 */
IlkCertificate *
ilk_certificate_new_from_der (GBytes  *der,
                              GError **error)
{
  g_autoptr (IlkCertificate) self = NULL;
  g_autoptr (X509) x509 = NULL;
  const unsigned char *begin;
  const unsigned char *end;
  gsize length;

  g_return_val_if_fail (der != NULL, NULL);

  begin = end = g_bytes_get_data (der, &length);
  if (length > 0 && length <= G_MAXINT)
    x509 = d2i_X509 (NULL, &end, (long) length);

  self = g_new0 (IlkCertificate, 1);
  if (x509 == NULL
      || !get_seconds (X509_get0_notBefore (x509), &self->not_before)
      || !get_seconds (X509_get0_notAfter (x509), &self->not_after))
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_ANSWER, -1, 0, 0,
                                                    "not an X.509 certificate"));
      return NULL;
    }

  self->der = g_bytes_new_from_bytes (der, 0, end - begin);
  self->holder = get_name_entry (X509_get_subject_name (x509), NID_commonName);
  self->identity_number = get_name_entry (X509_get_subject_name (x509), NID_serialNumber);
  self->issuer = get_name_entry (X509_get_issuer_name (x509), NID_commonName);
  self->issuer_organization = get_name_entry (X509_get_issuer_name (x509), NID_organizationName);
  self->serial = get_serial (x509);
  self->signing = is_signing (x509);
  self->qualified = has_qc_statement (x509, QC_COMPLIANCE);
  self->on_card = has_qc_statement (x509, QC_SSCD);
  return g_steal_pointer (&self);
}

void
ilk_certificate_free (IlkCertificate *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->der, g_bytes_unref);
  g_free (self->holder);
  g_free (self->identity_number);
  g_free (self->issuer);
  g_free (self->issuer_organization);
  g_free (self->serial);
  g_free (self);
}
