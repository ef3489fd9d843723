/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "config.h"

#include "card/ilk-pkcs11-config.h"

#include <string.h>

#define SUFFIX ".module"

/* One module of the registry: what all files of its name say together. */
typedef struct {
  char       *name;
  GHashTable *fields;
  gint64      priority;
} Entry;

static void
entry_free (gpointer user_data)
{
  Entry *entry = user_data;

  g_free (entry->name);
  g_hash_table_unref (entry->fields);
  g_free (entry);
}

/* "key: value" lines; what comes later replaces what was said before. */
static void
read_fields (const char *path,
             GHashTable *fields)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *colon = strchr (line, ':');

      if (*line == '#' || colon == NULL || colon == line)
        continue;
      *colon = '\0';
      g_hash_table_insert (fields, g_strdup (g_strchomp (line)), g_strdup (g_strchug (colon + 1)));
    }
}

static void
read_folder (const char *folder,
             GHashTable *entries)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      Entry *entry = g_hash_table_lookup (entries, name);

      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      if (entry == NULL)
        {
          entry = g_new0 (Entry, 1);
          entry->name = g_strdup (name);
          entry->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
          g_hash_table_insert (entries, entry->name, entry);
        }
      read_fields (path, entry->fields);
    }
}

/* Lists of programs are separated by commas or blanks. */
static gboolean
names_program (const char *list,
               const char *program)
{
  g_auto (GStrv) names = g_strsplit_set (list, ", \t", -1);

  return g_strv_contains ((const char *const *) names, program);
}

/* Modules with certificate authorities have no cards, and one that p11-kit reaches by a command is
 * no file. */
static gboolean
is_wanted (GHashTable *fields,
           const char *program)
{
  const char *module = g_hash_table_lookup (fields, "module");
  const char *enable = g_hash_table_lookup (fields, "enable-in");
  const char *disable = g_hash_table_lookup (fields, "disable-in");

  if (module == NULL || *module == '\0' || g_hash_table_contains (fields, "remote")
      || g_strcmp0 (g_hash_table_lookup (fields, "trust-policy"), "yes") == 0)
    return FALSE;
  if (enable != NULL)
    return names_program (enable, program);

  return disable == NULL || !names_program (disable, program);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Entry *first = *(const Entry *const *) a;
  const Entry *second = *(const Entry *const *) b;

  if (first->priority != second->priority)
    return first->priority > second->priority ? -1 : 1;
  return g_strcmp0 (first->name, second->name);
}

/* Returns (transfer container): the wanted ones, the most important first. */
static GPtrArray *
sort_entries (GHashTable *entries,
              const char *program)
{
  GPtrArray *sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;
      const char *priority = g_hash_table_lookup (entry->fields, "priority");

      if (!is_wanted (entry->fields, program))
        continue;
      entry->priority = priority != NULL ? g_ascii_strtoll (priority, NULL, 10) : 0;
      g_ptr_array_add (sorted, entry);
    }
  g_ptr_array_sort (sorted, compare);
  return sorted;
}

/**
 * ilk_pkcs11_config_list_in:
 * @folders: (array zero-terminated=1): the least important first
 * @module_folder: where modules without a folder are
 * @program: our name in enable-in and disable-in
 *
 * Returns: (transfer full) (element-type utf8): paths of modules
 */
GPtrArray *
ilk_pkcs11_config_list_in (const char *const *folders,
                           const char        *module_folder,
                           const char        *program)
{
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                          entry_free);
  g_autoptr (GPtrArray) sorted = NULL;
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; folders[i] != NULL; i++)
    read_folder (folders[i], entries);

  sorted = sort_entries (entries, program);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Entry *entry = g_ptr_array_index (sorted, i);
      const char *module = g_hash_table_lookup (entry->fields, "module");

      g_ptr_array_add (paths, g_path_is_absolute (module)
                                ? g_strdup (module)
                                : g_build_filename (module_folder, module, NULL));
    }
  return paths;
}

/**
 * ilk_pkcs11_config_list:
 *
 * Returns: (transfer full) (element-type utf8): what packages, the administrator and the person
 *   have registered
 */
GPtrArray *
ilk_pkcs11_config_list (void)
{
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "pkcs11", "modules", NULL);
  const char *const folders[] = { ILK_P11_SHIPPED_CONFIGS, "/etc/pkcs11/modules", own, NULL };

  return ilk_pkcs11_config_list_in (folders, ILK_P11_MODULES, "ilkimza");
}
