/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-channel.h"
#include "card/ilk-card-info.h"

G_BEGIN_DECLS

/* What one kind of card can do, command by command. All functions block and are for worker
 * threads. They never send anything twice; whether a failed one was sent without an answer is
 * told by ilk_card_channel_get_unanswered (). */
#define ILK_TYPE_CARD_DRIVER (ilk_card_driver_get_type ())
G_DECLARE_INTERFACE (IlkCardDriver, ilk_card_driver, ILK, CARD_DRIVER, GObject)

struct _IlkCardDriverInterface
{
  GTypeInterface parent;

  /* Serial number, life cycle, card profile. */
  gboolean (*identify)       (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkCardInfo     *info,
                              GError         **error);
  /* State and tries of the PIN and of the unlock key, as far as asking costs nothing; call
   * identify () first. */
  gboolean (*read_tries)     (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkCardInfo     *info,
                              GError         **error);
  gboolean (*certificates)   (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkCardInfo     *info,
                              GError         **error);
  gboolean (*verify)         (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkSecret       *pin,
                              GError         **error);
  gboolean (*change)         (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkSecret       *old_pin,
                              IlkSecret       *new_pin,
                              GError         **error);
  /* The same with PINs that are typed on the reader; both refuse with NOT_SUPPORTED when this
   * reader can't. */
  gboolean (*verify_by_pad)  (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              GError         **error);
  gboolean (*change_by_pad)  (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              GError         **error);
  /* The unlock of profile virtual-1, command by command. */
  GBytes  *(*get_challenge)  (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              GError         **error);
  gboolean (*authenticate)   (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              GBytes          *cryptogram,
                              GError         **error);
  gboolean (*reset_pin)      (IlkCardDriver   *self,
                              IlkCardChannel  *channel,
                              IlkSecret       *new_pin,
                              GError         **error);
};

gboolean ilk_card_driver_identify      (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkCardInfo     *info,
                                        GError         **error);
gboolean ilk_card_driver_read_tries    (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkCardInfo     *info,
                                        GError         **error);
gboolean ilk_card_driver_certificates  (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkCardInfo     *info,
                                        GError         **error);
gboolean ilk_card_driver_verify        (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkSecret       *pin,
                                        GError         **error);
gboolean ilk_card_driver_change        (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkSecret       *old_pin,
                                        IlkSecret       *new_pin,
                                        GError         **error);
gboolean ilk_card_driver_verify_by_pad (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        GError         **error);
gboolean ilk_card_driver_change_by_pad (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        GError         **error);
GBytes  *ilk_card_driver_get_challenge (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        GError         **error);
gboolean ilk_card_driver_authenticate  (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        GBytes          *cryptogram,
                                        GError         **error);
gboolean ilk_card_driver_reset_pin     (IlkCardDriver   *self,
                                        IlkCardChannel  *channel,
                                        IlkSecret       *new_pin,
                                        GError         **error);

/* The driver for a kind of card (transfer full); NULL: only its ATR is known. */
IlkCardDriver *ilk_card_driver_new_for_kind (IlkCardKind kind);

G_END_DECLS
