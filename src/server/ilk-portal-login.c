/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <string.h>
#include "server/ilk-service-problem.h"

/* Login by the e-Government gateway, and the verification code that hands it to the program. */

#define LOGIN_LIFE 600
#define CODE_GROUP 5

static void
show_problem (IlkPortal  *self,
              IlkSay      heading,
              const char *text,
              guint       status)
{
  ilk_portal_begin_page (self, status, heading);
  ilk_html_leaf (self->html, "p", text, "role", "alert", NULL);
  ilk_portal_button_link (self, ILK_SAY_LOGIN_AGAIN, "/giris");
  ilk_portal_end_page (self);
}

static void
show_refusal (IlkPortal  *self,
              const char *code)
{
  const IlkServiceProblem *problem = ilk_service_problem_find (code);

  show_problem (self, ILK_SAY_TROUBLE, self->turkish ? problem->turkish : problem->english,
                problem->status);
}

void
ilk_portal_show_login (IlkPortal *self)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_LOGIN);
  ilk_portal_paragraph (self, "lead", ILK_SAY_LOGIN_LEAD);
  ilk_portal_paragraph (self, NULL, ILK_SAY_LOGIN_HOW);
  ilk_portal_begin_form (self, "/giris", NULL);
  ilk_portal_button (self, "main", ILK_SAY_LOGIN_GO, NULL);
  ilk_portal_end_form (self);
  ilk_portal_end_page (self);
}

/* A form of ours must not lead to another site (form-action), so the answer is a page whose
 * link, or whose refresh, does. */
static void
write_forward (IlkPortal  *self,
               const char *address)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_LOGIN_FORWARD);
  ilk_portal_paragraph (self, NULL, ILK_SAY_LOGIN_LEAD);
  ilk_html_open (self->html, "p", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, ILK_SAY_LOGIN_GO), "class", "button",
                 "href", address, "autofocus", "", NULL);
  ilk_html_close (self->html, "p");
  ilk_portal_end_page (self);
  g_clear_pointer (&self->reply->refresh, g_free);
  self->reply->refresh = g_strconcat ("0; url=", address, NULL);
}

/* What belongs to this login stays in this browser, so that nobody else's return ends here. */
static gboolean
keep_login (IlkPortal  *self,
            JsonObject *login)
{
  const char *id = json_object_get_string_member_with_default (login, "id", NULL);
  const char *secret = json_object_get_string_member_with_default (login, "secret", NULL);
  g_autofree char *value = NULL;

  if (id == NULL || secret == NULL)
    return FALSE;
  value = g_strconcat (id, ".", secret, NULL);
  ilk_portal_set_cookie (self, ILK_PORTAL_LOGIN, value, LOGIN_LIFE, FALSE);
  return TRUE;
}

void
ilk_portal_send_login (IlkPortal *self)
{
  g_autofree char *back = g_strconcat (self->service->portal, "/giris/donus", NULL);
  g_autoptr (IlkSecret) body = ilk_portal_body ("redirect_uri", back, NULL);
  g_autoptr (IlkReply) reply = ilk_portal_call (self, "POST", "/v1/e-government-logins", NULL,
                                                body);
  g_autoptr (JsonObject) login = NULL;
  const char *address = NULL;

  if (reply->code == NULL)
    login = ilk_portal_read (reply, NULL, NULL);
  if (login != NULL && keep_login (self, login))
    address = json_object_get_string_member_with_default (login, "authorization_url", NULL);
  if (address == NULL && g_strcmp0 (reply->code, "login.unavailable") == 0)
    ilk_portal_error_page (self, 503, ILK_SAY_LOGIN_FAILED,
                           ilk_portal_say (self, ILK_SAY_LOGIN_NONE));
  else if (address == NULL)
    show_refusal (self, reply->code != NULL ? reply->code : "internal");
  else
    write_forward (self, address);
}

static IlkReply *
exchange (IlkPortal  *self,
          const char *kept)
{
  g_autofree char *code = ilk_form_get_text (self->request->query, "code");
  g_autofree char *state = ilk_form_get_text (self->request->query, "state");
  g_autofree char *iss = ilk_form_get_text (self->request->query, "iss");
  g_auto (GStrv) parts = g_strsplit (kept, ".", 2);
  g_autoptr (IlkSecret) body = NULL;

  if (code == NULL || state == NULL || strlen (code) > 1024 || strlen (state) > 256 ||
      (iss != NULL && strlen (iss) > 256) || parts[0] == NULL || parts[1] == NULL ||
      strlen (kept) > 256)
    return NULL;
  body = ilk_portal_body ("kind", "e-government", "login_id", parts[0], "secret", parts[1], "code",
                          code, "state", state, iss != NULL ? "iss" : NULL, iss, NULL);
  return ilk_portal_call (self, "POST", "/v1/sessions", NULL, body);
}

/* The session's token goes into a cookie that no script sees. */
static gboolean
keep_session (IlkPortal *self,
              IlkReply  *reply)
{
  g_autoptr (IlkSecret) token = NULL;
  g_autoptr (JsonObject) session = ilk_portal_read (reply, "token", &token);
  g_autofree char *value = NULL;

  if (session == NULL || token == NULL)
    return FALSE;
  value = g_strndup ((const char *) ilk_secret_peek (token), ilk_secret_get_length (token));
  ilk_portal_set_cookie (self, ILK_PORTAL_SESSION, value, 0, FALSE);
  return TRUE;
}

void
ilk_portal_show_return (IlkPortal *self)
{
  g_autoptr (IlkSecret) cookie = ilk_form_get_cookie (self->request->cookies, ILK_PORTAL_LOGIN);
  g_autofree char *kept = NULL;
  g_autoptr (IlkReply) reply = NULL;

  if (cookie != NULL)
    {
      kept = g_strndup ((const char *) ilk_secret_peek (cookie), ilk_secret_get_length (cookie));
      ilk_portal_set_cookie (self, ILK_PORTAL_LOGIN, "", -1, FALSE);
      reply = exchange (self, kept);
    }
  if (reply != NULL && reply->code == NULL && keep_session (self, reply))
    ilk_portal_redirect (self, "/dogrulama-kodu");
  else if (reply != NULL && reply->code != NULL)
    show_refusal (self, reply->code);
  else
    show_problem (self, ILK_SAY_LOGIN_FAILED, ilk_portal_say (self, ILK_SAY_LOGIN_FAILED_LEAD),
                  403);
}

static void
write_steps (IlkPortal *self)
{
  static const IlkSay steps[] = { ILK_SAY_CODE_STEP_1, ILK_SAY_CODE_STEP_2, ILK_SAY_CODE_STEP_3 };

  ilk_html_open (self->html, "ol", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    ilk_html_leaf (self->html, "li", ilk_portal_say (self, steps[i]), NULL);
  ilk_html_close (self->html, "ol");
}

static void
end_code_page (IlkPortal *self,
               gboolean   another)
{
  ilk_portal_begin_form (self, "/dogrulama-kodu", NULL);
  ilk_portal_button (self, another ? "quiet" : "main",
                     another ? ILK_SAY_CODE_ANOTHER : ILK_SAY_CODE_GET, NULL);
  ilk_portal_end_form (self);
  ilk_portal_end_page (self);
}

void
ilk_portal_show_code (IlkPortal *self)
{
  if (self->session == NULL)
    {
      ilk_portal_redirect (self, "/giris");
      return;
    }
  ilk_portal_begin_page (self, 200, ILK_SAY_CODE);
  ilk_portal_paragraph (self, "lead", ILK_SAY_CODE_LEAD);
  end_code_page (self, FALSE);
}

/* In groups of five, which are read more easily; copying takes them without the gaps. */
static void
write_code (IlkPortal *self,
            IlkSecret *code)
{
  const guint8 *digits = ilk_secret_peek (code);
  gsize length = ilk_secret_get_length (code);

  ilk_html_open (self->html, "p", "class", "code", "id", "kod", NULL);
  for (gsize i = 0; i < length; i += CODE_GROUP)
    {
      g_autoptr (IlkSecret) group =
        ilk_secret_new_from_data (digits + i, MIN (CODE_GROUP, length - i));

      ilk_html_open (self->html, "span", NULL);
      ilk_html_secret (self->html, group);
      ilk_html_close (self->html, "span");
    }
  ilk_html_close (self->html, "p");
}

static void
write_countdown (IlkPortal *self,
                 gint64     seconds)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);

  ilk_html_open (self->html, "p", "class", "left", "id", "kalan-sure", "role", "timer",
                 "data-seconds", number, "data-over", ilk_portal_say (self, ILK_SAY_CODE_OVER),
                 NULL);
  ilk_html_text (self->html, ilk_portal_say (self, ILK_SAY_CODE_LEFT));
  ilk_html_text (self->html, " ");
  ilk_html_leaf (self->html, "strong", number, "class", "seconds", NULL);
  ilk_html_text (self->html, " ");
  ilk_html_text (self->html, ilk_portal_say (self, ILK_SAY_CODE_SECONDS));
  ilk_html_close (self->html, "p");
  ilk_html_leaf (self->html, "p", "", "class", "spoken", "id", "duyuru", "role", "status", NULL);
}

/* Hidden until the script says that it can copy. */
static void
write_copy (IlkPortal *self)
{
  ilk_html_leaf (self->html, "button", ilk_portal_say (self, ILK_SAY_CODE_COPY), "type", "button",
                 "class", "main", "id", "kopyala", "hidden", "", "data-copied",
                 ilk_portal_say (self, ILK_SAY_CODE_COPIED), NULL);
  ilk_html_leaf (self->html, "span", "", "class", "copied", "id", "kopyalandi", "role", "status",
                 NULL);
}

/* A browser hands the address over on a command line that others may see, so it carries a handle
 * for a minute and not the code. */
static void
write_open (IlkPortal  *self,
            JsonObject *answer)
{
  const char *handle = json_object_get_string_member_with_default (answer, "handle", NULL);
  gint64 seconds = json_object_get_int_member_with_default (answer, "handle_expires_in", 60);
  g_autofree char *escaped = handle != NULL ? g_uri_escape_string (handle, NULL, FALSE) : NULL;
  g_autofree char *address = g_strconcat ("ilkimza:login?handle=", escaped, NULL);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);

  if (handle == NULL)
    return;
  ilk_html_open (self->html, "p", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, ILK_SAY_CODE_OPEN), "class",
                 "button quiet", "id", "ac", "href", address, "data-seconds", number,
                 "aria-describedby", "ac-ipucu", NULL);
  ilk_html_close (self->html, "p");
  ilk_html_leaf (self->html, "p", ilk_portal_say (self, ILK_SAY_CODE_OPEN_NOTE), "class", "hint",
                 "id", "ac-ipucu", "data-over", ilk_portal_say (self, ILK_SAY_CODE_OPEN_OVER),
                 NULL);
}

static void
write_code_page (IlkPortal  *self,
                 JsonObject *answer,
                 IlkSecret  *code)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_CODE);
  ilk_portal_paragraph (self, "lead", ILK_SAY_CODE_LEAD);
  write_steps (self);
  ilk_portal_paragraph (self, "warn", ILK_SAY_CODE_KEEP_OPEN);
  ilk_html_open (self->html, "section", "class", "codebox", "aria-labelledby", "kod-baslik", NULL);
  ilk_html_leaf (self->html, "h2", ilk_portal_say (self, ILK_SAY_CODE), "id", "kod-baslik", NULL);
  write_code (self, code);
  write_countdown (self, json_object_get_int_member (answer, "expires_in"));
  write_copy (self);
  write_open (self, answer);
  ilk_html_close (self->html, "section");
  end_code_page (self, TRUE);
}

/* The session has ended: its cookie is of no use any more. */
static void
end_login (IlkPortal *self)
{
  g_clear_pointer (&self->session, ilk_secret_unref);
  ilk_portal_set_cookie (self, ILK_PORTAL_SESSION, "", -1, FALSE);
}

/* The code is in the answer to the form itself: no address leads to it a second time. */
void
ilk_portal_send_code (IlkPortal *self)
{
  g_autoptr (IlkReply) reply = NULL;
  g_autoptr (IlkSecret) code = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (self->session == NULL)
    {
      ilk_portal_redirect (self, "/giris");
      return;
    }
  reply = ilk_portal_call (self, "POST", "/v1/verification-codes", self->session, NULL);
  if (reply->code == NULL)
    answer = ilk_portal_read (reply, "code", &code);
  if (answer != NULL && code != NULL)
    write_code_page (self, answer, code);
  else
    {
      if (reply->code != NULL && g_str_has_prefix (reply->code, "session."))
        end_login (self);
      show_refusal (self, reply->code != NULL ? reply->code : "internal");
    }
}

void
ilk_portal_send_log_out (IlkPortal *self)
{
  g_autoptr (IlkReply) reply = NULL;

  if (self->session != NULL)
    reply = ilk_portal_call (self, "DELETE", "/v1/sessions/current", self->session, NULL);
  end_login (self);
  ilk_portal_redirect (self, "/cikis");
}

void
ilk_portal_show_logged_out (IlkPortal *self)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_LOGGED_OUT);
  ilk_portal_paragraph (self, NULL, ILK_SAY_LOGGED_OUT_LEAD);
  ilk_portal_button_link (self, ILK_SAY_LOGIN_AGAIN, "/giris");
  ilk_portal_end_page (self);
}
