/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_SETTING_PAGE (ilk_setting_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkSettingPage, ilk_setting_page, ILK, SETTING_PAGE, IlkPage)

G_END_DECLS
