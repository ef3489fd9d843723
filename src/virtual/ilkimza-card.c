/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include "config.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virtual/ilk-card-tool.h"

static const struct {
  const char *name;
  int       (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "make", ilk_card_tool_make, "Make a card: its state file and its hand-over line" },
  { "insert", ilk_card_tool_insert, "Put a card into a virtual reader of pcscd" },
  { "verify", ilk_card_tool_verify, "Ask a card about a PIN, without spending a try" },
  { "info", ilk_card_tool_info, "Show what a card is and how many tries are left" },
  { "practice-set", ilk_card_tool_practice_set, "Make the practice holders with their cards" },
};

/* Says what went wrong, as a sentence on standard error. */
void
ilk_card_tool_complain (const char *format,
                        ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "ilkimza-card: %s\n", sentence);
}

static void
fill_context (GOptionContext     *context,
              const char         *summary,
              const char         *description,
              const GOptionEntry *entries)
{
  g_option_context_set_summary (context, summary);
  if (description != NULL)
    g_option_context_set_description (context, description);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
}

/**
 * ilk_card_tool_parse:
 * @summary: what the command does, for --help
 * @description: (nullable): more of it
 * @entries: (nullable): its options
 * @arguments: how many arguments it needs beside options
 * @argc: from main ()
 * @argv: from main ()
 * @rest: (out) (transfer full): the arguments, freed with g_strfreev ()
 *
 * Returns: whether the command line is right; if not, it was said why
 */
gboolean
ilk_card_tool_parse (const char          *summary,
                     const char          *description,
                     const GOptionEntry  *entries,
                     guint                arguments,
                     int                  argc,
                     char               **argv,
                     char              ***rest)
{
  const char *parameters = arguments == 0 ? NULL
                           : g_str_equal (argv[0], "practice-set") ? "FOLDER" : "FILE";
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strconcat ("ilkimza-card ", argv[0], NULL);
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);

  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup (argv[i]);
  g_set_prgname (program);
  fill_context (context, summary, description, entries);
  if (!g_option_context_parse_strv (context, &copy, &error))
    {
      ilk_card_tool_complain ("%s", error->message);
      return FALSE;
    }
  if (g_strv_length (copy) != arguments + 1)
    {
      ilk_card_tool_complain ("“%s” needs %u argument(s). See “ilkimza-card %s --help”.",
                              argv[0], arguments, argv[0]);
      return FALSE;
    }
  *rest = g_strdupv (copy + 1);
  return TRUE;
}

/**
 * ilk_card_tool_read_line:
 * @max_length: longer lines are refused
 *
 * Reads a line of standard input byte by byte, so that no buffer of the C library keeps it and the
 * next line is left for the next reader.
 *
 * Returns: (transfer full): the line without its end, or %NULL
 */
IlkSecret *
ilk_card_tool_read_line (gsize max_length)
{
  g_autoptr (IlkSecret) line = ilk_secret_new (max_length + 1);

  for (;;)
    {
      guint8 byte;
      gssize n = read (STDIN_FILENO, &byte, 1);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0 || byte == '\n')
        break;
      if (ilk_secret_get_length (line) >= max_length)
        return NULL;
      ilk_secret_append_byte (line, byte);
    }
  return ilk_secret_get_length (line) > 0 ? g_steal_pointer (&line) : NULL;
}

static void
print_help (void)
{
  g_print ("Usage:\n"
           "  ilkimza-card COMMAND [OPTION…]\n\n"
           "Makes and plays virtual cards, for practice and tests. They are no real cards:\n"
           "never give one a PIN that you use elsewhere.\n\n"
           "Commands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-14s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n“ilkimza-card COMMAND --help” tells more of each.\n");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");

  if (argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    {
      print_help ();
      return ILK_CARD_TOOL_OK;
    }
  if (argc >= 2 && g_str_equal (argv[1], "--version"))
    {
      g_print ("ilkimza-card %s\n", ILK_VERSION);
      return ILK_CARD_TOOL_OK;
    }
  for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);

  if (argc < 2)
    ilk_card_tool_complain ("Which command? See “ilkimza-card --help”.");
  else
    ilk_card_tool_complain ("There is no command “%s”. See “ilkimza-card --help”.", argv[1]);
  return ILK_CARD_TOOL_USAGE;
}
