/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/ilk-usb-scan.h"
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
  g_autoptr (GHashTable) drivers = ilk_driver_scan (folder);
  g_auto (GStrv) list = g_strsplit (pairs, " ", -1);
  guint n = 0;

  for (guint i = 0; list[i] != NULL && *list[i] != '\0'; i++)
    {
      g_auto (GStrv) ids = g_strsplit (list[i], ":", 2);
      IlkUsbReader reader = { ids[0], ids[1], NULL, NULL };

      g_test_message ("%s", list[i]);
      g_assert_true (ilk_driver_scan_has (drivers, &reader));
      n++;
    }
  g_assert_cmpuint (g_hash_table_size (drivers), ==, n);
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
  return g_test_run ();
}
