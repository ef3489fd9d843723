/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include "core/ilk-pin-rules.h"
#include "virtual/ilk-chip.h"
#include "virtual/ilk-pkcs15.h"

/* OpenSC's driver sends PINs up to this length; a longer one is a wrong command, not a try. */
#define MAX_PIN_LENGTH 16

#define CHANGE_GLOBAL      0x01
#define RESET_PUK_AND_PIN  0x00
#define RESET_PUK_ONLY     0x01
#define RESET_PIN_ONLY     0x02

static gboolean
is_new_pin (const guint8 *pin,
            gsize         length)
{
  if (length != ILK_PIN_LENGTH)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (pin[i]))
      return FALSE;
  return TRUE;
}

/* What every use of the PIN is refused with before the PIN is looked at. */
static guint16
check_usable (const IlkChipMemory *memory)
{
  if (memory->dead)
    return ILK_SW_BLOCKED;
  if (!memory->pin_set)
    return ILK_SW_REFERENCE_NOT_USABLE;
  if (memory->pin_tries == 0)
    return ILK_SW_BLOCKED;
  return ILK_SW_OK;
}

/* Compares and counts. */
static guint16
compare_pin (IlkChip      *chip,
             const guint8 *pin,
             gsize         length)
{
  IlkChipMemory *memory = &chip->image->memory;

  if (ilk_chip_reference_equals (&memory->pin, pin, length))
    {
      memory->pin_tries = ILK_CHIP_PIN_TRIES;
      return ILK_SW_OK;
    }
  chip->verified = FALSE;
  memory->pin_tries--;
  return ILK_SW_TRIES_LEFT | memory->pin_tries;
}

static void
set_pin (IlkChip      *chip,
         const guint8 *pin)
{
  IlkChipMemory *memory = &chip->image->memory;

  ilk_chip_reference_set (&memory->pin, pin, ILK_PIN_LENGTH);
  memory->pin_set = TRUE;
  memory->pin_tries = ILK_CHIP_PIN_TRIES;
  chip->verified = FALSE;
}

/* VERIFY, 00 20 00 01. Without data it only asks: 63CX with the tries left, and spends nothing. */
guint16
ilk_chip_verify (IlkChip       *chip,
                 const IlkApdu *apdu,
                 GByteArray    *answer)
{
  guint16 sw;

  if (apdu->p1 != 0)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->p2 != ILK_PKCS15_PIN_REFERENCE)
    return ILK_SW_REFERENCE_NOT_FOUND;
  sw = check_usable (&chip->image->memory);
  if (sw != ILK_SW_OK)
    return sw;
  if (apdu->lc == 0)
    return ILK_SW_TRIES_LEFT | chip->image->memory.pin_tries;
  if (apdu->lc > MAX_PIN_LENGTH)
    return ILK_SW_WRONG_LENGTH;

  sw = compare_pin (chip, apdu->data, apdu->lc);
  chip->verified = sw == ILK_SW_OK;
  return sw;
}

/* CHANGE REFERENCE DATA, 00 24 01 01: both PINs with their length in front (OpenSC card-akis.c),
 * not ISO's plain concatenation. */
guint16
ilk_chip_change_pin (IlkChip       *chip,
                     const IlkApdu *apdu,
                     GByteArray    *answer)
{
  const guint8 *old_pin, *new_pin;
  gsize old_length, new_length;
  guint16 sw;

  if (apdu->p1 != CHANGE_GLOBAL)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->p2 != ILK_PKCS15_PIN_REFERENCE)
    return ILK_SW_REFERENCE_NOT_FOUND;
  sw = check_usable (&chip->image->memory);
  if (sw != ILK_SW_OK)
    return sw;

  if (apdu->lc < 2)
    return ILK_SW_WRONG_LENGTH;
  old_length = apdu->data[0];
  if (old_length == 0 || old_length > MAX_PIN_LENGTH || old_length + 2 > apdu->lc)
    return ILK_SW_WRONG_DATA;
  new_length = apdu->data[old_length + 1];
  if (old_length + 2 + new_length != apdu->lc)
    return ILK_SW_WRONG_DATA;
  old_pin = apdu->data + 1;
  new_pin = apdu->data + old_length + 2;
  if (!is_new_pin (new_pin, new_length))
    return ILK_SW_WRONG_DATA;

  sw = compare_pin (chip, old_pin, old_length);
  if (sw == ILK_SW_OK)
    set_pin (chip, new_pin);
  return sw;
}

/* A used-up PUK ends the card for good. */
static guint16
compare_puk (IlkChip      *chip,
             const guint8 *puk)
{
  IlkChipMemory *memory = &chip->image->memory;

  if (ilk_chip_reference_equals (&memory->puk, puk, ILK_CHIP_PUK_LENGTH))
    {
      memory->puk_tries = ILK_CHIP_PUK_TRIES;
      return ILK_SW_OK;
    }
  memory->puk_tries--;
  if (memory->puk_tries == 0)
    {
      memory->dead = TRUE;
      chip->verified = FALSE;
      chip->authenticated = FALSE;
    }
  return ILK_SW_TRIES_LEFT | memory->puk_tries;
}

static guint16
reset_by_puk (IlkChip       *chip,
              const IlkApdu *apdu)
{
  gboolean with_pin = apdu->p1 == RESET_PUK_AND_PIN;
  const guint8 *new_pin = apdu->data + ILK_CHIP_PUK_LENGTH;
  guint16 sw;

  if (apdu->lc != ILK_CHIP_PUK_LENGTH + (with_pin ? ILK_PIN_LENGTH : 0))
    return ILK_SW_WRONG_LENGTH;
  if (with_pin && !is_new_pin (new_pin, ILK_PIN_LENGTH))
    return ILK_SW_WRONG_DATA;

  sw = compare_puk (chip, apdu->data);
  if (sw != ILK_SW_OK)
    return sw;
  if (with_pin)
    set_pin (chip, new_pin);
  else
    chip->image->memory.pin_tries = ILK_CHIP_PIN_TRIES;
  return ILK_SW_OK;
}

static guint16
reset_by_authentication (IlkChip       *chip,
                         const IlkApdu *apdu)
{
  if (!chip->authenticated)
    return ILK_SW_SECURITY_STATUS;
  if (apdu->lc != ILK_PIN_LENGTH)
    return ILK_SW_WRONG_LENGTH;
  if (!is_new_pin (apdu->data, apdu->lc))
    return ILK_SW_WRONG_DATA;

  set_pin (chip, apdu->data);
  /* One authentication is good for one PIN. */
  chip->authenticated = FALSE;
  return ILK_SW_OK;
}

/* RESET RETRY COUNTER: P1 00 PUK and new PIN, 01 PUK only, 02 new PIN only after
 * EXTERNAL AUTHENTICATE (profile virtual-1). */
guint16
ilk_chip_reset_retry (IlkChip       *chip,
                      const IlkApdu *apdu,
                      GByteArray    *answer)
{
  if (apdu->p1 > RESET_PIN_ONLY)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->p2 != ILK_PKCS15_PIN_REFERENCE)
    return ILK_SW_REFERENCE_NOT_FOUND;
  if (chip->image->memory.dead)
    return ILK_SW_BLOCKED;
  if (apdu->p1 == RESET_PIN_ONLY)
    return reset_by_authentication (chip, apdu);
  return reset_by_puk (chip, apdu);
}

/* 80 1A 00 00. */
guint16
ilk_chip_logout (IlkChip       *chip,
                 const IlkApdu *apdu,
                 GByteArray    *answer)
{
  chip->verified = FALSE;
  chip->authenticated = FALSE;
  return ILK_SW_OK;
}
