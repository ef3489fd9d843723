/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-diagnosis-sections.h"

static glong
get_width (GPtrArray *rows)
{
  glong width = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const IlkDiagnosisRow *row = g_ptr_array_index (rows, i);

      width = MAX (width, g_utf8_strlen (row->label, -1));
    }
  return width;
}

/* A line of a value stays a line; nothing in it moves the terminal's cursor. */
static void
append_value (GString    *text,
              const char *value)
{
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_iscntrl (c) ? ' ' : c);
    }
}

static void
append_section (GString                   *text,
                const IlkDiagnosisSection *section)
{
  glong width = get_width (section->rows);

  g_string_append_c (text, '\n');
  append_value (text, section->title);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < section->rows->len; i++)
    {
      const IlkDiagnosisRow *row = g_ptr_array_index (section->rows, i);
      glong gap = width - g_utf8_strlen (row->label, -1);

      g_string_append (text, "  ");
      append_value (text, row->label);
      g_string_append_printf (text, "%*s  ", (int) gap, "");
      append_value (text, row->value);
      g_string_append_c (text, '\n');
    }
}

/**
 * ilk_diagnosis_to_text:
 *
 * Returns: (transfer full): the report in the language of the person, for a terminal or a file
 */
char *
ilk_diagnosis_to_text (IlkDiagnosis *self)
{
  g_autoptr(GPtrArray) sections = ilk_diagnosis_get_sections (self);
  g_autofree char *headline = ilk_diagnosis_dup_headline (self);
  g_autofree char *help = ilk_diagnosis_dup_help (self);
  g_autofree char *command = ilk_diagnosis_dup_command (self);
  GString *text = g_string_new (NULL);

  append_value (text, headline);
  g_string_append_c (text, '\n');
  if (help != NULL)
    g_string_append_printf (text, "%s\n", help);
  if (command != NULL)
    g_string_append_printf (text, "\n    %s\n", command);
  for (guint i = 0; i < sections->len; i++)
    append_section (text, g_ptr_array_index (sections, i));
  g_string_append_printf (text, "\n%s\n",
                          _("Names, serial numbers and identity numbers are masked, and no secret "
                            "is in this report."));
  return g_string_free (text, FALSE);
}
