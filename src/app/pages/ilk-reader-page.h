/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

#define ILK_TYPE_READER_PAGE (ilk_reader_page_get_type ())
G_DECLARE_FINAL_TYPE (IlkReaderPage, ilk_reader_page, ILK, READER_PAGE, IlkPage)

G_END_DECLS
