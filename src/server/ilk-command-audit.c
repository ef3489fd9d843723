/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "server/ilk-operator.h"

static int
verify (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;
  guint count;

  if (!ilk_program_open_existing (&program, options, &error))
    return ilk_program_complain (error);
  good = ilk_operator_verify_audit (program.service, &count, &error);
  if (error != NULL)
    return ilk_program_complain (error);

  if (good)
    g_print ("%u entries, the chain is whole\n", count);
  else
    g_print ("the chain is broken at entry %u\n", count);
  return good ? ILK_EXIT_DONE : ILK_EXIT_FAILED;
}

static int
audit (const IlkOptions *options)
{
  const char *act = ilk_command_get_argument (options);

  if (g_strcmp0 (act, "verify") == 0)
    return verify (options);
  return ilk_program_misuse ("audit wants one of: verify");
}

const IlkCommand ilk_commands_audit[] = {
  { "audit", "verify", "Walk the chain of the audit log",
    "verify walks every chain of the audit log: an entry that was changed, taken out or put in\n"
    "between is found.\n\n"
    "Ends with 0: every chain is whole; 1: one is broken, or it can't be read; 2: an option is\n"
    "missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_AUDIT, audit },
  { NULL }
};
