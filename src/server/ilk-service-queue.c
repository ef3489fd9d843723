/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "core/ilk-seal.h"
#include "server/ilk-wire.h"

/* Messages are queued in the transaction of what causes them: what is undone sends nothing, and what
 * is done loses nothing. The outbox sends them afterwards. */

/* A notice is worth sending for so long. */
#define NOTICE_LIFE (3 * ILK_DAY)

static void
queue (IlkService *self,
       IlkInbound *request,
       const char *kind,
       IlkSecret  *words,
       gint64      life)
{
  g_autofree char *id = ilk_wire_new_id ();
  g_autoptr (GBytes) name = g_bytes_new (id, strlen (id));
  g_autoptr (GBytes) sealed = ilk_service_seal_secret (self, "outbox", name, words,
                                                       &request->error);
  IlkOutboxRecord record = { .message = id, .kind = (char *) kind, .sealed = sealed,
                             .created = request->now, .expires = request->now + life };

  ilk_store_outbox_add (self->store, &record, &request->error);
  request->queued = TRUE;
}

/**
 * ilk_service_queue_sms:
 * @code: (nullable): the code in @text, by itself; %NULL in a notice
 * @seconds: the code's life, after which it is not sent any more
 */
void
ilk_service_queue_sms (IlkService *self,
                       IlkInbound *request,
                       const char *to,
                       IlkSecret  *text,
                       IlkSecret  *code,
                       int         seconds)
{
  g_autoptr (IlkSecret) words = ilk_message_pack_sms (to, text, code, seconds);

  queue (self, request, ILK_OUTBOX_SMS, words, code != NULL ? seconds : NOTICE_LIFE);
}

/**
 * ilk_service_queue_mail:
 * @html: (nullable): the same as @text
 * @seconds: how long it is worth sending; 0: as long as any notice
 */
void
ilk_service_queue_mail (IlkService *self,
                        IlkInbound *request,
                        const char *to,
                        const char *subject,
                        IlkSecret  *text,
                        IlkSecret  *html,
                        int         seconds)
{
  g_autoptr (IlkSecret) words = ilk_message_pack_mail (to, subject, text, html);

  queue (self, request, ILK_OUTBOX_MAIL, words, seconds > 0 ? seconds : NOTICE_LIFE);
}

/**
 * ilk_service_set_queued:
 * @queued: (nullable): called with @user_data when a request that queued something is through, from
 *   any thread
 */
void
ilk_service_set_queued (IlkService *self,
                        GCallback   queued,
                        gpointer    user_data)
{
  g_mutex_lock (&self->queued_lock);
  self->queued = (void (*) (gpointer)) queued;
  self->queued_data = user_data;
  g_mutex_unlock (&self->queued_lock);
}

void
ilk_service_tell_queued (IlkService *self)
{
  g_mutex_lock (&self->queued_lock);
  if (self->queued != NULL)
    self->queued (self->queued_data);
  g_mutex_unlock (&self->queued_lock);
}
