/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "card/ilk-card-error.h"

#include "app/ilk-controller-private.h"

/* What the card room says of pcscd and the host room of this computer, brought together. */

static IlkServiceAnswer
answer_of (IlkCardMonitor *monitor)
{
  const GError *error = ilk_card_monitor_get_error (monitor);

  if (error == NULL)
    return ilk_card_monitor_get_ready (monitor) ? ILK_SERVICE_ANSWER_YES
                                                : ILK_SERVICE_ANSWER_UNKNOWN;
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_SERVICE_OFF))
    return ILK_SERVICE_ANSWER_ABSENT;
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_SERVICE_REFUSED))
    return ILK_SERVICE_ANSWER_REFUSED;
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_SERVICE_VERSION))
    return ILK_SERVICE_ANSWER_VERSION;

  return ILK_SERVICE_ANSWER_FAILED;
}

/* Our own connection to the card makes it exclusive too. */
static gboolean
is_ours (IlkController        *self,
         const IlkReaderState *reader)
{
  gboolean connected = self->reading != NULL || self->card_session != NULL || self->releasing;

  return connected && g_strcmp0 (reader->name, self->reading_reader) == 0;
}

static GArray *
list_readers (IlkController *self)
{
  GPtrArray *readers = ilk_card_monitor_get_readers (self->monitor);
  GArray *listed = g_array_new (FALSE, FALSE, sizeof (IlkListedReader));

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    {
      const IlkReaderState *reader = g_ptr_array_index (readers, i);
      gboolean ours = is_ours (self, reader);
      const IlkListedReader row = {
        .name = reader->name,
        .present = reader->present,
        .mute = reader->mute,
        .exclusive = reader->exclusive && !ours,
        .in_use = reader->in_use && !ours,
        .atr = reader->atr,
      };

      g_array_append_val (listed, row);
    }
  return listed;
}

/* Programs take cards without a USB event: when one holds a reader the computer is looked at once
 * more, for its name. */
static void
look_for_holders (IlkController *self)
{
  gboolean held = FALSE;

  for (guint i = 0; i < self->verdicts->len; i++)
    {
      const IlkReaderVerdict *verdict = g_ptr_array_index (self->verdicts, i);

      held = held || verdict->verdict == ILK_HOST_VERDICT_IN_USE;
    }
  if (held && !self->holders_asked)
    ilk_host_look_again (self->host);
  self->holders_asked = held;
}

void
ilk_controller_judge_computer (IlkController *self)
{
  IlkServiceAnswer answer = answer_of (self->monitor);
  g_autoptr (GArray) listed = list_readers (self);
  GPtrArray *usb = ilk_host_get_usb_readers (self->host);

  g_ptr_array_unref (self->verdicts);
  self->verdicts = ilk_host_judge (self->host, answer, (IlkListedReader *) listed->data,
                                   listed->len);
  self->facts.reader_seen = listed->len > 0 || usb->len > 0;
  self->facts.reader_works = answer == ILK_SERVICE_ANSWER_YES && listed->len > 0;
  look_for_holders (self);
}
