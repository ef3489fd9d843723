/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include "core/ilk-clock.h"

#define ILK_TYPE_SYSTEM_CLOCK (ilk_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (IlkSystemClock, ilk_system_clock, ILK, SYSTEM_CLOCK, GObject)

struct _IlkSystemClock
{
  GObject parent_instance;
};

static void ilk_system_clock_clock_init (IlkClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSystemClock, ilk_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_CLOCK,
                                                      ilk_system_clock_clock_init))

static gint64
ilk_system_clock_get_wall (IlkClock *clock)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gint64
ilk_system_clock_get_monotonic (IlkClock *clock)
{
  return g_get_monotonic_time ();
}

static void
ilk_system_clock_clock_init (IlkClockInterface *iface)
{
  iface->get_wall = ilk_system_clock_get_wall;
  iface->get_monotonic = ilk_system_clock_get_monotonic;
}

static void
ilk_system_clock_class_init (IlkSystemClockClass *klass)
{
}

static void
ilk_system_clock_init (IlkSystemClock *self)
{
}

/**
 * ilk_clock_get_system:
 *
 * Returns: (transfer full): the clock of the computer; there is one, and it stays
 */
IlkClock *
ilk_clock_get_system (void)
{
  static gsize initialized;
  static IlkClock *instance;

  if (g_once_init_enter (&initialized))
    {
      instance = g_object_new (ILK_TYPE_SYSTEM_CLOCK, NULL);
      g_once_init_leave (&initialized, 1);
    }
  return g_object_ref (instance);
}
