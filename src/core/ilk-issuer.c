/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-issuer-private.h"

#define SYSTEM_FOLDER "/etc/ilkimza/issuers.d"

G_DEFINE_FINAL_TYPE (IlkIssuer, ilk_issuer, G_TYPE_OBJECT)

static void
ilk_issuer_finalize (GObject *object)
{
  IlkIssuer *self = ILK_ISSUER (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->phone);
  g_free (self->email);
  g_free (self->website);
  g_free (self->service_address);
  g_free (self->ca_file);
  g_clear_pointer (&self->sealing_key, g_bytes_unref);
  g_strfreev (self->modules);
  g_clear_pointer (&self->authorities, g_bytes_unref);
  g_free (self->delete_meaning);
  g_free (self->parcel_advice);
  g_free (self->puk_warning);
  g_hash_table_unref (self->guide);
  G_OBJECT_CLASS (ilk_issuer_parent_class)->finalize (object);
}

static void
ilk_issuer_class_init (IlkIssuerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_issuer_finalize;
}

static void
ilk_issuer_init (IlkIssuer *self)
{
  self->guide = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * ilk_issuer_new_from_file:
 * @path: of the profile; a relative CaFile is beside it
 *
 * Texts are read once, in the language that the program runs in.
 *
 * Returns: (transfer full): the profile, or %NULL with ILK_ERROR_FILE or ILK_ERROR_PROFILE,
 *   whose message names file, group and key
 */
IlkIssuer *
ilk_issuer_new_from_file (const char *path,
                          GError    **error)
{
  g_autofree char *data = NULL;
  g_autofree char *absolute = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) file_error = NULL;
  g_autoptr (IlkIssuer) self = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &data, &length, &file_error))
    {
      /* GLib's message names the file. */
      g_set_error (error, ILK_ERROR, ILK_ERROR_FILE, "%s", file_error->message);
      return NULL;
    }
  absolute = g_canonicalize_filename (path, NULL);
  folder = g_path_get_dirname (absolute);
  self = g_object_new (ILK_TYPE_ISSUER, NULL);
  return ilk_issuer_parse (self, data, length, path, folder, error)
         ? g_steal_pointer (&self) : NULL;
}

/**
 * ilk_issuer_new_from_data:
 * @data: the text of a profile
 * @base_folder: (nullable): where a relative CaFile is
 *
 * Returns: (transfer full): the profile, or %NULL with ILK_ERROR_PROFILE
 */
IlkIssuer *
ilk_issuer_new_from_data (const char *data,
                          const char *base_folder,
                          GError    **error)
{
  g_autoptr (IlkIssuer) self = NULL;

  g_return_val_if_fail (data != NULL, NULL);

  self = g_object_new (ILK_TYPE_ISSUER, NULL);
  return ilk_issuer_parse (self, data, strlen (data), "issuer profile", base_folder, error)
         ? g_steal_pointer (&self) : NULL;
}

/* The first profile of a folder by name, or NULL: the operator's order is the alphabet's. */
static char *
first_profile (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, ".ini") || (best != NULL && strcmp (name, best) >= 0))
        continue;
      g_free (best);
      best = g_strdup (name);
    }
  return best != NULL ? g_build_filename (folder, best, NULL) : NULL;
}

/**
 * ilk_issuer_load_default:
 * @pkgdatadir: where the program's data is installed
 *
 * The file that ILKIMZA_ISSUER names, else the first of /etc/ilkimza/issuers.d, else what
 * issuers/default.ini in @pkgdatadir points to. A faulty one is an error, not a reason to take
 * the next: the holder would be led to another issuer.
 *
 * Returns: (transfer full): the profile of this installation, or %NULL with an error
 */
IlkIssuer *
ilk_issuer_load_default (const char *pkgdatadir,
                         GError    **error)
{
  const char *chosen = g_getenv ("ILKIMZA_ISSUER");
  g_autofree char *path = NULL;

  g_return_val_if_fail (pkgdatadir != NULL, NULL);

  if (chosen != NULL && *chosen != '\0')
    return ilk_issuer_new_from_file (chosen, error);
  path = first_profile (SYSTEM_FOLDER);
  if (path == NULL)
    path = g_build_filename (pkgdatadir, "issuers", "default.ini", NULL);
  return ilk_issuer_new_from_file (path, error);
}

const char *
ilk_issuer_get_id (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->id;
}

const char *
ilk_issuer_get_name (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->name;
}

const char *
ilk_issuer_get_phone (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->phone;
}

const char *
ilk_issuer_get_email (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->email;
}

const char *
ilk_issuer_get_website (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->website;
}

const char *
ilk_issuer_get_service_address (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->service_address;
}

const char *
ilk_issuer_get_ca_file (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->ca_file;
}

GBytes *
ilk_issuer_get_sealing_key (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->sealing_key;
}

gboolean
ilk_issuer_get_has_unlock (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), FALSE);

  return self->has_unlock;
}

/**
 * ilk_issuer_get_modules:
 *
 * Returns: (transfer none) (array zero-terminated=1): paths of the PKCS#11 modules for the
 *   issuer's cards, to be asked before all others
 */
const char *const *
ilk_issuer_get_modules (IlkIssuer *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (ILK_IS_ISSUER (self), none);

  return self->modules != NULL ? (const char *const *) self->modules : none;
}

/**
 * ilk_issuer_get_authorities:
 *
 * Returns: (transfer none) (nullable): the certificates that signed those on the issuer's cards,
 *   one PEM after the other; %NULL when the profile names none
 */
GBytes *
ilk_issuer_get_authorities (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->authorities;
}

const char *
ilk_issuer_get_delete_meaning (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->delete_meaning;
}

const char *
ilk_issuer_get_parcel_advice (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->parcel_advice;
}

const char *
ilk_issuer_get_puk_warning (IlkIssuer *self)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self), NULL);

  return self->puk_warning;
}

/**
 * ilk_issuer_get_guide:
 * @key: of the group [Guide], which says how things are done at this issuer
 *
 * Returns: (transfer none) (nullable): the localized text
 */
const char *
ilk_issuer_get_guide (IlkIssuer  *self,
                      const char *key)
{
  g_return_val_if_fail (ILK_IS_ISSUER (self) && key != NULL, NULL);

  return g_hash_table_lookup (self->guide, key);
}
