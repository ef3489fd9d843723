/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cjose/cjose.h>
#include <libsoup/soup.h>
#include "server/ilk-stand-in-provider.h"

G_BEGIN_DECLS

typedef struct {
  char *name;
  char *number;
} IlkStandInPerson;

struct _IlkStandInProvider
{
  IlkClock        *clock;
  char            *client_id;
  IlkSecret       *client_secret;
  char            *issuer;
  char            *page;         /* NULL: none */
  GThread         *thread;
  GMainContext    *context;
  GMainLoop       *loop;
  SoupServer      *server;       /* of the thread */
  GMutex           lock;         /* of what follows */
  GCond            cond;
  gboolean         started;
  IlkStandInFault  fault;
  GPtrArray       *people;       /* of IlkStandInPerson */
  GHashTable      *codes;        /* that were given out and not traded yet */
  cjose_jwk_t     *key;
  cjose_jwk_t     *rsa;          /* NULL: not wanted */
  guint            keys_made;
};

/* ilk-stand-in-token.c; the lock is held */
GHashTable *ilk_stand_in_new_codes   (void);
void        ilk_stand_in_clear_keys  (IlkStandInProvider      *self);
/* The JWK set. */
char       *ilk_stand_in_keys        (IlkStandInProvider      *self);
char       *ilk_stand_in_new_code    (IlkStandInProvider      *self,
                                      const IlkStandInPerson  *person,
                                      const char              *redirect_uri,
                                      const char              *nonce,
                                      const char              *challenge);
/* The ID token; NULL: no such code for this address and verifier. */
char       *ilk_stand_in_redeem      (IlkStandInProvider      *self,
                                      const char              *code,
                                      const char              *redirect_uri,
                                      const char              *verifier);

G_END_DECLS
