/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "tree.h"

char *
tree_new (void)
{
  g_autoptr (GError) error = NULL;
  char *tree = g_dir_make_tmp ("ilk-host-XXXXXX", &error);

  g_assert_no_error (error);
  return tree;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
tree_free (char *tree)
{
  remove_all (tree);
  g_free (tree);
}

char *
tree_path (const char *tree,
           const char *path)
{
  return g_build_filename (tree, path, NULL);
}

void
tree_write (const char *tree,
            const char *path,
            const char *text)
{
  g_autofree char *file = tree_path (tree, path);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
}

void
tree_remove (const char *tree,
             const char *path)
{
  g_autofree char *file = tree_path (tree, path);

  remove_all (file);
}

static void
write_attribute (const char *tree,
                 const char *folder,
                 const char *name,
                 const char *text)
{
  g_autofree char *path = g_build_filename ("sys/bus/usb/devices", folder, name, NULL);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  tree_write (tree, path, line);
}

/* As the kernel lays it out: the interface is a folder in the device's folder. */
void
tree_add_device (const char *tree,
                 const char *place,
                 const char *vendor_id,
                 const char *product_id,
                 const char *interface_class)
{
  g_autofree char *interface = g_strdup_printf ("%s/%s:1.0", place, place);

  write_attribute (tree, place, "idVendor", vendor_id);
  write_attribute (tree, place, "idProduct", product_id);
  write_attribute (tree, interface, "bInterfaceClass", interface_class);
}

void
tree_add_driver (const char *tree,
                 const char *name,
                 const char *vendor_id,
                 const char *product_id)
{
  g_autofree char *path = g_strdup_printf ("drivers/%s.bundle/Contents/Info.plist", name);
  g_autofree char *text =
    g_strdup_printf ("<plist><dict>\n"
                     "<key>ifdVendorID</key>\n<array>\n<string>0x%s</string>\n</array>\n"
                     "<key>ifdProductID</key>\n<array>\n<string>0x%s</string>\n</array>\n"
                     "</dict></plist>\n", vendor_id, product_id);

  tree_write (tree, path, text);
}
