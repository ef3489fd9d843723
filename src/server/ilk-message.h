/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* A text message or a mail on its way to a holder. Its words lie in one secret, as it may hold a
 * code or a link. */
typedef struct {
  gint64      number;     /* of its row in the outbox: a later one's is higher while it waits */
  char       *id;         /* stays the same each time it is sent: the provider knows it again by this */
  gboolean    mail;
  IlkSecret  *words;      /* what the texts below point into */
  const char *to;
  const char *subject;    /* of a mail */
  const char *text;
  const char *html;       /* of a mail; "": none */
  const char *code;       /* of a text message; "": none is in it */
  int         seconds;    /* the code's life */
} IlkMessage;

void        ilk_message_free     (IlkMessage *self);

IlkSecret  *ilk_message_pack_sms (const char *to,
                                  IlkSecret  *text,
                                  IlkSecret  *code,
                                  int         seconds);
IlkSecret  *ilk_message_pack_mail (const char *to,
                                   const char *subject,
                                   IlkSecret  *text,
                                   IlkSecret  *html);
/* NULL when the words are damaged. */
IlkMessage *ilk_message_unpack   (const char *id,
                                  gint64      number,
                                  gboolean    mail,
                                  IlkSecret  *words);
/* As a line of JSON with its end, as the spool and the practice channel carry it. */
IlkSecret  *ilk_message_to_line  (const IlkMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkMessage, ilk_message_free)

G_END_DECLS
