/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_CODE_PAGE (ilk_code_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkCodePage, ilk_code_page, ILK, CODE_PAGE, IlkPage)

/* login TRUE: the code that ends the login; FALSE: the one that confirms an operation. */
IlkPage *ilk_code_page_new (gboolean login);

G_END_DECLS
