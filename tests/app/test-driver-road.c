/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A made-up computer whose reader has no driver, the real controller, and a PackageKit of our own on
 * a bus of our own: what is pressed is carried out, and the road goes on by itself. */
#include "config.h"

#include <string.h>

#include "app/ilk-controller.h"
#include "../host/tree.h"
#include "virtual/ilk-virtual-transport.h"

#define READER "ACS ACR38U 00 00"
#define PATIENCE_SECONDS 10
#define FACE \
  "<node><interface name='org.freedesktop.PackageKit.Modify2'>" \
  "<method name='InstallPackageNames'><arg type='as' direction='in'/>" \
  "<arg type='s' direction='in'/><arg type='s' direction='in'/>" \
  "<arg type='a{sv}' direction='in'/></method></interface></node>"

typedef struct {
  char                  *tree;
  IlkTransport          *transport;
  IlkController         *controller;
  const char            *refusal;   /* error name that the installer answers with, or NULL */
  gboolean               held;      /* the installer does not answer yet */
  GDBusMethodInvocation *waiting;
  char                  *packages;  /* that the installer was asked for */
} Fixture;

static GDBusConnection *installer_bus;
static Fixture *installing_for;

static gboolean
give_up (gpointer data)
{
  g_error ("waited %d s for: %s", PATIENCE_SECONDS, (const char *) data);
  return G_SOURCE_REMOVE;
}

#define wait_for(condition) \
  G_STMT_START { \
    guint patience_ = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, (gpointer) #condition); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (patience_); \
  } G_STMT_END

static IlkHostVerdict
get_verdict (Fixture *f)
{
  GPtrArray *verdicts = ilk_controller_get_verdicts (f->controller);

  return ((IlkReaderVerdict *) g_ptr_array_index (verdicts, 0))->verdict;
}

static IlkState
get_state (Fixture *f)
{
  return ilk_controller_get_state (f->controller);
}

static const IlkRepairFacts *
get_repair (Fixture *f)
{
  return ilk_controller_get_repair (f->controller);
}

/* What an installation brings: the driver's list, and with it the card service's reader. */
static void
bring_driver (Fixture *f)
{
  tree_write (f->tree, "drivers/ifd-acsccid.bundle/Contents/Info.plist",
              "<plist><dict>\n"
              "<key>CFBundleExecutable</key>\n<string>libacsccid.so</string>\n"
              "<key>ifdVendorID</key>\n<array>\n<string>0x072F</string>\n</array>\n"
              "<key>ifdProductID</key>\n<array>\n<string>0x9000</string>\n</array>\n"
              "<key>ifdFriendlyName</key>\n<array>\n<string>ACS ACR38U</string>\n</array>\n"
              "</dict></plist>\n");
  ilk_virtual_transport_add_reader (ILK_VIRTUAL_TRANSPORT (f->transport), READER);
}

static void
install (GDBusConnection       *bus,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *arguments,
         GDBusMethodInvocation *invocation,
         gpointer               data)
{
  Fixture *f = installing_for;
  g_autofree const char **packages = NULL;

  g_variant_get_child (arguments, 0, "^a&s", &packages);
  g_free (f->packages);
  f->packages = g_strjoinv (" ", (char **) packages);
  if (f->held)
    {
      f->waiting = invocation;
      return;
    }
  if (f->refusal != NULL)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, f->refusal, "made up");
      return;
    }
  bring_driver (f);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *profile = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", "issuers",
                                               "example.ini", NULL);
  g_autoptr (IlkIssuer) issuer = ilk_issuer_new_from_file (profile, &error);
  g_autoptr (IlkManualClock) clock = ilk_manual_clock_new (1795219200, FALSE);
  g_autoptr (IlkHost) host = NULL;
  g_autofree char *sysfs = NULL, *proc = NULL, *service = NULL, *socket = NULL, *bundles = NULL;
  g_autofree char *reports = NULL;
  IlkHostPlaces places;

  g_assert_no_error (error);
  f->tree = tree_new ();
  tree_add_device (f->tree, "1-1", "072f", "9000", "ff");
  tree_write (f->tree, "pcscd", "");
  tree_write (f->tree, "pcscd.comm", "");
  sysfs = tree_path (f->tree, "sys");
  proc = tree_path (f->tree, "proc");
  service = tree_path (f->tree, "pcscd");
  socket = tree_path (f->tree, "pcscd.comm");
  bundles = tree_path (f->tree, "drivers");
  reports = tree_path (f->tree, "reports");
  places = (IlkHostPlaces) { sysfs, proc, service, socket, bundles,
                             (const char *const[]) { NULL } };
  host = ilk_host_new (&places);
  f->transport = ilk_virtual_transport_new ();
  f->controller = ilk_controller_new (f->transport, host, NULL, issuer, ILK_CLOCK (clock), reports);
  installing_for = f;

  ilk_controller_press (f->controller);
  ilk_controller_press (f->controller);
  wait_for (ilk_controller_get_view (f->controller)->may_go_on);
  ilk_controller_press (f->controller);
  g_assert_cmpint (get_state (f), ==, ILK_STATE_DRIVER);
  wait_for (get_verdict (f) == ILK_HOST_VERDICT_DRIVER_MISSING);
}

static void
was_closed (gboolean *closed)
{
  *closed = TRUE;
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gboolean closed = FALSE;

  g_signal_connect_swapped (f->controller, "closed", G_CALLBACK (was_closed), &closed);
  ilk_controller_close (f->controller);
  wait_for (closed);
  if (f->waiting != NULL)
    g_dbus_method_invocation_return_value (f->waiting, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  wait_for (!get_repair (f)->running);
  g_assert_finalize_object (f->controller);
  g_clear_object (&f->transport);
  tree_free (f->tree);
  g_free (f->packages);
}

static void
repair (Fixture *f)
{
  GPtrArray *verdicts = ilk_controller_get_verdicts (f->controller);

  ilk_controller_repair (f->controller, g_ptr_array_index (verdicts, 0));
  g_assert_true (get_repair (f)->running);
}

static void
test_install (Fixture       *f,
              gconstpointer  data)
{
  const char *package =
    ilk_distribution_get_driver_package (ilk_controller_get_distribution (f->controller),
                                         "acsccid");

  if (package == NULL)
    {
      g_test_skip ("this system's packages are not known");
      return;
    }
  repair (f);
  wait_for (get_state (f) == ILK_STATE_CARD);
  g_assert_cmpstr (f->packages, ==, package);
  g_assert_false (get_repair (f)->running);
  g_assert_null (get_repair (f)->problem);
  wait_for (get_verdict (f) == ILK_HOST_VERDICT_WORKS);
}

static void
test_refused (Fixture       *f,
              gconstpointer  data)
{
  f->refusal = "org.freedesktop.PackageKit.Denied";
  repair (f);
  wait_for (!get_repair (f)->running);
  g_assert_nonnull (get_repair (f)->problem);
  g_assert_cmpstr (get_repair (f)->problem->code, ==, "repair.denied");
  g_assert_cmpint (get_state (f), ==, ILK_STATE_DRIVER);

  /* The next try begins without the problem of the last. */
  f->refusal = NULL;
  repair (f);
  g_assert_null (get_repair (f)->problem);
  wait_for (get_state (f) == ILK_STATE_CARD);
}

static void
test_cancel (Fixture       *f,
             gconstpointer  data)
{
  f->held = TRUE;
  repair (f);
  wait_for (f->waiting != NULL);
  repair (f);
  ilk_controller_cancel_repair (f->controller);
  wait_for (!get_repair (f)->running);
  g_assert_null (get_repair (f)->problem);
  g_assert_cmpint (get_state (f), ==, ILK_STATE_DRIVER);
}

/* Closing does not wait for an installer that does not answer. */
static void
test_close (Fixture       *f,
            gconstpointer  data)
{
  f->held = TRUE;
  repair (f);
  wait_for (f->waiting != NULL);
}

/* By a command in a terminal, say: nothing was pressed here. */
static void
test_from_outside (Fixture       *f,
                   gconstpointer  data)
{
  bring_driver (f);
  wait_for (get_state (f) == ILK_STATE_CARD);
}

/* Who comes back to the page while the reader works stays there. */
static void
test_come_back (Fixture       *f,
                gconstpointer  data)
{
  bring_driver (f);
  wait_for (get_state (f) == ILK_STATE_CARD);
  ilk_controller_send (f->controller, ILK_EVENT_BACK);
  g_assert_cmpint (get_state (f), ==, ILK_STATE_DRIVER);
  ilk_virtual_transport_add_reader (ILK_VIRTUAL_TRANSPORT (f->transport), "Other 01 00");
  wait_for (ilk_controller_get_readers (f->controller)->len == 2);
  g_assert_cmpint (get_state (f), ==, ILK_STATE_DRIVER);
}

static void
own_name (void)
{
  static const GDBusInterfaceVTable table = { .method_call = install };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) face = g_dbus_node_info_new_for_xml (FACE, &error);
  g_autoptr (GVariant) answer = NULL;

  g_assert_no_error (error);
  installer_bus =
    g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (installer_bus, "/org/freedesktop/PackageKit",
                                     face->interfaces[0], &table, NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (installer_bus, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "RequestName",
                                        g_variant_new ("(su)", "org.freedesktop.PackageKit", 0),
                                        NULL, 0, -1, NULL, &error);
  g_assert_no_error (error);
}

#define add_test(path, function) \
  g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (GTestDBus) bus = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  /* Nobody's card service is restarted by a test. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  own_name ();
  add_test ("/driver-road/install", test_install);
  add_test ("/driver-road/refused", test_refused);
  add_test ("/driver-road/cancel", test_cancel);
  add_test ("/driver-road/close", test_close);
  add_test ("/driver-road/from-outside", test_from_outside);
  add_test ("/driver-road/come-back", test_come_back);
  result = g_test_run ();
  g_clear_object (&installer_bus);
  g_test_dbus_stop (bus);
  return result;
}
