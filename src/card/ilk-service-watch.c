/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-service-watch.h"

/* A socket file is there a moment before its server listens on it; one more look after this. */
#define AFTERMATH_MS 500

struct _IlkServiceWatch
{
  GObject       parent_instance;

  GFile        *socket;
  GFile        *folder;    /* the nearest one that exists */
  GFileMonitor *monitor;
  GSource      *aftermath;
};

enum { APPEARED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IlkServiceWatch, ilk_service_watch, G_TYPE_OBJECT)

static void watch_nearest (IlkServiceWatch *self);

static void
drop_aftermath (IlkServiceWatch *self)
{
  if (self->aftermath == NULL)
    return;

  g_source_destroy (self->aftermath);
  g_clear_pointer (&self->aftermath, g_source_unref);
}

static gboolean
on_aftermath (gpointer user_data)
{
  IlkServiceWatch *self = user_data;

  drop_aftermath (self);
  g_signal_emit (self, signals[APPEARED], 0);
  return G_SOURCE_REMOVE;
}

static void
tell (IlkServiceWatch *self)
{
  if (!g_file_query_exists (self->socket, NULL))
    return;

  drop_aftermath (self);
  self->aftermath = g_timeout_source_new (AFTERMATH_MS);
  g_source_set_callback (self->aftermath, on_aftermath, self, NULL);
  g_source_attach (self->aftermath, g_main_context_get_thread_default ());
  g_signal_emit (self, signals[APPEARED], 0);
}

static void
on_changed (IlkServiceWatch   *self,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event)
{
  if (g_file_equal (file, self->socket))
    {
      if (event != G_FILE_MONITOR_EVENT_DELETED)
        tell (self);
    }
  else if (g_file_has_prefix (self->socket, file) || g_file_equal (file, self->folder))
    {
      watch_nearest (self);
      tell (self);
    }
}

/* GIO looks for a folder that does not exist again and again, so the nearest one that does is
 * watched until a nearer one comes. */
static void
watch_nearest (IlkServiceWatch *self)
{
  g_autoptr (GFile) folder = g_file_get_parent (self->socket);

  while (folder != NULL && !g_file_query_exists (folder, NULL))
    {
      GFile *parent = g_file_get_parent (folder);

      g_object_unref (folder);
      folder = parent;
    }

  if (folder == NULL || (self->folder != NULL && g_file_equal (folder, self->folder)))
    return;

  g_set_object (&self->folder, folder);
  g_clear_object (&self->monitor);
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_changed), self,
                             G_CONNECT_SWAPPED);
}

static void
ilk_service_watch_dispose (GObject *object)
{
  IlkServiceWatch *self = ILK_SERVICE_WATCH (object);

  drop_aftermath (self);
  g_clear_object (&self->monitor);
  g_clear_object (&self->folder);
  g_clear_object (&self->socket);

  G_OBJECT_CLASS (ilk_service_watch_parent_class)->dispose (object);
}

static void
ilk_service_watch_class_init (IlkServiceWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ilk_service_watch_dispose;

  signals[APPEARED] = g_signal_new ("appeared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_service_watch_init (IlkServiceWatch *self)
{
}

/**
 * ilk_service_watch_new:
 * @socket_path: absolute path of a socket
 *
 * Returns: (transfer full): a watch over the socket, or over the nearest folder there is
 */
IlkServiceWatch *
ilk_service_watch_new (const char *socket_path)
{
  IlkServiceWatch *self;

  g_return_val_if_fail (socket_path != NULL, NULL);

  self = g_object_new (ILK_TYPE_SERVICE_WATCH, NULL);
  self->socket = g_file_new_for_path (socket_path);
  watch_nearest (self);
  return self;
}

/**
 * ilk_service_watch_get_default_path:
 *
 * Returns: (transfer none): where pcscd listens. PCSCLITE_CSOCK_NAME is pcsc-lite's own variable.
 */
const char *
ilk_service_watch_get_default_path (void)
{
  const char *path = g_getenv ("PCSCLITE_CSOCK_NAME");

  return path != NULL ? path : "/run/pcscd/pcscd.comm";
}
