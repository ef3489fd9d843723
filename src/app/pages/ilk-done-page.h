/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_DONE_PAGE (ilk_done_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkDonePage, ilk_done_page, ILK, DONE_PAGE, IlkPage)

G_END_DECLS
