/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <string.h>
#include "core/ilk-identity.h"
#include "server/ilk-service-problem.h"

/* The pages of a forgotten security word, in the order in which they are seen. */

#define FORGOT "/guvenlik-sozcugu"
#define RESETS "/v1/security-word-resets"
#define NUMBER "kimlik-no"
#define TEXT "resimdeki-yazi"
#define PICTURE "resim"
#define WORD "guvenlik-sozcugu"
#define AGAIN "guvenlik-sozcugu-tekrar"
#define CODE "sms-onay-kodu"

static void
write_choice (IlkPortal  *self,
              const char *path,
              IlkSay      name,
              IlkSay      lead)
{
  g_autofree char *address = ilk_portal_link (self, path);

  ilk_html_open (self->html, "section", "class", "choice", NULL);
  ilk_html_open (self->html, "h2", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, name), "href", address, NULL);
  ilk_html_close (self->html, "h2");
  ilk_portal_paragraph (self, NULL, lead);
  ilk_html_close (self->html, "section");
}

void
ilk_portal_show_start (IlkPortal *self)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_START);
  ilk_portal_paragraph (self, "lead", ILK_SAY_START_LEAD);
  write_choice (self, "/giris", ILK_SAY_START_CODE, ILK_SAY_START_CODE_LEAD);
  write_choice (self, FORGOT, ILK_SAY_FORGOT, ILK_SAY_START_FORGOT_LEAD);
  ilk_portal_end_page (self);
}

/* What another page says of a problem that no field of it is the cause of. */
static void
show_problem (IlkPortal  *self,
              const char *code)
{
  const IlkServiceProblem *problem = ilk_service_problem_find (code);
  gboolean gone = g_str_equal (code, "reset.gone");

  ilk_portal_begin_page (self, problem->status, gone ? ILK_SAY_GONE_HEADING : ILK_SAY_TROUBLE);
  ilk_html_leaf (self->html, "p", self->turkish ? problem->turkish : problem->english, "role",
                 "alert", NULL);
  ilk_portal_button_link (self, ILK_SAY_ASK_AGAIN, FORGOT);
  ilk_portal_end_page (self);
}

static void
write_captcha (IlkPortal  *self,
               JsonObject *captcha)
{
  const char *image = json_object_get_string_member (captcha, "image");
  const char *sound = json_object_get_string_member_with_default (captcha, "sound", NULL);
  g_autofree char *source = g_strconcat ("data:image/png;base64,", image, NULL);
  g_autofree char *anew = ilk_portal_link (self, FORGOT);
  g_autofree char *aloud = ilk_portal_link (self, FORGOT "?ses=1");

  ilk_portal_hidden (self, PICTURE, json_object_get_string_member (captcha, "id"));
  ilk_html_open (self->html, "div", "class", "captcha", NULL);
  ilk_html_void (self->html, "img", "src", source, "alt",
                 ilk_portal_say (self, ILK_SAY_CAPTCHA_PICTURE), NULL);
  if (sound != NULL)
    {
      g_autofree char *speech = g_strconcat ("data:audio/wav;base64,", sound, NULL);

      ilk_html_leaf (self->html, "audio", "", "controls", "", "src", speech, "aria-label",
                     ilk_portal_say (self, ILK_SAY_CAPTCHA_SOUND_LABEL), NULL);
    }
  ilk_html_open (self->html, "p", "class", "links", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, ILK_SAY_CAPTCHA_NEW), "href", anew, NULL);
  ilk_html_text (self->html, " ");
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, ILK_SAY_CAPTCHA_SOUND), "href", aloud,
                 NULL);
  ilk_html_close (self->html, "p");
  ilk_html_close (self->html, "div");
}

static void
write_forgot (IlkPortal  *self,
              guint       status,
              JsonObject *captcha,
              const char *number)
{
  const IlkPortalField number_field = { NUMBER, ILK_SAY_NUMBER, ILK_SAY_NUMBER_HINT, "text",
                                        "username", NULL, "20", number };
  const IlkPortalField text_field = { TEXT, ILK_SAY_CAPTCHA, ILK_SAY_CAPTCHA_HINT, "text", "off",
                                      NULL, "20", NULL };

  ilk_portal_begin_page (self, status, ILK_SAY_FORGOT_HEADING);
  ilk_portal_paragraph (self, "lead", ILK_SAY_FORGOT_LEAD);
  ilk_portal_begin_form (self, FORGOT, NULL);
  ilk_portal_field (self, &number_field);
  write_captcha (self, captcha);
  ilk_portal_field (self, &text_field);
  ilk_portal_button (self, "main", ILK_SAY_SEND, NULL);
  ilk_portal_end_form (self);
  ilk_portal_end_page (self);
}

/* A picture is good for one try: each page has its own. */
static void
show_forgot (IlkPortal  *self,
             guint       status,
             const char *number,
             gboolean    spoken)
{
  g_autoptr (IlkSecret) body = spoken ? ilk_secret_new_from_data ("{\"spoken\":true}", 15) : NULL;
  g_autoptr (IlkReply) reply = ilk_portal_call (self, "POST", "/v1/captchas", NULL, body);
  g_autoptr (JsonObject) captcha = NULL;

  if (reply->code == NULL)
    captcha = ilk_portal_read (reply, NULL, NULL);
  if (captcha == NULL && spoken)
    {
      /* Where nothing can speak, the picture is still there. */
      ilk_portal_fault (self, NULL, ilk_portal_say (self, ILK_SAY_CAPTCHA_SILENT));
      show_forgot (self, status, number, FALSE);
      return;
    }
  if (captcha == NULL)
    {
      show_problem (self, reply->code != NULL ? reply->code : "internal");
      return;
    }
  self->sounding = json_object_has_member (captcha, "sound");
  write_forgot (self, status, captcha, number);
}

void
ilk_portal_show_forgot (IlkPortal *self)
{
  g_autofree char *aloud = ilk_form_get_text (self->request->query, "ses");

  show_forgot (self, 200, NULL, g_strcmp0 (aloud, "1") == 0);
}

static IlkSecret *
compose_request (const char *number,
                 const char *picture,
                 const char *text)
{
  g_autoptr (IlkSecret) captcha = ilk_portal_body ("id", picture, "text", text, NULL);
  g_autoptr (IlkSecret) head = ilk_portal_body ("identity_number", number, NULL);
  IlkSecret *body = ilk_secret_new (ilk_secret_get_length (head) +
                                    ilk_secret_get_length (captcha) + 16);

  ilk_secret_append (body, ilk_secret_peek (head), ilk_secret_get_length (head) - 1);
  ilk_secret_append (body, ",\"captcha\":", 11);
  ilk_secret_append (body, ilk_secret_peek (captcha), ilk_secret_get_length (captcha));
  ilk_secret_append_byte (body, '}');
  return body;
}

static void
ask_for_link (IlkPortal  *self,
              const char *number,
              const char *picture,
              const char *text)
{
  g_autoptr (IlkSecret) body = compose_request (number, picture, text);
  g_autoptr (IlkReply) reply = ilk_portal_call (self, "POST", RESETS, NULL, body);

  if (reply->code == NULL)
    ilk_portal_redirect (self, FORGOT "/gonderildi");
  else if (g_str_has_prefix (reply->code, "captcha."))
    {
      ilk_portal_problem (self, TEXT, reply->code);
      show_forgot (self, 422, number, FALSE);
    }
  else
    show_problem (self, reply->code);
}

void
ilk_portal_send_forgot (IlkPortal *self)
{
  g_autofree char *number = ilk_form_get_text (self->request->body, NUMBER);
  g_autofree char *picture = ilk_form_get_text (self->request->body, PICTURE);
  g_autofree char *text = ilk_form_get_text (self->request->body, TEXT);

  if (number == NULL || strlen (number) > 64 ||
      ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    ilk_portal_fault (self, NUMBER, ilk_portal_say (self, ILK_SAY_NUMBER_FAULT));
  if (text == NULL || *text == '\0' || strlen (text) > 64 || picture == NULL ||
      strlen (picture) > 64)
    ilk_portal_fault (self, TEXT, ilk_portal_say (self, ILK_SAY_CAPTCHA_FAULT));
  if (self->n_faults > 0)
    show_forgot (self, 422, number, FALSE);
  else
    ask_for_link (self, number, picture, text);
}

void
ilk_portal_show_sent (IlkPortal *self)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_RESULT);
  ilk_portal_paragraph (self, "good", ILK_SAY_SENT_1);
  ilk_portal_paragraph (self, NULL, ILK_SAY_SENT_2);
  ilk_portal_paragraph (self, NULL, ILK_SAY_SENT_3);
  ilk_portal_paragraph (self, NULL, ILK_SAY_SENT_NONE);
  ilk_portal_end_page (self);
}

static IlkSecret *
get_token (IlkPortal *self)
{
  return ilk_secret_new_from_data (self->argument, strlen (self->argument));
}

static void
write_update (IlkPortal *self,
              guint      status)
{
  const IlkPortalField word = { WORD, ILK_SAY_WORD, ILK_SAY_WORD_HINT, "password",
                                "new-password", NULL, NULL, NULL };
  const IlkPortalField again = { AGAIN, ILK_SAY_WORD_AGAIN, ILK_N_SAYS, "password",
                                 "new-password", NULL, NULL, NULL };

  ilk_portal_begin_page (self, status, ILK_SAY_UPDATE_HEADING);
  ilk_portal_paragraph (self, "lead", ILK_SAY_UPDATE_LEAD);
  ilk_portal_begin_form (self, self->request->path, NULL);
  ilk_portal_field (self, &word);
  ilk_portal_field (self, &again);
  ilk_portal_button (self, "main", ILK_SAY_SEND, "guncelle");
  ilk_portal_end_form (self);
  ilk_portal_end_page (self);
}

static void
write_phone (IlkPortal  *self,
             JsonObject *link)
{
  ilk_html_open (self->html, "p", NULL);
  ilk_html_text (self->html, ilk_portal_say (self, ILK_SAY_PHONE));
  ilk_html_text (self->html, ": ");
  ilk_html_leaf (self->html, "strong", json_object_get_string_member (link, "phone"), NULL);
  ilk_html_close (self->html, "p");
  ilk_portal_paragraph (self, NULL, ILK_SAY_PHONE_NOTE);
}

static void
write_code_form (IlkPortal *self)
{
  const IlkPortalField code = { CODE, ILK_SAY_SMS_CODE, ILK_SAY_SMS_CODE_HINT, "text",
                                "one-time-code", "numeric", "10", NULL };

  ilk_portal_begin_form (self, self->request->path, NULL);
  ilk_portal_field (self, &code);
  ilk_portal_button (self, "main", ILK_SAY_CONFIRM, "kod");
  ilk_portal_end_form (self);
}

/* sent: a code may be on its way. */
static void
write_blocked (IlkPortal  *self,
               guint       status,
               JsonObject *link,
               gboolean    sent)
{
  ilk_portal_begin_page (self, status, ILK_SAY_BLOCKED_HEADING);
  ilk_portal_paragraph (self, "lead", ILK_SAY_BLOCKED_LEAD);
  write_phone (self, link);
  if (sent)
    write_code_form (self);
  ilk_portal_begin_form (self, self->request->path, NULL);
  ilk_portal_button (self, sent ? "quiet" : "main",
                     sent ? ILK_SAY_SEND_CODE_AGAIN : ILK_SAY_SEND_CODE, "kod-gonder");
  ilk_portal_end_form (self);
  ilk_portal_end_page (self);
}

/* What the link still needs, as a page. */
static void
show_link (IlkPortal *self,
           guint      status,
           gboolean   sent)
{
  g_autoptr (IlkSecret) token = get_token (self);
  g_autoptr (IlkReply) reply = ilk_portal_call (self, "GET", RESETS "/current", token, NULL);
  g_autoptr (JsonObject) link = NULL;

  if (reply->code == NULL)
    link = ilk_portal_read (reply, NULL, NULL);
  if (link == NULL)
    show_problem (self, reply->code != NULL ? reply->code : "internal");
  else if (json_object_get_boolean_member (link, "sms_required"))
    write_blocked (self, status, link, sent);
  else
    write_update (self, status);
}

void
ilk_portal_show_link (IlkPortal *self)
{
  show_link (self, 200, FALSE);
}

static void
send_code (IlkPortal *self)
{
  g_autoptr (IlkSecret) token = get_token (self);
  g_autoptr (IlkReply) reply = ilk_portal_call (self, "POST", RESETS "/current/sms", token, NULL);

  if (reply->code != NULL && !g_str_has_prefix (reply->code, "sms."))
    {
      show_problem (self, reply->code);
      return;
    }
  if (reply->code != NULL)
    ilk_portal_problem (self, NULL, reply->code);
  show_link (self, reply->code != NULL ? 429 : 200, TRUE);
}

static void
confirm (IlkPortal *self)
{
  g_autoptr (IlkSecret) token = get_token (self);
  g_autoptr (IlkSecret) code = ilk_form_get (self->request->body, CODE);
  g_autoptr (IlkSecret) body = NULL;
  g_autoptr (IlkReply) reply = NULL;

  if (code == NULL || ilk_secret_get_length (code) != 6)
    {
      ilk_portal_fault (self, CODE, ilk_portal_say (self, ILK_SAY_SMS_CODE_MISSING));
      show_link (self, 422, TRUE);
      return;
    }
  body = ilk_portal_secret_body ("code", code);
  reply = ilk_portal_call (self, "PUT", RESETS "/current/sms", token, body);
  if (reply->code == NULL)
    ilk_portal_redirect (self, self->request->path);
  else if (g_str_has_prefix (reply->code, "sms."))
    {
      ilk_portal_problem (self, CODE, reply->code);
      show_link (self, 422, TRUE);
    }
  else
    show_problem (self, reply->code);
}

static gboolean
check_words (IlkPortal *self,
             IlkSecret *word,
             IlkSecret *again)
{
  if (word == NULL || ilk_secret_get_length (word) == 0)
    ilk_portal_fault (self, WORD, ilk_portal_say (self, ILK_SAY_WORD_MISSING));
  else if (again == NULL || !ilk_secret_equal (word, again))
    ilk_portal_fault (self, AGAIN, ilk_portal_say (self, ILK_SAY_WORD_DIFFERS));
  return self->n_faults == 0;
}

static void
update (IlkPortal *self)
{
  g_autoptr (IlkSecret) token = get_token (self);
  g_autoptr (IlkSecret) word = ilk_form_get (self->request->body, WORD);
  g_autoptr (IlkSecret) again = ilk_form_get (self->request->body, AGAIN);
  g_autoptr (IlkSecret) body = NULL;
  g_autoptr (IlkReply) reply = NULL;

  if (!check_words (self, word, again))
    {
      show_link (self, 422, FALSE);
      return;
    }
  body = ilk_portal_secret_body ("security_word", word);
  reply = ilk_portal_call (self, "PUT", RESETS "/current", token, body);
  if (reply->code == NULL)
    ilk_portal_redirect (self, FORGOT "/guncellendi");
  else if (g_str_has_prefix (reply->code, "word.") || g_str_equal (reply->code, "request.invalid"))
    {
      /* The interface refuses what is no text before any rule of words is asked. */
      ilk_portal_problem (self, WORD, g_str_has_prefix (reply->code, "word.") ? reply->code
                                                                              : "word.text");
      show_link (self, 422, FALSE);
    }
  else if (g_str_equal (reply->code, "reset.code_required"))
    ilk_portal_redirect (self, self->request->path);
  else
    show_problem (self, reply->code);
}

void
ilk_portal_send_link (IlkPortal *self)
{
  g_autofree char *action = ilk_form_get_text (self->request->body, "islem");

  if (g_strcmp0 (action, "kod-gonder") == 0)
    send_code (self);
  else if (g_strcmp0 (action, "kod") == 0)
    confirm (self);
  else
    update (self);
}

/* The old word's sessions have ended, one in this browser among them. */
void
ilk_portal_show_updated (IlkPortal *self)
{
  ilk_portal_begin_page (self, 200, ILK_SAY_RESULT);
  ilk_portal_paragraph (self, "good", ILK_SAY_UPDATED);
  ilk_portal_paragraph (self, NULL, ILK_SAY_UPDATED_NEXT);
  ilk_portal_end_page (self);
}
