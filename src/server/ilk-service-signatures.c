/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <openssl/pem.h>
#include <string.h>
#include "core/ilk-identity.h"
#include "server/ilk-wire.h"

/* Login by e-signature: the card signs a challenge of ours, good once and for five minutes. What is
 * signed begins with words of its own, so that a signature for something else never logs in. */

#define CHALLENGE_LIFE 300
#define CHALLENGE_BYTES 32
#define LABEL "ILKIMZA-LOGIN-1"
#define CERTIFICATE_LIMIT 8192
#define SIGNATURE_LIMIT 1024
#define WHAT "login.e-signature"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

typedef struct {
  const char *challenge_id;
  X509       *certificate;
  GBytes     *signature;
} Proof;

static void
proof_clear (Proof *self)
{
  g_clear_pointer (&self->certificate, X509_free);
  g_clear_pointer (&self->signature, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Proof, proof_clear)

/**
 * ilk_service_post_challenge:
 *
 * POST /v1/e-signature-challenges
 */
void
ilk_service_post_challenge (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (CHALLENGE_BYTES);
  g_autoptr (IlkSecret) text = ilk_wire_base64url (bytes);
  g_autoptr (GBytes) challenge = ilk_secret_to_bytes (bytes);
  g_autofree char *id = ilk_wire_new_id ();
  g_autofree char *shown = g_strndup ((const char *) ilk_secret_peek (text),
                                      ilk_secret_get_length (text));
  JsonBuilder *json;

  if (self->authorities == NULL)
    {
      ilk_reply_problem (reply, "login.unavailable");
      return;
    }
  ilk_store_signature_challenge_add (self->store, id, challenge, request->now + CHALLENGE_LIFE,
                                     &request->error);
  json = ilk_json_begin ();
  ilk_json_add_string (json, "id", id);
  ilk_json_add_string (json, "challenge", shown);
  ilk_json_add_number (json, "expires_in", CHALLENGE_LIFE);
  ilk_reply_take_json (reply, 201, json);
}

GBytes *
ilk_service_read_base64 (IlkInbound *request,
                         const char *name,
                         gsize       limit)
{
  const char *text = ilk_inbound_get_string (request, name);
  guchar *data;
  gsize length;

  if (text == NULL || *text == '\0' || strlen (text) > limit / 3 * 4 + 4)
    return NULL;
  data = g_base64_decode (text, &length);
  return g_bytes_new_take (data, length);
}

static gboolean
read_proof (IlkInbound *request,
            Proof      *proof)
{
  g_autoptr (GBytes) der = ilk_service_read_base64 (request, "certificate", CERTIFICATE_LIMIT);

  proof->challenge_id = ilk_inbound_get_string (request, "challenge_id");
  proof->signature = ilk_service_read_base64 (request, "signature", SIGNATURE_LIMIT);
  proof->certificate = der != NULL ? ilk_certificate_from_der (der) : NULL;
  return proof->challenge_id != NULL && proof->signature != NULL && proof->certificate != NULL;
}

/* Used up whatever comes of it. */
static GBytes *
take_challenge (IlkService  *self,
                IlkInbound  *request,
                IlkReply    *reply,
                const Proof *proof)
{
  g_autoptr (GBytes) challenge = NULL;
  g_autoptr (GByteArray) signed_data = g_byte_array_new ();

  ilk_store_begin (self->store);
  challenge = ilk_store_signature_challenge_take (self->store, proof->challenge_id, request->now,
                                                  &request->error);
  ilk_store_end (self->store, &request->error);
  if (challenge == NULL)
    {
      ilk_reply_problem (reply, "signature.expired");
      return NULL;
    }
  g_byte_array_append (signed_data, (const guint8 *) LABEL, sizeof LABEL);
  g_byte_array_append (signed_data, g_bytes_get_data (challenge, NULL),
                       g_bytes_get_size (challenge));
  return g_byte_array_free_to_bytes (g_steal_pointer (&signed_data));
}

static gboolean
check_chain (IlkService  *self,
             IlkInbound  *request,
             IlkReply    *reply,
             const Proof *proof)
{
  switch (ilk_authorities_check (self->authorities, proof->certificate, request->now))
    {
    case ILK_CERTIFICATE_GOOD:
      return TRUE;
    case ILK_CERTIFICATE_EXPIRED:
      ilk_reply_problem (reply, "certificate.expired");
      return FALSE;
    case ILK_CERTIFICATE_NOT_YET_VALID:
      ilk_reply_problem (reply, "certificate.not_yet_valid");
      return FALSE;
    default:
      ilk_reply_problem (reply, "signature.certificate");
      return FALSE;
    }
}

X509 *
ilk_service_open_certificate (IlkService            *self,
                              IlkInbound            *request,
                              const IlkHolderRecord *holder,
                              GBytes                *sealed)
{
  g_autofree char *pem = ilk_service_open_field (self, "certificate", holder->index, sealed,
                                                 &request->error);
  g_autoptr (BIO) bio = pem != NULL ? BIO_new_mem_buf (pem, -1) : NULL;

  return bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
}

/* Whether it is the very certificate that we hold. */
static gboolean
is_ours (IlkService            *self,
         IlkInbound            *request,
         const Proof           *proof,
         const IlkHolderRecord *holder,
         GBytes                *sealed)
{
  g_autoptr (X509) held = ilk_service_open_certificate (self, request, holder, sealed);

  return held != NULL && X509_cmp (held, proof->certificate) == 0;
}

/* The holder whom the certificate names by the identity number, who must be the one that has it
 * here. */
static IlkHolderRecord *
find_holder (IlkService   *self,
             IlkInbound   *request,
             const Proof  *proof,
             char        **card_serial)
{
  g_autofree char *serial = ilk_certificate_get_serial (proof->certificate);
  g_autofree char *number = ilk_certificate_get_number (proof->certificate);
  g_autoptr (GBytes) index = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (IlkHolderRecord) holder = NULL;
  gint64 owner;

  if (number == NULL || ilk_identity_check (number, NULL) == ILK_IDENTITY_NONE)
    return NULL;
  index = ilk_service_number_index (self, number, &request->error);
  if (index != NULL)
    holder = ilk_store_holder_find (self->store, index, &request->error);
  owner = ilk_store_certificate_find_holder (self->store, serial, card_serial, &sealed,
                                             &request->error);
  if (holder != NULL && owner == holder->id && is_ours (self, request, proof, holder, sealed))
    return g_steal_pointer (&holder);
  return NULL;
}

gboolean
ilk_service_check_signing (const IlkCardRecord *card,
                           gint64               now,
                           IlkReply            *reply)
{
  if (card == NULL)
    ilk_reply_problem (reply, "signature.certificate");
  else if (card->dead)
    ilk_reply_problem (reply, "card.dead");
  else if (!ilk_service_check_validity (card, now, reply))
    return FALSE;
  else if (g_str_equal (card->certificate_state, "not_activated"))
    ilk_reply_problem (reply, "certificate.not_activated");
  else if (g_str_equal (card->certificate_state, "suspended"))
    ilk_reply_problem (reply, "certificate.suspended");
  else
    return TRUE;
  return FALSE;
}

static void
log_in (IlkService  *self,
        IlkInbound  *request,
        IlkReply    *reply,
        const Proof *proof)
{
  g_autofree char *card_serial = NULL;
  g_autoptr (IlkHolderRecord) holder = find_holder (self, request, proof, &card_serial);
  g_autoptr (IlkCardRecord) card = NULL;

  if (holder == NULL)
    {
      ilk_reply_problem (reply, "signature.certificate");
      ilk_service_audit (self, request, NULL, WHAT, "refused", reply->code);
      return;
    }
  ilk_store_lock (self->store, holder->id, &request->error);
  card = ilk_store_card_find (self->store, holder->id, card_serial, &request->error);
  if (ilk_service_check_signing (card, request->now, reply))
    ilk_service_open_session (self, request, reply, holder->id, ILK_ASSURANCE_SIGNATURE, WHAT);
  else
    ilk_service_audit (self, request, holder->index, WHAT, "refused", reply->code);
}

/**
 * ilk_service_log_in_by_signature:
 *
 * The signature is looked at before the store is: nobody learns of a holder's state with a copy of
 * a certificate.
 */
void
ilk_service_log_in_by_signature (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply)
{
  g_auto (Proof) proof = { 0 };
  g_autoptr (GBytes) data = NULL;

  if (self->authorities == NULL)
    {
      ilk_reply_problem (reply, "login.unavailable");
      return;
    }
  if (!read_proof (request, &proof))
    {
      ilk_reply_problem (reply, "request.invalid");
      return;
    }
  data = take_challenge (self, request, reply, &proof);
  if (data == NULL)
    return;
  if (!ilk_certificate_check_signature (proof.certificate, data, proof.signature))
    {
      ilk_reply_problem (reply, "signature.wrong");
      return;
    }
  if (!check_chain (self, request, reply, &proof))
    return;

  ilk_store_begin (self->store);
  log_in (self, request, reply, &proof);
  ilk_store_end (self->store, &request->error);
}
