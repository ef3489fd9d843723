/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "server/ilk-portal.h"
#include "server/ilk-crash-point.h"
#include "server/ilk-service-problem.h"
#include "server/ilk-wire.h"
#include "server/ilk-word-hash.h"

G_DEFINE_FINAL_TYPE (IlkService, ilk_service, G_TYPE_OBJECT)

typedef enum {
  ROUTE_ATTEMPT    = 1 << 0, /* a login attempt's token */
  ROUTE_FULL       = 1 << 1, /* a session's token */
  ROUTE_IDEMPOTENT = 1 << 2, /* needs an Idempotency-Key */
  ROUTE_SLOW       = 1 << 3, /* opens its transactions itself */
  ROUTE_RAW        = 1 << 4, /* its body is no JSON */
  ROUTE_CODE       = 1 << 5, /* a session by verification code is enough */
  ROUTE_WORD       = 1 << 6, /* for who has to change the printed word, too */
} RouteFlags;

typedef struct {
  const char *method;
  const char *path;      /* "*" stands for one segment */
  RouteFlags  flags;
  const char *fields;    /* what the body's top level may have, between spaces */
  const char *secret;    /* the fields that are secrets, between single spaces */
  IlkHandler  handler;
} Route;

static const Route routes[] = {
  { "POST", "/v1/captchas", ROUTE_SLOW, " spoken ", NULL, ilk_service_post_captcha },
  { "POST", "/v1/sessions", ROUTE_SLOW,
    " kind identity_number captcha security_word challenge_id certificate signature login_id secret"
    " code state iss ticket ", "security_word secret code ticket", ilk_service_post_session },
  { "POST", "/v1/e-signature-challenges", 0, "", NULL, ilk_service_post_challenge },
  { "POST", "/v1/e-government-logins", ROUTE_SLOW, " redirect_uri ", NULL,
    ilk_service_post_gateway_login },
  { "POST", "/v1/verification-codes", ROUTE_FULL, "", NULL, ilk_service_post_verification_code },
  { "POST", "/v1/verification-codes/handles", 0, " handle ", "handle", ilk_service_post_handle },
  { "PUT", "/v1/me/security-word", ROUTE_SLOW | ROUTE_WORD, " security_word ", "security_word",
    ilk_service_put_word },
  { "GET", "/v1/me", ROUTE_FULL, "", NULL, ilk_service_get_me },
  { "PATCH", "/v1/me", ROUTE_FULL, " phone email ", NULL, ilk_service_patch_me },
  { "POST", "/v1/me/changes/*/codes", ROUTE_FULL | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_contact_code },
  { "PUT", "/v1/me/changes/*", ROUTE_FULL, " code ", "code", ilk_service_put_contact },
  { "POST", "/v1/me/web-password", ROUTE_FULL | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_web_password },
  { "PUT", "/v1/me/web-password", ROUTE_SLOW, " operation web_password ", "web_password",
    ilk_service_put_web_password },
  { "DELETE", "/v1/me/web-password", ROUTE_FULL, "", NULL, ilk_service_delete_web_password },
  { "DELETE", "/v1/sessions/current", ROUTE_ATTEMPT | ROUTE_FULL | ROUTE_CODE | ROUTE_WORD, "", NULL,
    ilk_service_delete_session },
  { "POST", "/v1/sessions/current/sms", ROUTE_ATTEMPT | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_login_sms },
  { "PUT", "/v1/sessions/current/sms", ROUTE_ATTEMPT, " code ", "code",
    ilk_service_put_login_sms },
  { "POST", "/ocsp", ROUTE_SLOW | ROUTE_RAW, "", NULL, ilk_service_post_ocsp },
  { "POST", "/v1/suspensions", 0, " identity_number captcha ", NULL,
    ilk_service_post_suspension_request },
  { "PUT", "/v1/suspensions", 0, " ticket code ", "code", ilk_service_put_suspension_request },
  { "POST", "/v1/security-word-resets", 0, " identity_number captcha ", NULL,
    ilk_service_post_reset },
  { "GET", "/v1/security-word-resets/current", 0, "", NULL, ilk_service_get_reset },
  { "PUT", "/v1/security-word-resets/current", ROUTE_SLOW, " security_word ", "security_word",
    ilk_service_put_reset },
  { "POST", "/v1/security-word-resets/current/sms", 0, "", NULL, ilk_service_post_reset_sms },
  { "PUT", "/v1/security-word-resets/current/sms", 0, " code ", "code",
    ilk_service_put_reset_sms },
  { "GET", "/v1/cards", ROUTE_FULL | ROUTE_CODE, "", NULL, ilk_service_get_cards },
  { "GET", "/v1/certificates", ROUTE_FULL, "", NULL, ilk_service_get_certificates },
  { "GET", "/v1/certificates/*", ROUTE_FULL, "", NULL, ilk_service_get_certificate },
  { "POST", "/v1/certificates/*/activation", ROUTE_FULL | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_activation },
  { "POST", "/v1/certificates/*/suspension", ROUTE_FULL | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_suspension },
  { "DELETE", "/v1/certificates/*/suspension", ROUTE_FULL, "", NULL,
    ilk_service_delete_suspension },
  { "POST", "/v1/certificates/*/revocation", ROUTE_FULL | ROUTE_IDEMPOTENT,
    " operation reason ", NULL, ilk_service_post_revocation },
  { "POST", "/v1/cards/*/pin/disclosures", ROUTE_FULL, " public_key operation ", NULL,
    ilk_service_post_disclosure },
  { "DELETE", "/v1/cards/*/pin", ROUTE_FULL, "", NULL, ilk_service_delete_pin },
  { "POST", "/v1/cards/*/pin-changes", ROUTE_FULL | ROUTE_CODE | ROUTE_IDEMPOTENT, "", NULL,
    ilk_service_post_pin_change },
  { "POST", "/v1/operations", ROUTE_FULL | ROUTE_IDEMPOTENT, " kind card_serial phrase ", NULL,
    ilk_service_post_operation },
  { "POST", "/v1/operations/*/confirmations", ROUTE_FULL | ROUTE_CODE | ROUTE_IDEMPOTENT,
    " method ", NULL, ilk_service_post_confirmation },
  { "PUT", "/v1/operations/*/confirmations", ROUTE_FULL | ROUTE_CODE, " code ", "code",
    ilk_service_put_confirmation },
  { "PUT", "/v1/operations/*/confirmations/web-password", ROUTE_SLOW | ROUTE_CODE,
    " web_password ", "web_password", ilk_service_confirm_by_web_password },
  { "POST", "/v1/consents", ROUTE_FULL | ROUTE_IDEMPOTENT, " kind card_serial ", NULL,
    ilk_service_post_consent },
  { "GET", "/v1/consents", ROUTE_FULL, "", NULL, ilk_service_get_consents },
  { "PUT", "/v1/consents/*", ROUTE_FULL, " signature ", NULL, ilk_service_put_consent },
  { "GET", "/v1/consents/*", ROUTE_FULL, "", NULL, ilk_service_get_consent },
  { "POST", "/v1/unlocks", ROUTE_FULL | ROUTE_CODE | ROUTE_IDEMPOTENT,
    " card_serial atr profile ", NULL, ilk_service_post_unlock },
  { "POST", "/v1/unlocks/*/cryptograms", ROUTE_FULL | ROUTE_CODE, " challenge ", NULL,
    ilk_service_post_cryptogram },
  { "PUT", "/v1/unlocks/*/result", ROUTE_FULL | ROUTE_CODE, " outcome step status_word ", NULL,
    ilk_service_put_result },
};

/* Returns (transfer full): "METHOD path" of each route. */
char **
ilk_service_list_routes (void)
{
  GStrvBuilder *list = g_strv_builder_new ();
  char **routes_list;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *route = g_strconcat (routes[i].method, " ", routes[i].path, NULL);

      g_strv_builder_add (list, route);
    }
  routes_list = g_strv_builder_end (list);
  g_strv_builder_unref (list);
  return routes_list;
}

/* TRUE: path is of this form; *argument is what stands for the "*". */
static gboolean
match_path (const char *form,
            const char *path,
            char      **argument)
{
  const char *star = strchr (form, '*');
  gsize before = star != NULL ? (gsize) (star - form) : 0;
  const char *rest;

  g_clear_pointer (argument, g_free);
  if (star == NULL)
    return g_str_equal (form, path);
  if (strncmp (form, path, before) != 0)
    return FALSE;

  rest = path + before + strcspn (path + before, "/");
  if (rest == path + before || !g_str_equal (rest, star + 1))
    return FALSE;
  *argument = g_strndup (path + before, rest - path - before);
  return TRUE;
}

static const Route *
find_route (IlkInbound *request,
            IlkReply   *reply)
{
  gboolean known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (!match_path (routes[i].path, request->path, &request->argument))
        continue;
      if (g_str_equal (routes[i].method, request->method))
        return &routes[i];
      known = TRUE;
    }
  ilk_reply_problem (reply, known ? "method" : "not_found");
  return NULL;
}

/* The first secret that the route names and the request has is request->secret. */
static void
read_secrets (const Route *route,
              IlkInbound  *request)
{
  g_auto (GStrv) names = route->secret != NULL ? g_strsplit (route->secret, " ", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL && request->secret == NULL; i++)
    {
      IlkSecret *secret = ilk_inbound_get_secret (request, names[i]);

      if (secret != NULL)
        request->secret = ilk_secret_ref (secret);
    }
}

static gboolean
parse_body (const Route *route,
            IlkInbound  *request)
{
  g_autofree char *secrets = route->secret != NULL ? g_strconcat (" ", route->secret, " ", NULL)
                                                   : NULL;

  request->json = ilk_wire_parse_all (request->body, secrets, &request->secrets);
  if (request->json == NULL || !ilk_inbound_has_only (request, route->fields))
    return FALSE;
  read_secrets (route, request);
  return TRUE;
}

static gboolean
read_body (const Route *route,
           IlkInbound  *request,
           IlkReply    *reply)
{
  if (request->body == NULL || ilk_secret_get_length (request->body) == 0)
    {
      request->json = json_object_new ();
      return TRUE;
    }
  if (ilk_secret_get_length (request->body) > ILK_INBOUND_BODY_LIMIT)
    {
      ilk_reply_problem (reply, "request.too_large");
      return FALSE;
    }
  if ((route->flags & ROUTE_RAW) != 0)
    return TRUE;
  if (parse_body (route, request))
    return TRUE;

  ilk_reply_problem (reply, "request.invalid");
  return FALSE;
}

static GBytes *
hash_payload (IlkInbound *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) request->method, strlen (request->method) + 1);
  g_checksum_update (checksum, (const guchar *) request->path, strlen (request->path) + 1);
  if (request->body != NULL)
    g_checksum_update (checksum, ilk_secret_peek (request->body),
                       ilk_secret_get_length (request->body));
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}

/* The answer that was given under this key before. Returns whether there was one, or a fault. */
static gboolean
answer_again (IlkService *self,
              IlkInbound *request,
              IlkReply   *reply,
              GBytes     *payload)
{
  g_autoptr (IlkAnswerRecord) before = NULL;
  gsize length = request->idempotency_key != NULL ? strlen (request->idempotency_key) : 0;

  if (length == 0 || length > 128)
    {
      ilk_reply_problem (reply, "request.invalid");
      return TRUE;
    }
  before = ilk_store_answer_find (self->store, request->session->id, request->idempotency_key,
                                  &request->error);
  if (before == NULL)
    return FALSE;
  if (!g_bytes_equal (before->payload, payload))
    {
      ilk_reply_problem (reply, "request.idempotency");
      return TRUE;
    }
  reply->status = before->status;
  reply->body = g_steal_pointer (&before->body);
  return TRUE;
}

/* Only what was done is remembered: after a refusal the same key may be tried again. */
static void
handle_once (IlkService  *self,
             const Route *route,
             IlkInbound  *request,
             IlkReply    *reply)
{
  g_autoptr (GBytes) payload = hash_payload (request);
  g_autofree char *session = g_strdup (request->session->id);
  IlkAnswerRecord record;

  if (answer_again (self, request, reply, payload))
    return;

  route->handler (self, request, reply);
  if (reply->code != NULL)
    return;
  record.payload = payload;
  record.status = reply->status;
  record.body = reply->body;
  ilk_store_answer_add (self->store, session, request->idempotency_key, &record, request->now,
                        &request->error);
}

/* One request is one transaction: what it spends, does and answers is kept, all or nothing. */
static void
handle_in_transaction (IlkService  *self,
                       const Route *route,
                       IlkInbound  *request,
                       IlkReply    *reply)
{
  ilk_store_begin (self->store);
  if ((route->flags & (ROUTE_ATTEMPT | ROUTE_FULL)) == 0 ||
      ilk_service_authenticate (self, request, reply, (route->flags & ROUTE_ATTEMPT) != 0,
                                (route->flags & ROUTE_FULL) != 0))
    {
      if ((route->flags & ROUTE_IDEMPOTENT) != 0)
        handle_once (self, route, request, reply);
      else
        route->handler (self, request, reply);
    }
  ilk_crash_point_in ("before-commit", route->method, route->path);
  ilk_store_end (self->store, &request->error);
  ilk_crash_point_in ("after-commit", route->method, route->path);
}

void
ilk_service_render_problem (IlkReply *reply,
                            gboolean  turkish)
{
  const IlkServiceProblem *problem = ilk_service_problem_find (reply->code);

  g_clear_pointer (&reply->body, g_bytes_unref);
  reply->status = problem->status;
  reply->problem = TRUE;
  if (problem->status == 503 && reply->retry_after < 0)
    reply->retry_after = 1;
  reply->body = ilk_service_problem_to_json (problem, turkish, reply->attempts_left,
                                             reply->retry_after);
}

/* What comes by path and header goes into the store as text, and a database may refuse what is none. */
static gboolean
is_text (const char *text)
{
  return text == NULL || g_utf8_validate (text, -1, NULL);
}

static gboolean
check_texts (IlkInbound *request,
             IlkReply   *reply)
{
  if (is_text (request->path) && is_text (request->operation) &&
      is_text (request->idempotency_key) && is_text (request->if_match))
    return TRUE;
  ilk_reply_problem (reply, "request.invalid");
  return FALSE;
}

void
ilk_service_handle (IlkService *self,
                    IlkInbound *request,
                    IlkReply   *reply)
{
  const Route *route;

  request->now = ilk_clock_get_wall (self->clock);
  if (ilk_portal_serves (self, request->path))
    {
      ilk_portal_handle (self, request, reply);
      return;
    }
  route = check_texts (request, reply) ? find_route (request, reply) : NULL;
  request->for_word = route != NULL && (route->flags & ROUTE_WORD) != 0;
  request->code_suffices = route != NULL && (route->flags & ROUTE_CODE) != 0;
  if (route != NULL && read_body (route, request, reply))
    {
      if ((route->flags & ROUTE_SLOW) != 0)
        route->handler (self, request, reply);
      else
        handle_in_transaction (self, route, request, reply);
    }
  if (request->queued && request->error == NULL)
    ilk_service_tell_queued (self);
  if (request->error != NULL)
    {
      g_warning ("%s %s: %s", request->method, route != NULL ? route->path : "?",
                 request->error->message);
      reply->attempts_left = -1;
      reply->retry_after = -1;
      ilk_reply_problem (reply, g_error_matches (request->error, ILK_SERVER_ERROR,
                                                 ILK_SERVER_ERROR_BUSY) ? "busy" : "internal");
    }
  if (reply->code != NULL)
    ilk_service_render_problem (reply, request->turkish);
}

gboolean
ilk_service_check_store (IlkService *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) mac = NULL;
  gint64 chain;

  ilk_store_begin (self->store);
  mac = ilk_store_audit_last_mac (self->store, &chain, &error);
  ilk_store_end (self->store, &error);
  return error == NULL;
}

void
ilk_service_set_captcha_watch (IlkService      *self,
                               IlkCaptchaWatch  watch,
                               gpointer         user_data)
{
  self->captcha_watch = watch;
  self->captcha_data = user_data;
}

static void
ilk_service_finalize (GObject *object)
{
  IlkService *self = ILK_SERVICE (object);

  g_clear_object (&self->store);
  g_clear_object (&self->keys);
  g_clear_object (&self->sms);
  g_clear_object (&self->mail);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->portal, g_free);
  g_clear_pointer (&self->issuer, g_free);
  g_clear_pointer (&self->call_centre, g_free);
  g_clear_pointer (&self->dummy_word, g_free);
  g_mutex_clear (&self->versions_lock);
  g_mutex_clear (&self->queued_lock);
  g_clear_pointer (&self->ocsp, ilk_ocsp_free);
  g_clear_pointer (&self->authorities, ilk_authorities_free);
  g_clear_pointer (&self->open_id, ilk_open_id_free);

  G_OBJECT_CLASS (ilk_service_parent_class)->finalize (object);
}

static void
ilk_service_class_init (IlkServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_service_finalize;
}

static void
ilk_service_init (IlkService *self)
{
  g_mutex_init (&self->versions_lock);
  g_mutex_init (&self->queued_lock);
}

IlkStore *
ilk_service_get_store (IlkService *self)
{
  return self->store;
}

/* POST /ocsp, by RFC 6960, A.1. */
void
ilk_service_post_ocsp (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply)
{
  if (self->ocsp == NULL)
    {
      ilk_reply_problem (reply, "not_found");
      return;
    }
  reply->body = ilk_ocsp_answer (self->ocsp, self->store,
                                 request->body != NULL ? ilk_secret_peek (request->body) : NULL,
                                 request->body != NULL ? ilk_secret_get_length (request->body) : 0,
                                 request->now);
  reply->status = 200;
  reply->type = "application/ocsp-response";
}

/**
 * ilk_service_set_ocsp:
 * @ocsp: (transfer full) (nullable): who answers at /ocsp; %NULL: nobody
 */
void
ilk_service_set_ocsp (IlkService *self,
                      IlkOcsp    *ocsp)
{
  g_clear_pointer (&self->ocsp, ilk_ocsp_free);
  self->ocsp = ocsp;
}

void
ilk_service_set_open_id (IlkService *self,
                         IlkOpenId  *open_id)
{
  g_clear_pointer (&self->open_id, ilk_open_id_free);
  self->open_id = open_id;
}

void
ilk_service_set_authorities (IlkService     *self,
                             IlkAuthorities *authorities)
{
  g_clear_pointer (&self->authorities, ilk_authorities_free);
  self->authorities = authorities;
}

/* From the configuration alone: a request's Host is whatever its sender likes. In clear only on
 * this computer, where practice and tests are. */
gboolean
ilk_service_set_portal (IlkService *self,
                        const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0' || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL || g_uri_get_userinfo (uri) != NULL ||
      (*g_uri_get_path (uri) != '\0' && !g_str_equal (g_uri_get_path (uri), "/")))
    return FALSE;
  if (!g_str_equal (g_uri_get_scheme (uri), "https") &&
      !(g_str_equal (g_uri_get_scheme (uri), "http") &&
        (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") ||
         g_str_equal (host, "localhost"))))
    return FALSE;

  g_clear_pointer (&self->portal, g_free);
  self->portal = g_strndup (address, strlen (address) - g_str_has_suffix (address, "/"));
  return TRUE;
}

void
ilk_service_set_contact (IlkService *self,
                         const char *issuer,
                         const char *call_centre)
{
  g_free (self->issuer);
  g_free (self->call_centre);
  self->issuer = g_strdup (issuer);
  self->call_centre = g_strdup (call_centre);
}

void
ilk_service_set_mail_gateway (IlkService     *self,
                              IlkMailGateway *mail)
{
  g_set_object (&self->mail, mail);
}

/**
 * ilk_service_new:
 * @sms: (nullable): %NULL for a service that only imports
 *
 * Returns: (transfer full): the rules over these parts, which it holds references to
 */
IlkService *
ilk_service_new (IlkStore      *store,
                 IlkKeyStore   *keys,
                 IlkSmsGateway *sms,
                 IlkClock      *clock)
{
  IlkService *self = g_object_new (ILK_TYPE_SERVICE, NULL);
  g_autoptr (IlkSecret) nobody = ilk_secret_new_random (16);
  g_autoptr (IlkSecret) pepper = ilk_secret_new_random (32);

  g_set_object (&self->store, store);
  g_set_object (&self->keys, keys);
  g_set_object (&self->sms, sms);
  g_set_object (&self->clock, clock);
  self->dummy_word = ilk_word_hash (nobody, pepper);
  return self;
}
