/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-call.h"
#include "client/ilk-json-read.h"

G_BEGIN_DECLS

/* What more than one call sends or reads. */
#define ILK_CLIENT_TEXT_MAX 256
#define ILK_CLIENT_DAY 86400

int          ilk_client_read_seconds    (JsonObject  *object,
                                         const char  *name,
                                         GError     **fault);
gpointer     ilk_client_read_sms_ticket (IlkClient   *client,
                                         IlkRequest  *request,
                                         IlkAnswer   *answer,
                                         GError     **error);
gboolean     ilk_client_finish_ticket   (IlkSmsTicket *found,
                                         IlkSmsTicket *ticket);
GBytes      *ilk_client_empty_body      (void);
GBytes      *ilk_client_code_body       (IlkSecret   *code);

G_END_DECLS
