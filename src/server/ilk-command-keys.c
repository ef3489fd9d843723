/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "server/ilk-operator.h"

static int
rotate_keks (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  guint rewrapped, destroyed;

  if (!ilk_program_open_existing (&program, options, &error) ||
      !ilk_operator_rotate_keks (program.service, &rewrapped, &destroyed, &error))
    return ilk_program_complain (error);

  g_print ("%u wrapped anew, %u keys destroyed\n", rewrapped, destroyed);
  return ILK_EXIT_DONE;
}

static int
rotate_keys (const IlkOptions *options)
{
  const char *which = ilk_command_get_argument (options);

  if (which == NULL || g_str_equal (which, "kek"))
    return rotate_keks (options);
  return ilk_program_misuse ("rotate-keys knows: kek");
}

const IlkCommand ilk_commands_keys[] = {
  { "rotate-keys", "[kek]", "Change keys; without a word: this week's, to be run each hour",
    "kek, or no word: wraps the held PINs by this week's key and destroys the older keys; from then\n"
    "on no backup opens a PIN that was deleted. To be run each hour.\n\n"
    "Ends with 0: done; 1: it failed, and goes on where it was when it is run again; 2: an option\n"
    "is missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_KEYS, rotate_keys },
  { NULL }
};
