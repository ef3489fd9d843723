/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-crl.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "server/ilk-server-error.h"

#define PAGE 500

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REVOKED, X509_REVOKED_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_INTEGER, ASN1_INTEGER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_ENUMERATED, ASN1_ENUMERATED_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)

static gboolean
fail (GError **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "The list can't be made: %s",
               ERR_reason_error_string (ERR_peek_last_error ()));
  return FALSE;
}

/**
 * ilk_crl_get_reason:
 *
 * Returns: the code of RFC 5280, 5.3.1; a suspension is a "hold"
 */
int
ilk_crl_get_reason (const IlkOffRecord *record)
{
  static const struct {
    const char *word;
    int         reason;
  } rows[] = {
    { "keyCompromise", CRL_REASON_KEY_COMPROMISE },
    { "affiliationChanged", CRL_REASON_AFFILIATION_CHANGED },
    { "superseded", CRL_REASON_SUPERSEDED },
    { "cessationOfOperation", CRL_REASON_CESSATION_OF_OPERATION },
  };

  if (g_str_equal (record->state, "suspended"))
    return CRL_REASON_CERTIFICATE_HOLD;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (record->reason, rows[i].word) == 0)
      return rows[i].reason;

  return CRL_REASON_UNSPECIFIED;
}

/* "Unspecified" is said by leaving the extension out (RFC 5280, 5.3.1). */
static gboolean
add_reason (X509_REVOKED       *entry,
            const IlkOffRecord *record)
{
  g_autoptr (ASN1_ENUMERATED) reason = ASN1_ENUMERATED_new ();

  if (ilk_crl_get_reason (record) == CRL_REASON_UNSPECIFIED)
    return TRUE;

  return ASN1_ENUMERATED_set (reason, ilk_crl_get_reason (record))
         && X509_REVOKED_add1_ext_i2d (entry, NID_crl_reason, reason, 0, 0) == 1;
}

static gboolean
add_entry (X509_CRL           *crl,
           const IlkOffRecord *record)
{
  g_autoptr (X509_REVOKED) entry = X509_REVOKED_new ();
  g_autoptr (ASN1_TIME) since = ASN1_TIME_set (NULL, (time_t) record->changed);
  g_autoptr (ASN1_INTEGER) serial = NULL;
  BIGNUM *number = NULL;

  if (BN_hex2bn (&number, record->serial) > 0)
    serial = BN_to_ASN1_INTEGER (number, NULL);
  BN_free (number);
  if (serial == NULL || since == NULL || !X509_REVOKED_set_serialNumber (entry, serial)
      || !X509_REVOKED_set_revocationDate (entry, since) || !add_reason (entry, record)
      || !X509_CRL_add0_revoked (crl, entry))
    return FALSE;

  (void) g_steal_pointer (&entry);
  return TRUE;
}

static gboolean
add_entries (X509_CRL  *crl,
             IlkStore  *store,
             GError   **error)
{
  g_autofree char *after = NULL;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) page = NULL;
      GError *local = NULL;

      ilk_store_begin (store);
      page = ilk_store_certificate_list_off (store, after, PAGE, &local);
      ilk_store_end (store, &local);
      if (local != NULL)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      for (guint i = 0; i < page->len; i++)
        {
          const IlkOffRecord *record = g_ptr_array_index (page, i);

          if (!add_entry (crl, record))
            return fail (error);
          g_free (after);
          after = g_strdup (record->serial);
        }
      more = page->len == PAGE;
    }
  return TRUE;
}

/* The number only has to grow: the time does. */
static gboolean
add_extensions (X509_CRL *crl,
                X509     *signer,
                gint64    now)
{
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();
  X509V3_CTX context;
  X509_EXTENSION *authority;
  gboolean added;

  X509V3_set_ctx (&context, signer, NULL, NULL, crl, 0);
  X509V3_set_ctx_nodb (&context);
  authority = X509V3_EXT_conf_nid (NULL, &context, NID_authority_key_identifier, "keyid");
  added = authority != NULL && X509_CRL_add_ext (crl, authority, -1)
          && ASN1_INTEGER_set_int64 (number, now)
          && X509_CRL_add1_ext_i2d (crl, NID_crl_number, number, 0, 0) == 1;
  X509_EXTENSION_free (authority);
  return added;
}

static GBytes *
to_der (X509_CRL *crl)
{
  unsigned char *der = NULL;
  int length = i2d_X509_CRL (crl, &der);
  GBytes *bytes = length > 0 ? g_bytes_new (der, (gsize) length) : NULL;

  OPENSSL_free (der);
  return bytes;
}

/**
 * ilk_crl_make:
 * @signer: the certificate of the authority that issued them; has to be one for signing such lists
 * @now: seconds since 1970
 * @lifetime: seconds until there has to be a newer one
 *
 * Reads page by page, so that a list of hundreds of thousands holds nobody up. Source: RFC 5280, 5.
 *
 * Returns: (transfer full): the list in DER, or %NULL with %ILK_SERVER_ERROR_STORE
 */
GBytes *
ilk_crl_make (IlkStore  *store,
              X509      *signer,
              EVP_PKEY  *key,
              gint64     now,
              gint64     lifetime,
              GError   **error)
{
  g_autoptr (X509_CRL) crl = X509_CRL_new ();
  g_autoptr (ASN1_TIME) this_update = ASN1_TIME_set (NULL, (time_t) now);
  g_autoptr (ASN1_TIME) next_update = ASN1_TIME_set (NULL, (time_t) (now + lifetime));
  GBytes *der = NULL;

  ERR_clear_error ();
  if (X509_check_private_key (signer, key) != 1
      || !X509_CRL_set_version (crl, X509_CRL_VERSION_2)
      || !X509_CRL_set_issuer_name (crl, X509_get_subject_name (signer))
      || !X509_CRL_set1_lastUpdate (crl, this_update)
      || !X509_CRL_set1_nextUpdate (crl, next_update) || !add_extensions (crl, signer, now))
    {
      fail (error);
      return NULL;
    }
  if (!add_entries (crl, store, error))
    return NULL;

  X509_CRL_sort (crl);
  if (X509_CRL_sign (crl, key, EVP_sha256 ()) > 0)
    der = to_der (crl);
  if (der == NULL)
    fail (error);
  return der;
}
