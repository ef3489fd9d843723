/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pcsc-transport.h"

#include <string.h>

#include <winscard.h>

#include "card/ilk-pcsc-codes.h"
#include "card/ilk-pcsc-waiter.h"
#include "card/ilk-pkcs11-registry.h"

/* The reader that is none: its state changes with the number of readers. pcsc-lite takes 16 names
 * in one call; with 16 readers there is no room for another reader to come either. */
#define PNP_READER  "\\\\?PnP?\\Notification"
#define MAX_STATES  16
/* A reader that goes between listing and asking makes us list again, but not for ever. */
#define MAX_RETRIES 10
/* A desktop's own helpers look at every card that comes and hold it for a second or two. So long a
 * card that is in use is waited for; pcscd tells of its release with a delay of up to 400 ms. */
#define IN_USE_ROUNDS   6
#define IN_USE_ROUND_MS 500

#define MASK(code) ((guint32) ((code) & 0xFFFFFFFF))
#define IS(code, name) (MASK (code) == MASK (name))

struct _IlkPcscTransport
{
  GObject    parent_instance;

  char      *only_prefix;
  GMutex     lock;
  GPtrArray *waiters;
};

typedef struct {
  SCARDCONTEXT context;
  SCARDHANDLE  handle;
  DWORD        protocol;
  GBytes      *atr;
} PcscCard;

static void ilk_pcsc_transport_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkPcscTransport, ilk_pcsc_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      ilk_pcsc_transport_iface_init))

static gboolean
check (LONG          code,
       IlkPcscCall   call,
       const char   *function,
       GError      **error)
{
  if (code == SCARD_S_SUCCESS)
    return TRUE;

  g_propagate_error (error, ilk_pcsc_code_to_error (code, call, function));
  return FALSE;
}

static gboolean
establish (SCARDCONTEXT  *context,
           GError       **error)
{
  return check (SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, context),
                ILK_PCSC_CALL_ESTABLISH, "SCardEstablishContext", error);
}

/* The names as PC/SC has them: NUL-separated, of any encoding. */
static GStrv
list_raw_names (IlkPcscTransport  *self,
                SCARDCONTEXT       context,
                GError           **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  LPSTR names = NULL;
  DWORD length = SCARD_AUTOALLOCATE;
  LONG code = SCardListReaders (context, NULL, (LPSTR) &names, &length);

  if (IS (code, SCARD_E_NO_READERS_AVAILABLE))
    return g_strv_builder_end (builder);
  if (!check (code, ILK_PCSC_CALL_OTHER, "SCardListReaders", error))
    return NULL;

  for (const char *name = names; *name != '\0'; name += strlen (name) + 1)
    {
      if (self->only_prefix == NULL || g_str_has_prefix (name, self->only_prefix))
        g_strv_builder_add (builder, name);
    }

  SCardFreeMemory (context, names);
  return g_strv_builder_end (builder);
}

static IlkReaderState *
reader_state_new (const SCARD_READERSTATE *from)
{
  IlkReaderState *state = g_new0 (IlkReaderState, 1);
  DWORD bits = from->dwEventState;

  state->name = g_utf8_make_valid (from->szReader, -1);
  state->present = (bits & SCARD_STATE_PRESENT) != 0;
  state->mute = (bits & SCARD_STATE_MUTE) != 0;
  state->exclusive = (bits & SCARD_STATE_EXCLUSIVE) != 0;
  state->in_use = (bits & SCARD_STATE_INUSE) != 0;
  state->events = (guint) (bits >> 16) & 0xFFFF;
  if (state->present && from->cbAtr > 0 && from->cbAtr <= sizeof from->rgbAtr)
    state->atr = g_bytes_new (from->rgbAtr, from->cbAtr);

  return state;
}

/* One look at the readers: what they are now, and what a wait has to be told about it. */
typedef struct {
  GStrv             names;
  SCARD_READERSTATE states[MAX_STATES];
  DWORD             n_states;
  GPtrArray        *readers;
} Look;

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->names, g_strfreev);
  g_clear_pointer (&look->readers, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static gboolean
look_ask (Look          *look,
          SCARDCONTEXT   context,
          guint          n_readers,
          gboolean      *gone,
          GError       **error)
{
  LONG code = SCARD_S_SUCCESS;

  if (n_readers > 0)
    code = SCardGetStatusChange (context, 0, look->states, n_readers);

  *gone = IS (code, SCARD_E_UNKNOWN_READER) || IS (code, SCARD_E_READER_UNAVAILABLE);
  if (*gone)
    return FALSE;
  if (IS (code, SCARD_E_TIMEOUT))
    return TRUE;

  return check (code, ILK_PCSC_CALL_OTHER, "SCardGetStatusChange", error);
}

static gboolean
look_around (IlkPcscTransport  *self,
             SCARDCONTEXT       context,
             Look              *look,
             gboolean          *gone,
             GError           **error)
{
  guint n_readers;

  look_clear (look);
  memset (look, 0, sizeof *look);
  *gone = FALSE;

  look->names = list_raw_names (self, context, error);
  if (look->names == NULL)
    return FALSE;

  n_readers = MIN (g_strv_length (look->names), MAX_STATES);
  for (guint i = 0; i < n_readers; i++)
    look->states[i].szReader = look->names[i];
  if (!look_ask (look, context, n_readers, gone, error))
    return FALSE;

  look->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);
  for (guint i = 0; i < n_readers; i++)
    {
      g_ptr_array_add (look->readers, reader_state_new (&look->states[i]));
      look->states[i].dwCurrentState = look->states[i].dwEventState & ~SCARD_STATE_CHANGED;
    }

  look->n_states = n_readers;
  if (n_readers < MAX_STATES)
    look->states[look->n_states++].szReader = PNP_READER;
  return TRUE;
}

static gboolean
look_again (IlkPcscTransport  *self,
            SCARDCONTEXT       context,
            Look              *look,
            GError           **error)
{
  gboolean gone = TRUE;

  for (guint i = 0; gone && i < MAX_RETRIES; i++)
    {
      if (look_around (self, context, look, &gone, error))
        return TRUE;
    }

  if (gone)
    check (SCARD_E_UNKNOWN_READER, ILK_PCSC_CALL_OTHER, "SCardGetStatusChange", error);
  return FALSE;
}

static gboolean
sleep_until_change (SCARDCONTEXT   context,
                    Look          *look,
                    GError       **error)
{
  LONG code = SCardGetStatusChange (context, INFINITE, look->states, look->n_states);

  if (IS (code, SCARD_E_CANCELLED) || IS (code, SCARD_E_UNKNOWN_READER)
      || IS (code, SCARD_E_READER_UNAVAILABLE) || IS (code, SCARD_E_TIMEOUT))
    return TRUE;

  return check (code, ILK_PCSC_CALL_OTHER, "SCardGetStatusChange", error);
}

static GPtrArray *
wait_for_difference (IlkPcscTransport  *self,
                     IlkPcscWaiter     *waiter,
                     GPtrArray         *known,
                     GCancellable      *cancellable,
                     GError           **error)
{
  SCARDCONTEXT context = ilk_pcsc_waiter_get_context (waiter);
  g_auto (Look) look = { NULL };

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      gboolean woken = ilk_pcsc_waiter_is_woken (waiter);

      if (!look_again (self, context, &look, error))
        return NULL;
      if (woken || !ilk_reader_states_equal (known, look.readers))
        return g_steal_pointer (&look.readers);
      if (!sleep_until_change (context, &look, error))
        return NULL;
    }

  return NULL;
}

static void
on_cancelled (GCancellable  *cancellable,
              IlkPcscWaiter *waiter)
{
  ilk_pcsc_waiter_wake (waiter);
}

static GPtrArray *
ilk_pcsc_transport_wait (IlkTransport  *transport,
                         GPtrArray     *known,
                         GCancellable  *cancellable,
                         GError       **error)
{
  IlkPcscTransport *self = ILK_PCSC_TRANSPORT (transport);
  IlkPcscWaiter *waiter;
  SCARDCONTEXT context;
  GPtrArray *readers;
  gulong handler = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!establish (&context, error))
    return NULL;

  waiter = ilk_pcsc_waiter_new (context);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->waiters, waiter);
  g_mutex_unlock (&self->lock);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                     ilk_pcsc_waiter_ref (waiter),
                                     (GDestroyNotify) ilk_pcsc_waiter_unref);

  readers = wait_for_difference (self, waiter, known, cancellable, error);

  g_cancellable_disconnect (cancellable, handler);
  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->waiters, waiter);
  g_mutex_unlock (&self->lock);
  ilk_pcsc_waiter_finish (waiter);
  ilk_pcsc_waiter_unref (waiter);
  return readers;
}

static void
ilk_pcsc_transport_relist (IlkTransport *transport)
{
  IlkPcscTransport *self = ILK_PCSC_TRANSPORT (transport);

  g_mutex_lock (&self->lock);
  g_ptr_array_foreach (self->waiters, (GFunc) ilk_pcsc_waiter_wake, NULL);
  g_mutex_unlock (&self->lock);
}

static void
pcsc_card_free (PcscCard *card)
{
  g_clear_pointer (&card->atr, g_bytes_unref);
  SCardReleaseContext (card->context);
  g_free (card);
}

static char *
find_raw_name (IlkPcscTransport  *self,
               SCARDCONTEXT       context,
               const char        *reader,
               GError           **error)
{
  g_auto (GStrv) names = list_raw_names (self, context, error);

  if (names == NULL)
    return NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (names[i], -1);

      if (g_str_equal (valid, reader))
        return g_strdup (names[i]);
    }

  check (SCARD_E_UNKNOWN_READER, ILK_PCSC_CALL_OTHER, "SCardListReaders", error);
  return NULL;
}

static gboolean
read_atr (PcscCard  *card,
          GError   **error)
{
  BYTE atr[MAX_ATR_SIZE];
  DWORD length = sizeof atr;
  DWORD name_length = 0;
  LONG code = SCardStatus (card->handle, NULL, &name_length, NULL, NULL, atr, &length);

  if (!check (code, ILK_PCSC_CALL_OTHER, "SCardStatus", error))
    return FALSE;

  card->atr = g_bytes_new (atr, length);
  return TRUE;
}

static LONG
connect_exclusively (PcscCard   *card,
                     const char *raw_name)
{
  return SCardConnect (card->context, raw_name, SCARD_SHARE_EXCLUSIVE,
                       SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card->handle, &card->protocol);
}

static gboolean
begin (PcscCard      *card,
       const char    *raw_name,
       GCancellable  *cancellable,
       GError       **error)
{
  LONG code = connect_exclusively (card, raw_name);

  for (guint i = 0; IS (code, SCARD_E_SHARING_VIOLATION) && i < IN_USE_ROUNDS; i++)
    {
      ilk_pcsc_await_change (raw_name, IN_USE_ROUND_MS, cancellable);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      code = connect_exclusively (card, raw_name);
    }
  if (!check (code, ILK_PCSC_CALL_OTHER, "SCardConnect", error))
    return FALSE;

  code = SCardBeginTransaction (card->handle);
  if (check (code, ILK_PCSC_CALL_OTHER, "SCardBeginTransaction", error)
      && read_atr (card, error))
    return TRUE;

  SCardDisconnect (card->handle, SCARD_LEAVE_CARD);
  return FALSE;
}

static gpointer
ilk_pcsc_transport_connect (IlkTransport  *transport,
                            const char    *reader,
                            GCancellable  *cancellable,
                            GError       **error)
{
  IlkPcscTransport *self = ILK_PCSC_TRANSPORT (transport);
  g_autofree char *raw_name = NULL;
  PcscCard *card;
  SCARDCONTEXT context;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!establish (&context, error))
    return NULL;

  card = g_new0 (PcscCard, 1);
  card->context = context;
  raw_name = find_raw_name (self, context, reader, error);
  if (raw_name != NULL && begin (card, raw_name, cancellable, error))
    return card;

  pcsc_card_free (card);
  return NULL;
}

static gssize
ilk_pcsc_transport_transmit (IlkTransport  *transport,
                             gpointer       user_card,
                             const guint8  *command,
                             gsize          command_length,
                             guint8        *answer,
                             gsize          answer_size,
                             GError       **error)
{
  PcscCard *card = user_card;
  const SCARD_IO_REQUEST *pci = card->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  DWORD length = answer_size;
  LONG code = SCardTransmit (card->handle, pci, command, command_length, NULL, answer, &length);

  if (!check (code, ILK_PCSC_CALL_OTHER, "SCardTransmit", error))
    return -1;

  return (gssize) MIN (length, answer_size);
}

static gssize
ilk_pcsc_transport_control (IlkTransport  *transport,
                            gpointer       user_card,
                            guint32        control_code,
                            const guint8  *request,
                            gsize          request_length,
                            guint8        *answer,
                            gsize          answer_size,
                            GError       **error)
{
  PcscCard *card = user_card;
  DWORD length = 0;
  LONG code = SCardControl (card->handle, control_code, request, request_length, answer,
                            answer_size, &length);

  if (!check (code, ILK_PCSC_CALL_OTHER, "SCardControl", error))
    return -1;

  return (gssize) MIN (length, answer_size);
}

static GBytes *
ilk_pcsc_transport_get_atr (IlkTransport *transport,
                            gpointer      user_card)
{
  PcscCard *card = user_card;

  return g_bytes_ref (card->atr);
}

/* The connection is exclusive, so nobody can come between the end of the transaction and the
 * reset that SCardDisconnect makes. */
static void
ilk_pcsc_transport_disconnect (IlkTransport *transport,
                               gpointer      user_card,
                               gboolean      reset)
{
  PcscCard *card = user_card;

  SCardEndTransaction (card->handle, SCARD_LEAVE_CARD);
  SCardDisconnect (card->handle, reset ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
  pcsc_card_free (card);
}

static void
ilk_pcsc_transport_finalize (GObject *object)
{
  IlkPcscTransport *self = ILK_PCSC_TRANSPORT (object);

  g_clear_pointer (&self->only_prefix, g_free);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_pcsc_transport_parent_class)->finalize (object);
}

static void
ilk_pcsc_transport_class_init (IlkPcscTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_pcsc_transport_finalize;
}

static void
ilk_pcsc_transport_iface_init (IlkTransportInterface *iface)
{
  iface->wait = ilk_pcsc_transport_wait;
  iface->relist = ilk_pcsc_transport_relist;
  iface->connect = ilk_pcsc_transport_connect;
  iface->transmit = ilk_pcsc_transport_transmit;
  iface->control = ilk_pcsc_transport_control;
  iface->get_atr = ilk_pcsc_transport_get_atr;
  iface->disconnect = ilk_pcsc_transport_disconnect;
}

static void
ilk_pcsc_transport_init (IlkPcscTransport *self)
{
  g_mutex_init (&self->lock);
  self->waiters = g_ptr_array_new ();
}

/* A module looks at every reader, and only a registry that tests have chosen keeps to theirs. */
static void
add_modules (IlkPcscTransport *self)
{
  g_autoptr (IlkPkcs11Registry) modules = NULL;

  if (self->only_prefix != NULL && g_getenv ("ILKIMZA_PKCS11_MODULES") == NULL)
    return;

  modules = ilk_pkcs11_registry_new ();
  ilk_transport_set_modules (ILK_TRANSPORT (self), modules);
}

/**
 * ilk_pcsc_transport_new:
 * @only_prefix: (nullable): readers whose name does not begin so are neither listed nor opened
 *
 * Returns: (transfer full): readers and cards of the computer, by pcscd. Every wait and every
 *   connection has a PC/SC context of its own, so they do not wait for each other.
 */
IlkTransport *
ilk_pcsc_transport_new (const char *only_prefix)
{
  IlkPcscTransport *self = g_object_new (ILK_TYPE_PCSC_TRANSPORT, NULL);

  self->only_prefix = g_strdup (only_prefix);
  add_modules (self);
  return ILK_TRANSPORT (self);
}
