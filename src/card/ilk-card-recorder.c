/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-recorder.h"

#include <openssl/crypto.h>

#include "card/ilk-apdu.h"

struct _IlkCardRecorder
{
  GObject        parent_instance;

  IlkTransport  *inner;
  GMutex         lock;
  GArray        *commands;
  guint          fault_command; /* counted from 1; 0: no fault */
  IlkFaultPoint  fault_point;
  IlkCardError   fault_error;
};

/* Once a connection has failed it stays so, as a pulled card does. */
typedef struct {
  gpointer inner;
  GError  *failure;
} RecordedCard;

static void ilk_card_recorder_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkCardRecorder, ilk_card_recorder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      ilk_card_recorder_iface_init))

static GPtrArray *
ilk_card_recorder_wait (IlkTransport  *transport,
                        GPtrArray     *known,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return ilk_transport_wait (ILK_CARD_RECORDER (transport)->inner, known, cancellable, error);
}

static void
ilk_card_recorder_relist (IlkTransport *transport)
{
  ilk_transport_relist (ILK_CARD_RECORDER (transport)->inner);
}

static gpointer
ilk_card_recorder_connect (IlkTransport  *transport,
                           const char    *reader,
                           GCancellable  *cancellable,
                           GError       **error)
{
  IlkCardRecorder *self = ILK_CARD_RECORDER (transport);
  gpointer inner = ilk_transport_connect (self->inner, reader, cancellable, error);
  RecordedCard *card;

  if (inner == NULL)
    return NULL;

  card = g_new0 (RecordedCard, 1);
  card->inner = inner;
  return card;
}

/* Returns the place of the command in the record, and whether it is the one to fail at. */
static guint
record_command (IlkCardRecorder *self,
                const guint8    *command,
                gsize            length,
                gboolean        *faulty)
{
  IlkRecordedCommand row = { 0 };
  IlkApdu apdu;
  guint index;

  if (ilk_apdu_parse (command, length, &apdu))
    row = (IlkRecordedCommand) { apdu.cla, apdu.ins, apdu.p1, apdu.p2, apdu.lc, 0 };

  g_mutex_lock (&self->lock);
  index = self->commands->len;
  g_array_append_val (self->commands, row);
  *faulty = self->fault_command == index + 1;
  g_mutex_unlock (&self->lock);

  return index;
}

static void
record_answer (IlkCardRecorder *self,
               guint            index,
               const guint8    *answer,
               gssize           length)
{
  IlkApduAnswer parts;

  if (length < 0 || !ilk_apdu_parse_answer (answer, length, &parts))
    return;

  g_mutex_lock (&self->lock);
  if (index < self->commands->len)
    g_array_index (self->commands, IlkRecordedCommand, index).sw = parts.sw;
  g_mutex_unlock (&self->lock);
}

static gssize
ilk_card_recorder_transmit (IlkTransport  *transport,
                            gpointer       user_card,
                            const guint8  *command,
                            gsize          command_length,
                            guint8        *answer,
                            gsize          answer_size,
                            GError       **error)
{
  IlkCardRecorder *self = ILK_CARD_RECORDER (transport);
  RecordedCard *card = user_card;
  gboolean faulty;
  guint index;
  gssize answered = -1;

  if (card->failure == NULL)
    {
      index = record_command (self, command, command_length, &faulty);
      if (!faulty || self->fault_point == ILK_FAULT_AFTER)
        answered = ilk_transport_transmit (self->inner, card->inner, command, command_length,
                                           answer, answer_size, faulty ? NULL : error);
      if (!faulty)
        {
          record_answer (self, index, answer, answered);
          return answered;
        }

      OPENSSL_cleanse (answer, answer_size);
      card->failure = ilk_card_error_new (self->fault_error, -1, 0, 0,
                                          "fault at command %u", index + 1);
    }

  g_propagate_error (error, g_error_copy (card->failure));
  return -1;
}

/* What is asked of the reader is no command of the record. */
static gssize
ilk_card_recorder_control (IlkTransport  *transport,
                           gpointer       user_card,
                           guint32        code,
                           const guint8  *request,
                           gsize          request_length,
                           guint8        *answer,
                           gsize          answer_size,
                           GError       **error)
{
  RecordedCard *card = user_card;

  if (card->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (card->failure));
      return -1;
    }
  return ilk_transport_control (ILK_CARD_RECORDER (transport)->inner, card->inner, code, request,
                                request_length, answer, answer_size, error);
}

static GBytes *
ilk_card_recorder_get_atr (IlkTransport *transport,
                           gpointer      user_card)
{
  RecordedCard *card = user_card;

  return ilk_transport_get_atr (ILK_CARD_RECORDER (transport)->inner, card->inner);
}

/* A card that was lost is without power: it forgets what was proved to it. */
static void
ilk_card_recorder_disconnect (IlkTransport *transport,
                              gpointer      user_card,
                              gboolean      reset)
{
  RecordedCard *card = user_card;

  ilk_transport_disconnect (ILK_CARD_RECORDER (transport)->inner, card->inner,
                            reset || card->failure != NULL);
  g_clear_error (&card->failure);
  g_free (card);
}

static void
ilk_card_recorder_finalize (GObject *object)
{
  IlkCardRecorder *self = ILK_CARD_RECORDER (object);

  g_clear_object (&self->inner);
  g_clear_pointer (&self->commands, g_array_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_card_recorder_parent_class)->finalize (object);
}

static void
ilk_card_recorder_class_init (IlkCardRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_card_recorder_finalize;
}

static void
ilk_card_recorder_iface_init (IlkTransportInterface *iface)
{
  iface->wait = ilk_card_recorder_wait;
  iface->relist = ilk_card_recorder_relist;
  iface->connect = ilk_card_recorder_connect;
  iface->transmit = ilk_card_recorder_transmit;
  iface->control = ilk_card_recorder_control;
  iface->get_atr = ilk_card_recorder_get_atr;
  iface->disconnect = ilk_card_recorder_disconnect;
}

static void
ilk_card_recorder_init (IlkCardRecorder *self)
{
  g_mutex_init (&self->lock);
  self->commands = g_array_new (FALSE, FALSE, sizeof (IlkRecordedCommand));
}

/**
 * ilk_card_recorder_new:
 * @inner: the transport that does the work
 *
 * Returns: (transfer full): a transport that keeps a record of what goes through it
 */
IlkCardRecorder *
ilk_card_recorder_new (IlkTransport *inner)
{
  IlkCardRecorder *self;

  g_return_val_if_fail (ILK_IS_TRANSPORT (inner), NULL);

  self = g_object_new (ILK_TYPE_CARD_RECORDER, NULL);
  self->inner = g_object_ref (inner);
  return self;
}

/**
 * ilk_card_recorder_get:
 *
 * Returns: (transfer full) (element-type IlkRecordedCommand): a copy of the record
 */
GArray *
ilk_card_recorder_get (IlkCardRecorder *self)
{
  GArray *copy;

  g_return_val_if_fail (ILK_IS_CARD_RECORDER (self), NULL);

  g_mutex_lock (&self->lock);
  copy = g_array_copy (self->commands);
  g_mutex_unlock (&self->lock);
  return copy;
}

/**
 * ilk_card_recorder_to_text:
 *
 * Returns: (transfer full): one line per command, such as "00 20 00 01 [6] -> 63C2"
 */
char *
ilk_card_recorder_to_text (IlkCardRecorder *self)
{
  g_autoptr (GArray) commands = ilk_card_recorder_get (self);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < commands->len; i++)
    {
      const IlkRecordedCommand *row = &g_array_index (commands, IlkRecordedCommand, i);

      g_string_append_printf (text, "%02X %02X %02X %02X [%" G_GSIZE_FORMAT "] -> ", row->cla,
                              row->ins, row->p1, row->p2, row->lc);
      if (row->sw != 0)
        g_string_append_printf (text, "%04X\n", row->sw);
      else
        g_string_append (text, "no answer\n");
    }

  return g_string_free (text, FALSE);
}

/**
 * ilk_card_recorder_clear:
 *
 * Begins a new record. A fault that was set stays, and counts anew.
 */
void
ilk_card_recorder_clear (IlkCardRecorder *self)
{
  g_return_if_fail (ILK_IS_CARD_RECORDER (self));

  g_mutex_lock (&self->lock);
  g_array_set_size (self->commands, 0);
  g_mutex_unlock (&self->lock);
}

/**
 * ilk_card_recorder_set_fault:
 * @command: the command of the record to fail at, counted from 1; 0 for none
 * @point: whether the card still does it
 * @error: what the failure is called
 */
void
ilk_card_recorder_set_fault (IlkCardRecorder *self,
                             guint            command,
                             IlkFaultPoint    point,
                             IlkCardError     error)
{
  g_return_if_fail (ILK_IS_CARD_RECORDER (self));

  g_mutex_lock (&self->lock);
  self->fault_command = command;
  self->fault_point = point;
  self->fault_error = error;
  g_mutex_unlock (&self->lock);
}
