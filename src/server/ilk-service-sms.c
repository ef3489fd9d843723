/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <openssl/crypto.h>
#include <string.h>
#include "server/ilk-wire.h"

#define CODE_LENGTH 6
#define TEXT_LENGTH 480

/* What the code is for, as its reader sees it. */
typedef struct {
  const char *act;
  const char *turkish;
  const char *english;
} ActWords;

static const ActWords acts[] = {
  { "login", "giriş", "logging in" },
  { "pin-disclosure", "PIN gösterme", "showing the PIN" },
  { "pin-deletion", "PIN silme", "deleting the PIN" },
  { "certificate-resumption", "askıdan indirme", "resuming the certificate" },
  { "certificate-revocation", "sertifika iptali", "revoking the certificate" },
  { "suspension", "sertifikaları askıya alma", "suspending your certificates" },
  { "security-word-reset", "Güvenlik Sözcüğü güncelleme", "setting a new security word" },
  { "web-password", "WEB Parola değişikliği", "changing your web password" },
  { "contact-change", "iletişim bilgisi güncelleme", "changing your contact data" },
  { "unlock", "kilit çözme", "unblocking the card" },
};

static const ActWords *
find_act (const char *act)
{
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (acts[i].act, act))
      return &acts[i];

  g_return_val_if_reached (&acts[0]);
}

/**
 * ilk_service_mask_phone:
 *
 * Returns: (transfer full): the number with its first two and last two digits readable
 */
char *
ilk_service_mask_phone (const char *phone)
{
  gsize length = strlen (phone);
  GString *masked = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      /* A Turkish mobile number, 0532 123 45 67, is read in these groups. */
      if (length == 11 && (i == 4 || i == 7 || i == 9))
        g_string_append_c (masked, ' ');
      if (i < 2 || i + 2 >= length)
        g_string_append_c (masked, phone[i]);
      else
        g_string_append (masked, "•");
    }
  return g_string_free (masked, FALSE);
}

char *
ilk_service_get_phone (IlkService *self,
                       IlkInbound *request)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);

  if (holder == NULL)
    return NULL;
  return ilk_service_open_field (self, "phone", holder->index, holder->phone, &request->error);
}

/* Bound to the session, to what it is for and to its own text: a code of one act is worth nothing
 * in another. */
static GBytes *
code_mac (IlkService *self,
          IlkInbound *request,
          const char *subject,
          IlkSecret  *code)
{
  return ilk_service_mac (self, "sms", code, &request->error, request->session->id, subject,
                          NULL);
}

static const char *
last_four (const char *card_serial)
{
  gsize length = card_serial != NULL ? strlen (card_serial) : 0;

  return length > 4 ? card_serial + length - 4 : "----";
}

static const char *
get_subject (IlkInbound *request)
{
  return request->turkish ? "E-imza kartınız" : "Your e-signature card";
}

static IlkSecret *
compose_code_text (IlkInbound *request,
                   const char *act,
                   const char *card_serial,
                   IlkSecret  *code)
{
  const ActWords *words = find_act (act);
  IlkSecret *text = ilk_secret_new (TEXT_LENGTH);

  ilk_wire_append (text, request->turkish ? "Kart " : "Card ");
  ilk_wire_append (text, last_four (card_serial));
  ilk_wire_append (text, request->turkish ? ", " : ", code for ");
  ilk_wire_append (text, request->turkish ? words->turkish : words->english);
  ilk_wire_append (text, request->turkish ? " onay kodu: " : ": ");
  ilk_secret_append (text, ilk_secret_peek (code), ilk_secret_get_length (code));
  ilk_wire_append (text, request->turkish
                   ? ". 5 dakika geçerlidir. Kimseyle paylaşmayın."
                   : ". Valid for 5 minutes. Do not share it with anyone.");
  return text;
}

/* The two windows: how many may still be sent, and when the next when none. */
static gboolean
check_limits (IlkService *self,
              IlkInbound *request,
              IlkReply   *reply,
              int        *left)
{
  gint64 first_short;
  gint64 first_day;
  gint64 holder = request->session->holder;
  gint64 now = request->now;
  int in_window = ilk_store_sms_count (self->store, holder, now - ILK_SMS_WINDOW, &first_short,
                                       &request->error);
  int in_day = ilk_store_sms_count (self->store, holder, now - ILK_DAY, &first_day,
                                    &request->error);

  *left = MIN (ILK_SMS_PER_WINDOW - in_window, ILK_SMS_PER_DAY - in_day);
  if (in_day >= ILK_SMS_PER_DAY)
    ilk_reply_problem_retry (reply, "sms.limit", first_day + ILK_DAY - now);
  else if (in_window >= ILK_SMS_PER_WINDOW)
    ilk_reply_problem_retry (reply, "sms.limit", first_short + ILK_SMS_WINDOW - now);
  return *left > 0;
}

static gboolean
check_sending (IlkService *self,
               IlkInbound *request,
               IlkReply   *reply,
               const char *subject,
               int        *left)
{
  g_autoptr (IlkSmsRecord) before = ilk_store_sms_find (self->store, subject, &request->error);

  if (before != NULL && request->now < before->sent + ILK_SMS_RESEND)
    {
      ilk_reply_problem_retry (reply, "sms.too_soon",
                               before->sent + ILK_SMS_RESEND - request->now);
      return FALSE;
    }
  return check_limits (self, request, reply, left);
}

/**
 * ilk_service_send_code:
 * @subject: the login attempt or operation that the code confirms
 * @act: "login" or an operation's kind
 *
 * Sends a new code to the phone on record; the one before is void from then on.
 */
void
ilk_service_send_code (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply,
                       const char *subject,
                       const char *act,
                       const char *card_serial)
{
  g_autofree char *phone = ilk_service_get_phone (self, request);

  ilk_service_send_code_to (self, request, reply, subject, act, card_serial, phone, FALSE);
}

/**
 * ilk_service_send_code_to:
 * @to: (nullable): a phone number or a mail address; %NULL when there is an error
 * @by_mail: which of the two
 *
 * The same for what is not on record yet.
 */
void
ilk_service_send_code_to (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply,
                          const char *subject,
                          const char *act,
                          const char *card_serial,
                          const char *to,
                          gboolean    by_mail)
{
  g_autoptr (IlkSecret) code = NULL;
  g_autoptr (IlkSecret) text = NULL;
  g_autoptr (GBytes) mac = NULL;
  JsonBuilder *json;
  int left;

  if (!check_sending (self, request, reply, subject, &left))
    return;

  code = ilk_secret_new_random_digits (CODE_LENGTH);
  mac = code_mac (self, request, subject, code);
  ilk_store_sms_set (self->store, subject, request->session->holder, mac, request->now,
                     request->now + ILK_SMS_LIFE, &request->error);
  ilk_service_audit_holder (self, request, by_mail ? "mail.send" : "sms.send", "done", act);
  if (request->error != NULL)
    return;

  text = compose_code_text (request, act, card_serial, code);
  if (by_mail)
    ilk_service_queue_mail (self, request, to, get_subject (request), text, NULL, ILK_SMS_LIFE);
  else
    ilk_service_queue_sms (self, request, to, text, code, ILK_SMS_LIFE);

  json = ilk_json_begin ();
  ilk_json_add_number (json, "expires_in", ILK_SMS_LIFE);
  ilk_json_add_number (json, "resend_in", ILK_SMS_RESEND);
  ilk_json_add_number (json, "sends_left", left - 1);
  ilk_reply_take_json (reply, 202, json);
}

void
ilk_service_send_suspension_code (IlkService *self,
                                  IlkInbound *request,
                                  const char *subject,
                                  gboolean    known,
                                  int         per_day)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_random_digits (CODE_LENGTH);
  g_autoptr (GBytes) mac = code_mac (self, request, subject, code);
  g_autoptr (IlkSecret) text = NULL;
  g_autofree char *phone = NULL;
  /* Counted apart from the holder's other codes. */
  gint64 account = -request->session->holder;
  gint64 first;
  int sent = ilk_store_sms_count (self->store, account, request->now - ILK_DAY, &first,
                                  &request->error);

  ilk_store_sms_set (self->store, subject, account, mac, request->now,
                     request->now + ILK_SMS_LIFE, &request->error);
  if (request->error != NULL)
    return;
  phone = ilk_service_get_phone (self, request);
  text = compose_code_text (request, "suspension", NULL, code);
  /* To nobody costs as much: the time of the answer must not tell who is a holder. */
  ilk_service_queue_sms (self, request, known && phone != NULL && sent < per_day ? phone : "", text,
                         code, ILK_SMS_LIFE);
}

static const char *
why_no_try (const IlkSmsRecord *record,
            gint64              now)
{
  if (record == NULL || record->used)
    return "sms.none";
  return now >= record->expires ? "sms.expired" : "sms.exhausted";
}

/**
 * ilk_service_check_code:
 *
 * Spends a try, then compares: the order that parallel guesses can't get around.
 *
 * Returns: %TRUE when request->secret is the code sent for @subject; it is used up then
 */
gboolean
ilk_service_check_code (IlkService *self,
                        IlkInbound *request,
                        IlkReply   *reply,
                        const char *subject)
{
  g_autoptr (IlkSmsRecord) record = NULL;
  g_autoptr (GBytes) mac = NULL;
  gboolean spent;

  if (request->secret == NULL || ilk_secret_get_length (request->secret) != CODE_LENGTH)
    {
      ilk_reply_problem (reply, "request.invalid");
      return FALSE;
    }
  spent = ilk_store_sms_spend_try (self->store, subject, request->now, &request->error);
  record = ilk_store_sms_find (self->store, subject, &request->error);
  if (!spent || record == NULL)
    {
      ilk_reply_problem (reply, why_no_try (record, request->now));
      return FALSE;
    }
  mac = code_mac (self, request, subject, request->secret);
  if (mac != NULL && CRYPTO_memcmp (g_bytes_get_data (mac, NULL),
                                    g_bytes_get_data (record->mac, NULL),
                                    g_bytes_get_size (mac)) == 0 &&
      ilk_store_sms_consume (self->store, subject, mac, request->now, &request->error))
    return TRUE;

  if (record->tries_left > 0)
    ilk_reply_problem_tries (reply, "sms.wrong", record->tries_left);
  else
    ilk_reply_problem (reply, "sms.exhausted");
  return FALSE;
}

static void
mail_notice (IlkService *self,
             IlkInbound *request,
             IlkSecret  *text)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);
  g_autofree char *to = NULL;

  if (holder != NULL)
    to = ilk_service_open_field (self, "email", holder->index, holder->email, &request->error);
  if (to == NULL || *to == '\0')
    return;
  ilk_service_queue_mail (self, request, to, get_subject (request), text, NULL, 0);
}

/* Tells the holder what was done, on every channel. It counts in no limit. */
void
ilk_service_send_notice (IlkService *self,
                         IlkInbound *request,
                         const char *card_serial,
                         const char *turkish,
                         const char *english)
{
  g_autofree char *phone = ilk_service_get_phone (self, request);
  g_autofree char *text = g_strdup_printf (request->turkish ? "Kart %s: %s" : "Card %s: %s",
                                           last_four (card_serial),
                                           request->turkish ? turkish : english);
  g_autoptr (IlkSecret) message = ilk_secret_new_from_data (text, strlen (text));

  if (phone == NULL || request->error != NULL)
    return;
  ilk_service_queue_sms (self, request, phone, message, NULL, 0);
  if (self->mail != NULL)
    mail_notice (self, request, message);
}

void
ilk_service_send_account_notice (IlkService *self,
                                 IlkInbound *request,
                                 const char *turkish,
                                 const char *english)
{
  g_autofree char *card = ilk_service_find_first_card (self, request);

  ilk_service_send_notice (self, request, card, turkish, english);
}
