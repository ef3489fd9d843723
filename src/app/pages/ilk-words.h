/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "core/ilk-flow.h"
#include "core/ilk-identity.h"

G_BEGIN_DECLS

char       *ilk_words_date           (gint64            seconds);
char       *ilk_words_moment         (gint64            seconds);
const char *ilk_words_button         (IlkButton         button);
const char *ilk_words_identity_fault (IlkIdentityFault  fault);
void        ilk_words_set_name       (GtkWidget        *widget,
                                      const char       *words);
void        ilk_words_set_button     (GtkWidget        *button,
                                      const char       *mnemonic);

G_END_DECLS
