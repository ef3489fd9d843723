/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/ilk-driver-bundle.h"
#include "tree.h"

#define PLIST "drivers/a.bundle/Contents/Info.plist"

typedef struct
{
  char *tree;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->tree = tree_new ();
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  tree_free (f->tree);
}

/* The pairs found, "072f:9000" and so on, are exactly the given ones. */
static void
assert_pairs (Fixture    *f,
              const char *pairs)
{
  g_autofree char *folder = tree_path (f->tree, "drivers");
  g_autoptr (GPtrArray) bundles = ilk_driver_scan (folder);
  g_auto (GStrv) list = g_strsplit (pairs, " ", -1);
  guint found = 0;
  guint n = 0;

  for (guint i = 0; list[i] != NULL && *list[i] != '\0'; i++, n++)
    {
      g_auto (GStrv) ids = g_strsplit (list[i], ":", 2);
      const IlkUsbReader reader = { .vendor_id = ids[0], .product_id = ids[1] };
      gboolean served = FALSE;

      g_test_message ("%s", list[i]);
      for (guint k = 0; k < bundles->len; k++)
        served = served || ilk_driver_bundle_serves (bundles->pdata[k], &reader) != NULL;
      g_assert_true (served);
    }
  for (guint k = 0; k < bundles->len; k++)
    found += g_hash_table_size (((IlkDriverBundle *) bundles->pdata[k])->readers);
  g_assert_cmpuint (found, ==, n);
}

static void
test_no_folder (Fixture      *f,
                gconstpointer data)
{
  assert_pairs (f, "");
}

static void
test_several_bundles (Fixture      *f,
                      gconstpointer data)
{
  tree_add_driver (f->tree, "ccid", "072F", "B100");
  tree_add_driver (f->tree, "acsccid", "072f", "9000");
  tree_write (f->tree, "drivers/serial/Contents/Info.plist", "not a bundle");
  assert_pairs (f, "072f:b100 072f:9000");
}

static void
test_lists_in_pairs (Fixture      *f,
                     gconstpointer data)
{
  tree_write (f->tree, PLIST,
              "<dict><key>ifdVendorID</key><array>\n"
              " <string>0x08E6</string> <string> 0x08e6 </string><string>4</string></array>"
              "<key>Other</key><array><string>0x1111</string></array>"
              "<key>ifdProductID</key><array><string>0x0001</string><string>0X0002</string>"
              "<string>0x3</string><string>0x4444</string></array>");
  assert_pairs (f, "08e6:0001 08e6:0002 0004:0003");
}

static void
test_comments_are_no_entries (Fixture      *f,
                              gconstpointer data)
{
  tree_write (f->tree, PLIST,
              "<key>ifdVendorID</key><array><!-- <string>0x1111</string> -->"
              "<string>0x08E6</string></array>"
              "<key>ifdProductID</key><array><string>0x0001</string></array>"
              "<!-- <key>ifdVendorID</key> never closed");
  assert_pairs (f, "08e6:0001");
}

/* One entry that can't be read must not shift the others into wrong pairs. */
static void
test_bad_entry_keeps_place (Fixture      *f,
                            gconstpointer data)
{
  tree_write (f->tree, PLIST,
              "<key>ifdVendorID</key><array><string>0x1111</string><string>zzz</string>"
              "<string>0x3333</string><string></string><string>0x55555</string></array>"
              "<key>ifdProductID</key><array><string>0x0001</string><string>0x0002</string>"
              "<string>0x0003</string><string>0x0004</string><string>0x0005</string></array>");
  assert_pairs (f, "1111:0001 3333:0003");
}

static void
test_malformed_stops_nothing (Fixture      *f,
                              gconstpointer data)
{
  static const char *const bad[] = {
    "", "<", "<key>ifdVendorID</key>", "<key>ifdVendorID</key><array><string>0x08E6",
    "<key>ifdProductID</key><array><string>0x1</string></array><!--",
    "\xff\xfe<key>ifdVendorID</key><array><string>\xff</string></array>",
    "<key>ifdVendorID</key><array><string>0x08E6</string><key>ifdProductID</key>",
  };

  tree_add_driver (f->tree, "z", "072f", "9000");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      tree_write (f->tree, PLIST, bad[i]);
      assert_pairs (f, "072f:9000");
    }
  tree_remove (f->tree, PLIST);
  tree_write (f->tree, PLIST "/folder", "where the file belongs");
  assert_pairs (f, "072f:9000");
}

/* As libgempc430 writes it: the array is never closed. */
static void
test_array_never_closed (Fixture      *f,
                         gconstpointer data)
{
  tree_write (f->tree, PLIST,
              "<key>ifdVendorID</key><array><string>0x08E6</string>"
              "<key>ifdProductID</key><array><string>0x0430</string>");
  assert_pairs (f, "08e6:0430");
}

#define WHOLE \
  "<plist><dict><key>CFBundleExecutable</key><string>%s</string>\n" \
  "<key>CFBundleShortVersionString</key><string>%s</string>\n" \
  "<key>ifdVendorID</key><array><string>0x072F</string><string>0x058F</string></array>\n" \
  "<key>ifdProductID</key><array><string>0xB100</string><string>0x9540</string></array>\n" \
  "<key>ifdFriendlyName</key><array><string> ACS ACR39U \xff</string>" \
  "<string>Alcor</string></array></dict></plist>"

static void
test_what_a_bundle_tells (Fixture      *f,
                          gconstpointer data)
{
  g_autofree char *text = g_strdup_printf (WHOLE, "libccid.so", "1.5.2");
  g_autofree char *folder = tree_path (f->tree, "drivers");
  const IlkUsbReader reader = { .vendor_id = (char *) "072f", .product_id = (char *) "b100" };
  const IlkUsbReader other = { .vendor_id = (char *) "072f", .product_id = (char *) "9000" };
  g_autoptr (GPtrArray) bundles = NULL;
  const IlkDriverBundle *bundle;

  tree_write (f->tree, PLIST, text);
  bundles = ilk_driver_scan (folder);
  g_assert_cmpuint (bundles->len, ==, 1);
  bundle = bundles->pdata[0];
  g_assert_cmpstr (bundle->driver, ==, "ccid");
  g_assert_cmpstr (bundle->version, ==, "1.5.2");
  g_assert_cmpint (bundle->changed, >, 0);
  g_assert_cmpstr (ilk_driver_bundle_serves ((IlkDriverBundle *) bundle, &reader), ==,
                   "ACS ACR39U \xef\xbf\xbd");
  g_assert_null (ilk_driver_bundle_serves ((IlkDriverBundle *) bundle, &other));
  g_assert_true (ilk_driver_scan_find (bundles, "ccid") == bundle);
  g_assert_null (ilk_driver_scan_find (bundles, "acsccid"));
  g_assert_null (ilk_driver_scan_find (bundles, NULL));
}

static void
test_names_of_drivers (Fixture      *f,
                       gconstpointer data)
{
  static const struct { const char *library, *driver; } names[] = {
    { "libccid.so", "ccid" }, { "libacsccid.so", "acsccid" },
    { "libifd-cyberjack.so.6", "cyberjack" }, { "libASEDriveIIIe-USB.so", "asedriveiiie-usb" },
    { "", "a" },
  };
  g_autofree char *folder = tree_path (f->tree, "drivers");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strdup_printf (WHOLE, names[i].library, "not a version");
      g_autoptr (GPtrArray) bundles = NULL;

      tree_write (f->tree, PLIST, text);
      bundles = ilk_driver_scan (folder);
      g_assert_cmpstr (((IlkDriverBundle *) bundles->pdata[0])->driver, ==, names[i].driver);
      g_assert_null (((IlkDriverBundle *) bundles->pdata[0])->version);
    }
}

static void
test_versions (void)
{
  static const struct { const char *a, *b; gboolean older; } rows[] = {
    { "1.4.34", "1.5.2", TRUE }, { "1.5.2", "1.5.2", FALSE }, { "1.5.10", "1.5.9", FALSE },
    { "1.5", "1.5.1", TRUE }, { "1.5.1", "1.5", FALSE }, { "2", "1.9.9", FALSE },
    { NULL, "1.0", FALSE }, { "1.0", NULL, FALSE }, { "", "1", TRUE }, { "1.x", "1.5", TRUE },
    { "1.5-3", "1.5.2", FALSE }, { "0.99999999999", "1", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s %s", rows[i].a, rows[i].b);
      g_assert_cmpint (ilk_version_is_older (rows[i].a, rows[i].b), ==, rows[i].older);
    }
}

/* What Debian ships, as it is installed here: libccid and libacsccid1. */
static void
test_of_this_computer (void)
{
  g_autoptr (GPtrArray) bundles = ilk_driver_scan ("/usr/lib/pcsc/drivers");
  const IlkDriverBundle *ccid = ilk_driver_scan_find (bundles, "ccid");
  const IlkDriverBundle *acsccid = ilk_driver_scan_find (bundles, "acsccid");
  const IlkUsbReader milko = { .vendor_id = (char *) "2a17", .product_id = (char *) "0001" };
  const IlkUsbReader acr38 = { .vendor_id = (char *) "072f", .product_id = (char *) "9000" };

  if (ccid == NULL || acsccid == NULL)
    {
      g_test_skip ("libccid and libacsccid1 are not installed; ./run tests installs them");
      return;
    }
  g_assert_false (ilk_version_is_older (ccid->version, "1.4.0"));
  g_assert_cmpuint (g_hash_table_size (ccid->readers), >, 400);
  g_assert_cmpstr (ilk_driver_bundle_serves ((IlkDriverBundle *) ccid, &milko), ==,
                   "udea MILKO V1.");
  g_assert_null (ilk_driver_bundle_serves ((IlkDriverBundle *) ccid, &acr38));
  g_assert_cmpstr (ilk_driver_bundle_serves ((IlkDriverBundle *) acsccid, &acr38), ==,
                   "ACS ACR38U");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/driver-scan/no-folder", test_no_folder);
  ADD ("/driver-scan/several-bundles", test_several_bundles);
  ADD ("/driver-scan/lists-in-pairs", test_lists_in_pairs);
  ADD ("/driver-scan/comments-are-no-entries", test_comments_are_no_entries);
  ADD ("/driver-scan/bad-entry-keeps-place", test_bad_entry_keeps_place);
  ADD ("/driver-scan/malformed-stops-nothing", test_malformed_stops_nothing);
  ADD ("/driver-scan/array-never-closed", test_array_never_closed);
  ADD ("/driver-scan/what-a-bundle-tells", test_what_a_bundle_tells);
  ADD ("/driver-scan/names-of-drivers", test_names_of_drivers);
  g_test_add_func ("/driver-scan/versions", test_versions);
  g_test_add_func ("/driver-scan/of-this-computer", test_of_this_computer);
  return g_test_run ();
}
