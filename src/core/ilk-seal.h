/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_X25519_LENGTH 32

/* An X25519 key pair; the private half is an IlkSecret. */
gboolean   ilk_x25519_generate     (IlkSecret **private_key,
                                    GBytes    **public_key,
                                    GError    **error);
GBytes    *ilk_x25519_get_public   (IlkSecret  *private_key,
                                    GError    **error);

/* Disclosure of a PIN by the service to the program (architecture.md, "The PIN the issuer holds"):
 * secret = X25519(app, service ephemeral) || X25519(app, service static); HKDF-SHA-256 with
 * salt = app public || service ephemeral public, info = "ILKIMZA-DISCLOSE-1" || 0 || context;
 * out = AES-256 key (32) || IV (12); AES-256-GCM, associated data = context.
 * context binds session, operation and serial: made by ilk_seal_context (). */
GBytes    *ilk_seal_context        (const char *session_id,
                                    const char *operation,
                                    const char *card_serial);
GBytes    *ilk_seal_disclosure     (GBytes     *app_public,
                                    IlkSecret  *service_static_private,
                                    GBytes     *context,
                                    IlkSecret  *plain,
                                    GBytes    **service_ephemeral_public,
                                    GError    **error);
IlkSecret *ilk_open_disclosure     (IlkSecret  *app_private,
                                    GBytes     *service_ephemeral_public,
                                    GBytes     *service_static_public,
                                    GBytes     *context,
                                    GBytes     *sealed,
                                    GError    **error);

/* One-way sealing to a static key, for the hand-over file:
 * output = ephemeral public (32) || ciphertext || tag (16);
 * secret = X25519(ephemeral, recipient); HKDF-SHA-256 salt = ephemeral public || recipient public,
 * info = "ILKIMZA-HANDOVER-1" || 0 || context; AES-256-GCM, associated data = context. */
GBytes    *ilk_seal_to             (GBytes     *recipient_public,
                                    const char *context,
                                    IlkSecret  *plain,
                                    GError    **error);
IlkSecret *ilk_open_sealed         (IlkSecret  *recipient_private,
                                    const char *context,
                                    GBytes     *sealed,
                                    GError    **error);

/* AES-256-GCM with a fresh random IV: output = IV (12) || ciphertext || tag (16). Used at rest. */
GBytes    *ilk_aead_seal           (IlkSecret  *key,
                                    GBytes     *associated_data,
                                    IlkSecret  *plain,
                                    GError    **error);
IlkSecret *ilk_aead_open           (IlkSecret  *key,
                                    GBytes     *associated_data,
                                    GBytes     *sealed,
                                    GError    **error);

G_END_DECLS
