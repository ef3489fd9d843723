/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "config.h"

#include "card/ilk-pkcs11-registry.h"

#include <stdlib.h>

#include "card/ilk-pkcs11-config.h"

struct _IlkPkcs11Registry
{
  GObject     parent_instance;

  GMutex      lock;
  GPtrArray  *named;  /* char *, by the issuer's profile */
  GHashTable *known;  /* "reader\nserial" -> path */
};

G_DEFINE_FINAL_TYPE (IlkPkcs11Registry, ilk_pkcs11_registry, G_TYPE_OBJECT)

/* Where packages of the maker and of others put libakisp11.so; the first one that fits is asked
 * first. None of them is known to tell p11-kit of it. */
static const char *const akis_folders[] = {
  "/usr/lib",
  "/usr/lib64",
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/local/lib",
  "/opt/Akia",
  "/opt/akis",
  "/usr/lib/akia",
  "/usr/bin/arksigner/drivers/akis/x64",
};

static void
module_free (gpointer user_data)
{
  IlkPkcs11Module *module = user_data;

  g_free (module->path);
  g_free (module);
}

static gboolean
is_listed (GPtrArray  *modules,
           const char *path)
{
  for (guint i = 0; i < modules->len; i++)
    {
      const IlkPkcs11Module *module = g_ptr_array_index (modules, i);

      if (g_str_equal (module->path, path))
        return TRUE;
    }

  return FALSE;
}

/* The same library is often named twice, by links between folders. */
static void
add_module (GPtrArray  *modules,
            const char *said)
{
  char *path = realpath (said, NULL);
  IlkPkcs11File file = path != NULL ? ilk_pkcs11_file_look (path) : ILK_PKCS11_FILE_ABSENT;
  IlkPkcs11Module *module;

  if (file != ILK_PKCS11_FILE_ABSENT && !is_listed (modules, path))
    {
      module = g_new0 (IlkPkcs11Module, 1);
      module->path = g_strdup (path);
      module->file = file;
      g_ptr_array_add (modules, module);
    }
  free (path);
}

/* Tests say by the environment which modules there are, and then there are no others. */
static gboolean
add_said (GPtrArray *modules)
{
  const char *said = g_getenv ("ILKIMZA_PKCS11_MODULES");
  g_auto (GStrv) paths = NULL;

  if (said == NULL)
    return FALSE;

  paths = g_strsplit (said, ":", -1);
  for (guint i = 0; paths[i] != NULL; i++)
    add_module (modules, paths[i]);
  return TRUE;
}

/**
 * ilk_pkcs11_registry_list:
 *
 * Reads files, and loads nothing. The list is made anew each time: a person may install the module
 * while the program runs.
 *
 * Returns: (transfer full) (element-type IlkPkcs11Module): the modules, in the order of asking
 */
GPtrArray *
ilk_pkcs11_registry_list (IlkPkcs11Registry *self)
{
  GPtrArray *modules = g_ptr_array_new_with_free_func (module_free);
  g_autoptr (GPtrArray) registered = NULL;

  g_return_val_if_fail (ILK_IS_PKCS11_REGISTRY (self), modules);

  if (add_said (modules))
    return modules;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->named->len; i++)
    add_module (modules, g_ptr_array_index (self->named, i));
  g_mutex_unlock (&self->lock);

  for (gsize i = 0; i < G_N_ELEMENTS (akis_folders); i++)
    {
      g_autofree char *path = g_build_filename (akis_folders[i], "libakisp11.so", NULL);

      add_module (modules, path);
    }

  registered = ilk_pkcs11_config_list ();
  for (guint i = 0; i < registered->len; i++)
    add_module (modules, g_ptr_array_index (registered, i));
  return modules;
}

static void
ilk_pkcs11_registry_finalize (GObject *object)
{
  IlkPkcs11Registry *self = ILK_PKCS11_REGISTRY (object);

  g_mutex_clear (&self->lock);
  g_ptr_array_unref (self->named);
  g_hash_table_unref (self->known);

  G_OBJECT_CLASS (ilk_pkcs11_registry_parent_class)->finalize (object);
}

static void
ilk_pkcs11_registry_class_init (IlkPkcs11RegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_pkcs11_registry_finalize;
}

static void
ilk_pkcs11_registry_init (IlkPkcs11Registry *self)
{
  g_mutex_init (&self->lock);
  self->named = g_ptr_array_new_with_free_func (g_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

IlkPkcs11Registry *
ilk_pkcs11_registry_new (void)
{
  return g_object_new (ILK_TYPE_PKCS11_REGISTRY, NULL);
}

void
ilk_pkcs11_registry_add (IlkPkcs11Registry *self,
                         const char        *path)
{
  g_return_if_fail (ILK_IS_PKCS11_REGISTRY (self));
  g_return_if_fail (path != NULL);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->named, g_strdup (path));
  g_mutex_unlock (&self->lock);
}

void
ilk_pkcs11_registry_remember (IlkPkcs11Registry *self,
                              const char        *reader,
                              const char        *serial,
                              const char        *module)
{
  g_return_if_fail (ILK_IS_PKCS11_REGISTRY (self));

  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->known, g_strdup_printf ("%s\n%s", reader, serial),
                       g_strdup (module));
  g_mutex_unlock (&self->lock);
}

/**
 * ilk_pkcs11_registry_recall:
 *
 * Returns: (transfer full) (nullable): path of the module; %NULL when the card was not read
 *   through one
 */
char *
ilk_pkcs11_registry_recall (IlkPkcs11Registry *self,
                            const char        *reader,
                            const char        *serial)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", reader, serial);
  char *module;

  g_return_val_if_fail (ILK_IS_PKCS11_REGISTRY (self), NULL);

  g_mutex_lock (&self->lock);
  module = g_strdup (g_hash_table_lookup (self->known, key));
  g_mutex_unlock (&self->lock);
  return module;
}

static GQuark
modules_quark (void)
{
  return g_quark_from_static_string ("ilk-pkcs11-registry");
}

void
ilk_transport_set_modules (IlkTransport      *transport,
                           IlkPkcs11Registry *modules)
{
  g_return_if_fail (ILK_IS_TRANSPORT (transport));

  g_object_set_qdata_full (G_OBJECT (transport), modules_quark (), g_object_ref (modules),
                           g_object_unref);
}

/**
 * ilk_transport_get_modules:
 *
 * Returns: (transfer none) (nullable): the modules that see the same readers as @transport
 */
IlkPkcs11Registry *
ilk_transport_get_modules (IlkTransport *transport)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (transport), NULL);

  return g_object_get_qdata (G_OBJECT (transport), modules_quark ());
}
