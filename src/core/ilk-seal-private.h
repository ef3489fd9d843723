/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-seal.h"

G_BEGIN_DECLS

#define ILK_AEAD_KEY_LENGTH 32
#define ILK_AEAD_IV_LENGTH  12
#define ILK_AEAD_TAG_LENGTH 16

/* Inside core and its tests only. With a given ephemeral key the output is repeatable, which a
 * test vector needs and which nothing else may have: used twice, a key gives the IV twice. */
GBytes    *ilk_seal_disclosure_with (GBytes       *app_public,
                                     IlkSecret    *service_static_private,
                                     IlkSecret    *service_ephemeral_private,
                                     GBytes       *context,
                                     IlkSecret    *plain,
                                     GError      **error);
GBytes    *ilk_seal_to_with         (GBytes       *recipient_public,
                                     IlkSecret    *ephemeral_private,
                                     const char   *context,
                                     IlkSecret    *plain,
                                     GError      **error);

/* Appends X25519 (private, public) to shared, which must have room for 32 more bytes. */
gboolean   ilk_x25519_agree         (IlkSecret    *private_key,
                                     GBytes       *public_key,
                                     IlkSecret    *shared,
                                     GError      **error);

/* AES-256-GCM on memory: out = ciphertext || tag, and back. */
gboolean   ilk_aead_encrypt         (const guint8 *key,
                                     const guint8 *iv,
                                     GBytes       *associated_data,
                                     IlkSecret    *plain,
                                     guint8       *out,
                                     GError      **error);
IlkSecret *ilk_aead_decrypt         (const guint8 *key,
                                     const guint8 *iv,
                                     GBytes       *associated_data,
                                     const guint8 *sealed,
                                     gsize         sealed_length,
                                     GError      **error);

G_END_DECLS
