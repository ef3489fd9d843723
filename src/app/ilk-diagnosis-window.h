/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/ilk-controller.h"
#include "app/ilk-diagnosis.h"

G_BEGIN_DECLS

#define ILK_TYPE_DIAGNOSIS_WINDOW (ilk_diagnosis_window_get_type ())
G_DECLARE_FINAL_TYPE (IlkDiagnosisWindow, ilk_diagnosis_window, ILK, DIAGNOSIS_WINDOW, AdwWindow)

/* "Check This Computer": what "ilkimza --check" prints, to be read and saved. place is copied; the
 * controller (may be NULL) tells the card that is known already. Begins to check at once. */
GtkWidget *ilk_diagnosis_window_new (GtkWindow               *parent,
                                     const IlkDiagnosisPlace *place,
                                     IlkController           *controller);

G_END_DECLS
