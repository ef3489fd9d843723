/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "virtual/ilk-chip.h"
#include "virtual/ilk-der.h"

/* P1 of SELECT. */
#define SELECT_FOLDER 0x00
#define SELECT_FILE   0x02
#define SELECT_NAME   0x04
#define SELECT_PATH   0x08

/* P2 of SELECT. */
#define ANSWER_FCI    0x00
#define ANSWER_NONE   0x0C

/* The security byte of the FCI (tag 90), read in OpenSC's card-akis.c. */
#define SECURITY_VALID      0x02
#define SECURITY_NO_PIN     0x04 /* on an EF: readable without PIN */
#define SECURITY_READ       0x10
#define SECURITY_WRONG_ONCE 0x40
#define SECURITY_LAST_TRY   0x80

#define DESCRIPTOR_FOLDER      0x38
#define DESCRIPTOR_TRANSPARENT 0x01

/* Objects of GET DATA 00 CA 01 xx. */
#define OBJECT_LIFE_CYCLE 0x04
#define OBJECT_SERIAL     0x06
#define OBJECT_MARKER     0x7E

#define LIFE_CYCLE_LENGTH    10
#define LIFE_CYCLE_OFFSET    6
#define LIFE_CYCLE_OPERATION 0xA5
#define LIFE_CYCLE_DEATH     0xAA
#define SERIAL_OBJECT_LENGTH 0x4D
#define SERIAL_OFFSET        55
#define MARKER               "ilkimza virtual-1"

#define TO_ADMINISTRATION 0x02
#define TO_OPERATION      0x01

static guint8
get_security_byte (IlkChip           *chip,
                   const IlkChipFile *file)
{
  const IlkChipMemory *memory = &chip->image->memory;
  guint8 security = SECURITY_VALID | SECURITY_READ;

  if (!file->folder)
    security |= SECURITY_NO_PIN;
  if (memory->pin_set && memory->pin_tries < ILK_CHIP_PIN_TRIES)
    security |= SECURITY_WRONG_ONCE;
  if (memory->pin_set && memory->pin_tries <= 1)
    security |= SECURITY_LAST_TRY;
  return security;
}

static void
append_fci (IlkChip           *chip,
            const IlkChipFile *file,
            GByteArray        *answer)
{
  const guint8 id[] = { file->id >> 8, file->id & 0xFF };
  const guint8 descriptor = file->folder ? DESCRIPTOR_FOLDER : DESCRIPTOR_TRANSPARENT;
  const guint8 security = get_security_byte (chip, file);
  gsize fci = ilk_der_open (answer, 0x6F);

  if (!file->folder)
    {
      gsize size = g_bytes_get_size (file->content);
      const guint8 bytes[] = { size >> 8, size & 0xFF };

      ilk_der_add (answer, 0x80, bytes, sizeof bytes);
    }
  ilk_der_add (answer, 0x82, &descriptor, 1);
  ilk_der_add (answer, 0x83, id, sizeof id);
  if (file->name != NULL)
    ilk_der_add (answer, 0x84, g_bytes_get_data (file->name, NULL),
                 g_bytes_get_size (file->name));
  ilk_der_add (answer, 0x85, NULL, 0);
  ilk_der_add (answer, 0x90, &security, 1);
  ilk_der_close (answer, fci);
}

static const IlkChipFile *
find_folder (IlkChip *chip,
             guint16  id)
{
  const IlkChipFile *root = ilk_chip_tree_get_root (chip->tree);
  const IlkChipFile *found;

  if (id == ILK_CHIP_MF)
    return root;
  if (id == chip->folder->id)
    return chip->folder;
  found = ilk_chip_tree_find_child (chip->tree, chip->folder, id, TRUE);
  return found != NULL ? found : ilk_chip_tree_find_child (chip->tree, root, id, TRUE);
}

static const IlkChipFile *
find_selected (IlkChip       *chip,
               const IlkApdu *apdu)
{
  switch (apdu->p1)
    {
    case SELECT_FOLDER:
      return find_folder (chip, apdu->data[0] << 8 | apdu->data[1]);
    case SELECT_FILE:
      return ilk_chip_tree_find_child (chip->tree, chip->folder,
                                       apdu->data[0] << 8 | apdu->data[1], FALSE);
    case SELECT_NAME:
      return ilk_chip_tree_find_name (chip->tree, apdu->data, apdu->lc);
    default:
      return ilk_chip_tree_find_path (chip->tree, apdu->data, apdu->lc);
    }
}

static guint16
check_select (const IlkApdu *apdu)
{
  gboolean by_id = apdu->p1 == SELECT_FOLDER || apdu->p1 == SELECT_FILE;

  if (!by_id && apdu->p1 != SELECT_NAME && apdu->p1 != SELECT_PATH)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->p2 != ANSWER_FCI && apdu->p2 != ANSWER_NONE)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->lc == 0 || (by_id && apdu->lc != 2))
    return ILK_SW_WRONG_LENGTH;
  return ILK_SW_OK;
}

guint16
ilk_chip_select (IlkChip       *chip,
                 const IlkApdu *apdu,
                 GByteArray    *answer)
{
  const IlkChipFile *found;
  guint16 sw = check_select (apdu);

  if (sw != ILK_SW_OK)
    return sw;
  found = find_selected (chip, apdu);
  if (found == NULL)
    return ILK_SW_FILE_NOT_FOUND;

  chip->file = found->folder ? NULL : found;
  chip->folder = found->folder ? found : ilk_chip_tree_get_parent (chip->tree, found);
  if (apdu->p2 == ANSWER_FCI)
    append_fci (chip, found, answer);
  return ILK_SW_OK;
}

/* READ BINARY of the current EF; P1 with bit 8 would be a short EF id, which v1.0 has not. */
guint16
ilk_chip_read_binary (IlkChip       *chip,
                      const IlkApdu *apdu,
                      GByteArray    *answer)
{
  gsize offset = apdu->p1 << 8 | apdu->p2;
  gsize size, wanted;
  const guint8 *content;

  if ((apdu->p1 & 0x80) != 0)
    return ILK_SW_WRONG_P1_P2;
  if (apdu->le < 0)
    return ILK_SW_WRONG_LENGTH;
  if (chip->file == NULL)
    return ILK_SW_NO_CURRENT_EF;

  content = g_bytes_get_data (chip->file->content, &size);
  if (offset >= size)
    return ILK_SW_WRONG_OFFSET;
  wanted = MIN ((gsize) apdu->le, size - offset);
  g_byte_array_append (answer, content + offset, wanted);
  /* Le 00 asks for what there is; a number asks for that many. */
  return apdu->le < 256 && wanted < (gsize) apdu->le ? ILK_SW_END_OF_FILE : ILK_SW_OK;
}

/* 80 18 00 00. */
guint16
ilk_chip_directory (IlkChip       *chip,
                    const IlkApdu *apdu,
                    GByteArray    *answer)
{
  g_autoptr (GByteArray) list = ilk_chip_tree_list (chip->tree, chip->folder);

  g_byte_array_append (answer, list->data, list->len);
  return ILK_SW_OK;
}

static void
append_life_cycle (IlkChip    *chip,
                   GByteArray *answer)
{
  guint8 object[LIFE_CYCLE_LENGTH] = { 0 };

  object[LIFE_CYCLE_OFFSET] = chip->image->memory.dead ? LIFE_CYCLE_DEATH : LIFE_CYCLE_OPERATION;
  g_byte_array_append (answer, object, sizeof object);
}

static void
append_serial (IlkChip    *chip,
               GByteArray *answer)
{
  guint8 object[SERIAL_OBJECT_LENGTH] = { 0 };

  memcpy (object + SERIAL_OFFSET, chip->image->serial, sizeof chip->image->serial);
  g_byte_array_append (answer, object, sizeof object);
}

/* GET DATA, 00 CA 01 xx: serial number and life cycle as OpenSC's driver reads them, and the
 * marker by which the profile virtual-1 is recognised. */
guint16
ilk_chip_get_data (IlkChip       *chip,
                   const IlkApdu *apdu,
                   GByteArray    *answer)
{
  if (apdu->p1 != 0x01)
    return ILK_SW_REFERENCE_NOT_FOUND;

  switch (apdu->p2)
    {
    case OBJECT_LIFE_CYCLE:
      append_life_cycle (chip, answer);
      return ILK_SW_OK;
    case OBJECT_SERIAL:
      append_serial (chip, answer);
      return ILK_SW_OK;
    case OBJECT_MARKER:
      g_byte_array_append (answer, (const guint8 *) MARKER, strlen (MARKER));
      return ILK_SW_OK;
    default:
      return ILK_SW_REFERENCE_NOT_FOUND;
    }
}

/* 80 09 00 xx: a card in operation does not go back. */
guint16
ilk_chip_life_cycle (IlkChip       *chip,
                     const IlkApdu *apdu,
                     GByteArray    *answer)
{
  if (apdu->p2 == TO_ADMINISTRATION)
    return ILK_SW_SECURITY_STATUS;
  if (apdu->p2 != TO_OPERATION)
    return ILK_SW_WRONG_P1_P2;
  return chip->image->memory.dead ? ILK_SW_SECURITY_STATUS : ILK_SW_OK;
}

/* Commands of administration. */
guint16
ilk_chip_refuse (IlkChip       *chip,
                 const IlkApdu *apdu,
                 GByteArray    *answer)
{
  return ILK_SW_SECURITY_STATUS;
}
