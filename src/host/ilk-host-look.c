/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-host-look.h"

#include <sys/stat.h>
#include <unistd.h>

/**
 * ilk_host_look:
 * @places: where to look
 *
 * Returns: (transfer full): what is there now
 */
IlkHostLook *
ilk_host_look (const IlkHostPlaces *places)
{
  IlkHostLook *self = g_new0 (IlkHostLook, 1);
  struct stat status;

  self->list = ilk_reader_list_new (places->reader_folders);
  self->readers = ilk_usb_scan (places->sysfs, self->list);
  self->bundles = ilk_driver_scan (places->bundles);
  self->processes = ilk_process_scan (places->proc, places->socket);
  self->has_service = access (places->service, F_OK) == 0;
  self->has_socket = stat (places->socket, &status) == 0 && S_ISSOCK (status.st_mode);
  self->may_connect = self->has_socket && access (places->socket, R_OK | W_OK) == 0;
  return self;
}

void
ilk_host_look_free (IlkHostLook *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->list, ilk_reader_list_unref);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->bundles, g_ptr_array_unref);
  g_clear_pointer (&self->processes, ilk_process_scan_free);
  g_free (self);
}
