/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/ilk-secret.h"
#include "card/ilk-pkcs11-wire.h"

G_BEGIN_DECLS

/* A process of our own, ilkimza-module, with one PKCS#11 module in it. All functions block, each
 * for a limited time, and are for one worker thread at a time. */
typedef struct _IlkPkcs11Process IlkPkcs11Process;

/* start (): FALSE with MODULE_HANGS, MODULE_FAILED, or G_IO_ERROR_CANCELLED. */
IlkPkcs11Process *ilk_pkcs11_process_start     (const char        *module,
                                                GCancellable      *cancellable,
                                                gboolean          *refused,
                                                GError           **error);
gboolean          ilk_pkcs11_process_call      (IlkPkcs11Process  *self,
                                                IlkPkcs11Call      call,
                                                GVariant          *body,
                                                IlkSecret         *first,
                                                IlkSecret         *second,
                                                GCancellable      *cancellable,
                                                guint32           *code,
                                                GBytes           **answer,
                                                GError           **error);
gboolean          ilk_pkcs11_process_is_broken (IlkPkcs11Process  *self);
void              ilk_pkcs11_process_end       (IlkPkcs11Process  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkPkcs11Process, ilk_pkcs11_process_end)

G_END_DECLS
