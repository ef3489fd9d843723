/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ilk-identity.h"

typedef struct
{
  const char      *text;
  IlkIdentityKind  kind;
  IlkIdentityFault fault;
} Case;

static const Case cases[] = {
  { "10000000146", ILK_IDENTITY_TCKN, ILK_IDENTITY_OK },
  { "12345678950", ILK_IDENTITY_TCKN, ILK_IDENTITY_OK },
  { " 100 000 001 46\n", ILK_IDENTITY_TCKN, ILK_IDENTITY_OK },
  { "100\u00a0000\u00a000146", ILK_IDENTITY_TCKN, ILK_IDENTITY_OK },
  /* 7 times the odd sum is below the even sum: the remainder must not go below zero. */
  { "19090909018", ILK_IDENTITY_TCKN, ILK_IDENTITY_OK },

  { NULL, ILK_IDENTITY_NONE, ILK_IDENTITY_EMPTY },
  { "", ILK_IDENTITY_NONE, ILK_IDENTITY_EMPTY },
  { "   ", ILK_IDENTITY_NONE, ILK_IDENTITY_EMPTY },
  { "1000000014", ILK_IDENTITY_NONE, ILK_IDENTITY_LENGTH },
  { "100000001460", ILK_IDENTITY_NONE, ILK_IDENTITY_LENGTH },
  { "123456", ILK_IDENTITY_NONE, ILK_IDENTITY_LENGTH },
  { "00000000000", ILK_IDENTITY_NONE, ILK_IDENTITY_LEADING_ZERO },
  { "01000000146", ILK_IDENTITY_NONE, ILK_IDENTITY_LEADING_ZERO },
  { "10000000136", ILK_IDENTITY_NONE, ILK_IDENTITY_CHECK_DIGITS },
  { "10000000147", ILK_IDENTITY_NONE, ILK_IDENTITY_CHECK_DIGITS },
  { "10000000156", ILK_IDENTITY_NONE, ILK_IDENTITY_CHECK_DIGITS },
  /* The eleventh digit is right for these ten, the tenth is not. */
  { "10000000157", ILK_IDENTITY_NONE, ILK_IDENTITY_CHECK_DIGITS },

  { "U1234567", ILK_IDENTITY_PASSPORT, ILK_IDENTITY_OK },
  { "u12345678", ILK_IDENTITY_PASSPORT, ILK_IDENTITY_OK },
  { "i12345", ILK_IDENTITY_PASSPORT, ILK_IDENTITY_OK },
  { "AB123 4567", ILK_IDENTITY_PASSPORT, ILK_IDENTITY_OK },
  { "1234A6", ILK_IDENTITY_PASSPORT, ILK_IDENTITY_OK },
  { "U1234", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "U123456789", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "ABCDEFG", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "ı1234567", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "İ1234567", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "U-123456", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "1000000014o", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "１００００００01４6", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
  { "\xff" "1234567", ILK_IDENTITY_NONE, ILK_IDENTITY_CHARACTERS },
};

static void
test_check (gconstpointer data)
{
  const Case *c = data;
  IlkIdentityFault fault = (IlkIdentityFault) -1;

  g_assert_cmpint (ilk_identity_check (c->text, &fault), ==, c->kind);
  g_assert_cmpint (fault, ==, c->fault);
  g_assert_cmpint (ilk_identity_check (c->text, NULL), ==, c->kind);
}

/* The promise of the two check digits: no single wrong digit passes. */
static void
test_every_single_slip_is_seen (void)
{
  const char *right = "12345678950";

  for (guint i = 0; i < 11; i++)
    {
      for (char digit = '0'; digit <= '9'; digit++)
        {
          g_autofree char *slip = g_strdup (right);

          slip[i] = digit;
          g_assert_cmpint (ilk_identity_check (slip, NULL), ==,
                           digit == right[i] ? ILK_IDENTITY_TCKN : ILK_IDENTITY_NONE);
        }
    }
}

static void
assert_normalized (const char *text,
                   const char *expected)
{
  g_autofree char *normalized = ilk_identity_normalize (text);

  g_assert_cmpstr (normalized, ==, expected);
}

static void
test_normalize (void)
{
  assert_normalized (NULL, "");
  assert_normalized ("\t100 000\u2003001 46 ", "10000000146");
  /* Where the Turkish locale makes “İ” of “i”, a passport number is still ASCII. */
  assert_normalized ("i12345", "I12345");
  assert_normalized ("ı12345", "ı12345");
  assert_normalized ("\xff" "12", "\xff" "12");
}

static void
assert_masked (const char *text,
               const char *expected)
{
  g_autofree char *masked = ilk_identity_mask (text);

  g_assert_cmpstr (masked, ==, expected);
}

static void
test_mask (void)
{
  assert_masked ("10000000146", "10•••••••46");
  assert_masked ("u1234567", "U1••••67");
  assert_masked ("U12345", "••••••");
  assert_masked ("1", "•");
  assert_masked ("", "");
  assert_masked (NULL, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/identity/check/%u", i);

      g_test_add_data_func (path, &cases[i], test_check);
    }
  g_test_add_func ("/identity/every-single-slip-is-seen", test_every_single_slip_is_seen);
  g_test_add_func ("/identity/normalize", test_normalize);
  g_test_add_func ("/identity/mask", test_mask);
  return g_test_run ();
}
