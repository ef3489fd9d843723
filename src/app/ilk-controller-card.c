/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "card/ilk-card-error.h"

#include "app/ilk-controller-private.h"

/* Seeing readers and cards come and go, and reading the one that is there. */

typedef struct {
  IlkController *self;
  guint          number;
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static IlkPinFact
pin_fact_of (IlkPinState state)
{
  switch (state)
    {
    case ILK_PIN_STATE_SET:
      return ILK_PIN_FACT_SET;
    case ILK_PIN_STATE_NOT_SET:
      return ILK_PIN_FACT_NOT_SET;
    case ILK_PIN_STATE_BLOCKED:
      return ILK_PIN_FACT_BLOCKED;
    case ILK_PIN_STATE_UNKNOWN:
    default:
      return ILK_PIN_FACT_UNKNOWN;
    }
}

/* Whether the issuer's service has a part in the road: it knows cards by the serial number that our
 * own driver reads, and of a token a module tells another. */
static gboolean
is_served (IlkController *self)
{
  return self->client != NULL && self->card->reach == ILK_CARD_REACH_APDU;
}

/* A card that is alive and has a serial number goes on the road when PIN commands reach it: to the
 * issuer's service with a certificate, else to a new PIN in exchange for the old one. Whether its
 * certificate is valid now is the service's word: this computer's clock may be wrong. */
static gboolean
is_usable (IlkController *self)
{
  IlkCardInfo *card = self->card;

  if (card->reach == ILK_CARD_REACH_NONE || card->serial == NULL || card->dead)
    return FALSE;
  if (self->facts.change_only)
    return self->facts.pin == ILK_PIN_FACT_SET || self->facts.pin == ILK_PIN_FACT_UNKNOWN;

  return ilk_card_info_get_certificate (card) != NULL;
}

void
ilk_controller_judge_card (IlkController *self)
{
  IlkCardInfo *card = self->card;

  if (card == NULL)
    {
      self->facts.card = self->reading != NULL ? ILK_CARD_FACT_READING :
                         self->card_error != NULL ? ILK_CARD_FACT_UNUSABLE : ILK_CARD_FACT_NONE;
      return;
    }

  self->facts.change_only = !is_served (self);
  self->facts.can_unlock = !self->facts.change_only && card->unlock_profile != NULL &&
                           ilk_issuer_get_has_unlock (self->issuer) &&
                           (self->service_card == NULL ||
                            g_strcmp0 (self->service_card->unlock_profile,
                                       card->unlock_profile) == 0);
  self->facts.pin = pin_fact_of (card->pin_state);
  self->facts.card = is_usable (self) ? ILK_CARD_FACT_USABLE : ILK_CARD_FACT_UNUSABLE;
}

static gboolean
is_on_the_road (IlkController *self)
{
  return self->road_serial != NULL && self->state > ILK_STATE_CARD && self->state < ILK_STATE_DONE;
}

static gboolean
is_card_of_the_road (IlkController *self)
{
  const IlkCertificate *certificate = ilk_card_info_get_certificate (self->card);

  if (g_strcmp0 (self->card->serial, self->road_serial) != 0)
    return FALSE;

  return self->road_certificate == NULL ||
         (certificate != NULL && certificate->der != NULL &&
          g_bytes_equal (certificate->der, self->road_certificate));
}

/* A card that is of no use is set aside when another reader holds one too: built into a laptop
 * there may be a reader with a bank card in it. */
static void
set_card_aside (IlkController *self)
{
  if (self->state > ILK_STATE_CARD || self->facts.card != ILK_CARD_FACT_UNUSABLE)
    return;
  g_hash_table_insert (self->set_aside, g_strdup (self->reading_reader),
                       GUINT_TO_POINTER (self->reading_events));
  ilk_controller_read_card (self);
}

static void
card_was_read (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(Reading) reading = data;
  IlkController *self = reading->self;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkCardInfo) card = ilk_card_read_finish (result, &error);

  if (reading->number != self->reading_number || self->closing)
    return;

  g_clear_object (&self->reading);
  g_clear_error (&self->card_error);
  g_clear_pointer (&self->card, ilk_card_info_unref);
  if (card == NULL)
    {
      self->card_error = g_steal_pointer (&error);
      ilk_controller_judge_card (self);
      set_card_aside (self);
      ilk_controller_dispatch (self, ILK_EVENT_CARD_READ);
      return;
    }

  self->card = g_steal_pointer (&card);
  ilk_controller_judge_card (self);
  if (is_on_the_road (self) && !is_card_of_the_road (self))
    {
      self->facts.card = ILK_CARD_FACT_UNUSABLE;
      ilk_controller_set_app_problem (self, ILK_APP_ERROR_OTHER_CARD);
      ilk_controller_dispatch (self, ILK_EVENT_OTHER_CARD);
      if (self->state == ILK_STATE_CARD)
        ilk_controller_judge_card (self);
      ilk_controller_changed (self);
      return;
    }
  if (self->problem != NULL && g_str_equal (self->problem->code, "app.card-pulled"))
    ilk_controller_take_problem (self, NULL);
  set_card_aside (self);
  ilk_controller_dispatch (self, ILK_EVENT_CARD_READ);
}

static void
stop_reading (IlkController *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->reading_reader, g_free);
  self->reading_number++;
}

static void
start_reading (IlkController        *self,
               const IlkReaderState *reader)
{
  Reading *reading = g_new0 (Reading, 1);

  stop_reading (self);
  g_clear_pointer (&self->card, ilk_card_info_unref);
  g_clear_error (&self->card_error);
  self->reading = g_cancellable_new ();
  self->reading_reader = g_strdup (reader->name);
  self->reading_events = reader->events;
  reading->self = g_object_ref (self);
  reading->number = self->reading_number;
  ilk_card_read_async (self->transport, reader->name, self->reading, card_was_read, reading);
}

/* On the road only the reader counts that its card was in, as long as it is there. */
static const IlkReaderState *
find_road_reader (IlkController *self,
                  GPtrArray     *readers)
{
  if (!is_on_the_road (self) || self->road_reader == NULL)
    return NULL;
  for (guint i = 0; i < readers->len; i++)
    {
      const IlkReaderState *reader = g_ptr_array_index (readers, i);

      if (g_str_equal (reader->name, self->road_reader))
        return reader;
    }
  return NULL;
}

static gboolean
is_set_aside (IlkController        *self,
              const IlkReaderState *reader)
{
  gpointer events;

  return g_hash_table_lookup_extended (self->set_aside, reader->name, NULL, &events) &&
         GPOINTER_TO_UINT (events) == reader->events;
}

/* How much a card in a reader promises; 0: there is none. */
static guint
rank (IlkController        *self,
      const IlkReaderState *reader)
{
  gboolean current = self->reading_reader != NULL &&
                     g_str_equal (self->reading_reader, reader->name);

  if (!reader->present)
    return 0;
  return 1 + (current ? 1 : 0) + (reader->mute ? 0 : 2) + (is_set_aside (self, reader) ? 0 : 4);
}

/* The reader whose card is to be read, or NULL. */
static const IlkReaderState *
find_card (IlkController *self)
{
  GPtrArray *readers = ilk_card_monitor_get_readers (self->monitor);
  const IlkReaderState *best = NULL;

  if (readers == NULL)
    return NULL;
  best = find_road_reader (self, readers);
  if (best != NULL)
    return best->present ? best : NULL;

  for (guint i = 0; i < readers->len; i++)
    {
      const IlkReaderState *reader = g_ptr_array_index (readers, i);

      if (rank (self, reader) > (best != NULL ? rank (self, best) : 0))
        best = reader;
    }
  return best;
}

static void
card_is_gone (IlkController *self)
{
  gboolean was_there = self->facts.card != ILK_CARD_FACT_NONE;

  stop_reading (self);
  g_clear_pointer (&self->card, ilk_card_info_unref);
  g_clear_error (&self->card_error);
  ilk_controller_judge_card (self);
  if (was_there && is_on_the_road (self) && self->state != ILK_STATE_UNCERTAIN &&
      self->problem == NULL)
    ilk_controller_set_app_problem (self, ILK_APP_ERROR_CARD_PULLED);
}

/* A card that was read already, or is being read, is not read again: our own reading moves the
 * reader's state too. One that another program held is, once that has let go. */
static gboolean
is_known (IlkController        *self,
          const IlkReaderState *reader)
{
  gboolean held = g_error_matches (self->card_error, ILK_CARD_ERROR, ILK_CARD_ERROR_IN_USE);

  return !self->reread && self->reading_reader != NULL &&
         g_str_equal (reader->name, self->reading_reader) &&
         reader->events == self->reading_events &&
         !(held && !reader->exclusive && !reader->in_use);
}

/* The flow's READ_CARD. */
void
ilk_controller_read_card (IlkController *self)
{
  const IlkReaderState *reader = find_card (self);

  if (reader == NULL)
    {
      card_is_gone (self);
      return;
    }
  if (self->releasing)
    {
      /* What was read no longer holds, and nothing is to be written on its word. */
      self->reread = TRUE;
      self->facts.card = ILK_CARD_FACT_READING;
      return;
    }
  if (is_known (self, reader))
    return;

  self->reread = FALSE;
  start_reading (self, reader);
  ilk_controller_judge_card (self);
}

/* Readers, drivers or the card service differ, or may. */
void
ilk_controller_computer_changed (IlkController *self)
{
  if (self->closing)
    return;
  ilk_controller_judge_computer (self);

  /* While a PIN is being set the writer alone speaks with the card. */
  if (self->state != ILK_STATE_SETTING && find_card (self) == NULL)
    card_is_gone (self);
  if (ilk_controller_go_on (self))
    return;
  if (ilk_card_monitor_get_ready (self->monitor))
    ilk_controller_dispatch (self, ILK_EVENT_READERS_CHANGED);
  else
    ilk_controller_changed (self);
}

static void
usb_changed (IlkController *self)
{
  ilk_card_monitor_relist (self->monitor);
  ilk_controller_computer_changed (self);
}

void
ilk_controller_watch_readers (IlkController *self)
{
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_signal_handlers_disconnect_by_data (self->host, self);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (ilk_controller_computer_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "changed", G_CALLBACK (usb_changed), self,
                           G_CONNECT_SWAPPED);
  ilk_host_start (self->host);
  ilk_card_monitor_start (self->monitor);
  ilk_controller_judge_computer (self);
}

/* From here on the road is about the card that was read last. */
void
ilk_controller_accept_card (IlkController *self)
{
  const IlkCertificate *certificate;

  if (self->card == NULL)
    return;
  certificate = ilk_card_info_get_certificate (self->card);
  g_free (self->road_serial);
  g_free (self->road_reader);
  g_clear_pointer (&self->road_certificate, g_bytes_unref);
  if (certificate != NULL && certificate->der != NULL)
    self->road_certificate = g_bytes_ref (certificate->der);
  self->road_serial = g_strdup (self->card->serial);
  self->road_reader = g_strdup (self->card->reader);
  self->facts.card_known = TRUE;
}

/* What was known of the card of this road, and of what the service says about it. */
void
ilk_controller_forget_card (IlkController *self)
{
  g_clear_pointer (&self->road_serial, g_free);
  g_clear_pointer (&self->road_certificate, g_bytes_unref);
  g_clear_pointer (&self->road_reader, g_free);
  g_clear_pointer (&self->service_card, ilk_service_card_free);
  self->facts.card_known = FALSE;
  self->facts.kept = FALSE;
  self->facts.pin_held = FALSE;
  self->facts.pin_stale = FALSE;
  self->facts.pin_saved = FALSE;
  self->facts.pin_deleted = FALSE;
  self->facts.pin_set = FALSE;
  self->facts.old_pin_given = FALSE;
  self->facts.on_reader = FALSE;
  self->facts.inactive = FALSE;
  self->facts.card_mine = FALSE;
  self->facts.blocked_certificate = FALSE;
  self->erased_everywhere = 0;
  g_clear_pointer (&self->reading_reader, g_free);
}
