/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-driver-bundle.h"

#include <string.h>
#include <sys/stat.h>

#define NO_ID G_MAXUINT
#define MAX_NAME 128

/* pcscd loads a driver only for the pairs of ids that its Info.plist names. Some shipped ones are
 * not well-formed XML, so this looks for the two lists and takes what it finds; a bad file hides
 * its own readers and no others. */

static void
blank_comments (char *text)
{
  char *start = text;

  while ((start = strstr (start, "<!--")) != NULL)
    {
      char *end = strstr (start + 4, "-->");
      gsize length = end != NULL ? (gsize) (end + 3 - start) : strlen (start);

      memset (start, ' ', length);
      start += length;
    }
}

static gboolean
parse_hex (const char *text,
           const char *end,
           guint      *value)
{
  guint parsed = 0;
  guint n = 0;

  while (text < end && g_ascii_isspace (*text))
    text++;
  if (end - text > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    text += 2;
  for (; text < end && g_ascii_isxdigit (*text); text++, n++)
    parsed = parsed << 4 | (guint) g_ascii_xdigit_value (*text);
  while (text < end && g_ascii_isspace (*text))
    text++;
  *value = parsed;
  return text == end && n > 0 && n <= 4;
}

/* One <string> after the other of the list behind a key; *place moves on. NULL: no more. */
static char *
next_string (const char **place,
             const char  *limit)
{
  const char *start = *place != NULL ? strstr (*place, "<string>") : NULL;
  const char *end = start != NULL ? strchr (start + 8, '<') : NULL;

  if (start == NULL || start >= limit || end == NULL || end > limit)
    return NULL;
  *place = end;
  return g_strndup (start + 8, (gsize) (end - start - 8));
}

static const char *
end_of_list (const char *start)
{
  const char *limit = strstr (start, "</array>");

  if (limit == NULL)
    limit = strstr (start, "<key>");
  return limit != NULL ? limit : start + strlen (start);
}

/* The strings of one list; one that is empty keeps its place, or the pairs would shift. */
static GPtrArray *
read_list (const char *text,
           const char *key)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  const char *start = strstr (text, key);
  const char *limit;
  char *item;

  if (start == NULL)
    return list;
  start += strlen (key);
  limit = end_of_list (start);
  while ((item = next_string (&start, limit)) != NULL)
    g_ptr_array_add (list, item);
  return list;
}

/* The text behind a key that has one. */
static char *
read_text (const char *text,
           const char *key)
{
  const char *start = strstr (text, key);
  const char *next;
  char *item;

  if (start == NULL)
    return NULL;
  start += strlen (key);
  next = strstr (start, "<key>");
  item = next_string (&start, next != NULL ? next : start + strlen (start));
  return item != NULL ? g_strstrip (item) : NULL;
}

static gpointer
pair_key (guint vendor_id,
          guint product_id)
{
  return GUINT_TO_POINTER (vendor_id << 16 | product_id);
}

static guint
id_at (GPtrArray *list,
       guint      index)
{
  const char *text = list->pdata[index];
  guint value;

  return parse_hex (text, text + strlen (text), &value) ? value : NO_ID;
}

static char *
name_at (GPtrArray *list,
         guint      index)
{
  g_autofree char *valid = NULL;

  if (index >= list->len)
    return g_strdup ("");
  valid = g_utf8_make_valid (list->pdata[index], -1);
  g_strstrip (valid);
  return g_utf8_strlen (valid, -1) > MAX_NAME ? g_utf8_substring (valid, 0, MAX_NAME)
                                              : g_steal_pointer (&valid);
}

static void
read_readers (IlkDriverBundle *bundle,
              const char      *text)
{
  g_autoptr (GPtrArray) vendors = read_list (text, "<key>ifdVendorID</key>");
  g_autoptr (GPtrArray) products = read_list (text, "<key>ifdProductID</key>");
  g_autoptr (GPtrArray) names = read_list (text, "<key>ifdFriendlyName</key>");

  for (guint i = 0; i < MIN (vendors->len, products->len); i++)
    {
      guint vendor_id = id_at (vendors, i);
      guint product_id = id_at (products, i);

      if (vendor_id != NO_ID && product_id != NO_ID)
        g_hash_table_insert (bundle->readers, pair_key (vendor_id, product_id),
                             name_at (names, i));
    }
}

/* "libccid.so" and "libifd-cyberjack.so.6" are "ccid" and "cyberjack"; without a library the
 * bundle's own name has to do. */
static char *
name_driver (const char *library,
             const char *bundle)
{
  g_autofree char *name = g_ascii_strdown (library != NULL && *library != '\0' ? library : bundle,
                                           -1);
  const char *start = name;
  char *end = strstr (name, library != NULL && *library != '\0' ? ".so" : ".bundle");

  if (end != NULL)
    *end = '\0';
  if (g_str_has_prefix (start, "lib"))
    start += 3;
  if (g_str_has_prefix (start, "ifd-"))
    start += 4;
  return g_utf8_make_valid (start, -1);
}

static gboolean
is_version (const char *text)
{
  return text != NULL && g_ascii_isdigit (*text) && strlen (text) < 32 &&
         strspn (text, "0123456789.") == strlen (text);
}

/* A package brings its files with the date they were made at; when they came is the inode's. */
static gint64
when_changed (const char *path)
{
  struct stat link;
  struct stat file;

  if (lstat (path, &link) != 0 || stat (path, &file) != 0)
    return 0;
  return MAX ((gint64) link.st_ctime, (gint64) file.st_ctime);
}

static IlkDriverBundle *
read_bundle (const char *folder,
             const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, "Contents", "Info.plist", NULL);
  g_autofree char *text = NULL;
  g_autofree char *library = NULL;
  IlkDriverBundle *bundle;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  blank_comments (text);
  bundle = g_new0 (IlkDriverBundle, 1);
  bundle->readers = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  bundle->changed = when_changed (path);
  library = read_text (text, "<key>CFBundleExecutable</key>");
  bundle->driver = name_driver (library, name);
  bundle->version = read_text (text, "<key>CFBundleShortVersionString</key>");
  if (!is_version (bundle->version))
    g_clear_pointer (&bundle->version, g_free);
  read_readers (bundle, text);
  return bundle;
}

/**
 * ilk_driver_bundle_free:
 * @self: (nullable): a driver
 */
void
ilk_driver_bundle_free (IlkDriverBundle *self)
{
  if (self == NULL)
    return;
  g_free (self->driver);
  g_free (self->version);
  g_hash_table_unref (self->readers);
  g_free (self);
}

static int
compare_drivers (gconstpointer a,
                 gconstpointer b)
{
  const IlkDriverBundle *const *first = a;
  const IlkDriverBundle *const *second = b;

  return strcmp ((*first)->driver, (*second)->driver);
}

/**
 * ilk_driver_scan:
 * @bundle_folder: normally /usr/lib/pcsc/drivers
 *
 * Returns: (transfer full) (element-type IlkDriverBundle): the drivers by their names; one that
 *   can't be read is none, and hides no other
 */
GPtrArray *
ilk_driver_scan (const char *bundle_folder)
{
  GPtrArray *bundles = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_driver_bundle_free);
  g_autoptr (GDir) dir = g_dir_open (bundle_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      IlkDriverBundle *bundle = g_str_has_suffix (name, ".bundle")
                                ? read_bundle (bundle_folder, name) : NULL;

      if (bundle != NULL)
        g_ptr_array_add (bundles, bundle);
    }
  g_ptr_array_sort (bundles, compare_drivers);
  return bundles;
}

const char *
ilk_driver_bundle_serves (IlkDriverBundle    *self,
                          const IlkUsbReader *reader)
{
  guint vendor_id = (guint) g_ascii_strtoull (reader->vendor_id, NULL, 16);
  guint product_id = (guint) g_ascii_strtoull (reader->product_id, NULL, 16);

  return g_hash_table_lookup (self->readers, pair_key (vendor_id, product_id));
}

IlkDriverBundle *
ilk_driver_scan_find (GPtrArray  *bundles,
                      const char *driver)
{
  for (guint i = 0; driver != NULL && i < bundles->len; i++)
    {
      IlkDriverBundle *bundle = bundles->pdata[i];

      /* "asedrive" is the list's word for "asedriveiiie-usb". */
      if (g_str_has_prefix (bundle->driver, driver))
        return bundle;
    }
  return NULL;
}

gboolean
ilk_version_is_older (const char *a,
                      const char *b)
{
  while (a != NULL && b != NULL && (*a != '\0' || *b != '\0'))
    {
      guint64 first = g_ascii_strtoull (a, (char **) &a, 10);
      guint64 second = g_ascii_strtoull (b, (char **) &b, 10);

      if (first != second)
        return first < second;
      /* Past the dot; anything else ends what can be compared. */
      if (*a == '.')
        a++;
      else if (*a != '\0')
        return FALSE;
      if (*b == '.')
        b++;
      else if (*b != '\0')
        return FALSE;
    }
  return FALSE;
}
