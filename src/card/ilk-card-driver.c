/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-driver.h"

#include "card/ilk-akis-driver.h"

G_DEFINE_INTERFACE (IlkCardDriver, ilk_card_driver, G_TYPE_OBJECT)

static void
ilk_card_driver_default_init (IlkCardDriverInterface *iface)
{
}

gboolean
ilk_card_driver_identify (IlkCardDriver   *self,
                          IlkCardChannel  *channel,
                          IlkCardInfo     *info,
                          GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->identify (self, channel, info, error);
}

gboolean
ilk_card_driver_read_tries (IlkCardDriver   *self,
                            IlkCardChannel  *channel,
                            IlkCardInfo     *info,
                            GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->read_tries (self, channel, info, error);
}

gboolean
ilk_card_driver_certificates (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkCardInfo     *info,
                              GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->certificates (self, channel, info, error);
}

gboolean
ilk_card_driver_verify (IlkCardDriver   *self,
                        IlkCardChannel  *channel,
                        IlkSecret       *pin,
                        GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->verify (self, channel, pin, error);
}

gboolean
ilk_card_driver_change (IlkCardDriver   *self,
                        IlkCardChannel  *channel,
                        IlkSecret       *old_pin,
                        IlkSecret       *new_pin,
                        GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->change (self, channel, old_pin, new_pin, error);
}

gboolean
ilk_card_driver_verify_by_pad (IlkCardDriver   *self,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->verify_by_pad (self, channel, error);
}

gboolean
ilk_card_driver_change_by_pad (IlkCardDriver   *self,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->change_by_pad (self, channel, error);
}

GBytes *
ilk_card_driver_get_challenge (IlkCardDriver   *self,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), NULL);

  return ILK_CARD_DRIVER_GET_IFACE (self)->get_challenge (self, channel, error);
}

gboolean
ilk_card_driver_authenticate (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              GBytes          *cryptogram,
                              GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->authenticate (self, channel, cryptogram, error);
}

gboolean
ilk_card_driver_reset_pin (IlkCardDriver   *self,
                           IlkCardChannel  *channel,
                           IlkSecret       *new_pin,
                           GError         **error)
{
  g_return_val_if_fail (ILK_IS_CARD_DRIVER (self), FALSE);

  return ILK_CARD_DRIVER_GET_IFACE (self)->reset_pin (self, channel, new_pin, error);
}

/**
 * ilk_card_driver_new_for_kind:
 *
 * Returns: (transfer full) (nullable): the driver for this kind of card; %NULL when no command of
 *   it is public, so that nothing may be sent to it
 */
IlkCardDriver *
ilk_card_driver_new_for_kind (IlkCardKind kind)
{
  return kind == ILK_CARD_KIND_AKIS_V1 ? ilk_akis_driver_new () : NULL;
}
