/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-config.h"

G_BEGIN_DECLS

/* Which options a command takes. */
typedef enum {
  ILK_OPTIONS_COMMON   = 1 << 0,  /* configuration, database, keys */
  ILK_OPTIONS_SERVING  = 1 << 1,
  ILK_OPTIONS_PRACTICE = 1 << 2,
  ILK_OPTIONS_IMPORT   = 1 << 3,
  ILK_OPTIONS_KEYS     = 1 << 4,
  ILK_OPTIONS_AUDIT    = 1 << 5,
  ILK_OPTIONS_CHECK    = 1 << 6,
  ILK_OPTIONS_ALL      = (1 << 7) - 1
} IlkOptionGroups;

/* What the command line and the configuration say; the command line wins. */
typedef struct {
  gboolean    help;
  gboolean    practice;
  gboolean    anywhere;
  gboolean    again;
  gboolean    make_only;
  gboolean    network;
  gboolean    held_pins;
  char       *config_file;
  char       *listen;
  char       *socket;
  char       *database;
  char       *credentials;
  char       *metrics_socket;
  char       *spool;
  char       *data;
  int         channel_fd;
  char      **rest;         /* the command and what follows it; NULL: nothing */
  IlkConfig  *config;
} IlkOptions;

void      ilk_options_clear      (IlkOptions       *self);
gboolean  ilk_options_parse      (IlkOptions       *self,
                                  IlkOptionGroups   groups,
                                  char            **argv,
                                  GError          **error);
/* Reads the configuration and fills in what the command line left open. */
gboolean  ilk_options_complete   (IlkOptions       *self,
                                  GError          **error);
/* usage: what stands behind the program's name. */
char     *ilk_options_get_help   (IlkOptionGroups   groups,
                                  const char       *usage,
                                  const char       *summary,
                                  const char       *description);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IlkOptions, ilk_options_clear)

G_END_DECLS
