/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Readers and cards as PC/SC sees them. All calls of the interface block and are for worker
 * threads only; one thread sits in wait () without a time limit. Errors: ILK_CARD_ERROR. */
#define ILK_TYPE_TRANSPORT (ilk_transport_get_type ())
G_DECLARE_INTERFACE (IlkTransport, ilk_transport, ILK, TRANSPORT, GObject)

/* What is known of one reader slot. */
typedef struct {
  char    *name;          /* PC/SC reader name, UTF-8 made valid */
  GBytes  *atr;           /* NULL: no card */
  gboolean present;       /* a card is in */
  gboolean mute;          /* a card is in and does not answer */
  gboolean exclusive;     /* another program holds it exclusively */
  gboolean in_use;        /* another program is connected to it */
  guint    events;        /* PC/SC event counter: changes with every insertion and removal */
} IlkReaderState;

IlkReaderState *ilk_reader_state_copy (const IlkReaderState *self);
void            ilk_reader_state_free (IlkReaderState       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkReaderState, ilk_reader_state_free)

gboolean        ilk_reader_state_equal  (const IlkReaderState *a,
                                         const IlkReaderState *b);
gboolean        ilk_reader_states_equal (GPtrArray            *a,
                                         GPtrArray            *b);

struct _IlkTransportInterface
{
  GTypeInterface parent;

  /* Blocks until something differs from *known* (NULL: returns at once), or relist () or
   * cancellation; returns the new array of IlkReaderState (transfer full). */
  GPtrArray *(*wait)       (IlkTransport      *self,
                            GPtrArray         *known,
                            GCancellable      *cancellable,
                            GError           **error);
  /* Wakes wait () so that it lists the readers anew. From any thread. */
  void       (*relist)     (IlkTransport      *self);
  /* Connects exclusively and begins a transaction. The cancellable ends the waiting for a card
   * that is in use. */
  gpointer   (*connect)    (IlkTransport      *self,
                            const char        *reader,
                            GCancellable      *cancellable,
                            GError           **error);
  /* One command, one answer with its status word; the command is wiped by the caller. */
  gssize     (*transmit)   (IlkTransport      *self,
                            gpointer           card,
                            const guint8      *command,
                            gsize              command_length,
                            guint8            *answer,
                            gsize              answer_size,
                            GError           **error);
  /* A request to the reader itself, not to the card; its answer. NULL: no reader of this transport
   * takes one. A PIN pad's answer ends with the card's status word. */
  gssize     (*control)    (IlkTransport      *self,
                            gpointer           card,
                            guint32            code,
                            const guint8      *request,
                            gsize              request_length,
                            guint8            *answer,
                            gsize              answer_size,
                            GError           **error);
  /* The ATR of the connected card. */
  GBytes    *(*get_atr)    (IlkTransport      *self,
                            gpointer           card);
  /* Ends the transaction and the connection; with reset the card forgets its security state.
   * Frees card in every case. */
  void       (*disconnect) (IlkTransport      *self,
                            gpointer           card,
                            gboolean           reset);
};

GPtrArray *ilk_transport_wait       (IlkTransport  *self,
                                     GPtrArray     *known,
                                     GCancellable  *cancellable,
                                     GError       **error);
void       ilk_transport_relist     (IlkTransport  *self);
gpointer   ilk_transport_connect    (IlkTransport  *self,
                                     const char    *reader,
                                     GCancellable  *cancellable,
                                     GError       **error);
gssize     ilk_transport_transmit   (IlkTransport  *self,
                                     gpointer       card,
                                     const guint8  *command,
                                     gsize          command_length,
                                     guint8        *answer,
                                     gsize          answer_size,
                                     GError       **error);
gssize     ilk_transport_control    (IlkTransport  *self,
                                     gpointer       card,
                                     guint32        code,
                                     const guint8  *request,
                                     gsize          request_length,
                                     guint8        *answer,
                                     gsize          answer_size,
                                     GError       **error);
GBytes    *ilk_transport_get_atr    (IlkTransport  *self,
                                     gpointer       card);
void       ilk_transport_disconnect (IlkTransport  *self,
                                     gpointer       card,
                                     gboolean       reset);

G_END_DECLS
