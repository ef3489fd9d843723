/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-akis-driver.h"

#include <string.h>

#include "card/ilk-akis-files.h"
#include "core/ilk-pin-rules.h"
#include "core/ilk-unlock-crypto.h"

/* Facts about AKİS v1.0: OpenSC's former driver, src/libopensc/card-akis.c before f3d441295. */
#define DATA_LIFE_CYCLE        0x04
#define DATA_SERIAL            0x06
#define LIFE_CYCLE_LENGTH      10
#define LIFE_CYCLE_OFFSET      6
#define LIFE_CYCLE_DEAD        0xAA
#define SERIAL_ANSWER_LENGTH   77
#define SERIAL_OFFSET          55
#define MAX_PIN                16
#define SECURITY_LAST_TRY      0x80

/* The virtual card's own data object, which says what profile it has. Reading it harms no card. */
#define DATA_MARKER            0x7E
#define MARKER                 "ilkimza " ILK_AKIS_PROFILE_VIRTUAL

#define PIN_REFERENCE          0x01
#define UNLOCK_KEY_REFERENCE   0x01
#define RESET_NEW_PIN_ONLY     0x02
/* P1 for a PIN of the card; one of the application would be 02 with bit 8 of P2 left out. */
#define CHANGE_CARD_PIN        0x01

struct _IlkAkisDriver
{
  GObject parent_instance;
};

static void ilk_akis_driver_iface_init (IlkCardDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkAkisDriver, ilk_akis_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_CARD_DRIVER,
                                                      ilk_akis_driver_iface_init))

static gboolean
get_data (IlkCardChannel  *channel,
          guint8           object,
          int              le,
          IlkCardReply    *reply,
          GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_GET_DATA, 0x01, object);
  ilk_apdu_command_set_le (&command, le);
  return ilk_card_channel_send (channel, &command, reply, error);
}

static gboolean
read_serial (IlkCardChannel  *channel,
             IlkCardInfo     *info,
             GError         **error)
{
  g_auto (IlkCardReply) reply = { { 0 } };

  if (!get_data (channel, DATA_SERIAL, SERIAL_ANSWER_LENGTH, &reply, error))
    return FALSE;

  if (reply.sw == ILK_SW_OK && reply.length == SERIAL_ANSWER_LENGTH)
    info->serial = ilk_card_serial_to_text (reply.bytes + SERIAL_OFFSET);
  else
    g_debug ("The card tells no serial number (%04X)", reply.sw);
  return TRUE;
}

static gboolean
read_life_cycle (IlkCardChannel  *channel,
                 IlkCardInfo     *info,
                 GError         **error)
{
  g_auto (IlkCardReply) reply = { { 0 } };

  if (!get_data (channel, DATA_LIFE_CYCLE, LIFE_CYCLE_LENGTH, &reply, error))
    return FALSE;

  info->dead = reply.sw == ILK_SW_OK && reply.length == LIFE_CYCLE_LENGTH
               && reply.bytes[LIFE_CYCLE_OFFSET] == LIFE_CYCLE_DEAD;
  return TRUE;
}

static gboolean
read_marker (IlkCardChannel  *channel,
             IlkCardInfo     *info,
             GError         **error)
{
  g_auto (IlkCardReply) reply = { { 0 } };

  if (!get_data (channel, DATA_MARKER, 256, &reply, error))
    return FALSE;

  if (reply.sw == ILK_SW_OK && reply.length == strlen (MARKER)
      && memcmp (reply.bytes, MARKER, reply.length) == 0)
    info->unlock_profile = g_strdup (ILK_AKIS_PROFILE_VIRTUAL);
  return TRUE;
}

static gboolean
ilk_akis_driver_identify (IlkCardDriver   *driver,
                          IlkCardChannel  *channel,
                          IlkCardInfo     *info,
                          GError         **error)
{
  g_clear_pointer (&info->serial, g_free);
  g_clear_pointer (&info->unlock_profile, g_free);

  return read_serial (channel, info, error)
         && read_life_cycle (channel, info, error)
         && read_marker (channel, info, error);
}

/* A command of four bytes: asks for tries and spends none, where that is known. */
static gboolean
ask (IlkCardChannel  *channel,
     guint8           ins,
     guint8           reference,
     guint16         *sw,
     GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };
  g_auto (IlkCardReply) reply = { { 0 } };

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ins, 0x00, reference);
  if (!ilk_card_channel_send (channel, &command, &reply, error))
    return FALSE;

  *sw = reply.sw;
  return TRUE;
}

static void
set_pin_state (IlkCardInfo *info,
               guint16      sw)
{
  info->tries_left = -1;
  info->pin_state = ILK_PIN_STATE_UNKNOWN;

  if (sw == ILK_SW_REFERENCE_NOT_USABLE)
    info->pin_state = ILK_PIN_STATE_NOT_SET;
  else if (sw == ILK_SW_BLOCKED || sw == ILK_SW_TRIES_LEFT)
    {
      info->pin_state = ILK_PIN_STATE_BLOCKED;
      info->tries_left = 0;
    }
  else if (ILK_SW_IS_TRIES_LEFT (sw))
    {
      info->pin_state = ILK_PIN_STATE_SET;
      info->tries_left = sw & 0x0F;
    }
  else if (sw == ILK_SW_OK)
    info->pin_state = ILK_PIN_STATE_SET;
}

/* Whether AKİS takes a VERIFY without data for a question or for a wrong try is not public, so
 * only the card that has shown the marker is asked that way. */
static gboolean
ask_virtual (IlkCardChannel  *channel,
             IlkCardInfo     *info,
             GError         **error)
{
  guint16 sw;

  if (!ask (channel, ILK_INS_VERIFY, PIN_REFERENCE, &sw, error))
    return FALSE;
  set_pin_state (info, sw);

  if (!ask (channel, ILK_INS_EXTERNAL_AUTH, UNLOCK_KEY_REFERENCE, &sw, error))
    return FALSE;

  info->unlock_tries_left = -1;
  if (ILK_SW_IS_TRIES_LEFT (sw))
    info->unlock_tries_left = sw & 0x0F;
  else if (sw == ILK_SW_BLOCKED)
    info->unlock_tries_left = 0;
  return TRUE;
}

/* Every other card tells only, in the security byte of its folder, that the last try has come. */
static gboolean
ask_folder (IlkCardChannel  *channel,
            IlkCardInfo     *info,
            GError         **error)
{
  guint8 security;

  if (!ilk_akis_files_read_security (channel, &security, error))
    return FALSE;

  info->pin_state = ILK_PIN_STATE_UNKNOWN;
  info->tries_left = (security & SECURITY_LAST_TRY) != 0 ? 1 : -1;
  return TRUE;
}

static gboolean
ilk_akis_driver_read_tries (IlkCardDriver   *driver,
                            IlkCardChannel  *channel,
                            IlkCardInfo     *info,
                            GError         **error)
{
  if (info->unlock_profile != NULL)
    return ask_virtual (channel, info, error);

  return ask_folder (channel, info, error);
}

static gboolean
ilk_akis_driver_certificates (IlkCardDriver   *driver,
                              IlkCardChannel  *channel,
                              IlkCardInfo     *info,
                              GError         **error)
{
  g_ptr_array_set_size (info->certificates, 0);
  return ilk_akis_files_read_certificates (channel, info->certificates, error);
}

static gboolean
check_pin (IlkSecret  *pin,
           GError    **error)
{
  gsize length = ilk_secret_get_length (pin);

  if (length > 0 && length <= MAX_PIN)
    return TRUE;

  g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NOT_ALLOWED, -1, 0, 0,
                                                "a PIN has 1 to %d digits", MAX_PIN));
  return FALSE;
}

static gboolean
send_expecting_ok (IlkCardChannel    *channel,
                   IlkApduCommand    *command,
                   IlkStatusSubject   subject,
                   const char        *name,
                   GError           **error)
{
  g_auto (IlkCardReply) reply = { { 0 } };

  if (!ilk_card_channel_send (channel, command, &reply, error))
    return FALSE;
  if (reply.sw == ILK_SW_OK)
    return TRUE;

  g_propagate_error (error, ilk_status_word_to_error (reply.sw, subject, name));
  return FALSE;
}

static gboolean
send_writing (IlkCardChannel    *channel,
              IlkApduCommand    *command,
              IlkStatusSubject   subject,
              const char        *name,
              GError           **error)
{
  g_auto (IlkCardReply) reply = { { 0 } };

  if (!ilk_card_channel_send (channel, command, &reply, error))
    return FALSE;
  if (reply.sw == ILK_SW_OK)
    return TRUE;

  g_propagate_error (error, ilk_status_word_to_write_error (reply.sw, subject, name));
  return FALSE;
}

static gboolean
ilk_akis_driver_verify (IlkCardDriver   *driver,
                        IlkCardChannel  *channel,
                        IlkSecret       *pin,
                        GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };

  if (!check_pin (pin, error))
    return FALSE;

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_VERIFY, 0x00, PIN_REFERENCE);
  ilk_apdu_command_append_secret (&command, pin);
  return send_expecting_ok (channel, &command, ILK_STATUS_OF_PIN, "VERIFY", error);
}

/* Old and new PIN each come with their length, unlike ISO 7816-4's plain one after the other. */
static gboolean
ilk_akis_driver_change (IlkCardDriver   *driver,
                        IlkCardChannel  *channel,
                        IlkSecret       *old_pin,
                        IlkSecret       *new_pin,
                        GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };

  if (!check_pin (old_pin, error) || !check_pin (new_pin, error))
    return FALSE;

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_CHANGE_PIN, CHANGE_CARD_PIN,
                         PIN_REFERENCE);
  ilk_apdu_command_append_sized (&command, old_pin);
  ilk_apdu_command_append_sized (&command, new_pin);
  return send_writing (channel, &command, ILK_STATUS_OF_PIN, "CHANGE REFERENCE DATA", error);
}

/* Six digits each, as the issuer's documents have them: a reader fills in PINs of one length only,
 * since the command has the length before each of them. */
static const guint8 verify_by_pad[] = {
  ILK_CLA_ISO, ILK_INS_VERIFY, 0x00, PIN_REFERENCE, ILK_PIN_LENGTH,
  0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};
static const guint8 change_by_pad[] = {
  ILK_CLA_ISO, ILK_INS_CHANGE_PIN, CHANGE_CARD_PIN, PIN_REFERENCE, 2 * (1 + ILK_PIN_LENGTH),
  ILK_PIN_LENGTH, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
  ILK_PIN_LENGTH, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};
static const IlkPinPadTemplate verify_template = {
  verify_by_pad, sizeof verify_by_pad, .digits = ILK_PIN_LENGTH
};
static const IlkPinPadTemplate change_template = {
  change_by_pad, sizeof change_by_pad, .old_offset = 1, .new_offset = 2 + ILK_PIN_LENGTH,
  .digits = ILK_PIN_LENGTH
};

static gboolean
send_by_pad (IlkCardChannel  *channel,
             guint32          code,
             GBytes          *request,
             IlkCardReply    *reply,
             GError         **error)
{
  GError *ended = NULL;

  if (code == 0)
    ended = ilk_card_error_new (ILK_CARD_ERROR_NOT_SUPPORTED, -1, 0, 0,
                                "the reader takes no PIN for this command");
  else if (!ilk_card_channel_send_by_pad (channel, code, request, reply, error))
    return FALSE;
  else
    ended = ilk_pin_pad_dup_error (reply->sw);

  if (ended == NULL)
    return TRUE;
  g_propagate_error (error, ended);
  return FALSE;
}

static gboolean
ilk_akis_driver_verify_by_pad (IlkCardDriver   *driver,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_autoptr (GBytes) request = ilk_pin_pad_new_verification (&verify_template);
  g_auto (IlkCardReply) reply = { { 0 } };
  IlkPinPad pad;

  ilk_card_channel_find_pad (channel, &pad);
  if (!send_by_pad (channel, pad.verify_code, request, &reply, error))
    return FALSE;
  if (reply.sw == ILK_SW_OK)
    return TRUE;

  g_propagate_error (error, ilk_status_word_to_error (reply.sw, ILK_STATUS_OF_PIN,
                                                      "VERIFY by the reader's keys"));
  return FALSE;
}

static gboolean
ilk_akis_driver_change_by_pad (IlkCardDriver   *driver,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_autoptr (GBytes) request = ilk_pin_pad_new_modification (&change_template);
  g_auto (IlkCardReply) reply = { { 0 } };
  IlkPinPad pad;

  ilk_card_channel_find_pad (channel, &pad);
  if (!send_by_pad (channel, pad.modify_code, request, &reply, error))
    return FALSE;
  if (reply.sw == ILK_SW_OK)
    return TRUE;

  g_propagate_error (error, ilk_status_word_to_write_error (reply.sw, ILK_STATUS_OF_PIN,
                                                            "CHANGE by the reader's keys"));
  return FALSE;
}

static GBytes *
ilk_akis_driver_get_challenge (IlkCardDriver   *driver,
                               IlkCardChannel  *channel,
                               GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };
  g_auto (IlkCardReply) reply = { { 0 } };

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_GET_CHALLENGE, 0x00, 0x00);
  ilk_apdu_command_set_le (&command, ILK_UNLOCK_CHALLENGE_LENGTH);
  if (!ilk_card_channel_send (channel, &command, &reply, error))
    return NULL;

  if (reply.sw == ILK_SW_OK && reply.length == ILK_UNLOCK_CHALLENGE_LENGTH)
    return g_bytes_new (reply.bytes, reply.length);

  if (reply.sw == ILK_SW_OK)
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_ANSWER, -1, reply.sw, 0,
                                                  "a challenge of %" G_GSIZE_FORMAT " bytes",
                                                  reply.length));
  else
    g_propagate_error (error, ilk_status_word_to_error (reply.sw, ILK_STATUS_OF_UNLOCK_KEY,
                                                        "GET CHALLENGE"));
  return NULL;
}

static gboolean
ilk_akis_driver_authenticate (IlkCardDriver   *driver,
                              IlkCardChannel  *channel,
                              GBytes          *cryptogram,
                              GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };
  gsize length;
  const guint8 *bytes = g_bytes_get_data (cryptogram, &length);

  if (length != ILK_UNLOCK_CRYPTOGRAM_LENGTH)
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_UNLOCK_REFUSED, -1, 0, 0,
                                                    "a cryptogram has 16 bytes"));
      return FALSE;
    }

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_EXTERNAL_AUTH, 0x00,
                         UNLOCK_KEY_REFERENCE);
  ilk_apdu_command_append (&command, bytes, length);
  return send_expecting_ok (channel, &command, ILK_STATUS_OF_UNLOCK_KEY, "EXTERNAL AUTHENTICATE",
                            error);
}

static gboolean
ilk_akis_driver_reset_pin (IlkCardDriver   *driver,
                           IlkCardChannel  *channel,
                           IlkSecret       *new_pin,
                           GError         **error)
{
  g_auto (IlkApduCommand) command = { { 0 } };

  if (!check_pin (new_pin, error))
    return FALSE;

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_RESET_RETRY, RESET_NEW_PIN_ONLY,
                         PIN_REFERENCE);
  ilk_apdu_command_append_secret (&command, new_pin);
  return send_writing (channel, &command, ILK_STATUS_OF_UNLOCK_KEY, "RESET RETRY COUNTER", error);
}

static void
ilk_akis_driver_class_init (IlkAkisDriverClass *klass)
{
}

static void
ilk_akis_driver_iface_init (IlkCardDriverInterface *iface)
{
  iface->identify = ilk_akis_driver_identify;
  iface->read_tries = ilk_akis_driver_read_tries;
  iface->certificates = ilk_akis_driver_certificates;
  iface->verify = ilk_akis_driver_verify;
  iface->change = ilk_akis_driver_change;
  iface->verify_by_pad = ilk_akis_driver_verify_by_pad;
  iface->change_by_pad = ilk_akis_driver_change_by_pad;
  iface->get_challenge = ilk_akis_driver_get_challenge;
  iface->authenticate = ilk_akis_driver_authenticate;
  iface->reset_pin = ilk_akis_driver_reset_pin;
}

static void
ilk_akis_driver_init (IlkAkisDriver *self)
{
}

/**
 * ilk_akis_driver_new:
 *
 * Returns: (transfer full): the driver for cards with exactly the ATR of AKİS v1.0
 */
IlkCardDriver *
ilk_akis_driver_new (void)
{
  return g_object_new (ILK_TYPE_AKIS_DRIVER, NULL);
}
