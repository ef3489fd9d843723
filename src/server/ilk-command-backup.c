/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include <glib/gstdio.h>
#include "server/ilk-operator.h"

static int
back_up (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  const char *path = ilk_command_get_argument (options);

  if (path == NULL)
    return ilk_program_misuse ("backup wants the file that the copy is written to");
  if (!ilk_program_open_existing (&program, options, &error) ||
      !ilk_store_back_up (program.store, path, &error))
    return ilk_program_complain (error);
  return ILK_EXIT_DONE;
}

/* Nothing is written over: whoever restores has put the old database aside. */
static gboolean
copy_backup (const char *from,
             const char *to,
             GError    **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS | G_FILE_COPY_ALL_METADATA, NULL,
                      NULL, NULL, error) && g_chmod (to, 0600) == 0;
}

static int
restore (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) closed = NULL;
  const char *path = ilk_command_get_argument (options);

  if (path == NULL || options->database == NULL || options->credentials == NULL)
    return ilk_program_misuse ("restore needs --database, --credentials and the backup");
  if (!copy_backup (path, options->database, &error) ||
      !ilk_program_open_existing (&program, options, &error) ||
      !ilk_store_check (program.store, &error))
    return ilk_program_complain (error);
  closed = ilk_operator_list_closed (program.service, &error);
  if (closed == NULL)
    return ilk_program_complain (error);

  for (guint i = 0; i < closed->len; i++)
    g_print ("the PIN of card %s can't be opened any more\n",
             (const char *) g_ptr_array_index (closed, i));
  g_print ("restored; %u held PINs can't be opened any more, as their key was destroyed\n",
           closed->len);
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_backup[] = {
  { "backup", "FILE", "Copy the database while it is in use, without the keys",
    "Writes a copy of the SQLite database as it is now, with mode 0600; never over a file that is\n"
    "there. The keys are not in it.\n\n"
    "Ends with 0: done; 1: it failed; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON, back_up },
  { "restore", "FILE", "Make the database from a backup, and say which PINs are lost",
    "Makes the SQLite database from a backup; never over one that is there: put it aside before.\n"
    "Then it says which held PINs can't be opened any more, since their week's key was destroyed.\n"
    "\nEnds with 0: done; 1: it failed; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON, restore },
  { NULL }
};
