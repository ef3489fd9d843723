/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether this session is one that polkit's defaults refuse: remote, or not in front. */
void     ilk_session_kind_ask_async  (GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean ilk_session_kind_ask_finish (GAsyncResult         *result,
                                      gboolean             *remote,
                                      GError              **error);

G_END_DECLS
