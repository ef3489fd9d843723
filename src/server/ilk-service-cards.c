/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/**
 * ilk_service_card_state:
 *
 * Returns: the state of the card's certificate at @now, as the interface names it
 */
const char *
ilk_service_card_state (const IlkCardRecord *card,
                        gint64               now)
{
  if (g_str_equal (card->certificate_state, "revoked"))
    return "revoked";
  if (now > card->not_after)
    return "expired";
  if (now < card->not_before)
    return "not_yet_valid";
  return card->certificate_state;
}

/* To the second: before the validity begins the answer says when. */
gboolean
ilk_service_check_validity (const IlkCardRecord *card,
                            gint64               now,
                            IlkReply            *reply)
{
  if (g_str_equal (card->certificate_state, "revoked"))
    ilk_reply_problem (reply, "certificate.revoked");
  else if (now > card->not_after)
    ilk_reply_problem (reply, "certificate.expired");
  else if (now < card->not_before)
    ilk_reply_problem_retry (reply, "certificate.not_yet_valid", card->not_before - now);
  else
    return TRUE;
  return FALSE;
}

/* For showing a PIN and for unlocking: a card that lives, with a certificate that is valid and
 * active or waits to be activated. */
gboolean
ilk_service_check_usable (const IlkCardRecord *card,
                          gint64               now,
                          IlkReply            *reply)
{
  if (card->dead)
    ilk_reply_problem (reply, "card.dead");
  else if (!ilk_service_check_validity (card, now, reply))
    return FALSE;
  else if (!g_str_equal (card->certificate_state, "active") &&
           !g_str_equal (card->certificate_state, "not_activated"))
    ilk_reply_problem (reply, "certificate.state");
  else
    return TRUE;
  return FALSE;
}

/* Another holder's card and a card that nobody has look alike. */
IlkCardRecord *
ilk_service_find_card (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply,
                       const char *serial)
{
  IlkCardRecord *card = NULL;

  if (serial != NULL)
    card = ilk_store_card_find (self->store, request->session->holder, serial, &request->error);
  if (card == NULL)
    ilk_reply_problem (reply, "card.unknown");
  return card;
}

static void
add_validity (JsonBuilder         *json,
              const IlkCardRecord *card,
              gint64               now)
{
  ilk_json_add_string (json, "state", ilk_service_card_state (card, now));
  ilk_json_add_number (json, "not_before", card->not_before);
  ilk_json_add_number (json, "not_after", card->not_after);
  ilk_json_add_number (json, "valid_in", MAX (card->not_before - now, 0));
}

/* Since when the certificate is suspended or revoked, and why. */
static void
add_change (JsonBuilder         *json,
            const IlkCardRecord *card)
{
  gboolean off = g_str_equal (card->certificate_state, "suspended") ||
                 g_str_equal (card->certificate_state, "revoked");

  json_builder_set_member_name (json, "off_since");
  if (off && card->certificate_changed > 0)
    json_builder_add_int_value (json, card->certificate_changed);
  else
    json_builder_add_null_value (json);
  ilk_json_add_string (json, "reason", card->certificate_reason);
}

static void
add_card (JsonBuilder         *json,
          const IlkCardRecord *card,
          gint64               now)
{
  json_builder_begin_object (json);
  ilk_json_add_string (json, "serial", card->serial);
  ilk_json_add_string (json, "state", card->dead ? "dead" : "operation");
  ilk_json_add_string (json, "profile", card->profile);
  ilk_json_add_boolean (json, "pin_held", card->pin_held);
  ilk_json_add_boolean (json, "pin_stale", card->pin_stale);
  json_builder_set_member_name (json, "certificate");
  json_builder_begin_object (json);
  ilk_json_add_string (json, "serial", card->certificate_serial);
  add_validity (json, card, now);
  json_builder_end_object (json);
  json_builder_end_object (json);
}

/* A holder has a handful of cards: they fit into one page. */
void
ilk_service_get_cards (IlkService *self,
                       IlkInbound *request,
                       IlkReply   *reply)
{
  g_autoptr (GPtrArray) cards =
    ilk_store_card_list (self->store, request->session->holder, &request->error);
  JsonBuilder *json = ilk_json_begin ();

  json_builder_set_member_name (json, "cards");
  json_builder_begin_array (json);
  for (guint i = 0; i < cards->len; i++)
    add_card (json, g_ptr_array_index (cards, i), request->now);
  json_builder_end_array (json);
  ilk_json_add_string (json, "next", NULL);
  ilk_reply_take_json (reply, 200, json);
}

static char *
get_holder_name (IlkService *self,
                 IlkInbound *request)
{
  g_autoptr (IlkHolderRecord) holder =
    ilk_store_holder_get (self->store, request->session->holder, &request->error);

  if (holder == NULL)
    return NULL;
  return ilk_service_open_field (self, "name", holder->index, holder->name, &request->error);
}

static void
add_certificate (JsonBuilder         *json,
                 const IlkCardRecord *card,
                 const char          *holder,
                 gint64               now)
{
  ilk_json_add_string (json, "serial", card->certificate_serial);
  ilk_json_add_string (json, "card_serial", card->serial);
  add_validity (json, card, now);
  ilk_json_add_string (json, "holder", holder);
  add_change (json, card);
}

void
ilk_service_get_certificates (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply)
{
  g_autoptr (GPtrArray) cards =
    ilk_store_card_list (self->store, request->session->holder, &request->error);
  g_autofree char *holder = get_holder_name (self, request);
  JsonBuilder *json = ilk_json_begin ();

  json_builder_set_member_name (json, "certificates");
  json_builder_begin_array (json);
  for (guint i = 0; i < cards->len; i++)
    {
      json_builder_begin_object (json);
      add_certificate (json, g_ptr_array_index (cards, i), holder, request->now);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  ilk_json_add_string (json, "next", NULL);
  ilk_reply_take_json (reply, 200, json);
}

/* The card whose certificate the route names; one of the session's holder. */
IlkCardRecord *
ilk_service_find_by_certificate (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply)
{
  g_autoptr (GPtrArray) cards =
    ilk_store_card_list (self->store, request->session->holder, &request->error);

  for (guint i = 0; i < cards->len; i++)
    {
      IlkCardRecord *card = g_ptr_array_index (cards, i);

      if (g_str_equal (card->certificate_serial, request->argument))
        return g_ptr_array_steal_index (cards, i);
    }
  ilk_reply_problem (reply, "certificate.unknown");
  return NULL;
}

void
ilk_service_get_certificate (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_by_certificate (self, request, reply);
  g_autofree char *holder = NULL;
  JsonBuilder *json;

  if (card == NULL)
    return;
  holder = get_holder_name (self, request);
  json = ilk_json_begin ();
  add_certificate (json, card, holder, request->now);
  ilk_reply_take_json (reply, 200, json);
}

/* POST /v1/certificates/{serial}/activation: every session here began with a password login, which
 * is what the documents ask for. */
void
ilk_service_post_activation (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = ilk_service_find_by_certificate (self, request, reply);
  JsonBuilder *json;

  if (card == NULL || !ilk_service_check_password_login (request, reply) ||
      !ilk_service_check_validity (card, request->now, reply))
    return;
  if (!ilk_store_certificate_activate (self->store, request->session->holder,
                                       card->certificate_serial, &request->error))
    {
      ilk_reply_problem (reply, "certificate.state");
      return;
    }
  ilk_service_audit_holder (self, request, "certificate.activation", "done", card->serial);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "serial", card->certificate_serial);
  ilk_json_add_string (json, "state", "active");
  ilk_reply_take_json (reply, 200, json);
}
