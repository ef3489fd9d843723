/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-client-private.h"
#include "client/ilk-exchange.h"
#include "client/ilk-json-writer.h"

G_BEGIN_DECLS

typedef enum {
  ILK_REQUEST_PLAIN   = 0,
  ILK_REQUEST_ATTEMPT = 1 << 0, /* with the token of a login attempt or a session */
  ILK_REQUEST_SESSION = 1 << 1, /* with the token of a session */
  ILK_REQUEST_KEYED   = 1 << 2, /* with an Idempotency-Key, so it may be sent a second time */
  ILK_REQUEST_BODY    = 1 << 3, /* not to be sent without its body, which could not be built */
} IlkRequestFlags;

typedef struct _IlkRequest IlkRequest;

/* Makes the call's result of an answer that says yes; NULL with an error when it can't. */
typedef gpointer (*IlkAnswerReader) (IlkClient   *client,
                                     IlkRequest  *request,
                                     IlkAnswer   *answer,
                                     GError     **error);

struct _IlkRequest
{
  const char      *method;
  char            *path;
  GBytes          *body;        /* NULL: none */
  IlkRequestFlags  flags;
  IlkSecret       *token;       /* NULL: the client's at the start */
  guint            era;         /* the client's at the start */
  IlkAnswerReader  read;
  GDestroyNotify   free_result; /* NULL: the result is TRUE */
  gpointer         data;        /* for the reader */
  GDestroyNotify   free_data;
};

IlkRequest *ilk_request_new      (const char      *method,
                                  IlkRequestFlags  flags,
                                  IlkAnswerReader  read,
                                  GDestroyNotify   free_result);
void        ilk_request_set_path (IlkRequest      *self,
                                  const char      *first,
                                  ...) G_GNUC_NULL_TERMINATED;
void        ilk_request_free     (IlkRequest      *self);

void        ilk_call_start       (IlkClient           *client,
                                  gpointer             source_tag,
                                  IlkRequest          *request,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
gpointer    ilk_call_finish      (IlkClient           *client,
                                  gpointer             source_tag,
                                  GAsyncResult        *result,
                                  GError             **error);

gpointer    ilk_call_read_nothing (IlkClient   *client,
                                   IlkRequest  *request,
                                   IlkAnswer   *answer,
                                   GError     **error);

G_END_DECLS
