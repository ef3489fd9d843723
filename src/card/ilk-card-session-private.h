/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-procedure.h"
#include "card/ilk-card-session.h"

G_BEGIN_DECLS

struct _IlkCardSession
{
  GObject           parent_instance;

  GMutex            lock;      /* one operation at a time */
  IlkCardProcedure *procedure; /* NULL: closed */
  GMutex            end_lock;  /* held while the procedure is read or taken away */
  IlkCardStep       last_step;
  guint16           last_sw;
};

/* What one operation is called with. */
typedef struct {
  IlkTransport *transport;
  char         *reader;
  char         *expected_serial;
  IlkSecret    *old_pin;
  IlkSecret    *new_pin;
  GBytes       *cryptogram;
  GBytes       *certificate;
  GBytes       *data;
  gboolean      allow_last_try;
} IlkCardRequest;

void     ilk_card_request_free           (gpointer             request);
GTask   *ilk_card_session_task_new       (IlkCardSession      *self,
                                          IlkCardRequest      *request,
                                          GCancellable        *cancellable,
                                          gpointer             source_tag,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean ilk_card_session_finish_boolean (IlkCardSession      *self,
                                          GAsyncResult        *result,
                                          GError             **error);

G_END_DECLS
