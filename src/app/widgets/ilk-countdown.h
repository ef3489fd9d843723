/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "core/ilk-clock.h"

G_BEGIN_DECLS

#define ILK_TYPE_COUNTDOWN (ilk_countdown_get_type ())
G_DECLARE_FINAL_TYPE (IlkCountdown, ilk_countdown, ILK, COUNTDOWN, GtkWidget)

/* Time left, ticking each second while it is on the screen: "Time left: 4:51".
 * Property: title (string, "Time left").
 * Signal: "ended" (), once per deadline. */
GtkWidget *ilk_countdown_new              (void);
void       ilk_countdown_set_title        (IlkCountdown *self,
                                           const char   *title);
/* deadline: monotonic microseconds of the clock; 0: nothing is counted and the widget is empty. */
void       ilk_countdown_set_deadline     (IlkCountdown *self,
                                           IlkClock     *clock,
                                           gint64        deadline);
int        ilk_countdown_get_seconds_left (IlkCountdown *self);

G_END_DECLS
