/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <openssl/x509.h>
#include "core/ilk-clock.h"
#include "server/ilk-file-key-store.h"
#include "server/ilk-service.h"
#include "server/ilk-outbox.h"
#include "server/ilk-store.h"

G_BEGIN_DECLS

/* Made-up holders: AYSE has CARD_A (active, PIN held) and CARD_N (not activated, PIN held); BORA has
 * CARD_B. NOBODY is a well-formed number that no one has. */
#define NOW     1767225600
#define AYSE    "12345678950"
#define BORA    "98765432150"
#define NOBODY  "11111111110"
#define WORD_A  "Çilek-reçeli-42"
#define WORD_B  "başka bir sözcük"
#define CARD_A  "00112233445566778899AABB"
#define CARD_N  "0123456789ABCDEF01234567"
#define CARD_B  "AABBCCDDEEFF001122334455"
#define PIN_A   "428193"
#define PHONE_A "05321234567"
#define ATR     "3BBA11008131FE4D55454B41452056312E30AE"

#define TEST_TYPE_PHONE (test_phone_get_type ())
G_DECLARE_FINAL_TYPE (TestPhone, test_phone, TEST, PHONE, GObject)

/* What the holders' phones got last. */
struct _TestPhone
{
  GObject  parent_instance;

  GMutex   lock;     /* of what follows: threads may send */
  GCond    got;
  guint    asked;    /* how often the gateway was asked to send */
  guint    count;
  GString *said;     /* "RECEIVER: TEXT" lines of all text messages and mails */
  int      mails;    /* atomic */
  char    *id;
  char    *to;
  char    *text;
  char    *code;
  char    *mail_to;
  char    *mail_text;
  gboolean broken;   /* the gateway is down */
  GMutex   gate;     /* who holds it keeps the gateway from answering */
};

typedef struct {
  char            *folder;
  char            *database;
  char            *database_name;   /* in PostgreSQL */
  IlkManualClock  *clock;
  IlkStore        *store;
  IlkFileKeyStore *keys;
  IlkService      *service;
  IlkOutbox       *outbox;      /* without threads: it sends at the end of each call */
  TestPhone       *phone;
  char            *captcha_id;
  char            *captcha_answer;
  char            *session_id;
  const char      *if_match;        /* of the requests; NULL: none */
  gboolean         turkish;         /* ... which ask for it; else English */
  GString         *faults;
} ServerFixture;

typedef struct {
  guint       status;
  JsonObject *json;     /* NULL: no body */
  char       *code;     /* of a problem */
  char       *etag;     /* NULL: none */
  int         attempts_left;
  int         retry_after;
} Answer;

/* One line of a hand-over file. */
typedef struct {
  const char *number;
  const char *word;
  const char *serial;
  const char *pin;      /* NULL: none held */
  const char *state;
  gint64      not_before;
  gint64      not_after;
  const char *profile;
  const char *hash;     /* instead of the word; NULL: the word */
} Person;

/* The authority of all made-up certificates: a certificate in PEM. */
char          *server_get_authority   (void);
/* The card's signing key; each serial number has one, P-256 unless it was given another before. */
EVP_PKEY      *server_get_card_key    (const char     *serial);
void           server_set_card_key    (const char     *serial,
                                       EVP_PKEY       *key);
/* The newest that was made for the card, in PEM. */
char          *server_get_certificate (const char     *serial);
/* usage: of the key, as OpenSSL words it; NULL: no such extension. */
X509          *server_make_x509       (const Person   *person,
                                       const char     *number,
                                       const char     *usage,
                                       EVP_PKEY       *authority);
EVP_PKEY      *server_get_authority_key
                                      (void);
char          *server_make_keys       (const char     *folder);
char          *server_make_line       (const char     *keys,
                                       const Person   *person);
void           server_remove_folder   (const char     *folder);

ServerFixture *server_fixture_new     (void);
void           server_fixture_free    (ServerFixture  *self);
void           server_open            (ServerFixture  *self,
                                       const char     *database,
                                       IlkKeyStore    *keys);
guint          server_import          (ServerFixture  *self,
                                       const char     *text);
void           server_add             (ServerFixture  *self,
                                       const Person   *person);

void           answer_free            (Answer         *self);
const char    *answer_get             (Answer         *self,
                                       const char     *name);
gint64         answer_number          (Answer         *self,
                                       const char     *name);
void           answer_expect          (Answer         *answer,
                                       guint           status,
                                       const char     *code);

/* body: JSON or NULL. A POST gets a fresh idempotency key, unless one is given. */
Answer        *server_call            (ServerFixture  *self,
                                       const char     *method,
                                       const char     *path,
                                       const char     *token,
                                       const char     *body);
Answer        *server_call_with_key   (ServerFixture  *self,
                                       const char     *method,
                                       const char     *path,
                                       const char     *token,
                                       const char     *key,
                                       const char     *body);
void           server_expect          (ServerFixture  *self,
                                       const char     *method,
                                       const char     *path,
                                       const char     *token,
                                       const char     *body,
                                       guint           status,
                                       const char     *code);

void           server_new_captcha     (ServerFixture  *self);
Answer        *server_log_in          (ServerFixture  *self,
                                       const char     *number,
                                       const char     *word);
char          *server_attempt         (ServerFixture  *self,
                                       const char     *number,
                                       const char     *word);
char          *server_session         (ServerFixture  *self,
                                       const char     *number,
                                       const char     *word);
char          *server_begin           (ServerFixture  *self,
                                       const char     *token,
                                       const char     *kind,
                                       const char     *serial);
void           server_confirm         (ServerFixture  *self,
                                       const char     *token,
                                       const char     *operation);
char          *server_begin_unlock    (ServerFixture  *self,
                                       const char     *token,
                                       const char     *serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFixture, server_fixture_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

G_END_DECLS
