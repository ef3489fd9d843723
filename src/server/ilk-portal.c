/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-private.h"

#include <string.h>
#include "server/ilk-portal-resources.h"
#include "server/ilk-service-problem.h"

/* Nothing is loaded from elsewhere, nothing in a page runs but our one script, no page is shown
 * inside another's, and no address of ours is told to other sites. */
#define POLICY "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
               "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
#define HTML "text/html; charset=utf-8"

typedef struct {
  const char *method;
  const char *path;
  void      (*run) (IlkPortal *self);
} Page;

static const Page pages[] = {
  { "GET", "/", ilk_portal_show_start },
  { "GET", "/guvenlik-sozcugu", ilk_portal_show_forgot },
  { "POST", "/guvenlik-sozcugu", ilk_portal_send_forgot },
  { "GET", "/guvenlik-sozcugu/gonderildi", ilk_portal_show_sent },
  { "GET", "/guvenlik-sozcugu/guncellendi", ilk_portal_show_updated },
  { "GET", "/guvenlik-sozcugu/*", ilk_portal_show_link },
  { "POST", "/guvenlik-sozcugu/*", ilk_portal_send_link },
  { "GET", "/giris", ilk_portal_show_login },
  { "POST", "/giris", ilk_portal_send_login },
  { "GET", "/giris/donus", ilk_portal_show_return },
  { "GET", "/dogrulama-kodu", ilk_portal_show_code },
  { "POST", "/dogrulama-kodu", ilk_portal_send_code },
  { "GET", "/cikis", ilk_portal_show_logged_out },
  { "POST", "/cikis", ilk_portal_send_log_out },
};

static const struct {
  const char *path;
  const char *type;
} assets[] = {
  { "/ilkimza.css", "text/css; charset=utf-8" },
  { "/ilkimza.js", "text/javascript; charset=utf-8" },
  { "/ilkimza.svg", "image/svg+xml" },
};

gboolean
ilk_portal_serves (IlkService *service,
                   const char *path)
{
  return service->portal != NULL && !g_str_has_prefix (path, "/v1/") &&
         !g_str_equal (path, "/ocsp");
}

/* HEAD is answered like GET; libsoup leaves the body out. */
static gboolean
is_method (IlkInbound *request,
           const char *method)
{
  return g_str_equal (request->method, method) ||
         (g_str_equal (request->method, "HEAD") && g_str_equal (method, "GET"));
}

static gboolean
send_asset (IlkInbound *request,
            IlkReply   *reply)
{
  for (guint i = 0; i < G_N_ELEMENTS (assets); i++)
    if (g_str_equal (assets[i].path, request->path) && is_method (request, "GET"))
      {
        g_autofree char *name = g_strconcat ("/tr/org/ilkimza/portal", assets[i].path, NULL);

        reply->body = g_resource_lookup_data (ilk_portal_get_resource (), name,
                                              G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        reply->type = assets[i].type;
        reply->policy = g_strdup ("default-src 'none'");
        reply->status = 200;
        return TRUE;
      }
  return FALSE;
}

static gboolean
matches (const char *form,
         const char *path,
         char      **argument)
{
  gsize before = strlen (form) - 1;

  if (form[before] != '*')
    return g_str_equal (form, path);
  if (strncmp (form, path, before) != 0 || path[before] == '\0' ||
      strchr (path + before, '/') != NULL)
    return FALSE;
  *argument = g_strdup (path + before);
  return TRUE;
}

/* known: there is such a page, with another method. */
static const Page *
find_page (IlkPortal *self,
           gboolean  *known)
{
  *known = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *argument = NULL;

      if (!matches (pages[i].path, self->request->path, &argument))
        continue;
      *known = TRUE;
      if (!is_method (self->request, pages[i].method))
        continue;
      self->argument = g_steal_pointer (&argument);
      return &pages[i];
    }
  return NULL;
}

static void
show_problem (IlkPortal  *self,
              const char *code)
{
  const IlkServiceProblem *problem = ilk_service_problem_find (code);

  ilk_portal_error_page (self, problem->status, ILK_SAY_TROUBLE,
                         self->turkish ? problem->turkish : problem->english);
}

static void
run (IlkPortal *self)
{
  gboolean known;
  const Page *page = find_page (self, &known);

  if (page == NULL && known)
    show_problem (self, "method");
  else if (page == NULL)
    ilk_portal_error_page (self, 404, ILK_SAY_NOT_FOUND,
                           ilk_portal_say (self, ILK_SAY_NOT_FOUND_LEAD));
  else if (g_str_equal (page->method, "POST") && !ilk_portal_check_form (self))
    ilk_portal_error_page (self, 403, ILK_SAY_FORM_OLD,
                           ilk_portal_say (self, ILK_SAY_FORM_OLD_LEAD));
  else
    page->run (self);
}

/* ?dil= wins over the browser's languages. */
static void
portal_init (IlkPortal  *self,
             IlkService *service,
             IlkInbound *request,
             IlkReply   *reply)
{
  g_autofree char *language = ilk_form_get_text (request->query, "dil");

  self->service = service;
  self->request = request;
  self->reply = reply;
  self->chosen = g_strcmp0 (language, "tr") == 0 || g_strcmp0 (language, "en") == 0;
  self->turkish = self->chosen ? g_str_equal (language, "tr") : request->turkish;
  self->session = ilk_form_get_cookie (request->cookies, ILK_PORTAL_SESSION);
}

static void
portal_clear (IlkPortal *self)
{
  IlkReply *reply = self->reply;

  reply->code = NULL;
  reply->type = HTML;
  g_clear_pointer (&reply->policy, g_free);
  reply->policy = g_strconcat (POLICY, self->elsewhere != NULL ? " " : "",
                               self->elsewhere != NULL ? self->elsewhere : "",
                               self->sounding ? "; media-src data:" : "", NULL);
  g_clear_pointer (&self->html, ilk_html_free);
  g_clear_pointer (&self->session, ilk_secret_unref);
  g_clear_pointer (&self->seed, g_free);
  g_clear_pointer (&self->argument, g_free);
}

/**
 * ilk_portal_handle:
 *
 * A fault of ours ends in an error page, too.
 */
void
ilk_portal_handle (IlkService *service,
                   IlkInbound *request,
                   IlkReply   *reply)
{
  IlkPortal self = { 0 };

  if (send_asset (request, reply))
    return;
  portal_init (&self, service, request, reply);
  run (&self);
  if (request->error != NULL || (reply->body == NULL && reply->location == NULL))
    {
      g_warning ("A page was not made: %s",
                 request->error != NULL ? request->error->message : "nothing was said");
      g_clear_pointer (&self.html, ilk_html_free);
      self.n_faults = 0;
      show_problem (&self, "internal");
    }
  portal_clear (&self);
}

void
ilk_portal_refuse (IlkService *service,
                   IlkInbound *request,
                   IlkReply   *reply)
{
  IlkPortal self = { 0 };

  portal_init (&self, service, request, reply);
  show_problem (&self, reply->code);
  portal_clear (&self);
}
