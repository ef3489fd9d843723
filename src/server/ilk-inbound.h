/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include "core/ilk-secret.h"
#include "server/ilk-store.h"

G_BEGIN_DECLS

#define ILK_INBOUND_BODY_LIMIT (64 * 1024)

/* One request, as the HTTP adapter hands it to the rules. */
typedef struct {
  char             *method;
  char             *path;
  char             *operation;       /* the query's operation=, or NULL */
  char             *idempotency_key;
  char             *if_match;        /* the header's value, or NULL */
  gboolean          turkish;
  IlkSecret        *token;           /* NULL: none was sent */
  IlkSecret        *body;            /* NULL: empty */
  IlkSecret        *query;           /* of the address, as it was sent; NULL: none */
  IlkSecret        *cookies;         /* the Cookie header's value; NULL: none */

  /* Filled in by the service. */
  char             *argument;        /* what stands for "*" in the route */
  JsonObject       *json;
  IlkSecret        *secret;          /* the route's secret member, the first that it names */
  GHashTable       *secrets;         /* all of them, by name */
  gboolean          for_word;        /* open to a session that is for changing the word, too */
  gboolean          code_suffices;   /* open to a session by verification code, too */
  IlkSessionRecord *session;
  gint64            now;
  gboolean          queued;          /* a message goes out with what was done */
  GError           *error;           /* a fault of ours: the transaction is not kept */
} IlkInbound;

typedef struct {
  guint       status;
  GBytes     *body;                  /* NULL: none */
  gboolean    problem;               /* body is application/problem+json */
  const char *type;                  /* of the body, NULL: JSON; static */
  const char *code;                  /* of the problem, NULL: none */
  char       *etag;                  /* of what the body shows, with its quotes; NULL: none */
  char       *policy;                /* of a page's content; NULL: the body is none */
  char       *location;              /* where a browser goes on, NULL: nowhere */
  char       *refresh;               /* where it goes on when the page was shown, NULL: nowhere */
  GPtrArray  *cookies;               /* Set-Cookie headers' values, NULL: none */
  int         attempts_left;         /* -1: not told */
  int         retry_after;           /* seconds, -1: not told */
} IlkReply;

IlkInbound  *ilk_inbound_new           (const char   *method,
                                        const char   *path);
void         ilk_inbound_free          (IlkInbound   *self);
const char  *ilk_inbound_get_string    (IlkInbound   *self,
                                        const char   *name);
/* One of the route's secret members; NULL: missing. */
IlkSecret   *ilk_inbound_get_secret    (IlkInbound   *self,
                                        const char   *name);
/* Whether the body's top level has no other members than these, which stand between spaces. */
gboolean     ilk_inbound_has_only      (IlkInbound   *self,
                                        const char   *fields);
IlkReply    *ilk_reply_new             (void);
void         ilk_reply_free            (IlkReply     *self);
void         ilk_reply_problem         (IlkReply     *self,
                                        const char   *code);
void         ilk_reply_problem_retry   (IlkReply     *self,
                                        const char   *code,
                                        gint64        retry_after);
void         ilk_reply_problem_tries   (IlkReply     *self,
                                        const char   *code,
                                        int           attempts_left);
void         ilk_reply_take_json       (IlkReply     *self,
                                        guint         status,
                                        JsonBuilder  *builder);
void         ilk_reply_secret          (IlkReply     *self,
                                        guint         status,
                                        IlkSecret    *json);

const char  *ilk_json_get_string       (JsonObject   *object,
                                        const char   *name);
JsonBuilder *ilk_json_begin            (void);
void         ilk_json_add_string       (JsonBuilder  *builder,
                                        const char   *name,
                                        const char   *value);
void         ilk_json_add_number       (JsonBuilder  *builder,
                                        const char   *name,
                                        gint64        value);
void         ilk_json_add_boolean      (JsonBuilder  *builder,
                                        const char   *name,
                                        gboolean      value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkInbound, ilk_inbound_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkReply, ilk_reply_free)

G_END_DECLS
