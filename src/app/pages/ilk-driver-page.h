/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_DRIVER_PAGE (ilk_driver_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkDriverPage, ilk_driver_page, ILK, DRIVER_PAGE, IlkPage)

G_END_DECLS
