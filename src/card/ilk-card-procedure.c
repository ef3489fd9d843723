/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-card-procedure.h"

#include "card/ilk-atr-list.h"
#include "card/ilk-card-driver.h"
#include "card/ilk-card-error.h"
#include "card/ilk-pkcs11-link.h"
#include "card/ilk-pkcs11-registry.h"

/* From here on another wrong cryptogram would kill the unlock key, and with it the card's only
 * way to a new PIN. */
#define UNLOCK_KEY_LOW 1

/* A card is reached by a channel and a driver, or by a link. */
struct _IlkCardProcedure
{
  IlkCardChannel *channel;
  IlkCardDriver  *driver;
  IlkPkcs11Link  *link;
  IlkCardInfo    *info;
  gboolean        challenged; /* the card waits for the cryptogram of its last challenge */
  int             step;       /* atomic, IlkCardStep */
};

static gboolean
fail (GError       **error,
      IlkCardError   code,
      int            tries_left,
      const char    *message)
{
  g_propagate_error (error, ilk_card_error_new (code, tries_left, 0, 0, "%s", message));
  return FALSE;
}

static void
set_step (IlkCardProcedure *self,
          IlkCardStep       step)
{
  g_atomic_int_set (&self->step, step);
}

static void
make_uncertain (GError     **error,
                const char  *reason)
{
  g_autoptr (GError) cause = g_steal_pointer (error);

  *error = ilk_card_error_new (ILK_CARD_ERROR_UNCERTAIN, -1,
                               ilk_card_error_get_status_word (cause),
                               ilk_card_error_get_pcsc_code (cause),
                               "%s: %s", reason, cause->message);
}

static gboolean
is_unanswered (IlkCardProcedure *self)
{
  return self->link != NULL ? ilk_pkcs11_link_get_unanswered (self->link)
                            : ilk_card_channel_get_unanswered (self->channel);
}

static gboolean
read_tries (IlkCardProcedure  *self,
            GCancellable      *cancellable,
            GError           **error)
{
  return self->link != NULL
         ? ilk_pkcs11_link_read_tries (self->link, self->info, cancellable, error)
         : ilk_card_driver_read_tries (self->driver, self->channel, self->info, error);
}

/* A PIN that is NULL is typed on the reader. */
static gboolean
send_verify (IlkCardProcedure  *self,
             IlkSecret         *pin,
             GError           **error)
{
  if (self->link != NULL)
    return ilk_pkcs11_link_verify (self->link, pin, error);

  return pin == NULL ? ilk_card_driver_verify_by_pad (self->driver, self->channel, error)
                     : ilk_card_driver_verify (self->driver, self->channel, pin, error);
}

static gboolean
send_change (IlkCardProcedure  *self,
             IlkSecret         *old_pin,
             IlkSecret         *new_pin,
             GError           **error)
{
  if (self->link != NULL)
    return ilk_pkcs11_link_change (self->link, old_pin, new_pin, error);

  return old_pin == NULL
         ? ilk_card_driver_change_by_pad (self->driver, self->channel, error)
         : ilk_card_driver_change (self->driver, self->channel, old_pin, new_pin, error);
}

/* A writing command that was sent and had no answer may have been done or not. What an answer
 * other than 9000 says of that, the driver has told. */
static gboolean
settle_write (IlkCardProcedure  *self,
              gboolean           done,
              GError           **error)
{
  if (!done && is_unanswered (self))
    make_uncertain (error, "no answer to a writing command");

  return done;
}

/* Nothing is sent after a command without an answer; a failure that comes later would otherwise
 * be taken for an uncertain one. */
static gboolean
check_usable (IlkCardProcedure  *self,
              GCancellable      *cancellable,
              GError           **error)
{
  if (is_unanswered (self))
    return fail (error, ILK_CARD_ERROR_CARD_REMOVED, -1, "the card has not answered before");

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* Asks for the tries again before each PIN command: the count may have changed since the card was
 * read, and the last one is not spent without leave. */
static gboolean
check_tries (IlkCardProcedure  *self,
             gboolean           allow_last_try,
             GCancellable      *cancellable,
             GError           **error)
{
  if (!read_tries (self, cancellable, error))
    return FALSE;

  if (self->info->pin_state == ILK_PIN_STATE_BLOCKED)
    return fail (error, ILK_CARD_ERROR_PIN_BLOCKED, 0, "the PIN is blocked");
  if (self->info->pin_state == ILK_PIN_STATE_NOT_SET)
    return fail (error, ILK_CARD_ERROR_PIN_NOT_SET, -1, "the card has no PIN");
  if (self->info->tries_left == 1 && !allow_last_try)
    return fail (error, ILK_CARD_ERROR_LAST_TRY, 1, "one try is left");

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
prove (IlkCardProcedure  *self,
       IlkSecret         *pin,
       GError           **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_PROVE);
  done = send_verify (self, pin, error);
  if (!settle_write (self, done, error))
    return FALSE;

  set_step (self, ILK_CARD_STEP_DONE);
  return TRUE;
}

/* The card has said that the new PIN is written, so it is very likely the PIN. A proof that fails
 * in any way does not make the old one the PIN again: trying that would cost a try. */
static gboolean
prove_written (IlkCardProcedure  *self,
               IlkSecret         *new_pin,
               GError           **error)
{
  if (prove (self, new_pin, error))
    return TRUE;

  if (!g_error_matches (*error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN))
    make_uncertain (error, "the new PIN was written but not proved");
  return FALSE;
}

gboolean
ilk_card_procedure_verify (IlkCardProcedure  *self,
                           IlkSecret         *pin,
                           gboolean           allow_last_try,
                           GCancellable      *cancellable,
                           GError           **error)
{
  set_step (self, ILK_CARD_STEP_PROVE);
  return check_usable (self, cancellable, error)
         && check_tries (self, allow_last_try, cancellable, error)
         && prove (self, pin, error);
}

gboolean
ilk_card_procedure_change (IlkCardProcedure  *self,
                           IlkSecret         *old_pin,
                           IlkSecret         *new_pin,
                           gboolean           allow_last_try,
                           GCancellable      *cancellable,
                           GError           **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_CHANGE);
  if (!check_usable (self, cancellable, error)
      || !check_tries (self, allow_last_try, cancellable, error))
    return FALSE;

  done = send_change (self, old_pin, new_pin, error);
  return settle_write (self, done, error) && prove_written (self, new_pin, error);
}

GBytes *
ilk_card_procedure_sign (IlkCardProcedure  *self,
                         GBytes            *certificate,
                         GBytes            *data,
                         IlkSecret         *pin,
                         gboolean           allow_last_try,
                         GCancellable      *cancellable,
                         GError           **error)
{
  GBytes *signature;

  set_step (self, ILK_CARD_STEP_SIGN);
  if (self->link == NULL)
    {
      fail (error, ILK_CARD_ERROR_NOT_SUPPORTED, -1, "the driver has no signing");
      return NULL;
    }
  if (!check_usable (self, cancellable, error)
      || !check_tries (self, allow_last_try, cancellable, error))
    return NULL;

  signature = ilk_pkcs11_link_sign (self->link, certificate, data, pin, error);
  if (signature != NULL)
    set_step (self, ILK_CARD_STEP_DONE);
  return signature;
}

static gboolean
check_profile (IlkCardProcedure  *self,
               GError           **error)
{
  if (self->info->unlock_profile != NULL)
    return TRUE;

  return fail (error, ILK_CARD_ERROR_NOT_SUPPORTED, -1, "how to unlock this card is not public");
}

static gboolean
check_unlock_key (IlkCardProcedure  *self,
                  GError           **error)
{
  int tries;

  if (!ilk_card_driver_read_tries (self->driver, self->channel, self->info, error))
    return FALSE;

  tries = self->info->unlock_tries_left;
  if (tries < 0)
    return fail (error, ILK_CARD_ERROR_ANSWER, -1, "the unlock key's tries are not told");
  if (tries <= UNLOCK_KEY_LOW)
    return fail (error, ILK_CARD_ERROR_UNLOCK_KEY_LOW, tries, "the unlock key's tries run out");

  return TRUE;
}

GBytes *
ilk_card_procedure_get_challenge (IlkCardProcedure  *self,
                                  GCancellable      *cancellable,
                                  GError           **error)
{
  GBytes *challenge;

  set_step (self, ILK_CARD_STEP_CHALLENGE);
  self->challenged = FALSE;
  if (!check_usable (self, cancellable, error) || !check_profile (self, error)
      || !check_unlock_key (self, error))
    return NULL;

  challenge = ilk_card_driver_get_challenge (self->driver, self->channel, error);
  self->challenged = challenge != NULL;
  return challenge;
}

/* Whatever comes of it, a cryptogram is never sent a second time. */
static gboolean
authenticate (IlkCardProcedure  *self,
              GBytes            *cryptogram,
              GCancellable      *cancellable,
              GError           **error)
{
  if (!self->challenged)
    return fail (error, ILK_CARD_ERROR_NOT_ALLOWED, -1, "the card has given no challenge");

  self->challenged = FALSE;
  return ilk_card_driver_authenticate (self->driver, self->channel, cryptogram, error)
         && !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
ilk_card_procedure_unlock (IlkCardProcedure  *self,
                           GBytes            *cryptogram,
                           IlkSecret         *new_pin,
                           GCancellable      *cancellable,
                           GError           **error)
{
  gboolean done;

  set_step (self, ILK_CARD_STEP_AUTHENTICATE);
  if (!check_usable (self, cancellable, error) || !check_profile (self, error)
      || !authenticate (self, cryptogram, cancellable, error))
    return FALSE;

  set_step (self, ILK_CARD_STEP_RESET);
  done = ilk_card_driver_reset_pin (self->driver, self->channel, new_pin, error);
  return settle_write (self, done, error) && prove_written (self, new_pin, error);
}

IlkCardStep
ilk_card_procedure_get_step (IlkCardProcedure *self)
{
  return (IlkCardStep) g_atomic_int_get (&self->step);
}

guint16
ilk_card_procedure_get_status_word (IlkCardProcedure *self)
{
  return self->channel != NULL ? ilk_card_channel_get_status_word (self->channel) : 0;
}

/* A card whose ATR is another one has no serial number we may ask for. */
static gboolean
check_card (IlkCardProcedure  *self,
            const char        *expected_serial,
            GError           **error)
{
  g_autoptr (GBytes) atr = ilk_card_channel_get_atr (self->channel);

  self->driver = ilk_card_driver_new_for_kind (ilk_atr_list_find (atr, NULL));
  if (self->driver == NULL)
    return fail (error, ILK_CARD_ERROR_OTHER_CARD, -1, "another kind of card is in the reader");
  if (!ilk_card_driver_identify (self->driver, self->channel, self->info, error))
    return FALSE;

  if (g_strcmp0 (self->info->serial, expected_serial) != 0)
    return fail (error, ILK_CARD_ERROR_OTHER_CARD, -1, "another card is in the reader");
  if (self->info->dead)
    return fail (error, ILK_CARD_ERROR_DEAD, -1, "the card's life is over");

  return TRUE;
}

static gboolean
read_certificates (IlkCardProcedure  *self,
                   GCancellable      *cancellable,
                   GError           **error)
{
  return self->link != NULL
         ? ilk_pkcs11_link_read_certificates (self->link, self->info, cancellable, error)
         : ilk_card_driver_certificates (self->driver, self->channel, self->info, error);
}

/* The serial number is the chip's. The certificate says whose card it is, and tells a chip that
 * was given another holder, or a reader's slot in which a token only calls itself the same. */
static gboolean
check_certificate (IlkCardProcedure  *self,
                   GBytes            *expected,
                   GCancellable      *cancellable,
                   GError           **error)
{
  const IlkCertificate *certificate;

  if (expected == NULL)
    return TRUE;
  if (!read_certificates (self, cancellable, error))
    return FALSE;

  certificate = ilk_card_info_get_certificate (self->info);
  if (certificate != NULL && g_bytes_equal (certificate->der, expected))
    return TRUE;

  return fail (error, ILK_CARD_ERROR_OTHER_CARD, -1, "another certificate is on the card");
}

static void
procedure_free (IlkCardProcedure *self,
                gboolean          reset)
{
  if (self->channel != NULL)
    ilk_card_channel_close (self->channel, reset);
  g_clear_pointer (&self->link, ilk_pkcs11_link_close);
  g_clear_object (&self->driver);
  ilk_card_info_unref (self->info);
  g_free (self);
}

/* The module that the card was read through. It connects to the card itself, and would find an
 * exclusive transaction of ours in its way. */
static char *
dup_module (IlkTransport *transport,
            const char   *reader,
            const char   *serial)
{
  IlkPkcs11Registry *modules = ilk_transport_get_modules (transport);

  return modules != NULL ? ilk_pkcs11_registry_recall (modules, reader, serial) : NULL;
}

static IlkCardProcedure *
open_by_module (const char    *module,
                const char    *expected_serial,
                GBytes        *expected_certificate,
                GCancellable  *cancellable,
                GError       **error)
{
  IlkCardProcedure *self;
  IlkPkcs11Link *link = ilk_pkcs11_link_open (module, expected_serial, cancellable, error);

  if (link == NULL)
    return NULL;

  self = g_new0 (IlkCardProcedure, 1);
  self->link = link;
  self->info = ilk_card_info_new ();
  if (check_certificate (self, expected_certificate, cancellable, error))
    return self;

  procedure_free (self, FALSE);
  return NULL;
}

/**
 * ilk_card_procedure_open:
 *
 * Begins an exclusive transaction and reads the serial number again. A card that is not the
 * expected one is left as it was. With a card that was read through a PKCS#11 module there is no
 * transaction of ours: the module has its own, and the serial number is read before each command.
 *
 * Returns: (transfer full): for ilk_card_procedure_close()
 */
IlkCardProcedure *
ilk_card_procedure_open (IlkTransport  *transport,
                         const char    *reader,
                         const char    *expected_serial,
                         GBytes        *expected_certificate,
                         GCancellable  *cancellable,
                         GError       **error)
{
  g_autofree char *module = dup_module (transport, reader, expected_serial);
  IlkCardProcedure *self;
  IlkCardChannel *channel;

  if (module != NULL)
    return open_by_module (module, expected_serial, expected_certificate, cancellable, error);

  channel = ilk_card_channel_open (transport, reader, cancellable, error);
  if (channel == NULL)
    return NULL;

  self = g_new0 (IlkCardProcedure, 1);
  self->channel = channel;
  self->info = ilk_card_info_new ();
  if (check_card (self, expected_serial, error)
      && check_certificate (self, expected_certificate, cancellable, error)
      && !g_cancellable_set_error_if_cancelled (cancellable, error))
    return self;

  procedure_free (self, FALSE);
  return NULL;
}

/**
 * ilk_card_procedure_close:
 * @self: (transfer full): an open procedure
 *
 * Ends the transaction with a reset, so that the card forgets what was proved to it.
 */
void
ilk_card_procedure_close (IlkCardProcedure *self)
{
  procedure_free (self, TRUE);
}
