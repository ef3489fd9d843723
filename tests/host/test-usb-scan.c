/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "host/ilk-usb-reader.h"
#include "tree.h"

typedef struct
{
  char      *tree;
  GPtrArray *readers;
  IlkReaderList *list;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->tree = tree_new ();
  f->list = ilk_reader_list_new (NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_clear_pointer (&f->readers, g_ptr_array_unref);
  ilk_reader_list_unref (f->list);
  tree_free (f->tree);
}

static void
scan (Fixture *f)
{
  g_autofree char *root = tree_path (f->tree, "sys");

  g_clear_pointer (&f->readers, g_ptr_array_unref);
  f->readers = ilk_usb_scan (root, f->list);
  g_assert_nonnull (f->readers);
}

static const IlkUsbReader *
only_reader (Fixture *f)
{
  scan (f);
  g_assert_cmpuint (f->readers->len, ==, 1);
  return g_ptr_array_index (f->readers, 0);
}

static void
test_no_tree (Fixture      *f,
              gconstpointer data)
{
  scan (f);
  g_assert_cmpuint (f->readers->len, ==, 0);
}

static void
test_other_devices_are_none (Fixture      *f,
                             gconstpointer data)
{
  tree_add_device (f->tree, "usb1", "1d6b", "0002", "09");
  tree_add_device (f->tree, "1-1", "046d", "c31c", "03");
  tree_add_device (f->tree, "1-2", "046d", "c31d", "ff");
  scan (f);
  g_assert_cmpuint (f->readers->len, ==, 0);
}

static void
test_known_of_class_0b (Fixture      *f,
                        gconstpointer data)
{
  const IlkUsbReader *reader;

  tree_add_device (f->tree, "1-2.4", "072f", "b100", "0b");
  reader = only_reader (f);
  g_assert_cmpstr (reader->vendor_id, ==, "072f");
  g_assert_cmpstr (reader->product_id, ==, "b100");
  g_assert_cmpstr (reader->name, ==, "ACS ACR39U ICC Reader");
  g_assert_cmpstr (reader->driver, ==, "ccid");
}

static void
test_unknown_of_class_0b (Fixture      *f,
                          gconstpointer data)
{
  const IlkUsbReader *reader;

  tree_add_device (f->tree, "1-1", "FFFE", "0A0B", "0B");
  reader = only_reader (f);
  g_assert_cmpstr (reader->vendor_id, ==, "fffe");
  g_assert_cmpstr (reader->product_id, ==, "0a0b");
  g_assert_cmpstr (reader->name, ==, "USB fffe:0a0b");
  g_assert_null (reader->driver);
}

/* A reader in the middle of a keyboard: its second interface is the reader. */
static void
test_any_interface_counts (Fixture      *f,
                           gconstpointer data)
{
  tree_add_device (f->tree, "1-1", "fffe", "0001", "03");
  tree_write (f->tree, "sys/bus/usb/devices/1-1/1-1:1.1/bInterfaceClass", "0b\n");
  g_assert_cmpstr (only_reader (f)->product_id, ==, "0001");
}

/* ACR38U speaks its maker's own protocol: class ff, and only acsccid serves it. */
static void
test_class_ff_by_list (Fixture      *f,
                       gconstpointer data)
{
  const IlkUsbReader *reader;

  tree_add_device (f->tree, "1-1", "072f", "9000", "ff");
  reader = only_reader (f);
  g_assert_cmpstr (reader->driver, ==, "acsccid");
}

static void
test_name_from_device (Fixture      *f,
                       gconstpointer data)
{
  tree_add_device (f->tree, "1-1", "072f", "b100", "0b");
  tree_write (f->tree, "sys/bus/usb/devices/1-1/product", "ACR39U ICC Reader\n");
  g_assert_cmpstr (only_reader (f)->name, ==, "ACR39U ICC Reader");
  tree_write (f->tree, "sys/bus/usb/devices/1-1/manufacturer", "ACS\n");
  g_assert_cmpstr (only_reader (f)->name, ==, "ACS ACR39U ICC Reader");
  tree_write (f->tree, "sys/bus/usb/devices/1-1/product", "ACS ACR39U\n");
  g_assert_cmpstr (only_reader (f)->name, ==, "ACS ACR39U");
}

static void
test_name_is_always_text (Fixture      *f,
                          gconstpointer data)
{
  g_autofree char *endless = g_strnfill (4000, 'x');

  tree_add_device (f->tree, "1-1", "fffe", "0001", "0b");
  tree_write (f->tree, "sys/bus/usb/devices/1-1/product", "Bad\xff\x01\x1b[31m\n");
  g_assert_true (g_utf8_validate (only_reader (f)->name, -1, NULL));
  g_assert_null (strpbrk (only_reader (f)->name, "\x01\x1b\n"));
  tree_write (f->tree, "sys/bus/usb/devices/1-1/product", endless);
  g_assert_cmpint (g_utf8_strlen (only_reader (f)->name, -1), ==, 100);
  tree_write (f->tree, "sys/bus/usb/devices/1-1/product", " \n");
  g_assert_cmpstr (only_reader (f)->name, ==, "USB fffe:0001");
}

static void
test_malformed_stops_nothing (Fixture      *f,
                              gconstpointer data)
{
  tree_add_device (f->tree, "1-1", "072f", "", "0b");
  tree_add_device (f->tree, "1-2", "zzzz", "b100", "0b");
  tree_add_device (f->tree, "1-3", "072fb", "b100", "0b");
  tree_add_device (f->tree, "1-4", "0x72", "b100", "0b");
  tree_add_device (f->tree, "1-5", "fffe", "0001", "not a class");
  tree_write (f->tree, "sys/bus/usb/devices/1-6", "a file where a folder belongs");
  tree_write (f->tree, "sys/bus/usb/devices/1-7/idVendor/x", "a folder where a file belongs");
  tree_write (f->tree, "sys/bus/usb/devices/1-8/idVendor", "072f\n");
  tree_add_device (f->tree, "1-9", "072f", "b100", "0b");
  g_assert_cmpstr (only_reader (f)->product_id, ==, "b100");
}

static void
test_ordered_by_place (Fixture      *f,
                       gconstpointer data)
{
  tree_add_device (f->tree, "2-1", "072f", "9000", "ff");
  tree_add_device (f->tree, "1-4", "2a17", "0001", "0b");
  scan (f);
  g_assert_cmpuint (f->readers->len, ==, 2);
  g_assert_cmpstr (((IlkUsbReader *) f->readers->pdata[0])->name, ==, "udea MILKO V1.");
  g_assert_cmpstr (((IlkUsbReader *) f->readers->pdata[1])->name, ==, "ACS ACR38U");
}

/* The search relies on the order of the table, and the words on what is in it. */
static void
test_table (void)
{
  g_autoptr (IlkReaderList) list = ilk_reader_list_new (NULL);

  g_assert_cmpuint (ilk_n_known_readers, >, 100);
  for (guint i = 0; i < ilk_n_known_readers; i++)
    {
      const IlkKnownReader *reader = &ilk_known_readers[i];

      g_assert_true (ilk_reader_list_find (list, reader->vendor_id, reader->product_id) == reader);
      g_assert_true (g_utf8_validate (reader->name, -1, NULL));
      g_assert_cmpstr (reader->name, !=, "");
    }
  g_assert_null (ilk_reader_list_find (list, 0x0000, 0x0000));
  g_assert_null (ilk_reader_list_find (list, 0xffff, 0xffff));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/usb-scan/no-tree", test_no_tree);
  ADD ("/usb-scan/other-devices-are-none", test_other_devices_are_none);
  ADD ("/usb-scan/known-of-class-0b", test_known_of_class_0b);
  ADD ("/usb-scan/unknown-of-class-0b", test_unknown_of_class_0b);
  ADD ("/usb-scan/any-interface-counts", test_any_interface_counts);
  ADD ("/usb-scan/class-ff-by-list", test_class_ff_by_list);
  ADD ("/usb-scan/name-from-device", test_name_from_device);
  ADD ("/usb-scan/name-is-always-text", test_name_is_always_text);
  ADD ("/usb-scan/malformed-stops-nothing", test_malformed_stops_nothing);
  ADD ("/usb-scan/ordered-by-place", test_ordered_by_place);
  g_test_add_func ("/usb-scan/table", test_table);
  return g_test_run ();
}
