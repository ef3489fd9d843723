/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_PREPARE_PAGE (ilk_prepare_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkPreparePage, ilk_prepare_page, ILK, PREPARE_PAGE, IlkPage)

G_END_DECLS
