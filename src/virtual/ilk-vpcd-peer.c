/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include <openssl/crypto.h>

#include "virtual/ilk-fault.h"
#include "virtual/ilk-vpcd-peer.h"

/* vpcd's protocol (vsmartcard, src/vpcd): each message has its length in front, two bytes, big
 * endian. From the reader, a message of one byte is a control; anything longer is a command. */
#define LENGTH_SIZE       2
#define CONTROL_POWER_OFF 0
#define CONTROL_POWER_ON  1
#define CONTROL_RESET     2
#define CONTROL_ATR       4

#define CONNECT_SECONDS   5

struct _IlkVpcdPeer
{
  GObject            parent_instance;

  guint              baud;     /* 0: answers go at once */
  guint16            port;
  IlkFault           fault;
  IlkVirtualCard    *card;
  GSocketConnection *connection;
  GCancellable      *cancellable;  /* of this insertion */
  gboolean           seen;
  guint              commands;     /* since the insertion */
  guint8             header[LENGTH_SIZE];
  guint8            *message;      /* room for the longest there can be */
  gsize              length;
};

enum {
  SEEN,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IlkVpcdPeer, ilk_vpcd_peer, G_TYPE_OBJECT)

static void read_header (IlkVpcdPeer *self);

static void
lose (IlkVpcdPeer *self)
{
  if (self->connection == NULL)
    return;
  ilk_vpcd_peer_remove (self);
  g_signal_emit (self, signals[LOST], 0);
}

/* Answers are small and the reader waits for them: the socket's buffer always takes them. */
static gboolean
send_message (IlkVpcdPeer   *self,
      gconstpointer  data,
      gsize          length)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  guint8 frame[LENGTH_SIZE + 512] = { length >> 8, length & 0xFF };

  g_assert (length <= sizeof frame - LENGTH_SIZE);

  memcpy (frame + LENGTH_SIZE, data, length);
  return g_output_stream_write_all (out, frame, LENGTH_SIZE + length, NULL, NULL, NULL);
}

static gboolean
send_bytes (IlkVpcdPeer *self,
            GBytes      *bytes)
{
  return send_message (self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gboolean
answer_control (IlkVpcdPeer *self,
                guint8       control)
{
  switch (control)
    {
    case CONTROL_POWER_OFF:
    case CONTROL_POWER_ON:
    case CONTROL_RESET:
      ilk_virtual_card_reset (self->card);
      return TRUE;

    case CONTROL_ATR:
      if (!send_bytes (self, ilk_virtual_card_get_atr (self->card)))
        return FALSE;
      if (!self->seen)
        {
          self->seen = TRUE;
          g_signal_emit (self, signals[SEEN], 0);
        }
      return TRUE;

    default:
      return TRUE;
    }
}

typedef struct {
  IlkVpcdPeer *peer;
  GBytes      *answer;
  GSocketConnection *connection;
} LateAnswer;

static gboolean
send_late (gpointer data)
{
  LateAnswer *late = data;

  /* The card may be another one by now. */
  if (late->peer->connection == late->connection)
    {
      if (send_bytes (late->peer, late->answer))
        read_header (late->peer);
      else
        lose (late->peer);
    }
  g_bytes_unref (late->answer);
  g_object_unref (late->connection);
  g_object_unref (late->peer);
  g_free (late);
  return G_SOURCE_REMOVE;
}

/* ISO 7816-3: a byte takes 12 bits on the line, and a T=1 block has four bytes of its own. */
static guint
get_line_time (IlkVpcdPeer *self,
               GBytes      *answer)
{
  gsize bytes = self->length + g_bytes_get_size (answer) + 2 * 4;

  return self->baud > 0 ? (guint) (bytes * 12 * 1000 / self->baud) : 0;
}

static void
answer_late (IlkVpcdPeer *self,
             GBytes      *answer,
             guint        milliseconds)
{
  LateAnswer *late = g_new0 (LateAnswer, 1);

  late->peer = g_object_ref (self);
  late->answer = g_bytes_ref (answer);
  late->connection = g_object_ref (self->connection);
  g_timeout_add (milliseconds, send_late, late);
}

/* Runs one command under the faults. */
static void
answer_command (IlkVpcdPeer *self)
{
  g_autoptr (GBytes) answer = NULL;

  self->commands++;
  if (self->fault.kind == ILK_FAULT_MUTE)
    return;
  if (ilk_fault_strike (&self->fault, ILK_FAULT_PULLED_BEFORE, self->commands))
    {
      lose (self);
      return;
    }

  answer = ilk_virtual_card_transmit (self->card, self->message, self->length);
  if (ilk_fault_strike (&self->fault, ILK_FAULT_PULLED_AFTER, self->commands))
    {
      lose (self);
      return;
    }
  if (ilk_fault_strike (&self->fault, ILK_FAULT_SLOW, self->commands))
    {
      answer_late (self, answer, ILK_FAULT_SLOW_SECONDS * 1000);
      return;
    }
  if (self->baud > 0)
    {
      answer_late (self, answer, get_line_time (self, answer));
      return;
    }
  if (ilk_fault_strike (&self->fault, ILK_FAULT_WRONG_LENGTH, self->commands)
      ? send_message (self, g_bytes_get_data (answer, NULL), 1)
      : send_bytes (self, answer))
    read_header (self);
  else
    lose (self);
}

/* Takes what a read brought. The callbacks hold a reference; returns FALSE when the insertion
 * they belong to is over. */
static gboolean
finish_read (IlkVpcdPeer  *self,
             GObject      *stream,
             GAsyncResult *result,
             gsize         wanted)
{
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  g_input_stream_read_all_finish (G_INPUT_STREAM (stream), result, &n, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  if (error != NULL || n < wanted)
    {
      lose (self);
      return FALSE;
    }
  return TRUE;
}

static void
on_message (GObject      *stream,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (IlkVpcdPeer) self = user_data;

  if (!finish_read (self, stream, result, self->length))
    return;

  if (self->length > 1)
    answer_command (self);
  else if (answer_control (self, self->message[0]))
    {
      if (self->connection != NULL)
        read_header (self);
    }
  else
    lose (self);
  /* A command may hold a PIN. */
  OPENSSL_cleanse (self->message, self->length);
}

/* vpcd sends the length and the message apart, and the second only when the first is acknowledged:
 * left to itself the kernel takes 40 ms for that, with every command. */
static void
ask_for_the_rest (IlkVpcdPeer *self)
{
  if (self->connection != NULL)
    g_socket_set_option (g_socket_connection_get_socket (self->connection), IPPROTO_TCP,
                         TCP_QUICKACK, 1, NULL);
}

static void
on_header (GObject      *stream,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (IlkVpcdPeer) self = user_data;

  ask_for_the_rest (self);
  if (!finish_read (self, stream, result, LENGTH_SIZE))
    return;

  self->length = self->header[0] << 8 | self->header[1];
  if (self->length == 0)
    {
      lose (self);
      return;
    }
  g_input_stream_read_all_async (G_INPUT_STREAM (stream), self->message, self->length,
                                 G_PRIORITY_DEFAULT, self->cancellable, on_message,
                                 g_object_ref (self));
}

static void
read_header (IlkVpcdPeer *self)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  g_input_stream_read_all_async (in, self->header, LENGTH_SIZE, G_PRIORITY_DEFAULT,
                                 self->cancellable, on_header, g_object_ref (self));
}

static void
ilk_vpcd_peer_dispose (GObject *object)
{
  ilk_vpcd_peer_remove (ILK_VPCD_PEER (object));

  G_OBJECT_CLASS (ilk_vpcd_peer_parent_class)->dispose (object);
}

static void
ilk_vpcd_peer_finalize (GObject *object)
{
  g_free (ILK_VPCD_PEER (object)->message);

  G_OBJECT_CLASS (ilk_vpcd_peer_parent_class)->finalize (object);
}

static void
ilk_vpcd_peer_class_init (IlkVpcdPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ilk_vpcd_peer_dispose;
  G_OBJECT_CLASS (klass)->finalize = ilk_vpcd_peer_finalize;

  signals[SEEN] = g_signal_new ("seen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOST] = g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ilk_vpcd_peer_init (IlkVpcdPeer *self)
{
  self->message = g_malloc0 (G_MAXUINT16);
}

/**
 * ilk_vpcd_peer_new:
 * @port: the port of the slot on this computer
 *
 * Returns: (transfer full): a slot without a card
 */
IlkVpcdPeer *
ilk_vpcd_peer_new (guint16 port)
{
  IlkVpcdPeer *self = g_object_new (ILK_TYPE_VPCD_PEER, NULL);

  self->port = port;
  return self;
}

/**
 * ilk_vpcd_peer_insert:
 * @self: a slot; a card that is in is removed first
 * @card: the card; a reference is kept while it is in
 * @error: G_IO_ERROR
 *
 * Connects to the virtual reader on this computer. pcscd knows of the card when "seen" comes.
 *
 * Returns: whether the reader took the connection
 */
gboolean
ilk_vpcd_peer_insert (IlkVpcdPeer     *self,
                      IlkVirtualCard  *card,
                      GError         **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (ILK_IS_VPCD_PEER (self), FALSE);
  g_return_val_if_fail (ILK_IS_VIRTUAL_CARD (card), FALSE);

  ilk_vpcd_peer_remove (self);
  address = g_inet_socket_address_new (loopback, self->port);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  self->connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  if (self->connection == NULL)
    return FALSE;

  g_socket_set_timeout (g_socket_connection_get_socket (self->connection), 0);
  ilk_virtual_card_power_on (card);
  self->card = g_object_ref (card);
  self->cancellable = g_cancellable_new ();
  self->seen = FALSE;
  self->commands = 0;
  read_header (self);
  return TRUE;
}

/**
 * ilk_vpcd_peer_remove:
 * @self: a slot
 *
 * Pulls the card, which loses its power.
 */
void
ilk_vpcd_peer_remove (IlkVpcdPeer *self)
{
  g_return_if_fail (ILK_IS_VPCD_PEER (self));

  if (self->connection == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_clear_object (&self->connection);
  ilk_virtual_card_reset (self->card);
  g_clear_object (&self->card);
}

/**
 * ilk_vpcd_peer_set_pace:
 * @baud: bits in a second between card and reader, as real contacts have them; 0: at once
 *
 * Holds each answer back as long as it would be on the line. A card that has not asked for more
 * speaks with 9600.
 */
void
ilk_vpcd_peer_set_pace (IlkVpcdPeer *self,
                        guint        baud)
{
  g_return_if_fail (ILK_IS_VPCD_PEER (self));

  self->baud = baud;
}

/**
 * ilk_vpcd_peer_set_fault:
 * @self: a slot
 * @fault: (nullable): "pulled-before:N", "pulled-after:N", "mute", "wrong-length:N" or "slow:N",
 *   where N counts commands since the insertion
 *
 * Returns: whether a card behind vpcd can make this fault
 */
gboolean
ilk_vpcd_peer_set_fault (IlkVpcdPeer *self,
                         const char  *fault)
{
  IlkFault parsed;

  g_return_val_if_fail (ILK_IS_VPCD_PEER (self), FALSE);

  if (!ilk_fault_parse (fault, &parsed) ||
      parsed.kind == ILK_FAULT_RESET || parsed.kind == ILK_FAULT_HELD ||
      parsed.kind == ILK_FAULT_SERVICE_OFF)
    return FALSE;
  self->fault = parsed;
  return TRUE;
}
