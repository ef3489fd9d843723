/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_CAPTCHA_LENGTH 6
/* No I, O, 0, 1 and no letter that Turkish writes in two ways. */
#define ILK_CAPTCHA_ALPHABET "ACDEFHJKLMNPRTUVWXY34679"

char   *ilk_captcha_new_text (void);
GBytes *ilk_captcha_draw     (const char *text);

G_END_DECLS
