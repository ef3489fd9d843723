/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>

/* Phone numbers and mail addresses, as a holder types them. */

#define EMAIL_LIMIT 254   /* RFC 5321, 4.5.3.1.3 */

char *
ilk_contact_normalize_phone (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text) || (*text == '+' && digits->len == 0))
      g_string_append_c (digits, *text);
    else if (strchr (" ()-", *text) == NULL)
      return NULL;

  /* A Turkish mobile number is kept as it is dialled at home. */
  if (g_str_has_prefix (digits->str, "+90"))
    {
      g_string_erase (digits, 0, 3);
      g_string_prepend_c (digits, '0');
    }
  else if (digits->len == 10 && digits->str[0] == '5')
    {
      g_string_prepend_c (digits, '0');
    }
  /* E.164: at most 15 digits behind the sign. */
  if (digits->str[0] == '+' ? digits->len < 9 || digits->len > 16 || digits->str[1] == '0'
                            : digits->len != 11 || !g_str_has_prefix (digits->str, "05"))
    return NULL;
  return g_strdup (digits->str);
}

/* Written as what a mail server of this time takes without an extension (RFC 5321, Mailbox with a
 * Dot-string); whether somebody reads it is what its code is for. */
char *
ilk_contact_normalize_email (const char *text)
{
  g_autofree char *email = g_strstrip (g_strdup (text));

  if (strlen (email) > EMAIL_LIMIT ||
      !g_regex_match_simple ("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                             "@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]"
                             "([A-Za-z0-9-]*[A-Za-z0-9])$", email, G_REGEX_DOLLAR_ENDONLY, 0))
    return NULL;
  return g_steal_pointer (&email);
}

char *
ilk_contact_mask_email (const char *email)
{
  const char *at = strrchr (email, '@');

  if (at == NULL || at == email)
    return g_strdup ("•••");
  return g_strdup_printf ("%.*s•••%s", (int) (g_utf8_next_char (email) - email), email, at);
}
