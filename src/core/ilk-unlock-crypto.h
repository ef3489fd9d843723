/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_CARD_SERIAL_LENGTH    12
#define ILK_UNLOCK_CHALLENGE_LENGTH 16
#define ILK_UNLOCK_CRYPTOGRAM_LENGTH 16

/* K_card = KBKDF (SP 800-108, counter mode, CMAC AES-256, key = 32-byte master key, label
 * "CARD-UNLOCK-1", context = serial (12 raw bytes) || key version (1 byte), 32 bytes out,
 * separator and length field on). */
IlkSecret *ilk_unlock_derive_card_key (IlkSecret    *master_key,
                                       const guint8  serial[ILK_CARD_SERIAL_LENGTH],
                                       guint8        key_version,
                                       GError      **error);

/* T = CMAC AES-256 (K_card, "EA1" || R || serial), 16 bytes. */
gboolean   ilk_unlock_cryptogram      (IlkSecret    *card_key,
                                       const guint8  challenge[ILK_UNLOCK_CHALLENGE_LENGTH],
                                       const guint8  serial[ILK_CARD_SERIAL_LENGTH],
                                       guint8        cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH],
                                       GError      **error);

/* Serial numbers are written as 24 capital hex digits. */
char      *ilk_card_serial_to_text    (const guint8  serial[ILK_CARD_SERIAL_LENGTH]);
gboolean   ilk_card_serial_from_text  (const char   *text,
                                       guint8        serial[ILK_CARD_SERIAL_LENGTH]);

G_END_DECLS
