/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_CARD_PAGE (ilk_card_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkCardPage, ilk_card_page, ILK, CARD_PAGE, IlkPage)

G_END_DECLS
