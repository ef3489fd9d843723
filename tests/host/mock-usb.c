/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock-usb.h"

#include <string.h>

MockUsb *
mock_usb_new (void)
{
  MockUsb *self = umockdev_testbed_new ();

  g_assert_true (umockdev_in_mock_environment ());
  return self;
}

static char *
get_path (const char *place)
{
  return g_strconcat ("/sys/devices/", place, NULL);
}

static void
link_driver (MockUsb    *self,
             const char *interface,
             const char *driver)
{
  g_autofree char *target = g_strconcat ("../../../bus/usb/drivers/", driver, NULL);

  umockdev_testbed_set_attribute_link (self, interface, "driver", target);
}

void
mock_usb_add (MockUsb    *self,
              const char *place,
              const char *vendor_id,
              const char *product_id,
              const char *interface_class,
              const char *bound_to)
{
  g_autofree char *path =
    umockdev_testbed_add_device (self, "usb", place, NULL,
                                 "idVendor", vendor_id, "idProduct", product_id,
                                 "busnum", "3", "devnum", "7", NULL,
                                 "DEVTYPE", "usb_device", NULL);

  g_assert_nonnull (path);
  mock_usb_add_interface (self, place, 0, interface_class, bound_to);
}

void
mock_usb_add_interface (MockUsb    *self,
                        const char *place,
                        guint       number,
                        const char *interface_class,
                        const char *bound_to)
{
  g_autofree char *parent = get_path (place);
  g_autofree char *name = g_strdup_printf ("%s:1.%u", place, number);
  g_autofree char *path =
    umockdev_testbed_add_device (self, "usb", name, parent,
                                 "bInterfaceClass", interface_class, NULL,
                                 "DEVTYPE", "usb_interface", NULL);

  g_assert_nonnull (path);
  if (bound_to != NULL)
    link_driver (self, path, bound_to);
}

void
mock_usb_bind (MockUsb    *self,
               const char *place,
               const char *driver)
{
  g_autofree char *path = g_strdup_printf ("/sys/devices/%s/%s:1.0", place, place);

  link_driver (self, path, driver);
  umockdev_testbed_uevent (self, path, "bind");
}

/* umockdev tells nobody of a removal. */
static void
take_away (MockUsb    *self,
           const char *path)
{
  umockdev_testbed_uevent (self, path, "remove");
  umockdev_testbed_remove_device (self, path);
}

/* The interfaces go first, as with the kernel. */
void
mock_usb_remove (MockUsb    *self,
                 const char *place)
{
  g_autofree char *path = get_path (place);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *interface = g_build_filename (path, name, NULL);

      if (strchr (name, ':') != NULL)
        take_away (self, interface);
    }
  take_away (self, path);
}
