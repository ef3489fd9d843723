/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* The link of a forgotten security word, as a person gets it. */
typedef struct {
  const char *name;
  IlkSecret  *link;
  const char *issuer;        /* NULL: not told */
  const char *call_centre;   /* NULL: not told */
  gboolean    turkish;
} IlkResetMail;

const char *ilk_reset_mail_subject (const IlkResetMail *self);
/* Plain text, and the same as HTML. Both hold the link: secrets until it is used. */
IlkSecret  *ilk_reset_mail_text    (const IlkResetMail *self);
IlkSecret  *ilk_reset_mail_html    (const IlkResetMail *self);

G_END_DECLS
