/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-info.h"

G_BEGIN_DECLS

/* What the ATR alone tells of a card; see data/atrs.json. */
IlkCardKind ilk_atr_list_find    (GBytes      *atr,
                                  const char **name);
char       *ilk_atr_list_to_text (GBytes      *atr);

G_END_DECLS
