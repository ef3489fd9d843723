/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-transport.h"

#include "card/ilk-card-error.h"

G_DEFINE_INTERFACE (IlkTransport, ilk_transport, G_TYPE_OBJECT)

static void
ilk_transport_default_init (IlkTransportInterface *iface)
{
}

/**
 * ilk_reader_state_copy:
 *
 * Returns: (transfer full): a copy to be freed with ilk_reader_state_free()
 */
IlkReaderState *
ilk_reader_state_copy (const IlkReaderState *self)
{
  IlkReaderState *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (IlkReaderState, 1);
  *copy = *self;
  copy->name = g_strdup (self->name);
  copy->atr = self->atr != NULL ? g_bytes_ref (self->atr) : NULL;
  return copy;
}

/**
 * ilk_reader_state_free:
 */
void
ilk_reader_state_free (IlkReaderState *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_clear_pointer (&self->atr, g_bytes_unref);
  g_free (self);
}

static gboolean
atrs_equal (GBytes *a,
            GBytes *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_bytes_equal (a, b);
}

/**
 * ilk_reader_state_equal:
 *
 * Returns: whether nothing at all differs between the two
 */
gboolean
ilk_reader_state_equal (const IlkReaderState *a,
                        const IlkReaderState *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return g_str_equal (a->name, b->name)
         && atrs_equal (a->atr, b->atr)
         && a->present == b->present
         && a->mute == b->mute
         && a->exclusive == b->exclusive
         && a->in_use == b->in_use
         && a->events == b->events;
}

/**
 * ilk_reader_states_equal:
 * @a: (nullable) (element-type IlkReaderState): one list of readers, %NULL for none known
 * @b: (nullable) (element-type IlkReaderState): another one
 *
 * Returns: whether both name the same readers, in the same order and state
 */
gboolean
ilk_reader_states_equal (GPtrArray *a,
                         GPtrArray *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      if (!ilk_reader_state_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
        return FALSE;
    }

  return TRUE;
}

/**
 * ilk_transport_wait:
 * @known: (nullable) (element-type IlkReaderState): what the caller knows; %NULL returns at once
 * @cancellable: (nullable): ends the waiting
 *
 * Blocks until something differs from @known, or until ilk_transport_relist(). For worker threads.
 *
 * Returns: (transfer full) (element-type IlkReaderState): the readers there are; %NULL with an
 *   error of %ILK_CARD_ERROR, or %G_IO_ERROR_CANCELLED
 */
GPtrArray *
ilk_transport_wait (IlkTransport  *self,
                    GPtrArray     *known,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (self), NULL);

  return ILK_TRANSPORT_GET_IFACE (self)->wait (self, known, cancellable, error);
}

/**
 * ilk_transport_relist:
 *
 * Wakes ilk_transport_wait(), which then lists the readers anew. From any thread.
 */
void
ilk_transport_relist (IlkTransport *self)
{
  g_return_if_fail (ILK_IS_TRANSPORT (self));

  ILK_TRANSPORT_GET_IFACE (self)->relist (self);
}

/**
 * ilk_transport_connect:
 * @reader: name of the reader, as in #IlkReaderState
 * @cancellable: (nullable): ends the waiting for a card that another program uses
 *
 * Connects exclusively and begins a transaction. For worker threads.
 *
 * Returns: (transfer full): the connection, for ilk_transport_disconnect(); %NULL with an error
 */
gpointer
ilk_transport_connect (IlkTransport  *self,
                       const char    *reader,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (self), NULL);
  g_return_val_if_fail (reader != NULL, NULL);

  return ILK_TRANSPORT_GET_IFACE (self)->connect (self, reader, cancellable, error);
}

/**
 * ilk_transport_transmit:
 * @answer: (out caller-allocates): room for the answer with its status word
 *
 * Sends one command. The caller wipes @command and @answer. For worker threads.
 *
 * Returns: the length of the answer; -1 with an error, when nothing is known about whether the
 *   card has done the command
 */
gssize
ilk_transport_transmit (IlkTransport  *self,
                        gpointer       card,
                        const guint8  *command,
                        gsize          command_length,
                        guint8        *answer,
                        gsize          answer_size,
                        GError       **error)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (self), -1);
  g_return_val_if_fail (card != NULL && command != NULL && answer != NULL, -1);

  return ILK_TRANSPORT_GET_IFACE (self)->transmit (self, card, command, command_length,
                                                   answer, answer_size, error);
}

/**
 * ilk_transport_control:
 * @code: what is asked of the reader (SCardControl)
 * @answer: (out caller-allocates): room for the answer
 *
 * Blocks as long as the reader does, which waits for a person where it has keys. For worker
 * threads.
 *
 * Returns: the length of the answer; -1 with an error, when nothing is known about whether it was
 *   done. %ILK_CARD_ERROR_NOT_SUPPORTED: the reader takes no such request, and nothing was done
 */
gssize
ilk_transport_control (IlkTransport  *self,
                       gpointer       card,
                       guint32        code,
                       const guint8  *request,
                       gsize          request_length,
                       guint8        *answer,
                       gsize          answer_size,
                       GError       **error)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (self), -1);
  g_return_val_if_fail (card != NULL && answer != NULL, -1);

  if (ILK_TRANSPORT_GET_IFACE (self)->control == NULL)
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NOT_SUPPORTED, -1, 0, 0,
                                                    "the reader takes no requests"));
      return -1;
    }
  return ILK_TRANSPORT_GET_IFACE (self)->control (self, card, code, request, request_length,
                                                  answer, answer_size, error);
}

/**
 * ilk_transport_get_atr:
 *
 * Returns: (transfer full): the ATR of the connected card
 */
GBytes *
ilk_transport_get_atr (IlkTransport *self,
                       gpointer      card)
{
  g_return_val_if_fail (ILK_IS_TRANSPORT (self), NULL);
  g_return_val_if_fail (card != NULL, NULL);

  return ILK_TRANSPORT_GET_IFACE (self)->get_atr (self, card);
}

/**
 * ilk_transport_disconnect:
 * @card: (transfer full): a connection
 * @reset: whether the card forgets its security state
 *
 * Ends the transaction and the connection. For worker threads.
 */
void
ilk_transport_disconnect (IlkTransport *self,
                          gpointer      card,
                          gboolean      reset)
{
  g_return_if_fail (ILK_IS_TRANSPORT (self));
  g_return_if_fail (card != NULL);

  ILK_TRANSPORT_GET_IFACE (self)->disconnect (self, card, reset);
}
