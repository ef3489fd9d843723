/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include <gudev/gudev.h>

#include "host/ilk-host-look.h"
#include "host/ilk-session-kind.h"

#define DEFAULT_SYSFS "/sys"
#define DEFAULT_PROC "/proc"
#define DEFAULT_SERVICE "/usr/sbin/pcscd"
#define DEFAULT_SOCKET "/run/pcscd/pcscd.comm"
#define DEFAULT_BUNDLES "/usr/lib/pcsc/drivers"
#define ADMIN_READERS "/etc/ilkimza/readers.d"

/* The strings of IlkHostPlaces, kept. */
typedef struct
{
  gatomicrefcount ref_count;
  char           *sysfs;
  char           *proc;
  char           *service;
  char           *socket;
  char           *bundles;
  char          **reader_folders;
} Places;

struct _IlkHost
{
  GObject       parent_instance;

  Places       *places;
  GUdevClient  *udev;
  GCancellable *cancellable;
  IlkHostLook  *look;      /* NULL: not looked yet */
  GPtrArray    *none;      /* in place of lists before the first look */
  gboolean      looking;
  gboolean      again;     /* something happened while we were looking */
  gboolean      asked;     /* whether this session is remote */
  gboolean      remote;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IlkHost, ilk_host, G_TYPE_OBJECT)

static char *
or_default (const char *given,
            const char *usual)
{
  return g_strdup (given != NULL ? given : usual);
}

static Places *
places_new (const IlkHostPlaces *given)
{
  static const IlkHostPlaces usual = { NULL };
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "ilkimza", "readers.d", NULL);
  const char *const folders[] = { ADMIN_READERS, own, NULL };
  const char *socket = g_getenv ("PCSCLITE_CSOCK_NAME");
  Places *places = g_new0 (Places, 1);

  if (given == NULL)
    given = &usual;
  g_atomic_ref_count_init (&places->ref_count);
  places->sysfs = or_default (given->sysfs, DEFAULT_SYSFS);
  places->proc = or_default (given->proc, DEFAULT_PROC);
  places->service = or_default (given->service, DEFAULT_SERVICE);
  places->socket = or_default (given->socket, socket != NULL ? socket : DEFAULT_SOCKET);
  places->bundles = or_default (given->bundles, DEFAULT_BUNDLES);
  places->reader_folders = g_strdupv ((char **) (given->reader_folders != NULL
                                                 ? given->reader_folders : folders));
  return places;
}

static void
places_unref (Places *places)
{
  if (!g_atomic_ref_count_dec (&places->ref_count))
    return;
  g_free (places->sysfs);
  g_free (places->proc);
  g_free (places->service);
  g_free (places->socket);
  g_free (places->bundles);
  g_strfreev (places->reader_folders);
  g_free (places);
}

/* What a task carries. It must not own the host: its last reference may be dropped on the worker
 * thread, and the udev client belongs to the main one. */
typedef struct
{
  GWeakRef     host;
  Places      *places;
  IlkHostLook *look;
} Job;

static Job *
job_new (IlkHost *self)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->host, self);
  job->places = self->places;
  g_atomic_ref_count_inc (&job->places->ref_count);
  return job;
}

static void
job_free (Job *job)
{
  g_weak_ref_clear (&job->host);
  places_unref (job->places);
  ilk_host_look_free (job->look);
  g_free (job);
}

static void
look_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Job *job = data;
  const IlkHostPlaces places = {
    job->places->sysfs, job->places->proc, job->places->service, job->places->socket,
    job->places->bundles, (const char *const *) job->places->reader_folders,
  };

  job->look = ilk_host_look (&places);
  g_task_return_boolean (task, TRUE);
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (IlkHost) self = g_weak_ref_get (&job->host);

  if (self == NULL || !g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  self->looking = FALSE;
  ilk_host_look_free (self->look);
  self->look = g_steal_pointer (&job->look);
  if (self->again)
    ilk_host_look_again (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * ilk_host_look_again:
 *
 * Looks for readers, drivers and programs that use them on a worker thread; "changed" follows. For
 * the moment after a repair: USB events lead to it by themselves.
 */
void
ilk_host_look_again (IlkHost *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ILK_IS_HOST (self));

  self->again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;

  task = g_task_new (NULL, self->cancellable, looked, NULL);
  g_task_set_source_tag (task, ilk_host_look_again);
  g_task_set_task_data (task, job_new (self), (GDestroyNotify) job_free);
  g_task_run_in_thread (task, look_in_thread);
}

static void
session_told (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autofree GWeakRef *weak = data;
  g_autoptr (IlkHost) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  gboolean remote = FALSE;

  g_weak_ref_clear (weak);
  if (self == NULL)
    return;
  if (!ilk_session_kind_ask_finish (result, &remote, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_debug ("Nobody tells what kind of session this is: %s", error->message);
      remote = g_getenv ("SSH_CONNECTION") != NULL;
    }
  if (remote == self->remote)
    return;
  self->remote = remote;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Only a refusal makes it matter, and it does not change while we run. */
static void
ask_session_once (IlkHost *self)
{
  GWeakRef *weak;

  if (self->asked)
    return;
  self->asked = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  ilk_session_kind_ask_async (self->cancellable, session_told, weak);
}

/* A device comes as "add" and "bind" for it and each interface; one look serves them all. */
static void
usb_event (GUdevClient *udev,
           const char  *action,
           GUdevDevice *device,
           gpointer     data)
{
  ilk_host_look_again (ILK_HOST (data));
}

static void
ilk_host_dispose (GObject *object)
{
  IlkHost *self = ILK_HOST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->udev);
  G_OBJECT_CLASS (ilk_host_parent_class)->dispose (object);
}

static void
ilk_host_finalize (GObject *object)
{
  IlkHost *self = ILK_HOST (object);

  places_unref (self->places);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->none);
  ilk_host_look_free (self->look);
  G_OBJECT_CLASS (ilk_host_parent_class)->finalize (object);
}

static void
ilk_host_class_init (IlkHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_host_dispose;
  object_class->finalize = ilk_host_finalize;

  /**
   * IlkHost::changed:
   *
   * This computer was looked at anew, or more is known about it.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_host_init (IlkHost *self)
{
  self->cancellable = g_cancellable_new ();
  self->none = g_ptr_array_new ();
}

/**
 * ilk_host_new:
 * @places: (nullable): where to look; %NULL, and its %NULL members: where it is on Debian
 *
 * Returns: (transfer full): this computer, not looked at yet
 */
IlkHost *
ilk_host_new (const IlkHostPlaces *places)
{
  IlkHost *self = g_object_new (ILK_TYPE_HOST, NULL);

  self->places = places_new (places);
  return self;
}

/**
 * ilk_host_new_nowhere:
 *
 * Returns: (transfer full): a computer with nothing to look at, for practice
 */
IlkHost *
ilk_host_new_nowhere (void)
{
  const char *const no_folders[] = { NULL };
  const IlkHostPlaces nowhere = {
    "/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent", no_folders,
  };

  return ilk_host_new (&nowhere);
}

/**
 * ilk_host_start:
 *
 * Looks once and goes on with each USB event. A made-up tree has no events: there
 * ilk_host_look_again () is the event.
 */
void
ilk_host_start (IlkHost *self)
{
  const char *const subsystems[] = { "usb", NULL };

  g_return_if_fail (ILK_IS_HOST (self));

  if (self->udev == NULL && g_str_equal (self->places->sysfs, DEFAULT_SYSFS))
    {
      self->udev = g_udev_client_new (subsystems);
      g_signal_connect_object (self->udev, "uevent", G_CALLBACK (usb_event), self, 0);
    }
  ilk_host_look_again (self);
}

/**
 * ilk_host_get_usb_readers:
 *
 * Returns: (transfer none) (element-type IlkUsbReader): plugged in at the last look; good until
 *   the next "changed"
 */
GPtrArray *
ilk_host_get_usb_readers (IlkHost *self)
{
  g_return_val_if_fail (ILK_IS_HOST (self), NULL);

  return self->look != NULL ? self->look->readers : self->none;
}

/**
 * ilk_host_get_drivers:
 *
 * Returns: (transfer none) (element-type IlkDriverBundle): installed at the last look; good until
 *   the next "changed"
 */
GPtrArray *
ilk_host_get_drivers (IlkHost *self)
{
  g_return_val_if_fail (ILK_IS_HOST (self), NULL);

  return self->look != NULL ? self->look->bundles : self->none;
}

/**
 * ilk_host_get_reader_list:
 *
 * Returns: (transfer none) (nullable): the readers that are known by name; %NULL before the first
 *   look, good until the next "changed"
 */
IlkReaderList *
ilk_host_get_reader_list (IlkHost *self)
{
  g_return_val_if_fail (ILK_IS_HOST (self), NULL);

  return self->look != NULL ? self->look->list : NULL;
}

/* Whether pcscd's socket was there at the last look. It says nothing of whether anyone listens. */
gboolean
ilk_host_has_socket (IlkHost *self)
{
  g_return_val_if_fail (ILK_IS_HOST (self), FALSE);

  return self->look != NULL && self->look->has_socket;
}

/* Whether pcscd was installed at the last look. */
gboolean
ilk_host_has_service (IlkHost *self)
{
  g_return_val_if_fail (ILK_IS_HOST (self), FALSE);

  return self->look != NULL && self->look->has_service;
}

/**
 * ilk_host_judge:
 * @answer: what the card room found when it asked pcscd
 * @listed: (array length=n_listed): the readers that pcscd lists
 *
 * Returns: (transfer full) (element-type IlkReaderVerdict): at least one; what is to be mended
 *   first comes first
 */
GPtrArray *
ilk_host_judge (IlkHost               *self,
                IlkServiceAnswer       answer,
                const IlkListedReader *listed,
                guint                  n_listed)
{
  g_return_val_if_fail (ILK_IS_HOST (self), NULL);

  if (answer == ILK_SERVICE_ANSWER_REFUSED)
    ask_session_once (self);
  if (self->look == NULL)
    {
      GPtrArray *unknown =
        g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_verdict_unref);

      g_ptr_array_add (unknown, ilk_reader_verdict_new (ILK_HOST_VERDICT_UNKNOWN));
      return unknown;
    }
  return ilk_host_look_judge (self->look, answer, self->remote, listed, n_listed);
}
