/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_UNCERTAIN_PAGE (ilk_uncertain_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkUncertainPage, ilk_uncertain_page, ILK, UNCERTAIN_PAGE, IlkPage)

G_END_DECLS
