/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "server/ilk-handover.h"

static void
on_bad_line (guint       line,
             const char *message,
             gpointer    user_data)
{
  g_printerr ("line %u: %s\n", line, message);
}

static int
import (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  const char *path = ilk_command_get_argument (options);
  IlkHandoverCounts counts = { 0 };

  if (options->database == NULL || options->credentials == NULL || path == NULL)
    return ilk_program_misuse ("import needs --database, --credentials and a hand-over file");

  program.clock = ilk_clock_get_system ();
  if (!ilk_program_open (&program, options, &error) ||
      !ilk_handover_import_file (program.service, path, options->again, on_bad_line, NULL, &counts,
                                 &error))
    return ilk_program_complain (error);

  if (counts.lines_before > 0)
    g_print ("lines 1 to %u were done before: %u imported, %u skipped\n", counts.lines_before,
             counts.imported_before, counts.skipped_before);
  g_print ("%u imported, %u skipped\n", counts.imported, counts.skipped);
  return counts.skipped + counts.skipped_before == 0 ? ILK_EXIT_DONE : ILK_EXIT_FINDINGS;
}

const IlkCommand ilk_commands_import[] = {
  { "import", "HANDOVER.jsonl", "Take over holders, cards and PINs from the card maker",
    "Takes over holders, cards, certificates and PINs from a hand-over file, which has one sealed\n"
    "line per card. Lines that can't be taken are skipped and named on standard error by their\n"
    "number; the good ones are taken all the same. When it was ended or killed, it goes on behind\n"
    "the lines that are done: they are remembered by the content of the file.\n\n"
    "Ends with 0: every line was taken; 1: file, database or keys can't be had, and the same\n"
    "command goes on later; 2: an option is missing or wrong; 3: lines were skipped.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_IMPORT, import },
  { NULL }
};
