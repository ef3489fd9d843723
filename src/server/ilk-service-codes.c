/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "server/ilk-wire.h"

/* The verification code carries a login from a browser to the program. A link can do it, too: it
 * has a handle in place of the code, since links are seen on command lines; the program trades the
 * handle for a ticket, asks whether the person with these initials is meant, and logs in with it.
 * Code, handle and ticket belong to one login: whichever comes first is the only one. */

#define CODE_LENGTH 15
#define CODE_LIFE 240
#define HANDLE_LIFE 60
#define TICKET_LIFE 60
#define TOKEN_BYTES 32
#define ANSWER_LENGTH 512
/* Codes that begin alike share a number of wrong tries, so that guessing ends soon and shuts out
 * one holder in a thousand at most. */
#define SPACE_DIGITS 3
#define SPACE_TRIES 20
#define SPACE_WINDOW 240
#define WHAT "login.verification-code"

static GBytes *
code_mac (IlkService *self,
          IlkInbound *request,
          IlkSecret  *code)
{
  return ilk_service_mac (self, "verification-code", code, &request->error, NULL);
}

static void
reply_code (IlkReply  *reply,
            IlkSecret *code,
            IlkSecret *handle)
{
  g_autoptr (IlkSecret) json = ilk_secret_new (ANSWER_LENGTH);

  ilk_wire_append (json, "{\"code\":");
  ilk_wire_append_secret (json, code);
  ilk_wire_append (json, ",\"expires_in\":");
  ilk_wire_append_number (json, CODE_LIFE);
  ilk_wire_append (json, ",\"handle\":");
  ilk_wire_append_secret (json, handle);
  ilk_wire_append (json, ",\"handle_expires_in\":");
  ilk_wire_append_number (json, HANDLE_LIFE);
  ilk_wire_append (json, "}");
  ilk_reply_secret (reply, 201, json);
}

/**
 * ilk_service_post_verification_code:
 *
 * POST /v1/verification-codes: a new code; the one before is void. The answer is not remembered
 * under an Idempotency-Key, as it would lie in the database in clear.
 */
void
ilk_service_post_verification_code (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_random_digits (CODE_LENGTH);
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (TOKEN_BYTES);
  g_autoptr (IlkSecret) handle = ilk_wire_base64url (bytes);
  g_autoptr (GBytes) handle_hash = ilk_service_token_hash (handle);
  g_autoptr (GBytes) mac = code_mac (self, request, code);

  ilk_store_code_set (self->store, request->session->holder, mac, request->now + CODE_LIFE,
                      handle_hash, request->now + HANDLE_LIFE, &request->error);
  ilk_service_audit_holder (self, request, "verification-code", "done", NULL);
  reply_code (reply, code, handle);
}

/* "Ayşe Nur Örnek" is "A** N** Ö**". */
static char *
mask_name (const char *name)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  GString *masked = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (masked->len > 0)
        g_string_append_c (masked, ' ');
      g_string_append_unichar (masked, g_utf8_get_char (words[i]));
      g_string_append (masked, "**");
    }
  return g_string_free (masked, FALSE);
}

static void
reply_ticket (IlkService *self,
              IlkInbound *request,
              IlkReply   *reply,
              gint64      id,
              IlkSecret  *ticket)
{
  g_autoptr (IlkHolderRecord) holder = ilk_store_holder_get (self->store, id, &request->error);
  g_autoptr (IlkSecret) json = ilk_secret_new (ANSWER_LENGTH * 4);
  g_autofree char *name = NULL;
  g_autofree char *masked = NULL;

  if (holder != NULL)
    name = ilk_service_open_field (self, "name", holder->index, holder->name, &request->error);
  if (name == NULL)
    return;
  masked = mask_name (name);
  ilk_wire_append (json, "{\"holder\":");
  ilk_wire_append_string (json, masked, -1);
  ilk_wire_append (json, ",\"ticket\":");
  ilk_wire_append_secret (json, ticket);
  ilk_wire_append (json, ",\"expires_in\":");
  ilk_wire_append_number (json, TICKET_LIFE);
  ilk_wire_append (json, "}");
  ilk_reply_secret (reply, 200, json);
}

/* POST /v1/verification-codes/handles */
void
ilk_service_post_handle (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (TOKEN_BYTES);
  g_autoptr (IlkSecret) ticket = ilk_wire_base64url (bytes);
  g_autoptr (GBytes) ticket_hash = ilk_service_token_hash (ticket);
  g_autoptr (GBytes) hash = NULL;
  gint64 holder = 0;

  if (request->secret == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  hash = ilk_service_token_hash (request->secret);
  holder = ilk_store_code_take_handle (self->store, hash, ticket_hash, request->now,
                                       request->now + TICKET_LIFE, &request->error);
  if (holder != 0)
    reply_ticket (self, request, reply, holder, ticket);
  else
    ilk_reply_problem (reply, "code.refused");
}

/* In a transaction of its own: whoever makes a code holds the holder first and the code then, and
 * nobody may hold them the other way round. */
static void
log_in (IlkService *self,
        IlkInbound *request,
        IlkReply   *reply,
        gint64      holder)
{
  if (reply->code != NULL || request->error != NULL)
    return;

  ilk_store_begin (self->store);
  if (holder != 0)
    {
      ilk_store_lock (self->store, holder, &request->error);
      ilk_service_open_session (self, request, reply, holder, ILK_ASSURANCE_CODE, WHAT);
    }
  else
    {
      ilk_reply_problem (reply, "code.refused");
      ilk_service_audit (self, request, NULL, WHAT, "refused", "wrong");
    }
  ilk_store_end (self->store, &request->error);
}

static gboolean
is_code (IlkSecret *code)
{
  const guint8 *digits = code != NULL ? ilk_secret_peek (code) : NULL;

  if (code == NULL || ilk_secret_get_length (code) != CODE_LENGTH)
    return FALSE;
  for (int i = 0; i < CODE_LENGTH; i++)
    if (!g_ascii_isdigit (digits[i]))
      return FALSE;
  return TRUE;
}

/* Spends a try before the code is looked for; the right one gives it back. Returns whose it is, 0:
 * nobody's. */
static gint64
try_code (IlkService *self,
          IlkInbound *request,
          IlkReply   *reply,
          IlkSecret  *code)
{
  g_autofree char *space = g_strndup ((const char *) ilk_secret_peek (code), SPACE_DIGITS);
  g_autoptr (GBytes) mac = code_mac (self, request, code);
  gint64 expires = request->now + SPACE_WINDOW;
  gint64 holder;

  if (!ilk_store_code_spend_try (self->store, space, SPACE_TRIES, request->now, &expires,
                                 &request->error))
    {
      ilk_reply_problem_retry (reply, "code.limit", expires - request->now);
      return 0;
    }
  holder = ilk_store_code_take (self->store, mac, request->now, &request->error);
  if (holder != 0)
    ilk_store_code_give_back_try (self->store, space, &request->error);
  return holder;
}

void
ilk_service_log_in_by_code (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  IlkSecret *code = ilk_inbound_get_secret (request, "code");
  gint64 holder;

  if (!is_code (code))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  ilk_store_begin (self->store);
  holder = try_code (self, request, reply, code);
  ilk_store_end (self->store, &request->error);
  log_in (self, request, reply, holder);
}

void
ilk_service_log_in_by_ticket (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply)
{
  IlkSecret *ticket = ilk_inbound_get_secret (request, "ticket");
  g_autoptr (GBytes) hash = NULL;
  gint64 holder;

  if (ticket == NULL)
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  hash = ilk_service_token_hash (ticket);
  ilk_store_begin (self->store);
  holder = ilk_store_code_take_ticket (self->store, hash, request->now, &request->error);
  ilk_store_end (self->store, &request->error);
  log_in (self, request, reply, holder);
}
