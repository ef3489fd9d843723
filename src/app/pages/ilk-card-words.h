/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-controller.h"

G_BEGIN_DECLS

/* What there is to say of a card beside the rows: nothing at all when it can be used. */
typedef struct {
  const char *sentence; /* NULL: nothing */
  const char *advice;
  char       *more;     /* owned; a sentence after the advice, or NULL */
  gboolean    fine;     /* nothing that a look at the computer could explain */
  gboolean    drawing;
  gboolean    spinning;
} IlkCardStatus;

void ilk_card_status_clear   (IlkCardStatus *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IlkCardStatus, ilk_card_status_clear)

void ilk_card_words_describe (IlkController *controller,
                              IlkCardStatus *status);

G_END_DECLS
