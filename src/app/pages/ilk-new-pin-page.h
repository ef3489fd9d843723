/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_NEW_PIN_PAGE (ilk_new_pin_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkNewPinPage, ilk_new_pin_page, ILK, NEW_PIN_PAGE, IlkPage)

G_END_DECLS
