/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The service's configuration: a key file without secrets (those are files of the credentials
 * folder). Every group and key has a row in ilk-config.c; a file with another one is refused, so
 * that a misspelled limit is never silently none. Read once, unchanged afterwards: any thread may
 * ask. */
typedef struct _IlkConfig IlkConfig;

/* path NULL: nothing is set. NULL with ILK_SERVER_ERROR_CONFIG. */
IlkConfig         *ilk_config_load       (const char       *path,
                                          GError          **error);
void               ilk_config_free       (IlkConfig        *self);
/* NULL: not set. */
const char        *ilk_config_get_text   (const IlkConfig  *self,
                                          const char       *group,
                                          const char       *key);
gint64             ilk_config_get_number (const IlkConfig  *self,
                                          const char       *group,
                                          const char       *key,
                                          gint64            otherwise);
gboolean           ilk_config_get_flag   (const IlkConfig  *self,
                                          const char       *group,
                                          const char       *key,
                                          gboolean          otherwise);
/* Separated by semicolons; NULL: not set. */
const char *const *ilk_config_get_list   (const IlkConfig  *self,
                                          const char       *group,
                                          const char       *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkConfig, ilk_config_free)

G_END_DECLS
