/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the widgets' tests share. Every wait looks at the thing waited for and has an end. */
void       widget_test_init         (int         *argc,
                                     char      ***argv);
GtkWidget *widget_test_show         (GtkWidget   *child); /* its window, mapped */
gboolean   widget_test_wait         (gboolean   (*done) (gpointer data),
                                     gpointer     data);
void       widget_test_use_catalogue (void);
/* TRUE under a Turkish locale. */
gboolean   widget_test_is_turkish   (void);

/* A GCallback that counts: connect it swapped with a pointer to an int. */
void       widget_test_count        (int         *counter);

G_END_DECLS
