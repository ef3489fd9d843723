/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ilk-error.h"

G_DEFINE_QUARK (ilk-error-quark, ilk_error)
