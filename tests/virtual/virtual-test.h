/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual/ilk-card-order.h"
#include "virtual/ilk-virtual-card.h"

/* What the tests of this room share: a folder that goes away, a card made to order, commands
 * written as hex digits. */
#define TEST_PIN "407182"

typedef struct {
  char               *folder;
  char               *card_file;
  IlkSecret          *master_key; /* this and the order belong to all cards of this kind */
  const IlkCardOrder *order;
  IlkVirtualCard     *card;
} TestCard;

void    test_card_set_up      (TestCard         *self,
                               gconstpointer     condition);
void    test_card_set_up_pinless (TestCard      *self,
                                  gconstpointer  unused);
void    test_card_tear_down   (TestCard         *self,
                               gconstpointer     unused);
/* Powers the card off, drops the object, and makes one anew from the state file. */
void    test_card_restart     (TestCard         *self);
/* Sends hex, returns the answer as capital hex. */
char   *test_card_send        (IlkVirtualCard   *card,
                               const char       *hex);
GBytes *test_bytes_from_hex   (const char       *hex);
char   *test_hex_from_bytes   (const guint8     *bytes,
                               gsize             length);
void    test_remove_folder    (const char       *folder);

#define assert_answer(card, command, expected) \
  G_STMT_START { \
    g_autofree char *answer_ = test_card_send (card, command); \
    g_assert_cmpstr (answer_, ==, expected); \
  } G_STMT_END
