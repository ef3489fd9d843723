/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-test.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static void
keep (GObject      *source,
      GAsyncResult *result,
      gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

IlkCardInfo *
card_test_read (gpointer   transport,
                GError   **error)
{
  return card_test_read_in (transport, SCRIPTED_READER, NULL, error);
}

IlkCardInfo *
card_test_read_in (gpointer       transport,
                   const char    *reader,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_read_async (transport, reader, cancellable, keep, &result);
  return ilk_card_read_finish (await (&result), error);
}

IlkCardSession *
card_test_open (gpointer       transport,
                const char    *serial,
                GCancellable  *cancellable,
                GError       **error)
{
  return card_test_open_in (transport, SCRIPTED_READER, serial, cancellable, error);
}

IlkCardSession *
card_test_open_in (gpointer       transport,
                   const char    *reader,
                   const char    *serial,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_open_async (transport, reader, serial, NULL, cancellable, keep, &result);
  return ilk_card_session_open_finish (await (&result), error);
}

IlkCardSession *
card_test_open_certificate (gpointer     transport,
                            const char  *reader,
                            const char  *serial,
                            GBytes      *certificate,
                            GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_open_async (transport, reader, serial, certificate, NULL, keep, &result);
  return ilk_card_session_open_finish (await (&result), error);
}

static IlkSecret *
new_pin_secret (const char *pin)
{
  return pin != NULL ? ilk_secret_new_from_data (pin, strlen (pin)) : NULL;
}

gboolean
card_test_verify (IlkCardSession  *session,
                  const char      *pin,
                  gboolean         allow_last_try,
                  GCancellable    *cancellable,
                  GError         **error)
{
  g_autoptr (IlkSecret) secret = new_pin_secret (pin);
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_verify_async (session, secret, allow_last_try, cancellable, keep, &result);
  return ilk_card_session_verify_finish (session, await (&result), error);
}

gboolean
card_test_change (IlkCardSession  *session,
                  const char      *old_pin,
                  const char      *new_pin,
                  gboolean         allow_last_try,
                  GCancellable    *cancellable,
                  GError         **error)
{
  g_autoptr (IlkSecret) old_secret = new_pin_secret (old_pin);
  g_autoptr (IlkSecret) new_secret = new_pin_secret (new_pin);
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_change_pin_async (session, old_secret, new_secret, allow_last_try,
                                     cancellable, keep, &result);
  return ilk_card_session_change_pin_finish (session, await (&result), error);
}

gboolean
card_test_change_secrets (IlkCardSession  *session,
                          IlkSecret       *old_pin,
                          IlkSecret       *new_pin,
                          GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_change_pin_async (session, old_pin, new_pin, FALSE, NULL, keep, &result);
  return ilk_card_session_change_pin_finish (session, await (&result), error);
}

GBytes *
card_test_get_challenge (IlkCardSession  *session,
                         GCancellable    *cancellable,
                         GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_get_challenge_async (session, cancellable, keep, &result);
  return ilk_card_session_get_challenge_finish (session, await (&result), error);
}

gboolean
card_test_unlock (IlkCardSession  *session,
                  const char      *cryptogram,
                  const char      *new_pin,
                  GCancellable    *cancellable,
                  GError         **error)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (new_pin, strlen (new_pin));
  g_autoptr (GBytes) bytes = scripted_from_hex (cryptogram);
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_unlock_async (session, bytes, secret, cancellable, keep, &result);
  return ilk_card_session_unlock_finish (session, await (&result), error);
}

GBytes *
card_test_sign (IlkCardSession        *session,
                const IlkCertificate  *certificate,
                GBytes                *data,
                const char            *pin,
                GError               **error)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (pin, strlen (pin));
  g_autoptr (GAsyncResult) result = NULL;

  ilk_card_session_sign_async (session, certificate, data, secret, FALSE, NULL, keep, &result);
  return ilk_card_session_sign_finish (session, await (&result), error);
}

void
card_test_close (IlkCardSession *session)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ilk_card_session_close_async (session, keep, &result);
  g_assert_true (ilk_card_session_close_finish (session, await (&result), &error));
  g_assert_no_error (error);
}

static void
add_entry (X509_NAME  *name,
           const char *field,
           const char *value)
{
  if (value != NULL)
    g_assert_true (X509_NAME_add_entry_by_txt (name, field, MBSTRING_UTF8,
                                               (const unsigned char *) value, -1, -1, 0));
}

static void
add_key_usage (X509       *x509,
               const char *key_usage)
{
  X509_EXTENSION *extension;

  if (key_usage == NULL)
    return;

  extension = X509V3_EXT_conf_nid (NULL, NULL, NID_key_usage, key_usage);
  g_assert_nonnull (extension);
  g_assert_true (X509_add_ext (x509, extension, -1));
  X509_EXTENSION_free (extension);
}

GBytes *
card_test_certificate (const char *holder,
                       const char *identity_number,
                       const char *not_before,
                       const char *not_after,
                       const char *key_usage)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *x509 = X509_new ();
  unsigned char *der = NULL;
  GBytes *bytes;
  int length;

  g_assert_true (X509_set_version (x509, X509_VERSION_3));
  g_assert_true (ASN1_INTEGER_set_uint64 (X509_get_serialNumber (x509), 0x00ABCDEF0123));
  g_assert_true (ASN1_TIME_set_string_X509 (X509_getm_notBefore (x509), not_before));
  g_assert_true (ASN1_TIME_set_string_X509 (X509_getm_notAfter (x509), not_after));
  add_entry (X509_get_subject_name (x509), "CN", holder);
  add_entry (X509_get_subject_name (x509), "serialNumber", identity_number);
  add_entry (X509_get_issuer_name (x509), "CN", "Deneme Kök Sertifikası");
  add_key_usage (x509, key_usage);
  g_assert_true (X509_set_pubkey (x509, key));
  g_assert_cmpint (X509_sign (x509, key, EVP_sha256 ()), >, 0);

  length = i2d_X509 (x509, &der);
  g_assert_cmpint (length, >, 0);
  bytes = g_bytes_new (der, (gsize) length);
  OPENSSL_free (der);
  X509_free (x509);
  EVP_PKEY_free (key);
  return bytes;
}
