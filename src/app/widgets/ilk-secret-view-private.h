/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/widgets/ilk-countdown.h"
#include "app/widgets/ilk-secret-view.h"

G_BEGIN_DECLS

/* For tests: the clock that counts the 15 seconds, and what counts them. */
void          ilk_secret_view_set_clock     (IlkSecretView *self,
                                             IlkClock      *clock);
IlkCountdown *ilk_secret_view_get_countdown (IlkSecretView *self);

G_END_DECLS
