/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <openssl/crypto.h>
#include <string.h>
#include "core/ilk-unlock-crypto.h"

/* The one card profile whose unlock key the service can work with. */
#define UNLOCK_PROFILE "virtual-1"
#define STEP_LENGTH 64
#define STATUS_WORD_LENGTH 4

/* The card in the reader must be the one of the service's record, of a kind that is known. */
static gboolean
check_profile (IlkInbound          *request,
               IlkReply            *reply,
               const IlkCardRecord *card)
{
  const char *atr = ilk_inbound_get_string (request, "atr");
  const char *profile = ilk_inbound_get_string (request, "profile");

  if (atr != NULL && g_strcmp0 (profile, UNLOCK_PROFILE) == 0 &&
      g_strcmp0 (card->profile, UNLOCK_PROFILE) == 0 && g_ascii_strcasecmp (card->atr, atr) == 0)
    return TRUE;

  ilk_reply_problem (reply, "unlock.profile");
  return FALSE;
}

void
ilk_service_post_unlock (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card =
    ilk_service_find_card (self, request, reply, ilk_inbound_get_string (request, "card_serial"));
  g_autoptr (IlkOperationRecord) operation = NULL;
  gint64 first = 0;

  if (card == NULL || !ilk_service_check_usable (card, request->now, reply) ||
      !check_profile (request, reply, card))
    return;

  operation = ilk_service_new_operation (request, "unlock", card->serial);
  if (!ilk_store_unlock_add (self->store, operation, request->now - ILK_DAY, &first,
                             &request->error))
    {
      ilk_reply_problem_retry (reply, "unlock.limit", first + ILK_DAY - request->now);
      ilk_service_audit_holder (self, request, "unlock", "refused", "limit");
      return;
    }
  ilk_service_audit_holder (self, request, "unlock", "begun", card->serial);
  ilk_service_reply_operation (self, request, reply, operation);
}

static int
hex_pair (const char *text)
{
  int high = g_ascii_xdigit_value (text[0]);
  int low = high >= 0 ? g_ascii_xdigit_value (text[1]) : -1;

  return low >= 0 ? high * 16 + low : -1;
}

static GBytes *
read_challenge (IlkInbound *request)
{
  const char *text = ilk_inbound_get_string (request, "challenge");
  guint8 challenge[ILK_UNLOCK_CHALLENGE_LENGTH];

  if (text == NULL || strlen (text) != 2 * sizeof challenge)
    return NULL;
  for (gsize i = 0; i < sizeof challenge; i++)
    {
      int byte = hex_pair (text + 2 * i);

      if (byte < 0)
        return NULL;
      challenge[i] = byte;
    }
  return g_bytes_new (challenge, sizeof challenge);
}

static void
compute (IlkService          *self,
         IlkInbound          *request,
         IlkReply            *reply,
         const IlkCardRecord *card,
         GBytes              *challenge)
{
  g_autoptr (IlkSecret) master = ilk_key_store_get_card_key (self->keys, card->key_version,
                                                             &request->error);
  g_autoptr (IlkSecret) key = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  guint8 serial[ILK_CARD_SERIAL_LENGTH];
  guint8 cryptogram[ILK_UNLOCK_CRYPTOGRAM_LENGTH];
  JsonBuilder *json;

  if (master == NULL || !ilk_card_serial_from_text (card->serial, serial))
    return;
  key = ilk_unlock_derive_card_key (master, serial, card->key_version, &request->error);
  if (key == NULL || !ilk_unlock_cryptogram (key, g_bytes_get_data (challenge, NULL), serial,
                                             cryptogram, &request->error))
    return;

  bytes = g_bytes_new (cryptogram, sizeof cryptogram);
  text = ilk_service_hex (bytes);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "cryptogram", text);
  ilk_reply_take_json (reply, 200, json);
}

/* A program that means harm would never report what it did: so the PIN is held as stale, and the
 * holder is told, as soon as the card can be unlocked. */
static void
begin_unlocking (IlkService          *self,
                 IlkInbound          *request,
                 const IlkCardRecord *card)
{
  ilk_store_pin_mark_stale (self->store, card->serial, &request->error);
  ilk_service_send_notice (self, request, card->serial,
                           "kilit çözme başladı. Siz yapmadıysanız Çağrı Merkezi’ni arayın.",
                           "it is being unblocked. If this was not you, call the call centre.");
}

/**
 * ilk_service_post_cryptogram:
 *
 * POST /v1/unlocks/{id}/cryptograms. The first one means that the card's PIN may change from now
 * on, whether or not a report of it ever arrives.
 */
void
ilk_service_post_cryptogram (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) unlock =
    ilk_service_find_operation (self, request, reply, request->argument, "unlock");
  g_autoptr (GBytes) challenge = read_challenge (request);
  g_autoptr (IlkCardRecord) card = NULL;
  gboolean first = FALSE;

  if (unlock == NULL)
    return;
  if (challenge == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  card = ilk_service_find_card (self, request, reply, unlock->card_serial);
  if (card == NULL || !ilk_service_check_authorized (unlock, request->now, reply) ||
      !ilk_service_check_usable (card, request->now, reply))
    return;
  if (!ilk_store_challenge_add (self->store, unlock->id, challenge, &first, &request->error))
    {
      ilk_reply_problem (reply, "unlock.exhausted");
      return;
    }
  ilk_service_audit_holder (self, request, "unlock.cryptogram", "done", card->serial);
  compute (self, request, reply, card, challenge);
  if (first)
    begin_unlocking (self, request, card);
}

static gboolean
check_result (const char *outcome,
              const char *step,
              const char *status_word)
{
  static const char *const outcomes[] = { "done", "failed", "uncertain", NULL };

  if (outcome == NULL || !g_strv_contains (outcomes, outcome) || step == NULL ||
      strlen (step) > STEP_LENGTH || status_word == NULL ||
      strlen (status_word) != STATUS_WORD_LENGTH)
    return FALSE;
  for (const char *at = step; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_ .", *at) == NULL)
      return FALSE;
  for (const char *at = status_word; *at != '\0'; at++)
    if (!g_ascii_isxdigit (*at))
      return FALSE;
  return TRUE;
}

/**
 * ilk_service_put_result:
 *
 * PUT /v1/unlocks/{id}/result. Any session of the same holder may report, also days later. What
 * was reported once stays; only "uncertain" may be replaced.
 */
void
ilk_service_put_result (IlkService *self,
                        IlkInbound *request,
                        IlkReply   *reply)
{
  g_autoptr (IlkOperationRecord) unlock = NULL;
  const char *outcome = ilk_inbound_get_string (request, "outcome");
  const char *step = ilk_inbound_get_string (request, "step");
  const char *status_word = ilk_inbound_get_string (request, "status_word");

  if (!check_result (outcome, step, status_word))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  unlock = ilk_store_operation_find (self->store, request->session->holder, request->argument,
                                     &request->error);
  if (unlock == NULL || !g_str_equal (unlock->kind, "unlock"))
    {
      ilk_reply_problem (reply, "operation.unknown");
      return;
    }
  reply->status = 204;
  if (!ilk_store_unlock_set_result (self->store, unlock->id, outcome, step, status_word,
                                    request->now, &request->error))
    return;
  if (!g_str_equal (outcome, "failed"))
    ilk_store_pin_mark_stale (self->store, unlock->card_serial, &request->error);
  ilk_service_audit_holder (self, request, "unlock.result", outcome, step);
  if (g_str_equal (outcome, "done"))
    ilk_service_send_notice (self, request, unlock->card_serial,
                             "kilit çözüldü ve yeni PIN oluşturuldu. Siz yapmadıysanız Çağrı "
                             "Merkezi’ni arayın.",
                             "unblocked with a new PIN. If this was not you, call the call "
                             "centre.");
}
