/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_TYPE_SECRET_VIEW (ilk_secret_view_get_type ())
G_DECLARE_FINAL_TYPE (IlkSecretView, ilk_secret_view, ILK, SECRET_VIEW, GtkWidget)

/* How long a secret is readable after one press. */
#define ILK_SECRET_VIEW_SECONDS 15

/* Draws a secret (digits, or words of a–z with "-") when asked, for 15 seconds; hides when the
 * window loses the focus, the widget leaves the screen, or the screen locks. The page has the
 * button that reveals. Properties: title (string, "PIN"), shown (boolean, read-only). */
GtkWidget *ilk_secret_view_new        (void);
void       ilk_secret_view_set_title  (IlkSecretView *self,
                                       const char    *title);
void       ilk_secret_view_set_secret (IlkSecretView *self,
                                       IlkSecret     *secret);
gboolean   ilk_secret_view_get_shown  (IlkSecretView *self);
void       ilk_secret_view_reveal     (IlkSecretView *self);
void       ilk_secret_view_hide       (IlkSecretView *self);

G_END_DECLS
