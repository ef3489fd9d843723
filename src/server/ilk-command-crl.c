/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "server/ilk-operator.h"

static int
write_crl (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  const char *path = ilk_command_get_argument (options);

  if (path == NULL)
    return ilk_program_misuse ("crl wants the file that the list is written to");
  if (!ilk_program_open_existing (&program, options, &error) ||
      !ilk_operator_write_crl (program.service, options->credentials, path, &error))
    return ilk_program_complain (error);
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_crl[] = {
  { "crl", "FILE", "Write the signed list of suspended and revoked certificates",
    "Writes the list of suspended and revoked certificates (CRL, DER), signed with crl-signer.pem\n"
    "and crl-signer-key.pem of the credentials; the file is replaced as a whole. To be run each\n"
    "hour; a list holds for a day.\n\n"
    "Ends with 0: done; 1: it failed; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON, write_crl },
  { NULL }
};
