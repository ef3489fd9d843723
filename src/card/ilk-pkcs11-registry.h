/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-pkcs11-elf.h"
#include "card/ilk-transport.h"

G_BEGIN_DECLS

/* Which PKCS#11 modules this computer has, and which one reaches which card. From any thread. */
#define ILK_TYPE_PKCS11_REGISTRY (ilk_pkcs11_registry_get_type ())
G_DECLARE_FINAL_TYPE (IlkPkcs11Registry, ilk_pkcs11_registry, ILK, PKCS11_REGISTRY, GObject)

typedef struct {
  char          *path;
  IlkPkcs11File  file;
} IlkPkcs11Module;

IlkPkcs11Registry *ilk_pkcs11_registry_new      (void);
/* A module that the issuer's profile names; such are asked before all others. */
void               ilk_pkcs11_registry_add      (IlkPkcs11Registry *self,
                                                 const char        *path);
/* As the computer is now: transfer full, element IlkPkcs11Module, in the order of asking. */
GPtrArray         *ilk_pkcs11_registry_list     (IlkPkcs11Registry *self);
/* The module that was found to reach the card with this serial number in this reader. */
void               ilk_pkcs11_registry_remember (IlkPkcs11Registry *self,
                                                 const char        *reader,
                                                 const char        *serial,
                                                 const char        *module);
char              *ilk_pkcs11_registry_recall   (IlkPkcs11Registry *self,
                                                 const char        *reader,
                                                 const char        *serial);

/* Modules speak to pcscd themselves, so only a transport with real readers has them. */
void               ilk_transport_set_modules    (IlkTransport      *transport,
                                                 IlkPkcs11Registry *modules);
IlkPkcs11Registry *ilk_transport_get_modules    (IlkTransport      *transport);

G_END_DECLS
