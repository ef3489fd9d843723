/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/widgets/ilk-countdown.h"

G_BEGIN_DECLS

/* Looks at the clock; what the timer does while the widget is on the screen. */
void ilk_countdown_tick (IlkCountdown *self);

G_END_DECLS
