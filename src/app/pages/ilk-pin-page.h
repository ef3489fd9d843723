/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_PIN_PAGE (ilk_pin_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkPinPage, ilk_pin_page, ILK, PIN_PAGE, IlkPage)

G_END_DECLS
