/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/pages/ilk-page.h"

G_BEGIN_DECLS

/* Asks, with what deleting means at this issuer, whether the PIN held there shall be deleted, and
 * begins the deletion when the phrase was typed. Used where the PIN is shown and at the end. */
void ilk_delete_pin (IlkPage *page);

G_END_DECLS
