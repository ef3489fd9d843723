/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include "virtual/ilk-chip.h"
#include "virtual/ilk-virtual-card.h"

/* The chip with a lock around it: readers are served by threads. */
struct _IlkVirtualCard
{
  GObject  parent_instance;

  GMutex   lock;
  IlkChip *chip;
  char    *serial;
};

G_DEFINE_FINAL_TYPE (IlkVirtualCard, ilk_virtual_card, G_TYPE_OBJECT)

/* ATR of AKİS v1.0 (OpenSC card-akis.c): T=1, historical bytes "UEKAE V1.0". */
static const guint8 atr[] = {
  0x3B, 0xBA, 0x11, 0x00, 0x81, 0x31, 0xFE, 0x4D, 0x55, 0x45,
  0x4B, 0x41, 0x45, 0x20, 0x56, 0x31, 0x2E, 0x30, 0xAE,
};

static void
ilk_virtual_card_finalize (GObject *object)
{
  IlkVirtualCard *self = ILK_VIRTUAL_CARD (object);

  g_clear_pointer (&self->chip, ilk_chip_free);
  g_free (self->serial);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_virtual_card_parent_class)->finalize (object);
}

static void
ilk_virtual_card_class_init (IlkVirtualCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_virtual_card_finalize;
}

static void
ilk_virtual_card_init (IlkVirtualCard *self)
{
  g_mutex_init (&self->lock);
}

/**
 * ilk_virtual_card_new_from_file:
 * @path: a card's state file
 * @error: ILK_ERROR
 *
 * Returns: (transfer full): the card, powered on, or %NULL
 */
IlkVirtualCard *
ilk_virtual_card_new_from_file (const char  *path,
                                GError     **error)
{
  g_autoptr (IlkVirtualCard) self = NULL;
  IlkChipImage *image;

  g_return_val_if_fail (path != NULL, NULL);

  image = ilk_chip_image_load (path, error);
  if (image == NULL)
    return NULL;

  self = g_object_new (ILK_TYPE_VIRTUAL_CARD, NULL);
  self->chip = ilk_chip_new (image);
  self->serial = ilk_card_serial_to_text (self->chip->image->serial);
  return g_steal_pointer (&self);
}

const char *
ilk_virtual_card_get_path (IlkVirtualCard *self)
{
  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (self), NULL);

  return self->chip->image->path;
}

const char *
ilk_virtual_card_get_serial (IlkVirtualCard *self)
{
  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (self), NULL);

  return self->serial;
}

/**
 * ilk_virtual_card_get_atr:
 * @self: a card
 *
 * Returns: (transfer none): its ATR, the same for every virtual card
 */
GBytes *
ilk_virtual_card_get_atr (IlkVirtualCard *self)
{
  static gsize once;
  static GBytes *bytes;

  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (self), NULL);

  if (g_once_init_enter (&once))
    {
      bytes = g_bytes_new_static (atr, sizeof atr);
      g_once_init_leave (&once, 1);
    }
  return bytes;
}

void
ilk_virtual_card_power_on (IlkVirtualCard *self)
{
  ilk_virtual_card_reset (self);
}

void
ilk_virtual_card_reset (IlkVirtualCard *self)
{
  g_return_if_fail (ILK_IS_VIRTUAL_CARD (self));

  g_mutex_lock (&self->lock);
  ilk_chip_reset (self->chip);
  g_mutex_unlock (&self->lock);
}

/**
 * ilk_virtual_card_transmit:
 * @self: a card
 * @command: (array length=length): one short APDU; the caller wipes it
 * @length: in bytes
 *
 * Returns: (transfer full): data and status word
 */
GBytes *
ilk_virtual_card_transmit (IlkVirtualCard *self,
                           const guint8   *command,
                           gsize           length)
{
  GBytes *answer;

  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (self), NULL);

  g_mutex_lock (&self->lock);
  answer = ilk_chip_transmit (self->chip, command, length);
  g_mutex_unlock (&self->lock);
  return answer;
}

/**
 * ilk_virtual_card_check_pin:
 * @self: a card
 * @pin: the digits to ask about
 *
 * Asks what VERIFY would say, from outside of the card: no try is spent, nothing is written.
 *
 * Returns: whether VERIFY would accept it now
 */
gboolean
ilk_virtual_card_check_pin (IlkVirtualCard *self,
                            IlkSecret      *pin)
{
  const IlkChipMemory *memory;
  gboolean right;

  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (self), FALSE);
  g_return_val_if_fail (pin != NULL, FALSE);

  g_mutex_lock (&self->lock);
  memory = &self->chip->image->memory;
  right = memory->pin_set && memory->pin_tries > 0 && !memory->dead &&
          ilk_chip_reference_equals (&memory->pin, ilk_secret_peek (pin),
                                     ilk_secret_get_length (pin));
  g_mutex_unlock (&self->lock);
  return right;
}
