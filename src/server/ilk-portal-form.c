/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <openssl/crypto.h>
#include <string.h>
#include "server/ilk-wire.h"

/* Forms and cookies. Each form carries a token that only a page of ours in the same browser can
 * know: an HMAC over a cookie of its own, the login and where the form goes. */

#define SEED "__Host-ilkimza-form"
#define SEED_LENGTH 22
#define TOKEN "jeton"

static gboolean
take_seed (IlkPortal *self)
{
  g_autoptr (IlkSecret) seed = NULL;

  if (self->seed != NULL)
    return TRUE;
  seed = ilk_form_get_cookie (self->request->cookies, SEED);
  if (seed == NULL || ilk_secret_get_length (seed) != SEED_LENGTH ||
      memchr (ilk_secret_peek (seed), 0, SEED_LENGTH) != NULL)
    return FALSE;
  self->seed = g_strndup ((const char *) ilk_secret_peek (seed), SEED_LENGTH);
  return TRUE;
}

static void
need_seed (IlkPortal *self)
{
  if (take_seed (self))
    return;
  self->seed = ilk_wire_new_id ();
  ilk_portal_set_cookie (self, SEED, self->seed, 0, TRUE);
}

/* Without its query: the language may change in between. */
static char *
make_token (IlkPortal  *self,
            const char *path)
{
  g_autofree char *plain = g_strndup (path, strcspn (path, "?"));
  g_autoptr (GBytes) mac = ilk_service_mac (self->service, "form", self->session,
                                            &self->request->error, self->seed, plain, NULL);

  return mac != NULL ? ilk_service_hex (mac) : NULL;
}

gboolean
ilk_portal_check_form (IlkPortal *self)
{
  g_autofree char *wanted = NULL;
  g_autofree char *given = ilk_form_get_text (self->request->body, TOKEN);

  if (given == NULL || !take_seed (self))
    return FALSE;
  wanted = make_token (self, self->request->path);
  return wanted != NULL && strlen (given) == strlen (wanted) &&
         CRYPTO_memcmp (given, wanted, strlen (wanted)) == 0;
}

void
ilk_portal_begin_form (IlkPortal  *self,
                       const char *path,
                       const char *style)
{
  g_autofree char *address = ilk_portal_link (self, path);
  g_autofree char *token = NULL;

  need_seed (self);
  token = make_token (self, path);
  ilk_html_open (self->html, "form", "method", "post", "action", address, "class", style,
                 "novalidate", "", NULL);
  ilk_portal_hidden (self, TOKEN, token);
}

void
ilk_portal_end_form (IlkPortal *self)
{
  ilk_html_close (self->html, "form");
}

void
ilk_portal_hidden (IlkPortal  *self,
                   const char *name,
                   const char *value)
{
  ilk_html_void (self->html, "input", "type", "hidden", "name", name, "value", value, NULL);
}

static const char *
find_fault (IlkPortal  *self,
            const char *field)
{
  for (guint i = 0; i < self->n_faults; i++)
    if (g_strcmp0 (self->faults[i].field, field) == 0)
      return self->faults[i].text;
  return NULL;
}

static char *
describe (const char *id,
          gboolean    hint,
          gboolean    fault)
{
  if (!hint && !fault)
    return NULL;
  return g_strconcat (hint ? id : "", hint ? "-ipucu" : "", hint && fault ? " " : "",
                      fault ? id : "", fault ? "-hata" : "", NULL);
}

void
ilk_portal_field (IlkPortal            *self,
                  const IlkPortalField *field)
{
  IlkHtml *html = self->html;
  const char *fault = find_fault (self, field->id);
  gboolean hint = field->hint != ILK_N_SAYS;
  g_autofree char *described = describe (field->id, hint, fault != NULL);
  g_autofree char *hint_id = g_strconcat (field->id, "-ipucu", NULL);
  g_autofree char *fault_id = g_strconcat (field->id, "-hata", NULL);
  gboolean password = g_str_equal (field->type, "password");

  ilk_html_open (html, "div", "class", fault != NULL ? "field wrong" : "field", NULL);
  ilk_html_leaf (html, "label", ilk_portal_say (self, field->label), "for", field->id, NULL);
  if (hint)
    ilk_html_leaf (html, "p", ilk_portal_say (self, field->hint), "class", "hint", "id", hint_id,
                   NULL);
  if (fault != NULL)
    ilk_html_leaf (html, "p", fault, "class", "fault", "id", fault_id, NULL);
  ilk_html_void (html, "input", "type", field->type, "id", field->id, "name", field->id, "value",
                 field->value, "autocomplete", field->autocomplete, "inputmode", field->mode,
                 "maxlength", field->length, "spellcheck", "false", "autocapitalize", "none",
                 "required", "", "aria-describedby", described, "aria-invalid",
                 fault != NULL ? "true" : NULL,
                 "data-show", password ? ilk_portal_say (self, ILK_SAY_WORD_SHOW) : NULL,
                 "data-hide", password ? ilk_portal_say (self, ILK_SAY_WORD_HIDE) : NULL, NULL);
  ilk_html_close (html, "div");
}

/* action: what the form's "islem" says when this button sends it; NULL: nothing. */
void
ilk_portal_button (IlkPortal  *self,
                   const char *style,
                   IlkSay      say,
                   const char *action)
{
  ilk_html_leaf (self->html, "button", ilk_portal_say (self, say), "type", "submit", "class",
                 style, "name", action != NULL ? "islem" : NULL, "value", action, NULL);
}

void
ilk_portal_button_link (IlkPortal  *self,
                        IlkSay      say,
                        const char *path)
{
  g_autofree char *address = ilk_portal_link (self, path);

  ilk_html_open (self->html, "p", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, say), "class", "button", "href", address,
                 NULL);
  ilk_html_close (self->html, "p");
}

void
ilk_portal_set_cookie (IlkPortal  *self,
                       const char *name,
                       const char *value,
                       int         seconds,
                       gboolean    strict)
{
  g_autofree char *age = seconds != 0 ? g_strdup_printf ("; Max-Age=%d", MAX (seconds, 0)) : NULL;

  if (self->reply->cookies == NULL)
    self->reply->cookies = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->reply->cookies,
                   g_strconcat (name, "=", value, "; Path=/; Secure; HttpOnly; SameSite=",
                                strict ? "Strict" : "Lax", age, NULL));
}
