/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What other programs are asked, and what their answers mean. */

/* The way to ask one package system for the packages that matter for cards. */
typedef struct {
  const char        *name;     /* "dpkg" */
  const char *const *argv;
} IlkPackageQuestion;

/* NULL: a system whose packages nobody here can ask for. root: "" or a scratch folder. */
const IlkPackageQuestion *ilk_package_question_find (const char               *root);
/* Adds an IlkDiagnosisItem for each package that was asked for. */
void                      ilk_package_question_read (const IlkPackageQuestion *self,
                                                     const char               *output,
                                                     GPtrArray                *items);
/* "pcsc-lite version 1.9.9." to "1.9.9", or NULL. Transfer full. */
char                     *ilk_pcscd_version_read    (const char               *output);
/* What "systemctl show" says of a unit: "active, enabled"; NULL: it does not know it. */
extern const char *const  ilk_unit_question[];
char                     *ilk_unit_state_read     (const char               *output,
                                                     const char               *unit);

G_END_DECLS
