/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scripted-transport.h"

#include <string.h>

#define NO_ERROR (-1)

typedef struct {
  GBytes *command;
  GBytes *answer;
  int     error;
} Line;

struct _ScriptedTransport
{
  GObject       parent_instance;

  GMutex        lock;
  GCond         cond;
  GBytes       *atr;
  char         *name;
  GPtrArray    *script;
  guint         position;
  guint         connected;
  guint         connections;
  guint         resets;
  guint         waits;
  guint         asleep;
  guint         events;
  gboolean      present;
  gboolean      mute;
  gboolean      exclusive;
  gboolean      woken;
  gboolean      deaf;
  int           wait_error;
  int           connect_error;
  guint         cancel_after;
  GCancellable *cancellable;
};

static void scripted_transport_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ScriptedTransport, scripted_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      scripted_transport_iface_init))

GBytes *
scripted_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_assert_true (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]));
      g_byte_array_append (bytes, &byte, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static void
line_free (gpointer user_data)
{
  Line *line = user_data;

  g_bytes_unref (line->command);
  g_clear_pointer (&line->answer, g_bytes_unref);
  g_free (line);
}

static GPtrArray *
look (ScriptedTransport *self)
{
  GPtrArray *readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);
  IlkReaderState state = { self->name, NULL, self->present, self->mute, self->exclusive };

  state.atr = self->present && !self->mute ? self->atr : NULL;
  state.events = self->events;
  g_ptr_array_add (readers, ilk_reader_state_copy (&state));
  return readers;
}

static void
wake (GCancellable      *cancellable,
      ScriptedTransport *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static GPtrArray *
scripted_transport_wait (IlkTransport  *transport,
                         GPtrArray     *known,
                         GCancellable  *cancellable,
                         GError       **error)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (transport);
  g_autoptr (GPtrArray) readers = NULL;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL);

  g_mutex_lock (&self->lock);
  self->waits++;
  readers = look (self);
  self->asleep++;
  while (known != NULL && ilk_reader_states_equal (known, readers) && !self->woken
         && self->wait_error == NO_ERROR
         && (self->deaf || !g_cancellable_is_cancelled (cancellable)))
    {
      g_cond_broadcast (&self->cond);
      g_cond_wait (&self->cond, &self->lock);
      g_clear_pointer (&readers, g_ptr_array_unref);
      readers = look (self);
    }
  self->asleep--;
  self->woken = FALSE;
  if (self->wait_error != NO_ERROR)
    {
      g_propagate_error (error, ilk_card_error_new (self->wait_error, -1, 0, 0, "scripted"));
      g_clear_pointer (&readers, g_ptr_array_unref);
    }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, handler);
  if (readers != NULL && g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&readers);
}

static void
scripted_transport_relist (IlkTransport *transport)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (transport);

  g_mutex_lock (&self->lock);
  self->woken = self->asleep > 0;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static gpointer
scripted_transport_connect (IlkTransport  *transport,
                            const char    *reader,
                            GCancellable  *cancellable,
                            GError       **error)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (transport);

  g_assert_cmpstr (reader, ==, SCRIPTED_READER);
  if (self->connect_error != NO_ERROR)
    {
      g_propagate_error (error, ilk_card_error_new (self->connect_error, -1, 0, 0, "scripted"));
      return NULL;
    }

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (self->connected, ==, 0);
  self->connected++;
  self->connections++;
  g_mutex_unlock (&self->lock);
  return self;
}

static gssize
scripted_transport_transmit (IlkTransport  *transport,
                             gpointer       card,
                             const guint8  *command,
                             gsize          command_length,
                             guint8        *answer,
                             gsize          answer_size,
                             GError       **error)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (transport);
  const Line *line;
  gsize length;

  g_assert_true (card == self);
  if (self->position >= self->script->len)
    g_error ("after the script: a command %02X %02X", command[0], command[1]);

  line = g_ptr_array_index (self->script, self->position++);
  g_assert_cmpmem (command, command_length, g_bytes_get_data (line->command, NULL),
                   g_bytes_get_size (line->command));
  if (self->cancellable != NULL && self->position == self->cancel_after)
    g_cancellable_cancel (self->cancellable);

  if (line->answer == NULL)
    {
      g_propagate_error (error, ilk_card_error_new (line->error, -1, 0, 0, "scripted"));
      return -1;
    }

  length = g_bytes_get_size (line->answer);
  g_assert_cmpuint (length, <=, answer_size);
  memcpy (answer, g_bytes_get_data (line->answer, NULL), length);
  return (gssize) length;
}

static GBytes *
scripted_transport_get_atr (IlkTransport *transport,
                            gpointer      card)
{
  return g_bytes_ref (SCRIPTED_TRANSPORT (transport)->atr);
}

static void
scripted_transport_disconnect (IlkTransport *transport,
                               gpointer      card,
                               gboolean      reset)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (transport);

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (self->connected, ==, 1);
  self->connected--;
  self->resets += reset ? 1 : 0;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
scripted_transport_finalize (GObject *object)
{
  ScriptedTransport *self = SCRIPTED_TRANSPORT (object);

  g_clear_pointer (&self->atr, g_bytes_unref);
  g_clear_pointer (&self->script, g_ptr_array_unref);
  g_free (self->name);
  g_clear_object (&self->cancellable);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (scripted_transport_parent_class)->finalize (object);
}

static void
scripted_transport_class_init (ScriptedTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = scripted_transport_finalize;
}

static void
scripted_transport_iface_init (IlkTransportInterface *iface)
{
  iface->wait = scripted_transport_wait;
  iface->relist = scripted_transport_relist;
  iface->connect = scripted_transport_connect;
  iface->transmit = scripted_transport_transmit;
  iface->get_atr = scripted_transport_get_atr;
  iface->disconnect = scripted_transport_disconnect;
}

static void
scripted_transport_init (ScriptedTransport *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->script = g_ptr_array_new_with_free_func (line_free);
  self->present = TRUE;
  self->wait_error = NO_ERROR;
  self->connect_error = NO_ERROR;
}

ScriptedTransport *
scripted_transport_new (const char *atr)
{
  ScriptedTransport *self = g_object_new (SCRIPTED_TYPE_TRANSPORT, NULL);

  self->atr = scripted_from_hex (atr);
  self->name = g_strdup (SCRIPTED_READER);
  return self;
}

void
scripted_transport_set_name (ScriptedTransport *self,
                             const char        *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
}

static void
add_line (ScriptedTransport *self,
          const char        *command,
          const char        *answer,
          int                error)
{
  Line *line = g_new0 (Line, 1);

  line->command = scripted_from_hex (command);
  line->answer = answer != NULL ? scripted_from_hex (answer) : NULL;
  line->error = error;
  g_ptr_array_add (self->script, line);
}

void
scripted_transport_expect (ScriptedTransport *self,
                           const char        *command,
                           const char        *answer)
{
  add_line (self, command, answer, NO_ERROR);
}

void
scripted_transport_expect_error (ScriptedTransport *self,
                                 const char        *command,
                                 IlkCardError       error)
{
  add_line (self, command, NULL, error);
}

/* Serial number, life cycle "operation", marker. */
void
scripted_transport_expect_identify (ScriptedTransport *self,
                                    gboolean           virtual_card)
{
  g_autoptr (GString) serial = g_string_new (NULL);

  for (guint i = 0; i < 55; i++)
    g_string_append (serial, "00");
  g_string_append (serial, SCRIPTED_SERIAL);
  for (guint i = 67; i < 77; i++)
    g_string_append (serial, "00");
  g_string_append (serial, "9000");

  scripted_transport_expect (self, "00CA01064D", serial->str);
  scripted_transport_expect (self, "00CA01040A", "000000000000A50000009000");
  scripted_transport_expect (self, "00CA017E00",
                             virtual_card ? "696C6B696D7A61207669727475616C2D319000" : "6A88");
}

void
scripted_transport_assert_done (ScriptedTransport *self)
{
  g_assert_cmpuint (self->position, ==, self->script->len);
}

void
scripted_transport_cancel_after (ScriptedTransport *self,
                                 guint              commands,
                                 GCancellable      *cancellable)
{
  self->cancel_after = commands;
  g_set_object (&self->cancellable, cancellable);
}

guint
scripted_transport_get_resets (ScriptedTransport *self)
{
  return self->resets;
}

guint
scripted_transport_get_connected (ScriptedTransport *self)
{
  return self->connected;
}

guint
scripted_transport_get_connections (ScriptedTransport *self)
{
  return self->connections;
}

void
scripted_transport_await_closed (ScriptedTransport *self)
{
  g_mutex_lock (&self->lock);
  while (self->connected > 0)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
scripted_transport_set_present (ScriptedTransport *self,
                                gboolean           present)
{
  g_mutex_lock (&self->lock);
  self->present = present;
  self->events++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
scripted_transport_set_mute (ScriptedTransport *self)
{
  self->mute = TRUE;
}

void
scripted_transport_set_exclusive (ScriptedTransport *self)
{
  self->exclusive = TRUE;
}

void
scripted_transport_set_wait_error (ScriptedTransport *self,
                                   int                error)
{
  g_mutex_lock (&self->lock);
  self->wait_error = error;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* A card service that hangs: a cancellation does not end the wait. */
void
scripted_transport_set_deaf (ScriptedTransport *self,
                             gboolean           deaf)
{
  g_mutex_lock (&self->lock);
  self->deaf = deaf;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
scripted_transport_set_connect_error (ScriptedTransport *self,
                                      int                error)
{
  self->connect_error = error;
}

guint
scripted_transport_get_waits (ScriptedTransport *self)
{
  guint waits;

  g_mutex_lock (&self->lock);
  waits = self->waits;
  g_mutex_unlock (&self->lock);
  return waits;
}

/* Until the transport sleeps in at least its n-th wait. */
void
scripted_transport_await_waiting (ScriptedTransport *self,
                                  guint              waits)
{
  g_mutex_lock (&self->lock);
  while (self->waits < waits || self->asleep == 0)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}
