/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Reads pairs of name and value without copies outside IlkSecret. What is missing is NULL; of two
 * with one name the first counts. */

/* From application/x-www-form-urlencoded text: a form's body or an address's query. NULL too when a
 * % is not followed by two hexadecimal digits. */
IlkSecret *ilk_form_get        (IlkSecret  *form,
                                const char *name);
/* The same for what is no secret; NULL too when it is no UTF-8 or has a 0 in it. */
char      *ilk_form_get_text   (IlkSecret  *form,
                                const char *name);
/* From a Cookie header's value. */
IlkSecret *ilk_form_get_cookie (IlkSecret  *header,
                                const char *name);

G_END_DECLS
