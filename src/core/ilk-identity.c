/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include "core/ilk-identity.h"

#define TCKN_LENGTH 11
#define PASSPORT_MIN 6
#define PASSPORT_MAX 9
#define MASK_READABLE 2

/* Source of the rule: service.md's table, "identity number". The eleventh digit alone would let
 * pairs of swapped digits through, the tenth sees them. */
static gboolean
check_digits_right (const char *digits)
{
  int odd = 0;
  int even = 0;
  int tenth = g_ascii_digit_value (digits[9]);

  for (guint i = 0; i < 9; i++)
    {
      if (i % 2 == 0)
        odd += g_ascii_digit_value (digits[i]);
      else
        even += g_ascii_digit_value (digits[i]);
    }
  /* 7 * odd - even can be below zero, where C's % is too; 40 more changes no remainder. */
  return (7 * odd - even + 40) % 10 == tenth &&
         (odd + even + tenth) % 10 == g_ascii_digit_value (digits[10]);
}

static IlkIdentityFault
check_number (const char *digits)
{
  if (strlen (digits) != TCKN_LENGTH)
    return ILK_IDENTITY_LENGTH;
  if (digits[0] == '0')
    return ILK_IDENTITY_LEADING_ZERO;
  return check_digits_right (digits) ? ILK_IDENTITY_OK : ILK_IDENTITY_CHECK_DIGITS;
}

static IlkIdentityKind
check_normalized (const char       *text,
                  IlkIdentityFault *fault)
{
  gsize length = strlen (text);
  gsize n_digits = strspn (text, "0123456789");
  gboolean has_digit = FALSE;

  if (length == 0)
    {
      *fault = ILK_IDENTITY_EMPTY;
      return ILK_IDENTITY_NONE;
    }
  if (n_digits == length)
    {
      *fault = check_number (text);
      return *fault == ILK_IDENTITY_OK ? ILK_IDENTITY_TCKN : ILK_IDENTITY_NONE;
    }

  *fault = ILK_IDENTITY_CHARACTERS;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isdigit (*p) && !g_ascii_isupper (*p))
        return ILK_IDENTITY_NONE;
      has_digit = has_digit || g_ascii_isdigit (*p);
    }
  if (!has_digit || length < PASSPORT_MIN || length > PASSPORT_MAX)
    return ILK_IDENTITY_NONE;
  *fault = ILK_IDENTITY_OK;
  return ILK_IDENTITY_PASSPORT;
}

/**
 * ilk_identity_check:
 * @text: (nullable): as it was typed; checked in its normalized form
 * @fault: (out) (optional): what is wrong with it, ILK_IDENTITY_OK when nothing is
 *
 * Returns: which of the two kinds it is
 */
IlkIdentityKind
ilk_identity_check (const char       *text,
                    IlkIdentityFault *fault)
{
  g_autofree char *normalized = ilk_identity_normalize (text);
  IlkIdentityFault found;
  IlkIdentityKind kind = check_normalized (normalized, &found);

  if (fault != NULL)
    *fault = found;
  return kind;
}

/**
 * ilk_identity_normalize:
 * @text: (nullable): as it was typed or pasted
 *
 * Drops white space wherever it is, since numbers are copied from forms in groups, and makes the
 * letters a to z capital. Other letters stay: “ı” and “İ” are in no passport number.
 *
 * Returns: (transfer full): the form that is checked, sent and looked up
 */
char *
ilk_identity_normalize (const char *text)
{
  GString *out = g_string_new (NULL);

  if (text != NULL && g_utf8_validate (text, -1, NULL))
    {
      for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          if (c < 0x80)
            c = (guchar) g_ascii_toupper ((char) c);
          if (!g_unichar_isspace (c))
            g_string_append_unichar (out, c);
        }
    }
  else if (text != NULL)
    {
      /* Bytes that are no text: kept, for the check to refuse. */
      g_string_append (out, text);
    }
  return g_string_free (out, FALSE);
}

/**
 * ilk_identity_mask:
 * @text: (nullable): an identity number, right or wrong
 *
 * Returns: (transfer full): the first and last two characters with dots between, or dots alone
 *   where that would hide less than half
 */
char *
ilk_identity_mask (const char *text)
{
  g_autofree char *normalized = ilk_identity_normalize (text);
  g_autofree char *valid = g_utf8_make_valid (normalized, -1);
  glong length = g_utf8_strlen (valid, -1);
  glong readable = length >= 4 * MASK_READABLE ? MASK_READABLE : 0;
  GString *out = g_string_new (NULL);
  const char *p = valid;

  for (glong i = 0; i < length; i++, p = g_utf8_next_char (p))
    {
      gboolean shown = i < readable || i >= length - readable;

      g_string_append_unichar (out, shown ? g_utf8_get_char (p) : 0x2022);
    }
  return g_string_free (out, FALSE);
}
