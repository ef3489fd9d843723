/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/ilk-modules.h"
#include "card/ilk-pkcs11-registry.h"

void
ilk_modules_add (IlkTransport *transport,
                 IlkIssuer    *issuer)
{
  IlkPkcs11Registry *registry = ilk_transport_get_modules (transport);
  const char *const *modules = ilk_issuer_get_modules (issuer);

  for (guint i = 0; registry != NULL && modules[i] != NULL; i++)
    ilk_pkcs11_registry_add (registry, modules[i]);
}
