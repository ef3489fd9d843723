/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "server/ilk-operator.h"

static int
sign (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  if (ilk_program_open_existing (&program, options, &error))
    line = ilk_service_sign_heads (program.service, &error);
  if (line == NULL)
    return ilk_program_complain (error);

  g_print ("%s\n", line);
  return ILK_EXIT_DONE;
}

/* Each returns whether all is well; what is not is printed. */
static gboolean
check_chains (IlkProgram  *program,
              GError     **error)
{
  guint count;
  gboolean good = ilk_operator_verify_audit (program->service, &count, error);

  if (*error != NULL)
    return FALSE;
  if (good)
    g_print ("%u entries, the chain is whole\n", count);
  else
    g_print ("the chain is broken at entry %u\n", count);
  return good;
}

static gboolean
check_heads (IlkProgram  *program,
             GError     **error)
{
  IlkHeadCheck check;
  gboolean good = ilk_service_verify_heads (program->service, &check, error);

  if (*error != NULL)
    return FALSE;
  if (good)
    g_print ("%u signed ends, each with its entries\n", check.heads);
  else
    g_print ("signed end %" G_GINT64_FORMAT " is broken, or entries before it were cut off\n",
             check.last);
  return good;
}

/* Lines of the journal, or wherever they were kept. */
static gboolean
check_kept (IlkProgram  *program,
            const char  *path,
            GError     **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean good = TRUE;

  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *error == NULL; i++)
    if (!ilk_service_knows_head (program->service, lines[i], error))
      {
        g_print ("not there any more: %s\n", lines[i]);
        good = FALSE;
      }
  return good && *error == NULL;
}

static int
verify (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;

  if (!ilk_program_open_existing (&program, options, &error))
    return ilk_program_complain (error);
  good = check_chains (&program, &error);
  if (error == NULL)
    good = check_heads (&program, &error) && good;
  if (error == NULL)
    good = check_kept (&program, options->rest[2], &error) && good;
  if (error != NULL)
    return ilk_program_complain (error);
  return good ? ILK_EXIT_DONE : ILK_EXIT_FINDINGS;
}

static int
audit (const IlkOptions *options)
{
  const char *act = ilk_command_get_argument (options);

  if (g_strcmp0 (act, "verify") == 0)
    return verify (options);
  if (g_strcmp0 (act, "sign") == 0)
    return sign (options);
  return ilk_program_misuse ("audit wants one of: verify, sign");
}

const IlkCommand ilk_commands_audit[] = {
  { "audit", "verify [KEPT] | sign", "Walk the audit log, or sign the ends of its chains",
    "sign: signs the last entry of every chain, and prints a line to be kept elsewhere (a timer's\n"
    "goes to the journal). To be run each hour.\n"
    "verify: walks every chain of the audit log, where an entry that was changed, taken out or put\n"
    "in between is found, and the signed ends, where entries that were cut off are found. With a\n"
    "file of kept lines it finds signed ends that were cut off, too.\n\n"
    "Ends with 0: done, all is whole; 1: it failed; 2: an option is missing or wrong; 3: something\n"
    "is broken or cut off.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_AUDIT, audit },
  { NULL }
};
