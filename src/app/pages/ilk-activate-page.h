/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_ACTIVATE_PAGE (ilk_activate_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkActivatePage, ilk_activate_page, ILK, ACTIVATE_PAGE, IlkPage)

G_END_DECLS
