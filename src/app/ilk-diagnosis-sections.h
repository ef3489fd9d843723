/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-diagnosis.h"

G_BEGIN_DECLS

/* A diagnosis as a person reads it, on paper or in a window. */
typedef struct {
  char *label;
  char *value;
} IlkDiagnosisRow;

typedef struct {
  char      *title;
  GPtrArray *rows;        /* IlkDiagnosisRow */
} IlkDiagnosisSection;

/* Returns (transfer full): IlkDiagnosisSection; one without rows is left out. */
GPtrArray *ilk_diagnosis_get_sections (IlkDiagnosis *self);
/* What is the matter, and what helps; either command or help may be NULL. Transfer full. */
char      *ilk_diagnosis_dup_headline (IlkDiagnosis *self);
char      *ilk_diagnosis_dup_help     (IlkDiagnosis *self);
char      *ilk_diagnosis_dup_command  (IlkDiagnosis *self);

G_END_DECLS
