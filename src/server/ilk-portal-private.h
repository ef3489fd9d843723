/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-form.h"
#include "server/ilk-html.h"
#include "server/ilk-portal.h"
#include "server/ilk-portal-words.h"
#include "server/ilk-service-private.h"

G_BEGIN_DECLS

#define ILK_PORTAL_FAULTS 4
#define ILK_PORTAL_SESSION "__Host-ilkimza"
#define ILK_PORTAL_LOGIN "__Host-ilkimza-giris"

typedef struct {
  const char *field;       /* id of the field that is wrong; NULL: none of them */
  const char *text;
} IlkPortalFault;

/* One request for a page. */
typedef struct {
  IlkService     *service;
  IlkInbound     *request;
  IlkReply       *reply;
  gboolean        turkish;
  gboolean        chosen;     /* the language is in the address, and goes on to the next page */
  char           *argument;   /* what stands for the "*" of its path */
  IlkHtml        *html;       /* NULL: no page was begun */
  IlkSecret      *session;    /* token of the login; NULL: none */
  char           *seed;       /* what forms' tokens are made from */
  const char     *elsewhere;  /* origin that a form may lead to; NULL: none but ours */
  gboolean        sounding;
  IlkPortalFault  faults[ILK_PORTAL_FAULTS];
  guint           n_faults;
} IlkPortal;

/* ilk-portal-page.c */
const char *ilk_portal_say        (IlkPortal  *self,
                                   IlkSay      say);
/* The address of a page of ours, in the language that was chosen. */
char       *ilk_portal_link       (IlkPortal  *self,
                                   const char *path);
/* Both before the page is begun. field NULL: the whole form's. */
void        ilk_portal_fault      (IlkPortal  *self,
                                   const char *field,
                                   const char *text);
void        ilk_portal_problem    (IlkPortal  *self,
                                   const char *field,
                                   const char *code);
void        ilk_portal_begin_page (IlkPortal  *self,
                                   guint       status,
                                   IlkSay      heading);
void        ilk_portal_end_page   (IlkPortal  *self);
void        ilk_portal_paragraph  (IlkPortal  *self,
                                   const char *style,
                                   IlkSay      say);
void        ilk_portal_error_page (IlkPortal  *self,
                                   guint       status,
                                   IlkSay      heading,
                                   const char *text);
void        ilk_portal_redirect   (IlkPortal  *self,
                                   const char *path);
gboolean    ilk_portal_is_practice (IlkPortal *self);

/* ilk-portal-form.c */
typedef struct {
  const char *id;
  IlkSay      label;
  IlkSay      hint;           /* ILK_N_SAYS: none */
  const char *type;
  const char *autocomplete;
  const char *mode;           /* inputmode; NULL: the browser's own */
  const char *length;         /* maxlength; NULL: none */
  const char *value;          /* NULL: empty */
} IlkPortalField;

void        ilk_portal_begin_form (IlkPortal            *self,
                                   const char           *path,
                                   const char           *style);
void        ilk_portal_end_form   (IlkPortal            *self);
void        ilk_portal_hidden     (IlkPortal            *self,
                                   const char           *name,
                                   const char           *value);
void        ilk_portal_field      (IlkPortal            *self,
                                   const IlkPortalField *field);
void        ilk_portal_button     (IlkPortal            *self,
                                   const char           *style,
                                   IlkSay                say,
                                   const char           *action);
void        ilk_portal_button_link (IlkPortal           *self,
                                    IlkSay               say,
                                    const char          *path);
/* Whether the request's form is one of ours, sent from this browser. */
gboolean    ilk_portal_check_form (IlkPortal            *self);
/* seconds 0: until the browser ends; -1: gone at once. */
void        ilk_portal_set_cookie (IlkPortal            *self,
                                   const char           *name,
                                   const char           *value,
                                   int                   seconds,
                                   gboolean              strict);

/* ilk-portal-call.c */
/* Makes one call of the JSON interface. Returns the answer; reply->code names the problem. */
IlkReply   *ilk_portal_call       (IlkPortal            *self,
                                   const char           *method,
                                   const char           *path,
                                   IlkSecret            *token,
                                   IlkSecret            *body);
/* The answer's object; one member, a secret, is moved out when it is named. NULL: none. */
JsonObject *ilk_portal_read       (IlkReply             *reply,
                                   const char           *secret,
                                   IlkSecret           **value);
/* {"name":text,…}, ended by NULL. */
IlkSecret  *ilk_portal_body       (const char           *name,
                                   ...) G_GNUC_NULL_TERMINATED;
IlkSecret  *ilk_portal_secret_body (const char          *name,
                                    IlkSecret           *value);

/* The pages. */
void ilk_portal_show_start     (IlkPortal *self);
void ilk_portal_show_forgot    (IlkPortal *self);
void ilk_portal_send_forgot    (IlkPortal *self);
void ilk_portal_show_sent      (IlkPortal *self);
void ilk_portal_show_link      (IlkPortal *self);
void ilk_portal_send_link      (IlkPortal *self);
void ilk_portal_show_updated   (IlkPortal *self);
void ilk_portal_show_login     (IlkPortal *self);
void ilk_portal_send_login     (IlkPortal *self);
void ilk_portal_show_return    (IlkPortal *self);
void ilk_portal_show_code      (IlkPortal *self);
void ilk_portal_send_code      (IlkPortal *self);
void ilk_portal_show_logged_out (IlkPortal *self);
void ilk_portal_send_log_out   (IlkPortal *self);

G_END_DECLS
