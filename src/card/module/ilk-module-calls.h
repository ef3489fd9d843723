/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <p11-kit/pkcs11.h>

#include "core/ilk-secret.h"
#include "card/ilk-pkcs11-wire.h"

G_BEGIN_DECLS

/* What this process has of its module. */
typedef struct {
  const char             *path;
  const CK_FUNCTION_LIST *functions; /* NULL: not begun */
  CK_SLOT_ID              slot;
  CK_SESSION_HANDLE       session;   /* 0: none */
} IlkModule;

/* Does one request. secrets: NULL where none came. answer: floating, or NULL. */
CK_RV ilk_module_do   (IlkModule      *self,
                       IlkPkcs11Call   call,
                       GVariant       *body,
                       IlkSecret     **secrets,
                       GVariant      **answer);

/* ilk-module-sign.c */
CK_RV ilk_module_sign (IlkModule      *self,
                       GVariant       *body,
                       IlkSecret      *pin,
                       GVariant      **answer);
CK_RV ilk_module_find (IlkModule      *self,
                       CK_SESSION_HANDLE session,
                       CK_ATTRIBUTE   *template,
                       CK_ULONG        n_attributes,
                       GArray        **found);
GBytes *ilk_module_get (IlkModule       *self,
                        CK_SESSION_HANDLE session,
                        CK_OBJECT_HANDLE object,
                        CK_ATTRIBUTE_TYPE type);

G_END_DECLS
