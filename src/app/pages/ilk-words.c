/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-words.h"

static const char *const months[] = {
  NC_("month in a date", "January"),
  NC_("month in a date", "February"),
  NC_("month in a date", "March"),
  NC_("month in a date", "April"),
  NC_("month in a date", "May"),
  NC_("month in a date", "June"),
  NC_("month in a date", "July"),
  NC_("month in a date", "August"),
  NC_("month in a date", "September"),
  NC_("month in a date", "October"),
  NC_("month in a date", "November"),
  NC_("month in a date", "December"),
};

/**
 * ilk_words_date:
 * @seconds: since 1970, UTC
 *
 * The month's name is ours: with the language chosen inside the program, the C library's names
 * would be those of another language.
 *
 * Returns: (transfer full): the local date as text, “21 November 2026”
 */
char *
ilk_words_date (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);

  if (date == NULL)
    return g_strdup (_("unknown"));

  /* Translators: a date: day, name of the month, year. */
  return g_strdup_printf (_("%1$d %2$s %3$d"),
                          g_date_time_get_day_of_month (date),
                          g_dpgettext2 (NULL, "month in a date",
                                        months[g_date_time_get_month (date) - 1]),
                          g_date_time_get_year (date));
}

/**
 * ilk_words_moment:
 * @seconds: since 1970, UTC
 *
 * Returns: (transfer full): the local date and time as text, “21 November 2026, 09:30:00”
 */
char *
ilk_words_moment (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);
  g_autofree char *day = ilk_words_date (seconds);

  if (date == NULL)
    return g_steal_pointer (&day);

  return g_strdup_printf ("%s, %02d:%02d:%02d", day, g_date_time_get_hour (date),
                          g_date_time_get_minute (date), g_date_time_get_second (date));
}

/**
 * ilk_words_button:
 * @button: the main button of a view
 *
 * Returns: (transfer none): its words, with a mnemonic
 */
const char *
ilk_words_button (IlkButton button)
{
  switch (button)
    {
    case ILK_BUTTON_START:
      return _("_Start");
    case ILK_BUTTON_NEXT:
      return _("_Next");
    case ILK_BUTTON_LOG_IN:
      return _("_Log In");
    case ILK_BUTTON_CONFIRM:
      return _("_Confirm");
    case ILK_BUTTON_SEND:
      return _("_Send");
    case ILK_BUTTON_ACTIVATE:
      return _("_Activate");
    case ILK_BUTTON_SET_PIN:
      return _("Create _New PIN");
    case ILK_BUTTON_PROVE:
      return _("_Try the New PIN Once");
    case ILK_BUTTON_FINISH:
      return _("_Finish");
    case ILK_BUTTON_CLOSE:
      return _("_Close");
    default:
      g_assert_not_reached ();
    }
}

/**
 * ilk_words_identity_fault:
 * @fault: what is wrong with an identity number
 *
 * Returns: (transfer none) (nullable): the fault in a sentence; %NULL when there is none
 */
const char *
ilk_words_identity_fault (IlkIdentityFault fault)
{
  switch (fault)
    {
    case ILK_IDENTITY_OK:
    case ILK_IDENTITY_EMPTY:
      return NULL;
    case ILK_IDENTITY_LENGTH:
      return _("A T.C. identity number has 11 digits.");
    case ILK_IDENTITY_LEADING_ZERO:
      return _("A T.C. identity number does not begin with 0.");
    case ILK_IDENTITY_CHECK_DIGITS:
      return _("There is a typing mistake: the last two digits do not fit the others.");
    case ILK_IDENTITY_CHARACTERS:
      return _("Type an identity number of 11 digits, or a passport number of letters and digits.");
    default:
      g_assert_not_reached ();
    }
}

/**
 * ilk_words_set_name:
 * @widget: a widget
 * @words: its accessible name
 *
 * Gives @widget a plain accessible name in place of one that a label with a mnemonic sign gave.
 */
void
ilk_words_set_name (GtkWidget  *widget,
                    const char *words)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/**
 * ilk_words_set_button:
 * @button: a button
 * @mnemonic: its words with a mnemonic sign
 *
 * Sets the label; the accessible name is the same without the sign, for a screen reader of GTK 4.8
 * would read both.
 */
void
ilk_words_set_button (GtkWidget  *button,
                      const char *mnemonic)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *c = mnemonic; *c != '\0'; c++)
    if (*c != '_')
      g_string_append_c (plain, *c);

  gtk_button_set_use_underline (GTK_BUTTON (button), TRUE);
  gtk_button_set_label (GTK_BUTTON (button), mnemonic);
  ilk_words_set_name (button, plain->str);
}
