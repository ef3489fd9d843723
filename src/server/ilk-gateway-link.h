/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* What the gateways share of libcurl. */

typedef CURL IlkCurl;
typedef struct curl_slist IlkCurlList;

/* A transfer with our time limits, certificates checked, and no environment's proxy taken for
 * granted. ca_file NULL: the system's authorities. */
IlkCurl  *ilk_gateway_link_new     (const char  *address,
                                    const char  *ca_file);
/* Runs it; FALSE with ILK_SERVER_ERROR_GATEWAY, whose text names no message. */
gboolean  ilk_gateway_link_perform (IlkCurl     *link,
                                    GError     **error);
/* The first line of a file of the credentials folder; NULL with *error. */
IlkSecret *ilk_gateway_link_read_credential (const char  *folder,
                                             const char  *name,
                                             GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCurl, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCurlList, curl_slist_free_all)

G_END_DECLS
