/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "server/ilk-wire.h"

/* What all ways to log in share: which there are, and the session at their end. */

#define ANSWER_LENGTH 2048

static const struct {
  const char *kind;
  const char *fields;
  IlkHandler  handler;
} kinds[] = {
  { "password", " kind identity_number captcha security_word ", ilk_service_log_in_by_password },
  { "e-signature", " kind challenge_id certificate signature ", ilk_service_log_in_by_signature },
  { "e-government", " kind login_id secret code state iss ", ilk_service_log_in_by_gateway },
  { "verification-code", " kind code ", ilk_service_log_in_by_code },
  { "verification-ticket", " kind ticket ", ilk_service_log_in_by_ticket },
};

/* POST /v1/sessions. Each way opens its transactions itself: in between are hashing, proving and
 * asking elsewhere, which take time. */
void
ilk_service_post_session (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply)
{
  const char *kind = ilk_inbound_get_string (request, "kind");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kind, kinds[i].kind) == 0 && ilk_inbound_has_only (request, kinds[i].fields))
      {
        kinds[i].handler (self, request, reply);
        return;
      }
  ilk_reply_problem (reply, "request.invalid");
}

void
ilk_service_reply_session (IlkService             *self,
                           IlkInbound             *request,
                           IlkReply               *reply,
                           guint                   status,
                           const IlkSessionRecord *session,
                           IlkSecret              *token)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, session->holder, &request->error);
  g_autoptr (IlkSecret) json = ilk_secret_new (ANSWER_LENGTH);
  g_autofree char *name = NULL;

  if (holder != NULL)
    name = ilk_service_open_field (self, "name", holder->index, holder->name, &request->error);
  if (name == NULL)
    return;

  ilk_wire_append (json, "{\"token\":");
  ilk_wire_append_secret (json, token);
  ilk_wire_append (json, ",\"session_id\":");
  ilk_wire_append_string (json, session->id, -1);
  ilk_wire_append (json, ",\"holder\":");
  ilk_wire_append_string (json, name, -1);
  ilk_wire_append (json, ",\"idle_seconds\":");
  ilk_wire_append_number (json, ILK_SESSION_IDLE);
  ilk_wire_append (json, ",\"absolute_seconds\":");
  ilk_wire_append_number (json, ILK_SESSION_LIFE);
  ilk_wire_append (json, ",\"assurance\":");
  ilk_wire_append_string (json, ilk_service_get_assurance (session), -1);
  ilk_wire_append (json, session->word_change ? ",\"word_change\":true}"
                                              : ",\"word_change\":false}");
  ilk_reply_secret (reply, status, json);
}

/* The three tries guard the security word, but an account that is blocked is blocked: whoever has
 * learned a word may have the card, too. e-Government reopens it. */
static gboolean
check_not_blocked (IlkService *self,
                   IlkInbound *request,
                   IlkReply   *reply,
                   gint64      holder)
{
  if (!ilk_store_holder_is_blocked (self->store, holder, &request->error))
    return TRUE;

  ilk_reply_problem (reply, "account.blocked");
  return FALSE;
}

void
ilk_service_open_session (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply,
                          gint64      holder,
                          const char *assurance,
                          const char *what)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (IlkSecret) token = ilk_service_new_token (&hash);
  IlkSessionRecord *session = g_new0 (IlkSessionRecord, 1);

  session->id = ilk_wire_new_id ();
  session->holder = holder;
  session->full = TRUE;
  session->created = session->used = request->now;
  session->expires = request->now + ILK_SESSION_LIFE;
  session->assurance = g_strdup (assurance);
  request->session = session;
  if (!check_not_blocked (self, request, reply, holder))
    {
      ilk_service_audit_holder (self, request, what, "refused", "blocked");
      return;
    }
  ilk_store_session_add (self->store, session, hash, &request->error);
  ilk_service_audit_holder (self, request, what, "done", NULL);
  ilk_service_reply_session (self, request, reply, 201, session, token);
}
