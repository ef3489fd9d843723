/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "server/ilk-command.h"

static const IlkCommand *const groups[] = {
  ilk_commands_serve,
  ilk_commands_import,
  ilk_commands_accounts,
  ilk_commands_audit,
  ilk_commands_keys,
  ilk_commands_backup,
  ilk_commands_crl,
  ilk_commands_check,
  ilk_commands_gateways,
};

static const IlkCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const IlkCommand *command = groups[i]; command->name != NULL; command++)
      if (g_strcmp0 (command->name, name) == 0)
        return command;
  return NULL;
}

static int
print_command (const IlkCommand *command)
{
  g_autofree char *usage = g_strdup_printf ("%s%s%s", command->name,
                                            command->parameters != NULL ? " " : "",
                                            command->parameters != NULL ? command->parameters
                                                                        : "");
  g_autofree char *help = ilk_options_get_help (command->options, usage, command->help,
                                                "More is in ilkimza-service(8).");

  g_print ("%s", help);
  return ILK_EXIT_DONE;
}

static int
print_all (void)
{
  g_autoptr (GString) summary = g_string_new ("The card service of an e-signature issuer.\n\n"
                                              "Commands:\n");
  g_autofree char *help = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const IlkCommand *command = groups[i]; command->name != NULL; command++)
      g_string_append_printf (summary, "  %-14s %s\n", command->name, command->line);
  help = ilk_options_get_help
    (ILK_OPTIONS_ALL, "COMMAND …", summary->str,
     "ilkimza-service COMMAND --help tells more about one of them, and which options it takes.\n"
     "It ends with 0: done; 1: it failed; 2: the command line or the configuration is wrong;\n"
     "3: done, and something was found that somebody must look at.");
  g_print ("%s", help);
  return ILK_EXIT_DONE;
}

/* The command line is read twice: first with every option, to find the command, then with what this
 * command takes, so that an option that would do nothing is refused. */
static int
run_command (const IlkCommand  *command,
             char             **argv)
{
  g_auto (IlkOptions) options = { 0 };
  g_autoptr (GError) error = NULL;

  if (!ilk_options_parse (&options, command->options, argv, &error))
    return ilk_program_misuse (error->message);
  if (!ilk_options_complete (&options, &error))
    return ilk_program_complain (error);
  return command->run (&options);
}

static int
dispatch (char **argv)
{
  g_auto (IlkOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  const IlkCommand *command;
  const char *name;

  if (!ilk_options_parse (&options, ILK_OPTIONS_ALL, argv, &error))
    return ilk_program_misuse (error->message);

  name = options.rest != NULL ? options.rest[0] : NULL;
  if (options.practice && name == NULL)
    name = "practice";
  command = find_command (name);
  if (options.help)
    return command != NULL ? print_command (command) : print_all ();
  if (command == NULL)
    return ilk_program_misuse (name != NULL ? "there is no such command" : "tell it what to do");
  return run_command (command, argv);
}

int
main (int    argc,
      char **argv)
{
  const struct rlimit no_core = { 0, 0 };

  setlocale (LC_ALL, "");
  setrlimit (RLIMIT_CORE, &no_core);
  signal (SIGPIPE, SIG_IGN);
  return dispatch (argv);
}
