/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ILK_TYPE_CLOCK (ilk_clock_get_type ())
G_DECLARE_INTERFACE (IlkClock, ilk_clock, ILK, CLOCK, GObject)

struct _IlkClockInterface
{
  GTypeInterface parent;

  gint64 (*get_wall)      (IlkClock *self); /* seconds since 1970, UTC */
  gint64 (*get_monotonic) (IlkClock *self); /* microseconds, never goes back */
};

gint64 ilk_clock_get_wall      (IlkClock *self);
gint64 ilk_clock_get_monotonic (IlkClock *self);

/* The clock of the computer. Returns a new reference to the one instance. */
IlkClock *ilk_clock_get_system (void);

#define ILK_TYPE_MANUAL_CLOCK (ilk_manual_clock_get_type ())
G_DECLARE_FINAL_TYPE (IlkManualClock, ilk_manual_clock, ILK, MANUAL_CLOCK, GObject)

/* A clock that is moved: it runs with the system's plus an offset (running), or stands still. */
IlkManualClock *ilk_manual_clock_new     (gint64          wall,
                                          gboolean        running);
void            ilk_manual_clock_advance (IlkManualClock *self,
                                          gint64          seconds);

G_END_DECLS
