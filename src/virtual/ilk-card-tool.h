/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Exit codes of ilkimza-card. */
#define ILK_CARD_TOOL_OK       0
#define ILK_CARD_TOOL_WRONG    1 /* verify: another PIN; everything else: it did not work */
#define ILK_CARD_TOOL_USAGE    2
#define ILK_CARD_TOOL_UNUSABLE 3 /* verify: the PIN is blocked or not set */

/* The commands; argv[0] is the command's name. */
int ilk_card_tool_make         (int    argc,
                                char **argv);
int ilk_card_tool_insert       (int    argc,
                                char **argv);
int ilk_card_tool_verify       (int    argc,
                                char **argv);
int ilk_card_tool_info         (int    argc,
                                char **argv);
int ilk_card_tool_practice_set (int    argc,
                                char **argv);

/* What they share. */
gboolean   ilk_card_tool_parse     (const char          *summary,
                                    const char          *description,
                                    const GOptionEntry  *entries,
                                    guint                arguments,
                                    int                  argc,
                                    char               **argv,
                                    char              ***rest);
IlkSecret *ilk_card_tool_read_line (gsize                max_length);
void       ilk_card_tool_complain  (const char          *format,
                                    ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
