/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"
#include "core/ilk-unlock-crypto.h"
#include "virtual/ilk-practice-ca.h"

G_BEGIN_DECLS

#define ILK_CARD_ORDER_KEY_VERSION 1

/* What happened to a card before its holder got it. */
typedef enum {
  ILK_CARD_CONDITION_FRESH,
  ILK_CARD_CONDITION_BLOCKED, /* three wrong PINs */
  ILK_CARD_CONDITION_DEAD,    /* three wrong PUKs */
} IlkCardCondition;

/* One card to be made for one holder. */
typedef struct {
  char             *card_file;
  guint8            serial[ILK_CARD_SERIAL_LENGTH];
  char             *holder;
  char             *identity_number;
  char             *phone;
  char             *email;
  int               birth_year;
  gint64            not_before;
  gint64            not_after;
  gboolean          activated;
  IlkSecret        *pin;           /* NULL: the card gets none */
  IlkSecret        *security_word;
  gboolean          word_is_printed; /* on the application form */
  IlkCardCondition  condition;
} IlkCardOrder;

IlkCardOrder *ilk_card_order_new      (void);
void          ilk_card_order_free     (IlkCardOrder   *self);
IlkSecret    *ilk_card_order_make_pin (const char     *identity_number);
GBytes       *ilk_card_order_make     (IlkCardOrder   *self,
                                       IlkPracticeCa  *ca,
                                       IlkSecret      *master_key,
                                       GError        **error);
char         *ilk_card_order_hand_over (IlkCardOrder   *self,
                                        GBytes         *certificate,
                                        GBytes         *handover_public,
                                        GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCardOrder, ilk_card_order_free)

G_END_DECLS
