/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_LOGIN_PAGE (ilk_login_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkLoginPage, ilk_login_page, ILK, LOGIN_PAGE, IlkPage)

G_END_DECLS
