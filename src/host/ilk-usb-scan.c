/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include <string.h>

#include "host/ilk-usb-reader.h"

#define CLASS_SMART_CARD "0b"
#define MAX_NAME_CHARS 100

/**
 * ilk_usb_reader_free:
 * @self: (nullable): a reader
 */
void
ilk_usb_reader_free (IlkUsbReader *self)
{
  if (self == NULL)
    return;
  g_free (self->vendor_id);
  g_free (self->product_id);
  g_free (self->name);
  g_free (self->driver);
  g_free (self->since);
  g_free (self->kernel_driver);
  g_free (self);
}

/* One line of sysfs as text that can be shown: what a USB device says of itself is anything. */
static char *
read_attribute (const char *folder,
                const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  g_autofree char *valid = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL))
    return NULL;
  valid = g_utf8_make_valid (data, (gssize) strnlen (data, length));
  for (char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  g_strstrip (valid);
  if (*valid == '\0')
    return NULL;
  return g_utf8_strlen (valid, -1) > MAX_NAME_CHARS
         ? g_utf8_substring (valid, 0, MAX_NAME_CHARS)
         : g_steal_pointer (&valid);
}

static gboolean
parse_id (const char *text,
          guint16    *id)
{
  guint value = 0;

  if (text == NULL || strlen (text) != 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      value = value << 4 | (guint) g_ascii_xdigit_value (text[i]);
    }
  *id = (guint16) value;
  return TRUE;
}

static guint
read_number (const char *folder,
             const char *name)
{
  g_autofree char *text = read_attribute (folder, name);
  guint64 value = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 255, &value, NULL))
    return 0;
  return (guint) value;
}

/* The kernel driver that holds an interface: the name at the end of the link. */
static char *
read_kernel_driver (const char *interface)
{
  g_autofree char *path = g_build_filename (interface, "driver", NULL);
  g_autofree char *target = g_file_read_link (path, NULL);

  return target != NULL ? g_path_get_basename (target) : NULL;
}

/* Interfaces are folders DEVICE:CONFIGURATION.INTERFACE inside the device's. The one of the class
 * counts; a reader that does not say what it is has one interface. */
static void
look_at_interfaces (const char   *device,
                    IlkUsbReader *reader)
{
  g_autoptr (GDir) dir = g_dir_open (device, 0, NULL);
  const char *name;

  while (dir != NULL && !reader->class_0b && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *interface = NULL;
      g_autofree char *class = NULL;

      if (strchr (name, ':') == NULL)
        continue;
      interface = g_build_filename (device, name, NULL);
      class = read_attribute (interface, "bInterfaceClass");
      reader->class_0b = class != NULL && g_ascii_strcasecmp (class, CLASS_SMART_CARD) == 0;
      g_free (reader->kernel_driver);
      reader->kernel_driver = read_kernel_driver (interface);
    }
}

static char *
make_name (const char           *device,
           const IlkKnownReader *known,
           guint16               vendor_id,
           guint16               product_id)
{
  g_autofree char *manufacturer = read_attribute (device, "manufacturer");
  g_autofree char *product = read_attribute (device, "product");

  if (product != NULL && manufacturer != NULL && !g_str_has_prefix (product, manufacturer))
    return g_strconcat (manufacturer, " ", product, NULL);
  if (product != NULL)
    return g_steal_pointer (&product);
  if (known != NULL)
    return g_strdup (known->name);
  if (manufacturer != NULL)
    return g_steal_pointer (&manufacturer);
  return g_strdup_printf ("USB %04x:%04x", vendor_id, product_id);
}

static IlkUsbReader *
look_at_device (const char    *device,
                IlkReaderList *list)
{
  g_autofree char *vendor = read_attribute (device, "idVendor");
  g_autofree char *product = read_attribute (device, "idProduct");
  const IlkKnownReader *known;
  IlkUsbReader *reader;
  guint16 vendor_id;
  guint16 product_id;

  if (!parse_id (vendor, &vendor_id) || !parse_id (product, &product_id))
    return NULL;
  known = ilk_reader_list_find (list, vendor_id, product_id);
  reader = g_new0 (IlkUsbReader, 1);
  look_at_interfaces (device, reader);
  /* Some readers' interfaces have the class ff: only the list knows them. */
  if (known == NULL && !reader->class_0b)
    {
      ilk_usb_reader_free (reader);
      return NULL;
    }

  reader->vendor_id = g_strdup_printf ("%04x", vendor_id);
  reader->product_id = g_strdup_printf ("%04x", product_id);
  reader->name = make_name (device, known, vendor_id, product_id);
  reader->driver = g_strdup (known != NULL ? known->driver : NULL);
  reader->since = g_strdup (known != NULL ? known->since : NULL);
  reader->bus = read_number (device, "busnum");
  reader->address = read_number (device, "devnum");
  return reader;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * ilk_usb_scan:
 * @sysfs_root: "/sys", or a made-up tree
 * @list: which readers are known by their ids alone
 *
 * Source: linux-readers facts on sysfs, class 0b and the readers of class ff.
 *
 * Returns: (transfer full) (element-type IlkUsbReader): the readers, by their place on the bus;
 *   what can't be read is no reader
 */
GPtrArray *
ilk_usb_scan (const char    *sysfs_root,
              IlkReaderList *list)
{
  g_autofree char *folder = g_build_filename (sysfs_root, "bus", "usb", "devices", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_usb_reader_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (strchr (name, ':') == NULL)
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *device = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      IlkUsbReader *reader = look_at_device (device, list);

      if (reader != NULL)
        g_ptr_array_add (readers, reader);
    }
  return readers;
}
