/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Whose word it is: what the word must not be made of. Each may be NULL. */
typedef struct {
  const char *number;
  const char *name;
  const char *phone;
  const char *birth_year;
} IlkWordOwner;

/* What a new word is refused for, as a problem's code; NULL: nothing. */
const char *ilk_word_check (IlkSecret          *word,
                            const IlkWordOwner *owner);

G_END_DECLS
