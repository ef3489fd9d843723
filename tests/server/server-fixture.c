/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include "core/ilk-seal.h"
#include "server/ilk-handover.h"

static void test_phone_iface_init (IlkSmsGatewayInterface *iface);
static void test_mailbox_iface_init (IlkMailGatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestPhone, test_phone, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_SMS_GATEWAY,
                                                      test_phone_iface_init)
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_MAIL_GATEWAY,
                                                      test_mailbox_iface_init))

static gboolean
test_phone_send (IlkSmsGateway     *gateway,
                 const IlkMessage  *message,
                 GError           **error)
{
  TestPhone *self = TEST_PHONE (gateway);

  if (self->broken)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY, "broken");
      return FALSE;
    }
  g_mutex_lock (&self->lock);
  self->asked++;
  g_cond_broadcast (&self->got);
  g_mutex_unlock (&self->lock);
  g_mutex_lock (&self->gate);
  g_mutex_unlock (&self->gate);

  g_mutex_lock (&self->lock);
  self->count++;
  g_string_append_printf (self->said, "%s: %s\n", message->to, message->text);
  g_cond_broadcast (&self->got);
  g_free (self->id);
  g_free (self->to);
  g_free (self->text);
  g_free (self->code);
  self->id = g_strdup (message->id);
  self->to = g_strdup (message->to);
  self->text = g_strdup (message->text);
  self->code = *message->code != '\0' ? g_strdup (message->code) : NULL;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
test_mailbox_send (IlkMailGateway    *gateway,
                   const IlkMessage  *message,
                   GError           **error)
{
  TestPhone *self = TEST_PHONE (gateway);

  g_atomic_int_inc (&self->mails);
  g_mutex_lock (&self->lock);
  g_string_append_printf (self->said, "%s: %s\n", message->to, message->text);
  g_free (self->mail_to);
  g_free (self->mail_text);
  self->mail_to = g_strdup (message->to);
  self->mail_text = g_strdup (message->text);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
test_mailbox_iface_init (IlkMailGatewayInterface *iface)
{
  iface->send_mail = test_mailbox_send;
}

static void
test_phone_finalize (GObject *object)
{
  TestPhone *self = TEST_PHONE (object);

  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->gate);
  g_string_free (self->said, TRUE);
  g_cond_clear (&self->got);

  g_free (self->id);
  g_free (self->to);
  g_free (self->text);
  g_free (self->code);
  g_free (self->mail_to);
  g_free (self->mail_text);
  G_OBJECT_CLASS (test_phone_parent_class)->finalize (object);
}

static void
test_phone_class_init (TestPhoneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_phone_finalize;
}

static void
test_phone_iface_init (IlkSmsGatewayInterface *iface)
{
  iface->send = test_phone_send;
}

static void
test_phone_init (TestPhone *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->gate);
  self->said = g_string_new (NULL);
  g_cond_init (&self->got);
}

static void
write_key (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (IlkSecret) key = ilk_secret_new_random (32);
  gboolean written = g_file_set_contents_full (path, (const char *) ilk_secret_peek (key), 32,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL);

  g_assert_true (written);
}

/* Returns the path of the folder with key files in it. */
char *
server_make_keys (const char *folder)
{
  static const char *const names[] = { "card-master-key-1", "pepper", "index-key", "data-key",
                                       "sealing-key", "handover-key", "audit-key", NULL };
  char *keys = g_build_filename (folder, "keys", NULL);

  g_assert_cmpint (g_mkdir (keys, 0700), ==, 0);
  for (int i = 0; names[i] != NULL; i++)
    write_key (keys, names[i]);
  return keys;
}

void
server_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        server_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

EVP_PKEY *
server_get_authority_key (void)
{
  static EVP_PKEY *key;

  if (key == NULL)
    key = EVP_EC_gen ("P-256");
  return key;
}

static GHashTable *
get_card_keys (void)
{
  static GHashTable *keys;

  if (keys == NULL)
    keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) EVP_PKEY_free);
  return keys;
}

void
server_set_card_key (const char *serial,
                     EVP_PKEY   *key)
{
  g_hash_table_insert (get_card_keys (), g_strdup (serial), key);
}

EVP_PKEY *
server_get_card_key (const char *serial)
{
  if (!g_hash_table_contains (get_card_keys (), serial))
    server_set_card_key (serial, EVP_EC_gen ("P-256"));
  return g_hash_table_lookup (get_card_keys (), serial);
}

static void
set_name (X509_NAME  *name,
          const char *field,
          const char *text)
{
  g_assert_cmpint (X509_NAME_add_entry_by_txt (name, field, MBSTRING_UTF8,
                                               (const guint8 *) text, -1, -1, 0), ==, 1);
}

static void
add_extension (X509       *certificate,
               int         nid,
               const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
}

static char *
to_pem (X509 *certificate)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data;
  long length;
  char *pem;

  PEM_write_bio_X509 (bio, certificate);
  length = BIO_get_mem_data (bio, &data);
  pem = g_strndup (data, length);
  BIO_free (bio);
  return pem;
}

char *
server_get_authority (void)
{
  EVP_PKEY *key = server_get_authority_key ();
  X509 *certificate = X509_new ();
  char *pem;

  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  ASN1_TIME_set (X509_getm_notBefore (certificate), 0);
  ASN1_TIME_set (X509_getm_notAfter (certificate), NOW + 20 * 365 * (gint64) 86400);
  set_name (X509_get_subject_name (certificate), "CN", "Test Authority");
  X509_set_issuer_name (certificate, X509_get_subject_name (certificate));
  add_extension (certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension (certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_set_pubkey (certificate, key);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  pem = to_pem (certificate);
  X509_free (certificate);
  return pem;
}

/* A certificate whose serial number is the card's. */
X509 *
server_make_x509 (const Person *person,
                  const char   *number,
                  const char   *usage,
                  EVP_PKEY     *authority)
{
  X509 *certificate = X509_new ();
  X509_NAME *issuer = X509_NAME_new ();
  BIGNUM *serial = NULL;

  X509_set_version (certificate, X509_VERSION_3);
  BN_hex2bn (&serial, person->serial);
  BN_to_ASN1_INTEGER (serial, X509_get_serialNumber (certificate));
  BN_free (serial);
  ASN1_TIME_set (X509_getm_notBefore (certificate), person->not_before);
  ASN1_TIME_set (X509_getm_notAfter (certificate), person->not_after);
  set_name (issuer, "CN", "Test Authority");
  X509_set_issuer_name (certificate, issuer);
  X509_NAME_free (issuer);
  set_name (X509_get_subject_name (certificate), "CN", "Ayşe Örnek");
  set_name (X509_get_subject_name (certificate), "serialNumber", number);
  if (usage != NULL)
    add_extension (certificate, NID_key_usage, usage);
  X509_set_pubkey (certificate, server_get_card_key (person->serial));
  g_assert_cmpint (X509_sign (certificate, authority, EVP_sha256 ()), >, 0);
  return certificate;
}

static GHashTable *
get_certificates (void)
{
  static GHashTable *certificates;

  if (certificates == NULL)
    certificates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return certificates;
}

char *
server_get_certificate (const char *serial)
{
  return g_strdup (g_hash_table_lookup (get_certificates (), serial));
}

static char *
make_certificate (const Person *person)
{
  X509 *certificate = server_make_x509 (person, person->number, "critical,nonRepudiation",
                                        server_get_authority_key ());
  char *pem = to_pem (certificate);

  g_hash_table_insert (get_certificates (), g_strdup (person->serial), g_strdup (pem));
  X509_free (certificate);
  return pem;
}

static void
add_sealed (JsonObject *line,
            const char *name,
            GBytes     *public_key,
            const char *context,
            const char *text)
{
  g_autoptr (IlkSecret) plain = ilk_secret_new_from_data (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = ilk_seal_to (public_key, context, plain, &error);
  g_autofree char *base64 = NULL;

  g_assert_no_error (error);
  base64 = g_base64_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  json_object_set_string_member (line, name, base64);
}

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_init_object (node, object);
  return json_to_string (node, FALSE);
}

static char *
make_data (const Person *person)
{
  g_autoptr (JsonObject) data = json_object_new ();
  g_autofree char *pem = make_certificate (person);
  JsonObject *holder = json_object_new ();
  JsonObject *card = json_object_new ();
  JsonObject *certificate = json_object_new ();

  json_object_set_string_member (holder, "identity_number", person->number);
  json_object_set_string_member (holder, "name", "Ayşe \"Deneme\" Örnek");
  json_object_set_string_member (holder, "phone", PHONE_A);
  json_object_set_string_member (holder, "email", "ayse@example.org");
  json_object_set_int_member (holder, "birth_year", 1985);
  json_object_set_string_member (card, "serial", person->serial);
  json_object_set_string_member (card, "atr", ATR);
  if (person->profile != NULL)
    json_object_set_string_member (card, "profile", person->profile);
  else
    json_object_set_null_member (card, "profile");
  json_object_set_int_member (card, "key_version", 1);
  json_object_set_string_member (certificate, "pem", pem);
  json_object_set_string_member (certificate, "state", person->state);
  json_object_set_object_member (data, "holder", holder);
  json_object_set_object_member (data, "card", card);
  json_object_set_object_member (data, "certificate", certificate);
  return object_to_text (data);
}

char *
server_make_line (const char   *keys,
                  const Person *person)
{
  g_autofree char *path = g_build_filename (keys, "handover-key", NULL);
  g_autofree char *word_context = g_strconcat (person->hash != NULL ? "security-word-hash:"
                                                                   : "security-word:",
                                               person->serial, NULL);
  g_autofree char *pin_context = g_strconcat ("pin:", person->serial, NULL);
  g_autofree char *data = make_data (person);
  g_autofree char *private_bytes = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) line = json_object_new ();
  g_autoptr (IlkSecret) private_key = NULL;
  g_autoptr (GBytes) public_key = NULL;

  g_assert_true (g_file_get_contents (path, &private_bytes, NULL, NULL));
  private_key = ilk_secret_new_from_data (private_bytes, 32);
  public_key = ilk_x25519_get_public (private_key, NULL);
  json_object_set_int_member (line, "schema", 1);
  add_sealed (line, "data", public_key, "data", data);
  if (person->hash != NULL)
    add_sealed (line, "security_word_hash", public_key, word_context, person->hash);
  else
    add_sealed (line, "security_word", public_key, word_context, person->word);
  if (person->pin != NULL)
    add_sealed (line, "pin", public_key, pin_context, person->pin);
  else
    json_object_set_null_member (line, "pin");
  text = object_to_text (line);
  return g_strconcat (text, "\n", NULL);
}

static void
on_captcha (const char *id,
            const char *answer,
            gpointer    user_data)
{
  ServerFixture *self = user_data;

  g_free (self->captcha_id);
  g_free (self->captcha_answer);
  self->captcha_id = g_strdup (id);
  self->captcha_answer = g_strdup (answer);
}

static void
on_fault (guint       line,
          const char *message,
          gpointer    user_data)
{
  ServerFixture *self = user_data;

  g_string_append_printf (self->faults, "%u: %s\n", line, message);
}

/* Returns how many lines were taken in. */
guint
server_import (ServerFixture *self,
               const char    *text)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr (GError) error = NULL;
  guint imported;
  guint skipped;

  ilk_handover_import (self->service, stream, on_fault, self, &imported, &skipped, &error);
  g_assert_no_error (error);
  return imported;
}

void
server_add (ServerFixture *self,
            const Person  *person)
{
  g_autofree char *keys = g_build_filename (self->folder, "keys", NULL);
  g_autofree char *line = server_make_line (keys, person);

  g_assert_cmpuint (server_import (self, line), ==, 1);
}

/* ILK_TEST_POSTGRES has %s where the name of a database goes. */
static char *
get_address (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (g_getenv ("ILK_TEST_POSTGRES"), "%s", 2);

  return g_strjoinv (name, parts);
}

static void
run_as_owner (const char *sql)
{
  g_autofree char *address = get_address ("postgres");
  PGconn *link = PQconnectdb (address);
  PGresult *result = PQexec (link, sql);

  g_assert_cmpstr (PQerrorMessage (link), ==, "");
  PQclear (result);
  PQfinish (link);
}

/* A database of the test's own: an SQLite file, or one in the PostgreSQL server beside the test. */
static char *
make_database (ServerFixture *self)
{
  g_autofree char *random = NULL;
  g_autofree char *sql = NULL;

  if (g_getenv ("ILK_TEST_POSTGRES") == NULL)
    return g_build_filename (self->folder, "store.db", NULL);

  random = g_uuid_string_random ();
  self->database_name = g_strdelimit (g_strconcat ("t-", random, NULL), "-", '_');
  sql = g_strdup_printf ("CREATE DATABASE %s STRATEGY file_copy", self->database_name);
  run_as_owner (sql);
  return get_address (self->database_name);
}

static void
drop_database (ServerFixture *self)
{
  g_autofree char *sql = NULL;

  if (self->database_name == NULL)
    return;
  sql = g_strdup_printf ("DROP DATABASE %s WITH (FORCE)", self->database_name);
  run_as_owner (sql);
  g_free (self->database_name);
}

static void
set_authority (ServerFixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "issuer-ca.pem", NULL);
  g_autofree char *pem = server_get_authority ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  ilk_service_set_authorities (self->service, ilk_authorities_load (path, &error));
  g_assert_no_error (error);
}

ServerFixture *
server_fixture_new (void)
{
  const Person people[] = {
    { AYSE, WORD_A, CARD_A, PIN_A, "active", NOW - 100, NOW + 90 * 86400, "virtual-1" },
    { AYSE, WORD_A, CARD_N, "507264", "not_activated", NOW - 100, NOW + 90 * 86400, NULL },
    { BORA, WORD_B, CARD_B, "916370", "active", NOW - 100, NOW + 90 * 86400, "virtual-1" },
  };
  ServerFixture *self = g_new0 (ServerFixture, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = NULL;

  self->folder = g_dir_make_tmp ("ilk-server-XXXXXX", &error);
  g_assert_no_error (error);
  keys = server_make_keys (self->folder);
  self->database = make_database (self);
  self->faults = g_string_new (NULL);
  self->clock = ilk_manual_clock_new (NOW, FALSE);
  self->phone = g_object_new (TEST_TYPE_PHONE, NULL);
  self->keys = ilk_file_key_store_new (keys, &error);
  g_assert_no_error (error);
  server_open (self, self->database, ILK_KEY_STORE (self->keys));
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    server_add (self, &people[i]);
  return self;
}

/* Over another database or with other keys than before. */
void
server_open (ServerFixture *self,
             const char    *database,
             IlkKeyStore   *keys)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->outbox);
  g_clear_object (&self->service);
  g_clear_object (&self->store);
  self->store = ilk_store_open (database, &error);
  g_assert_no_error (error);
  self->service = ilk_service_new (self->store, keys, ILK_SMS_GATEWAY (self->phone),
                                   ILK_CLOCK (self->clock));
  ilk_service_set_mail_gateway (self->service, ILK_MAIL_GATEWAY (self->phone));
  self->outbox = ilk_outbox_new (self->service);
  ilk_service_set_captcha_watch (self->service, on_captcha, self);
  g_assert_true (ilk_service_set_portal (self->service, "https://card.example"));
  set_authority (self);
}

void
server_fixture_free (ServerFixture *self)
{
  g_assert_finalize_object (self->outbox);
  g_assert_finalize_object (self->service);
  g_assert_finalize_object (self->store);
  g_assert_finalize_object (self->keys);
  g_assert_finalize_object (self->phone);
  g_assert_finalize_object (self->clock);
  drop_database (self);
  server_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->database);
  g_free (self->captcha_id);
  g_free (self->captcha_answer);
  g_free (self->session_id);
  g_string_free (self->faults, TRUE);
  g_free (self);
}

void
answer_free (Answer *self)
{
  g_clear_pointer (&self->json, json_object_unref);
  g_free (self->etag);
  g_free (self->code);
  g_free (self);
}

const char *
answer_get (Answer     *self,
            const char *name)
{
  g_assert_nonnull (self->json);
  g_assert_true (json_object_has_member (self->json, name));
  return json_object_get_string_member (self->json, name);
}

gint64
answer_number (Answer     *self,
               const char *name)
{
  g_assert_nonnull (self->json);
  g_assert_true (json_object_has_member (self->json, name));
  return json_object_get_int_member (self->json, name);
}

/* code: NULL: no problem */
void
answer_expect (Answer     *answer,
               guint       status,
               const char *code)
{
  g_assert_cmpstr (answer->code, ==, code);
  g_assert_cmpuint (answer->status, ==, status);
}

Answer *
server_call_with_key (ServerFixture *self,
                      const char    *method,
                      const char    *path,
                      const char    *token,
                      const char    *key,
                      const char    *body)
{
  g_autoptr (IlkInbound) request = NULL;
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  g_auto (GStrv) parts = g_strsplit (path, "?operation=", 2);
  Answer *answer = g_new0 (Answer, 1);

  request = ilk_inbound_new (method, parts[0]);
  request->operation = g_strdup (parts[1]);
  request->idempotency_key = g_strdup (key);
  request->if_match = g_strdup (self->if_match);
  request->turkish = self->turkish;
  if (token != NULL)
    request->token = ilk_secret_new_from_data (token, strlen (token));
  if (body != NULL)
    request->body = ilk_secret_new_from_data (body, strlen (body));
  ilk_service_handle (self->service, request, reply);
  ilk_outbox_run_due (self->outbox);

  answer->status = reply->status;
  answer->code = g_strdup (reply->code);
  answer->etag = g_strdup (reply->etag);
  answer->attempts_left = reply->attempts_left;
  answer->retry_after = reply->retry_after;
  if (reply->body != NULL)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      gsize length;
      const char *data = g_bytes_get_data (reply->body, &length);

      g_assert_true (json_parser_load_from_data (parser, data, length, NULL));
      answer->json = json_object_ref (json_node_get_object (json_parser_get_root (parser)));
    }
  return answer;
}

Answer *
server_call (ServerFixture *self,
             const char    *method,
             const char    *path,
             const char    *token,
             const char    *body)
{
  g_autofree char *key = g_uuid_string_random ();

  return server_call_with_key (self, method, path, token,
                               g_str_equal (method, "POST") ? key : NULL, body);
}

void
server_expect (ServerFixture *self,
               const char    *method,
               const char    *path,
               const char    *token,
               const char    *body,
               guint          status,
               const char    *code)
{
  g_autoptr (Answer) answer = server_call (self, method, path, token, body);

  answer_expect (answer, status, code);
}

void
server_new_captcha (ServerFixture *self)
{
  server_expect (self, "POST", "/v1/captchas", NULL, "{}", 201, NULL);
}

Answer *
server_log_in (ServerFixture *self,
               const char    *number,
               const char    *word)
{
  g_autofree char *body = NULL;

  server_new_captcha (self);
  body = g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"%s\",\"captcha\":"
                          "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"%s\"}",
                          number, self->captcha_id, self->captcha_answer, word);
  return server_call (self, "POST", "/v1/sessions", NULL, body);
}

char *
server_attempt (ServerFixture *self,
                const char    *number,
                const char    *word)
{
  g_autoptr (Answer) answer = server_log_in (self, number, word);

  answer_expect (answer, 201, NULL);
  return g_strdup (answer_get (answer, "token"));
}

char *
server_session (ServerFixture *self,
                const char    *number,
                const char    *word)
{
  g_autofree char *attempt = server_attempt (self, number, word);
  g_autofree char *body = NULL;
  g_autoptr (Answer) answer = NULL;

  server_expect (self, "POST", "/v1/sessions/current/sms", attempt, "{}", 202, NULL);
  body = g_strdup_printf ("{\"code\":\"%s\"}", self->phone->code);
  answer = server_call (self, "PUT", "/v1/sessions/current/sms", attempt, body);
  answer_expect (answer, 200, NULL);
  g_free (self->session_id);
  self->session_id = g_strdup (answer_get (answer, "session_id"));
  return g_strdup (answer_get (answer, "token"));
}

char *
server_begin (ServerFixture *self,
              const char    *token,
              const char    *kind,
              const char    *serial)
{
  g_autofree char *body =
    g_strdup_printf ("{\"kind\":\"%s\",\"card_serial\":\"%s\"%s}", kind, serial,
                     g_str_equal (kind, "pin-deletion") ? ",\"phrase\":\"SİL\"" : "");
  g_autoptr (Answer) answer = server_call (self, "POST", "/v1/operations", token, body);

  answer_expect (answer, 201, NULL);
  return g_strdup (answer_get (answer, "id"));
}

char *
server_begin_unlock (ServerFixture *self,
                     const char    *token,
                     const char    *serial)
{
  g_autofree char *body =
    g_strdup_printf ("{\"card_serial\":\"%s\",\"atr\":\"%s\",\"profile\":\"virtual-1\"}", serial,
                     ATR);
  g_autoptr (Answer) answer = server_call (self, "POST", "/v1/unlocks", token, body);

  answer_expect (answer, 201, NULL);
  return g_strdup (answer_get (answer, "id"));
}

void
server_confirm (ServerFixture *self,
                const char    *token,
                const char    *operation)
{
  g_autofree char *path = g_strdup_printf ("/v1/operations/%s/confirmations", operation);
  g_autofree char *body = NULL;

  server_expect (self, "POST", path, token, "{\"method\":\"sms\"}", 202, NULL);
  body = g_strdup_printf ("{\"code\":\"%s\"}", self->phone->code);
  server_expect (self, "PUT", path, token, body, 200, NULL);
}
