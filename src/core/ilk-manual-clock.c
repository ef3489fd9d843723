/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include "core/ilk-clock.h"

struct _IlkManualClock
{
  GObject  parent_instance;

  /* The service's workers read it while the practice channel moves it. */
  GMutex   lock;
  gint64   wall;     /* microseconds since 1970 at the start, plus all that it was moved */
  gint64   started;  /* the computer's monotonic time then */
  gint64   moved;    /* microseconds, all advances together */
  gboolean running;
};

static void ilk_manual_clock_clock_init (IlkClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkManualClock, ilk_manual_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_CLOCK,
                                                      ilk_manual_clock_clock_init))

static gint64
elapsed (IlkManualClock *self)
{
  return self->running ? g_get_monotonic_time () - self->started : 0;
}

static gint64
ilk_manual_clock_get_wall (IlkClock *clock)
{
  IlkManualClock *self = ILK_MANUAL_CLOCK (clock);
  gint64 now;

  g_mutex_lock (&self->lock);
  now = self->wall + self->moved + elapsed (self);
  g_mutex_unlock (&self->lock);
  return now / G_USEC_PER_SEC;
}

static gint64
ilk_manual_clock_get_monotonic (IlkClock *clock)
{
  IlkManualClock *self = ILK_MANUAL_CLOCK (clock);
  gint64 now;

  g_mutex_lock (&self->lock);
  now = self->started + self->moved + elapsed (self);
  g_mutex_unlock (&self->lock);
  return now;
}

static void
ilk_manual_clock_clock_init (IlkClockInterface *iface)
{
  iface->get_wall = ilk_manual_clock_get_wall;
  iface->get_monotonic = ilk_manual_clock_get_monotonic;
}

static void
ilk_manual_clock_finalize (GObject *object)
{
  IlkManualClock *self = ILK_MANUAL_CLOCK (object);

  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (ilk_manual_clock_parent_class)->finalize (object);
}

static void
ilk_manual_clock_class_init (IlkManualClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_manual_clock_finalize;
}

static void
ilk_manual_clock_init (IlkManualClock *self)
{
  g_mutex_init (&self->lock);
  self->started = g_get_monotonic_time ();
}

/**
 * ilk_manual_clock_new:
 * @wall: what it shows first, seconds since 1970
 * @running: %FALSE: it stands still unless it is moved
 *
 * Returns: (transfer full): a clock for practice and tests
 */
IlkManualClock *
ilk_manual_clock_new (gint64   wall,
                      gboolean running)
{
  IlkManualClock *self = g_object_new (ILK_TYPE_MANUAL_CLOCK, NULL);

  self->wall = wall * G_USEC_PER_SEC;
  self->running = running;
  return self;
}

/**
 * ilk_manual_clock_advance:
 * @seconds: how far both times go on; never back, as the monotonic one may not
 */
void
ilk_manual_clock_advance (IlkManualClock *self,
                          gint64          seconds)
{
  g_return_if_fail (ILK_IS_MANUAL_CLOCK (self));
  g_return_if_fail (seconds >= 0 && seconds <= G_MAXINT32);

  g_mutex_lock (&self->lock);
  self->moved += seconds * G_USEC_PER_SEC;
  g_mutex_unlock (&self->lock);
}
