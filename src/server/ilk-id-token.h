/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* What an ID token (OpenID Connect Core 1.0, 2) has to say. */
typedef struct {
  const char *issuer;
  const char *client_id;
  IlkSecret  *nonce;
  const char *claim;     /* that has the identity number */
  gint64      now;
} IlkIdTokenWanted;

typedef enum {
  ILK_ID_TOKEN_GOOD,
  ILK_ID_TOKEN_REFUSED,
  ILK_ID_TOKEN_UNKNOWN_KEY   /* signed by none of these keys, which may be old */
} IlkIdTokenVerdict;

/* keys: of a JWK set (RFC 7517). number: (transfer full); why: a stable word for the log. */
IlkIdTokenVerdict ilk_id_token_check (IlkSecret               *token,
                                      JsonArray               *keys,
                                      const IlkIdTokenWanted  *wanted,
                                      char                   **number,
                                      const char             **why);

G_END_DECLS
