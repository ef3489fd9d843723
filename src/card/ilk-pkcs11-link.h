/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/ilk-secret.h"
#include "card/ilk-card-info.h"

G_BEGIN_DECLS

/* A session with one token through its module, in a process that lives as long as the link. All
 * functions block and are for one worker thread at a time; the commands are those of
 * IlkCardDriver, and as there none is ever sent twice. */
typedef struct _IlkPkcs11Link IlkPkcs11Link;

/* open (): OTHER_CARD when no token with this serial number is there. */
IlkPkcs11Link *ilk_pkcs11_link_open           (const char      *module,
                                               const char      *serial,
                                               GCancellable    *cancellable,
                                               GError         **error);
void           ilk_pkcs11_link_close          (IlkPkcs11Link   *self);
gboolean       ilk_pkcs11_link_read_tries     (IlkPkcs11Link   *self,
                                               IlkCardInfo     *info,
                                               GCancellable    *cancellable,
                                               GError         **error);
gboolean       ilk_pkcs11_link_read_certificates (IlkPkcs11Link *self,
                                               IlkCardInfo     *info,
                                               GCancellable    *cancellable,
                                               GError         **error);
/* A PIN that is NULL is typed on the reader, where the token says so. */
gboolean       ilk_pkcs11_link_verify         (IlkPkcs11Link   *self,
                                               IlkSecret       *pin,
                                               GError         **error);
gboolean       ilk_pkcs11_link_change         (IlkPkcs11Link   *self,
                                               IlkSecret       *old_pin,
                                               IlkSecret       *new_pin,
                                               GError         **error);
GBytes        *ilk_pkcs11_link_sign           (IlkPkcs11Link   *self,
                                               GBytes          *certificate,
                                               GBytes          *data,
                                               IlkSecret       *pin,
                                               GError         **error);
/* Whether a PIN was sent and no answer came; nothing is sent after it. */
gboolean       ilk_pkcs11_link_get_unanswered (IlkPkcs11Link   *self);

G_END_DECLS
