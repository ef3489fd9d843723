/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A question before a step that can't be undone. phrase NULL, or words that must be typed to
 * enable the verb. The answer is no unless the person presses the verb. */
void     ilk_ask_async  (GtkWidget           *parent,
                         const char          *heading,
                         const char          *body,
                         const char          *verb,
                         const char          *phrase,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);
gboolean ilk_ask_finish (GAsyncResult        *result,
                         GError             **error);

G_END_DECLS
