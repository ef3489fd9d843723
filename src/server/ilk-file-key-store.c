/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-file-key-store.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "server/ilk-credential.h"
#include "server/ilk-server-error.h"

#define KEY_LENGTH 32

struct _IlkFileKeyStore
{
  GObject     parent_instance;

  char       *folder;
  GHashTable *keys;   /* file name -> IlkSecret */
  GMutex      lock;
};

static void ilk_file_key_store_iface_init (IlkKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkFileKeyStore, ilk_file_key_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_KEY_STORE,
                                                      ilk_file_key_store_iface_init))

static const char *const key_files[ILK_N_KEYS] = {
  [ILK_KEY_PEPPER] = "pepper",
  [ILK_KEY_INDEX] = "index-key",
  [ILK_KEY_DATA] = "data-key",
  [ILK_KEY_SEALING] = "sealing-key",
  [ILK_KEY_HANDOVER] = "handover-key",
  [ILK_KEY_AUDIT] = "audit-key",
};

static IlkSecret *
read_key (const char *path,
          GError    **error)
{
  g_autoptr (IlkSecret) key = ilk_credential_read (path, KEY_LENGTH, error);

  if (key == NULL || ilk_secret_get_length (key) == KEY_LENGTH)
    return g_steal_pointer (&key);

  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s has %d bytes instead of %d",
               path, (int) ilk_secret_get_length (key), KEY_LENGTH);
  return NULL;
}

/* Made under another name first: a half-written key must never be taken for one. */
static gboolean
make_key (const char *path)
{
  g_autoptr (IlkSecret) key = ilk_secret_new_random (KEY_LENGTH);
  g_autofree char *draft = g_strconcat (path, ".new", NULL);
  int fd = open (draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean made;

  if (fd < 0)
    return FALSE;

  made = write (fd, ilk_secret_peek (key), KEY_LENGTH) == KEY_LENGTH && fsync (fd) == 0;
  close (fd);
  made = made && link (draft, path) == 0;
  unlink (draft);
  return made;
}

static IlkSecret *
get_file (IlkFileKeyStore *self,
          const char      *name,
          gboolean         make,
          GError         **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *path = NULL;
  IlkSecret *key = g_hash_table_lookup (self->keys, name);

  if (key != NULL)
    return ilk_secret_ref (key);

  path = g_build_filename (self->folder, name, NULL);
  if (make && !g_file_test (path, G_FILE_TEST_EXISTS) && make_key (path))
    g_message ("Made the key-encryption key %s", name);
  key = read_key (path, error);
  if (key != NULL)
    g_hash_table_insert (self->keys, g_strdup (name), ilk_secret_ref (key));
  return key;
}

static char *
get_path (IlkFileKeyStore *self,
          const char      *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static gboolean
has_file (IlkFileKeyStore *self,
          const char      *name)
{
  g_autofree char *path = get_path (self, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* An operator may have destroyed it meanwhile: then it is not kept here either. */
static IlkSecret *
get_living_file (IlkFileKeyStore *self,
                 const char      *name,
                 GError         **error)
{
  if (!has_file (self, name))
    {
      g_mutex_lock (&self->lock);
      g_hash_table_remove (self->keys, name);
      g_mutex_unlock (&self->lock);
    }
  return get_file (self, name, FALSE, error);
}

/* "pepper", then "pepper-2", … */
static char *
get_version_name (IlkKeyName name,
                  int        version)
{
  return version == 1 ? g_strdup (key_files[name])
                      : g_strdup_printf ("%s-%d", key_files[name], version);
}

static IlkSecret *
ilk_file_key_store_get (IlkKeyStore *store,
                        IlkKeyName   name,
                        int          version,
                        GError     **error)
{
  g_autofree char *file = get_version_name (name, version);

  return get_living_file (ILK_FILE_KEY_STORE (store), file, error);
}

static gboolean
ilk_file_key_store_has (IlkKeyStore *store,
                        IlkKeyName   name,
                        int          version)
{
  g_autofree char *file = get_version_name (name, version);

  return has_file (ILK_FILE_KEY_STORE (store), file);
}

static gboolean
make_file (IlkFileKeyStore *self,
           const char      *name,
           GError         **error)
{
  g_autofree char *path = get_path (self, name);

  if (make_key (path))
    return TRUE;
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s can't be made: %s", path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
ilk_file_key_store_make (IlkKeyStore *store,
                         IlkKeyName   name,
                         int          version,
                         GError     **error)
{
  g_autofree char *file = get_version_name (name, version);

  return make_file (ILK_FILE_KEY_STORE (store), file, error);
}

static char *
get_card_key_name (int version)
{
  return g_strdup_printf ("card-master-key-%d", version);
}

static IlkSecret *
ilk_file_key_store_get_card_key (IlkKeyStore *store,
                                 int          version,
                                 GError     **error)
{
  g_autofree char *name = get_card_key_name (version);

  return get_file (ILK_FILE_KEY_STORE (store), name, FALSE, error);
}

static gboolean
ilk_file_key_store_has_card_key (IlkKeyStore *store,
                                 int          version)
{
  g_autofree char *name = get_card_key_name (version);

  return has_file (ILK_FILE_KEY_STORE (store), name);
}

static gboolean
ilk_file_key_store_make_card_key (IlkKeyStore *store,
                                  int          version,
                                  GError     **error)
{
  g_autofree char *name = get_card_key_name (version);

  return make_file (ILK_FILE_KEY_STORE (store), name, error);
}

static char *
get_kek_name (gint64 epoch)
{
  return g_strdup_printf ("kek-%" G_GINT64_FORMAT, epoch);
}

static IlkSecret *
ilk_file_key_store_get_kek (IlkKeyStore *store,
                            gint64       epoch,
                            GError     **error)
{
  g_autofree char *name = get_kek_name (epoch);

  return get_living_file (ILK_FILE_KEY_STORE (store), name, error);
}

static gboolean
ilk_file_key_store_has_kek (IlkKeyStore *store,
                            gint64       epoch)
{
  g_autofree char *name = get_kek_name (epoch);

  return has_file (ILK_FILE_KEY_STORE (store), name);
}

static gint64
find_newest_epoch (IlkFileKeyStore *self,
                   gint64           latest)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  gint64 newest = latest;
  gboolean found = FALSE;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      gint64 epoch;

      if (!g_str_has_prefix (name, "kek-") ||
          !g_ascii_string_to_signed (name + 4, 10, 0, latest, &epoch, NULL))
        continue;
      newest = found ? MAX (newest, epoch) : epoch;
      found = TRUE;
    }
  return newest;
}

static gboolean
ilk_file_key_store_find_kek (IlkKeyStore *store,
                             gint64       now,
                             gint64      *epoch,
                             GError     **error)
{
  IlkFileKeyStore *self = ILK_FILE_KEY_STORE (store);
  g_autofree char *name = NULL;
  g_autoptr (IlkSecret) key = NULL;

  *epoch = now / ILK_KEK_EPOCH_SECONDS;
  name = get_kek_name (*epoch);
  key = get_file (self, name, TRUE, NULL);
  if (key != NULL)
    return TRUE;

  *epoch = find_newest_epoch (self, *epoch);
  key = ilk_file_key_store_get_kek (store, *epoch, error);
  return key != NULL;
}

/* Written over first: what a file system does with the blocks of a removed file is its own
 * affair. */
static gboolean
destroy (IlkFileKeyStore  *self,
         const char       *name,
         GError          **error)
{
  static const guint8 zeros[KEY_LENGTH] = { 0 };
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean done = fd >= 0 && write (fd, zeros, KEY_LENGTH) == KEY_LENGTH && fsync (fd) == 0 &&
                  unlink (path) == 0;

  if (!done)
    g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s can't be destroyed: %s", path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->keys, name);
  g_mutex_unlock (&self->lock);
  return done;
}

/* The removal itself has to be on the disk. */
static void
sync_folder (IlkFileKeyStore *self)
{
  int fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static int
ilk_file_key_store_destroy_keks (IlkKeyStore *store,
                                 gint64       before,
                                 GError     **error)
{
  IlkFileKeyStore *self = ILK_FILE_KEY_STORE (store);
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, error);
  int destroyed = 0;
  const char *name;

  if (folder == NULL)
    return -1;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      gint64 epoch;

      if (!g_str_has_prefix (name, "kek-") ||
          !g_ascii_string_to_signed (name + 4, 10, 0, before - 1, &epoch, NULL))
        continue;
      if (!destroy (self, name, error))
        return -1;
      destroyed++;
    }
  sync_folder (self);
  return destroyed;
}

static gboolean
ilk_file_key_store_destroy (IlkKeyStore *store,
                            IlkKeyName   name,
                            int          version,
                            GError     **error)
{
  IlkFileKeyStore *self = ILK_FILE_KEY_STORE (store);
  g_autofree char *file = get_version_name (name, version);

  if (!destroy (self, file, error))
    return FALSE;
  sync_folder (self);
  return TRUE;
}

static void
ilk_file_key_store_finalize (GObject *object)
{
  IlkFileKeyStore *self = ILK_FILE_KEY_STORE (object);

  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_file_key_store_parent_class)->finalize (object);
}

static void
ilk_file_key_store_class_init (IlkFileKeyStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_file_key_store_finalize;
}

static void
ilk_file_key_store_iface_init (IlkKeyStoreInterface *iface)
{
  iface->get = ilk_file_key_store_get;
  iface->has = ilk_file_key_store_has;
  iface->make = ilk_file_key_store_make;
  iface->destroy = ilk_file_key_store_destroy;
  iface->get_card_key = ilk_file_key_store_get_card_key;
  iface->has_card_key = ilk_file_key_store_has_card_key;
  iface->make_card_key = ilk_file_key_store_make_card_key;
  iface->get_kek = ilk_file_key_store_get_kek;
  iface->has_kek = ilk_file_key_store_has_kek;
  iface->find_kek = ilk_file_key_store_find_kek;
  iface->destroy_keks = ilk_file_key_store_destroy_keks;
}

static void
ilk_file_key_store_init (IlkFileKeyStore *self)
{
  g_mutex_init (&self->lock);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) ilk_secret_unref);
}

/* The files of the keys are not looked at yet. */
IlkFileKeyStore *
ilk_file_key_store_open (const char *folder)
{
  IlkFileKeyStore *self = g_object_new (ILK_TYPE_FILE_KEY_STORE, NULL);

  self->folder = g_strdup (folder);
  return self;
}

/**
 * ilk_file_key_store_new:
 * @folder: the folder of the credential files
 *
 * Reads every named key at once, so that a faulty file stops the service at its start and not at
 * a holder's request.
 *
 * Returns: (transfer full): the store, or %NULL with %ILK_SERVER_ERROR_KEYS
 */
IlkFileKeyStore *
ilk_file_key_store_new (const char *folder,
                        GError    **error)
{
  g_autoptr (IlkFileKeyStore) self = ilk_file_key_store_open (folder);

  for (int i = 0; i < ILK_N_KEYS; i++)
    {
      g_autoptr (IlkSecret) key = ilk_key_store_get (ILK_KEY_STORE (self), i, error);

      if (key == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}
