/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Writes an HTML page piece by piece, in memory that is wiped. There is no way to write markup but
 * by naming an element: every text and every value of an attribute is escaped. */
typedef struct _IlkHtml IlkHtml;

IlkHtml *ilk_html_new    (void);
void     ilk_html_free   (IlkHtml    *self);
/* Attributes are pairs of name and value, ended by NULL. A value NULL leaves the attribute out. */
void     ilk_html_open   (IlkHtml    *self,
                          const char *element,
                          ...) G_GNUC_NULL_TERMINATED;
void     ilk_html_close  (IlkHtml    *self,
                          const char *element);
/* An element without content and end. */
void     ilk_html_void   (IlkHtml    *self,
                          const char *element,
                          ...) G_GNUC_NULL_TERMINATED;
/* An element around a text. */
void     ilk_html_leaf   (IlkHtml    *self,
                          const char *element,
                          const char *text,
                          ...) G_GNUC_NULL_TERMINATED;
void     ilk_html_text   (IlkHtml    *self,
                          const char *text);
void     ilk_html_secret (IlkHtml    *self,
                          IlkSecret  *text);
/* The page (transfer full); the writer is empty then. */
GBytes  *ilk_html_finish (IlkHtml    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkHtml, ilk_html_free)

G_END_DECLS
