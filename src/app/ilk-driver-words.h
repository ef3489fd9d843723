/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-distribution.h"
#include "host/ilk-host-verdict.h"
#include "host/ilk-repair-plan.h"
#include "host/ilk-repair.h"

G_BEGIN_DECLS

/* One verdict in words for the person. */
typedef struct {
  const char *icon;       /* of the icon theme */
  const char *colour;     /* style class that says the same as the words */
  char       *sentence;   /* what happened */
  char       *cause;      /* why; NULL where the sentence says it */
  char       *action;     /* what to do; NULL: nothing */
  const char *button;     /* with a mnemonic sign, in the person's language; NULL: no button helps */
} IlkDriverWords;

IlkDriverWords *ilk_driver_words_new     (const IlkReaderVerdict *verdict,
                                          const IlkRepairPlan    *plan);
/* For a reader that the person chose by its picture. certain: its name says which model it is. */
IlkDriverWords *ilk_driver_words_new_for_choice (const IlkReaderVerdict *verdict,
                                                 const IlkRepairPlan    *plan,
                                                 gboolean                certain);
void            ilk_driver_words_free    (IlkDriverWords         *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkDriverWords, ilk_driver_words_free)

char           *ilk_driver_words_users   (const IlkReaderVerdict *verdict);
/* "Pardus 23, 64-bit · ACS ACR38U · driver libacsccid1". */
char           *ilk_driver_words_summary (const IlkReaderVerdict *verdict,
                                          IlkDistribution        *distribution);
/* What a person sends to those who look after the computer; nothing in it is about the person. */
char           *ilk_driver_words_letter  (const IlkReaderVerdict *verdict,
                                          const IlkRepairPlan    *plan,
                                          IlkDistribution        *distribution);
/* Whether somebody else has to help, beyond a password. */
gboolean        ilk_driver_words_wants_letter (const IlkReaderVerdict *verdict);
/* Whether it helps to say which reader it is. */
gboolean        ilk_driver_words_wants_choice (const IlkReaderVerdict *verdict);
const char     *ilk_driver_words_status  (IlkRepairStatus         status);

G_END_DECLS
