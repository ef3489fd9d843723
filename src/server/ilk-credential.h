/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Files with secrets in them: of the service's own user and of nobody else's, no links. Errors:
 * ILK_SERVER_ERROR_KEYS. */

/* At most max bytes; an empty or longer file is refused. */
IlkSecret *ilk_credential_read      (const char *path,
                                     gsize       max,
                                     GError    **error);
/* The same without an end of line: a PIN or password that somebody wrote with an editor. */
IlkSecret *ilk_credential_read_line (const char *path,
                                     gsize       max,
                                     GError    **error);
/* Whether it is a file that others can't read. */
gboolean   ilk_credential_check     (const char *path,
                                     GError    **error);

G_END_DECLS
