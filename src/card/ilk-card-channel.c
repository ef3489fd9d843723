/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-channel.h"

#include <string.h>

#include <openssl/crypto.h>

struct _IlkCardChannel
{
  IlkTransport *transport;
  gpointer      card;
  int           sw;         /* atomic: asked for from other threads */
  GError       *break_error; /* a command had no answer: nothing more is sent */
};

/**
 * ilk_card_reply_clear:
 *
 * Wipes the answer.
 */
void
ilk_card_reply_clear (IlkCardReply *self)
{
  OPENSSL_cleanse (self, sizeof *self);
}

/**
 * ilk_card_channel_open:
 *
 * Connects exclusively and begins a transaction.
 *
 * Returns: (transfer full): a channel for ilk_card_channel_close()
 */
IlkCardChannel *
ilk_card_channel_open (IlkTransport  *transport,
                       const char    *reader,
                       GCancellable  *cancellable,
                       GError       **error)
{
  IlkCardChannel *self;
  gpointer card = ilk_transport_connect (transport, reader, cancellable, error);

  if (card == NULL)
    return NULL;

  self = g_new0 (IlkCardChannel, 1);
  self->transport = g_object_ref (transport);
  self->card = card;
  return self;
}

/**
 * ilk_card_channel_close:
 * @self: (transfer full): a channel
 * @reset: whether the card forgets its security state
 */
void
ilk_card_channel_close (IlkCardChannel *self,
                        gboolean        reset)
{
  ilk_transport_disconnect (self->transport, self->card, reset);
  g_clear_object (&self->transport);
  g_clear_error (&self->break_error);
  g_free (self);
}

GBytes *
ilk_card_channel_get_atr (IlkCardChannel *self)
{
  return ilk_transport_get_atr (self->transport, self->card);
}

/* Only the header and Lc ever reach the log. */
static void
log_header (const guint8 *bytes,
            gsize         length)
{
  g_debug ("> %02X %02X %02X %02X (%" G_GSIZE_FORMAT " bytes)", bytes[0], bytes[1], bytes[2],
           bytes[3], length);
}

/* Takes what came back; without an answer nothing more is sent.
 * failure: (transfer full): why there is none, or NULL. */
static gboolean
take_answer (IlkCardChannel  *self,
             gssize           answered,
             GError          *failure,
             IlkCardReply    *reply,
             GError         **error)
{
  IlkApduAnswer answer;

  if (answered >= 0 && ilk_apdu_parse_answer (reply->bytes, answered, &answer))
    {
      reply->length = answer.length;
      reply->sw = answer.sw;
      g_atomic_int_set (&self->sw, answer.sw);
      g_debug ("< %04X", answer.sw);
      return TRUE;
    }

  if (failure == NULL)
    failure = ilk_card_error_new (ILK_CARD_ERROR_ANSWER, -1, 0, 0,
                                  "an answer of %" G_GSSIZE_FORMAT " bytes is no answer", answered);
  self->break_error = g_error_copy (failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
exchange (IlkCardChannel  *self,
          IlkApduCommand  *command,
          IlkCardReply    *reply,
          GError         **error)
{
  GError *failure = NULL;
  const guint8 *bytes;
  gsize length;
  gssize answered;

  bytes = ilk_apdu_command_get_bytes (command, &length);
  if (bytes == NULL)
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_FAILED, -1, 0, 0,
                                                    "a command longer than 255 bytes"));
      return FALSE;
    }

  log_header (bytes, length);
  g_atomic_int_set (&self->sw, 0);
  answered = ilk_transport_transmit (self->transport, self->card, bytes, length, reply->bytes,
                                     sizeof reply->bytes, &failure);
  return take_answer (self, answered, failure, reply, error);
}

/* 61XX: the rest of the answer waits in the card. It is fetched for reading commands, up to the
 * 256 bytes that one answer of theirs can have. */
static gboolean
fetch_rest (IlkCardChannel  *self,
            IlkCardReply    *reply,
            GError         **error)
{
  while (ILK_SW_IS_MORE (reply->sw))
    {
      g_auto (IlkCardReply) part = { { 0 } };
      g_auto (IlkApduCommand) command = { { 0 } };
      int le = reply->sw & 0xFF;

      ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_GET_RESPONSE, 0, 0);
      ilk_apdu_command_set_le (&command, le == 0 ? 256 : le);
      if (!exchange (self, &command, &part, error))
        return FALSE;
      if ((part.length == 0 && ILK_SW_IS_MORE (part.sw)) || part.length > 256 - reply->length)
        {
          g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_ANSWER, -1, part.sw, 0,
                                                        "GET RESPONSE has no end"));
          return FALSE;
        }

      memcpy (reply->bytes + reply->length, part.bytes, part.length);
      reply->length += part.length;
      reply->sw = part.sw;
    }

  return TRUE;
}

/**
 * ilk_card_channel_send:
 * @reply: (out caller-allocates): the answer, whatever its status word
 *
 * Sends one command. Reading commands are sent again with the length the card asks for (6CXX), and
 * the rest of their answer is fetched (61XX); nothing else is ever sent twice. After a command
 * without an answer nothing more is sent, and ilk_card_channel_get_unanswered() says so.
 *
 * Returns: whether there is an answer
 */
gboolean
ilk_card_channel_send (IlkCardChannel  *self,
                       IlkApduCommand  *command,
                       IlkCardReply    *reply,
                       GError         **error)
{
  if (self->break_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->break_error));
      return FALSE;
    }

  if (!exchange (self, command, reply, error))
    return FALSE;
  if (!ilk_apdu_command_is_reading (command))
    return TRUE;

  if (ILK_SW_IS_WRONG_LE (reply->sw))
    {
      int le = reply->sw & 0xFF;

      ilk_apdu_command_set_le (command, le == 0 ? 256 : le);
      if (!exchange (self, command, reply, error))
        return FALSE;
    }

  return fetch_rest (self, reply, error);
}

/**
 * ilk_card_channel_find_pad:
 * @pad: (out caller-allocates): what the reader's keys can be used for
 *
 * Asks the reader, not the card.
 *
 * Returns: whether PINs can be typed on the reader
 */
gboolean
ilk_card_channel_find_pad (IlkCardChannel *self,
                           IlkPinPad      *pad)
{
  guint8 features[ILK_APDU_MAX_ANSWER];
  gssize length = ilk_transport_control (self->transport, self->card, ilk_pin_pad_get_question (),
                                         NULL, 0, features, sizeof features, NULL);

  memset (pad, 0, sizeof *pad);
  return length > 0 && ilk_pin_pad_parse (pad, features, (gsize) length);
}

/**
 * ilk_card_channel_send_by_pad:
 * @code: what the reader's driver wants it to be asked by
 * @request: of ilk_pin_pad_new_verification() or ilk_pin_pad_new_modification()
 * @reply: (out caller-allocates): the answer, whatever its status word
 *
 * Lets a person type on the reader, which then sends the command. Like ilk_card_channel_send() in
 * all else; the transaction stays open meanwhile, as the reader is the one that asks.
 *
 * Returns: whether there is an answer, of the reader or of the card
 */
gboolean
ilk_card_channel_send_by_pad (IlkCardChannel  *self,
                              guint32          code,
                              GBytes          *request,
                              IlkCardReply    *reply,
                              GError         **error)
{
  GError *failure = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (request, &length);
  gssize answered;

  if (self->break_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->break_error));
      return FALSE;
    }

  g_debug ("> by the reader's keys");
  g_atomic_int_set (&self->sw, 0);
  answered = ilk_transport_control (self->transport, self->card, code, bytes, length, reply->bytes,
                                    sizeof reply->bytes, &failure);
  if (!g_error_matches (failure, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_SUPPORTED))
    return take_answer (self, answered, failure, reply, error);

  g_propagate_error (error, failure);
  return FALSE;
}

/**
 * ilk_card_channel_get_status_word:
 *
 * Returns: the status word of the last command; 0 when it had none. From any thread.
 */
guint16
ilk_card_channel_get_status_word (IlkCardChannel *self)
{
  return (guint16) g_atomic_int_get (&self->sw);
}

/**
 * ilk_card_channel_get_unanswered:
 *
 * Returns: whether the last command was sent and had no answer
 */
gboolean
ilk_card_channel_get_unanswered (IlkCardChannel *self)
{
  return self->break_error != NULL;
}
