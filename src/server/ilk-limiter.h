/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-config.h"

G_BEGIN_DECLS

/* How many requests of a kind are taken in a while, from one address and from all. Not for threads:
 * the HTTP server asks before it gives a request to a worker. */
typedef struct _IlkLimiter IlkLimiter;

typedef enum {
  ILK_LIMIT_LOGIN,     /* compares a word or a signature */
  ILK_LIMIT_CAPTCHA,   /* draws a picture */
  ILK_LIMIT_MESSAGE,   /* sends an SMS or a mail */
  ILK_LIMIT_OTHER,
  ILK_N_LIMITS
} IlkLimitKind;

IlkLimiter   *ilk_limiter_new      (const IlkConfig *config);
void          ilk_limiter_free     (IlkLimiter      *self);
/* What a request of this method and path is. */
IlkLimitKind  ilk_limiter_classify (const char      *method,
                                    const char      *path);
/* Takes one; 0: it may go on, else the seconds after which it might. address NULL: not known, only
 * what all share is looked at; now: monotonic microseconds. */
int           ilk_limiter_take     (IlkLimiter      *self,
                                    IlkLimitKind     kind,
                                    GInetAddress    *address,
                                    gint64           now);
guint         ilk_limiter_get_size (IlkLimiter      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkLimiter, ilk_limiter_free)

G_END_DECLS
