/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_PIN_LENGTH 6

/* Each rule has a bit of its own, so that a checklist can show them live.
 * Source: the product's PIN rules; 6 digits from the documents. */
typedef enum {
  ILK_PIN_RULE_SIX_DIGITS      = 1 << 0, /* exactly 6 digits */
  ILK_PIN_RULE_NOT_ALL_EQUAL   = 1 << 1, /* not six equal digits */
  ILK_PIN_RULE_NOT_A_RUN       = 1 << 2, /* no rising or falling run of six, also wrapping (890123) */
  ILK_PIN_RULE_NOT_IN_IDENTITY = 1 << 3, /* not six consecutive digits of the identity number */
  ILK_PIN_RULE_NOT_OLD         = 1 << 4, /* not the old one, where it is known */
} IlkPinRules;

#define ILK_PIN_RULES_ALL (ILK_PIN_RULE_SIX_DIGITS | ILK_PIN_RULE_NOT_ALL_EQUAL | \
                           ILK_PIN_RULE_NOT_A_RUN | ILK_PIN_RULE_NOT_IN_IDENTITY | \
                           ILK_PIN_RULE_NOT_OLD)

IlkPinRules ilk_pin_rules_broken    (IlkSecret   *pin,
                                     const char  *identity_number,
                                     IlkSecret   *old_pin);
const char *ilk_pin_rule_get_name   (IlkPinRules  rule);
IlkPinRules ilk_pin_rules_from_name (const char  *name);

G_END_DECLS
