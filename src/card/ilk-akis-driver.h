/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-driver.h"

G_BEGIN_DECLS

#define ILK_TYPE_AKIS_DRIVER (ilk_akis_driver_get_type ())
G_DECLARE_FINAL_TYPE (IlkAkisDriver, ilk_akis_driver, ILK, AKIS_DRIVER, GObject)

/* The one card profile whose unlock is known to us; see data/atrs.json and the card's marker. */
#define ILK_AKIS_PROFILE_VIRTUAL "virtual-1"

/* AKİS v1.0 by APDU, for cards with exactly its ATR. */
IlkCardDriver *ilk_akis_driver_new (void);

G_END_DECLS
