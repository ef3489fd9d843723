/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <argon2.h>
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-store-private.h"

/* Whether somebody is a holder must not come out: not by words, and not by what the service does for
 * an answer, which takes its time. */

/* The linker sends calls of these to us (--wrap). */
int __real_argon2id_verify (const char *encoded, const void *word, size_t length);
int __wrap_argon2id_verify (const char *encoded, const void *word, size_t length);

static int hashes;

int
__wrap_argon2id_verify (const char *encoded,
                        const void *word,
                        size_t      length)
{
  hashes++;
  return __real_argon2id_verify (encoded, word, length);
}

#define TEST_TYPE_COUNTER (test_counter_get_type ())
G_DECLARE_FINAL_TYPE (TestCounter, test_counter, TEST, COUNTER, GObject)

/* A database that counts what goes through it to the real one. */
struct _TestCounter
{
  GObject      parent_instance;

  IlkDatabase *real;
  int          transactions;
  int          statements;
};

static void test_counter_iface_init (IlkDatabaseInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestCounter, test_counter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_DATABASE, test_counter_iface_init))

static void
counter_begin (IlkDatabase *database)
{
  TEST_COUNTER (database)->transactions++;
  ilk_database_begin (TEST_COUNTER (database)->real);
}

static void
counter_end (IlkDatabase *database,
             GError     **error)
{
  ilk_database_end (TEST_COUNTER (database)->real, error);
}

static IlkRows *
counter_run (IlkDatabase *database,
             const char  *sql,
             const char  *format,
             va_list      values,
             gint64      *changed,
             GError     **error)
{
  TEST_COUNTER (database)->statements++;
  return ilk_database_run (TEST_COUNTER (database)->real, sql, format, values, changed, error);
}

static void
counter_lock (IlkDatabase *database,
              gint64       key,
              GError     **error)
{
  ilk_database_lock (TEST_COUNTER (database)->real, key, error);
}

static gint64
counter_get_chain (IlkDatabase *database)
{
  return ilk_database_get_chain (TEST_COUNTER (database)->real);
}

static void
counter_want_erased (IlkDatabase *database)
{
  ilk_database_want_erased (TEST_COUNTER (database)->real);
}

static void
test_counter_finalize (GObject *object)
{
  g_clear_object (&TEST_COUNTER (object)->real);
  G_OBJECT_CLASS (test_counter_parent_class)->finalize (object);
}

static void
test_counter_class_init (TestCounterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_counter_finalize;
}

static void
test_counter_iface_init (IlkDatabaseInterface *iface)
{
  iface->begin = counter_begin;
  iface->end = counter_end;
  iface->run = counter_run;
  iface->lock = counter_lock;
  iface->get_chain = counter_get_chain;
  iface->want_erased = counter_want_erased;
}

static void
test_counter_init (TestCounter *self)
{
}

typedef struct {
  ServerFixture *fixture;
  TestCounter   *counter;
} Test;

static void
set_up (Test         *self,
        gconstpointer data)
{
  self->fixture = server_fixture_new ();
  self->counter = g_object_new (TEST_TYPE_COUNTER, NULL);
  self->counter->real = self->fixture->store->database;
  self->fixture->store->database = ILK_DATABASE (self->counter);
}

static void
tear_down (Test         *self,
           gconstpointer data)
{
  server_fixture_free (self->fixture);
}

/* What a request did, and what came back. */
typedef struct {
  int   hashes;
  int   transactions;
  int   statements;
  guint status;
  char *body;
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->body, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static char *
print_body (JsonObject *json)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (json == NULL)
    return g_strdup ("");
  /* Differs each time, for everyone. */
  if (json_object_has_member (json, "ticket"))
    json_object_set_string_member (json, "ticket", "…");
  json_node_set_object (node, json);
  return json_to_string (node, FALSE);
}

/* Asks about a number, with a fresh picture; the outbox sends afterwards, beside the request. */
static Seen
ask (Test       *self,
     const char *path,
     const char *number,
     const char *word)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new ("POST", path);
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;
  g_autofree char *rest = word != NULL ? g_strdup_printf (",\"kind\":\"password\","
                                                          "\"security_word\":\"%s\"", word)
                                       : g_strdup ("");
  Seen seen = { 0 };

  server_new_captcha (self->fixture);
  text = g_strdup_printf ("{\"identity_number\":\"%s\",\"captcha\":{\"id\":\"%s\",\"text\":\"%s\"}"
                          "%s}", number, self->fixture->captcha_id, self->fixture->captcha_answer,
                          rest);
  request->body = ilk_secret_new_from_data (text, strlen (text));
  hashes = self->counter->transactions = self->counter->statements = 0;
  ilk_service_handle (self->fixture->service, request, reply);

  seen.hashes = hashes;
  seen.transactions = self->counter->transactions;
  seen.statements = self->counter->statements;
  seen.status = reply->status;
  if (reply->body != NULL)
    {
      g_assert_true (json_parser_load_from_data (parser, g_bytes_get_data (reply->body, NULL),
                                                 (gssize) g_bytes_get_size (reply->body), NULL));
      seen.body = print_body (json_node_get_object (json_parser_get_root (parser)));
    }
  return seen;
}

static void
assert_alike (const Seen *a,
              const Seen *b)
{
  g_assert_cmpuint (a->status, ==, b->status);
  g_assert_cmpstr (a->body, ==, b->body);
  g_assert_cmpint (a->hashes, ==, b->hashes);
  g_assert_cmpint (a->transactions, ==, b->transactions);
  g_assert_cmpint (a->statements, ==, b->statements);
}

/* Three wrong words, then a blocked account, asked five times in all. */
static void
test_login (Test         *self,
            gconstpointer data)
{
  for (int i = 0; i < 5; i++)
    {
      g_auto (Seen) known = ask (self, "/v1/sessions", AYSE, "yanlış bir sözcük");
      g_auto (Seen) unknown = ask (self, "/v1/sessions", NOBODY, "yanlış bir sözcük");

      assert_alike (&known, &unknown);
      g_assert_cmpint (known.hashes, ==, 1);
      g_assert_cmpint (known.statements, >, 0);
      g_assert_cmpuint (known.status, ==, i < 2 ? 401 : 423);
    }
}

/* The right word of a blocked account is answered as a wrong one, and by the same path. */
static void
test_blocked (Test         *self,
              gconstpointer data)
{
  for (int i = 0; i < 3; i++)
    {
      g_auto (Seen) seen = ask (self, "/v1/sessions", AYSE, "yanlış bir sözcük");

      g_assert_cmpint (seen.hashes, ==, 1);
    }
  {
    g_auto (Seen) right = ask (self, "/v1/sessions", AYSE, WORD_A);
    g_auto (Seen) wrong = ask (self, "/v1/sessions", AYSE, "yanlış bir sözcük");

    assert_alike (&right, &wrong);
    g_assert_cmpuint (right.status, ==, 423);
  }
}

/* The entry of an unknown number is forgotten after its time, as quietly. */
static void
test_unknown_is_forgotten (Test         *self,
                           gconstpointer data)
{
  for (int i = 0; i < 4; i++)
    {
      g_auto (Seen) seen = ask (self, "/v1/sessions", NOBODY, "yanlış bir sözcük");

      g_assert_cmpuint (seen.status, ==, i < 2 ? 401 : 423);
    }
  ilk_manual_clock_advance (self->fixture->clock, 30 * 24 * 3600);
  {
    g_auto (Seen) seen = ask (self, "/v1/sessions", NOBODY, "yanlış bir sözcük");

    g_assert_cmpuint (seen.status, ==, 401);
  }
}

/* What is written for a holder alone, the message, comes after everything that both do, in the same
 * transaction: one statement. */
static void
test_suspension (Test         *self,
                 gconstpointer data)
{
  g_auto (Seen) known = ask (self, "/v1/suspensions", AYSE, NULL);
  g_auto (Seen) unknown = ask (self, "/v1/suspensions", NOBODY, NULL);

  g_assert_cmpuint (known.status, ==, 202);
  g_assert_cmpuint (unknown.status, ==, 202);
  g_assert_cmpstr (known.body, ==, unknown.body);
  g_assert_cmpint (known.hashes, ==, unknown.hashes);
  g_assert_cmpint (known.transactions, ==, unknown.transactions);
  g_test_message ("statements: known %d, unknown %d", known.statements, unknown.statements);
  g_assert_cmpint (known.statements, ==, unknown.statements);
}

static void
test_reset (Test         *self,
            gconstpointer data)
{
  g_assert_true (ilk_service_set_portal (self->fixture->service, "https://card.example"));
  {
    g_auto (Seen) known = ask (self, "/v1/security-word-resets", AYSE, NULL);
    g_auto (Seen) unknown = ask (self, "/v1/security-word-resets", NOBODY, NULL);

    g_test_message ("statements: known %d, unknown %d", known.statements, unknown.statements);
    assert_alike (&known, &unknown);
    g_assert_cmpuint (known.status, ==, 202);
  }
}

#define ADD(path, function) g_test_add (path, Test, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/enumeration/login", test_login);
  ADD ("/server/enumeration/blocked", test_blocked);
  ADD ("/server/enumeration/unknown-is-forgotten", test_unknown_is_forgotten);
  ADD ("/server/enumeration/suspension", test_suspension);
  ADD ("/server/enumeration/reset", test_reset);
  return g_test_run ();
}
