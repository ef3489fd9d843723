/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-apdu.h"
#include "card/ilk-status-word.h"
#include "virtual/ilk-chip-image.h"
#include "virtual/ilk-chip-tree.h"

G_BEGIN_DECLS

/* Algorithm references of MANAGE SECURITY ENVIRONMENT for this card's keys (our own choice: those
 * of AKİS are not public). With PSS the data to sign is the bare hash. */
typedef enum {
  ILK_CHIP_PKCS1 = 0x02,
  ILK_CHIP_PSS = 0x05,
} IlkChipAlgorithm;

/* A card under power: what survives (image) and what a reset drops (the rest). */
typedef struct {
  IlkChipImage      *image;
  IlkChipTree       *tree;

  const IlkChipFile *folder;        /* the current DF */
  const IlkChipFile *file;          /* the current EF, or NULL */
  gboolean           verified;      /* the PIN was right */
  gboolean           authenticated; /* EXTERNAL AUTHENTICATE was right */
  gboolean           challenged;
  guint8             challenge[ILK_UNLOCK_CHALLENGE_LENGTH];
  guint              key;           /* reference of the chosen key, 0: none */
  IlkChipAlgorithm   algorithm;
  GByteArray        *chain;         /* data of chained commands (CLA 10) so far */
} IlkChip;

/* A command's handler: appends to answer, returns the status word. */
typedef guint16 (* IlkChipHandler) (IlkChip       *chip,
                                    const IlkApdu *apdu,
                                    GByteArray    *answer);

IlkChip *ilk_chip_new      (IlkChipImage  *image);
void     ilk_chip_free     (IlkChip       *self);
void     ilk_chip_reset    (IlkChip       *self);
GBytes  *ilk_chip_transmit (IlkChip       *self,
                            const guint8  *command,
                            gsize          length);

/* ilk-chip-files.c */
guint16  ilk_chip_select      (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_read_binary (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_directory   (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_get_data    (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_life_cycle  (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_refuse      (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);

/* ilk-chip-pin.c */
guint16  ilk_chip_verify      (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_change_pin  (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_reset_retry (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_logout      (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);

/* ilk-chip-keys.c */
guint16  ilk_chip_get_challenge   (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_external_auth   (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_manage_security (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);
guint16  ilk_chip_sign            (IlkChip *chip, const IlkApdu *apdu, GByteArray *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkChip, ilk_chip_free)

G_END_DECLS
