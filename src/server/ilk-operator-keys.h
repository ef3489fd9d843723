/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* How long the older version of a key stays after a newer came into use: a request, or an instance
 * that has not noticed yet, may still be using it. */
#define ILK_KEY_GRACE_SECONDS (10 * 60)

typedef struct {
  int      version;     /* in use now */
  gboolean begun;       /* since this call */
  gboolean too_early;   /* begun by an earlier call, but less than the grace ago */
  guint    changed;     /* rows that were made anew by this call */
  gint64   left;        /* that still need an older version */
  guint    destroyed;   /* older versions */
} IlkKeyRotation;

/* Each call goes on where the last one ended, killed or not: the first makes the next version,
 * unless it lies there already, and takes it into use; one that comes after the grace destroys the
 * older, if nothing needs it. The service serves meanwhile. Blocking; errors: ILK_SERVER_ERROR. */

/* Words get the new pepper at their holder's next login; the older is destroyed when nobody carries
 * it. anew: a further version although an older one is still carried. */
gboolean ilk_operator_rotate_pepper   (IlkService      *service,
                                       gboolean         anew,
                                       IlkKeyRotation  *rotation,
                                       GError         **error);
/* What holders are found by is made anew from their numbers. */
gboolean ilk_operator_rotate_index    (IlkService      *service,
                                       IlkKeyRotation  *rotation,
                                       GError         **error);
/* Numbers, names, phones, mails and certificates are sealed anew. */
gboolean ilk_operator_rotate_data     (IlkService      *service,
                                       IlkKeyRotation  *rotation,
                                       GError         **error);
/* Makes the keys that are missing, the first card master key among them; told of each. */
gboolean ilk_operator_make_missing    (IlkKeyStore     *keys,
                                       void           (*made) (const char *name),
                                       GError         **error);
/* Makes the next version of a key and takes it not yet into use: it is to be brought to every
 * machine before. */
gboolean ilk_operator_make_key        (IlkService      *service,
                                       IlkKeyName       name,
                                       int             *version,
                                       GError         **error);
/* The master key for the cards that are made from now on; the older are needed as long as their
 * cards live. */
gboolean ilk_operator_make_card_key   (IlkService      *service,
                                       int             *version,
                                       GError         **error);
/* Cards that live and have this version; -1 with an error. */
gint64   ilk_operator_count_cards     (IlkService      *service,
                                       int              version,
                                       GError         **error);

G_END_DECLS
