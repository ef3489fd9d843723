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

static gboolean
import_file (IlkProgram  *program,
             const char  *path,
             guint       *imported,
             guint       *skipped,
             GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  if (stream == NULL)
    return FALSE;
  return ilk_handover_import (program->service, G_INPUT_STREAM (stream), on_bad_line, NULL,
                              imported, skipped, error);
}

static int
import (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  const char *path = ilk_command_get_argument (options);
  guint imported;
  guint skipped;

  if (options->database == NULL || options->credentials == NULL || path == NULL)
    return ilk_program_misuse ("import needs --database, --credentials and a hand-over file");

  program.clock = ilk_clock_get_system ();
  if (!ilk_program_open (&program, options, &error) ||
      !import_file (&program, path, &imported, &skipped, &error))
    return ilk_program_complain (error);

  g_print ("%u imported, %u skipped\n", imported, skipped);
  return skipped == 0 ? ILK_EXIT_DONE : ILK_EXIT_FAILED;
}

const IlkCommand ilk_commands_import[] = {
  { "import", "HANDOVER.jsonl", "Take over holders, cards and PINs from the card maker",
    "Takes over holders, cards, certificates and PINs from a hand-over file, which has one sealed\n"
    "line per card. Lines that can't be taken are skipped and named on standard error by their\n"
    "number.\n\n"
    "Ends with 0: every line was taken; 1: lines were skipped, or the file, the database or the\n"
    "keys can't be read; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_IMPORT, import },
  { NULL }
};
