/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_WELCOME_PAGE (ilk_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkWelcomePage, ilk_welcome_page, ILK, WELCOME_PAGE, IlkPage)

G_END_DECLS
