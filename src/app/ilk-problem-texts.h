/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ILK_PROBLEM_PLAIN       = 0,
  ILK_PROBLEM_RETRY       = 1 << 0, /* trying the same again makes sense */
  ILK_PROBLEM_CALL        = 1 << 1, /* the call centre's number belongs to the action */
  ILK_PROBLEM_TRIES       = 1 << 2, /* the cause says how many tries the PIN has left */
  ILK_PROBLEM_LOGINS      = 1 << 3, /* … how many logins are left before the account is blocked */
  ILK_PROBLEM_CODES       = 1 << 4, /* … how many tries the SMS code has left */
  ILK_PROBLEM_WAIT        = 1 << 5, /* the action says when to try again */
  ILK_PROBLEM_CERTIFICATE = 1 << 6, /* the cause is the certificate's state, where it is known */
  ILK_PROBLEM_QUOTE       = 1 << 7, /* the error's message is another program's own text, and shown */
} IlkProblemFlags;

/* A row of the table: English words, to be translated. */
typedef struct {
  const char     *code;
  const char     *sentence;
  const char     *cause;
  const char     *action;
  IlkProblemFlags flags;
} IlkProblemText;

const IlkProblemText *ilk_problem_card_texts (gsize *n_texts);
const IlkProblemText *ilk_problem_text_find (const GError *error);

G_END_DECLS
