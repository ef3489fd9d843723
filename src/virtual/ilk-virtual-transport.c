/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "card/ilk-card-error.h"
#include "virtual/ilk-fault.h"
#include "virtual/ilk-virtual-transport.h"

typedef struct {
  char           *name;
  IlkVirtualCard *card;       /* NULL: no card */
  guint           events;
  guint           resets;     /* by "another program" */
  gboolean        connected;
} Reader;

/* What connect () hands out. It outlives the reader and the card, so it knows them by name and
 * counters. */
typedef struct {
  char           *reader;
  IlkVirtualCard *card;
  guint           events;
  guint           resets;
  guint           commands;
} Connection;

struct _IlkVirtualTransport
{
  GObject    parent_instance;

  GMutex     lock;      /* guards everything below */
  GCond      changed;
  GPtrArray *readers;   /* Reader */
  IlkFault   fault;
  guint      fault_serial;
  guint      relists;   /* calls of relist () that no wait () has answered */
};

static void ilk_virtual_transport_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkVirtualTransport, ilk_virtual_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      ilk_virtual_transport_iface_init))

static void
reader_free (Reader *self)
{
  g_free (self->name);
  g_clear_object (&self->card);
  g_free (self);
}

static void
connection_free (Connection *self)
{
  g_free (self->reader);
  g_clear_object (&self->card);
  g_free (self);
}

static Reader *
find_reader (IlkVirtualTransport *self,
             const char          *name,
             guint               *position)
{
  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      if (g_str_equal (reader->name, name))
        {
          if (position != NULL)
            *position = i;
          return reader;
        }
    }
  return NULL;
}

/* --- what the readers look like --- */

static IlkReaderState *
make_state (IlkVirtualTransport *self,
            Reader              *reader)
{
  IlkReaderState *state = g_new0 (IlkReaderState, 1);

  state->name = g_strdup (reader->name);
  state->present = reader->card != NULL;
  state->mute = state->present && self->fault.kind == ILK_FAULT_MUTE;
  state->exclusive = state->present && self->fault.kind == ILK_FAULT_HELD;
  state->in_use = state->exclusive;
  state->events = reader->events;
  if (state->present && !state->mute)
    state->atr = g_bytes_ref (ilk_virtual_card_get_atr (reader->card));
  return state;
}

static GPtrArray *
make_states (IlkVirtualTransport *self)
{
  GPtrArray *states = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);

  for (guint i = 0; i < self->readers->len; i++)
    g_ptr_array_add (states, make_state (self, g_ptr_array_index (self->readers, i)));
  return states;
}

/* --- IlkTransport --- */

static void
on_cancelled (GCancellable        *cancellable,
              IlkVirtualTransport *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static GError *
service_off (void)
{
  return ilk_card_error_new (ILK_CARD_ERROR_SERVICE_OFF, -1, 0, 0,
                             "The virtual card service is switched off");
}

static GPtrArray *
wait_locked (IlkVirtualTransport  *self,
             GPtrArray            *known,
             GCancellable         *cancellable,
             GError              **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) states = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (self->fault.kind == ILK_FAULT_SERVICE_OFF)
        {
          g_propagate_error (error, service_off ());
          return NULL;
        }
      states = make_states (self);
      if (known == NULL || self->relists > 0 || !ilk_reader_states_equal (known, states))
        {
          self->relists = 0;
          return g_steal_pointer (&states);
        }
      g_cond_wait (&self->changed, &self->lock);
    }
}

static GPtrArray *
ilk_virtual_transport_wait (IlkTransport  *transport,
                            GPtrArray     *known,
                            GCancellable  *cancellable,
                            GError       **error)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (transport);
  GPtrArray *states;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);

  g_mutex_lock (&self->lock);
  states = wait_locked (self, known, cancellable, error);
  g_mutex_unlock (&self->lock);

  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return states;
}

static void
ilk_virtual_transport_relist (IlkTransport *transport)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (transport);

  g_mutex_lock (&self->lock);
  self->relists++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Why a reader cannot be connected to, or NULL. */
static GError *
refuse_connection (IlkVirtualTransport *self,
                   Reader              *reader,
                   const char          *name)
{
  if (self->fault.kind == ILK_FAULT_SERVICE_OFF)
    return service_off ();
  if (reader == NULL)
    return ilk_card_error_new (ILK_CARD_ERROR_NO_READER, -1, 0, 0, "There is no reader “%s”", name);
  if (reader->card == NULL)
    return ilk_card_error_new (ILK_CARD_ERROR_NO_CARD, -1, 0, 0, "No card is in “%s”", name);
  if (self->fault.kind == ILK_FAULT_MUTE)
    return ilk_card_error_new (ILK_CARD_ERROR_CARD_MUTE, -1, 0, 0, "The card is mute");
  if (self->fault.kind == ILK_FAULT_HELD || reader->connected)
    return ilk_card_error_new (ILK_CARD_ERROR_IN_USE, -1, 0, 0, "The card is in use");
  return NULL;
}

static gpointer
ilk_virtual_transport_connect (IlkTransport  *transport,
                               const char    *name,
                               GCancellable  *cancellable,
                               GError       **error)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (transport);
  Connection *connection = NULL;
  GError *refusal;
  Reader *reader;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  g_mutex_lock (&self->lock);
  reader = find_reader (self, name, NULL);
  refusal = refuse_connection (self, reader, name);
  if (refusal == NULL)
    {
      reader->connected = TRUE;
      connection = g_new0 (Connection, 1);
      connection->reader = g_strdup (name);
      connection->card = g_object_ref (reader->card);
      connection->events = reader->events;
      connection->resets = reader->resets;
    }
  g_mutex_unlock (&self->lock);

  if (refusal != NULL)
    g_propagate_error (error, refusal);
  return connection;
}

/* Takes the card out; the lock is held. */
static void
pull (IlkVirtualTransport *self,
      Reader              *reader)
{
  if (reader == NULL || reader->card == NULL)
    return;
  ilk_virtual_card_reset (reader->card);
  g_clear_object (&reader->card);
  reader->events++;
  reader->connected = FALSE;
  g_cond_broadcast (&self->changed);
}

/* Why a connection no longer holds its card, or NULL; the lock is held. */
static GError *
check_connection (IlkVirtualTransport *self,
                  Connection          *connection)
{
  Reader *reader = find_reader (self, connection->reader, NULL);

  if (self->fault.kind == ILK_FAULT_SERVICE_OFF)
    return service_off ();
  if (reader == NULL)
    return ilk_card_error_new (ILK_CARD_ERROR_NO_READER, -1, 0, 0, "The reader is gone");
  if (reader->events != connection->events)
    return ilk_card_error_new (ILK_CARD_ERROR_CARD_REMOVED, -1, 0, 0, "The card was pulled");
  if (reader->resets != connection->resets)
    return ilk_card_error_new (ILK_CARD_ERROR_CARD_RESET, -1, 0, 0,
                               "Another program reset the card");
  if (self->fault.kind == ILK_FAULT_MUTE)
    return ilk_card_error_new (ILK_CARD_ERROR_CARD_MUTE, -1, 0, 0, "The card is mute");
  return NULL;
}

/* The faults that strike before the card sees the command; the lock is held. */
static void
strike_before (IlkVirtualTransport *self,
               Connection          *connection)
{
  Reader *reader = find_reader (self, connection->reader, NULL);

  if (reader == NULL || reader->events != connection->events)
    return;
  if (ilk_fault_strike (&self->fault, ILK_FAULT_PULLED_BEFORE, connection->commands))
    pull (self, reader);
  else if (ilk_fault_strike (&self->fault, ILK_FAULT_RESET, connection->commands))
    {
      ilk_virtual_card_reset (reader->card);
      reader->resets++;
    }
}

/* Holds the answer back until the fault is taken back, the card pulled, or the time is over. */
static void
be_slow (IlkVirtualTransport *self,
         Connection          *connection)
{
  gint64 end = g_get_monotonic_time () + ILK_FAULT_SLOW_SECONDS * G_TIME_SPAN_SECOND;
  guint fault_serial = self->fault_serial;

  while (self->fault_serial == fault_serial)
    {
      g_autoptr (GError) gone = check_connection (self, connection);

      if (gone != NULL || !g_cond_wait_until (&self->changed, &self->lock, end))
        return;
    }
}

/* The faults that strike when the card has done the command; the lock is held. Returns how much
 * of the answer arrives. */
static gsize
strike_after (IlkVirtualTransport *self,
              Connection          *connection,
              gsize                length)
{
  if (ilk_fault_strike (&self->fault, ILK_FAULT_SLOW, connection->commands))
    be_slow (self, connection);
  else if (ilk_fault_strike (&self->fault, ILK_FAULT_PULLED_AFTER, connection->commands))
    pull (self, find_reader (self, connection->reader, NULL));
  else if (ilk_fault_strike (&self->fault, ILK_FAULT_WRONG_LENGTH, connection->commands))
    return 1;
  return length;
}

static gssize
ilk_virtual_transport_transmit (IlkTransport  *transport,
                                gpointer       card,
                                const guint8  *command,
                                gsize          command_length,
                                guint8        *answer,
                                gsize          answer_size,
                                GError       **error)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (transport);
  Connection *connection = card;
  g_autoptr (GBytes) bytes = NULL;
  GError *failure;
  gsize length = 0;

  g_mutex_lock (&self->lock);
  connection->commands++;
  strike_before (self, connection);
  failure = check_connection (self, connection);
  g_mutex_unlock (&self->lock);

  if (failure == NULL)
    {
      bytes = ilk_virtual_card_transmit (connection->card, command, command_length);

      g_mutex_lock (&self->lock);
      length = strike_after (self, connection, g_bytes_get_size (bytes));
      failure = check_connection (self, connection);
      g_mutex_unlock (&self->lock);
    }
  if (failure == NULL && length > answer_size)
    failure = ilk_card_error_new (ILK_CARD_ERROR_FAILED, -1, 0, 0, "The answer is too long");
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return -1;
    }
  memcpy (answer, g_bytes_get_data (bytes, NULL), length);
  return length;
}

static GBytes *
ilk_virtual_transport_get_atr (IlkTransport *transport,
                               gpointer      card)
{
  Connection *connection = card;

  return g_bytes_ref (ilk_virtual_card_get_atr (connection->card));
}

static void
ilk_virtual_transport_disconnect (IlkTransport *transport,
                                  gpointer      card,
                                  gboolean      reset)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (transport);
  Connection *connection = card;
  Reader *reader;

  g_mutex_lock (&self->lock);
  reader = find_reader (self, connection->reader, NULL);
  if (reader != NULL && reader->events == connection->events)
    {
      reader->connected = FALSE;
      if (reset)
        ilk_virtual_card_reset (reader->card);
    }
  g_mutex_unlock (&self->lock);
  connection_free (connection);
}

/* --- the object --- */

static void
ilk_virtual_transport_iface_init (IlkTransportInterface *iface)
{
  iface->wait = ilk_virtual_transport_wait;
  iface->relist = ilk_virtual_transport_relist;
  iface->connect = ilk_virtual_transport_connect;
  iface->transmit = ilk_virtual_transport_transmit;
  iface->get_atr = ilk_virtual_transport_get_atr;
  iface->disconnect = ilk_virtual_transport_disconnect;
}

static void
ilk_virtual_transport_finalize (GObject *object)
{
  IlkVirtualTransport *self = ILK_VIRTUAL_TRANSPORT (object);

  g_ptr_array_unref (self->readers);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_virtual_transport_parent_class)->finalize (object);
}

static void
ilk_virtual_transport_class_init (IlkVirtualTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_virtual_transport_finalize;
}

static void
ilk_virtual_transport_init (IlkVirtualTransport *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
}

IlkTransport *
ilk_virtual_transport_new (void)
{
  return g_object_new (ILK_TYPE_VIRTUAL_TRANSPORT, NULL);
}

/**
 * ilk_virtual_transport_add_reader:
 * @self: the transport
 * @name: a name that no other reader has
 *
 * Plugs a reader in.
 */
void
ilk_virtual_transport_add_reader (IlkVirtualTransport *self,
                                  const char          *name)
{
  Reader *reader;

  g_return_if_fail (ILK_IS_VIRTUAL_TRANSPORT (self));

  g_mutex_lock (&self->lock);
  if (find_reader (self, name, NULL) == NULL)
    {
      reader = g_new0 (Reader, 1);
      reader->name = g_strdup (name);
      g_ptr_array_add (self->readers, reader);
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

void
ilk_virtual_transport_remove_reader (IlkVirtualTransport *self,
                                     const char          *name)
{
  Reader *reader;
  guint position;

  g_return_if_fail (ILK_IS_VIRTUAL_TRANSPORT (self));

  g_mutex_lock (&self->lock);
  reader = find_reader (self, name, &position);
  if (reader != NULL)
    {
      pull (self, reader);
      g_ptr_array_remove_index (self->readers, position);
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * ilk_virtual_transport_insert:
 * @self: the transport
 * @reader: a reader without a card; one that is in is pulled first
 * @card: the card; a reference is kept while it is in
 *
 * Puts a card in and powers it on.
 */
void
ilk_virtual_transport_insert (IlkVirtualTransport *self,
                              const char          *reader,
                              IlkVirtualCard      *card)
{
  Reader *slot;

  g_return_if_fail (ILK_IS_VIRTUAL_TRANSPORT (self));
  g_return_if_fail (ILK_IS_VIRTUAL_CARD (card));

  g_mutex_lock (&self->lock);
  slot = find_reader (self, reader, NULL);
  if (slot != NULL)
    {
      pull (self, slot);
      ilk_virtual_card_power_on (card);
      slot->card = g_object_ref (card);
      slot->events++;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

void
ilk_virtual_transport_remove (IlkVirtualTransport *self,
                              const char          *reader)
{
  g_return_if_fail (ILK_IS_VIRTUAL_TRANSPORT (self));

  g_mutex_lock (&self->lock);
  pull (self, find_reader (self, reader, NULL));
  g_mutex_unlock (&self->lock);
}

/**
 * ilk_virtual_transport_set_fault:
 * @self: the transport
 * @fault: (nullable): a name of ilk-fault.h; %NULL takes the fault back
 *
 * Returns: whether there is such a fault
 */
gboolean
ilk_virtual_transport_set_fault (IlkVirtualTransport *self,
                                 const char          *fault)
{
  gboolean known;

  g_return_val_if_fail (ILK_IS_VIRTUAL_TRANSPORT (self), FALSE);

  g_mutex_lock (&self->lock);
  known = ilk_fault_parse (fault, &self->fault);
  self->fault_serial++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return known;
}
