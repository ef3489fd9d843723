/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-message.h"

G_BEGIN_DECLS

/* The mail as RFC 5322 and MIME write it, text and HTML as alternatives. from: “Name <box@domain>”;
 * now: seconds since 1970. Returns (transfer full); NULL when an address is none. */
IlkSecret *ilk_mail_text_compose (const IlkMessage *message,
                                  const char       *from,
                                  gint64            now);
/* The address alone; NULL when there is not exactly one. */
char      *ilk_mail_text_get_address (const char *text);

G_END_DECLS
