/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* The pages for browsers, over the same rules as the JSON interface: each page makes the calls that
 * a program would make. */
gboolean ilk_portal_serves (IlkService *service,
                            const char *path);
void     ilk_portal_handle (IlkService *service,
                            IlkInbound *request,
                            IlkReply   *reply);
/* An error page, for what is refused before any rule is asked. */
void     ilk_portal_refuse (IlkService *service,
                            IlkInbound *request,
                            IlkReply   *reply);

G_END_DECLS
