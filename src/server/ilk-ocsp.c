/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-ocsp.h"

#include <openssl/bn.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include "server/ilk-crl.h"
#include "server/ilk-server-error.h"

#define MAX_QUESTIONS 16
/* How long an answer may be kept by whoever asked. */
#define ANSWER_LIFE   (60 * 60)

struct _IlkOcsp
{
  X509     *issuer;  /* of the certificates that are asked about */
  X509     *signer;  /* with the extended key usage OCSPSigning, or the issuer itself */
  EVP_PKEY *key;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_REQUEST, OCSP_REQUEST_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_RESPONSE, OCSP_RESPONSE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_BASICRESP, OCSP_BASICRESP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_CERTID, OCSP_CERTID_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static BIO *
open_pem (const char  *credentials,
          const char  *name,
          GError     **error)
{
  g_autofree char *path = g_build_filename (credentials, name, NULL);
  BIO *bio = BIO_new_file (path, "r");

  if (bio == NULL)
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s can't be read", path);
  return bio;
}

static X509 *
load_certificate (const char  *credentials,
                  const char  *name,
                  GError     **error)
{
  g_autoptr (BIO) bio = open_pem (credentials, name, error);
  X509 *x509 = bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;

  if (bio != NULL && x509 == NULL)
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s has no certificate in it",
                 name);
  return x509;
}

static EVP_PKEY *
load_key (const char  *credentials,
          X509        *signer,
          GError     **error)
{
  g_autoptr (BIO) bio = open_pem (credentials, "ocsp-signer-key.pem", error);
  EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, NULL, (void *) "") : NULL;

  if (key != NULL && X509_check_private_key (signer, key) == 1)
    return key;
  if (bio != NULL)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                         "ocsp-signer-key.pem is not the key of ocsp-signer.pem");
  EVP_PKEY_free (key);
  return NULL;
}

/**
 * ilk_ocsp_load:
 * @credentials: folder with ocsp-signer.pem, ocsp-signer-key.pem and ocsp-issuer.pem
 *
 * Returns: (transfer full) (nullable): who answers; %NULL with %ILK_SERVER_ERROR_KEYS, or without
 *   an error when there is no ocsp-signer.pem
 */
IlkOcsp *
ilk_ocsp_load (const char  *credentials,
               GError     **error)
{
  g_autoptr (IlkOcsp) self = NULL;
  g_autofree char *path = g_build_filename (credentials, "ocsp-signer.pem", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;

  self = g_new0 (IlkOcsp, 1);
  self->signer = load_certificate (credentials, "ocsp-signer.pem", error);
  if (self->signer != NULL)
    self->issuer = load_certificate (credentials, "ocsp-issuer.pem", error);
  if (self->issuer != NULL)
    self->key = load_key (credentials, self->signer, error);
  return self->key != NULL ? g_steal_pointer (&self) : NULL;
}

void
ilk_ocsp_free (IlkOcsp *self)
{
  if (self == NULL)
    return;

  X509_free (self->issuer);
  X509_free (self->signer);
  EVP_PKEY_free (self->key);
  g_free (self);
}

/* The number as the store has it: capital hex, an even number of digits. */
static char *
get_serial (OCSP_CERTID *id)
{
  ASN1_INTEGER *serial = NULL;
  BIGNUM *number;
  char *hex;
  char *copy;

  OCSP_id_get0_info (NULL, NULL, NULL, &serial, id);
  number = serial != NULL ? ASN1_INTEGER_to_BN (serial, NULL) : NULL;
  hex = number != NULL ? BN_bn2hex (number) : NULL;
  copy = g_strdup (hex != NULL ? hex : "");
  OPENSSL_free (hex);
  BN_free (number);
  return copy;
}

/* Whether the question names our issuer, by the digest that it chose. */
static gboolean
is_of_issuer (IlkOcsp     *self,
              OCSP_CERTID *id)
{
  ASN1_OBJECT *algorithm = NULL;
  const EVP_MD *digest;
  g_autoptr (OCSP_CERTID) own = NULL;

  OCSP_id_get0_info (NULL, &algorithm, NULL, NULL, id);
  digest = algorithm != NULL ? EVP_get_digestbyobj (algorithm) : NULL;
  own = digest != NULL ? OCSP_cert_to_id (digest, NULL, self->issuer) : NULL;
  return own != NULL && OCSP_id_issuer_cmp (own, id) == 0;
}

static gboolean
add_answer (OCSP_BASICRESP     *answers,
            OCSP_CERTID        *id,
            const IlkOffRecord *record,
            gint64              now)
{
  gboolean off = record != NULL && (g_str_equal (record->state, "suspended") ||
                                    g_str_equal (record->state, "revoked"));
  int status = record == NULL ? V_OCSP_CERTSTATUS_UNKNOWN
               : off ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD;
  g_autoptr (ASN1_TIME) since = off ? ASN1_TIME_set (NULL, (time_t) record->changed) : NULL;
  g_autoptr (ASN1_TIME) this_update = ASN1_TIME_set (NULL, (time_t) now);
  g_autoptr (ASN1_TIME) next_update = ASN1_TIME_set (NULL, (time_t) (now + ANSWER_LIFE));
  int reason = off ? ilk_crl_get_reason (record) : OCSP_REVOKED_STATUS_NOSTATUS;

  if (off && reason == CRL_REASON_UNSPECIFIED)
    reason = OCSP_REVOKED_STATUS_NOSTATUS;
  return OCSP_basic_add1_status (answers, id, status, reason, since, this_update, next_update)
         != NULL;
}

/* For another issuer nobody here can speak (RFC 6960, 2.3: "unauthorized"). */
static gboolean
is_authorized (IlkOcsp      *self,
               OCSP_REQUEST *request)
{
  for (int i = 0; i < OCSP_request_onereq_count (request); i++)
    if (!is_of_issuer (self, OCSP_onereq_get0_id (OCSP_request_onereq_get0 (request, i))))
      return FALSE;

  return TRUE;
}

/* FALSE: a fault of ours. */
static gboolean
add_answers (IlkStore       *store,
             OCSP_REQUEST   *request,
             OCSP_BASICRESP *answers,
             gint64          now)
{
  GError *error = NULL;
  gboolean done = TRUE;

  ilk_store_begin (store);
  for (int i = 0; done && i < OCSP_request_onereq_count (request); i++)
    {
      OCSP_CERTID *id = OCSP_onereq_get0_id (OCSP_request_onereq_get0 (request, i));
      g_autofree char *serial = get_serial (id);
      g_autoptr (IlkOffRecord) record = ilk_store_certificate_state (store, serial, &error);

      done = error == NULL && add_answer (answers, id, record, now);
    }
  ilk_store_end (store, &error);
  if (error != NULL)
    g_warning ("OCSP: %s", error->message);
  done = done && error == NULL;
  g_clear_error (&error);
  return done;
}

static OCSP_RESPONSE *
respond (IlkOcsp      *self,
         IlkStore     *store,
         OCSP_REQUEST *request,
         gint64        now)
{
  g_autoptr (OCSP_BASICRESP) answers = OCSP_BASICRESP_new ();
  int count = request != NULL ? OCSP_request_onereq_count (request) : 0;

  if (count < 1 || count > MAX_QUESTIONS)
    return OCSP_response_create (OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL);
  if (!is_authorized (self, request))
    return OCSP_response_create (OCSP_RESPONSE_STATUS_UNAUTHORIZED, NULL);
  if (!add_answers (store, request, answers, now)
      || OCSP_copy_nonce (answers, request) == 0
      || OCSP_basic_sign (answers, self->signer, self->key, EVP_sha256 (), NULL, 0) != 1)
    return OCSP_response_create (OCSP_RESPONSE_STATUS_INTERNALERROR, NULL);

  return OCSP_response_create (OCSP_RESPONSE_STATUS_SUCCESSFUL, answers);
}

/**
 * ilk_ocsp_answer:
 * @request: what was asked, in DER; anything
 * @now: seconds since 1970
 *
 * Returns: (transfer full): an OCSP response in DER, also to what is no question
 */
GBytes *
ilk_ocsp_answer (IlkOcsp    *self,
                 IlkStore   *store,
                 const void *request,
                 gsize       length,
                 gint64      now)
{
  const unsigned char *at = request;
  g_autoptr (OCSP_REQUEST) asked =
    length > 0 && length <= G_MAXINT ? d2i_OCSP_REQUEST (NULL, &at, (long) length) : NULL;
  g_autoptr (OCSP_RESPONSE) response = respond (self, store, asked, now);
  unsigned char *der = NULL;
  int size = i2d_OCSP_RESPONSE (response, &der);
  GBytes *bytes = g_bytes_new (der, (gsize) MAX (size, 0));

  OPENSSL_free (der);
  return bytes;
}
