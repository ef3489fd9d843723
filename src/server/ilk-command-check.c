/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

/* Everything that "serve" would open, and nothing served. */
static int
check_config (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;

  if (!ilk_program_open_existing (&program, options, &error))
    return ilk_program_complain (error);

  g_print ("database and keys can be opened\n");
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_check[] = {
  { "check-config", NULL, "Say whether what is configured can be opened",
    "Opens database and keys as serve would, and serves nothing.\n\n"
    "Ends with 0: all is well; 1: something can't be opened; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_CHECK, check_config },
  { NULL }
};
