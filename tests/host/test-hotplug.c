/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/ilk-host.h"
#include "mock-usb.h"
#include "tree.h"

/* Readers that are plugged in and out of a running program: udev's events, and what is known right
 * after each. */
#define ROUNDS 1000

typedef struct {
  MockUsb   *usb;
  char      *tree;
  IlkHost   *host;
  guint      n_changed;
} Fixture;

static void
host_changed (IlkHost *host,
              Fixture *f)
{
  f->n_changed++;
}

static gboolean
give_up (gpointer data)
{
  g_error ("waited too long for %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

typedef gboolean (*Condition) (Fixture      *f,
                               gconstpointer data);

/* The main loop turns by events alone. */
static void
wait_for (Fixture      *f,
          Condition     condition,
          gconstpointer data,
          const char   *what)
{
  guint patience = g_timeout_add_seconds (30, give_up, (gpointer) what);

  while (!condition (f, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

static gboolean
has_readers (Fixture      *f,
             gconstpointer n)
{
  return f->n_changed > 0 && ilk_host_get_usb_readers (f->host)->len == GPOINTER_TO_UINT (n);
}

static void
wait_readers (Fixture *f,
              guint    n)
{
  wait_for (f, has_readers, GUINT_TO_POINTER (n), "the number of readers");
}

static const IlkUsbReader *
get_reader (Fixture *f,
            guint    i)
{
  return g_ptr_array_index (ilk_host_get_usb_readers (f->host), i);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  const char *const no_folders[] = { NULL };
  g_autofree char *drivers = NULL;
  g_autofree char *proc = NULL;
  IlkHostPlaces places;

  f->usb = mock_usb_new ();
  f->tree = tree_new ();
  drivers = tree_path (f->tree, "drivers");
  proc = tree_path (f->tree, "proc");
  places = (IlkHostPlaces) { NULL, proc, "/nonexistent", "/nonexistent", drivers, no_folders };
  f->host = ilk_host_new (&places);
  g_signal_connect (f->host, "changed", G_CALLBACK (host_changed), f);
  ilk_host_start (f->host);
  wait_readers (f, 0);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_assert_finalize_object (f->host);
  tree_free (f->tree);
  g_object_unref (f->usb);
}

static void
test_comes_and_goes (Fixture      *f,
                     gconstpointer data)
{
  mock_usb_add (f->usb, "1-1", "072f", "b100", "0b", "usbfs");
  wait_readers (f, 1);
  g_assert_cmpstr (get_reader (f, 0)->vendor_id, ==, "072f");
  g_assert_cmpstr (get_reader (f, 0)->name, ==, "ACS ACR39U ICC Reader");
  g_assert_true (get_reader (f, 0)->class_0b);

  mock_usb_remove (f->usb, "1-1");
  wait_readers (f, 0);

  /* The same one in another port, and another one where it was. */
  mock_usb_add (f->usb, "2-4", "072f", "b100", "0b", NULL);
  mock_usb_add (f->usb, "1-1", "058f", "9540", "0b", NULL);
  wait_readers (f, 2);
}

/* What says of itself that it is no reader counts only where the list knows it. */
static void
test_what_is_a_reader (Fixture      *f,
                       gconstpointer data)
{
  mock_usb_add (f->usb, "1-1", "046d", "c31c", "03", "usbhid");  /* a keyboard */
  mock_usb_add (f->usb, "1-2", "1d6b", "0002", "09", "hub");
  mock_usb_add (f->usb, "1-3", "072f", "9000", "ff", NULL);      /* ACR38, known by the list alone */
  wait_readers (f, 1);
  g_assert_cmpstr (get_reader (f, 0)->product_id, ==, "9000");
  g_assert_false (get_reader (f, 0)->class_0b);

  /* A keyboard with a reader in it. */
  mock_usb_add (f->usb, "1-4", "413c", "2101", "03", "usbhid");
  mock_usb_add_interface (f->usb, "1-4", 1, "0b", NULL);
  wait_readers (f, 2);
}

static gboolean
is_taken (Fixture      *f,
          gconstpointer driver)
{
  return ilk_host_get_usb_readers (f->host)->len == 1 &&
         g_strcmp0 (get_reader (f, 0)->kernel_driver, driver) == 0;
}

/* The kernel's driver takes it a moment after it was plugged in. */
static void
test_taken_by_the_kernel (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (GPtrArray) verdicts = NULL;

  tree_add_driver (f->tree, "acsccid", "072f", "2200");
  mock_usb_add (f->usb, "1-1", "072f", "2200", "0b", NULL);
  wait_readers (f, 1);
  g_assert_null (get_reader (f, 0)->kernel_driver);

  mock_usb_bind (f->usb, "1-1", "pn533_usb");
  wait_for (f, is_taken, "pn533_usb", "the kernel's driver");
  verdicts = ilk_host_judge (f->host, ILK_SERVICE_ANSWER_YES, NULL, 0);
  g_assert_cmpint (((IlkReaderVerdict *) verdicts->pdata[0])->verdict, ==,
                   ILK_HOST_VERDICT_TAKEN_BY_KERNEL);
}

/* umockdev's socket holds ten events; the kernel's holds them all. */
static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_sixteen (Fixture      *f,
              gconstpointer data)
{
  for (guint i = 1; i <= 16; i++)
    {
      g_autofree char *place = g_strdup_printf ("3-%u", i);

      mock_usb_add (f->usb, place, "072f", "b100", "0b", NULL);
      turn ();
    }
  wait_readers (f, 16);

  for (guint i = 1; i <= 15; i++)
    {
      g_autofree char *place = g_strdup_printf ("3-%u", i);

      mock_usb_remove (f->usb, place);
      turn ();
    }
  wait_readers (f, 1);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gsize
get_resident_pages (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", -1);
  return (gsize) g_ascii_strtoull (fields[1], NULL, 10);
}

/* A look that is under way has files of its own; its end turns the main loop. */
static gboolean
has_files (Fixture      *f,
           gconstpointer n)
{
  return count_files () <= GPOINTER_TO_UINT (n);
}

static void
plug_in_and_out (Fixture *f)
{
  mock_usb_add (f->usb, "1-1", "072f", "b100", "0b", NULL);
  wait_readers (f, 1);
  mock_usb_remove (f->usb, "1-1");
  wait_readers (f, 0);
}

static void
test_a_thousand_times (Fixture      *f,
                       gconstpointer data)
{
  guint files = 0;
  gsize pages = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      /* What is loaded once is loaded by then. A look at the computer may have a file open for a
       * moment: the most of many rounds counts, which a leak would leave far behind. */
      if (i >= ROUNDS / 10 && i < ROUNDS / 5)
        files = MAX (files, count_files ());
      if (i == ROUNDS / 10)
        pages = get_resident_pages ();
      plug_in_and_out (f);
    }
  wait_for (f, has_files, GUINT_TO_POINTER (files), "the files of the beginning");
  g_test_message ("%u rounds, %u times looked at, %u files, %" G_GSIZE_FORMAT " pages before and %"
                  G_GSIZE_FORMAT " after", ROUNDS, f->n_changed, files, pages,
                  get_resident_pages ());
  /* 900 rounds with a leak of a hundred bytes each would be 22 pages; the heap breathes. */
  g_assert_cmpuint (get_resident_pages (), <, pages + 256);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/hotplug/comes-and-goes", test_comes_and_goes);
  ADD ("/hotplug/what-is-a-reader", test_what_is_a_reader);
  ADD ("/hotplug/taken-by-the-kernel", test_taken_by_the_kernel);
  ADD ("/hotplug/sixteen", test_sixteen);
  ADD ("/hotplug/a-thousand-times", test_a_thousand_times);

  return g_test_run ();
}
