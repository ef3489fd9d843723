/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "core/ilk-identity.h"
#include "server/ilk-wire.h"

/* Login by the e-Government gateway. The browser goes there and comes back to the program's own
 * little listener, or to a page of ours; what it brings back is worth nothing without the login's
 * secret. State, nonce and PKCE verifier are made from the login's name by a key of ours, so that
 * none of them is stored. */

#define LOGIN_LIFE 600
#define TOKEN_BYTES 32
#define ANSWER_LENGTH 8192
#define TEXT_LIMIT 2048
#define PROGRAM_ADDRESS "http://127.0.0.1:"
#define PORTAL_PATH "/giris/donus"
#define WHAT "login.e-government"

typedef struct {
  const char *id;
  IlkSecret  *secret;
  IlkSecret  *code;
  const char *state;
  const char *iss;
} Return;

static IlkSecret *
derive (IlkService *self,
        IlkInbound *request,
        const char *label,
        const char *id)
{
  g_autoptr (GBytes) mac = ilk_service_mac (self, label, NULL, &request->error, id, NULL);
  g_autoptr (IlkSecret) bytes = NULL;

  if (mac == NULL)
    return NULL;
  bytes = ilk_secret_new_from_data (g_bytes_get_data (mac, NULL), g_bytes_get_size (mac));
  return ilk_wire_base64url (bytes);
}

/* RFC 8252, 7.3: any port of this computer, and a path of plain characters. */
static gboolean
is_program_address (const char *address)
{
  const char *port = address + strlen (PROGRAM_ADDRESS);
  const char *path;
  gint64 number;
  g_autofree char *digits = NULL;

  if (!g_str_has_prefix (address, PROGRAM_ADDRESS))
    return FALSE;
  path = port + strspn (port, "0123456789");
  digits = g_strndup (port, path - port);
  if (*path != '/' || *port == '0' ||
      !g_ascii_string_to_signed (digits, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;
  for (const char *c = path; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("/-_", *c) == NULL)
      return FALSE;
  return strlen (path) <= 64;
}

static gboolean
is_allowed (IlkService *self,
            const char *address)
{
  g_autofree char *portal = NULL;

  if (address == NULL)
    return FALSE;
  if (self->portal != NULL)
    portal = g_strconcat (self->portal, PORTAL_PATH, NULL);
  return g_strcmp0 (address, portal) == 0 || is_program_address (address);
}

static void
reply_login (IlkReply   *reply,
             const char *id,
             IlkSecret  *secret,
             const char *address)
{
  g_autoptr (IlkSecret) json = ilk_secret_new (ANSWER_LENGTH);

  ilk_wire_append (json, "{\"id\":");
  ilk_wire_append_string (json, id, -1);
  ilk_wire_append (json, ",\"secret\":");
  ilk_wire_append_secret (json, secret);
  ilk_wire_append (json, ",\"authorization_url\":");
  ilk_wire_append_string (json, address, -1);
  ilk_wire_append (json, ",\"expires_in\":");
  ilk_wire_append_number (json, LOGIN_LIFE);
  ilk_wire_append (json, "}");
  ilk_reply_secret (reply, 201, json);
}

static char *
get_address (IlkService *self,
             IlkInbound *request,
             IlkReply   *reply,
             const char *id,
             const char *redirect_uri)
{
  g_autoptr (IlkSecret) state = derive (self, request, "e-government-state", id);
  g_autoptr (IlkSecret) nonce = derive (self, request, "e-government-nonce", id);
  g_autoptr (IlkSecret) verifier = derive (self, request, "e-government-verifier", id);
  g_autoptr (GError) error = NULL;
  char *address;

  if (request->error != NULL)
    return NULL;
  address = ilk_open_id_get_address (self->open_id, redirect_uri, state, nonce, verifier, &error);
  if (address == NULL)
    {
      g_message ("%s", error->message);
      ilk_reply_problem (reply, "e_government.unavailable");
    }
  return address;
}

/**
 * ilk_service_post_gateway_login:
 *
 * POST /v1/e-government-logins
 */
void
ilk_service_post_gateway_login (IlkService *self,
                                IlkInbound *request,
                                IlkReply   *reply)
{
  const char *redirect_uri = ilk_inbound_get_string (request, "redirect_uri");
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (TOKEN_BYTES);
  g_autoptr (IlkSecret) secret = ilk_wire_base64url (bytes);
  g_autoptr (GBytes) hash = ilk_service_token_hash (secret);
  g_autofree char *id = ilk_wire_new_id ();
  g_autofree char *address = NULL;
  IlkGatewayRecord record = { .id = id, .secret = hash, .redirect_uri = (char *) redirect_uri,
                              .expires = request->now + LOGIN_LIFE };

  if (self->open_id == NULL)
    {
      ilk_reply_problem (reply, "login.unavailable");
      return;
    }
  if (!is_allowed (self, redirect_uri))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  address = get_address (self, request, reply, id, redirect_uri);
  if (address == NULL)
    return;
  ilk_store_begin (self->store);
  ilk_store_gateway_login_add (self->store, &record, &request->error);
  ilk_store_end (self->store, &request->error);
  reply_login (reply, id, secret, address);
}

static gboolean
is_short (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= TEXT_LIMIT;
}

static gboolean
read_return (IlkInbound *request,
             Return     *back)
{
  back->id = ilk_inbound_get_string (request, "login_id");
  back->secret = ilk_inbound_get_secret (request, "secret");
  back->code = ilk_inbound_get_secret (request, "code");
  back->state = ilk_inbound_get_string (request, "state");
  back->iss = ilk_inbound_get_string (request, "iss");
  return is_short (back->id) && is_short (back->state) &&
         (back->iss == NULL ? !json_object_has_member (request->json, "iss")
                            : is_short (back->iss)) &&
         back->secret != NULL && back->code != NULL && ilk_secret_get_length (back->code) > 0 &&
         ilk_secret_get_length (back->code) <= TEXT_LIMIT;
}

/* Used up whatever comes of it. */
static char *
take_login (IlkService   *self,
            IlkInbound   *request,
            IlkReply     *reply,
            const Return *back)
{
  g_autoptr (GBytes) hash = ilk_service_token_hash (back->secret);
  char *redirect_uri;

  ilk_store_begin (self->store);
  redirect_uri = ilk_store_gateway_login_take (self->store, back->id, hash, request->now,
                                               &request->error);
  ilk_store_end (self->store, &request->error);
  if (redirect_uri == NULL)
    ilk_reply_problem (reply, "e_government.expired");
  return redirect_uri;
}

static gboolean
is_our_return (IlkService   *self,
               IlkInbound   *request,
               const Return *back)
{
  g_autoptr (IlkSecret) wanted = derive (self, request, "e-government-state", back->id);
  g_autoptr (IlkSecret) given = ilk_secret_new_from_data (back->state, strlen (back->state));

  return wanted != NULL && ilk_secret_equal (wanted, given);
}

static void
refuse (IlkService   *self,
        IlkInbound   *request,
        IlkReply     *reply,
        const char   *code,
        const char   *reason)
{
  ilk_store_begin (self->store);
  ilk_reply_problem (reply, code);
  ilk_service_audit (self, request, NULL, WHAT, "refused", reason);
  ilk_store_end (self->store, &request->error);
}

static char *
redeem (IlkService   *self,
        IlkInbound   *request,
        IlkReply     *reply,
        const Return *back,
        const char   *redirect_uri)
{
  g_autoptr (IlkSecret) nonce = derive (self, request, "e-government-nonce", back->id);
  g_autoptr (IlkSecret) verifier = derive (self, request, "e-government-verifier", back->id);
  g_autoptr (GError) error = NULL;
  char *number;

  if (request->error != NULL)
    return NULL;
  number = ilk_open_id_redeem (self->open_id, redirect_uri, back->iss, back->code, nonce,
                               verifier, request->now, &error);
  if (number != NULL)
    return number;

  g_message ("%s", error->message);
  if (g_error_matches (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_IDENTITY))
    refuse (self, request, reply, "e_government.refused", "token");
  else
    refuse (self, request, reply, "e_government.unavailable", "unavailable");
  return NULL;
}

/* Whoever the state knows may have the account's tries back. */
static void
log_in (IlkService *self,
        IlkInbound *request,
        IlkReply   *reply,
        const char *number)
{
  g_autoptr (GBytes) index = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;

  if (ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    {
      refuse (self, request, reply, "e_government.refused", "number");
      return;
    }
  index = ilk_service_number_index (self, number, &request->error);
  if (request->error != NULL)
    return;
  ilk_store_begin (self->store);
  holder = ilk_store_holder_find (self->store, index, &request->error);
  if (holder != NULL)
    {
      ilk_store_lock (self->store, holder->id, &request->error);
      ilk_store_holder_clear_tries (self->store, holder->id, &request->error);
      ilk_service_open_session (self, request, reply, holder->id, ILK_ASSURANCE_GATEWAY, WHAT);
    }
  else
    {
      ilk_reply_problem (reply, "e_government.unknown");
      ilk_service_audit (self, request, index, WHAT, "refused", "unknown");
    }
  ilk_store_end (self->store, &request->error);
}

void
ilk_service_log_in_by_gateway (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply)
{
  Return back;
  g_autofree char *redirect_uri = NULL;
  g_autofree char *number = NULL;

  if (self->open_id == NULL)
    {
      ilk_reply_problem (reply, "login.unavailable");
      return;
    }
  if (!read_return (request, &back))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  redirect_uri = take_login (self, request, reply, &back);
  if (redirect_uri == NULL)
    return;
  if (!is_our_return (self, request, &back))
    {
      refuse (self, request, reply, "e_government.refused", "state");
      return;
    }
  number = redeem (self, request, reply, &back, redirect_uri);
  if (number != NULL)
    log_in (self, request, reply, number);
}
