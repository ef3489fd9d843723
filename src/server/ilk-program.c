/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-program.h"

#include "server/ilk-credential.h"
#include "server/ilk-file-key-store.h"
#include "server/ilk-gateway-link.h"
#include "server/ilk-http-sms-gateway.h"
#include "server/ilk-server-error.h"
#include "server/ilk-smtp-gateway.h"
#include "server/ilk-spool-gateway.h"
#include "server/ilk-token-key-store.h"

/* In the credentials folder. */
#define TOKEN_PIN "token-pin"
#define TOKEN_PIN_LENGTH 64

int
ilk_program_complain (const GError *error)
{
  g_printerr ("ilkimza-service: %s\n", error->message);
  return g_error_matches (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG) ? ILK_EXIT_MISUSE
                                                                           : ILK_EXIT_FAILED;
}

int
ilk_program_misuse (const char *message)
{
  g_printerr ("ilkimza-service: %s\nSee ilkimza-service --help.\n", message);
  return ILK_EXIT_MISUSE;
}

/* The PIN of the token is a file of the credentials, too. */
static IlkSecret *
read_pin (const IlkOptions *options,
          GError          **error)
{
  g_autofree char *path = g_build_filename (options->credentials, TOKEN_PIN, NULL);

  return ilk_credential_read_line (path, TOKEN_PIN_LENGTH, error);
}

static IlkKeyStore *
open_token (const IlkOptions *options,
            const char       *module,
            gboolean          missing,
            GError          **error)
{
  const char *label = ilk_config_get_text (options->config, "Keys", "token");
  g_autoptr (IlkTokenKeyStore) keys = NULL;
  g_autoptr (IlkSecret) pin = NULL;

  if (label == NULL)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG,
                           "[Keys] module wants the label of a token, too: token=");
      return NULL;
    }
  pin = read_pin (options, error);
  if (pin == NULL)
    return NULL;
  keys = ilk_token_key_store_new (module, label, pin, error);
  if (keys == NULL || (!missing && !ilk_token_key_store_check (keys, error)))
    return NULL;
  return ILK_KEY_STORE (g_steal_pointer (&keys));
}

static IlkKeyStore *
open_files (const IlkOptions *options,
            gboolean          missing,
            GError          **error)
{
  IlkFileKeyStore *keys = missing ? ilk_file_key_store_open (options->credentials)
                                  : ilk_file_key_store_new (options->credentials, error);

  return keys != NULL ? ILK_KEY_STORE (keys) : NULL;
}

gboolean
ilk_program_open_keys (IlkProgram       *self,
                       const IlkOptions *options,
                       gboolean          missing,
                       GError          **error)
{
  const char *module = ilk_config_get_text (options->config, "Keys", "module");

  self->keys = module != NULL ? open_token (options, module, missing, error)
                              : open_files (options, missing, error);
  return self->keys != NULL;
}

/* Where browsers find the pages. */
static gboolean
set_portal (IlkProgram       *self,
            const IlkOptions *options,
            GError          **error)
{
  const char *address = ilk_config_get_text (options->config, "Portal", "address");

  ilk_service_set_contact (self->service, ilk_config_get_text (options->config, "Portal", "issuer"),
                           ilk_config_get_text (options->config, "Portal", "call-centre"));
  if (address == NULL || ilk_service_set_portal (self->service, address))
    return TRUE;
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG,
               "[Portal] address: %s is not of the form https://host", address);
  return FALSE;
}

/* Whose certificates log in: a file of the configuration, or issuer-ca.pem beside the keys. */
static gboolean
set_authorities (IlkProgram       *self,
                 const IlkOptions *options,
                 GError          **error)
{
  const char *configured = ilk_config_get_text (options->config, "E-Signature", "authorities");
  g_autofree char *path = configured != NULL
    ? g_strdup (configured) : g_build_filename (options->credentials, "issuer-ca.pem", NULL);
  IlkAuthorities *authorities;

  if (configured == NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  authorities = ilk_authorities_load (path, error);
  ilk_service_set_authorities (self->service, authorities);
  return authorities != NULL;
}

/* The e-Government gateway, where the configuration names one. */
static gboolean
set_open_id (IlkProgram       *self,
             const IlkOptions *options,
             GError          **error)
{
  const char *issuer = ilk_config_get_text (options->config, "E-Government", "issuer");
  const char *client_id = ilk_config_get_text (options->config, "E-Government", "client-id");
  const char *scope = ilk_config_get_text (options->config, "E-Government", "scope");
  const char *claim = ilk_config_get_text (options->config, "E-Government", "number-claim");
  g_autoptr (IlkSecret) secret = NULL;
  IlkOpenIdSettings settings = {
    .issuer = issuer, .client_id = client_id != NULL ? client_id : "",
    .scope = scope != NULL ? scope : "openid", .claim = claim != NULL ? claim : "",
    .ca_file = ilk_config_get_text (options->config, "E-Government", "ca-file"),
    /* Half of the workers at most. */
    .calls = (guint) MAX (ilk_config_get_number (options->config, "Service", "threads", 0) / 2, 0),
  };
  IlkOpenId *open_id;

  if (issuer == NULL)
    return TRUE;
  secret = ilk_gateway_link_read_credential (options->credentials, "e-government-client-secret",
                                             error);
  settings.client_secret = secret;
  open_id = secret != NULL ? ilk_open_id_new (&settings, error) : NULL;
  ilk_service_set_open_id (self->service, open_id);
  return open_id != NULL;
}

gboolean
ilk_program_open (IlkProgram       *self,
                  const IlkOptions *options,
                  GError          **error)
{
  GError *local = NULL;

  if (!ilk_program_open_keys (self, options, FALSE, error))
    return FALSE;
  self->store = ilk_store_open (options->database, error);
  if (self->store == NULL)
    return FALSE;

  self->service = ilk_service_new (self->store, self->keys, self->sms, self->clock);
  ilk_service_set_mail_gateway (self->service, self->mail);
  ilk_service_set_ocsp (self->service, ilk_ocsp_load (options->credentials, &local));
  if (local == NULL)
    return set_portal (self, options, error) && set_authorities (self, options, error) &&
           set_open_id (self, options, error);

  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
open_sms (IlkProgram        *self,
          const IlkOptions  *options,
          GError           **error)
{
  IlkHttpSmsGateway *gateway;

  if (ilk_config_get_text (options->config, "Sms", "address") == NULL)
    return TRUE;
  gateway = ilk_http_sms_gateway_new (options->config, options->credentials, error);
  self->sms = gateway != NULL ? ILK_SMS_GATEWAY (gateway) : NULL;
  return gateway != NULL;
}

static gboolean
open_mail (IlkProgram        *self,
           const IlkOptions  *options,
           GError           **error)
{
  IlkSmtpGateway *gateway;

  if (ilk_config_get_text (options->config, "Mail", "server") == NULL)
    return TRUE;
  gateway = ilk_smtp_gateway_new (options->config, options->credentials, self->clock, error);
  self->mail = gateway != NULL ? ILK_MAIL_GATEWAY (gateway) : NULL;
  return gateway != NULL;
}

gboolean
ilk_program_open_gateways (IlkProgram        *self,
                           const IlkOptions  *options,
                           GError           **error)
{
  g_autoptr (IlkSpoolGateway) spool = NULL;

  if (!open_sms (self, options, error) || !open_mail (self, options, error))
    return FALSE;
  if (options->spool != NULL)
    spool = ilk_spool_gateway_new (options->spool);
  if (self->sms == NULL && spool != NULL)
    self->sms = ILK_SMS_GATEWAY (g_object_ref (spool));
  if (self->mail == NULL && spool != NULL)
    self->mail = ILK_MAIL_GATEWAY (g_object_ref (spool));
  if (self->sms != NULL && self->mail != NULL)
    return TRUE;

  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG,
                       "messages go nowhere: [Sms] and [Mail] of the configuration, or --spool, "
                       "must say where");
  return FALSE;
}

gboolean
ilk_program_open_existing (IlkProgram       *self,
                           const IlkOptions *options,
                           GError          **error)
{
  if (options->database == NULL || options->credentials == NULL)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG,
                           "this needs --database and --credentials");
      return FALSE;
    }
  if (!ilk_store_exists (options->database))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "there is no database %s",
                   options->database);
      return FALSE;
    }
  self->clock = ilk_clock_get_system ();
  return ilk_program_open (self, options, error);
}

void
ilk_program_clear (IlkProgram *self)
{
  g_clear_object (&self->service);
  g_clear_object (&self->store);
  g_clear_object (&self->keys);
  g_clear_object (&self->sms);
  g_clear_object (&self->mail);
  g_clear_object (&self->clock);
}
