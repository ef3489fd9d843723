/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One HTTP request and its answer. The answer's bytes are wiped when it is freed. */
typedef struct
{
  guint   status;
  char   *content_type; /* NULL: none */
  int     retry_after;  /* of the header, seconds; -1: none */
  guint8 *data;
  gsize   length;
  gsize   capacity;
} IlkAnswer;

void       ilk_answer_free     (IlkAnswer           *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkAnswer, ilk_answer_free)

void       ilk_exchange_async  (SoupSession         *session,
                                SoupMessage         *message,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data);
IlkAnswer *ilk_exchange_finish (SoupSession         *session,
                                GAsyncResult        *result,
                                GError             **error);

G_END_DECLS
