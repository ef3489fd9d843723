/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pin-pad.h"

#include <string.h>

#include <winscard.h>

#include <reader.h>

#include "card/ilk-card-error.h"

#define VERIFY_CODE 0x42330006
#define MODIFY_CODE 0x42330007

#define SW_TIMEOUT   0x6400
#define SW_CANCELLED 0x6401
#define SW_DIFFERENT 0x6402
#define SW_LENGTH    0x6403
#define SW_STRUCTURE 0x6B80

struct _PinPadTransport
{
  GObject       parent_instance;

  IlkTransport *inner;
  GPtrArray    *entries;
  guint         typed;
  char         *features;
  char         *request;
  gboolean      refuses;
};

static void pin_pad_transport_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PinPadTransport, pin_pad_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      pin_pad_transport_iface_init))

static gssize
answer_sw (guint16  sw,
           guint8  *answer)
{
  answer[0] = (guint8) (sw >> 8);
  answer[1] = (guint8) sw;
  return 2;
}

static char *
to_hex (const guint8 *bytes,
        gsize         length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  return g_string_free (text, FALSE);
}

static gssize
answer_features (PinPadTransport *self,
                 guint8          *answer)
{
  gsize length = strlen (self->features) / 2;

  for (gsize i = 0; i < length; i++)
    answer[i] = (guint8) (g_ascii_xdigit_value (self->features[2 * i]) << 4
                          | g_ascii_xdigit_value (self->features[2 * i + 1]));
  return (gssize) length;
}

/* Returns 0 with the digits, or what the reader says instead. */
static guint16
let_type (PinPadTransport  *self,
          guint16           limits,
          const char      **digits)
{
  gsize length;

  g_assert_cmpuint (self->typed, <, self->entries->len);
  *digits = g_ptr_array_index (self->entries, self->typed++);
  length = strlen (*digits);
  if (g_str_equal (*digits, PIN_PAD_CANCEL))
    return SW_CANCELLED;
  if (length == 0)
    return SW_TIMEOUT;
  return length < limits >> 8 || length > (limits & 0xFF) ? SW_LENGTH : 0;
}

static void
fill_in (guint8     *command,
         gsize       offset,
         const char *digits)
{
  memcpy (command + 5 + offset, digits, strlen (digits));
}

static gssize
verify (PinPadTransport  *self,
        gpointer          card,
        const guint8     *request,
        gsize             request_length,
        guint8           *answer,
        gsize             answer_size,
        GError          **error)
{
  g_autofree PIN_VERIFY_STRUCTURE *asked = g_memdup2 (request, request_length);
  const char *digits;
  guint16 ended;

  if (request_length != sizeof *asked + asked->ulDataLength || (asked->bmFormatString & 0x83) != 0x82
      || asked->bmPINBlockString != asked->abData[4])
    return answer_sw (SW_STRUCTURE, answer);
  ended = let_type (self, asked->wPINMaxExtraDigit, &digits);
  if (ended != 0)
    return answer_sw (ended, answer);

  fill_in (asked->abData, asked->bmFormatString >> 3 & 0x0F, digits);
  return ilk_transport_transmit (self->inner, card, asked->abData, asked->ulDataLength, answer,
                                 answer_size, error);
}

static gssize
modify (PinPadTransport  *self,
        gpointer          card,
        const guint8     *request,
        gsize             request_length,
        guint8           *answer,
        gsize             answer_size,
        GError          **error)
{
  g_autofree PIN_MODIFY_STRUCTURE *asked = g_memdup2 (request, request_length);
  const char *old = NULL;
  const char *new = NULL;
  const char *again = NULL;
  guint16 ended;

  if (request_length != sizeof *asked + asked->ulDataLength || asked->bmFormatString != 0x82
      || asked->bConfirmPIN != 0x03 || asked->bNumberMessage != 3)
    return answer_sw (SW_STRUCTURE, answer);
  ended = let_type (self, asked->wPINMaxExtraDigit, &old);
  ended = ended == 0 ? let_type (self, asked->wPINMaxExtraDigit, &new) : ended;
  ended = ended == 0 ? let_type (self, asked->wPINMaxExtraDigit, &again) : ended;
  if (ended == 0 && !g_str_equal (new, again))
    ended = SW_DIFFERENT;
  if (ended != 0)
    return answer_sw (ended, answer);

  fill_in (asked->abData, asked->bInsertionOffsetOld, old);
  fill_in (asked->abData, asked->bInsertionOffsetNew, new);
  return ilk_transport_transmit (self->inner, card, asked->abData, asked->ulDataLength, answer,
                                 answer_size, error);
}

static gssize
pin_pad_transport_control (IlkTransport  *transport,
                           gpointer       card,
                           guint32        code,
                           const guint8  *request,
                           gsize          request_length,
                           guint8        *answer,
                           gsize          answer_size,
                           GError       **error)
{
  PinPadTransport *self = PIN_PAD_TRANSPORT (transport);

  if (code == CM_IOCTL_GET_FEATURE_REQUEST)
    return answer_features (self, answer);
  if (self->refuses)
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NOT_SUPPORTED, -1, 0, 0,
                                                    "the reader refuses"));
      return -1;
    }
  g_free (self->request);
  self->request = to_hex (request, request_length);
  if (code == VERIFY_CODE)
    return verify (self, card, request, request_length, answer, answer_size, error);
  g_assert_cmphex (code, ==, MODIFY_CODE);
  return modify (self, card, request, request_length, answer, answer_size, error);
}

static GPtrArray *
pin_pad_transport_wait (IlkTransport  *transport,
                        GPtrArray     *known,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return ilk_transport_wait (PIN_PAD_TRANSPORT (transport)->inner, known, cancellable, error);
}

static void
pin_pad_transport_relist (IlkTransport *transport)
{
  ilk_transport_relist (PIN_PAD_TRANSPORT (transport)->inner);
}

static gpointer
pin_pad_transport_connect (IlkTransport  *transport,
                           const char    *reader,
                           GCancellable  *cancellable,
                           GError       **error)
{
  return ilk_transport_connect (PIN_PAD_TRANSPORT (transport)->inner, reader, cancellable, error);
}

static gssize
pin_pad_transport_transmit (IlkTransport  *transport,
                            gpointer       card,
                            const guint8  *command,
                            gsize          command_length,
                            guint8        *answer,
                            gsize          answer_size,
                            GError       **error)
{
  return ilk_transport_transmit (PIN_PAD_TRANSPORT (transport)->inner, card, command,
                                 command_length, answer, answer_size, error);
}

static GBytes *
pin_pad_transport_get_atr (IlkTransport *transport,
                           gpointer      card)
{
  return ilk_transport_get_atr (PIN_PAD_TRANSPORT (transport)->inner, card);
}

static void
pin_pad_transport_disconnect (IlkTransport *transport,
                              gpointer      card,
                              gboolean      reset)
{
  ilk_transport_disconnect (PIN_PAD_TRANSPORT (transport)->inner, card, reset);
}

static void
pin_pad_transport_iface_init (IlkTransportInterface *iface)
{
  iface->wait = pin_pad_transport_wait;
  iface->relist = pin_pad_transport_relist;
  iface->connect = pin_pad_transport_connect;
  iface->transmit = pin_pad_transport_transmit;
  iface->control = pin_pad_transport_control;
  iface->get_atr = pin_pad_transport_get_atr;
  iface->disconnect = pin_pad_transport_disconnect;
}

static void
pin_pad_transport_finalize (GObject *object)
{
  PinPadTransport *self = PIN_PAD_TRANSPORT (object);

  g_clear_object (&self->inner);
  g_ptr_array_unref (self->entries);
  g_free (self->features);
  g_free (self->request);

  G_OBJECT_CLASS (pin_pad_transport_parent_class)->finalize (object);
}

static void
pin_pad_transport_class_init (PinPadTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pin_pad_transport_finalize;
}

static void
pin_pad_transport_init (PinPadTransport *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_free);
  self->features = g_strdup (PIN_PAD_FEATURES);
}

PinPadTransport *
pin_pad_transport_new (IlkTransport *inner)
{
  PinPadTransport *self = g_object_new (PIN_PAD_TYPE_TRANSPORT, NULL);

  self->inner = g_object_ref (inner);
  return self;
}

void
pin_pad_transport_type (PinPadTransport   *self,
                        const char *const *entries)
{
  for (; *entries != NULL; entries++)
    g_ptr_array_add (self->entries, g_strdup (*entries));
}

guint
pin_pad_transport_get_typed (PinPadTransport *self)
{
  return self->typed;
}

const char *
pin_pad_transport_get_request (PinPadTransport *self)
{
  return self->request;
}

void
pin_pad_transport_set_features (PinPadTransport *self,
                                const char      *hex)
{
  g_free (self->features);
  self->features = g_strdup (hex);
}

void
pin_pad_transport_set_refusal (PinPadTransport *self,
                               gboolean         refuses)
{
  self->refuses = refuses;
}
