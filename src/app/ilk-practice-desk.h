/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "app/ilk-controller.h"
#include "app/ilk-practice.h"

G_BEGIN_DECLS

#define ILK_TYPE_PRACTICE_DESK (ilk_practice_desk_get_type ())
G_DECLARE_FINAL_TYPE (IlkPracticeDesk, ilk_practice_desk, ILK, PRACTICE_DESK, AdwWindow)

/* What lies on the desk of a person who practises: envelope, reader and card, phone, mailbox. */
GtkWidget *ilk_practice_desk_new (IlkPractice   *practice,
                                  IlkController *controller);

G_END_DECLS
