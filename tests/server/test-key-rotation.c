/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-operator-keys.h"
#include "server/ilk-operator.h"
#include "server/ilk-service-private.h"

/* Pepper, index and data key change while the service serves; what the older ones kept is destroyed
 * with them. */

static const Person newcomer = { NOBODY, "yepyeni sözcük", "555555555555555555555555", "306918",
                                 "active", NOW - 10, NOW + 100000, "virtual-1", NULL };

typedef gboolean (*Rotate) (IlkService      *service,
                            IlkKeyRotation  *rotation,
                            GError         **error);

static IlkKeyRotation
rotate (ServerFixture *fixture,
        Rotate         run)
{
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  g_assert_true (run (fixture->service, &rotation, &error));
  g_assert_no_error (error);
  return rotation;
}

static gboolean
rotate_pepper (IlkService      *service,
               IlkKeyRotation  *rotation,
               GError         **error)
{
  return ilk_operator_rotate_pepper (service, FALSE, rotation, error);
}

static gboolean
has (ServerFixture *fixture,
     IlkKeyName     name,
     int            version)
{
  return ilk_key_store_has_version (ILK_KEY_STORE (fixture->keys), name, version);
}

static IlkHolderRecord *
find (ServerFixture *fixture,
      const char    *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) index = ilk_service_number_index (fixture->service, number, &error);
  IlkHolderRecord *holder;

  ilk_store_begin (fixture->store);
  holder = ilk_store_holder_find (fixture->store, index, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  return holder;
}

static void
expect_login (ServerFixture *fixture,
              const char    *number,
              const char    *word,
              guint          status,
              const char    *code)
{
  g_autoptr (Answer) answer = server_log_in (fixture, number, word);

  answer_expect (answer, status, code);
}

static void
expect_word (ServerFixture *fixture,
             const char    *number,
             const char    *prefix)
{
  g_autoptr (IlkHolderRecord) holder = find (fixture, number);

  g_assert_true (g_str_has_prefix (holder->word, prefix));
}

static void
test_pepper (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  IlkKeyRotation rotation = rotate (fixture, rotate_pepper);

  g_assert_true (rotation.begun);
  g_assert_cmpint (rotation.version, ==, 2);
  expect_word (fixture, AYSE, "$argon2id$");
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  expect_word (fixture, AYSE, "2$argon2id$");
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  expect_login (fixture, AYSE, WORD_B, 401, "login.refused");

  rotation = rotate (fixture, rotate_pepper);
  g_assert_true (rotation.too_early);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotation = rotate (fixture, rotate_pepper);
  g_assert_cmpint (rotation.left, ==, 1);
  g_assert_cmpuint (rotation.destroyed, ==, 0);
  g_assert_true (has (fixture, ILK_KEY_PEPPER, 1));

  expect_login (fixture, BORA, WORD_B, 201, NULL);
  rotation = rotate (fixture, rotate_pepper);
  g_assert_cmpint (rotation.left, ==, 0);
  g_assert_cmpuint (rotation.destroyed, ==, 1);
  g_assert_false (rotation.begun);
  g_assert_false (has (fixture, ILK_KEY_PEPPER, 1));
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  expect_login (fixture, BORA, WORD_B, 201, NULL);
  expect_login (fixture, NOBODY, WORD_B, 401, "login.refused");
}

/* Somebody who never logs in keeps an older pepper alive; a further one can begin nevertheless. */
static void
test_pepper_anew (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation = rotate (fixture, rotate_pepper);

  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  g_assert_true (ilk_operator_rotate_pepper (fixture->service, TRUE, &rotation, &error));
  g_assert_true (rotation.begun);
  g_assert_cmpint (rotation.version, ==, 3);
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  expect_word (fixture, AYSE, "3$argon2id$");

  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotation = rotate (fixture, rotate_pepper);
  g_assert_cmpint (rotation.left, ==, 1);
  g_assert_true (has (fixture, ILK_KEY_PEPPER, 1));
  g_assert_false (has (fixture, ILK_KEY_PEPPER, 2));
  expect_login (fixture, BORA, WORD_B, 201, NULL);
}

static void
test_index (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) old = ilk_service_number_index (fixture->service, AYSE, &error);
  g_autoptr (IlkHolderRecord) before = find (fixture, AYSE);
  g_autoptr (IlkHolderRecord) by_old = NULL;
  g_autoptr (IlkHolderRecord) after = NULL;
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  IlkKeyRotation rotation = rotate (fixture, ilk_operator_rotate_index);

  g_assert_true (rotation.begun);
  g_assert_cmpuint (rotation.changed, ==, 2);
  expect_login (fixture, BORA, WORD_B, 201, NULL);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  server_add (fixture, &newcomer);
  expect_login (fixture, NOBODY, newcomer.word, 201, NULL);
  rotation = rotate (fixture, ilk_operator_rotate_index);
  g_assert_true (rotation.too_early);
  /* An instance that has not noticed looks the older one up. */
  ilk_store_begin (fixture->store);
  by_old = ilk_store_holder_find (fixture->store, old, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_nonnull (by_old);
  g_clear_pointer (&by_old, ilk_holder_record_free);

  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotation = rotate (fixture, ilk_operator_rotate_index);
  g_assert_cmpuint (rotation.changed, ==, 2);
  g_assert_cmpuint (rotation.destroyed, ==, 1);
  g_assert_false (has (fixture, ILK_KEY_INDEX, 1));
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  expect_login (fixture, NOBODY, newcomer.word, 201, NULL);
  ilk_store_begin (fixture->store);
  by_old = ilk_store_holder_find (fixture->store, old, &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_null (by_old);

  /* What is sealed, and the pseudonym in the audit, is bound to what did not change. */
  after = find (fixture, AYSE);
  g_assert_true (g_bytes_equal (before->index, after->index));
  g_free (server_session (fixture, AYSE, WORD_A));
}

static char *
last_pseudonym (ServerFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  char *who;

  ilk_store_begin (fixture->store);
  list = ilk_store_audit_list (fixture->store,
                               ilk_store_audit_next_chain (fixture->store, -1, &error), 0, 1000,
                               &error);
  ilk_store_end (fixture->store, &error);
  g_assert_no_error (error);
  who = g_strdup (((IlkAuditRecord *) g_ptr_array_index (list, list->len - 1))->who);
  g_assert_cmpstr (who, !=, "");
  return who;
}

/* Known and unknown numbers stay blocked alike, and keep their pseudonyms: or a change of the key
 * would tell who is known. */
static void
test_index_and_blocked (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *known = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *same_known = NULL;
  g_autofree char *same_unknown = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (Answer) of_known = server_log_in (fixture, AYSE, "yanlış sözcük");
      g_autoptr (Answer) of_unknown = server_log_in (fixture, NOBODY, "yanlış sözcük");
    }
  expect_login (fixture, AYSE, WORD_A, 423, "account.blocked");
  known = last_pseudonym (fixture);
  expect_login (fixture, NOBODY, WORD_A, 423, "account.blocked");
  unknown = last_pseudonym (fixture);

  rotate (fixture, ilk_operator_rotate_index);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotate (fixture, ilk_operator_rotate_index);
  g_assert_false (has (fixture, ILK_KEY_INDEX, 1));
  expect_login (fixture, AYSE, WORD_A, 423, "account.blocked");
  same_known = last_pseudonym (fixture);
  expect_login (fixture, NOBODY, WORD_A, 423, "account.blocked");
  same_unknown = last_pseudonym (fixture);
  g_assert_cmpstr (known, ==, same_known);
  g_assert_cmpstr (unknown, ==, same_unknown);
}

/* An import in another instance that still knows the older version is taken nevertheless. */
static void
test_index_and_import (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (IlkService) other = NULL;
  g_autoptr (IlkService) own = NULL;
  g_autoptr (GError) error = NULL;

  other = ilk_service_new (fixture->store, ILK_KEY_STORE (fixture->keys),
                           ILK_SMS_GATEWAY (fixture->phone), ILK_CLOCK (fixture->clock));
  g_assert_cmpint (ilk_service_get_key_version (other, ILK_KEY_INDEX, &error), ==, 1);
  rotate (fixture, ilk_operator_rotate_index);
  g_assert_cmpint (ilk_service_get_key_version (other, ILK_KEY_INDEX, &error), ==, 1);
  g_assert_no_error (error);

  own = fixture->service;
  fixture->service = g_object_ref (other);
  server_add (fixture, &newcomer);
  g_clear_object (&fixture->service);
  fixture->service = g_steal_pointer (&own);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotate (fixture, ilk_operator_rotate_index);
  expect_login (fixture, NOBODY, newcomer.word, 201, NULL);
}

/* The next key may lie there before: from another machine, or from a run that was killed. */
static void
test_made_before (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;
  int version;

  g_assert_true (ilk_operator_make_key (fixture->service, ILK_KEY_INDEX, &version, &error));
  g_assert_cmpint (version, ==, 2);
  g_assert_true (ilk_operator_make_key (fixture->service, ILK_KEY_INDEX, &version, &error));
  g_assert_cmpint (version, ==, 2);
  g_assert_no_error (error);
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  rotation = rotate (fixture, ilk_operator_rotate_index);
  g_assert_cmpint (rotation.version, ==, 2);
  g_assert_false (has (fixture, ILK_KEY_INDEX, 3));
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
}

static void
expect_sealed_by (ServerFixture *fixture,
                  int            version)
{
  g_autoptr (IlkHolderRecord) holder = find (fixture, AYSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *phone = ilk_service_open_field (fixture->service, "phone", holder->index,
                                                   holder->phone, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (phone, ==, PHONE_A);
  g_assert_true (ilk_service_is_sealed_by (fixture->service, "phone", holder->index, holder->phone,
                                           version));
}

static void
test_data (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = server_session (fixture, AYSE, WORD_A);
  IlkKeyRotation rotation;

  expect_sealed_by (fixture, 1);
  rotation = rotate (fixture, ilk_operator_rotate_data);
  g_assert_true (rotation.begun);
  g_assert_cmpuint (rotation.changed, ==, 2 * 5 + 3);
  expect_sealed_by (fixture, 2);
  rotation = rotate (fixture, ilk_operator_rotate_data);
  g_assert_true (rotation.too_early);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotation = rotate (fixture, ilk_operator_rotate_data);
  g_assert_cmpuint (rotation.changed, ==, 0);
  g_assert_cmpuint (rotation.destroyed, ==, 1);
  g_assert_false (has (fixture, ILK_KEY_DATA, 1));
  expect_sealed_by (fixture, 2);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
  g_free (server_session (fixture, BORA, WORD_B));
}

static void
test_card (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) key = NULL;
  int version;

  g_assert_true (ilk_operator_make_card_key (fixture->service, &version, &error));
  g_assert_cmpint (version, ==, 2);
  g_assert_cmpint (ilk_operator_count_cards (fixture->service, 1, &error), ==, 3);
  g_assert_cmpint (ilk_operator_count_cards (fixture->service, 2, &error), ==, 0);
  key = ilk_key_store_get_card_key (ILK_KEY_STORE (fixture->keys), 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ilk_secret_get_length (key), ==, 32);
}

/* The chain of the audit log holds over all of it. */
static void
test_audit (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (GError) error = NULL;
  guint count;

  rotate (fixture, rotate_pepper);
  rotate (fixture, ilk_operator_rotate_index);
  rotate (fixture, ilk_operator_rotate_data);
  expect_login (fixture, AYSE, WORD_A, 201, NULL);
  ilk_manual_clock_advance (fixture->clock, ILK_KEY_GRACE_SECONDS);
  rotate (fixture, ilk_operator_rotate_index);
  rotate (fixture, ilk_operator_rotate_data);
  g_assert_true (ilk_operator_verify_audit (fixture->service, &count, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count, >=, 6);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-rotation/pepper", test_pepper);
  g_test_add_func ("/key-rotation/pepper-anew", test_pepper_anew);
  g_test_add_func ("/key-rotation/index", test_index);
  g_test_add_func ("/key-rotation/index-and-blocked", test_index_and_blocked);
  g_test_add_func ("/key-rotation/index-and-import", test_index_and_import);
  g_test_add_func ("/key-rotation/made-before", test_made_before);
  g_test_add_func ("/key-rotation/data", test_data);
  g_test_add_func ("/key-rotation/card", test_card);
  g_test_add_func ("/key-rotation/audit", test_audit);
  return g_test_run ();
}
