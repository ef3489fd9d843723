/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_NEW_WORD_PAGE (ilk_new_word_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkNewWordPage, ilk_new_word_page, ILK, NEW_WORD_PAGE, IlkPage)

G_END_DECLS
