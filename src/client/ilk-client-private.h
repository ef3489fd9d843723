/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "client/ilk-client-debug.h"
#include "client/ilk-client.h"

G_BEGIN_DECLS

typedef enum {
  ILK_CLIENT_FAULT_NONE,
  ILK_CLIENT_FAULT_OFFLINE,
  ILK_CLIENT_FAULT_TIMEOUT,
  ILK_CLIENT_FAULT_BUSY,
  ILK_CLIENT_FAULT_ANSWER_LOST,
} IlkClientFault;

struct _IlkClient
{
  GObject            parent_instance;

  IlkIssuer         *issuer;
  SoupSession       *session;
  char              *base;        /* address without the last slash */
  guint              timeout;     /* milliseconds for a whole call */

  IlkSecret         *token;       /* of a login attempt, or of a session */
  char              *session_id;  /* NULL: no session, at most an attempt */
  guint              era;         /* counts logins and logouts: older answers bring no token */

  IlkClientRecorder  recorder;
  gpointer           recorder_data;
  guint              fault_in;    /* calls until the fault, 1: the next; 0: never */
  IlkClientFault     fault;
};

gboolean ilk_client_check_address  (const char  *address,
                                    GError     **error);
void     ilk_client_forget_session (IlkClient   *self);

G_END_DECLS
