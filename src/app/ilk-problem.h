/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-issuer.h"

G_BEGIN_DECLS

/* One failure in words for the person: what happened, why, what to do. Made by one table from the
 * error codes of card, host, client and app (ilk-problem.c). Immutable, reference-counted. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  const char *code;      /* stable name for tests: "card.wrong-pin", "client.blocked" */
  char       *sentence;  /* what happened */
  char       *cause;     /* why */
  char       *action;    /* what to do */
  gboolean    retry;     /* trying the same again makes sense */
} IlkProblem;

#define ILK_TYPE_PROBLEM (ilk_problem_get_type ())
GType       ilk_problem_get_type       (void);
/* error: of ILK_CARD_ERROR, ILK_CLIENT_ERROR, ILK_APP_ERROR, ILK_ERROR or G_IO_ERROR. issuer may
 * be NULL: names and phone numbers of the call centre come from it. */
IlkProblem *ilk_problem_new_from_error (const GError *error,
                                        IlkIssuer    *issuer);
IlkProblem *ilk_problem_ref            (IlkProblem   *self);
void        ilk_problem_unref          (IlkProblem   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkProblem, ilk_problem_unref)

#define ILK_APP_ERROR (ilk_app_error_quark ())
GQuark ilk_app_error_quark (void);

typedef enum {
  ILK_APP_ERROR_OTHER_CARD,          /* another card was inserted while on the road */
  ILK_APP_ERROR_CARD_NOT_YOURS,      /* the card is not among the holder's at the service */
  ILK_APP_ERROR_CARD_PULLED,         /* the card was pulled while waiting or typing */
  ILK_APP_ERROR_CERTIFICATE_STATE,   /* suspended, revoked, expired, not yet valid at the service */
  ILK_APP_ERROR_NO_UNLOCK,           /* blocked or PIN-less, and no unlock is known for this card */
  ILK_APP_ERROR_SAVE,                /* the PDF can't be written */
  ILK_APP_ERROR_PRACTICE,            /* the practice service does not start or ended */
  ILK_APP_ERROR_ISSUER,              /* this issuer has no service the program can speak to */
  ILK_APP_ERROR_PROOF_WRONG,         /* after an uncertain writing: not the new PIN, and a try is spent */
  ILK_APP_ERROR_PIN_NOT_SET_BY_US,   /* after an uncertain writing the card is as it was, at no cost */
} IlkAppError;

G_END_DECLS
