/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/ilk-controller.h"

G_BEGIN_DECLS

#define ILK_TYPE_WINDOW (ilk_window_get_type ())
G_DECLARE_FINAL_TYPE (IlkWindow, ilk_window, ILK, WINDOW, AdwApplicationWindow)

/* The one window: the list of steps, the page of the present state, Back and the main button.
 * practice: says so in a ribbon on every page. app may be NULL in tests. */
GtkWidget *ilk_window_new (AdwApplication *app,
                           IlkController  *controller,
                           gboolean        practice);

G_END_DECLS
