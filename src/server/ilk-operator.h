/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* What an operator does on the service's own computer. Blocking; errors: ILK_SERVER_ERROR. */

/* Gives a blocked account its tries back; FALSE with an error when nobody has this number. */
gboolean ilk_operator_unblock      (IlkService  *service,
                                    const char  *identity_number,
                                    GError     **error);
/* Walks the chain of the audit log; FALSE without an error: a link is broken. */
gboolean ilk_operator_verify_audit (IlkService  *service,
                                    guint       *count,
                                    GError     **error);
/* Wraps every held PIN's key by this week's KEK and destroys the older ones: what was deleted
 * before opens from no backup any more. In the first ten minutes of a week it does nothing (TRUE, 0
 * and 0), since an import may just be using last week's. */
gboolean ilk_operator_rotate_keks  (IlkService  *service,
                                    guint       *rewrapped,
                                    guint       *destroyed,
                                    GError     **error);
/* Serial numbers of cards whose held PIN can't be opened with the keys that there are: an older
 * backup's, whose week's key was destroyed. Element char *; NULL with an error. */
GPtrArray *ilk_operator_list_closed (IlkService *service,
                                     GError    **error);
/* Writes the revocation list, at once or not at all. credentials has crl-signer.pem, the issuer's
 * certificate, and crl-signer-key.pem. */
gboolean ilk_operator_write_crl    (IlkService  *service,
                                    const char  *credentials,
                                    const char  *path,
                                    GError     **error);

/* Whether signer and key are there and belong together. */
gboolean ilk_operator_check_crl    (const char  *credentials,
                                    GError     **error);

G_END_DECLS
