/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* We as a client of the e-Government gateway: OpenID Connect, authorization code with PKCE. Calls
 * may come from any thread; those that ask the provider block, for some seconds at most. */
typedef struct _IlkOpenId IlkOpenId;

typedef struct {
  const char *issuer;      /* https://…; http:// on this computer alone */
  const char *client_id;
  IlkSecret  *client_secret;
  const char *scope;
  const char *claim;       /* that has the identity number */
  const char *ca_file;     /* NULL: the system's authorities */
  guint       milliseconds; /* that a call may take; 0: five seconds */
  guint       calls;        /* at once; more are told that nobody answers; 0: two */
} IlkOpenIdSettings;

IlkOpenId *ilk_open_id_new              (const IlkOpenIdSettings  *settings,
                                         GError                  **error);
void       ilk_open_id_free             (IlkOpenId                *self);
/* Where the browser goes. state, nonce and verifier are base64url. ILK_SERVER_ERROR_GATEWAY: the
 * provider does not answer. */
char      *ilk_open_id_get_address      (IlkOpenId                *self,
                                         const char               *redirect_uri,
                                         IlkSecret                *state,
                                         IlkSecret                *nonce,
                                         IlkSecret                *verifier,
                                         GError                  **error);
/* Trades the code for the identity number. iss: of the answer (RFC 9207), NULL: it has none.
 * ILK_SERVER_ERROR_IDENTITY: what came can't be trusted. */
char      *ilk_open_id_redeem           (IlkOpenId                *self,
                                         const char               *redirect_uri,
                                         const char               *iss,
                                         IlkSecret                *code,
                                         IlkSecret                *nonce,
                                         IlkSecret                *verifier,
                                         gint64                    now,
                                         GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOpenId, ilk_open_id_free)

G_END_DECLS
