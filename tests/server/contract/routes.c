/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ilk-service-private.h"

/* Prints the service's routes, for comparison with data/api/openapi.yaml. */
int
main (void)
{
  g_auto (GStrv) routes = ilk_service_list_routes ();

  for (int i = 0; routes[i] != NULL; i++)
    g_print ("%s\n", routes[i]);
  return 0;
}
