/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-operator.h"

#include <openssl/pem.h>

#include "core/ilk-identity.h"
#include "server/ilk-crl.h"
#include "server/ilk-service-private.h"
#include "server/ilk-sqlite-store.h"

/* A list holds for a day; made anew each hour, an hour lost hurts nobody. */
#define CRL_LIFE (24 * 60 * 60)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)

static void
unblock (IlkService  *service,
         IlkInbound  *act,
         const char  *identity_number)
{
  g_autoptr (GBytes) index = ilk_service_number_index (service, identity_number, &act->error);
  g_autoptr (IlkHolderRecord) holder = NULL;

  if (act->error != NULL)
    return;
  holder = ilk_store_holder_find (service->store, index, &act->error);
  if (holder == NULL && act->error == NULL)
    g_set_error_literal (&act->error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                         "nobody has this identity number");
  if (holder == NULL)
    return;
  ilk_store_holder_clear_tries (service->store, holder->id, &act->error);
  ilk_service_audit (service, act, holder->index, "account.unblock", "done", "operator");
}

/**
 * ilk_operator_unblock:
 * @identity_number: as a holder types it
 *
 * Gives a blocked account its three tries back, and writes that an operator did.
 */
gboolean
ilk_operator_unblock (IlkService  *service,
                      const char  *identity_number,
                      GError     **error)
{
  g_autoptr (IlkInbound) act = ilk_inbound_new ("", "");
  g_autofree char *number = ilk_identity_normalize (identity_number);

  if (ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                           "this is no identity number");
      return FALSE;
    }
  act->now = ilk_clock_get_wall (service->clock);
  ilk_store_begin (service->store);
  unblock (service, act, number);
  ilk_store_end (service->store, &act->error);
  if (act->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&act->error));
  return FALSE;
}

gboolean
ilk_operator_verify_audit (IlkService  *service,
                           guint       *count,
                           GError     **error)
{
  return ilk_service_audit_verify (service, count, error);
}

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
load_signer (const char  *credentials,
             GError     **error)
{
  BIO *bio = open_pem (credentials, "crl-signer.pem", error);
  X509 *signer = bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;

  if (bio != NULL && signer == NULL)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                         "crl-signer.pem has no certificate in it");
  BIO_free (bio);
  return signer;
}

static EVP_PKEY *
load_key (const char  *credentials,
          GError     **error)
{
  BIO *bio = open_pem (credentials, "crl-signer-key.pem", error);
  EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, NULL, (void *) "") : NULL;

  if (bio != NULL && key == NULL)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                         "crl-signer-key.pem has no key in it that needs no password");
  BIO_free (bio);
  return key;
}

/**
 * ilk_operator_write_crl:
 * @path: where the web server takes it from; replaced as a whole
 */
gboolean
ilk_operator_write_crl (IlkService  *service,
                        const char  *credentials,
                        const char  *path,
                        GError     **error)
{
  g_autoptr (X509) signer = load_signer (credentials, error);
  g_autoptr (EVP_PKEY) key = signer != NULL ? load_key (credentials, error) : NULL;
  g_autoptr (GBytes) crl = NULL;

  if (key != NULL)
    crl = ilk_crl_make (service->store, signer, key, ilk_clock_get_wall (service->clock), CRL_LIFE,
                        error);
  return crl != NULL
         && g_file_set_contents_full (path, g_bytes_get_data (crl, NULL),
                                      (gssize) g_bytes_get_size (crl),
                                      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                      0644, error);
}
