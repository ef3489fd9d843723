/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include <string.h>

#include "host/ilk-usb-scan.h"

#define NO_ID G_MAXUINT

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

/* The numbers of one list; one that can't be read keeps its place, or the pairs would shift. */
static GArray *
read_list (const char *text,
           const char *key)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *start = strstr (text, key);
  const char *limit;

  if (start == NULL)
    return list;
  start += strlen (key);
  limit = strstr (start, "</array>");
  if (limit == NULL)
    limit = strstr (start, "<key>");
  if (limit == NULL)
    limit = start + strlen (start);

  while ((start = strstr (start, "<string>")) != NULL && start < limit)
    {
      const char *end = strchr (start + 8, '<');
      guint value;

      if (end == NULL || end > limit)
        break;
      if (!parse_hex (start + 8, end, &value))
        value = NO_ID;
      g_array_append_val (list, value);
      start = end;
    }
  return list;
}

static gpointer
pair_key (guint vendor_id,
          guint product_id)
{
  return GUINT_TO_POINTER (vendor_id << 16 | product_id);
}

static void
read_bundle (GHashTable *drivers,
             const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GArray) vendors = NULL;
  g_autoptr (GArray) products = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  blank_comments (text);
  vendors = read_list (text, "<key>ifdVendorID</key>");
  products = read_list (text, "<key>ifdProductID</key>");
  for (guint i = 0; i < MIN (vendors->len, products->len); i++)
    {
      guint vendor_id = g_array_index (vendors, guint, i);
      guint product_id = g_array_index (products, guint, i);

      if (vendor_id != NO_ID && product_id != NO_ID)
        g_hash_table_add (drivers, pair_key (vendor_id, product_id));
    }
}

/**
 * ilk_driver_scan:
 * @bundle_folder: normally /usr/lib/pcsc/drivers
 *
 * Returns: (transfer full): for ilk_driver_scan_has (); empty when no driver can be read
 */
GHashTable *
ilk_driver_scan (const char *bundle_folder)
{
  GHashTable *drivers = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GDir) dir = g_dir_open (bundle_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (!g_str_has_suffix (name, ".bundle"))
        continue;
      path = g_build_filename (bundle_folder, name, "Contents", "Info.plist", NULL);
      read_bundle (drivers, path);
    }
  return drivers;
}

/* Whether an installed driver names this reader. */
gboolean
ilk_driver_scan_has (GHashTable         *drivers,
                     const IlkUsbReader *reader)
{
  guint vendor_id = (guint) g_ascii_strtoull (reader->vendor_id, NULL, 16);
  guint product_id = (guint) g_ascii_strtoull (reader->product_id, NULL, 16);

  return g_hash_table_contains (drivers, pair_key (vendor_id, product_id));
}
