/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"
#include "core/ilk-unlock-crypto.h"

G_BEGIN_DECLS

#define ILK_CHIP_PIN_TRIES 3
#define ILK_CHIP_PUK_TRIES 3
#define ILK_CHIP_KEY_TRIES 10
#define ILK_CHIP_PUK_LENGTH 8
#define ILK_CHIP_SALT_LENGTH 16
#define ILK_CHIP_HASH_LENGTH 32

/* A reference value as the card keeps it: never the digits, only their salted hash. */
typedef struct {
  guint8 salt[ILK_CHIP_SALT_LENGTH];
  guint8 hash[ILK_CHIP_HASH_LENGTH];
} IlkChipReference;

/* What commands change. Bytes only, so that two of them are compared with memcmp (). */
typedef struct {
  IlkChipReference pin;
  IlkChipReference puk;
  guint8           pin_set;
  guint8           pin_tries;
  guint8           puk_tries;
  guint8           key_tries;
  guint8           dead;
} IlkChipMemory;

/* All that survives power-off: the content of a card's state file. */
typedef struct {
  char          *path;
  guint8         serial[ILK_CARD_SERIAL_LENGTH];
  IlkChipMemory  memory;
  IlkSecret     *unlock_key;
  GPtrArray     *certificates; /* GBytes, DER */
  GPtrArray     *keys;         /* IlkSecret, the private keys in DER, in the same order */
} IlkChipImage;

IlkChipImage *ilk_chip_image_new        (const char              *path);
IlkChipImage *ilk_chip_image_load       (const char              *path,
                                         GError                 **error);
gboolean      ilk_chip_image_save       (IlkChipImage            *self,
                                         GError                 **error);
void          ilk_chip_image_free       (IlkChipImage            *self);
void          ilk_chip_reference_set    (IlkChipReference        *self,
                                         const guint8            *value,
                                         gsize                    length);
gboolean      ilk_chip_reference_equals (const IlkChipReference  *self,
                                         const guint8            *value,
                                         gsize                    length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkChipImage, ilk_chip_image_free)

G_END_DECLS
