/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "host/ilk-host-look.h"
#include "tree.h"

/* Once with a made-up sysfs, and once more with devices that udev tells of. */
#ifdef WITH_MOCK_USB
#include "mock-usb.h"

static MockUsb *usb;
#endif

/* Every verdict, on a computer made up for it. */

#define BOOTED 1700000000
#define CCID "ccid 1.5.2 072f:b100:ACS ACR39U 2a17:0001:udea MILKO V1. 058f:9540:Alcor Micro AU9540"

/* Files of the made-up computer, one a line:
 *   service                     pcscd is installed
 *   socket                      its socket is there
 *   driver NAME VERSION VID:PID:FRIENDLY…   (a friendly name ends at the next VID:PID)
 *   device PLACE VID:PID CLASS [BOUND-TO]
 *   running SECONDS-AGO         pcscd runs
 *   holder PROGRAM BUS ADDRESS  a process has the USB device open */
typedef struct
{
  const char      *name;
  const char      *machine;
  IlkServiceAnswer answer;
  const char      *listed;     /* NAME[|p][m][x]… separated by newlines: present, mute, exclusive */
  IlkHostVerdict   verdict;    /* of the first */
  const char      *says;       /* "field=value field=value" of the first */
  guint            n_verdicts;
} Row;

#define YES ILK_SERVICE_ANSWER_YES
#define ABSENT ILK_SERVICE_ANSWER_ABSENT
#define V(name) ILK_HOST_VERDICT_##name

static const Row rows[] = {
  { "not asked yet", "", ILK_SERVICE_ANSWER_UNKNOWN, "", V (UNKNOWN), "", 1 },
  { "not installed", "", ABSENT, "", V (SERVICE_NOT_INSTALLED), "name=", 1 },
  { "not installed, reader there", "device 1-1 072f:b100 0b\n", ABSENT, "",
    V (SERVICE_NOT_INSTALLED), "name=ACS ACR39U ICC Reader", 1 },
  { "socket off", "service\n", ABSENT, "", V (SERVICE_OFF), "", 1 },
  { "socket stale", "service\nsocket\n", ABSENT, "", V (SERVICE_OFF), "", 1 },
  { "fails", "service\nsocket\n", ILK_SERVICE_ANSWER_FAILED, "", V (SERVICE_OFF), "", 1 },
  { "refuses", "service\nsocket\n", ILK_SERVICE_ANSWER_REFUSED, "", V (SERVICE_REFUSES), "", 1 },
  { "other version", "service\nsocket\n", ILK_SERVICE_ANSWER_VERSION, "", V (SERVICE_VERSION), "",
    1 },
  { "nothing plugged in", "driver " CCID "\n", YES, "", V (NO_READER), "name=", 1 },
  { "a keyboard is no reader", "driver " CCID "\ndevice 1-1 046d:c31c 03\n", YES, "",
    V (NO_READER), "", 1 },

  { "works", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES, "ACS ACR39U 00 00",
    V (WORKS), "driver=ccid has=1.5.2 vendor=072f listed=ACS ACR39U 00 00", 1 },
  { "works with card", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES, "ACS ACR39U 00 00|p",
    V (WORKS), "", 1 },
  { "two slots are one reader", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES,
    "ACS ACR39U (12) 00 00\nACS ACR39U (12) 00 01", V (WORKS), "vendor=072f", 2 },
  { "two of a kind", "driver " CCID "\ndevice 1-1 072f:b100 0b\ndevice 1-2 072f:b100 0b\n", YES,
    "ACS ACR39U 00 00\nACS ACR39U 01 00", V (WORKS), "vendor=072f", 2 },
  { "not on USB", "driver " CCID "\n", YES, "Virtual PCD 00 00", V (WORKS),
    "name=Virtual PCD 00 00 vendor=", 1 },
  { "one of two of a kind is missing",
    "driver " CCID "\ndevice 1-1 072f:b100 0b\ndevice 1-2 072f:b100 0b\n", YES,
    "ACS ACR39U 00 00", V (NOT_OPENED), "driver=ccid", 2 },

  { "driver missing", "driver " CCID "\ndevice 1-1 072f:9000 ff\n", YES, "",
    V (DRIVER_MISSING), "driver=acsccid has= needs=", 1 },
  { "driver missing beside one that works",
    "driver " CCID "\ndevice 1-1 072f:b100 0b\ndevice 1-2 072f:9000 ff\n", YES,
    "ACS ACR39U 00 00|p", V (DRIVER_MISSING), "driver=acsccid product=9000", 2 },
  { "no driver at all", "device 1-1 2a17:0001 0b\n", YES, "", V (DRIVER_MISSING), "driver=ccid", 1 },
  { "unknown, class driver missing", "device 1-1 fffe:0001 0b\n", YES, "", V (DRIVER_MISSING),
    "driver=ccid name=USB fffe:0001", 1 },
  { "unknown to class driver", "driver " CCID "\ndevice 1-1 fffe:0001 0b\n", YES, "",
    V (DRIVER_MISSING), "driver=", 1 },
  { "known, none packaged", "driver " CCID "\ndevice 1-1 0529:0600 ff\n", YES, "",
    V (DRIVER_MISSING), "driver=", 1 },

  { "driver too old", "driver ccid 1.4.34 072f:b100:ACS ACR39U\ndevice 1-1 072f:b501 0b\n", YES, "",
    V (DRIVER_TOO_OLD), "driver=ccid has=1.4.34 needs=1.5.3", 1 },
  { "new enough and not listed all the same",
    "driver ccid 1.6.0 072f:b100:ACS ACR39U\ndevice 1-1 072f:b501 0b\n", YES, "",
    V (DRIVER_TOO_OLD), "has=1.6.0 needs=", 1 },

  { "restart needed", "driver " CCID "\ndevice 1-1 072f:b100 0b\nrunning 1000\n", YES, "",
    V (RESTART_NEEDED), "driver=ccid", 1 },
  { "pcscd knows the driver", "driver " CCID "\ndevice 1-1 072f:b100 0b\nrunning -1000\n", YES, "",
    V (NOT_OPENED), "", 1 },
  { "not opened", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES, "", V (NOT_OPENED), "", 1 },
  { "not opened, by pcscd itself", "driver " CCID "\ndevice 1-1 072f:b100 0b usbfs\n", YES, "",
    V (NOT_OPENED), "", 1 },

  { "taken by kernel", "driver acsccid 1.1.8 072f:2200:ACS ACR122U\ndevice 1-1 072f:2200 0b pn533_usb\n",
    YES, "", V (TAKEN_BY_KERNEL), "module=pn533_usb", 1 },
  { "taken by scdaemon",
    "driver " CCID "\ndevice 1-1 072f:b100 0b usbfs\nholder scdaemon 3 7\n", YES, "",
    V (IN_USE), "users=scdaemon scdaemon=yes", 1 },
  { "somebody holds another device",
    "driver " CCID "\ndevice 1-1 072f:b100 0b usbfs\nholder scanner 3 9\n", YES, "",
    V (NOT_OPENED), "users=", 1 },
  { "card held", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES, "ACS ACR39U 00 00|px",
    V (IN_USE), "users= scdaemon=no", 1 },

  { "card silent", "driver " CCID "\ndevice 1-1 072f:b100 0b\n", YES, "ACS ACR39U 00 00|pm",
    V (CARD_SILENT), "", 1 },
  { "faulty combination, silent",
    "driver ccid 1.5.0 058f:9540:Alcor Micro AU9540\ndevice 1-1 058f:9540 0b\n", YES,
    "Alcor Micro AU9540 00 00|pm", V (FAULTY_COMBINATION), "has=1.5.0 needs=1.5.2", 1 },
  { "faulty combination, fast card",
    "driver ccid 1.5.0 058f:9540:Alcor Micro AU9540\ndevice 1-1 058f:9540 0b\n", YES,
    "Alcor Micro AU9540 00 00|pf", V (FAULTY_COMBINATION), "", 1 },
  { "the same with a slow card",
    "driver ccid 1.5.0 058f:9540:Alcor Micro AU9540\ndevice 1-1 058f:9540 0b\n", YES,
    "Alcor Micro AU9540 00 00|ps", V (WORKS), "", 1 },
  { "the same with a driver that is mended",
    "driver " CCID "\ndevice 1-1 058f:9540 0b\n", YES,
    "Alcor Micro AU9540 00 00|pm", V (CARD_SILENT), "", 1 },
};

/* --- making up the computer --- */

static void
add_driver (const char *tree,
            const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", 3);
  g_autoptr (GString) vendors = g_string_new (NULL);
  g_autoptr (GString) products = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GRegex) pair = g_regex_new ("([0-9a-f]{4}):([0-9a-f]{4}):(.*?)(?= [0-9a-f]{4}:|$)",
                                         0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = g_strdup_printf ("drivers/ifd-%s.bundle/Contents/Info.plist", parts[0]);
  g_autofree char *text = NULL;

  for (g_regex_match (pair, parts[2], 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *vendor = g_match_info_fetch (match, 1);
      g_autofree char *product = g_match_info_fetch (match, 2);
      g_autofree char *name = g_match_info_fetch (match, 3);

      g_string_append_printf (vendors, "<string>0x%s</string>", vendor);
      g_string_append_printf (products, "<string>0x%s</string>", product);
      g_string_append_printf (names, "<string>%s</string>", name);
    }
  text = g_strdup_printf ("<key>CFBundleExecutable</key><string>lib%s.so</string>"
                          "<key>CFBundleShortVersionString</key><string>%s</string>"
                          "<key>ifdVendorID</key><array>%s</array>"
                          "<key>ifdProductID</key><array>%s</array>"
                          "<key>ifdFriendlyName</key><array>%s</array>",
                          parts[0], parts[1], vendors->str, products->str, names->str);
  tree_write (tree, path, text);
}

#ifdef WITH_MOCK_USB

static void
add_device (const char *tree,
            const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", 4);
  g_auto (GStrv) ids = g_strsplit (parts[1], ":", 2);

  mock_usb_add (usb, parts[0], ids[0], ids[1], parts[2], parts[3]);
}

static char *
get_sysfs (const char *tree)
{
  return g_strdup ("/sys");
}

#else

static void
add_device (const char *tree,
            const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", 4);
  g_auto (GStrv) ids = g_strsplit (parts[1], ":", 2);
  g_autofree char *folder = g_strdup_printf ("sys/bus/usb/devices/%s", parts[0]);
  g_autofree char *bus = g_strconcat (folder, "/busnum", NULL);
  g_autofree char *address = g_strconcat (folder, "/devnum", NULL);

  tree_add_device (tree, parts[0], ids[0], ids[1], parts[2]);
  tree_write (tree, bus, "3\n");
  tree_write (tree, address, "7\n");
  if (parts[3] != NULL)
    {
      g_autofree char *link = g_strdup_printf ("%s/%s/%s:1.0/driver", tree, folder, parts[0]);
      g_autofree char *target = g_strconcat ("../../../drivers/", parts[3], NULL);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
}

static char *
get_sysfs (const char *tree)
{
  return tree_path (tree, "sys");
}

#endif

/* pcscd began so many seconds before now, when the driver's file was written. */
static void
add_service_process (const char *tree,
                     const char *words)
{
  gint64 started = g_get_real_time () / G_USEC_PER_SEC - g_ascii_strtoll (words, NULL, 10);
  g_autofree char *stat =
    g_strdup_printf ("41 (pcscd) S 1 41 41 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 4 0 %" G_GINT64_FORMAT
                     " 1 1\n", (started - BOOTED) * sysconf (_SC_CLK_TCK));
  g_autofree char *booted = g_strdup_printf ("cpu 1 2 3\nbtime %d\nprocesses 9\n", BOOTED);

  tree_write (tree, "proc/stat", booted);
  tree_write (tree, "proc/41/comm", "pcscd\n");
  tree_write (tree, "proc/41/stat", stat);
}

static void
add_holder (const char *tree,
            const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", 3);
  g_autofree char *comm = g_strconcat (parts[0], "\n", NULL);
  g_autofree char *target = g_strdup_printf ("/dev/bus/usb/%03d/%03d",
                                             (int) g_ascii_strtoll (parts[1], NULL, 10),
                                             (int) g_ascii_strtoll (parts[2], NULL, 10));
  g_autofree char *link = tree_path (tree, "proc/52/fd/5");

  tree_write (tree, "proc/52/comm", comm);
  tree_write (tree, "proc/52/fd/.keep", "");
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
build (const char  *tree,
       const char  *machine,
       IlkHostLook *facts)
{
  g_auto (GStrv) lines = g_strsplit (machine, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "driver "))
        add_driver (tree, lines[i] + 7);
      else if (g_str_has_prefix (lines[i], "device "))
        add_device (tree, lines[i] + 7);
      else if (g_str_has_prefix (lines[i], "running "))
        add_service_process (tree, lines[i] + 8);
      else if (g_str_has_prefix (lines[i], "holder "))
        add_holder (tree, lines[i] + 7);
      else if (g_str_equal (lines[i], "service"))
        facts->has_service = TRUE;
      else if (g_str_equal (lines[i], "socket"))
        facts->has_socket = facts->may_connect = TRUE;
      else
        g_assert_cmpstr (lines[i], ==, "");
    }
}

static IlkHostLook *
look_at (const char *tree,
         const char *machine)
{
  const char *const no_folders[] = { NULL };
  IlkHostLook facts = { NULL };
  g_autofree char *sysfs = get_sysfs (tree);
  g_autofree char *proc = tree_path (tree, "proc");
  g_autofree char *drivers = tree_path (tree, "drivers");
  const IlkHostPlaces places = { sysfs, proc, "/nonexistent", "/nonexistent", drivers, no_folders };
  IlkHostLook *look;

#ifdef WITH_MOCK_USB
  g_autoptr (MockUsb) mock = usb = mock_usb_new ();
#endif

  build (tree, machine, &facts);
  look = ilk_host_look (&places);
  look->has_service = facts.has_service;
  look->has_socket = facts.has_socket;
  look->may_connect = facts.may_connect;
  return look;
}

/* "NAME|pmx": f and s are cards of a fast and a slow kind. */
static GArray *
list_readers (char **lines)
{
  static const guint8 fast[] = { 0x3B, 0x9F, 0x96, 0x81 };
  static const guint8 slow[] = { 0x3B, 0xBA, 0x11, 0x00 };
  GArray *listed = g_array_new (FALSE, FALSE, sizeof (IlkListedReader));

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      char *flags = strchr (lines[i], '|');
      IlkListedReader reader = { .name = lines[i] };

      if (flags != NULL)
        {
          *flags++ = '\0';
          reader.present = strchr (flags, 'p') != NULL;
          reader.mute = strchr (flags, 'm') != NULL;
          reader.exclusive = strchr (flags, 'x') != NULL;
          if (strchr (flags, 'f') != NULL)
            reader.atr = g_bytes_new_static (fast, sizeof fast);
          else if (strchr (flags, 's') != NULL)
            reader.atr = g_bytes_new_static (slow, sizeof slow);
        }
      g_array_append_val (listed, reader);
    }
  return listed;
}

static char *
describe (const IlkReaderVerdict *verdict)
{
  g_autofree char *users = g_strjoinv (",", verdict->users);

#define OR_NONE(text) ((text) != NULL ? (text) : "")
  return g_strdup_printf ("name=%s listed=%s vendor=%s product=%s driver=%s has=%s needs=%s "
                          "module=%s users=%s scdaemon=%s ",
                          OR_NONE (verdict->reader_name), OR_NONE (verdict->listed_name),
                          OR_NONE (verdict->vendor_id), OR_NONE (verdict->product_id),
                          OR_NONE (verdict->driver), OR_NONE (verdict->has_version),
                          OR_NONE (verdict->needs_version), OR_NONE (verdict->module), users,
                          verdict->scdaemon ? "yes" : "no");
}

/* "field=value field=value", where a value may have spaces in it. */
static void
assert_says (const IlkReaderVerdict *verdict,
             const char             *says)
{
  g_autoptr (GRegex) field = g_regex_new ("[a-z]+=.*?(?= [a-z]+=|$)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *all = describe (verdict);

  for (g_regex_match (field, says, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *wanted = g_match_info_fetch (match, 0);
      g_autofree char *ended = g_strconcat (wanted, " ", NULL);

      if (strstr (all, ended) == NULL)
        g_error ("“%s” is not said by “%s”", wanted, all);
    }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  char *tree = tree_new ();
  IlkHostLook *look = look_at (tree, row->machine);
  g_auto (GStrv) lines = g_strsplit (row->listed, "\n", -1);
  g_autoptr (GArray) listed = list_readers (lines);
  g_autoptr (GPtrArray) verdicts =
    ilk_host_look_judge (look, row->answer, FALSE, (IlkListedReader *) listed->data, listed->len);

  g_assert_cmpuint (verdicts->len, ==, row->n_verdicts);
  g_assert_cmpstr (ilk_host_verdict_get_name (((IlkReaderVerdict *) verdicts->pdata[0])->verdict),
                   ==, ilk_host_verdict_get_name (row->verdict));
  assert_says (verdicts->pdata[0], row->says);
  for (guint i = 0; i < listed->len; i++)
    g_clear_pointer (&g_array_index (listed, IlkListedReader, i).atr, g_bytes_unref);
  ilk_host_look_free (look);
  tree_free (tree);
}

/* A verdict that no row comes to would be one that nobody has seen. */
static void
test_every_verdict_is_here (void)
{
  gboolean seen[ILK_N_HOST_VERDICTS] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    seen[rows[i].verdict] = TRUE;
  for (guint i = 0; i < ILK_N_HOST_VERDICTS; i++)
    {
      if (!seen[i])
        g_error ("no row for %s", ilk_host_verdict_get_name (i));
    }
}

/* Only a refusal tells of the session. */
static void
test_remote (void)
{
  char *tree = tree_new ();
  IlkHostLook *look = look_at (tree, "service\nsocket\n");
  g_autoptr (GPtrArray) refused =
    ilk_host_look_judge (look, ILK_SERVICE_ANSWER_REFUSED, TRUE, NULL, 0);
  g_autoptr (GPtrArray) absent = ilk_host_look_judge (look, ABSENT, TRUE, NULL, 0);

  g_assert_true (((IlkReaderVerdict *) refused->pdata[0])->remote);
  g_assert_false (((IlkReaderVerdict *) absent->pdata[0])->remote);
  look->may_connect = FALSE;
  g_ptr_array_unref (absent);
  absent = ilk_host_look_judge (look, ABSENT, FALSE, NULL, 0);
  g_assert_cmpint (((IlkReaderVerdict *) absent->pdata[0])->verdict, ==, V (SERVICE_REFUSES));
  ilk_host_look_free (look);
  tree_free (tree);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/verdicts/%s", rows[i].name);

      g_strdelimit (path, " ,", '-');
      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/verdicts/every-verdict-is-here", test_every_verdict_is_here);
  g_test_add_func ("/verdicts/remote", test_remote);
  return g_test_run ();
}
