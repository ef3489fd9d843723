/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-clock.h"
#include "server/ilk-authorities.h"
#include "server/ilk-key-store.h"
#include "server/ilk-inbound.h"
#include "server/ilk-mail-gateway.h"
#include "server/ilk-ocsp.h"
#include "server/ilk-open-id.h"
#include "server/ilk-sms-gateway.h"
#include "server/ilk-store.h"

G_BEGIN_DECLS

/* Called from a worker thread with each new captcha: practice only. */
typedef void (*IlkCaptchaWatch) (const char *id,
                                 const char *answer,
                                 gpointer    user_data);

/* What was found when the signed ends of the audit chains were looked at. */
typedef struct {
  guint  heads;
  gint64 last;      /* the last one that was looked at; 0: there is none */
  gint64 last_at;
} IlkHeadCheck;

#define ILK_TYPE_SERVICE (ilk_service_get_type ())
G_DECLARE_FINAL_TYPE (IlkService, ilk_service, ILK, SERVICE, GObject)

/* The rules of the card service. It keeps nothing in memory but keys: any thread may call. */
IlkService *ilk_service_new               (IlkStore        *store,
                                           IlkKeyStore     *keys,
                                           IlkSmsGateway   *sms,
                                           IlkClock        *clock);
/* Without one, notices go by SMS alone. */
void             ilk_service_set_ocsp (IlkService *self,
                                       IlkOcsp    *ocsp);
/* (transfer full) (nullable): the e-Government gateway; NULL: nobody logs in through it. */
void        ilk_service_set_open_id       (IlkService      *self,
                                           IlkOpenId       *open_id);
/* (transfer full) (nullable): whose certificates log in by e-signature; NULL: none do. */
void        ilk_service_set_authorities   (IlkService      *self,
                                           IlkAuthorities  *authorities);
void        ilk_service_set_mail_gateway  (IlkService      *self,
                                           IlkMailGateway  *mail);
void        ilk_service_set_queued        (IlkService      *self,
                                           GCallback        queued,
                                           gpointer         user_data);
void        ilk_service_set_captcha_watch (IlkService      *self,
                                           IlkCaptchaWatch  watch,
                                           gpointer         user_data);
/* "https://host": where browsers find the pages; links in mails begin with it. FALSE: it is no such
 * address. */
gboolean    ilk_service_set_portal        (IlkService      *self,
                                           const char      *address);
/* Who pages and mails are from, and whom to call; NULL: not told. */
void        ilk_service_set_contact       (IlkService      *self,
                                           const char      *issuer,
                                           const char      *call_centre);
/* Answers one request; blocking. Returns whether an address of the interface was meant. */
void        ilk_service_handle            (IlkService      *self,
                                           IlkInbound      *request,
                                           IlkReply        *reply);
/* Turns reply->code into the body of a problem answer. */
void        ilk_service_render_problem    (IlkReply        *reply,
                                           gboolean         turkish);
gboolean    ilk_service_check_store       (IlkService      *self);
/* The audit log's signed ends: ilk-service-heads.c. */
char       *ilk_service_sign_heads        (IlkService      *self,
                                           GError         **error);
gboolean    ilk_service_verify_heads      (IlkService      *self,
                                           IlkHeadCheck    *check,
                                           GError         **error);
gboolean    ilk_service_knows_head        (IlkService      *self,
                                           const char      *line,
                                           GError         **error);
IlkStore   *ilk_service_get_store         (IlkService      *self);

G_END_DECLS
