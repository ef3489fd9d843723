/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-diagnosis.h"

G_BEGIN_DECLS

/* Stable English words, for programs. */
const char *ilk_diagnosis_result_word   (IlkDiagnosisResult  result);
const char *ilk_diagnosis_verdict_word  (IlkHostVerdict      verdict);
const char *ilk_diagnosis_answer_word   (IlkDiagnosisAnswer  answer);
const char *ilk_diagnosis_service_word  (IlkServiceReach     reach);
const char *ilk_diagnosis_validity_word (IlkValidity         validity);
const char *ilk_diagnosis_kind_word     (IlkCardKind         kind);
const char *ilk_diagnosis_pin_word      (IlkPinState         state);

/* Sentences in the language of the person. */
const char *ilk_diagnosis_verdict_sentence (IlkHostVerdict      verdict);
const char *ilk_diagnosis_answer_sentence  (IlkDiagnosisAnswer  answer);
const char *ilk_diagnosis_service_sentence (IlkServiceReach     reach);
const char *ilk_diagnosis_validity_text    (IlkValidity         validity);
const char *ilk_diagnosis_pin_text         (IlkPinState         state);
/* reader: the one that decided, or NULL. */
void        ilk_diagnosis_get_words        (IlkDiagnosisResult         result,
                                            const IlkDiagnosisReader  *reader,
                                            const char               **sentence,
                                            const char               **action);

G_END_DECLS
