/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What p11-kit's registry says, read as p11-kit reads it (pkcs11.conf(5)); p11-kit itself can only
 * tell by loading every module. Transfer full, element char *: paths, by priority. */
GPtrArray *ilk_pkcs11_config_list    (void);
GPtrArray *ilk_pkcs11_config_list_in (const char *const *folders,
                                      const char        *module_folder,
                                      const char        *program);

G_END_DECLS
