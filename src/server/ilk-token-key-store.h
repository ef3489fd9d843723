/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-key-store.h"

G_BEGIN_DECLS

#define ILK_TYPE_TOKEN_KEY_STORE (ilk_token_key_store_get_type ())
G_DECLARE_FINAL_TYPE (IlkTokenKeyStore, ilk_token_key_store, ILK, TOKEN_KEY_STORE, GObject)

/* Keys on a PKCS#11 token, labelled as the files of the file key store are named.
 *
 * Pepper, index key and audit key (HMAC) and the weekly KEKs (AES-GCM) work inside the token and
 * never come out. Data key, card master keys, sealing and hand-over key are kept by the token, but
 * are read out while the service runs: tokens don't do what they are for (KBKDF with CMAC, X25519),
 * or it is done too often. */
IlkTokenKeyStore *ilk_token_key_store_new      (const char        *module,
                                                const char        *label,
                                                IlkSecret         *pin,
                                                GError           **error);
/* Whether every key that the service needs is there; names the first that is not. */
gboolean          ilk_token_key_store_check    (IlkTokenKeyStore  *self,
                                                GError           **error);

G_END_DECLS
