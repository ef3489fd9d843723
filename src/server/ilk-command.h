/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-options.h"
#include "server/ilk-program.h"

G_BEGIN_DECLS

/* One command of ilkimza-service. */
typedef struct {
  const char       *name;
  const char       *parameters;   /* behind the name, as its help shows them; NULL: none */
  const char       *line;         /* in the list of commands */
  const char       *help;         /* what it does, with its exit codes */
  IlkOptionGroups   options;
  int             (*run) (const IlkOptions *options);
} IlkCommand;

/* One per file ilk-command-NAME.c; ended by a row without a name. */
extern const IlkCommand ilk_commands_serve[];
extern const IlkCommand ilk_commands_import[];
extern const IlkCommand ilk_commands_accounts[];
extern const IlkCommand ilk_commands_audit[];
extern const IlkCommand ilk_commands_keys[];
extern const IlkCommand ilk_commands_backup[];
extern const IlkCommand ilk_commands_crl[];
extern const IlkCommand ilk_commands_check[];
extern const IlkCommand ilk_commands_gateways[];

/* The word behind the command's name, or NULL. */
static inline const char *
ilk_command_get_argument (const IlkOptions *options)
{
  return options->rest != NULL && options->rest[0] != NULL ? options->rest[1] : NULL;
}

G_END_DECLS
