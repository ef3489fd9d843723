/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <umockdev.h>

/* USB devices that come and go in this process, sysfs and udev events alike (umockdev; the process
 * runs with its library preloaded). A place is what the kernel calls a port: "1-1". */
typedef UMockdevTestbed MockUsb;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockUsb, g_object_unref)

MockUsb *mock_usb_new    (void);
/* bound_to: the driver of the interface, or NULL. */
void     mock_usb_add    (MockUsb    *self,
                          const char *place,
                          const char *vendor_id,
                          const char *product_id,
                          const char *interface_class,
                          const char *bound_to);
/* One more interface of a device. */
void     mock_usb_add_interface (MockUsb    *self,
                                 const char *place,
                                 guint       number,
                                 const char *interface_class,
                                 const char *bound_to);
/* A driver takes the first interface. */
void     mock_usb_bind   (MockUsb    *self,
                          const char *place,
                          const char *driver);
void     mock_usb_remove (MockUsb    *self,
                          const char *place);
