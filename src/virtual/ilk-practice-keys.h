/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* The service's credential files in a folder (keys/ of a practice set). */
gboolean   ilk_practice_keys_make            (const char  *folder,
                                              gint64       now,
                                              GBytes     **sealing_public,
                                              GError     **error);
IlkSecret *ilk_practice_keys_load_master     (const char  *folder,
                                              GError     **error);
GBytes    *ilk_practice_keys_load_handover   (const char  *folder,
                                              GError     **error);

G_END_DECLS
