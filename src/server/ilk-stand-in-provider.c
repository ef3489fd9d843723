/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-stand-in-provider.h"

#include <libsoup/soup.h>
#include <string.h>
#include "server/ilk-server-error.h"
#include "server/ilk-stand-in-private.h"

/* What the login page passes on from the request to the choice. */
static const char *const passed[] = { "response_type", "client_id", "redirect_uri", "scope",
                                      "state", "nonce", "code_challenge", "code_challenge_method",
                                      NULL };

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *type,
        char              *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Content-Security-Policy",
                                "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, text, strlen (text));
}

static void
refuse (SoupServerMessage *message,
        const char        *why)
{
  answer (message, 400, "application/json", g_strdup_printf ("{\"error\":\"%s\"}", why));
}

/* Returns TRUE when the answer was a fault. */
static gboolean
misbehave (IlkStandInProvider *self,
           SoupServerMessage  *message)
{
  switch (self->fault)
    {
    case ILK_STAND_IN_BROKEN:
      answer (message, 500, "text/plain", g_strdup ("no"));
      return TRUE;
    case ILK_STAND_IN_SILENT:
      soup_server_message_pause (message);
      return TRUE;
    case ILK_STAND_IN_NO_JSON:
      answer (message, 200, "application/json", g_strdup ("<html>"));
      return TRUE;
    case ILK_STAND_IN_TOO_LARGE:
      answer (message, 200, "application/json",
              g_strdup_printf ("{\"a\":\"%0100000d\"}", 0));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
on_description (SoupServer        *server,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *query,
                gpointer           user_data)
{
  IlkStandInProvider *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *issuer = self->fault == ILK_STAND_IN_ELSEWHERE ? "http://127.0.0.1:1" : self->issuer;

  if (misbehave (self, message))
    return;
  answer (message, 200, "application/json", g_strdup_printf (
    "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/authorize\",\"token_endpoint\":\"%s/token\","
    "\"jwks_uri\":\"%s/keys\",\"response_types_supported\":[\"code\"],"
    "\"subject_types_supported\":[\"public\"],\"scopes_supported\":[\"openid\"],"
    "\"id_token_signing_alg_values_supported\":[\"ES256\",\"RS256\"],"
    "\"code_challenge_methods_supported\":[\"S256\"],"
    "\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],"
    "\"authorization_response_iss_parameter_supported\":true}", issuer, self->issuer,
    self->issuer, self->issuer));
}

static void
on_keys (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  IlkStandInProvider *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!misbehave (self, message))
    answer (message, 200, "application/json", ilk_stand_in_keys (self));
}

static const char *
get (GHashTable *fields,
     const char *name)
{
  const char *value = fields != NULL ? g_hash_table_lookup (fields, name) : NULL;

  return value != NULL ? value : "";
}

/* An answer never goes anywhere but to this computer or to the page that is known. */
static gboolean
is_known_address (IlkStandInProvider *self,
                  const char         *address)
{
  return g_str_has_prefix (address, "http://127.0.0.1:") || g_strcmp0 (address, self->page) == 0;
}

static gboolean
check_request (IlkStandInProvider *self,
               GHashTable         *fields)
{
  return g_str_equal (get (fields, "response_type"), "code") &&
         g_str_equal (get (fields, "client_id"), self->client_id) &&
         is_known_address (self, get (fields, "redirect_uri")) &&
         g_str_has_prefix (get (fields, "scope"), "openid") &&
         g_str_equal (get (fields, "code_challenge_method"), "S256") &&
         strlen (get (fields, "code_challenge")) == 43 &&
         *get (fields, "state") != '\0' && *get (fields, "nonce") != '\0';
}

static void
append_hidden (GString    *page,
               GHashTable *fields)
{
  for (int i = 0; passed[i] != NULL; i++)
    {
      g_autofree char *value = g_markup_escape_text (get (fields, passed[i]), -1);

      g_string_append_printf (page, "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n",
                              passed[i], value);
    }
}

static char *
make_page (IlkStandInProvider *self,
           GHashTable         *fields)
{
  GString *page = g_string_new (
    "<!DOCTYPE html>\n<html lang=\"tr\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>e-Devlet Kapısı (alıştırma)</title>\n</head>\n<body>\n<main>\n"
    "<h1>e-Devlet Kapısı (alıştırma)</h1>\n"
    "<p>Bu bir alıştırmadır: Burası gerçek e-Devlet Kapısı değildir, kişiler de uydurmadır. Kendi "
    "bilgilerinizi hiçbir yere yazmayın. Kim olarak giriş yapacağınızı seçin.</p>\n"
    "<p lang=\"en\">This is practice: it is not the real e-Government gateway, and the people are "
    "made up. Type nothing of your own anywhere. Choose who you log in as.</p>\n"
    "<form method=\"post\" action=\"/authorize\">\n");

  append_hidden (page, fields);
  for (guint i = 0; i < self->people->len; i++)
    {
      const IlkStandInPerson *person = g_ptr_array_index (self->people, i);
      g_autofree char *name = g_markup_escape_text (person->name, -1);

      g_string_append_printf (page, "<p><button name=\"person\" value=\"%s\">%s · %s</button></p>\n",
                              person->number, name, person->number);
    }
  g_string_append (page, "</form>\n</main>\n</body>\n</html>\n");
  return g_string_free (page, FALSE);
}

static const IlkStandInPerson *
find_person (IlkStandInProvider *self,
             const char         *number)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      const IlkStandInPerson *person = g_ptr_array_index (self->people, i);

      if (g_str_equal (person->number, number))
        return person;
    }
  return NULL;
}

static GHashTable *
read_form (SoupServerMessage *message)
{
  g_autoptr (GBytes) body =
    soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));

  return soup_form_decode (text);
}

static void
send_back (IlkStandInProvider     *self,
           SoupServerMessage      *message,
           GHashTable             *fields,
           const IlkStandInPerson *person)
{
  const char *redirect_uri = get (fields, "redirect_uri");
  g_autofree char *code = ilk_stand_in_new_code (self, person, redirect_uri, get (fields, "nonce"),
                                                 get (fields, "code_challenge"));
  g_autofree char *state = g_uri_escape_string (get (fields, "state"), NULL, FALSE);
  g_autofree char *iss = g_uri_escape_string (self->issuer, NULL, FALSE);
  g_autofree char *address = g_strdup_printf ("%s?code=%s&state=%s&iss=%s", redirect_uri, code,
                                              state, iss);

  answer (message, 303, "text/plain", g_strdup (""));
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                address);
}

static void
on_authorize (SoupServer        *server,
              SoupServerMessage *message,
              const char        *path,
              GHashTable        *query,
              gpointer           user_data)
{
  IlkStandInProvider *self = user_data;
  gboolean chosen = g_str_equal (soup_server_message_get_method (message), "POST");
  g_autoptr (GHashTable) form = chosen ? read_form (message) : NULL;
  GHashTable *fields = chosen ? form : query;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const IlkStandInPerson *person = chosen ? find_person (self, get (fields, "person")) : NULL;

  if (!check_request (self, fields) || (chosen && person == NULL))
    refuse (message, "invalid_request");
  else if (person != NULL)
    send_back (self, message, fields, person);
  else
    answer (message, 200, "text/html; charset=utf-8", make_page (self, fields));
}

static gboolean
check_client (IlkStandInProvider *self,
              GHashTable         *form)
{
  const char *secret = get (form, "client_secret");
  g_autoptr (IlkSecret) given = ilk_secret_new_from_data (secret, strlen (secret));

  return g_str_equal (get (form, "client_id"), self->client_id) &&
         ilk_secret_equal (given, self->client_secret);
}

static void
on_token (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  IlkStandInProvider *self = user_data;
  g_autoptr (GHashTable) form = read_form (message);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *token = NULL;

  if (misbehave (self, message))
    return;
  if (!check_client (self, form))
    {
      refuse (message, "invalid_client");
      return;
    }
  if (g_str_equal (get (form, "grant_type"), "authorization_code"))
    token = ilk_stand_in_redeem (self, get (form, "code"), get (form, "redirect_uri"),
                                 get (form, "code_verifier"));
  if (token == NULL)
    refuse (message, "invalid_grant");
  else
    answer (message, 200, "application/json",
            g_strdup_printf ("{\"token_type\":\"Bearer\",\"access_token\":\"none\","
                             "\"expires_in\":60,\"id_token\":\"%s\"}", token));
}

static gboolean
listen_here (IlkStandInProvider *self)
{
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/.well-known/openid-configuration", on_description, self,
                           NULL);
  soup_server_add_handler (self->server, "/keys", on_keys, self, NULL);
  soup_server_add_handler (self->server, "/authorize", on_authorize, self, NULL);
  soup_server_add_handler (self->server, "/token", on_token, self, NULL);
  if (!soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  self->issuer = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

static gpointer
run (gpointer data)
{
  IlkStandInProvider *self = data;
  gboolean listening;

  g_main_context_push_thread_default (self->context);
  listening = listen_here (self);
  g_mutex_lock (&self->lock);
  self->started = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (listening)
    g_main_loop_run (self->loop);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

const char *
ilk_stand_in_provider_get_issuer (IlkStandInProvider *self)
{
  return self->issuer;
}

void
ilk_stand_in_provider_add_person (IlkStandInProvider *self,
                                  const char         *name,
                                  const char         *identity_number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  IlkStandInPerson *person = g_new0 (IlkStandInPerson, 1);

  person->name = g_strdup (name);
  person->number = g_strdup (identity_number);
  g_ptr_array_add (self->people, person);
}

void
ilk_stand_in_provider_set_page (IlkStandInProvider *self,
                                const char         *address)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_free (self->page);
  self->page = g_strdup (address);
}

void
ilk_stand_in_provider_set_fault (IlkStandInProvider *self,
                                 IlkStandInFault     fault)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->fault = fault;
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
person_free (gpointer data)
{
  IlkStandInPerson *person = data;

  g_free (person->name);
  g_free (person->number);
  g_free (person);
}

void
ilk_stand_in_provider_free (IlkStandInProvider *self)
{
  if (self == NULL)
    return;

  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  ilk_stand_in_clear_keys (self);
  g_hash_table_unref (self->codes);
  g_ptr_array_unref (self->people);
  g_object_unref (self->clock);
  ilk_secret_unref (self->client_secret);
  g_free (self->client_id);
  g_free (self->issuer);
  g_free (self->page);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

/**
 * ilk_stand_in_provider_new:
 * @clock: what the tokens' times are told by
 *
 * Returns: (transfer full): a provider that listens, or %NULL with %ILK_SERVER_ERROR_LISTEN
 */
IlkStandInProvider *
ilk_stand_in_provider_new (IlkClock    *clock,
                           const char  *client_id,
                           IlkSecret   *client_secret,
                           GError     **error)
{
  IlkStandInProvider *self = g_new0 (IlkStandInProvider, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->clock = g_object_ref (clock);
  self->client_id = g_strdup (client_id);
  self->client_secret = ilk_secret_ref (client_secret);
  self->people = g_ptr_array_new_with_free_func (person_free);
  self->codes = ilk_stand_in_new_codes ();
  ilk_stand_in_provider_change_key (self);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("stand-in", run, self);
  g_mutex_lock (&self->lock);
  while (!self->started)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  if (self->issuer != NULL)
    return self;

  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_LISTEN,
                       "the stand-in for the e-Government gateway can't listen");
  ilk_stand_in_provider_free (self);
  return NULL;
}
