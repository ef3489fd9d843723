/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include "core/ilk-pin-rules.h"

static const struct
{
  IlkPinRules rule;
  const char *name;
} names[] = {
  { ILK_PIN_RULE_SIX_DIGITS, "six-digits" },
  { ILK_PIN_RULE_NOT_ALL_EQUAL, "not-all-equal" },
  { ILK_PIN_RULE_NOT_A_RUN, "not-a-run" },
  { ILK_PIN_RULE_NOT_IN_IDENTITY, "not-in-identity" },
  { ILK_PIN_RULE_NOT_OLD, "not-old" },
};

static gboolean
is_six_digits (IlkSecret *pin)
{
  const guint8 *digits = ilk_secret_peek (pin);

  if (ilk_secret_get_length (pin) != ILK_PIN_LENGTH)
    return FALSE;
  for (guint i = 0; i < ILK_PIN_LENGTH; i++)
    {
      if (digits[i] < '0' || digits[i] > '9')
        return FALSE;
    }
  return TRUE;
}

/* Whether each digit follows the one before by step, 9 and 0 being neighbours. */
static gboolean
steps_by (const guint8 *digits,
          int           step)
{
  for (guint i = 1; i < ILK_PIN_LENGTH; i++)
    {
      if ((digits[i - 1] - '0' + step + 10) % 10 != digits[i] - '0')
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_inside (const guint8 *digits,
           const char   *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i + ILK_PIN_LENGTH <= length; i++)
    {
      if (memcmp (text + i, digits, ILK_PIN_LENGTH) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * ilk_pin_rules_broken:
 * @pin: what is typed so far
 * @identity_number: (nullable): the holder's, where it is known
 * @old_pin: (nullable): the one in use, where it is known
 *
 * A number that is not finished breaks the first rule only: the others speak of six digits.
 *
 * Returns: the bits of the rules that @pin breaks; 0: it may be used
 */
IlkPinRules
ilk_pin_rules_broken (IlkSecret  *pin,
                      const char *identity_number,
                      IlkSecret  *old_pin)
{
  IlkPinRules broken = 0;
  const guint8 *digits;

  g_return_val_if_fail (pin != NULL, ILK_PIN_RULES_ALL);

  if (!is_six_digits (pin))
    return ILK_PIN_RULE_SIX_DIGITS;

  digits = ilk_secret_peek (pin);
  if (steps_by (digits, 0))
    broken |= ILK_PIN_RULE_NOT_ALL_EQUAL;
  if (steps_by (digits, 1) || steps_by (digits, -1))
    broken |= ILK_PIN_RULE_NOT_A_RUN;
  if (is_inside (digits, identity_number))
    broken |= ILK_PIN_RULE_NOT_IN_IDENTITY;
  if (ilk_secret_equal (pin, old_pin))
    broken |= ILK_PIN_RULE_NOT_OLD;
  return broken;
}

/**
 * ilk_pin_rule_get_name:
 * @rule: one bit
 *
 * Returns: (transfer none) (nullable): its stable name, for tests and styles; no words to show
 */
const char *
ilk_pin_rule_get_name (IlkPinRules rule)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (names[i].rule == rule)
        return names[i].name;
    }
  return NULL;
}

/**
 * ilk_pin_rules_from_name:
 * @name: (nullable): from ilk_pin_rule_get_name ()
 *
 * Returns: the rule's bit, or 0 when there is none of that name
 */
IlkPinRules
ilk_pin_rules_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (names[i].name, name) == 0)
        return names[i].rule;
    }
  return 0;
}
