/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "server/ilk-consent-cms.h"
#include "server/ilk-consent-text.h"
#include "server/ilk-wire.h"

/* E-consent: a text that the holder's card signs, kept as a detached CMS signature that anybody can
 * verify without this service. */

#define CONSENT_LIFE 600
#define SIGNATURE_LIMIT 1024

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

static GBytes *
from_base64 (const char *text)
{
  gsize length;
  guchar *data = g_base64_decode (text, &length);

  return g_bytes_new_take (data, length);
}

static GBytes *
to_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* The certificate on record, when it is one that may sign now. */
static X509 *
find_signer (IlkService            *self,
             IlkInbound            *request,
             IlkReply              *reply,
             const IlkHolderRecord *holder,
             const char            *serial)
{
  g_autofree char *card_serial = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (X509) certificate = NULL;
  gint64 owner = ilk_store_certificate_find_holder (self->store, serial, &card_serial, &sealed,
                                                    &request->error);

  if (owner == holder->id)
    certificate = ilk_service_open_certificate (self, request, holder, sealed);
  if (certificate != NULL && ilk_authorities_check (self->authorities, certificate, request->now) ==
                             ILK_CERTIFICATE_GOOD)
    return g_steal_pointer (&certificate);
  ilk_reply_problem (reply, "signature.certificate");
  return NULL;
}

static void
reply_prepared (IlkInbound             *request,
                IlkReply               *reply,
                const IlkConsentRecord *record,
                const char             *text,
                GBytes                 *cms)
{
  g_autoptr (GBytes) attributes = ilk_consent_cms_get_signed (cms);
  g_autofree char *encoded = attributes != NULL ? ilk_wire_base64 (attributes) : NULL;
  JsonBuilder *json;

  if (encoded == NULL)
    {
      ilk_reply_problem (reply, "internal");
      return;
    }
  json = ilk_json_begin ();
  ilk_json_add_string (json, "id", record->id);
  ilk_json_add_string (json, "kind", record->kind);
  ilk_json_add_string (json, "language", record->language);
  ilk_json_add_string (json, "text", text);
  ilk_json_add_string (json, "signed_attributes", encoded);
  ilk_json_add_number (json, "expires_in", record->expires - request->now);
  ilk_reply_take_json (reply, 201, json);
}

static void
prepare (IlkService            *self,
         IlkInbound            *request,
         IlkReply              *reply,
         const IlkHolderRecord *holder,
         X509                  *certificate,
         IlkConsentRecord      *record,
         const char            *text)
{
  g_autoptr (GBytes) content = to_bytes (text);
  g_autoptr (GBytes) cms = ilk_consent_cms_prepare (certificate, content, request->now);
  g_autofree char *encoded = cms != NULL ? ilk_wire_base64 (cms) : NULL;
  g_autoptr (GBytes) sealed_text = NULL;
  g_autoptr (GBytes) sealed_cms = NULL;

  /* A kind of key that OpenSSL makes no CMS signature with. */
  if (encoded == NULL)
    {
      ilk_reply_problem (reply, "signature.certificate");
      return;
    }
  record->text = sealed_text =
    ilk_service_seal_field (self, "consent-text", holder->index, text, &request->error);
  record->cms = sealed_cms =
    ilk_service_seal_field (self, "consent", holder->index, encoded, &request->error);
  if (request->error != NULL)
    return;
  ilk_store_consent_add (self->store, record, &request->error);
  ilk_service_audit_holder (self, request, "consent", "begun", record->kind);
  reply_prepared (request, reply, record, text, cms);
}

/* Returns (transfer full): the text with the holder's name in it; NULL: no such kind, or an error. */
static char *
write_text (IlkService            *self,
            IlkInbound            *request,
            IlkReply              *reply,
            const IlkHolderRecord *holder,
            const char            *certificate_serial)
{
  g_autofree char *name = ilk_service_open_field (self, "name", holder->index, holder->name,
                                                  &request->error);
  char *text = name != NULL ? ilk_consent_text_write (ilk_inbound_get_string (request, "kind"),
                                                      request->turkish, self->issuer, name,
                                                      certificate_serial) : NULL;

  if (text == NULL)
    ilk_reply_problem (reply, "request.invalid");
  return text;
}

/**
 * ilk_service_post_consent:
 *
 * POST /v1/consents: the text in the caller's language, and what the card has to sign for it.
 */
void
ilk_service_post_consent (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply)
{
  g_autoptr (IlkCardRecord) card = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (X509) certificate = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = ilk_wire_new_id ();
  IlkConsentRecord record = { .id = id, .holder = request->session->holder,
                              .kind = (char *) ilk_inbound_get_string (request, "kind"),
                              .language = (char *) (request->turkish ? "tr" : "en"),
                              .expires = request->now + CONSENT_LIFE };

  if (self->authorities == NULL)
    {
      ilk_reply_problem (reply, "consent.unavailable");
      return;
    }
  card = ilk_service_find_card (self, request, reply,
                                ilk_inbound_get_string (request, "card_serial"));
  if (card == NULL || !ilk_service_check_signing (card, request->now, reply))
    return;
  holder = ilk_store_holder_get (self->store, record.holder, &request->error);
  if (holder == NULL)
    return;
  text = write_text (self, request, reply, holder, card->certificate_serial);
  if (text == NULL)
    return;
  if (ilk_store_consent_is_given (self->store, card->certificate_serial, record.kind,
                                  &request->error))
    {
      ilk_reply_problem (reply, "consent.given");
      return;
    }
  record.certificate_serial = card->certificate_serial;
  certificate = find_signer (self, request, reply, holder, card->certificate_serial);
  if (certificate != NULL)
    prepare (self, request, reply, holder, certificate, &record, text);
}

static IlkConsentRecord *
find_consent (IlkService *self,
              IlkInbound *request,
              IlkReply   *reply)
{
  IlkConsentRecord *record = ilk_store_consent_find (self->store, request->session->holder,
                                                     request->argument, &request->error);

  if (record == NULL)
    ilk_reply_problem (reply, "consent.unknown");
  return record;
}

/* What is stored stays good whatever becomes of the certificate; but signed is only with one that may
 * sign now. */
static gboolean
check_signer (IlkService             *self,
              IlkInbound             *request,
              IlkReply               *reply,
              const IlkHolderRecord  *holder,
              const IlkConsentRecord *record,
              char                  **card_serial)
{
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (IlkCardRecord) card = NULL;
  g_autoptr (X509) certificate = NULL;
  gint64 owner = ilk_store_certificate_find_holder (self->store, record->certificate_serial,
                                                    card_serial, &sealed, &request->error);

  if (owner == holder->id)
    card = ilk_store_card_find (self->store, holder->id, *card_serial, &request->error);
  if (!ilk_service_check_signing (card, request->now, reply))
    return FALSE;
  certificate = find_signer (self, request, reply, holder, record->certificate_serial);
  return certificate != NULL;
}

/* The whole signature, sealed; NULL: the reply has the reason. */
static GBytes *
complete (IlkService             *self,
          IlkInbound             *request,
          IlkReply               *reply,
          const IlkHolderRecord  *holder,
          const IlkConsentRecord *record,
          GBytes                 *signature)
{
  GError **error = &request->error;
  g_autofree char *text = ilk_service_open_field (self, "consent-text", holder->index, record->text,
                                                  error);
  g_autofree char *encoded = ilk_service_open_field (self, "consent", holder->index, record->cms,
                                                     error);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) prepared = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autofree char *anew = NULL;

  if (text == NULL || encoded == NULL)
    return NULL;
  content = to_bytes (text);
  prepared = from_base64 (encoded);
  whole = ilk_consent_cms_complete (prepared, content, signature);
  if (whole == NULL)
    {
      ilk_reply_problem (reply, "consent.signature");
      return NULL;
    }
  anew = ilk_wire_base64 (whole);
  return ilk_service_seal_field (self, "consent", holder->index, anew, error);
}

static void
give (IlkService             *self,
      IlkInbound             *request,
      IlkReply               *reply,
      const IlkConsentRecord *record,
      const char             *card_serial,
      GBytes                 *cms)
{
  if (!ilk_store_consent_give (self->store, record->id, cms, request->now, &request->error))
    {
      ilk_reply_problem (reply, "consent.expired");
      return;
    }
  ilk_service_audit_holder (self, request, "consent", "done", record->kind);
  ilk_service_send_notice (self, request, card_serial,
                           "e-onay verildi. Siz yapmadıysanız hemen Çağrı Merkezi’ni arayın.",
                           "an e-consent was given. If this was not you, call the call centre at "
                           "once.");
  reply->status = 204;
}

/* Asked again with the signature that was taken, as after an answer that was lost, it answers the
 * same. */
static void
answer_again (IlkService             *self,
              IlkInbound             *request,
              IlkReply               *reply,
              const IlkHolderRecord  *holder,
              const IlkConsentRecord *record,
              GBytes                 *signature)
{
  g_autofree char *encoded = ilk_service_open_field (self, "consent", holder->index, record->cms,
                                                     &request->error);
  g_autoptr (GBytes) cms = encoded != NULL ? from_base64 (encoded) : NULL;

  if (cms != NULL && ilk_consent_cms_has (cms, signature))
    reply->status = 204;
  else if (cms != NULL)
    ilk_reply_problem (reply, "consent.given");
}

/**
 * ilk_service_put_consent:
 *
 * PUT /v1/consents/{id}: the card's signature over the signed attributes. A wrong one changes
 * nothing.
 */
void
ilk_service_put_consent (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply)
{
  g_autoptr (GBytes) signature = ilk_service_read_base64 (request, "signature", SIGNATURE_LIMIT);
  g_autoptr (IlkConsentRecord) record = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autoptr (GBytes) cms = NULL;
  g_autofree char *card_serial = NULL;

  if (signature == NULL || self->authorities == NULL)
    {
      ilk_reply_problem (reply, signature == NULL ? "request.invalid" : "consent.unavailable");
      return;
    }
  record = find_consent (self, request, reply);
  if (record == NULL)
    return;
  holder = ilk_store_holder_get (self->store, record->holder, &request->error);
  if (holder == NULL)
    return;
  if (record->given > 0)
    {
      answer_again (self, request, reply, holder, record, signature);
      return;
    }
  if (request->now >= record->expires)
    {
      ilk_reply_problem (reply, "consent.expired");
      return;
    }
  if (!check_signer (self, request, reply, holder, record, &card_serial))
    return;
  cms = complete (self, request, reply, holder, record, signature);
  if (cms != NULL)
    give (self, request, reply, record, card_serial, cms);
  else
    ilk_service_audit_holder (self, request, "consent", "refused", reply->code);
}

static void
add_consent (JsonBuilder            *json,
             const IlkConsentRecord *record)
{
  ilk_json_add_string (json, "id", record->id);
  ilk_json_add_string (json, "kind", record->kind);
  ilk_json_add_string (json, "language", record->language);
  ilk_json_add_string (json, "certificate_serial", record->certificate_serial);
  ilk_json_add_number (json, "given", record->given);
}

/**
 * ilk_service_get_consents:
 *
 * GET /v1/consents: those that were signed.
 */
void
ilk_service_get_consents (IlkService *self,
                          IlkInbound *request,
                          IlkReply   *reply)
{
  g_autoptr (GPtrArray) list =
    ilk_store_consent_list (self->store, request->session->holder, &request->error);
  JsonBuilder *json = ilk_json_begin ();

  json_builder_set_member_name (json, "consents");
  json_builder_begin_array (json);
  for (guint i = 0; i < list->len; i++)
    {
      json_builder_begin_object (json);
      add_consent (json, g_ptr_array_index (list, i));
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  ilk_json_add_string (json, "next", NULL);
  ilk_reply_take_json (reply, 200, json);
}

/**
 * ilk_service_get_consent:
 *
 * GET /v1/consents/{id}: the text and its detached signature.
 */
void
ilk_service_get_consent (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply)
{
  GError **error = &request->error;
  g_autoptr (IlkConsentRecord) record = find_consent (self, request, reply);
  g_autoptr (IlkHolderRecord) holder = NULL;
  g_autofree char *text = NULL;
  g_autofree char *cms = NULL;
  JsonBuilder *json;

  if (record == NULL)
    return;
  if (record->given == 0)
    {
      ilk_reply_problem (reply, "consent.unknown");
      return;
    }
  holder = ilk_store_holder_get (self->store, record->holder, error);
  if (holder == NULL)
    return;
  text = ilk_service_open_field (self, "consent-text", holder->index, record->text, error);
  cms = ilk_service_open_field (self, "consent", holder->index, record->cms, error);
  if (request->error != NULL)
    return;
  json = ilk_json_begin ();
  add_consent (json, record);
  ilk_json_add_string (json, "text", text);
  ilk_json_add_string (json, "cms", cms);
  ilk_reply_take_json (reply, 200, json);
}
