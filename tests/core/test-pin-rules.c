/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/ilk-pin-rules.h"

typedef struct
{
  const char *pin;
  const char *identity_number;
  const char *old_pin;
  const char *broken;          /* names with a space between, or "" */
} Case;

static const Case cases[] = {
  { "492751", NULL, NULL, "" },
  { "492751", "10000000146", "275149", "" },
  { "112233", NULL, NULL, "" },
  { "123457", NULL, NULL, "" },
  { "124567", NULL, NULL, "" },
  { "135791", NULL, NULL, "" },
  { "000001", NULL, NULL, "" },

  { "", NULL, NULL, "six-digits" },
  { "49275", NULL, NULL, "six-digits" },
  { "4927511", NULL, NULL, "six-digits" },
  { "4927a1", NULL, NULL, "six-digits" },
  { "49275 ", NULL, NULL, "six-digits" },
  { "-49275", NULL, NULL, "six-digits" },
  { "11111", NULL, NULL, "six-digits" },
  { "12345", NULL, "12345", "six-digits" },

  { "000000", NULL, NULL, "not-all-equal" },
  { "555555", NULL, NULL, "not-all-equal" },
  { "999999", NULL, NULL, "not-all-equal" },

  { "012345", NULL, NULL, "not-a-run" },
  { "123456", NULL, NULL, "not-a-run" },
  { "456789", NULL, NULL, "not-a-run" },
  { "987654", NULL, NULL, "not-a-run" },
  { "543210", NULL, NULL, "not-a-run" },
  { "890123", NULL, NULL, "not-a-run" },
  { "567890", NULL, NULL, "not-a-run" },
  { "901234", NULL, NULL, "not-a-run" },
  { "321098", NULL, NULL, "not-a-run" },
  { "109876", NULL, NULL, "not-a-run" },
  { "098765", NULL, NULL, "not-a-run" },

  { "273849", "27384950612", NULL, "not-in-identity" },
  { "384950", "27384950612", NULL, "not-in-identity" },
  { "950612", "27384950612", NULL, "not-in-identity" },
  { "506127", "27384950612", NULL, "" },
  { "738495", "U7384951", NULL, "not-in-identity" },
  { "738495", "", NULL, "" },
  { "738495", "73849", NULL, "" },

  { "492751", NULL, "492751", "not-old" },
  { "492751", NULL, "492752", "" },
  { "492751", NULL, "4927", "" },

  { "000000", "10000000146", "000000", "not-all-equal not-in-identity not-old" },
  { "123456", "12345678950", "123456", "not-a-run not-in-identity not-old" },
};

static IlkPinRules
rules_from_names (const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);
  IlkPinRules rules = 0;

  for (guint i = 0; list[i] != NULL && *list[i] != '\0'; i++)
    {
      IlkPinRules rule = ilk_pin_rules_from_name (list[i]);

      g_assert_cmpint (rule, !=, 0);
      rules |= rule;
    }
  return rules;
}

static void
test_broken (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (IlkSecret) pin = ilk_secret_new_from_data (c->pin, strlen (c->pin));
  g_autoptr (IlkSecret) old_pin = NULL;

  if (c->old_pin != NULL)
    old_pin = ilk_secret_new_from_data (c->old_pin, strlen (c->old_pin));
  g_assert_cmphex (ilk_pin_rules_broken (pin, c->identity_number, old_pin), ==,
                   rules_from_names (c->broken));
}

/* Of a million numbers exactly ten are all equal and twenty are runs. */
static void
test_count_over_all_numbers (void)
{
  g_autoptr (IlkSecret) pin = ilk_secret_new (ILK_PIN_LENGTH);
  guint equal = 0;
  guint runs = 0;

  for (guint n = 0; n < 1000000; n++)
    {
      guint8 *digits = ilk_secret_get_writable (pin);
      IlkPinRules broken;

      for (guint i = 0, rest = n; i < ILK_PIN_LENGTH; i++, rest /= 10)
        digits[ILK_PIN_LENGTH - 1 - i] = (guint8) ('0' + rest % 10);
      ilk_secret_set_length (pin, ILK_PIN_LENGTH);
      broken = ilk_pin_rules_broken (pin, NULL, NULL);
      equal += (broken & ILK_PIN_RULE_NOT_ALL_EQUAL) != 0;
      runs += (broken & ILK_PIN_RULE_NOT_A_RUN) != 0;
    }
  g_assert_cmpuint (equal, ==, 10);
  g_assert_cmpuint (runs, ==, 20);
}

static void
test_names (void)
{
  guint n = 0;

  for (guint bit = 1; bit <= ILK_PIN_RULES_ALL; bit <<= 1)
    {
      const char *name = ilk_pin_rule_get_name (bit);

      g_assert_nonnull (name);
      g_assert_cmpint (ilk_pin_rules_from_name (name), ==, bit);
      n++;
    }
  g_assert_cmpuint (n, ==, 5);
  g_assert_null (ilk_pin_rule_get_name (0));
  g_assert_null (ilk_pin_rule_get_name (ILK_PIN_RULES_ALL));
  g_assert_cmpint (ilk_pin_rules_from_name ("NOT-A-RUN"), ==, 0);
  g_assert_cmpint (ilk_pin_rules_from_name (NULL), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pin-rules/broken/%u", i);

      g_test_add_data_func (path, &cases[i], test_broken);
    }
  g_test_add_func ("/pin-rules/count-over-all-numbers", test_count_over_all_numbers);
  g_test_add_func ("/pin-rules/names", test_names);
  return g_test_run ();
}
