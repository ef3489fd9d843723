/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* The link of a forgotten security word, as a person gets it. */
const char *ilk_reset_mail_subject (gboolean    turkish);
/* Plain text, and the same as HTML. Both hold the link: secrets until it is used. */
IlkSecret  *ilk_reset_mail_text    (const char *name,
                                    IlkSecret  *link,
                                    gboolean    turkish);
IlkSecret  *ilk_reset_mail_html    (const char *name,
                                    IlkSecret  *link,
                                    gboolean    turkish);

G_END_DECLS
