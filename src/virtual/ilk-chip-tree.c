/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "virtual/ilk-chip-tree.h"
#include "virtual/ilk-pkcs15.h"

struct _IlkChipTree
{
  GPtrArray *files;
};

/* Entries of the DIRECTORY command: a type byte, the file id, the rest not public
 * (OpenSC card-akis.c reads no more). */
#define ENTRY_LENGTH 20
#define ENTRY_FILE   0x2F
#define ENTRY_FOLDER 0x3D

static void
file_free (IlkChipFile *self)
{
  g_clear_pointer (&self->name, g_bytes_unref);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_free (self);
}

static IlkChipFile *
add (IlkChipTree *self,
     guint16      id,
     guint16      parent,
     GByteArray  *content)
{
  IlkChipFile *file = g_new0 (IlkChipFile, 1);

  file->id = id;
  file->parent = parent;
  file->folder = content == NULL;
  if (content != NULL)
    file->content = g_byte_array_free_to_bytes (content);
  g_ptr_array_add (self->files, file);
  return file;
}

/**
 * ilk_chip_tree_new:
 * @serial: the card's serial number
 * @serial_length: its length in bytes
 * @certificates: (element-type GBytes): the certificates in DER; the private key with the
 *   reference i + 1 belongs to the i-th
 *
 * Returns: (transfer full): the file system of a personalised card
 */
IlkChipTree *
ilk_chip_tree_new (const guint8 *serial,
                   gsize         serial_length,
                   GPtrArray    *certificates)
{
  IlkChipTree *self = g_new0 (IlkChipTree, 1);
  IlkChipFile *application;

  g_return_val_if_fail (certificates->len <= ILK_CHIP_MAX_KEYS, NULL);

  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
  add (self, ILK_CHIP_MF, 0, NULL);
  add (self, ILK_CHIP_EF_DIR, ILK_CHIP_MF, ilk_pkcs15_make_dir ());
  application = add (self, ILK_CHIP_APPLICATION, ILK_CHIP_MF, NULL);
  application->name = ilk_pkcs15_get_aid ();

  add (self, ILK_PKCS15_ODF, ILK_CHIP_APPLICATION, ilk_pkcs15_make_odf ());
  add (self, ILK_PKCS15_TOKEN_INFO, ILK_CHIP_APPLICATION,
       ilk_pkcs15_make_token_info (serial, serial_length));
  add (self, ILK_PKCS15_AODF, ILK_CHIP_APPLICATION, ilk_pkcs15_make_aodf ());
  add (self, ILK_PKCS15_PRKDF, ILK_CHIP_APPLICATION, ilk_pkcs15_make_prkdf (certificates->len));
  add (self, ILK_PKCS15_CDF, ILK_CHIP_APPLICATION, ilk_pkcs15_make_cdf (certificates));

  for (guint i = 0; i < certificates->len; i++)
    {
      GBytes *der = g_ptr_array_index (certificates, i);
      GByteArray *content = g_byte_array_new ();

      g_byte_array_append (content, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
      add (self, ILK_PKCS15_FIRST_CERTIFICATE + i, ILK_CHIP_APPLICATION, content);
    }
  return self;
}

void
ilk_chip_tree_free (IlkChipTree *self)
{
  g_ptr_array_unref (self->files);
  g_free (self);
}

const IlkChipFile *
ilk_chip_tree_get_root (IlkChipTree *self)
{
  return g_ptr_array_index (self->files, 0);
}

/* AKİS keeps EF and DF apart when it selects by file id, so the caller says which it wants. */
const IlkChipFile *
ilk_chip_tree_find_child (IlkChipTree       *self,
                          const IlkChipFile *folder,
                          guint16            id,
                          gboolean           wants_folder)
{
  for (guint i = 1; i < self->files->len; i++)
    {
      const IlkChipFile *file = g_ptr_array_index (self->files, i);

      if (file->id == id && file->parent == folder->id && file->folder == wants_folder)
        return file;
    }
  return NULL;
}

/* A path of two-byte ids from the MF; the MF's own id in front may be there or not. */
const IlkChipFile *
ilk_chip_tree_find_path (IlkChipTree  *self,
                         const guint8 *path,
                         gsize         length)
{
  const IlkChipFile *file = ilk_chip_tree_get_root (self);

  if (length == 0 || length % 2 != 0)
    return NULL;

  for (gsize i = 0; i < length; i += 2)
    {
      guint16 id = path[i] << 8 | path[i + 1];
      const IlkChipFile *folder = file;

      if (i == 0 && id == ILK_CHIP_MF)
        continue;
      if (!folder->folder)
        return NULL;
      file = ilk_chip_tree_find_child (self, folder, id, TRUE);
      if (file == NULL)
        file = ilk_chip_tree_find_child (self, folder, id, FALSE);
      if (file == NULL)
        return NULL;
    }
  return file;
}

const IlkChipFile *
ilk_chip_tree_find_name (IlkChipTree  *self,
                         const guint8 *name,
                         gsize         length)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const IlkChipFile *file = g_ptr_array_index (self->files, i);

      if (file->name != NULL && g_bytes_get_size (file->name) == length &&
          memcmp (g_bytes_get_data (file->name, NULL), name, length) == 0)
        return file;
    }
  return NULL;
}

/* The folder that a file is in; the MF is in itself. */
const IlkChipFile *
ilk_chip_tree_get_parent (IlkChipTree       *self,
                          const IlkChipFile *file)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const IlkChipFile *other = g_ptr_array_index (self->files, i);

      if (other->folder && other->id == file->parent)
        return other;
    }
  return ilk_chip_tree_get_root (self);
}

GByteArray *
ilk_chip_tree_list (IlkChipTree       *self,
                    const IlkChipFile *folder)
{
  GByteArray *list = g_byte_array_new ();

  for (guint i = 1; i < self->files->len; i++)
    {
      const IlkChipFile *file = g_ptr_array_index (self->files, i);
      guint8 entry[ENTRY_LENGTH] = { file->folder ? ENTRY_FOLDER : ENTRY_FILE,
                                     file->id >> 8, file->id & 0xFF };

      if (file->parent == folder->id)
        g_byte_array_append (list, entry, sizeof entry);
    }
  return list;
}
