/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include "core/ilk-clock.h"

G_DEFINE_INTERFACE (IlkClock, ilk_clock, G_TYPE_OBJECT)

static void
ilk_clock_default_init (IlkClockInterface *iface)
{
}

/* Returns: seconds since 1970, UTC; it can jump when the computer's clock is set */
gint64
ilk_clock_get_wall (IlkClock *self)
{
  g_return_val_if_fail (ILK_IS_CLOCK (self), 0);

  return ILK_CLOCK_GET_IFACE (self)->get_wall (self);
}

/* Returns: microseconds from some moment on; for measuring how long something takes */
gint64
ilk_clock_get_monotonic (IlkClock *self)
{
  g_return_val_if_fail (ILK_IS_CLOCK (self), 0);

  return ILK_CLOCK_GET_IFACE (self)->get_monotonic (self);
}
