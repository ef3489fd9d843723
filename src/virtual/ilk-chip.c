/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/crypto.h>
#include <string.h>

#include "virtual/ilk-chip.h"

#define CLA_CHAINED            0x10
#define MAX_CHAIN              512
#define INS_AKIS_CREATE_FOLDER 0x10
#define INS_AKIS_CREATE_FILE   0x15
#define INS_AKIS_DELETE        0x16
#define INS_WRITE_BINARY       0xD0
#define INS_UPDATE_BINARY      0xD6

/* Every command that the card knows. What would change files is known and refused: the card is in
 * operation, not in administration. */
static const struct {
  guint8         cla;
  guint8         ins;
  IlkChipHandler handler;
} commands[] = {
  { ILK_CLA_ISO,  ILK_INS_VERIFY,          ilk_chip_verify },
  { ILK_CLA_ISO,  ILK_INS_MANAGE_SECURITY, ilk_chip_manage_security },
  { ILK_CLA_ISO,  ILK_INS_CHANGE_PIN,      ilk_chip_change_pin },
  { ILK_CLA_ISO,  ILK_INS_PSO,             ilk_chip_sign },
  { ILK_CLA_ISO,  ILK_INS_RESET_RETRY,     ilk_chip_reset_retry },
  { ILK_CLA_ISO,  ILK_INS_EXTERNAL_AUTH,   ilk_chip_external_auth },
  { ILK_CLA_ISO,  ILK_INS_GET_CHALLENGE,   ilk_chip_get_challenge },
  { ILK_CLA_ISO,  ILK_INS_SELECT,          ilk_chip_select },
  { ILK_CLA_ISO,  ILK_INS_READ_BINARY,     ilk_chip_read_binary },
  { ILK_CLA_ISO,  ILK_INS_GET_DATA,        ilk_chip_get_data },
  { ILK_CLA_ISO,  INS_WRITE_BINARY,        ilk_chip_refuse },
  { ILK_CLA_ISO,  INS_UPDATE_BINARY,       ilk_chip_refuse },
  { ILK_CLA_AKIS, ILK_INS_AKIS_LIFE_CYCLE, ilk_chip_life_cycle },
  { ILK_CLA_AKIS, ILK_INS_AKIS_DIRECTORY,  ilk_chip_directory },
  { ILK_CLA_AKIS, ILK_INS_AKIS_LOGOUT,     ilk_chip_logout },
  { ILK_CLA_AKIS, INS_AKIS_CREATE_FOLDER,  ilk_chip_refuse },
  { ILK_CLA_AKIS, INS_AKIS_CREATE_FILE,    ilk_chip_refuse },
  { ILK_CLA_AKIS, INS_AKIS_DELETE,         ilk_chip_refuse },
};

/**
 * ilk_chip_new:
 * @image: (transfer full): what the card keeps
 *
 * Returns: (transfer full): a card just powered on
 */
IlkChip *
ilk_chip_new (IlkChipImage *image)
{
  IlkChip *self = g_new0 (IlkChip, 1);

  self->image = image;
  self->chain = g_byte_array_new ();
  self->tree = ilk_chip_tree_new (image->serial, sizeof image->serial, image->certificates);
  ilk_chip_reset (self);
  return self;
}

void
ilk_chip_free (IlkChip *self)
{
  ilk_chip_image_free (self->image);
  ilk_chip_tree_free (self->tree);
  g_byte_array_unref (self->chain);
  g_free (self);
}

/* Power-off and on: everything is forgotten but the image. */
void
ilk_chip_reset (IlkChip *self)
{
  self->folder = ilk_chip_tree_get_root (self->tree);
  self->file = NULL;
  self->verified = FALSE;
  self->authenticated = FALSE;
  self->challenged = FALSE;
  self->key = 0;
  self->algorithm = ILK_CHIP_PKCS1;
  g_byte_array_set_size (self->chain, 0);
}

static guint16
check_class (guint8 cla)
{
  if (cla == ILK_CLA_ISO || cla == ILK_CLA_AKIS)
    return ILK_SW_OK;
  if ((cla & 0xE0) != 0)
    return ILK_SW_CLA;
  if ((cla & 0x10) != 0)
    return ILK_SW_CHAINING;
  return (cla & 0x0C) != 0 ? ILK_SW_SECURE_MESSAGING : ILK_SW_CHANNEL;
}

/* Command chaining, for what does not fit into one command: a block as long as the key. */
static guint16
add_to_chain (IlkChip       *self,
              const IlkApdu *apdu)
{
  if (apdu->ins != ILK_INS_PSO)
    return ILK_SW_CHAINING;
  if (self->chain->len + apdu->lc > MAX_CHAIN)
    return ILK_SW_WRONG_LENGTH;
  g_byte_array_append (self->chain, apdu->data, apdu->lc);
  return ILK_SW_OK;
}

static guint16
dispatch (IlkChip       *self,
          const IlkApdu *apdu,
          GByteArray    *answer)
{
  guint16 sw = check_class (apdu->cla);

  if (sw != ILK_SW_OK)
    return sw;
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].cla == apdu->cla && commands[i].ins == apdu->ins)
      return commands[i].handler (self, apdu, answer);
  return ILK_SW_INS;
}

/* Fits the answer to Le: short Le is told the right one (6CXX), as T=1 cards do. READ BINARY and
 * GET CHALLENGE have cut theirs already. */
static guint16
fit_answer (const IlkApdu *apdu,
            GByteArray    *answer,
            guint16        sw)
{
  if (answer->len == 0 || apdu->le >= (int) answer->len)
    return sw;
  if (apdu->le < 0)
    {
      g_byte_array_set_size (answer, 0);
      return sw;
    }
  sw = ILK_SW_WRONG_LE | (answer->len & 0xFF);
  g_byte_array_set_size (answer, 0);
  return sw;
}

/* Runs a command with what was chained before it, if that was of the same kind. */
static guint16
run (IlkChip       *self,
     const IlkApdu *apdu,
     GByteArray    *answer)
{
  IlkApdu whole = *apdu;

  if (apdu->cla == CLA_CHAINED)
    return add_to_chain (self, apdu);
  if (self->chain->len > 0 && apdu->cla == ILK_CLA_ISO && apdu->ins == ILK_INS_PSO)
    {
      if (apdu->lc > 0)
        g_byte_array_append (self->chain, apdu->data, apdu->lc);
      whole.data = self->chain->data;
      whole.lc = self->chain->len;
    }
  return dispatch (self, &whole, answer);
}

/* Any command ends a chain, but for one that was told the right Le and will come again. */
static void
end_chain (IlkChip       *self,
           const IlkApdu *apdu,
           gsize          length_before,
           guint16        sw)
{
  if (apdu->cla != CLA_CHAINED)
    g_byte_array_set_size (self->chain, ILK_SW_IS_WRONG_LE (sw) ? length_before : 0);
}

/* Writes what the command changed before anybody learns of it. If that fails the command has
 * failed, but a spent try stays spent. */
static guint16
persist (IlkChip             *self,
         const IlkChipMemory *before,
         guint16              sw)
{
  IlkChipMemory *now = &self->image->memory;
  g_autoptr (GError) error = NULL;
  guint8 pin_tries, puk_tries, key_tries;

  if (memcmp (before, now, sizeof *now) == 0 || ilk_chip_image_save (self->image, &error))
    return sw;

  g_message ("%s", error->message);
  pin_tries = MIN (before->pin_tries, now->pin_tries);
  puk_tries = MIN (before->puk_tries, now->puk_tries);
  key_tries = MIN (before->key_tries, now->key_tries);
  *now = *before;
  now->pin_tries = pin_tries;
  now->puk_tries = puk_tries;
  now->key_tries = key_tries;
  self->verified = FALSE;
  self->authenticated = FALSE;
  return ILK_SW_MEMORY_FAILURE;
}

/**
 * ilk_chip_transmit:
 * @self: a card under power
 * @command: (array length=length): one command
 * @length: in bytes
 *
 * Runs a command; what it changes is in the state file before the answer is there.
 *
 * Returns: (transfer full): data and status word
 */
GBytes *
ilk_chip_transmit (IlkChip      *self,
                   const guint8 *command,
                   gsize         length)
{
  GByteArray *answer = g_byte_array_new ();
  IlkChipMemory before = self->image->memory;
  gsize chained = self->chain->len;
  IlkApdu apdu;
  guint16 sw = ILK_SW_WRONG_LENGTH;
  guint8 trailer[2];

  if (ilk_apdu_parse (command, length, &apdu))
    {
      sw = run (self, &apdu, answer);
      sw = persist (self, &before, sw);
      sw = fit_answer (&apdu, answer, sw);
      end_chain (self, &apdu, chained, sw);
    }
  OPENSSL_cleanse (&before, sizeof before);

  trailer[0] = sw >> 8;
  trailer[1] = sw & 0xFF;
  g_byte_array_append (answer, trailer, sizeof trailer);
  return g_byte_array_free_to_bytes (answer);
}
