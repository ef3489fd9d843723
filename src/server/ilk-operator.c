/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-operator.h"

#include <openssl/pem.h>

#include "core/ilk-identity.h"
#include "server/ilk-crl.h"
#include "server/ilk-service-private.h"
#include "server/ilk-server-error.h"

/* A list holds for a day; made anew each hour, an hour lost hurts nobody. */
#define CRL_LIFE (24 * 60 * 60)
#define PAGE 200

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

static void
rewrap_one (IlkService  *service,
            const char  *card_serial,
            gint64       now,
            guint       *rewrapped,
            GError     **error)
{
  g_autoptr (IlkPinRecord) record = ilk_store_pin_get (service->store, card_serial, error);
  g_autoptr (GBytes) wrapped = NULL;
  gint64 epoch;

  if (record == NULL)
    return;
  wrapped = ilk_service_rewrap_pin (service, card_serial, record, now, &epoch, error);
  if (wrapped != NULL && ilk_store_pin_rewrap (service->store, card_serial, record->epoch, wrapped,
                                               epoch, error))
    (*rewrapped)++;
}

/* One page is one transaction, so that a running service waits for no more than that. Returns
 * whether there may be another. */
static gboolean
rewrap_page (IlkService  *service,
             gint64       epoch,
             gint64       now,
             guint       *rewrapped,
             GError     **error)
{
  g_autoptr (GPtrArray) page = NULL;
  GError *local = NULL;
  guint before = *rewrapped;

  ilk_store_begin (service->store);
  page = ilk_store_pin_list_before (service->store, epoch, NULL, PAGE, &local);
  for (guint i = 0; local == NULL && i < page->len; i++)
    rewrap_one (service, g_ptr_array_index (page, i), now, rewrapped, &local);
  ilk_store_end (service->store, &local);
  if (local == NULL)
    return *rewrapped > before;

  g_propagate_error (error, local);
  return FALSE;
}

/**
 * ilk_operator_rotate_keks:
 * @rewrapped: (out): PINs whose key was wrapped anew
 * @destroyed: (out): KEKs
 *
 * A KEK is destroyed only when nothing is left that it wraps; ended in between, it goes on where it
 * was when it is started again.
 */
gboolean
ilk_operator_rotate_keks (IlkService  *service,
                          guint       *rewrapped,
                          guint       *destroyed,
                          GError     **error)
{
  gint64 now = ilk_clock_get_wall (service->clock);
  gint64 epoch;
  GError *local = NULL;
  int count;

  *rewrapped = *destroyed = 0;
  if (now % ILK_KEK_EPOCH_SECONDS < ILK_KEK_GRACE_SECONDS)
    return TRUE;
  if (!ilk_key_store_find_kek (service->keys, now, &epoch, error))
    return FALSE;

  while (rewrap_page (service, epoch, now, rewrapped, &local))
    ;
  count = local == NULL ? ilk_key_store_destroy_keks (service->keys, epoch, &local) : -1;
  if (count < 0)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *destroyed = (guint) count;
  return TRUE;
}

static gboolean
can_be_opened (IlkService  *service,
               const char  *card_serial,
               GError     **error)
{
  g_autoptr (IlkPinRecord) record = ilk_store_pin_get (service->store, card_serial, error);

  return record != NULL && ilk_key_store_has_kek (service->keys, record->epoch);
}

/**
 * ilk_operator_list_closed:
 *
 * Returns: (transfer full) (element-type utf8): which held PINs a restored backup has lost
 */
GPtrArray *
ilk_operator_list_closed (IlkService  *service,
                          GError     **error)
{
  g_autoptr (GPtrArray) closed = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *after = NULL;
  GError *local = NULL;
  guint length = PAGE;

  while (length == PAGE && local == NULL)
    {
      g_autoptr (GPtrArray) page = NULL;

      ilk_store_begin (service->store);
      page = ilk_store_pin_list_before (service->store, G_MAXINT64, after, PAGE, &local);
      length = page->len;
      for (guint i = 0; i < length && local == NULL; i++)
        {
          const char *serial = g_ptr_array_index (page, i);

          if (!can_be_opened (service, serial, &local))
            g_ptr_array_add (closed, g_strdup (serial));
          g_free (after);
          after = g_strdup (serial);
        }
      ilk_store_end (service->store, &local);
    }
  if (local == NULL)
    return g_steal_pointer (&closed);

  g_propagate_error (error, local);
  return NULL;
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

gboolean
ilk_operator_check_crl (const char  *credentials,
                        GError     **error)
{
  g_autoptr (X509) signer = load_signer (credentials, error);
  g_autoptr (EVP_PKEY) key = signer != NULL ? load_key (credentials, error) : NULL;

  if (key == NULL || X509_check_private_key (signer, key) == 1)
    return key != NULL;
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                       "crl-signer-key.pem is not the key of crl-signer.pem");
  return FALSE;
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
