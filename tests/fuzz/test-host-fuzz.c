/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "host/ilk-driver-bundle.h"
#include "mutate.h"

static const char plist[] =
  "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict>\n"
  "<key>CFBundleExecutable</key><string>libdriver.so</string>\n"
  "<key>CFBundleShortVersionString</key><string>1.2.3</string>\n"
  "<key>ifdVendorID</key>\n<array>\n"
  "<string>0x072F</string>\n<string>0x2A17</string><!-- <string>0x1111</string> -->\n</array>\n"
  "<key>ifdProductID</key>\n<array>\n"
  "<string>0xB100</string>\n<string>0x0001</string>\n</array>\n"
  "<key>ifdFriendlyName</key><array><string>A</string></array></dict></plist>\n";

typedef struct
{
  char *folder;
  char *file;
} Drivers;

/* Beside a bundle of any content the good one is still read. */
static void
check_drivers (const char *data,
               gsize       length,
               gpointer    user_data)
{
  const Drivers *drivers = user_data;
  g_autoptr (GPtrArray) found = NULL;
  const IlkUsbReader reader = { .vendor_id = (char *) "08e6", .product_id = (char *) "3437" };
  gboolean served = FALSE;
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (drivers->file, data, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                            0600, &error);
  g_assert_no_error (error);
  found = ilk_driver_scan (drivers->folder);
  for (guint i = 0; i < found->len; i++)
    served = served || ilk_driver_bundle_serves (found->pdata[i], &reader) != NULL;
  g_assert_true (served);
}

static void
test_drivers (void)
{
  g_autofree char *folder = g_dir_make_tmp ("ilk-fuzz-XXXXXX", NULL);
  g_autofree char *a = g_build_filename (folder, "a.bundle", "Contents", NULL);
  g_autofree char *b = g_build_filename (folder, "b.bundle", "Contents", NULL);
  g_autofree char *good = g_build_filename (b, "Info.plist", NULL);
  Drivers drivers = { folder, g_build_filename (a, "Info.plist", NULL) };

  g_assert_cmpint (g_mkdir_with_parents (a, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (b, 0700), ==, 0);
  g_assert_true (g_file_set_contents (good,
                                      "<key>ifdVendorID</key><array><string>0x08E6</string></array>"
                                      "<key>ifdProductID</key><array><string>0x3437</string>",
                                      -1, NULL));
  mutate_many (plist, sizeof plist - 1, 1000, check_drivers, &drivers);

  g_unlink (good);
  g_unlink (drivers.file);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *bundle = g_path_get_dirname (i == 0 ? a : b);

      g_rmdir (i == 0 ? a : b);
      g_rmdir (bundle);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (drivers.file);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-fuzz/drivers", test_drivers);
  return g_test_run ();
}
