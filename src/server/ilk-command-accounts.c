/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include <stdio.h>
#include "server/ilk-operator.h"

/* The number comes in on standard input: a command line is there for all to see. */
static int
unblock (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  char number[64] = "";

  if (fgets (number, sizeof number, stdin) == NULL)
    return ilk_program_misuse ("unblock wants the identity number on standard input");
  if (!ilk_program_open_existing (&program, options, &error) ||
      !ilk_operator_unblock (program.service, g_strstrip (number), &error))
    return ilk_program_complain (error);

  g_print ("unblocked\n");
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_accounts[] = {
  { "unblock", NULL, "Give a blocked account its tries back",
    "Reads an identity number from standard input and gives the account its three tries back.\n"
    "Make sure before who is asking. The audit log says that an operator did it.\n\n"
    "Ends with 0: unblocked; 1: nobody has this number, or it failed; 2: an option is missing or\n"
    "wrong.",
    ILK_OPTIONS_COMMON, unblock },
  { NULL }
};
