/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_PHONE_PAGE (ilk_phone_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkPhonePage, ilk_phone_page, ILK, PHONE_PAGE, IlkPage)

G_END_DECLS
