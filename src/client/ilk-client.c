/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>
#include <sys/un.h>

#include <gio/gunixsocketaddress.h>

#include "client/ilk-client-private.h"

/* A whole call, with its second try. */
#define CALL_TIMEOUT_MS 30000
/* No byte in or out for so long: the connection is dead. */
#define IDLE_TIMEOUT_S 30
#define PRACTICE_ADDRESS "http://localhost"

G_DEFINE_FINAL_TYPE (IlkClient, ilk_client, G_TYPE_OBJECT)

static void
ilk_client_finalize (GObject *object)
{
  IlkClient *self = ILK_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_object (&self->issuer);
  g_clear_pointer (&self->token, ilk_secret_unref);
  g_free (self->session_id);
  g_free (self->base);

  G_OBJECT_CLASS (ilk_client_parent_class)->finalize (object);
}

static void
ilk_client_class_init (IlkClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_client_finalize;
}

static void
ilk_client_init (IlkClient *self)
{
  self->timeout = CALL_TIMEOUT_MS;
}

/**
 * ilk_client_check_address:
 * @address: (nullable): of an issuer's profile
 *
 * Returns: whether it is https, with a host, and with nothing that does not belong there. The
 *   profile was checked before; a token is not sent in clear even when that check fails one day.
 */
gboolean
ilk_client_check_address (const char  *address,
                          GError     **error)
{
  g_autoptr (GUri) uri = address != NULL ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;

  if (address == NULL)
    {
      g_set_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                   "The issuer's profile names no service");
      return FALSE;
    }

  if (uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
      g_uri_get_fragment (uri) == NULL)
    return TRUE;

  g_set_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS,
               "The service's address is not a plain https address");
  return FALSE;
}

static char *
get_base (const char *address)
{
  gsize length = strlen (address);

  while (length > 0 && address[length - 1] == '/')
    length--;

  return g_strndup (address, length);
}

/* With a CA file of the issuer nothing else is trusted, no matter what the system trusts. */
static gboolean
set_trust (IlkClient   *self,
           GError     **error)
{
  const char *path = ilk_issuer_get_ca_file (self->issuer);
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) fault = NULL;

  if (path == NULL)
    return TRUE;

  database = g_tls_file_database_new (path, &fault);
  if (database == NULL)
    {
      g_set_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_TLS,
                   "The issuer's CA file can't be used: %s", fault->message);
      return FALSE;
    }

  soup_session_set_tls_database (self->session, database);
  return TRUE;
}

static gboolean
connect_to_issuer (IlkClient   *self,
                   GError     **error)
{
  const char *address = ilk_issuer_get_service_address (self->issuer);

  if (!ilk_client_check_address (address, error))
    return FALSE;

  self->base = get_base (address);
  self->session = soup_session_new ();
  return set_trust (self, error);
}

static gboolean
connect_to_practice (IlkClient   *self,
                     const char  *socket_path,
                     GError     **error)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (*socket_path != '/' || strlen (socket_path) >= sizeof ((struct sockaddr_un *) 0)->sun_path)
    {
      g_set_error (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                   "The practice service's socket path is not absolute, or too long");
      return FALSE;
    }

  address = g_unix_socket_address_new (socket_path);
  self->base = g_strdup (PRACTICE_ADDRESS);
  self->session = soup_session_new_with_options ("remote-connectable", address, NULL);
  soup_session_set_proxy_resolver (self->session, NULL);
  return TRUE;
}

/* What libsoup does for browsers is not for us: no passwords of its own, no compressed answers
 * (size and time would tell of secrets), nothing kept. */
static void
strip_session (SoupSession *session,
               const char  *language)
{
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_COOKIE_JAR);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CACHE);
  soup_session_set_user_agent (session, "ilkimza");
  soup_session_set_accept_language (session, language);
  soup_session_set_timeout (session, IDLE_TIMEOUT_S);
}

/**
 * ilk_client_new:
 * @issuer: gives the service's address, its CA file and its sealing key
 * @socket_path: (nullable): Unix socket of the practice service; %NULL: the issuer's https address
 * @language: "tr" or "en"
 *
 * Nothing is sent yet. Fails with ILK_CLIENT_ERROR_TLS when the address is not https or the CA
 * file can't be read, with ILK_CLIENT_ERROR_FAILED when there is no address.
 *
 * Returns: (transfer full) (nullable): a client without a session
 */
IlkClient *
ilk_client_new (IlkIssuer   *issuer,
                const char  *socket_path,
                const char  *language,
                GError     **error)
{
  g_autoptr (IlkClient) self = NULL;
  gboolean connected;

  g_return_val_if_fail (ILK_IS_ISSUER (issuer), NULL);
  g_return_val_if_fail (language != NULL, NULL);

  self = g_object_new (ILK_TYPE_CLIENT, NULL);
  self->issuer = g_object_ref (issuer);
  connected = socket_path != NULL ? connect_to_practice (self, socket_path, error)
                                  : connect_to_issuer (self, error);
  if (!connected)
    return NULL;

  strip_session (self->session, language);
  return g_steal_pointer (&self);
}

/* Answers of calls that began before bring no token any more. */
void
ilk_client_forget_session (IlkClient *self)
{
  g_clear_pointer (&self->token, ilk_secret_unref);
  g_clear_pointer (&self->session_id, g_free);
  self->era++;
}

/**
 * ilk_client_has_session:
 *
 * Returns: whether a login was completed and, as far as is known here, has not ended
 */
gboolean
ilk_client_has_session (IlkClient *self)
{
  g_return_val_if_fail (ILK_IS_CLIENT (self), FALSE);

  return self->token != NULL && self->session_id != NULL;
}

/**
 * ilk_client_set_recorder:
 * @recorder: (nullable): called at the end of each call, before its callback
 */
void
ilk_client_set_recorder (IlkClient         *self,
                         IlkClientRecorder  recorder,
                         gpointer           user_data)
{
  g_return_if_fail (ILK_IS_CLIENT (self));

  self->recorder = recorder;
  self->recorder_data = user_data;
}

/**
 * ilk_client_fail_call:
 * @number: which call from now fails, 1 being the next
 * @fault: "offline" and "timeout" (nothing is sent), "busy" (the service would say so, nothing is
 *   sent) or "answer-lost" (the service does what it is asked, its answer is dropped)
 *
 * Returns: %FALSE for a fault that has no such name
 */
gboolean
ilk_client_fail_call (IlkClient  *self,
                      guint       number,
                      const char *fault)
{
  static const char *names[] = { "none", "offline", "timeout", "busy", "answer-lost" };

  g_return_val_if_fail (ILK_IS_CLIENT (self), FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], fault) == 0)
      {
        self->fault_in = number;
        self->fault = (IlkClientFault) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * ilk_client_set_timeout:
 * @milliseconds: the most that a call takes, its second try included
 */
void
ilk_client_set_timeout (IlkClient *self,
                        guint      milliseconds)
{
  g_return_if_fail (ILK_IS_CLIENT (self));
  g_return_if_fail (milliseconds > 0);

  self->timeout = milliseconds;
}
