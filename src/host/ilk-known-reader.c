/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-known-reader.h"

#include <stdlib.h>
#include <string.h>

#include <json-glib/json-glib.h>

#define MAX_FILE (1024 * 1024)
#define MAX_TEXT 100

struct _IlkReaderList
{
  gatomicrefcount ref_count;
  GHashTable     *added;    /* pair of ids -> IlkKnownReader */
  GStringChunk   *texts;    /* of the added ones */
};

static gpointer
pair_key (guint16 vendor_id,
          guint16 product_id)
{
  return GUINT_TO_POINTER ((guint) vendor_id << 16 | product_id);
}

/* --- one row of a file --- */

static const char *
text_of (JsonObject *object,
         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node)
                                                                  : NULL;

  return text != NULL && *text != '\0' && g_utf8_strlen (text, -1) <= MAX_TEXT ? text : NULL;
}

static gboolean
read_id (JsonObject *object,
         const char *name,
         guint16    *id)
{
  const char *text = text_of (object, name);
  guint64 value;

  if (text == NULL || strlen (text) != 4 ||
      !g_ascii_string_to_unsigned (text, 16, 0, G_MAXUINT16, &value, NULL))
    return FALSE;
  *id = (guint16) value;
  return TRUE;
}

static gboolean
read_form (JsonObject    *object,
           IlkReaderForm *form)
{
  static const char *const names[] = { "", "sim-mini", "desktop", "keyboard", "builtin", "token" };
  const char *text = text_of (object, "form");

  *form = ILK_READER_FORM_UNKNOWN;
  if (!json_object_has_member (object, "form"))
    return TRUE;
  for (guint i = 1; text != NULL && i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], text))
        *form = (IlkReaderForm) i;
    }
  return *form != ILK_READER_FORM_UNKNOWN;
}

/* "A|B", as the shipped table has them. */
static gboolean
read_documents (JsonObject *object,
                GString    *joined)
{
  JsonNode *node = json_object_get_member (object, "documents");
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node) || !json_object_has_member (object, "sure"))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      const char *text = JSON_NODE_HOLDS_VALUE (item) ? json_node_get_string (item) : NULL;

      if (text == NULL || *text == '\0' || strchr (text, '|') != NULL)
        return FALSE;
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? "|" : "", text);
    }
  return joined->len > 0;
}

static gboolean
has_only_known_members (JsonObject *object)
{
  static const char *const known[] = { "vid", "pid", "name", "driver", "since", "form", "class",
                                       "documents", "sure", NULL };
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *member = members; member != NULL; member = member->next)
    {
      if (!g_strv_contains (known, member->data))
        return FALSE;
    }
  return TRUE;
}

static char *
keep (IlkReaderList *self,
      const char    *text)
{
  return text != NULL ? g_string_chunk_insert (self->texts, text) : NULL;
}

static IlkKnownReader *
read_row (IlkReaderList *self,
          JsonNode      *node)
{
  g_autoptr (GString) documents = g_string_new (NULL);
  g_autofree IlkKnownReader *row = g_new0 (IlkKnownReader, 1);
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  if (!has_only_known_members (object) ||
      !read_id (object, "vid", &row->vendor_id) || !read_id (object, "pid", &row->product_id) ||
      text_of (object, "name") == NULL || !json_object_has_member (object, "driver") ||
      !read_form (object, &row->form) || !read_documents (object, documents))
    return NULL;

  row->name = keep (self, text_of (object, "name"));
  row->driver = keep (self, text_of (object, "driver"));
  row->since = keep (self, text_of (object, "since"));
  row->documents = documents->len > 0 ? keep (self, documents->str) : NULL;
  row->sure = json_object_get_boolean_member_with_default (object, "sure", FALSE);
  return g_steal_pointer (&row);
}

/* --- files --- */

static gboolean
read_rows (IlkReaderList  *self,
           JsonNode       *root,
           GPtrArray      *rows,
           GError        **error)
{
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is no list of readers");
      return FALSE;
    }
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      IlkKnownReader *row = read_row (self, json_array_get_element (array, i));

      if (row == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "reader number %u is not as data/readers.schema.json wants it", i + 1);
          return FALSE;
        }
      g_ptr_array_add (rows, row);
    }
  return TRUE;
}

/* All of a file counts, or nothing. */
static gboolean
read_file (IlkReaderList  *self,
           const char     *path,
           GError        **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (length > MAX_FILE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is larger than 1 MiB");
      return FALSE;
    }
  if (!json_parser_load_from_data (parser, text, (gssize) length, error) ||
      !read_rows (self, json_parser_get_root (parser), rows, error))
    return FALSE;

  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      IlkKnownReader *row = rows->pdata[i];

      g_hash_table_replace (self->added, pair_key (row->vendor_id, row->product_id), row);
    }
  return TRUE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
read_folder (IlkReaderList *self,
             const char    *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".json"))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      g_autoptr (GError) error = NULL;

      if (!read_file (self, path, &error))
        g_message ("%s is left out: %s", path, error->message);
    }
}

/**
 * ilk_reader_list_new:
 * @folders: (nullable) (array zero-terminated=1): where files of more readers are; a later one
 *   counts more, and each more than the shipped list
 *
 * A file that is not as data/readers.schema.json wants it is left out whole, with a line in the
 * log; the others count. Reads files: for a worker thread.
 *
 * Returns: (transfer full): the list
 */
IlkReaderList *
ilk_reader_list_new (const char *const *folders)
{
  IlkReaderList *self = g_new0 (IlkReaderList, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->added = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  self->texts = g_string_chunk_new (256);
  for (guint i = 0; folders != NULL && folders[i] != NULL; i++)
    read_folder (self, folders[i]);
  return self;
}

IlkReaderList *
ilk_reader_list_ref (IlkReaderList *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_reader_list_unref (IlkReaderList *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->added);
  g_string_chunk_free (self->texts);
  g_free (self);
}

static int
compare_ids (const void *key,
             const void *row)
{
  const IlkKnownReader *a = key;
  const IlkKnownReader *b = row;

  if (a->vendor_id != b->vendor_id)
    return a->vendor_id < b->vendor_id ? -1 : 1;
  return (a->product_id > b->product_id) - (a->product_id < b->product_id);
}

/**
 * ilk_reader_list_find:
 *
 * Returns: (transfer none) (nullable): the reader with these USB ids, as long as the list is there
 */
const IlkKnownReader *
ilk_reader_list_find (IlkReaderList *self,
                      guint16        vendor_id,
                      guint16        product_id)
{
  const IlkKnownReader key = { .vendor_id = vendor_id, .product_id = product_id };
  const IlkKnownReader *added;

  g_return_val_if_fail (self != NULL, NULL);

  added = g_hash_table_lookup (self->added, pair_key (vendor_id, product_id));
  if (added != NULL)
    return added;
  return bsearch (&key, ilk_known_readers, ilk_n_known_readers, sizeof key, compare_ids);
}

/**
 * ilk_reader_list_named:
 *
 * Returns: (transfer container) (element-type IlkKnownReader): the readers that issuers' guides
 *   name, as long as the list is there
 */
GPtrArray *
ilk_reader_list_named (IlkReaderList *self)
{
  GPtrArray *named = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer row;

  g_return_val_if_fail (self != NULL, named);

  for (guint i = 0; i < ilk_n_known_readers; i++)
    {
      const IlkKnownReader *shipped = &ilk_known_readers[i];

      if (shipped->documents != NULL &&
          !g_hash_table_contains (self->added, pair_key (shipped->vendor_id, shipped->product_id)))
        g_ptr_array_add (named, (gpointer) shipped);
    }
  g_hash_table_iter_init (&iter, self->added);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      if (((IlkKnownReader *) row)->documents != NULL)
        g_ptr_array_add (named, row);
    }
  return named;
}
