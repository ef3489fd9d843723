/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <string.h>
#include "server/ilk-service-problem.h"

/* What all pages have in common: head, language, banner, what is wrong, and the end. */

#define MAIN "icerik"

const char *
ilk_portal_say (IlkPortal *self,
                IlkSay     say)
{
  return ilk_portal_word (say, self->turkish);
}

char *
ilk_portal_link (IlkPortal  *self,
                 const char *path)
{
  if (!self->chosen)
    return g_strdup (path);
  return g_strconcat (path, strchr (path, '?') != NULL ? "&" : "?",
                      self->turkish ? "dil=tr" : "dil=en", NULL);
}

gboolean
ilk_portal_is_practice (IlkPortal *self)
{
  return self->service->captcha_watch != NULL;
}

void
ilk_portal_fault (IlkPortal  *self,
                  const char *field,
                  const char *text)
{
  g_return_if_fail (self->n_faults < ILK_PORTAL_FAULTS);

  self->faults[self->n_faults++] = (IlkPortalFault) { field, text };
}

void
ilk_portal_problem (IlkPortal  *self,
                    const char *field,
                    const char *code)
{
  const IlkServiceProblem *problem = ilk_service_problem_find (code);

  ilk_portal_fault (self, field, self->turkish ? problem->turkish : problem->english);
}

static void
write_head (IlkPortal *self,
            IlkSay     heading)
{
  IlkHtml *html = self->html;

  ilk_html_open (html, "head", NULL);
  ilk_html_void (html, "meta", "charset", "utf-8", NULL);
  ilk_html_void (html, "meta", "name", "viewport", "content",
                 "width=device-width, initial-scale=1", NULL);
  ilk_html_void (html, "meta", "name", "color-scheme", "content", "light dark", NULL);
  ilk_html_open (html, "title", NULL);
  if (self->n_faults > 0)
    ilk_html_text (html, ilk_portal_say (self, ILK_SAY_ERROR_PREFIX));
  ilk_html_text (html, ilk_portal_say (self, heading));
  if (heading != ILK_SAY_START)
    {
      ilk_html_text (html, " – ");
      ilk_html_text (html, ilk_portal_say (self, ILK_SAY_SITE));
    }
  ilk_html_close (html, "title");
  ilk_html_void (html, "link", "rel", "icon", "type", "image/svg+xml", "href", "/ilkimza.svg",
                 NULL);
  ilk_html_void (html, "link", "rel", "stylesheet", "href", "/ilkimza.css", NULL);
  ilk_html_leaf (html, "script", "", "src", "/ilkimza.js", "defer", "", NULL);
  ilk_html_close (html, "head");
}

/* The other language's name, in that language, leads to the same page. "//" would lead to another
 * site. */
static void
write_language (IlkPortal *self)
{
  const char *other = self->turkish ? "en" : "tr";
  const char *path = g_str_has_prefix (self->request->path, "//") ? "/" : self->request->path;
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *address = g_strdup_printf ("%s?dil=%s", escaped, other);

  ilk_html_open (self->html, "nav", "aria-label", ilk_portal_say (self, ILK_SAY_LANGUAGE), NULL);
  ilk_html_leaf (self->html, "a", self->turkish ? "English" : "Türkçe", "href", address, "lang",
                 other, "hreflang", other, NULL);
  ilk_html_close (self->html, "nav");
}

static void
write_banner (IlkPortal *self)
{
  IlkHtml *html = self->html;
  g_autofree char *home = ilk_portal_link (self, "/");

  ilk_html_leaf (html, "a", ilk_portal_say (self, ILK_SAY_SKIP), "class", "skip", "href", "#" MAIN,
                 NULL);
  ilk_html_open (html, "header", NULL);
  ilk_html_open (html, "a", "class", "brand", "href", home, NULL);
  ilk_html_void (html, "img", "src", "/ilkimza.svg", "alt", "", "width", "40", "height", "40",
                 NULL);
  ilk_html_leaf (html, "span", ilk_portal_say (self, ILK_SAY_SITE), NULL);
  ilk_html_close (html, "a");
  ilk_html_open (html, "div", "class", "tools", NULL);
  write_language (self);
  if (self->session != NULL)
    {
      ilk_portal_begin_form (self, "/cikis", "quiet");
      ilk_portal_button (self, "quiet", ILK_SAY_LOG_OUT, NULL);
      ilk_portal_end_form (self);
    }
  ilk_html_close (html, "div");
  ilk_html_close (html, "header");
  if (ilk_portal_is_practice (self))
    ilk_portal_paragraph (self, "practice", ILK_SAY_PRACTICE);
}

/* What is wrong, before the form, with the focus on it: each line leads to its field. */
static void
write_faults (IlkPortal *self)
{
  IlkHtml *html = self->html;

  if (self->n_faults == 0)
    return;
  ilk_html_open (html, "div", "class", "faults", "id", "hatalar", "role", "alert", "tabindex", "-1",
                 "autofocus", "", "aria-labelledby", "hatalar-baslik", NULL);
  ilk_html_leaf (html, "h2", ilk_portal_say (self, ILK_SAY_ERRORS), "id", "hatalar-baslik", NULL);
  ilk_html_open (html, "ul", NULL);
  for (guint i = 0; i < self->n_faults; i++)
    {
      g_autofree char *target =
        self->faults[i].field != NULL ? g_strconcat ("#", self->faults[i].field, NULL) : NULL;

      ilk_html_open (html, "li", NULL);
      if (target != NULL)
        ilk_html_leaf (html, "a", self->faults[i].text, "href", target, NULL);
      else
        ilk_html_text (html, self->faults[i].text);
      ilk_html_close (html, "li");
    }
  ilk_html_close (html, "ul");
  ilk_html_close (html, "div");
}

void
ilk_portal_begin_page (IlkPortal *self,
                       guint      status,
                       IlkSay     heading)
{
  g_return_if_fail (self->html == NULL);

  self->html = ilk_html_new ();
  self->reply->status = status;
  ilk_html_open (self->html, "html", "lang", self->turkish ? "tr" : "en", NULL);
  write_head (self, heading);
  ilk_html_open (self->html, "body", NULL);
  write_banner (self);
  ilk_html_open (self->html, "main", "id", MAIN, "tabindex", "-1", NULL);
  ilk_html_leaf (self->html, "h1", ilk_portal_say (self, heading), NULL);
  write_faults (self);
}

static void
write_contact (IlkPortal *self)
{
  const char *issuer = self->service->issuer;
  const char *number = self->service->call_centre;

  if (issuer == NULL && number == NULL)
    return;
  ilk_html_open (self->html, "p", NULL);
  if (issuer != NULL)
    ilk_html_text (self->html, issuer);
  if (issuer != NULL && number != NULL)
    ilk_html_text (self->html, " · ");
  if (number != NULL)
    {
      ilk_html_text (self->html, ilk_portal_say (self, ILK_SAY_CALL_CENTRE));
      ilk_html_text (self->html, ": ");
      ilk_html_text (self->html, number);
    }
  ilk_html_close (self->html, "p");
}

void
ilk_portal_end_page (IlkPortal *self)
{
  ilk_html_close (self->html, "main");
  ilk_html_open (self->html, "footer", NULL);
  ilk_portal_paragraph (self, NULL, ILK_SAY_PROGRAM_NOTE);
  write_contact (self);
  ilk_html_close (self->html, "footer");
  ilk_html_close (self->html, "body");
  ilk_html_close (self->html, "html");
  g_clear_pointer (&self->reply->body, g_bytes_unref);
  self->reply->body = ilk_html_finish (self->html);
}

void
ilk_portal_paragraph (IlkPortal  *self,
                      const char *style,
                      IlkSay      say)
{
  ilk_html_leaf (self->html, "p", ilk_portal_say (self, say), "class", style, NULL);
}

void
ilk_portal_error_page (IlkPortal  *self,
                       guint       status,
                       IlkSay      heading,
                       const char *text)
{
  g_autofree char *home = ilk_portal_link (self, "/");

  ilk_portal_begin_page (self, status, heading);
  ilk_html_leaf (self->html, "p", text, "role", "alert", NULL);
  ilk_html_open (self->html, "p", NULL);
  ilk_html_leaf (self->html, "a", ilk_portal_say (self, ILK_SAY_HOME), "href", home, NULL);
  ilk_html_close (self->html, "p");
  ilk_portal_end_page (self);
}

/* A form's answer is another page, so that loading it anew sends nothing twice. */
void
ilk_portal_redirect (IlkPortal  *self,
                     const char *path)
{
  g_clear_pointer (&self->reply->location, g_free);
  self->reply->location = ilk_portal_link (self, path);
  self->reply->status = 303;
}
