/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include <sys/stat.h>

#include <gudev/gudev.h>

#include "host/ilk-host.h"
#include "host/ilk-usb-scan.h"

#define DEFAULT_SYSFS "/sys"
#define DEFAULT_SOCKET "/run/pcscd/pcscd.comm"
#define DEFAULT_BUNDLES "/usr/lib/pcsc/drivers"

struct _IlkHost
{
  GObject       parent_instance;

  char         *sysfs_root;
  char         *socket_path;
  char         *bundle_folder;
  GUdevClient  *udev;
  GCancellable *cancellable;
  GPtrArray    *readers;   /* IlkUsbReader */
  GHashTable   *drivers;   /* NULL: not looked yet */
  gboolean      looking;
  gboolean      again;     /* something happened while we were looking */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IlkHost, ilk_host, G_TYPE_OBJECT)

/* What one look found, and where it was told to look. The task must not own the host: its last
 * reference may be dropped on the worker thread, and the udev client belongs to the main one. */
typedef struct
{
  GWeakRef    host;
  char       *sysfs_root;
  char       *bundle_folder;
  GPtrArray  *readers;
  GHashTable *drivers;
} Look;

static void
look_free (Look *look)
{
  g_weak_ref_clear (&look->host);
  g_free (look->sysfs_root);
  g_free (look->bundle_folder);
  g_clear_pointer (&look->readers, g_ptr_array_unref);
  g_clear_pointer (&look->drivers, g_hash_table_unref);
  g_free (look);
}

static void
look_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Look *look = data;

  look->readers = ilk_usb_scan (look->sysfs_root);
  look->drivers = ilk_driver_scan (look->bundle_folder);
  g_task_return_boolean (task, TRUE);
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Look *look = g_task_get_task_data (G_TASK (result));
  g_autoptr (IlkHost) self = g_weak_ref_get (&look->host);

  if (self == NULL || !g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  self->looking = FALSE;
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->drivers, g_hash_table_unref);
  self->readers = g_steal_pointer (&look->readers);
  self->drivers = g_steal_pointer (&look->drivers);
  if (self->again)
    ilk_host_look_again (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * ilk_host_look_again:
 *
 * Looks for readers and drivers on a worker thread; "changed" follows. For the moment after a
 * driver was installed: USB events lead to it by themselves.
 */
void
ilk_host_look_again (IlkHost *self)
{
  g_autoptr (GTask) task = NULL;
  Look *look;

  g_return_if_fail (ILK_IS_HOST (self));

  self->again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;

  look = g_new0 (Look, 1);
  g_weak_ref_init (&look->host, self);
  look->sysfs_root = g_strdup (self->sysfs_root);
  look->bundle_folder = g_strdup (self->bundle_folder);
  task = g_task_new (NULL, self->cancellable, looked, NULL);
  g_task_set_source_tag (task, ilk_host_look_again);
  g_task_set_task_data (task, look, (GDestroyNotify) look_free);
  g_task_run_in_thread (task, look_in_thread);
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

  g_free (self->sysfs_root);
  g_free (self->socket_path);
  g_free (self->bundle_folder);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->readers);
  g_clear_pointer (&self->drivers, g_hash_table_unref);
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
   * The first look is done, or a USB device came or went and the readers were looked at anew.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_host_init (IlkHost *self)
{
  self->cancellable = g_cancellable_new ();
  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_usb_reader_free);
}

/**
 * ilk_host_new:
 * @sysfs_root: (nullable): %NULL: /sys
 * @socket_path: (nullable): of pcscd; %NULL: where libpcsclite looks for it
 * @bundle_folder: (nullable): of the drivers; %NULL: /usr/lib/pcsc/drivers
 *
 * Returns: (transfer full): this computer, not looked at yet
 */
IlkHost *
ilk_host_new (const char *sysfs_root,
              const char *socket_path,
              const char *bundle_folder)
{
  IlkHost *self = g_object_new (ILK_TYPE_HOST, NULL);

  if (socket_path == NULL)
    socket_path = g_getenv ("PCSCLITE_CSOCK_NAME");
  self->sysfs_root = g_strdup (sysfs_root != NULL ? sysfs_root : DEFAULT_SYSFS);
  self->socket_path = g_strdup (socket_path != NULL ? socket_path : DEFAULT_SOCKET);
  self->bundle_folder = g_strdup (bundle_folder != NULL ? bundle_folder : DEFAULT_BUNDLES);
  return self;
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

  if (self->udev == NULL && g_str_equal (self->sysfs_root, DEFAULT_SYSFS))
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

  return self->readers;
}

/* Whether pcscd's socket is there now. It says nothing of whether anyone listens. */
gboolean
ilk_host_has_socket (IlkHost *self)
{
  struct stat status;

  g_return_val_if_fail (ILK_IS_HOST (self), FALSE);

  return stat (self->socket_path, &status) == 0 && S_ISSOCK (status.st_mode);
}

/* The reader that pcscd can't list. The drivers' own lists say it for certain; only where none of
 * them names a reader is it told by counting. */
static const IlkUsbReader *
find_unseen (IlkHost *self,
             guint    listed_readers)
{
  for (guint i = 0; i < self->readers->len; i++)
    {
      const IlkUsbReader *reader = g_ptr_array_index (self->readers, i);

      if (g_hash_table_size (self->drivers) > 0 && !ilk_driver_scan_has (self->drivers, reader))
        return reader;
    }
  /* A driver is there and pcscd lists less all the same: it could not open the reader. */
  if (self->readers->len > 0 &&
      (listed_readers == 0 ||
       (g_hash_table_size (self->drivers) == 0 && listed_readers < self->readers->len)))
    return g_ptr_array_index (self->readers, 0);
  return NULL;
}

/**
 * ilk_host_judge:
 * @service_answers: what the card room found when it asked pcscd
 * @service_refuses: pcscd is there and does not let us in
 * @listed_readers: how many readers pcscd lists
 * @unseen: (out) (optional) (transfer none) (nullable): with READER_UNSEEN the reader in
 *   question; good until the next "changed"
 *
 * Returns: one verdict, the first thing to be mended
 */
IlkHostVerdict
ilk_host_judge (IlkHost             *self,
                gboolean             service_answers,
                gboolean             service_refuses,
                guint                listed_readers,
                const IlkUsbReader **unseen)
{
  const IlkUsbReader *reader;

  g_return_val_if_fail (ILK_IS_HOST (self), ILK_HOST_VERDICT_UNKNOWN);

  if (unseen != NULL)
    *unseen = NULL;
  if (self->drivers == NULL)
    return ILK_HOST_VERDICT_UNKNOWN;
  if (!service_answers)
    return service_refuses || ilk_host_has_socket (self) ? ILK_HOST_VERDICT_REFUSED
                                                         : ILK_HOST_VERDICT_NO_SOCKET;
  reader = find_unseen (self, listed_readers);
  if (reader != NULL)
    {
      if (unseen != NULL)
        *unseen = reader;
      return ILK_HOST_VERDICT_READER_UNSEEN;
    }
  return listed_readers > 0 ? ILK_HOST_VERDICT_OK : ILK_HOST_VERDICT_NO_READER;
}

static void
add_verdict (GPtrArray          *verdicts,
             IlkHostVerdict      verdict,
             const char         *listed_name,
             const IlkUsbReader *usb)
{
  IlkReaderVerdict *added = ilk_reader_verdict_new (verdict);

  added->listed_name = g_strdup (listed_name);
  added->reader_name = g_strdup (usb != NULL ? usb->name : listed_name);
  if (usb != NULL)
    {
      added->vendor_id = g_strdup (usb->vendor_id);
      added->product_id = g_strdup (usb->product_id);
    }
  g_ptr_array_add (verdicts, added);
}

static IlkHostVerdict
judge_listed (const IlkListedReader *reader)
{
  if (reader->exclusive)
    return ILK_HOST_VERDICT_IN_USE;
  return reader->present && reader->mute ? ILK_HOST_VERDICT_CARD_SILENT : ILK_HOST_VERDICT_WORKS;
}

/**
 * ilk_host_judge_readers:
 * @answer: what the card room found when it asked pcscd
 * @listed: (array length=n_listed): the readers that pcscd lists
 *
 * Returns: (transfer full) (element-type IlkReaderVerdict): one for each reader, never empty, the
 *   one to show first is first
 */
GPtrArray *
ilk_host_judge_readers (IlkHost               *self,
                        IlkServiceAnswer       answer,
                        const IlkListedReader *listed,
                        guint                  n_listed)
{
  GPtrArray *verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_verdict_unref);
  const IlkUsbReader *unseen;
  IlkHostVerdict verdict;

  g_return_val_if_fail (ILK_IS_HOST (self), verdicts);

  verdict = ilk_host_judge (self, answer == ILK_SERVICE_ANSWER_YES,
                            answer != ILK_SERVICE_ANSWER_ABSENT, n_listed, &unseen);
  if (answer == ILK_SERVICE_ANSWER_VERSION)
    verdict = ILK_HOST_VERDICT_SERVICE_VERSION;
  if (verdict != ILK_HOST_VERDICT_WORKS)
    add_verdict (verdicts, verdict, NULL, unseen);
  for (guint i = 0; i < n_listed; i++)
    add_verdict (verdicts, judge_listed (&listed[i]), listed[i].name, NULL);
  return verdicts;
}
