/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-seal-private.h"
#include "vectors.h"

typedef struct
{
  GKeyFile  *vectors;
  IlkSecret *app_private;
  IlkSecret *static_private;
  IlkSecret *ephemeral_private;
  GBytes    *app_public;
  GBytes    *static_public;
  GBytes    *ephemeral_public;
  GBytes    *context;
  IlkSecret *plain;
} Fixture;

static IlkSecret *
secret_text (const char *text)
{
  return ilk_secret_new_from_data (text, strlen (text));
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->vectors = vectors_load ();
  f->app_private = vectors_get_secret (f->vectors, "Keys", "AppPrivate");
  f->static_private = vectors_get_secret (f->vectors, "Keys", "StaticPrivate");
  f->ephemeral_private = vectors_get_secret (f->vectors, "Keys", "EphemeralPrivate");
  f->app_public = vectors_get_bytes (f->vectors, "Keys", "AppPublic");
  f->static_public = vectors_get_bytes (f->vectors, "Keys", "StaticPublic");
  f->ephemeral_public = vectors_get_bytes (f->vectors, "Keys", "EphemeralPublic");
  f->context = ilk_seal_context ("session-1", "operation-1", "0123456789ABCDEF01234567");
  f->plain = secret_text ("492751");
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_key_file_unref (f->vectors);
  ilk_secret_unref (f->app_private);
  ilk_secret_unref (f->static_private);
  ilk_secret_unref (f->ephemeral_private);
  g_bytes_unref (f->app_public);
  g_bytes_unref (f->static_public);
  g_bytes_unref (f->ephemeral_public);
  g_bytes_unref (f->context);
  ilk_secret_unref (f->plain);
}

/* A copy with one bit turned over. */
static GBytes *
flip (GBytes *bytes,
      gsize   bit)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  guint8 *copy = g_memdup2 (data, length);

  copy[bit / 8] ^= (guint8) (1 << bit % 8);
  return g_bytes_new_take (copy, length);
}

static void
assert_plain (IlkSecret *opened)
{
  g_assert_nonnull (opened);
  g_assert_cmpstr ((const char *) ilk_secret_peek (opened), ==, "492751");
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (opened)));
}

static void
test_public_halves_as_openssl (Fixture      *f,
                               gconstpointer data)
{
  g_autoptr (GBytes) app = ilk_x25519_get_public (f->app_private, NULL);
  g_autoptr (GBytes) fixed = ilk_x25519_get_public (f->static_private, NULL);

  g_assert_true (g_bytes_equal (app, f->app_public));
  g_assert_true (g_bytes_equal (fixed, f->static_public));
}

static void
test_disclosure_as_openssl (Fixture      *f,
                            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = ilk_seal_disclosure_with (f->app_public, f->static_private,
                                                        f->ephemeral_private, f->context,
                                                        f->plain, &error);
  g_autoptr (GBytes) expected = vectors_get_bytes (f->vectors, "Disclosure", "Sealed");
  g_autoptr (IlkSecret) opened = NULL;

  g_assert_no_error (error);
  vectors_assert_bytes (f->context, f->vectors, "Disclosure", "Context");
  vectors_assert_bytes (sealed, f->vectors, "Disclosure", "Sealed");
  opened = ilk_open_disclosure (f->app_private, f->ephemeral_public, f->static_public,
                                f->context, expected, &error);
  g_assert_no_error (error);
  assert_plain (opened);
}

static void
test_handover_as_openssl (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *context = vectors_get_text (f->vectors, "HandOver", "Context");
  g_autoptr (GBytes) sealed = ilk_seal_to_with (f->static_public, f->ephemeral_private, context,
                                                f->plain, &error);
  g_autoptr (GBytes) expected = vectors_get_bytes (f->vectors, "HandOver", "Sealed");
  g_autoptr (IlkSecret) opened = NULL;

  g_assert_no_error (error);
  vectors_assert_bytes (sealed, f->vectors, "HandOver", "Sealed");
  opened = ilk_open_sealed (f->static_private, context, expected, &error);
  g_assert_no_error (error);
  assert_plain (opened);
}

static void
test_aead_as_openssl (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr (IlkSecret) key = vectors_get_secret (f->vectors, "Unlock", "MasterKey");
  g_autoptr (GBytes) associated = g_bytes_new_static ("holder", 6);
  g_autoptr (GBytes) sealed = vectors_get_bytes (f->vectors, "Aead", "Sealed");
  g_autoptr (GBytes) empty = vectors_get_bytes (f->vectors, "Aead", "SealedEmpty");
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) opened = ilk_aead_open (key, associated, sealed, &error);
  g_autoptr (IlkSecret) nothing = NULL;

  g_assert_no_error (error);
  assert_plain (opened);
  nothing = ilk_aead_open (key, NULL, empty, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ilk_secret_get_length (nothing), ==, 0);
}

static void
test_disclosure_is_fresh (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first_public = NULL;
  g_autoptr (GBytes) second_public = NULL;
  g_autoptr (GBytes) first = ilk_seal_disclosure (f->app_public, f->static_private, f->context,
                                                  f->plain, &first_public, &error);
  g_autoptr (GBytes) second = ilk_seal_disclosure (f->app_public, f->static_private, f->context,
                                                   f->plain, &second_public, &error);
  g_autoptr (IlkSecret) opened = NULL;

  g_assert_no_error (error);
  g_assert_false (g_bytes_equal (first_public, second_public));
  g_assert_false (g_bytes_equal (first, second));
  opened = ilk_open_disclosure (f->app_private, second_public, f->static_public, f->context,
                                second, &error);
  assert_plain (opened);
}

typedef struct
{
  IlkSecret *app_private;
  GBytes    *ephemeral_public;
  GBytes    *static_public;
  GBytes    *context;
  GBytes    *sealed;
} Opening;

static void
assert_disclosure_closed (const Opening *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkSecret) opened = ilk_open_disclosure (o->app_private, o->ephemeral_public,
                                                      o->static_public, o->context,
                                                      o->sealed, &error);

  g_assert_null (opened);
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
}

static void
test_disclosure_every_bit_counts (Fixture      *f,
                                  gconstpointer data)
{
  g_autoptr (GBytes) sealed = vectors_get_bytes (f->vectors, "Disclosure", "Sealed");

  for (gsize bit = 0; bit < 8 * g_bytes_get_size (sealed); bit++)
    {
      g_autoptr (GBytes) changed = flip (sealed, bit);
      Opening o = { f->app_private, f->ephemeral_public, f->static_public, f->context, changed };

      assert_disclosure_closed (&o);
    }
  for (gsize length = 0; length < g_bytes_get_size (sealed); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sealed, 0, length);
      Opening o = { f->app_private, f->ephemeral_public, f->static_public, f->context, cut };

      assert_disclosure_closed (&o);
    }
}

/* Whoever answers without the pinned key, for another session, operation or card, is refused. */
static void
test_disclosure_is_bound (Fixture      *f,
                          gconstpointer data)
{
  g_autoptr (GBytes) sealed = vectors_get_bytes (f->vectors, "Disclosure", "Sealed");
  const Opening right = { f->app_private, f->ephemeral_public, f->static_public,
                          f->context, sealed };
  g_autoptr (GBytes) session = ilk_seal_context ("session-2", "operation-1",
                                                 "0123456789ABCDEF01234567");
  g_autoptr (GBytes) operation = ilk_seal_context ("session-1", "operation-2",
                                                   "0123456789ABCDEF01234567");
  g_autoptr (GBytes) serial = ilk_seal_context ("session-1", "operation-1",
                                                "0123456789ABCDEF01234568");
  g_autoptr (GBytes) ephemeral = flip (f->ephemeral_public, 3);
  Opening o;

  o = right, o.context = session;
  assert_disclosure_closed (&o);
  o = right, o.context = operation;
  assert_disclosure_closed (&o);
  o = right, o.context = serial;
  assert_disclosure_closed (&o);
  o = right, o.ephemeral_public = ephemeral;
  assert_disclosure_closed (&o);
  o = right, o.static_public = f->app_public;
  assert_disclosure_closed (&o);
  o = right, o.app_private = f->static_private;
  assert_disclosure_closed (&o);
}

static void
test_context_is_unambiguous (void)
{
  g_autoptr (GBytes) a = ilk_seal_context ("ab", "c", "d");
  g_autoptr (GBytes) b = ilk_seal_context ("a", "bc", "d");
  g_autoptr (GBytes) c = ilk_seal_context ("ab", "", "cd");

  g_assert_cmpmem (g_bytes_get_data (a, NULL), g_bytes_get_size (a), "ab\0c\0d", 6);
  g_assert_false (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
}

static void
test_handover_is_bound (Fixture      *f,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = ilk_seal_to (f->static_public, "pin:1", f->plain, &error);
  g_autoptr (IlkSecret) opened = ilk_open_sealed (f->static_private, "pin:1", sealed, &error);

  g_assert_no_error (error);
  assert_plain (opened);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==, 32 + 6 + 16);

  g_assert_null (ilk_open_sealed (f->static_private, "pin:2", sealed, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
  g_clear_error (&error);
  g_assert_null (ilk_open_sealed (f->app_private, "pin:1", sealed, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
  g_clear_error (&error);
  for (gsize bit = 0; bit < 8 * g_bytes_get_size (sealed); bit++)
    {
      g_autoptr (GBytes) changed = flip (sealed, bit);

      g_assert_null (ilk_open_sealed (f->static_private, "pin:1", changed, NULL));
    }
  for (gsize length = 0; length < g_bytes_get_size (sealed); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sealed, 0, length);

      g_assert_null (ilk_open_sealed (f->static_private, "pin:1", cut, NULL));
    }
}

static void
test_aead_is_bound (void)
{
  g_autoptr (IlkSecret) key = ilk_secret_new_random (32);
  g_autoptr (IlkSecret) other_key = ilk_secret_new_random (32);
  g_autoptr (IlkSecret) short_key = ilk_secret_new_random (16);
  g_autoptr (IlkSecret) plain = secret_text ("492751");
  g_autoptr (GBytes) data = g_bytes_new_static ("holder|card|1", 13);
  g_autoptr (GBytes) other_data = g_bytes_new_static ("holder|card|2", 13);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = ilk_aead_seal (key, data, plain, &error);
  g_autoptr (GBytes) again = ilk_aead_seal (key, data, plain, &error);
  g_autoptr (IlkSecret) opened = ilk_aead_open (key, data, sealed, &error);

  g_assert_no_error (error);
  assert_plain (opened);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==, 12 + 6 + 16);
  g_assert_false (g_bytes_equal (sealed, again));

  g_assert_null (ilk_aead_open (other_key, data, sealed, NULL));
  g_assert_null (ilk_aead_open (key, other_data, sealed, NULL));
  g_assert_null (ilk_aead_open (key, NULL, sealed, NULL));
  for (gsize bit = 0; bit < 8 * g_bytes_get_size (sealed); bit++)
    {
      g_autoptr (GBytes) changed = flip (sealed, bit);

      g_assert_null (ilk_aead_open (key, data, changed, NULL));
    }
  g_assert_null (ilk_aead_seal (short_key, data, plain, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
}

/* A public key of small order would make the agreed secret a number that everyone knows. */
static void
test_weak_public_keys_refused (Fixture      *f,
                               gconstpointer data)
{
  static const guint8 weak[][ILK_X25519_LENGTH] = { { 0 }, { 1 } };
  g_autoptr (GBytes) short_key = g_bytes_new_from_bytes (f->app_public, 0, 31);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) unused = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autoptr (GBytes) public_key = g_bytes_new_static (weak[i], ILK_X25519_LENGTH);

      g_assert_null (ilk_seal_to (public_key, "x", f->plain, &error));
      g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
      g_clear_error (&error);
    }
  g_assert_null (ilk_seal_disclosure (short_key, f->static_private, f->context, f->plain,
                                      &unused, &error));
  g_assert_error (error, ILK_ERROR, ILK_ERROR_CRYPTO);
  g_assert_null (unused);
}

static void
test_generated_keys_agree (void)
{
  g_autoptr (IlkSecret) a = NULL;
  g_autoptr (IlkSecret) b = NULL;
  g_autoptr (GBytes) a_public = NULL;
  g_autoptr (GBytes) b_public = NULL;
  g_autoptr (IlkSecret) one_way = ilk_secret_new (32);
  g_autoptr (IlkSecret) other_way = ilk_secret_new (32);

  g_assert_true (ilk_x25519_generate (&a, &a_public, NULL));
  g_assert_true (ilk_x25519_generate (&b, &b_public, NULL));
  g_assert_false (ilk_secret_equal (a, b));
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (a)));
  g_assert_true (ilk_x25519_agree (a, b_public, one_way, NULL));
  g_assert_true (ilk_x25519_agree (b, a_public, other_way, NULL));
  g_assert_true (ilk_secret_equal (one_way, other_way));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/seal/public-halves-as-openssl", test_public_halves_as_openssl);
  ADD ("/seal/disclosure-as-openssl", test_disclosure_as_openssl);
  ADD ("/seal/handover-as-openssl", test_handover_as_openssl);
  ADD ("/seal/aead-as-openssl", test_aead_as_openssl);
  ADD ("/seal/disclosure-is-fresh", test_disclosure_is_fresh);
  ADD ("/seal/disclosure-every-bit-counts", test_disclosure_every_bit_counts);
  ADD ("/seal/disclosure-is-bound", test_disclosure_is_bound);
  ADD ("/seal/handover-is-bound", test_handover_is_bound);
  ADD ("/seal/weak-public-keys-refused", test_weak_public_keys_refused);
  g_test_add_func ("/seal/context-is-unambiguous", test_context_is_unambiguous);
  g_test_add_func ("/seal/aead-is-bound", test_aead_is_bound);
  g_test_add_func ("/seal/generated-keys-agree", test_generated_keys_agree);
  return g_test_run ();
}
