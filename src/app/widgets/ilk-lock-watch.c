/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/widgets/ilk-lock-watch.h"

struct _IlkLockWatch
{
  GObject          parent_instance;

  GCancellable    *cancellable;
  GDBusConnection *connections[2];
  guint            subscriptions[2][2];
};

G_DEFINE_FINAL_TYPE (IlkLockWatch, ilk_lock_watch, G_TYPE_OBJECT)

enum {
  SESSION,
  SYSTEM
};

enum {
  LOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Sent by the screen savers and by logind before sleep, each with one boolean: it begins. */
static void
on_boolean_signal (GDBusConnection *connection,
                   const char      *sender,
                   const char      *path,
                   const char      *interface,
                   const char      *name,
                   GVariant        *parameters,
                   gpointer         data)
{
  gboolean begins = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &begins);
  if (begins)
    g_signal_emit (data, signals[LOCKED], 0);
}

static void
on_lock (GDBusConnection *connection,
         const char      *sender,
         const char      *path,
         const char      *interface,
         const char      *name,
         GVariant        *parameters,
         gpointer         data)
{
  g_signal_emit (data, signals[LOCKED], 0);
}

static guint
subscribe (IlkLockWatch        *self,
           GDBusConnection     *connection,
           const char          *sender,
           const char          *interface,
           const char          *name,
           GDBusSignalCallback  callback)
{
  return g_dbus_connection_signal_subscribe (connection, sender, interface, name, NULL, NULL,
                                             G_DBUS_SIGNAL_FLAGS_NONE, callback, self, NULL);
}

static void
on_session_bus (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(GDBusConnection) connection = g_bus_get_finish (result, NULL);
  IlkLockWatch *self = data;

  /* Without a bus nobody tells us, and after a cancellation the watch is gone. */
  if (connection == NULL)
    return;
  self->subscriptions[SESSION][0] = subscribe (self, connection, "org.freedesktop.ScreenSaver",
                                               "org.freedesktop.ScreenSaver", "ActiveChanged",
                                               on_boolean_signal);
  self->subscriptions[SESSION][1] = subscribe (self, connection, "org.gnome.ScreenSaver",
                                               "org.gnome.ScreenSaver", "ActiveChanged",
                                               on_boolean_signal);
  self->connections[SESSION] = g_steal_pointer (&connection);
}

static void
on_system_bus (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(GDBusConnection) connection = g_bus_get_finish (result, NULL);
  IlkLockWatch *self = data;

  if (connection == NULL)
    return;
  self->subscriptions[SYSTEM][0] = subscribe (self, connection, "org.freedesktop.login1",
                                              "org.freedesktop.login1.Session", "Lock", on_lock);
  self->subscriptions[SYSTEM][1] = subscribe (self, connection, "org.freedesktop.login1",
                                              "org.freedesktop.login1.Manager",
                                              "PrepareForSleep", on_boolean_signal);
  self->connections[SYSTEM] = g_steal_pointer (&connection);
}

static void
ilk_lock_watch_dispose (GObject *object)
{
  IlkLockWatch *self = ILK_LOCK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  for (int bus = SESSION; bus <= SYSTEM; bus++)
    {
      for (int i = 0; i < 2 && self->connections[bus] != NULL; i++)
        g_dbus_connection_signal_unsubscribe (self->connections[bus],
                                              self->subscriptions[bus][i]);
      g_clear_object (&self->connections[bus]);
    }

  G_OBJECT_CLASS (ilk_lock_watch_parent_class)->dispose (object);
}

static void
ilk_lock_watch_finalize (GObject *object)
{
  g_clear_object (&ILK_LOCK_WATCH (object)->cancellable);

  G_OBJECT_CLASS (ilk_lock_watch_parent_class)->finalize (object);
}

static void
ilk_lock_watch_class_init (IlkLockWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ilk_lock_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = ilk_lock_watch_finalize;

  signals[LOCKED] = g_signal_new ("locked", ILK_TYPE_LOCK_WATCH, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_lock_watch_init (IlkLockWatch *self)
{
  self->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_session_bus, self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, self);
}

IlkLockWatch *
ilk_lock_watch_new (void)
{
  return g_object_new (ILK_TYPE_LOCK_WATCH, NULL);
}
