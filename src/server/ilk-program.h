/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-options.h"
#include "server/ilk-service.h"

G_BEGIN_DECLS

/* Exit codes; what each command means by them stands in its help. */
#define ILK_EXIT_DONE     0
#define ILK_EXIT_FAILED   1   /* nothing, or not all of it, was done */
#define ILK_EXIT_MISUSE   2   /* the command line or the configuration is wrong */
#define ILK_EXIT_FINDINGS 3   /* done, and something was found that somebody must look at */

/* What every command works with. */
typedef struct {
  IlkClock       *clock;
  IlkStore       *store;
  IlkKeyStore    *keys;
  IlkService     *service;
  IlkSmsGateway  *sms;      /* NULL: none */
  IlkMailGateway *mail;     /* NULL: none */
} IlkProgram;

/* The keys alone; missing: some may not be there yet. */
gboolean ilk_program_open_keys (IlkProgram       *self,
                                const IlkOptions *options,
                                gboolean          missing,
                                GError          **error);
/* Opens database and keys; clock and gateways are set before. */
gboolean ilk_program_open     (IlkProgram        *self,
                               const IlkOptions  *options,
                               GError           **error);
/* What [Sms] and [Mail] of the configuration say; else both are laid into --spool, when there is
 * one. FALSE with *error: something is wrong, or nothing is said. */
gboolean ilk_program_open_gateways
                              (IlkProgram        *self,
                               const IlkOptions  *options,
                               GError           **error);
/* Database and keys for an operator's command, beside a service that may be running: a database
 * that is not there is an error. */
gboolean ilk_program_open_existing
                              (IlkProgram        *self,
                               const IlkOptions  *options,
                               GError           **error);
void     ilk_program_clear    (IlkProgram        *self);

/* Both print to standard error and return the exit code. */
int      ilk_program_complain (const GError      *error);
int      ilk_program_misuse   (const char        *message);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IlkProgram, ilk_program_clear)

G_END_DECLS
