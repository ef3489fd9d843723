/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Secret keys on a PKCS#11 token, found by their labels. Each is either one that works inside and
 * never comes out, or one that can be read. Blocking, from any thread; errors:
 * ILK_SERVER_ERROR_KEYS. */
typedef struct _IlkToken IlkToken;

typedef enum {
  ILK_TOKEN_KEY_MAC,        /* HMAC-SHA-256, inside */
  ILK_TOKEN_KEY_WRAPPING,   /* AES-256-GCM, inside */
  ILK_TOKEN_KEY_READABLE,   /* 32 bytes that come out */
} IlkTokenKeyKind;

IlkToken  *ilk_token_open       (const char       *module,
                                 const char       *label,
                                 IlkSecret        *pin,
                                 GError          **error);
void       ilk_token_close      (IlkToken         *self);
gboolean   ilk_token_has        (IlkToken         *self,
                                 const char       *name);
/* Labels of secret keys that begin so; element char *. NULL with an error. */
GPtrArray *ilk_token_list       (IlkToken         *self,
                                 const char       *prefix,
                                 GError          **error);
gboolean   ilk_token_make       (IlkToken         *self,
                                 const char       *name,
                                 IlkTokenKeyKind   kind,
                                 GError          **error);
gboolean   ilk_token_destroy    (IlkToken         *self,
                                 const char       *name,
                                 GError          **error);
IlkSecret *ilk_token_read       (IlkToken         *self,
                                 const char       *name,
                                 GError          **error);
IlkSecret *ilk_token_mac        (IlkToken         *self,
                                 const char       *name,
                                 IlkSecret        *data,
                                 GError          **error);
/* As ilk_aead_seal () and ilk_aead_open () have it. */
GBytes    *ilk_token_wrap       (IlkToken         *self,
                                 const char       *name,
                                 GBytes           *context,
                                 IlkSecret        *plain,
                                 GError          **error);
IlkSecret *ilk_token_unwrap     (IlkToken         *self,
                                 const char       *name,
                                 GBytes           *context,
                                 GBytes           *sealed,
                                 GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkToken, ilk_token_close)

G_END_DECLS
